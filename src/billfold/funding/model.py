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
    EXPIRED = "EXPIRED"


TRANSITIONS = Transitions(
    "bank account",
    {
        BankAccountStatus.PENDING: {BankAccountStatus.VERIFIED, BankAccountStatus.INVALID, BankAccountStatus.EXPIRED},
        BankAccountStatus.VERIFIED: (),
        BankAccountStatus.INVALID: (),
        BankAccountStatus.EXPIRED: (),
    },
)


class UserStatus(StrEnum):
    """Whether a user may pay from a bank account or a card."""

    NOMINATED = "NOMINATED"
    VERIFIED = "VERIFIED"
    UNVERIFIED = "UNVERIFIED"


#: Of bank accounts and of cards.
USER_TRANSITIONS = Transitions(
    "account user",
    {
        UserStatus.NOMINATED: {UserStatus.VERIFIED, UserStatus.UNVERIFIED},
        UserStatus.VERIFIED: {UserStatus.UNVERIFIED},
        # Who was archived can be nominated anew.
        UserStatus.UNVERIFIED: {UserStatus.NOMINATED},
    },
)


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


class BankAccountChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What of a bank account can change."""

    name_on_account: str
    owner_type: str
    bank_name: str
    access_to_admins: bool
    chart_of_account_id: str | None
    is_payables_default: bool
    is_receivables_default: bool


class BankAccount(msgspec.Struct, frozen=True):
    """An organization's bank account. The number is in a sealed column that this record does not carry.

    `deposit_minor` is the test deposit to be named back; `wrong_deposits` counts wrong answers. `balance_minor` is
    what the accounting software said last, in USD cents.
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
    balance_minor: int | None
    balance_at: datetime | None

    @property
    def archived(self) -> bool:
        """Whether the account is out of use."""
        return self.record_status is not RecordStatus.ACTIVE

    @property
    def usable(self) -> bool:
        """Whether money can be paid from the account."""
        return self.status is BankAccountStatus.VERIFIED and not self.archived


class BankAccountUser(msgspec.Struct, frozen=True):
    """A user's standing at one bank account; `as_administrator` if by the access that it gives to administrators."""

    organization_id: str
    id: str
    ordinal: int
    bank_account_id: str
    user_id: str
    verification_status: UserStatus
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime
    as_administrator: bool

    @property
    def archived(self) -> bool:
        """Whether the user was taken off the account."""
        return self.record_status is not RecordStatus.ACTIVE
