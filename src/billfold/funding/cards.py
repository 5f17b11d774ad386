"""Cards as a source of money: none can be added yet, so what there is to read are no cards, rates and purposes."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from billfold.kit.errors import NotFound

#: What paying by card costs, in percent of the amount (?).
CREDIT_CARD_RATE: Final = Decimal("2.9")
DEBIT_CARD_RATE: Final = Decimal("2.9")


class Purpose(msgspec.Struct, frozen=True):
    """What a card payment can be for: a category and its finer words."""

    category: str
    finer: tuple[str, ...]


#: A card payment to a vendor whose industry is not known names one of these (contract v3-payables.md §8.4) (?).
PURPOSES: Final = (
    Purpose("Advertising and marketing", ("Advertising", "Printing and signs", "Events", "Public relations")),
    Purpose("Construction and repair", ("Building materials", "Contractors", "Equipment rental", "Repairs")),
    Purpose("Goods for resale", ("Finished goods", "Raw materials", "Packaging")),
    Purpose("Insurance", ("Health", "Liability", "Property", "Vehicles")),
    Purpose("Office", ("Furniture", "Office supplies", "Cleaning", "Postage and delivery")),
    Purpose("Professional services", ("Accounting", "Consulting", "Legal", "Staffing")),
    Purpose("Rent and utilities", ("Rent", "Electricity and gas", "Internet and telephone", "Water and waste")),
    Purpose("Software and equipment", ("Hosting", "Software", "Computers", "Machines")),
    Purpose("Taxes and fees", ("Licenses and permits", "Taxes", "Memberships")),
    Purpose("Travel and transport", ("Freight", "Fuel", "Lodging", "Travel")),
)


def get_card(card_account_id: str) -> None:
    """The card with this id; there is none. Raises `NotFound`."""
    raise NotFound("card account", card_account_id)
