"""Addresses as v3 reads and shows them, whoever has them (contract: core §2.1, §4.1, payables §1.2)."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from billfold.wire.codecs import Mapped, Text
from billfold.wire.countries import Country, country_code, country_name

#: Wire name and ending of the domain's field.
_PARTS: Final = (
    ("line1", "line1"),
    ("line2", "line2"),
    ("city", "city"),
    ("stateOrProvince", "state"),
    ("zipOrPostalCode", "zip"),
    ("country", "country"),
)


class AddressBody(msgspec.Struct, kw_only=True):
    """An address, or the part of it to change."""

    line1: str | UnsetType = UNSET
    line2: Text = UNSET
    city: str | UnsetType = UNSET
    stateOrProvince: Text = UNSET
    zipOrPostalCode: str | UnsetType = UNSET
    country: Country | UnsetType = UNSET
    countryName: Text = UNSET


class NewAddressBody(AddressBody, kw_only=True):
    """A whole address."""

    line1: str
    city: str
    zipOrPostalCode: str
    country: Country


class AddressShape(msgspec.Struct, omit_defaults=True):
    """An address."""

    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    stateOrProvince: str | None = None
    zipOrPostalCode: str | None = None
    country: str | None = None
    countryName: str | None = None


def address_fields(path: str, prefix: str) -> Mapped:
    """Wire path and domain field of each part: `billingAddress.city` is `bill_address_city`."""
    return tuple((f"{path}.{name}", f"{prefix}_{ending}") for name, ending in _PARTS)


def drop_shown_country(found: dict[str, Any], record: Any, prefix: str) -> None:
    """A country that v2 was told by its name is shown by its letters; sent back so, it changes nothing."""
    field = f"{prefix}_country"
    if found.get(field) and found[field] == country_code(getattr(record, field)):
        del found[field]


def address_shape(record: Any, prefix: str) -> AddressShape | None:
    """The address in the fields of a record that begin with `prefix`, or None where there is nothing of it."""
    parts = {name: getattr(record, f"{prefix}_{ending}") for name, ending in _PARTS}
    if not any(parts.values()):
        return None
    country = parts.pop("country")
    return AddressShape(**parts, country=country_code(country), countryName=country_name(country))
