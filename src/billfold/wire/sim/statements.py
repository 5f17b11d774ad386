"""The bank's statements, and what the bank does of its own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.bankfiles.statements import Format, Kind
from billfold.kit.ctx import Ctx
from billfold.kit.money import to_minor
from billfold.rails.statements import bank_books
from billfold.rails.statements.model import SandboxBankLine
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import money
from billfold.wire.sim.files import FileShape, file_shape
from billfold.wire.sim.scope import in_organization, row

#: In the path as everywhere on this face.
_ACCOUNT = "bank-accounts/{bankAccountId}"


class WriteBody(msgspec.Struct):
    """Which days, both over, in New York; and in which form."""

    fromDate: date
    toDate: date
    form: Format = Format.BAI2


class LineBody(msgspec.Struct):
    """A booking of the bank's own. `amount` is negative for money that leaves."""

    amount: Decimal
    kind: Annotated[Kind, Meta(description="fee, or other: interest, a transfer by hand, a mistake.")] = Kind.FEE
    description: str = "SERVICE CHARGE"


class BankLineShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A booking in the bank's own books."""

    id: str
    bankAccountId: str
    date: str
    amount: Decimal
    kind: str
    checkNumber: int | None = None
    reference: str
    description: str


def _line_shape(line: SandboxBankLine) -> BankLineShape:
    return BankLineShape(
        id=line.id,
        bankAccountId=line.bank_account_id,
        date=line.posted_on.isoformat(),
        amount=money(line.amount_minor, "USD"),
        kind=line.kind.value,
        checkNumber=line.check_number,
        reference=line.reference,
        description=line.description,
    )


def write(ctx: Ctx, call: Call, body: WriteBody) -> FileShape:
    """Have the bank write a statement; download it as any file."""
    days = (body.fromDate, body.toDate)
    return file_shape(bank_books.write_statement(ctx, call.path_ids["bankAccountId"], days, body.form))


def book(ctx: Ctx, call: Call, body: LineBody) -> BankLineShape:
    """Have the bank charge a fee, pay interest, or make a mistake."""
    amount_minor = to_minor(body.amount, "USD")
    account_id = call.path_ids["bankAccountId"]
    return _line_shape(bank_books.book_by_hand(ctx, account_id, amount_minor, body.kind, body.description))


def declare(catalogue: Catalogue) -> None:
    """The rows of the bank's books."""
    row(
        catalogue, "POST", f"{_ACCOUNT}/statements", "Have the bank write a statement", in_organization(write),
        request=WriteBody, response=FileShape, spelling={"to": "toDate"},
    )  # fmt: skip
    row(
        catalogue, "POST", f"{_ACCOUNT}/bank-lines", "Have the bank book a fee, interest or a mistake",
        in_organization(book), request=LineBody, response=BankLineShape,
    )  # fmt: skip
