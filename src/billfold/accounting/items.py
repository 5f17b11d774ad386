"""What only items have: a price or a percentage, and what their purchase costs (contract: core §3.4, v2.md §11)."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from billfold.accounting.model import Classification, ClassificationDraft, ItemType
from billfold.kit.errors import Checks, InvalidField

#: Only these are a part of something else.
WITH_PERCENTAGE: Final = frozenset({ItemType.DISCOUNT, ItemType.SALES_TAX, ItemType.OTHER_CHARGE})
MAX_PERCENTAGE: Final = 100
#: A price is of up to so many digits before the point, and after it, as an amount of money is and a rate may be.
_WHOLE_DIGITS: Final = 12
_DECIMALS: Final = 6


def check_amounts(checks: Checks, item: ClassificationDraft | Classification) -> None:
    """Note `InvalidField`s of price, percentage and purchase cost."""
    if item.percentage is not None:
        checks.require(item.price is None, InvalidField("percentage", "cannot stand beside a price"))
        checks.require(
            item.item_type in WITH_PERCENTAGE,
            InvalidField("percentage", f"is for the types {', '.join(sorted(WITH_PERCENTAGE))} only"),
        )
    for field in ("price", "percentage", "purchase_cost"):
        value = getattr(item, field)
        if value is not None:
            checks.require(_is_in_range(value, field), InvalidField(field, "is out of range", str(value)))


def accounts_of(item: ClassificationDraft | Classification) -> tuple[str, ...]:
    """The ids of the accounts that an item names."""
    return tuple(filter(None, (item.income_account_id, item.expense_account_id)))


def _is_in_range(value: Decimal, field: str) -> bool:
    if not value.is_finite() or value.adjusted() >= _WHOLE_DIGITS:
        return False
    exponent = value.normalize().as_tuple().exponent
    assert isinstance(exponent, int), value
    return -exponent <= _DECIMALS and (field != "percentage" or abs(value) <= MAX_PERCENTAGE)
