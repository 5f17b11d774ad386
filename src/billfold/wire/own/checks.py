"""Printed checks as the sandbox's and the administration's face show them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from billfold.kit.ctx import Ctx
from billfold.kit.query import Query, Sort
from billfold.rails.checks import checks
from billfold.rails.checks.model import Check
from billfold.wire.codecs import instant, money
from billfold.wire.own.plain import LIMIT

_NEWEST: Final = Query(sorts=(Sort("created_at", descending=True), Sort("number", descending=True)), limit=LIMIT)


class CheckShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A check that was printed. Its number stays used, whatever becomes of it."""

    id: str
    number: int
    status: Annotated[str, Meta(description="printed, delivered, cleared, voided, stopped, stale or returned.")]
    bankAccountId: str
    transferId: str
    payee: str
    payeeAddress: list[str]
    memo: str
    amount: Decimal
    issuedDate: str
    expirationDate: Annotated[str, Meta(description="Who has not cashed it by then gets nothing for it.")]
    deliveredTime: str | None = None
    clearedTime: str | None = None
    endedTime: Annotated[str | None, Meta(description="When it was voided, stopped, stale or returned.")] = None


class CheckList(msgspec.Struct):
    """The newest checks."""

    results: list[CheckShape]


def check_shape(check: Check) -> CheckShape:
    """A check."""
    return CheckShape(
        id=check.id,
        number=check.number,
        status=check.status.value,
        bankAccountId=check.bank_account_id,
        transferId=check.transfer_id,
        payee=check.payee,
        payeeAddress=check.payee_address.splitlines(),
        memo=check.memo,
        amount=money(check.amount_minor, "USD"),
        issuedDate=check.issued_on.isoformat(),
        expirationDate=check.expires_on.isoformat(),
        deliveredTime=None if check.delivered_at is None else instant(check.delivered_at),
        clearedTime=None if check.cleared_at is None else instant(check.cleared_at),
        endedTime=None if check.ended_at is None else instant(check.ended_at),
    )


def newest_checks(ctx: Ctx) -> CheckList:
    """The newest 200, newest first."""
    return CheckList([check_shape(check) for check in checks.list_checks(ctx, _NEWEST).items])
