"""What leaves a bank account by itself, in no file of entries and by no check, and what comes back of it.

Wires name their account. What goes abroad, or in a sandbox by RPPS, virtual card or into a vendor's wallet, is drawn on
the account where the organization's own bank holds the payment's money (`disbursing_accounts.py`); without one the bank
is not the organization's, and its account was charged by the debit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.rails import calendar, virtual_cards
from billfold.rails.model import AchFile, Leg, Rail, Transfer, TransferStatus
from billfold.rails.statements import disbursing_accounts
from billfold.rails.statements.matching import MAX_DAYS
from billfold.rails.statements.model import Effect, Expected

#: Rails of which the bank books each transfer by itself.
DRAWN: Final = (Rail.WIRE, Rail.INTERNATIONAL, Rail.RPPS, Rail.VIRTUAL_CARD, Rail.WALLET)
_NOT_OUT: Final = frozenset({TransferStatus.HELD, TransferStatus.SCHEDULED, TransferStatus.CANCELLED})


def effects_on(ctx: Ctx, bank_account_id: str, transfers: Iterable[Transfer]) -> Iterator[Expected]:
    """What these transfers of `DRAWN` do to an account."""
    known = [one for one in transfers if one.status not in _NOT_OUT and one.leg in {Leg.DISBURSEMENT, Leg.REPAYMENT}]
    fundings = disbursing_accounts.fundings_of(ctx, {one.subject_id for one in known})
    homes = disbursing_accounts.accounts_drawn_on(ctx, fundings.values())
    for transfer in known:
        home, funding = homes.get(transfer.subject_id), fundings[transfer.subject_id]
        if transfer.rail is Rail.WIRE:
            yield from _of_wire(transfer, bank_account_id, home)
        elif home == bank_account_id and (signed := -drawn_minor(ctx, transfer, funding)):
            yield from _both_ways(transfer, Effect.PAID, signed, _day(transfer))


def drawn_minor(ctx: Ctx, transfer: Transfer, funding: Transfer) -> int:
    """What a transfer takes from the account, in cents.

    Of a virtual card what was charged, once it is closed; of money abroad what was held for it.
    """
    if transfer.rail is Rail.VIRTUAL_CARD:
        return 0 if transfer.settled_at is None else virtual_cards.card_of(ctx, transfer.id).charged_minor
    return transfer.amount_minor if transfer.currency == funding.currency else funding.amount_minor


def covers_on(
    ctx: Ctx, bank_account_id: str, credits: Sequence[Transfer], files: Mapping[str, AchFile]
) -> Iterator[Expected]:
    """What a card or the wallet funds is paid in for each credit of a file, and taken when that comes back."""
    here = [one for one in credits if files[one.file_id or ""].bank_account_id == bank_account_id]
    fundings = disbursing_accounts.fundings_of(ctx, {one.subject_id for one in here})
    for one in here:
        if fundings[one.subject_id].rail in disbursing_accounts.COVERING:
            yield Expected(one.id, Effect.COVERED, one.amount_minor, one.effective_on, names=(one.id,))
            if one.returned_at is not None:
                yield Expected(one.id, Effect.UNCOVERED, -one.amount_minor, one.effective_on, names=(one.id,))


def _of_wire(wire: Transfer, bank_account_id: str, home: str | None) -> Iterator[Expected]:
    """From the account that it names, to the one where the own bank holds the payment's money.

    Somebody notes a wire when they come to it: the bank may have booked it days before.
    """
    if bank_account_id == wire.account_id:
        found = _both_ways(wire, Effect.PAID, -wire.amount_minor, wire.effective_on - MAX_DAYS)
    elif bank_account_id == home:
        found = _both_ways(wire, Effect.ENTRY, wire.amount_minor, wire.effective_on - MAX_DAYS)
    else:
        return
    for one in found:
        yield replace(one, names=(wire.id, wire.subject_id), latest_on=wire.effective_on + MAX_DAYS)


def _both_ways(transfer: Transfer, effect: Effect, signed_minor: int, day: date) -> Iterator[Expected]:
    yield Expected(transfer.id, effect, signed_minor, day, names=(transfer.id,))
    if transfer.returned_at is not None:
        yield Expected(transfer.id, Effect.RETURNED, -signed_minor, day, names=(transfer.id,))


def _day(transfer: Transfer) -> date:
    """A virtual card is billed when it is closed, weeks after it was issued."""
    if transfer.rail is Rail.VIRTUAL_CARD and transfer.settled_at is not None:
        return calendar.fed_day(transfer.settled_at)
    return transfer.effective_on
