"""What vendors take beside transfers to their bank account and checks (contract: payables §1.2)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class VirtualCardStatus(StrEnum):
    """How far the vendor is with taking virtual cards (contract: payables §1.2)."""

    UNKNOWN = "UNKNOWN"
    ENROLLED = "ENROLLED"
    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    DECLINED = "DECLINED"
    ON_HOLD = "ON_HOLD"
    OPEN = "OPEN"
    RECRUITING = "RECRUITING"
    VERBAL_COMMITMENT = "VERBAL_COMMITMENT"
    REQUIRE_MORE_INFO = "REQUIRE_MORE_INFO"
    PHONE_NUMBER_NEEDED = "PHONE_NUMBER_NEEDED"
    PAYER_ASSIST = "PAYER_ASSIST"
    PAY_FOR_YOUR_OPPORTUNITY = "PAY_FOR_YOUR_OPPORTUNITY"


class AlternatePayBy(StrEnum):
    """How a vendor is paid whose virtual card nobody used."""

    ACH = "ACH"
    CHECK = "CHECK"


class Acceptance(msgspec.Struct, frozen=True):
    """What one vendor takes. Without an industry, a card payment has to say what it is for."""

    organization_id: str
    vendor_id: str
    virtual_card_status: VirtualCardStatus
    remit_email: str | None
    enrolled_at: datetime | None
    declined_at: datetime | None
    alternate_pay_by: AlternatePayBy | None
    rpps_id: str | None
    takes_wallet: bool
    takes_amex: bool
    industry: str | None
    updated_at: datetime

    @property
    def id(self) -> str:
        """What an event is about: the vendor."""
        return self.vendor_id

    @property
    def takes_virtual_cards(self) -> bool:
        """Whether the next payment can be a virtual card."""
        return self.virtual_card_status is VirtualCardStatus.ENROLLED
