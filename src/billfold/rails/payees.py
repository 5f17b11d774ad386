"""Vendors' bank accounts that are known to take nothing: nothing is sent there, and nothing collected for that.

A vendor's bank account may turn out to be none while payments to it are scheduled (`parties/corrections.py`). Whoever
made them is told when their debits are due (`DebitInVain`), and sends the money another way or calls them off.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from billfold.kit.ctx import Ctx
from billfold.parties import vendors
from billfold.rails import store, transfers
from billfold.rails.events import DebitInVain
from billfold.rails.model import Holder, Leg, Transfer, TransferStatus

#: Money of these is still to come.
_UNCOLLECTED: Final = frozenset(
    {TransferStatus.HELD, TransferStatus.SCHEDULED, TransferStatus.SENT, TransferStatus.STARTED}
)


def collectable(ctx: Ctx, due: Sequence[Transfer]) -> list[Transfer]:
    """What is left of what is due, debits and other transfers, once it is told which debits are in vain."""
    vain = _in_vain(ctx, due)
    for debit in vain.values():
        ctx.emit(DebitInVain(debit))
    return [found for one in due if (found := _as_it_stands(ctx, one) if one.subject_id in vain else one)]


def payable(ctx: Ctx, take: Callable[[], Sequence[Transfer]]) -> list[Transfer]:
    """What is due and collectable, but for credits to accounts that take none: their banks are not asked again."""
    while found := take():
        due = collectable(ctx, found)
        codes = vendors.invalid_accounts(ctx, {one.account_id for one in due if one.account_table is Holder.VENDOR})
        for transfer in due:
            if transfer.account_id in codes:
                _keep_back(ctx, transfer, codes[transfer.account_id])
        if valid := [transfer for transfer in due if transfer.account_id not in codes]:
            return valid
    return []


def send_collectable(ctx: Ctx, due: list[Transfer]) -> None:
    """The first step of a day's rail that takes money."""
    for transfer in collectable(ctx, due):
        transfers.send(ctx, transfer)


def _in_vain(ctx: Ctx, due: Sequence[Transfer]) -> dict[str, Transfer]:
    """The debits whose credits would go to an account that takes none, by what they are for."""
    debits = {one.subject_id: one for one in due if one.leg is Leg.FUNDING}
    credits = store.unsent_to_vendors(ctx.tx, ctx.organization_id, sorted(debits)) if debits else []
    invalid = vendors.invalid_accounts(ctx, {credit.account_id for credit in credits}) if credits else {}
    return {credit.subject_id: debits[credit.subject_id] for credit in credits if credit.account_id in invalid}


def _keep_back(ctx: Ctx, transfer: Transfer, return_code: str) -> None:
    """Refuse the credit; one whose money is not collected yet is held until then, and refused by the next cut-off."""
    funding = transfers.transfer_of(ctx, transfer.subject_id, Leg.FUNDING)
    if funding is not None and funding.status in _UNCOLLECTED:
        transfers.hold(ctx, transfer)
    else:
        transfers.refuse(ctx, transfer, return_code)


def _as_it_stands(ctx: Ctx, transfer: Transfer) -> Transfer | None:
    found = transfers.get_transfer(ctx, transfer.id)
    return found if found.status is TransferStatus.SCHEDULED else None
