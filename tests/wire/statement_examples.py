"""A bank statement of the companies that tests found, and examples of what is done with it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from billfold.bankfiles.statements import Kind, Line, Statement
from billfold.bankfiles.statements.writers import write_bai2
from tests.wire.api import Company

#: The bank account that every founded company of a sandbox has.
NUMBER = "000123456789"
DAY = date(2026, 1, 5)
FAR = date(2080, 1, 5)
_CODES = {Kind.CHECK: "475", Kind.ACH: "466", Kind.RETURN: "557", Kind.FEE: "698", Kind.OTHER: "699"}


def a_line(amount_minor: int, kind: Kind = Kind.OTHER, *, number: int | None = None, day: date = DAY) -> Line:
    """A line for money that left."""
    return Line(day, amount_minor, kind, _CODES[kind], number)


def encoded(*lines: Line, number: str = NUMBER, day: date = DAY, opening: int = 0) -> str:
    """A BAI2 file of one day in base64."""
    closing = opening + sum(line.amount_minor for line in lines)
    statement = Statement(number, "USD", day, day, opening, closing, lines)
    moment = datetime(2026, 1, 6, 6, tzinfo=UTC)
    return b64encode(write_bai2([statement], bank="074000010", customer="US", written_at=moment)).decode()


BODIES: dict[str, Callable[[dict[str, str]], Any]] = {
    "admin.statements.import": lambda _: {
        "content": encoded(a_line(-1500, Kind.FEE), day=date(2026, 1, 6)), "fileName": "0106.bai",
    },
    "admin.statements.discard": lambda _: {"reopen": True},
    "admin.statement-lines.match": lambda ids: {"subjectId": ids["transferId"]},
    "admin.statement-lines.book": lambda ids: {"chartOfAccountId": ids["id"]},
    "sim.bank-accounts.{bankAccountId}.statements": lambda _: {"fromDate": "2026-02-26", "toDate": "2026-02-27"},
    "sim.bank-accounts.{bankAccountId}.bank-lines": lambda _: {
        "amount": 0.37, "kind": "other", "description": "INTEREST",
    },
}  # fmt: skip
OTHER_IDS = {"admin.statement-lines.reopen": {"lineId": "bookedLineId"}}


def taken_in(company: Company) -> dict[str, str]:
    """A statement with a line that nobody knows and a fee that was booked; their ids."""
    content = encoded(a_line(-22950), a_line(-1200, Kind.FEE))
    (statement,) = company.admin("POST", "statements", {"content": content}).ok(201)["results"]
    (unknown,) = company.admin("GET", "statement-lines").ok()["results"]
    fees = company.sim("GET", "ledger/accounts/fees").ok()["results"]
    booked = next(one["documentId"] for one in fees if one["documentId"].startswith("bsl"))
    return {"lineId": unknown["id"], "bookedLineId": booked, "statementId": statement["id"]}
