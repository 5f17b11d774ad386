"""The book rail: money that stays where it is and changes its owner in the books.

A payment from the organization's own bank (`originators.pays_itself`) needs no debit: its money is in the account that
the credit or the check will be drawn on. Its funding is a book transfer, posted by the cut-off of its process date; a
refund of it is one too, posted at once. Nothing of this reaches a bank, so nothing of it can come back.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from billfold.kit.ctx import Ctx
from billfold.rails import store, transfers
from billfold.rails.model import Rail, Transfer
from billfold.rails.payees import collectable
from billfold.rails.transfers import POST_JOB

#: Transfers in one step of the job: requests never wait for more.
TRANSFERS_PER_STEP: Final = 200


def post_due(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: the cut-off of a day posts its book transfers; called again while more are due."""
    effective_on = date.fromisoformat(payload["effective_on"])
    due = store.due(ctx.tx, ctx.organization_id, Rail.BOOK, effective_on, TRANSFERS_PER_STEP)
    for transfer in collectable(ctx, due):
        post(ctx, transfer)
    if len(due) == TRANSFERS_PER_STEP:
        ctx.schedule(POST_JOB, ctx.now, key=payload["effective_on"], **payload)


def post(ctx: Ctx, transfer: Transfer) -> Transfer:
    """Sent, started and settled in one moment. Raises `StateForbids`."""
    assert transfer.rail is Rail.BOOK, transfer.id
    return transfers.settle(ctx, transfers.send(ctx, transfer))
