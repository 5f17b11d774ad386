"""Bills that may be one bill twice: the same invoice number, or nearly the same one with the same amount and date.

They are flagged, for the same number twice is a bill twice, or a vendor who counts badly; an organization may have the
second of one number refused (`Controls.refuse_duplicate_bills`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from billfold.identity.controls import lock_if_refusing_duplicates
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Refusal
from billfold.payables.bills import store
from billfold.payables.bills.model import Bill

#: So many bills are looked at for each kind of likeness, the newest first.
LIMIT: Final = 1_000
#: Shorter numbers differ by one character too easily.
_SHORTEST: Final = 3
_LOOKS_LIKE: Final = str.maketrans("OIL", "011")
_NUMBER: Final = ("number_key",)
_AMOUNT_AND_DATE: Final = ("amount_minor", "invoice_on")
_LEADING_ZEROS: Final = re.compile(r"(?<!\d)0+(?=\d)")


class Likeness(StrEnum):
    """Why bills may be one."""

    SAME_NUMBER = "SAME_NUMBER"
    NEAR_NUMBER = "NEAR_NUMBER"


class Group(msgspec.Struct, frozen=True):
    """Bills of one vendor that may be one bill, in the order of their creation."""

    likeness: Likeness
    bills: list[Bill]


class BillNumberTaken(Refusal):
    """The organization refuses a vendor's second bill with the same number."""

    sentence = "The vendor {vendor_id} has a bill with the number {invoice_number} already: {id}."


def number_key(invoice_number: str) -> str:
    """The number without case and punctuation: `inv-0042` is `INV 0042`. One of punctuation alone stays as it is."""
    folded = unicodedata.normalize("NFKC", invoice_number).upper()
    return "".join(character for character in folded if character.isalnum()) or folded


def are_near(one: str, other: str) -> bool:
    """Whether one key may be a slip of the other: looks, leading zeros, one character too many, other or swapped.

    >>> are_near("INV0042", "INV42"), are_near("INV42", "1NV42"), are_near("INV42", "INV24"), are_near("INV42", "INV7")
    (True, True, True, False)
    """
    one, other = _as_it_looks(one), _as_it_looks(other)
    if one == other:
        return True
    if min(len(one), len(other)) < _SHORTEST:
        return False
    start = _common(one, other)
    end = _common(one[start:][::-1], other[start:][::-1])
    rest, changed = one[start : len(one) - end], other[start : len(other) - end]
    swapped = len(rest) == len(changed) == 2 and rest == changed[::-1]  # noqa: PLR2004 - a pair
    return swapped or max(len(rest), len(changed)) == 1


def require_new_number(ctx: Ctx, vendor_id: str, invoice_number: str, *, but_for: str = "") -> None:
    """No other active bill of the vendor has this number, where that is refused. Raises `BillNumberTaken`."""
    if not lock_if_refusing_duplicates(ctx):
        return
    other = store.bill_of_number(ctx.tx, ctx.organization_id, vendor_id, number_key(invoice_number), but_for)
    if other is not None:
        raise BillNumberTaken(vendor_id=vendor_id, invoice_number=invoice_number, id=other.id)


def list_duplicates(ctx: Ctx) -> list[Group]:
    """Active bills that may be one: the newest groups of the same number, then those of near numbers."""
    same = store.bills_alike(ctx.tx, ctx.organization_id, _NUMBER, LIMIT)
    alike = store.bills_alike(ctx.tx, ctx.organization_id, _AMOUNT_AND_DATE, LIMIT)
    near = [group for bills in _grouped(alike, *_AMOUNT_AND_DATE) for group in _near_ones(bills)]
    return [
        *(Group(Likeness.SAME_NUMBER, bills) for bills in _grouped(same, *_NUMBER)),
        *(Group(Likeness.NEAR_NUMBER, bills) for bills in near),
    ]


def _grouped(bills: Iterable[Bill], *fields: str) -> list[list[Bill]]:
    """Groups of two or more, that with the newest bill first."""
    groups: dict[tuple[object, ...], list[Bill]] = defaultdict(list)
    for bill in bills:
        groups[bill.vendor_id, *(getattr(bill, field) for field in fields)].append(bill)
    several = [group for group in groups.values() if len(group) > 1]
    return sorted(several, key=lambda group: group[-1].ordinal, reverse=True)


def _near_ones(bills: Sequence[Bill]) -> list[list[Bill]]:
    """The bills whose numbers are near but not the same, each with the oldest number that it is near to."""
    of_key: dict[str, list[Bill]] = defaultdict(list)
    for bill in bills:
        of_key[bill.number_key].append(bill)
    groups: list[list[str]] = []
    for key in of_key:
        for group in groups:
            if are_near(key, group[0]):
                group.append(key)
                break
        else:
            groups.append([key])
    return [
        sorted((bill for key in group for bill in of_key[key]), key=lambda bill: bill.ordinal)
        for group in groups
        if len(group) > 1
    ]


def _as_it_looks(key: str) -> str:
    return _LEADING_ZEROS.sub("", key.translate(_LOOKS_LIKE))


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    length = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        length += 1
    return length
