"""The records of statements, the states of a line, and what a line can be matched with."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec

from billfold.bankfiles.statements import Kind
from billfold.kit.states import Transitions


class LineStatus(StrEnum):
    """An unmatched line is an exception until it is matched with what we sent, or booked to an account."""

    UNMATCHED = "unmatched"
    MATCHED = "matched"
    BOOKED = "booked"


LINE_TRANSITIONS = Transitions(
    "statement line",
    {
        LineStatus.UNMATCHED: {LineStatus.MATCHED, LineStatus.BOOKED},
        # Whoever matched or booked by mistake takes it back.
        LineStatus.MATCHED: {LineStatus.UNMATCHED},
        LineStatus.BOOKED: {LineStatus.UNMATCHED},
    },
)


class Effect(StrEnum):
    """What one thing of ours does to one bank account; each happens once.

    A file's credits leave the own account together, its debits come in together, unless the bank books each entry by
    itself (`ENTRY`). A transfer or a check that names the account, or is drawn on it, is `PAID`; what comes back is
    `RETURNED`. A credit that a card or the wallet funds is `COVERED` by who holds that money, and `UNCOVERED` when it
    comes back. What the organization moved by itself, into its wallet or to its card, is `MOVED`.
    """

    CREDITS = "credits"
    DEBITS = "debits"
    ENTRY = "entry"
    PAID = "paid"
    RETURNED = "returned"
    COVERED = "covered"
    UNCOVERED = "uncovered"
    MOVED = "moved"


class BankStatement(msgspec.Struct, frozen=True):
    """A statement of one bank account. `form` is its file's (`bai2`, `camt.053`), `digest` the SHA-256 of the file."""

    organization_id: str
    id: str
    ordinal: int
    bank_account_id: str
    stored_file_id: str
    form: str
    reference: str
    currency: str
    from_on: date
    to_on: date
    opening_minor: int
    closing_minor: int
    line_count: int
    digest: str
    created_by: str
    created_at: datetime


class StatementLine(msgspec.Struct, frozen=True):
    """A line of a statement; `amount_minor` is negative for money that left.

    `bank_names` are the bank's names for it, a JSON list. `rule` says what matched it; `booked_to` is the ledger
    account that it was booked to, or the difference from what it was matched with; `resolved_by` who did it by hand.
    """

    organization_id: str
    id: str
    ordinal: int
    statement_id: str
    bank_account_id: str
    posted_on: date
    amount_minor: int
    currency: str
    kind: Kind
    code: str
    check_number: int | None
    bank_names: str
    description: str
    status: LineStatus
    rule: str | None
    booked_to: str | None
    resolved_by: str | None
    updated_at: datetime

    @property
    def references(self) -> list[str]:
        """The bank's names for the line."""
        return msgspec.json.decode(self.bank_names, type=list[str])


class StatementMatch(msgspec.Struct, frozen=True):
    """What a line was matched with: the effect of a file, a transfer or a check (by its transfer) on the account."""

    organization_id: str
    line_id: str
    bank_account_id: str
    subject_id: str
    effect: Effect
    amount_minor: int


class Expected(msgspec.Struct, frozen=True):
    """What the bank will book, or has booked: `amount_minor` as on its statement, not before `expected_on`.

    `latest_on` is the last day that it may be booked on without a name, a week later if None. `names` are what the
    organization calls it, and told the bank. `file_id` is the file of an entry, whose effects `CREDITS` and `DEBITS`
    an entry's own line excludes.
    """

    subject_id: str
    effect: Effect
    amount_minor: int
    expected_on: date
    check_number: int | None = None
    trace_number: str | None = None
    file_id: str | None = None
    names: tuple[str, ...] = ()
    latest_on: date | None = None


class Found(msgspec.Struct, frozen=True):
    """A line and what it is, by which rule."""

    line_id: str
    expected: tuple[Expected, ...]
    rule: str


class SandboxBankLine(msgspec.Struct, frozen=True):
    """One booking of the sandbox's bank; `amount_minor` is negative for money that left."""

    organization_id: str
    id: str
    ordinal: int
    bank_account_id: str
    posted_on: date
    amount_minor: int
    kind: Kind
    code: str
    check_number: int | None
    reference: str
    description: str
    created_at: datetime
