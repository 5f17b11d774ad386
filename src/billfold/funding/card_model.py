"""The records of what pays beside bank accounts: card accounts, AP cards, and what the organization may use."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from billfold.funding.model import UserStatus
from billfold.kit.ctx import RecordStatus
from billfold.kit.states import Transitions


class CardBrand(StrEnum):
    """Whose network carries a card's charges."""

    AMEX = "AMEX"
    DISCOVER = "DISCOVER"
    MASTERCARD = "MASTERCARD"
    VISA = "VISA"


class CardKind(StrEnum):
    """What stands behind a card."""

    CREDIT = "CREDIT_CARD"
    DEBIT = "DEBIT_CARD"
    PREPAID = "PREPAID_CARD"


class CardStatus(StrEnum):
    """Whether the card was shown to be the organization's (contract v3-payables.md §8.2)."""

    PENDING = "PENDING"
    VERIFIED = "VERIFIED"


CARD_TRANSITIONS: Final = Transitions(
    "card account", {CardStatus.PENDING: {CardStatus.VERIFIED}, CardStatus.VERIFIED: ()}
)


class CardDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A card as it comes in: its number never does, only the last four digits. It is good through `expires_on`."""

    name_on_account: str
    issuing_bank_name: str
    brand: CardBrand
    kind: CardKind
    last4: str
    expires_on: date


class CardAccount(msgspec.Struct, frozen=True):
    """A card of the organization that payments can be charged to."""

    organization_id: str
    id: str
    ordinal: int
    name_on_account: str
    issuing_bank_name: str
    brand: CardBrand
    kind: CardKind
    last4: str
    expires_on: date
    status: CardStatus
    is_default: bool
    created_by: str
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime

    @property
    def archived(self) -> bool:
        """Whether the card is out of use."""
        return self.record_status is not RecordStatus.ACTIVE


class CardUser(msgspec.Struct, frozen=True):
    """A user's standing at one card account."""

    organization_id: str
    id: str
    ordinal: int
    card_account_id: str
    user_id: str
    verification_status: UserStatus
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime

    @property
    def archived(self) -> bool:
        """Whether the user was taken off the card."""
        return self.record_status is not RecordStatus.ACTIVE


class ApCardStatus(StrEnum):
    """Applied for; in use; out of use (contract v3-payables.md §8.1)."""

    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"


AP_CARD_TRANSITIONS: Final = Transitions(
    "AP card",
    {
        ApCardStatus.DRAFT: {ApCardStatus.ACTIVE, ApCardStatus.INACTIVE},
        ApCardStatus.ACTIVE: {ApCardStatus.INACTIVE},
        ApCardStatus.INACTIVE: {ApCardStatus.ACTIVE},
    },
)


class ApCard(msgspec.Struct, frozen=True):
    """A line of credit that pays vendors who take virtual cards. What is owed on it is the ledger's to say."""

    organization_id: str
    id: str
    ordinal: int
    name_on_account: str
    status: ApCardStatus
    limit_minor: int
    created_at: datetime
    updated_at: datetime


class FundingPermissions(msgspec.Struct, frozen=True):
    """What the organization may pay with beside its bank accounts."""

    organization_id: str
    card_funding: bool
    amex_allowed: bool
    wallet_funding: bool
    updated_at: datetime

    @property
    def id(self) -> str:
        """What an event is about: an organization has one set of these."""
        return self.organization_id
