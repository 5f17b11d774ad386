"""Positive pay: the list of checks issued and voided, against which a bank compares those presented.

Banks agree on what the list holds and not on its form. A form is data here: columns in order, each saying what it
holds and how it is written. A bank's own form is one more row of `LAYOUTS`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from billfold.bankfiles.checks.errors import CheckError
from billfold.bankfiles.checks.text import printable, shown

_CENTS: Final = 100


class Kind(StrEnum):
    """What a record says of a check."""

    ISSUE = "issue"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Item:
    """A check that the bank may pay, or may not pay any more. ``on`` is when it was issued: a bank knows it by that."""

    kind: Kind
    number: int
    on: date
    amount_minor: int
    payee: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An item with what the file says of its account, or the totals of a file; a column takes its text from it."""

    routing_number: str
    account_number: str
    item: Item | None
    count: int
    sum_minor: int


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title and its text. In a layout of fixed width ``width`` and which side is filled with what."""

    title: str
    text: Callable[[Listed], str]
    width: int = 0
    fill: str = " "
    right: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A bank's form. Without a delimiter records have fixed widths.

    ``titles`` writes a first line of titles, ``quoted`` quotes every text, ``trailer`` is a last record of totals.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    delimiter: str = ""
    titles: bool = False
    quoted: bool = False
    trailer: tuple[Column, ...] = ()


def _number(width: int = 0) -> Callable[[Listed], str]:
    return lambda listed: f"{_item(listed).number:0{width}d}" if width else str(_item(listed).number)


def _day(form: str) -> Callable[[Listed], str]:
    return lambda listed: f"{_item(listed).on:{form}}"


def _code(issue: str, void: str) -> Callable[[Listed], str]:
    return lambda listed: issue if _item(listed).kind is Kind.ISSUE else void


def _constant(text: str) -> Callable[[Listed], str]:
    return lambda _: text


def _item(listed: Listed) -> Item:
    assert listed.item is not None, "a trailer has no columns of an item"
    return listed.item


def _account(listed: Listed) -> str:
    return listed.account_number


def _routing(listed: Listed) -> str:
    return listed.routing_number


def _payee(listed: Listed) -> str:
    return shown(_item(listed).payee)


def _capitals(listed: Listed) -> str:
    """A letter whose capital the file cannot hold, such as a micro sign, stays as it is."""
    return "".join(printable(letter.upper()) or letter for letter in _payee(listed))


def _decimal(listed: Listed) -> str:
    return f"{_item(listed).amount_minor // _CENTS}.{_item(listed).amount_minor % _CENTS:02d}"


def _cents(listed: Listed) -> str:
    return str(_item(listed).amount_minor)


def _count(listed: Listed) -> str:
    return str(listed.count)


def _sum_cents(listed: Listed) -> str:
    return str(listed.sum_minor)


LAYOUTS: Final = {
    layout.name: layout
    for layout in (
        Layout(
            "csv-titled",
            "comma separated with titles, ISO dates, decimal amounts, ISSUE or VOID",
            (
                Column("Issue Date", _day("%Y-%m-%d")),
                Column("Check Number", _number()),
                Column("Account Number", _account),
                Column("Amount", _decimal),
                Column("Payee", _payee),
                Column("Record Type", _code("ISSUE", "VOID")),
            ),
            delimiter=",",
            titles=True,
        ),
        Layout(
            "csv-plain",
            "comma separated, account first, MMDDYYYY, amounts in cents, I or V, payee in capitals",
            (
                Column("Account Number", _account),
                Column("Check Number", _number(10)),
                Column("Issue Date", _day("%m%d%Y")),
                Column("Amount", _cents),
                Column("Code", _code("I", "V")),
                Column("Payee", _capitals),
            ),
            delimiter=",",
        ),
        Layout(
            "csv-quoted",
            "comma separated with every text quoted, routing number first, MM/DD/YYYY, decimal amounts, I or C",
            (
                Column("Routing Number", _routing),
                Column("Account Number", _account),
                Column("Code", _code("I", "C")),
                Column("Check Number", _number()),
                Column("Amount", _decimal),
                Column("Issue Date", _day("%m/%d/%Y")),
                Column("Payee", _payee),
            ),
            delimiter=",",
            quoted=True,
        ),
        Layout(
            "fixed-120",
            "records of 120 characters: detail, then a trailer with count and sum",
            (
                Column("Record", _constant("D"), 1),
                Column("Account Number", _account, 18, "0", right=True),
                Column("Check Number", _number(), 10, "0", right=True),
                Column("Amount", _cents, 12, "0", right=True),
                Column("Issue Date", _day("%Y%m%d"), 8),
                Column("Code", _code("I", "V"), 1),
                Column("Payee", _capitals, 60),
                Column("Filler", _constant(""), 10),
            ),
            trailer=(
                Column("Record", _constant("T"), 1),
                Column("Account Number", _account, 18, "0", right=True),
                Column("Count", _count, 10, "0", right=True),
                Column("Sum", _sum_cents, 12, "0", right=True),
                Column("Filler", _constant(""), 79),
            ),
        ),
    )
}


def render_positive_pay(layout: Layout, routing_number: str, account_number: str, items: Sequence[Item]) -> bytes:
    """The file of these items, in their order, lines ending with CR LF. The trailer's sum is that of all its records.

    Raises `CheckError` where a fixed field has no room for its text; a payee there is cut instead.
    """
    listed = [Listed(routing_number, account_number, item, 0, 0) for item in items]
    records = [[column.text(one) for column in layout.columns] for one in listed]
    if layout.titles:
        records.insert(0, [column.title for column in layout.columns])
    if layout.delimiter:
        return _separated(layout, records)
    lines = [_fixed(layout.columns, record) for record in records]
    if layout.trailer:
        totals = Listed(routing_number, account_number, None, len(items), sum(item.amount_minor for item in items))
        lines.append(_fixed(layout.trailer, [column.text(totals) for column in layout.trailer]))
    return "".join(f"{line}\r\n" for line in lines).encode("cp1252")


def _separated(layout: Layout, records: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=layout.delimiter,
        quoting=csv.QUOTE_ALL if layout.quoted else csv.QUOTE_MINIMAL,
        lineterminator="\r\n",
    )
    writer.writerows(records)
    return text.getvalue().encode("cp1252")


def _fixed(columns: Sequence[Column], texts: Sequence[str]) -> str:
    problems = [
        f"{column.title}: expected at most {column.width} characters, found {len(text)}"
        for column, text in zip(columns, texts, strict=True)
        if len(text) > column.width and column.right
    ]
    if problems:
        raise CheckError(tuple(problems))
    return "".join(
        text.rjust(column.width, column.fill) if column.right else text[: column.width].ljust(column.width, column.fill)
        for column, text in zip(columns, texts, strict=True)
    )
