"""What was known of each ACH entry when it left, and trial entries to new accounts."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from billfold.kit.ctx import Ctx
from billfold.kit.query import Filter, Op, Query, Sort
from billfold.payables.monitoring import origination
from billfold.payables.monitoring.model import OriginationCheck, Verdict
from billfold.rails import prenotes
from billfold.wire.admin.scope import organization_row
from billfold.wire.catalog import Call, Catalogue, Parameter
from billfold.wire.codecs import instant
from billfold.wire.own.plain import LIMIT

_LATEST = (Sort("ordinal", descending=True),)
_VERDICT: Final = Parameter("verdict", {"type": "string", "enum": [one.value for one in Verdict]}, "Only these.")


class FindingShape(msgspec.Struct, kw_only=True):
    """One check of an entry."""

    check: Annotated[str, Meta(description="What was looked at, such as account age, amount, duplicate bill.")]
    verdict: Annotated[str, Meta(description="passed or flagged; what is flagged is to be looked at.")]
    detail: str


class OriginationCheckShape(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What was known of an entry when it was handed to the bank."""

    id: str
    transferId: str
    paymentId: str
    vendorId: str | None = None
    achFileId: str | None = None
    amountMinor: int
    verdict: Annotated[str, Meta(description="flagged where any check is.")]
    checks: list[FindingShape]
    createdTime: str


class OriginationCheckList(msgspec.Struct):
    """Such records."""

    results: list[OriginationCheckShape]


class PrenoteShape(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A trial entry without money to a vendor's new bank account."""

    id: str
    vendorId: str
    bankAccountId: str
    effectiveEntryDate: str
    status: Annotated[str, Meta(description="scheduled, sent, good, or returned: then no money may follow.")]
    traceNumber: str | None = None
    returnCode: str | None = None
    createdTime: str


class PrenoteList(msgspec.Struct):
    """Trial entries."""

    results: list[PrenoteShape]


def _shape(check: OriginationCheck) -> OriginationCheckShape:
    return OriginationCheckShape(
        id=check.id,
        transferId=check.transfer_id,
        paymentId=check.subject_id,
        vendorId=check.vendor_id,
        achFileId=check.file_id,
        amountMinor=check.amount_minor,
        verdict=check.verdict.value,
        checks=[
            FindingShape(check=one.name.value, verdict=one.verdict.value, detail=one.detail)
            for one in origination.findings_of(check)
        ],
        createdTime=instant(check.created_at),
    )


def list_checks(ctx: Ctx, call: Call, _: None) -> OriginationCheckList:
    """The newest 200, newest first; `?verdict=flagged` for those to be looked at."""
    verdict = call.query.get("verdict")
    filters = () if verdict is None else (Filter("verdict", Op.EQ, verdict),)
    query = Query(filters=filters, sorts=_LATEST, limit=LIMIT)
    return OriginationCheckList([_shape(check) for check in origination.list_checks(ctx, query).items])


def list_prenotes(ctx: Ctx, _: Call, __: None) -> PrenoteList:
    """The newest 200, newest first."""
    found = prenotes.list_prenotes(ctx, Query(sorts=_LATEST, limit=LIMIT)).items
    return PrenoteList([
        PrenoteShape(
            id=one.id,
            vendorId=one.vendor_id,
            bankAccountId=one.account_id,
            effectiveEntryDate=one.effective_on.isoformat(),
            status=one.status.value,
            traceNumber=one.trace_number,
            returnCode=one.return_code,
            createdTime=instant(one.created_at),
        )
        for one in found
    ])  # fmt: skip


def declare(catalogue: Catalogue) -> None:
    """The rows of monitoring."""
    organization_row(
        catalogue, "GET", "origination-checks", "origination-checks.list",
        "List what was known of each ACH entry when it left", list_checks, response=OriginationCheckList,
        parameters=(_VERDICT,),
    )  # fmt: skip
    organization_row(
        catalogue, "GET", "prenotes", "prenotes.list", "List trial entries to new accounts", list_prenotes,
        response=PrenoteList,
    )  # fmt: skip
