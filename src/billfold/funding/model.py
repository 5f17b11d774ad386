"""The records of funding."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from billfold.kit.ctx import RecordStatus
from billfold.kit.states import Transitions


class BankAccountStatus(StrEnum):
    """Where an organization bank account stands (contract v3-payables.md §7)."""

    PENDING = "PENDING"
    VERIFIED = "VERIFIED"
    INVALID = "INVALID"


TRANSITIONS = Transitions(
    "bank account",
    {
        BankAccountStatus.PENDING: {BankAccountStatus.VERIFIED, BankAccountStatus.INVALID},
        BankAccountStatus.VERIFIED: (),
        BankAccountStatus.INVALID: (),
    },
)


class UserStatus(StrEnum):
    """Whether a user may pay from a bank account."""

    NOMINATED = "NOMINATED"
    VERIFIED = "VERIFIED"
    UNVERIFIED = "UNVERIFIED"


class BankAccountDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A bank account as it comes in. Its repr shows no number."""

    name_on_account: str
    bank_name: str
    routing_number: str
    account_number: str
    kind: str
    owner_type: str
    access_to_admins: bool = False
    chart_of_account_id: str | None = None

    def __repr__(self) -> str:
        return f"BankAccountDraft(…{self.account_number[-4:]})"


class BankAccount(msgspec.Struct, frozen=True):
    """An organization's bank account. The number is in a sealed column that this record does not carry.

    `deposit_minor` is the test deposit to be named back; `wrong_deposits` counts wrong answers.
    """

    organization_id: str
    id: str
    ordinal: int
    name_on_account: str
    bank_name: str
    routing_number: str
    account_number_last4: str
    account_number_length: int
    account_fingerprint: str
    kind: str
    owner_type: str
    access_to_admins: bool
    is_payables_default: bool
    is_receivables_default: bool
    chart_of_account_id: str | None
    status: BankAccountStatus
    deposit_minor: int
    wrong_deposits: int
    verify_until: datetime
    created_by: str
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime

    @property
    def archived(self) -> bool:
        """Whether the account is out of use."""
        return self.record_status is not RecordStatus.ACTIVE


class BankAccountUser(msgspec.Struct, frozen=True):
    """A user's standing at one bank account."""

    organization_id: str
    id: str
    ordinal: int
    bank_account_id: str
    user_id: str
    verification_status: UserStatus
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime
