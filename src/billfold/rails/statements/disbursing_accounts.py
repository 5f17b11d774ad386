"""Which bank account the money of a payment leaves from, where the organization's own bank holds it until then.

A book transfer leaves it on the account that pays; a debit brings it to the account that its file is settled on. Where
no own bank is, nobody of ours holds it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from billfold.kit.ctx import Ctx
from billfold.rails.model import Leg, Rail, Transfer
from billfold.rails.statements import store

#: Rails of money that others hold, who pay it in where a file's credits are drawn on.
COVERING: Final = frozenset({Rail.CARD, Rail.WALLET})


def fundings_of(ctx: Ctx, subject_ids: Iterable[str]) -> dict[str, Transfer]:
    """The newest funding leg of each of these subjects."""
    found = store.legs_of_subjects(ctx.tx, ctx.organization_id, subject_ids, Leg.FUNDING)
    return {transfer.subject_id: transfer for transfer in found}


def accounts_drawn_on(ctx: Ctx, fundings: Iterable[Transfer]) -> dict[str, str]:
    """The account of each of these fundings' subjects; those without one are left out."""
    known = list(fundings)
    files = store.files_by_id(ctx.tx, ctx.organization_id, [one.file_id for one in known if one.file_id is not None])
    found: dict[str, str] = {}
    for funding in known:
        file = files.get(funding.file_id or "")
        if funding.rail is Rail.BOOK:
            found[funding.subject_id] = funding.account_id
        elif file is not None and file.bank_account_id is not None:
            found[funding.subject_id] = file.bank_account_id
    return found


def account_drawn_on(ctx: Ctx, subject_id: str) -> str | None:
    """The account of one subject, or None."""
    return accounts_drawn_on(ctx, fundings_of(ctx, [subject_id]).values()).get(subject_id)


def is_covered(ctx: Ctx, transfer: Transfer) -> bool:
    """Whether neither a debit nor the account itself funds what the transfer is for."""
    return fundings_of(ctx, [transfer.subject_id])[transfer.subject_id].rail in COVERING
