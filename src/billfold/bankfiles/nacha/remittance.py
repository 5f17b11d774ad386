"""Remittance advice in addenda: the segments of an ANSI X12 820 that name the documents paid.

One document is one RMR segment, with its date behind it in DTM where there is room for more than one addendum. A CCD
or PPD entry has one addendum of 80 characters; a CTX entry has up to 9,999, in which the segments of one transaction
set run on from record to record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from billfold.bankfiles.nacha.model import Addendum

ADDENDUM: Final = 80
MAX_ADDENDA: Final = 9999
_END, _ELEMENT = "\\", "*"
_SEPARATORS: Final = frozenset("*\\~")
_NUMBER: Final = 30
_CONTROL: Final = "0001"
_CENTS: Final = 100


@dataclass(frozen=True, slots=True)
class Remitted:
    """A document paid: its number, its date where known, and how many cents of it."""

    number: str
    amount_minor: int
    issued_on: date | None = None


class UnreadableRemittance(ValueError):
    """The addenda do not hold the segments that were expected."""


def short_advice(documents: Sequence[Remitted]) -> str | None:
    """RMR segments for one addendum, or None where they do not all fit."""
    text = "".join(_document(one) for one in documents)
    return text if len(text) <= ADDENDUM else None


def advice(documents: Sequence[Remitted], *, reference: str, total_minor: int) -> tuple[Addendum, ...]:
    """An 820 transaction set as addenda of a CTX entry: total, reference, a document at a time, count of segments.

    Raises `ValueError` where it takes more addenda than an entry has.
    """
    segments = [
        _segment("ST", "820", _CONTROL),
        _segment("BPR", "C", _amount(total_minor), "C", "ACH", "CTX"),
        _segment("TRN", "1", _clean(reference)),
        _segment("ENT", "1"),
    ]
    for one in documents:
        segments.append(_document(one))
        if one.issued_on is not None:
            segments.append(_segment("DTM", "003", f"{one.issued_on:%Y%m%d}"))
    segments.append(_segment("SE", str(len(segments) + 1), _CONTROL))
    text = "".join(segments)
    if len(text) > ADDENDUM * MAX_ADDENDA:
        raise ValueError(f"remittance advice of {len(documents)} documents does not fit into {MAX_ADDENDA} addenda")
    return tuple(Addendum(text[start : start + ADDENDUM]) for start in range(0, len(text), ADDENDUM))


def read_advice(addenda: Iterable[Addendum]) -> list[Remitted]:
    """The documents named in the addenda of one entry. Raises `UnreadableRemittance`.

    Other segments are passed over, but the count in SE must be right where there is one.
    """
    # The reader takes trailing blanks off; only the last addendum of an advice may be short.
    texts = [addendum.payment_related_information for addendum in addenda]
    text = "".join([one.ljust(ADDENDUM) for one in texts[:-1]] + texts[-1:])
    segments = [segment.split(_ELEMENT) for segment in text.split(_END) if segment.strip()]
    found: list[Remitted] = []
    for position, segment in enumerate(segments, start=1):
        if segment[0] == "RMR":
            found.append(_read_document(segment))
        elif segment[0] == "DTM" and found and len(segment) > 2:  # noqa: PLR2004 - DTM, qualifier, date
            found[-1] = Remitted(found[-1].number, found[-1].amount_minor, _read_date(segment[2]))
        elif segment[0] == "SE" and segment[1:2] != [str(position)]:
            raise UnreadableRemittance(f"SE: expected {position} segments, found another count")
    return found


def _document(one: Remitted) -> str:
    return _segment("RMR", "IV", _clean(one.number)[:_NUMBER], "", _amount(one.amount_minor))


def _segment(*elements: str) -> str:
    return _ELEMENT.join(elements) + _END


def _amount(amount_minor: int) -> str:
    return f"{amount_minor // _CENTS}.{amount_minor % _CENTS:02d}"


def _clean(text: str) -> str:
    """Without what segments are made of, and one character of the file's set for each of its own."""
    return "".join(_characters(text)).strip()


def _characters(text: str) -> Iterator[str]:
    for character in text:
        if character not in _SEPARATORS:
            yield character if " " <= character <= "~" else "?"


def _read_document(segment: Sequence[str]) -> Remitted:
    try:
        whole, _, cents = segment[4].partition(".")
        return Remitted(segment[2], int(whole) * _CENTS + int(cents.ljust(2, "0")[:2] or "0"))
    except (IndexError, ValueError):
        raise UnreadableRemittance("RMR: expected a number and an amount") from None


def _read_date(digits: str) -> date:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        raise UnreadableRemittance("DTM: expected a date as YYYYMMDD") from None
