"""The records of files that banks send, and of the changes that they ask for."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from billfold.kit.states import Transitions


class FileStatus(StrEnum):
    """Whether all entries of a file have been taken."""

    TAKING = "taking"
    TAKEN = "taken"


class IncomingFile(msgspec.Struct, frozen=True):
    """A file that a bank sent. `identity` is what its header and controls say: another copy of it says the same."""

    organization_id: str
    id: str
    ordinal: int
    stored_file_id: str
    digest: str
    identity: str
    entry_count: int
    taken_count: int
    status: FileStatus
    created_at: datetime
    updated_at: datetime


class Outcome(StrEnum):
    """What became of an entry.

    Applied: it did what it says. Repeated: that was known, nothing changed. Exception: somebody has to look at it.
    """

    APPLIED = "applied"
    REPEATED = "repeated"
    EXCEPTION = "exception"


class IncomingEntry(msgspec.Struct, frozen=True):
    """An entry of such a file: `trace_number` is that of our entry, `subject_id` our transfer or prenote."""

    organization_id: str
    id: str
    ordinal: int
    file_id: str
    line: int
    code: str | None
    trace_number: str | None
    amount_minor: int
    subject_id: str | None
    outcome: Outcome
    note: str | None
    created_at: datetime


class ChangeStatus(StrEnum):
    """A bank proposes; a person accepts or rejects."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


CHANGE_TRANSITIONS = Transitions(
    "change of account",
    {
        ChangeStatus.PROPOSED: {ChangeStatus.ACCEPTED, ChangeStatus.REJECTED},
        ChangeStatus.ACCEPTED: (),
        ChangeStatus.REJECTED: (),
    },
)


class AccountChange(msgspec.Struct, frozen=True):
    """What a bank asks to have written otherwise, from now on, of the account that an entry went to.

    The corrections are in a sealed column; `before_masked` and `after_masked` show them with account numbers hidden.
    """

    organization_id: str
    id: str
    ordinal: int
    source_id: str
    account_table: str
    account_id: str
    code: str
    before_masked: str
    after_masked: str
    fingerprint: str
    status: ChangeStatus
    decided_by: str | None
    created_at: datetime
    updated_at: datetime
