"""What banks sent and ask for, as the sandbox's face and that of administration show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from billfold.kit.ctx import Ctx
from billfold.kit.query import Filter, Op, Query, Sort
from billfold.rails.incoming import changes, files
from billfold.rails.incoming.files import TakenFile
from billfold.rails.incoming.model import AccountChange, IncomingEntry, Outcome
from billfold.wire.catalog import Call
from billfold.wire.codecs import instant
from billfold.wire.own.plain import LIMIT, NEWEST

_LATEST: Final = (Sort("ordinal", descending=True),)


class BankFileShape(msgspec.Struct, kw_only=True):
    """A file that a bank sent, and how many of its entries did what."""

    id: str
    fileId: Annotated[str, Meta(description="Where its bytes are, among the files.")]
    sha256: str
    status: Annotated[str, Meta(description="taking while entries are still to come, then taken.")]
    entryCount: int
    applied: Annotated[int, Meta(description="Entries that did what they say.")]
    repeated: Annotated[int, Meta(description="Entries that said what was known, so that nothing changed.")]
    exceptions: Annotated[int, Meta(description="Entries that somebody has to look at.")]
    duplicate: Annotated[bool, Meta(description="The file had been taken before; nothing happened.")]
    createdTime: str


class BankFileList(msgspec.Struct):
    """Files that banks sent."""

    results: list[BankFileShape]


class BankEntryShape(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An entry of a bank's file."""

    id: str
    bankFileId: str
    line: Annotated[int, Meta(description="Its record in the file, from 1.")]
    outcome: Annotated[str, Meta(description="applied, repeated or exception.")]
    amountMinor: int
    code: str | None = None
    traceNumber: Annotated[str | None, Meta(description="Of the entry that it is about.")] = None
    subjectId: Annotated[str | None, Meta(description="The transfer or prenote that it is about.")] = None
    note: str | None = None
    createdTime: str


class BankEntryList(msgspec.Struct):
    """Entries of files that banks sent."""

    results: list[BankEntryShape]


class AccountChangeShape(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What a bank asks to have written otherwise (a notification of change)."""

    id: str
    code: Annotated[str, Meta(description="The change code, C01 to C13.")]
    accountId: str
    holder: Annotated[str, Meta(description="vendor, organization, or originator for the organization's own settings.")]
    before: Annotated[str, Meta(description="What stands now; account numbers are hidden but for the end.")]
    after: Annotated[str, Meta(description="What the bank would have instead.")]
    status: Annotated[str, Meta(description="proposed, accepted or rejected.")]
    decidedBy: str | None = None
    createdTime: str


class AccountChangeList(msgspec.Struct):
    """What banks ask for."""

    results: list[AccountChangeShape]


def bank_file_shape(taken: TakenFile) -> BankFileShape:
    """A file."""
    file, outcomes = taken.file, taken.outcomes
    return BankFileShape(
        id=file.id,
        fileId=file.stored_file_id,
        sha256=file.digest,
        status=file.status.value,
        entryCount=file.entry_count,
        applied=outcomes.get(Outcome.APPLIED, 0),
        repeated=outcomes.get(Outcome.REPEATED, 0),
        exceptions=outcomes.get(Outcome.EXCEPTION, 0),
        duplicate=taken.repeated,
        createdTime=instant(file.created_at),
    )


def _entry_shape(entry: IncomingEntry) -> BankEntryShape:
    return BankEntryShape(
        id=entry.id,
        bankFileId=entry.file_id,
        line=entry.line,
        outcome=entry.outcome.value,
        amountMinor=entry.amount_minor,
        code=entry.code,
        traceNumber=entry.trace_number,
        subjectId=entry.subject_id,
        note=entry.note,
        createdTime=instant(entry.created_at),
    )


def account_change_shape(change: AccountChange) -> AccountChangeShape:
    """A change."""
    return AccountChangeShape(
        id=change.id,
        code=change.code,
        accountId=change.account_id,
        holder=change.account_table,
        before=change.before_masked,
        after=change.after_masked,
        status=change.status.value,
        decidedBy=change.decided_by,
        createdTime=instant(change.created_at),
    )


def list_bank_files(ctx: Ctx, _: Call, __: None) -> BankFileList:
    """The newest 200, newest first."""
    return BankFileList([bank_file_shape(taken) for taken in files.list_files(ctx, NEWEST)])


def list_entries(ctx: Ctx, call: Call, _: None) -> BankEntryList:
    """The first 200 entries of a file."""
    file_id = files.get_file(ctx, call.path_ids["bankFileId"]).file.id
    query = Query(filters=(Filter("file_id", Op.EQ, file_id),), limit=LIMIT)
    return BankEntryList([_entry_shape(entry) for entry in files.list_entries(ctx, query).items])


def list_exceptions(ctx: Ctx, _: Call, __: None) -> BankEntryList:
    """The newest 200 entries that nobody could place, newest first."""
    query = Query(filters=(Filter("outcome", Op.EQ, Outcome.EXCEPTION),), sorts=_LATEST, limit=LIMIT)
    return BankEntryList([_entry_shape(entry) for entry in files.list_entries(ctx, query).items])


def list_account_changes(ctx: Ctx, _: Call, __: None) -> AccountChangeList:
    """The newest 200, newest first."""
    query = Query(sorts=_LATEST, limit=LIMIT)
    return AccountChangeList([account_change_shape(change) for change in changes.list_changes(ctx, query).items])


def deciding(decide: Callable[[Ctx, str], AccountChange]) -> Callable[[Ctx, Call, Any], AccountChangeShape]:
    """An operation that decides over a change."""

    def run(ctx: Ctx, call: Call, _: None) -> AccountChangeShape:
        return account_change_shape(decide(ctx, call.path_ids["accountChangeId"]))

    return run


#: The verb in the path, what it does, and its summary.
DECISIONS: Final = (
    ("accept", changes.accept_change, "Accept what a bank asks to have changed"),
    ("reject", changes.reject_change, "Reject what a bank asks to have changed"),
)
