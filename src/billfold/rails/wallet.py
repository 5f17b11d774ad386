"""The wallet rail: money moves out of the organization's wallet, back into it, or into a vendor's, at once.

Only a sandbox has it. What is taken has to be there when its day begins: payments that were scheduled when there was
enough fail if it is gone meanwhile.
"""

from __future__ import annotations

from typing import Final

from billfold.funding import wallet
from billfold.kit.ctx import Ctx
from billfold.rails import calendar, transfers
from billfold.rails.days import DayStep, each
from billfold.rails.model import Direction, Rail, Transfer, TransferStatus
from billfold.rails.payees import send_collectable

#: The return code of what could not be taken.
INSUFFICIENT: Final = "INSUFFICIENT"


def _move(ctx: Ctx, transfer: Transfer) -> None:
    if transfer.direction is Direction.DEBIT and wallet.balance_of(ctx) < transfer.amount_minor:
        transfers.return_transfer(ctx, transfer, INSUFFICIENT)
    else:
        transfers.settle(ctx, transfer)


DAYS: Final = (
    DayStep(transfers.MOVE_JOB, Rail.WALLET, TransferStatus.SCHEDULED, calendar.cut_off, send_collectable),
    DayStep("rails.wallet.move", Rail.WALLET, TransferStatus.SENT, calendar.starts_at, each(_move)),
)
