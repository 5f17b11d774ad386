"""What a return says of the vendor's bank account: reactions (`wiring.py`).

An account that its bank says is closed, unknown or wrongly numbered is invalid from then on (contract v2.md §5.1): the
vendor is paid as one without an account. What is on its way there goes no further than the next cut-off
(`rails/payees.py`).
"""

from __future__ import annotations

from billfold.bankfiles import nacha
from billfold.kit.ctx import Ctx
from billfold.parties import corrections
from billfold.rails import ach, international
from billfold.rails.events import PrenoteReturned, TransferReturned
from billfold.rails.model import Holder, Rail


def when_transfer_returned(ctx: Ctx, event: TransferReturned) -> None:
    """A credit came back from a vendor's bank."""
    transfer = event.subject
    if transfer.account_table is not Holder.VENDOR:
        return
    if transfer.rail is Rail.ACH:
        _heed(ctx, transfer.account_id, transfer.return_code, transfer.file_id)
    elif transfer.return_code in international.INVALID_ACCOUNT:
        # Nobody corrects an account abroad: its numbers are those that its bank looked at.
        corrections.invalidate(ctx, transfer.account_id, transfer.return_code, known_at=ctx.now)


def when_prenote_returned(ctx: Ctx, event: PrenoteReturned) -> None:
    """A trial entry came back."""
    prenote = event.subject
    _heed(ctx, prenote.account_id, prenote.return_code, prenote.file_id)


def _heed(ctx: Ctx, account_id: str, return_code: str | None, file_id: str | None) -> None:
    if return_code in nacha.INVALID_ACCOUNT:
        corrections.invalidate(ctx, account_id, return_code, known_at=ach.made_at(ctx, file_id))
