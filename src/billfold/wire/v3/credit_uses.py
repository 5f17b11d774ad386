"""How much of which vendor credit: what bills and payments say of the credits they use (contract: payables §3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec
from msgspec import UnsetType

from billfold.payables.credits.model import CreditAmount, CreditApplication
from billfold.wire.codecs import money

#: The words of the domain for these fields.
SPELLING = {"credits": "vendorCredits", "credit_id": "id"}


class VendorCreditBody(msgspec.Struct, kw_only=True):
    """A vendor credit to use, and how much of it."""

    id: str
    amount: Decimal


class VendorCreditUseShape(msgspec.Struct):
    """A vendor credit that is used, and how much of it."""

    id: str
    amount: Decimal


def credit_amounts(bodies: Sequence[VendorCreditBody] | UnsetType | None) -> tuple[CreditAmount, ...]:
    """The credits that a body lists; none where it says nothing."""
    return tuple(CreditAmount(one.id, one.amount) for one in bodies or ())


def use_shapes(uses: Iterable[CreditApplication]) -> list[VendorCreditUseShape] | None:
    """The credits used as v3 shows them; None where there are none."""
    return [VendorCreditUseShape(use.credit_id, money(use.amount_minor, use.currency)) for use in uses] or None
