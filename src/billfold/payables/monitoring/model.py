"""The record of what was looked at before an entry left (Nacha's rules on risk-based monitoring by originators)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class Verdict(StrEnum):
    """What a check found. Flagged stops nothing: it is to be looked at."""

    PASSED = "passed"
    FLAGGED = "flagged"


class CheckName(StrEnum):
    """What is looked at."""

    APPROVAL = "approval"
    FOUR_EYES = "four eyes"
    ACCOUNT_AGE = "account age"
    ACCOUNT_PROOF = "account proof"
    BANK_CHANGE = "bank change"
    AMOUNT = "amount"
    DUPLICATE = "duplicate bill"
    OWN_ACCOUNT = "own account"


class Finding(msgspec.Struct, frozen=True):
    """One check of one entry, in words that an auditor reads."""

    name: CheckName
    verdict: Verdict
    detail: str


class OriginationCheck(msgspec.Struct, frozen=True):
    """What was looked at for one entry, as it stood then; `checks` are `Finding`s as JSON."""

    organization_id: str
    id: str
    ordinal: int
    transfer_id: str
    file_id: str | None
    subject_id: str
    vendor_id: str | None
    amount_minor: int
    verdict: Verdict
    checks: str
    created_at: datetime


class MonitoredBill(msgspec.Struct, frozen=True):
    """A bill that an entry pays, as far as monitoring asks of it."""

    id: str
    number_key: str
    approval_status: str
    created_by: str
