"""The international rail: a day's transfers abroad go to the bank in one file, and arrive some days later.

In a sandbox the bank reads the file and sends back by account number what it cannot credit, as `rails/bank.py` does;
what it does not send back arrives. In production no clock knows that: somebody says what the bank said (`note_paid`,
`note_returned`).
"""

from __future__ import annotations

from datetime import date
from typing import Final

from billfold.bankfiles import pain001
from billfold.documents.files import store_file
from billfold.documents.model import FileKind
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField, NotFound
from billfold.kit.records import replace
from billfold.kit.settings import Profile
from billfold.rails import calendar, international_files, originators, payees, store, transfers
from billfold.rails.events import InternationalFileBuilt
from billfold.rails.model import Rail, Transfer, TransferStatus
from billfold.rails.transfers import SEND_ABROAD_JOB

SETTLE_JOB: Final = "rails.international.settle"
RETURN_JOB: Final = "rails.international.return"

#: Transfers in a file at most, so that requests never wait for more.
TRANSFERS_PER_FILE: Final = 500
#: Business days until money that goes this way is there.
DAYS: Final = {"WIRE": 1, "LOCAL": 2, "IACH": 3}
#: Why banks send money back (ISO 20022's external codes of return reasons).
REASONS: Final = frozenset(
    "AC01 AC03 AC04 AC06 AC13 AC14 AC15 AC16 AG01 AG02 AM01 AM02 AM03 AM04 AM05 AM06 AM07 AM09 BE01 BE04 BE05 BE06 "
    "BE07 CNOR CURR CUST DNOR ED01 ED05 FF05 FOCR MD06 MD07 MS02 MS03 NARR NOAS NOCM NOOR RC01 RR01 RR02 RR03 RR04 "
    "SL11 SL12 SVNR TM01".split()
)
DEFAULT_REASON: Final = "AC04"
#: What says that there is no such account: wrongly numbered, unknown, closed, or at no such bank. Not what may pass, or
#: is for a person to look into: an account that is blocked (AC06), a vendor who does not want the money (CUST).
INVALID_ACCOUNT: Final = frozenset({"AC01", "AC03", "AC04", "RC01"})
#: By the end of the account number: closed, none such, an impossible one (settled.md §6).
_RETURNS: Final = {"0002": "AC04", "0003": "AC03", "0004": "AC01"}


def send(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: put what is due into one file; called again until nothing is due."""
    planned_on = date.fromisoformat(payload["effective_on"])
    due = payees.payable(
        ctx, lambda: store.due(ctx.tx, ctx.organization_id, Rail.INTERNATIONAL, planned_on, TRANSFERS_PER_FILE)
    )
    if not due:
        return
    effective_on = calendar.executed_abroad_on(planned_on, ctx.clock_now)
    message_id = f"BF{effective_on:%y%m%d}-{due[0].id}"
    content = international_files.build(ctx, due, effective_on, originators.require_originator(ctx), message_id)
    # Read back before the bank does: counts and sums must hold, or nothing is sent.
    read = pain001.read(content)
    file = store_file(
        ctx, kind=FileKind.PAIN001, file_name=f"pain001-{effective_on:%Y%m%d}-{due[0].ordinal}.xml", content=content
    )
    ctx.emit(InternationalFileBuilt(file))
    for transfer in due:
        sent = transfers.send(ctx, replace(transfer, file_id=file.id, effective_on=effective_on))
        transfers.start(ctx, sent)
        if ctx.house.profile is Profile.SANDBOX:
            _schedule(ctx, SETTLE_JOB, transfer.id, effective_on)
    if ctx.house.profile is Profile.SANDBOX:
        _schedule_returns(ctx, read, effective_on)
    ctx.schedule(SEND_ABROAD_JOB, ctx.now, key=payload["effective_on"], effective_on=payload["effective_on"])


def settle(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: the money is there, unless it came back."""
    transfer = transfers.get_transfer(ctx, payload["transfer_id"], lock=ctx.tx.for_update)
    if transfer.status is TransferStatus.STARTED:
        transfers.settle(ctx, transfer)


def return_transfer(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: a bank abroad sends the money back. What came back already stays as it is."""
    transfer = transfers.get_transfer(ctx, payload["transfer_id"], lock=ctx.tx.for_update)
    if transfer.status is not TransferStatus.RETURNED:
        transfers.return_transfer(ctx, transfer, payload["return_code"])


def note_paid(ctx: Ctx, transfer_id: str) -> Transfer:
    """The bank says that the vendor has the money. Raises `NotFound`, `StateForbids`."""
    return transfers.settle(ctx, _locked(ctx, transfer_id))


def note_returned(ctx: Ctx, transfer_id: str, return_code: str) -> Transfer:
    """The bank says that the money came back, even after it was paid.

    Raises `NotFound`, `StateForbids`, `InvalidField` for a reason that ISO 20022 does not know.
    """
    transfer = _locked(ctx, transfer_id)
    require_reason(transfer, return_code)
    return transfers.return_transfer(ctx, transfer, return_code)


def _locked(ctx: Ctx, transfer_id: str) -> Transfer:
    transfer = transfers.get_transfer(ctx, transfer_id, lock=ctx.tx.for_update)
    if transfer.rail is not Rail.INTERNATIONAL:
        raise NotFound("transfer abroad", transfer_id)
    return transfer


def require_reason(transfer: Transfer, return_code: str) -> None:
    """A transfer abroad comes back for a reason of ISO 20022. Raises `InvalidField`."""
    if transfer.rail is Rail.INTERNATIONAL and return_code not in REASONS:
        raise InvalidField("code", "is no return reason of ISO 20022, such as AC04", return_code)


def arrives_on(sent_on: date, sub_type: str) -> date:
    """The day by which money that is sent this way on this day is there."""
    return calendar.abroad_arrives_on(sent_on, DAYS[sub_type])


def _schedule(ctx: Ctx, job: str, transfer_id: str, sent_on: date, **payload: str) -> None:
    order = store.INTERNATIONAL_ORDERS.get(ctx.tx, ctx.organization_id, transfer_id)
    assert order is not None, f"{transfer_id} has no order"
    arrives = arrives_on(sent_on, order.sub_type)
    at = calendar.abroad_settles_at(arrives) if job == SETTLE_JOB else calendar.abroad_returns_at(arrives)
    ctx.schedule(job, at, key=transfer_id, transfer_id=transfer_id, **payload)


def _schedule_returns(ctx: Ctx, read: pain001.ReadFile, sent_on: date) -> None:
    for one in read.transfers:
        if return_code := _RETURNS.get(one.account_number[-4:]):
            _schedule(ctx, RETURN_JOB, one.end_to_end_id, sent_on, return_code=return_code)
