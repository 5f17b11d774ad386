"""The card rail: payments charged to card accounts and AP cards, and money given back to them.

Only a sandbox has it, where the issuer is simulated: a card that is expired or archived, an AP card that is not active
or has not enough left of its limit, and any card whose last four digits are 0002 declines. A charge holds from the
morning of its process date and is captured a business day later; until then it can be declined, later charged back.
"""

from __future__ import annotations

from typing import Final

from billfold.funding import ap_cards, cards
from billfold.funding.card_model import ApCardStatus, CardStatus
from billfold.kit.ctx import Ctx
from billfold.kit.errors import StateForbids
from billfold.rails import calendar, transfers
from billfold.rails.days import DayStep, each
from billfold.rails.model import Direction, Holder, Rail, Transfer, TransferStatus
from billfold.rails.payees import send_collectable

#: Return codes of charges: the issuer said no, or took the money back later.
DECLINED: Final = "DECLINED"
CHARGED_BACK: Final = "CHARGEBACK"
#: The last four digits of the sandbox's card that declines.
_DECLINING: Final = "0002"


def decline(ctx: Ctx, transfer_id: str) -> Transfer:
    """The issuer declines a charge that is under way, or charges it back. Raises `NotFound`, `StateForbids`."""
    transfer = transfers.get_transfer(ctx, transfer_id, lock=ctx.tx.for_update)
    if transfer.rail is not Rail.CARD or transfer.direction is not Direction.DEBIT:
        raise StateForbids(noun=f"{transfer.rail} transfer", id=transfer.id, verb="decline", state=transfer.status)
    code = CHARGED_BACK if transfer.status is TransferStatus.SETTLED else DECLINED
    return transfers.return_transfer(ctx, transfer, code)


def _charge(ctx: Ctx, transfer: Transfer) -> None:
    if transfer.direction is Direction.DEBIT and not _is_good(ctx, transfer):
        transfers.return_transfer(ctx, transfer, DECLINED)
    else:
        transfers.start(ctx, transfer)


def _is_good(ctx: Ctx, transfer: Transfer) -> bool:
    if transfer.account_table is Holder.AP_CARD:
        ap_card = ap_cards.get_card(ctx, transfer.account_id)
        return ap_card.status is ApCardStatus.ACTIVE and ap_cards.available_of(ctx, ap_card) >= transfer.amount_minor
    card = cards.get_card(ctx, transfer.account_id)
    in_use = card.status is CardStatus.VERIFIED and not card.archived
    return in_use and transfer.effective_on <= card.expires_on and card.last4 != _DECLINING


DAYS: Final = (
    DayStep(transfers.CHARGE_JOB, Rail.CARD, TransferStatus.SCHEDULED, calendar.cut_off, send_collectable),
    DayStep("rails.card.charge", Rail.CARD, TransferStatus.SENT, calendar.starts_at, each(_charge)),
    DayStep("rails.card.capture", Rail.CARD, TransferStatus.STARTED, calendar.debit_settles_at, each(transfers.settle)),
)
