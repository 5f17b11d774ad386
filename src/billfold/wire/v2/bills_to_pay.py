"""What PayBills and RecordAPPayment say of bills: how much money of which, and which credits on top (v2.md §6.1, §6.2).

v2 lists the credits beside the bills; to the domain each is its bill's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec

from billfold.kit.errors import Checks, InvalidField, Refusal, Refusals
from billfold.payables.credits.model import CreditAmount
from billfold.payables.payments.model import BillAmount
from billfold.payables.payments.payment_rules import PartsRefused
from billfold.wire.v2 import kinds
from billfold.wire.v2.fields import Field, Table, money, reference

MAX_BILLS: Final = 200

_BILL_TO_PAY: Final = Table(
    "BillPay",
    reference("billId", "bill_id", required=True),
    money("amount", "amount", required=True),
)
_CREDIT_TO_USE: Final = Table(
    "BillCredit",
    reference("billId", "bill_id", required=True),
    reference("vendorCreditId", "credit_id", required=True),
    money("amount", "amount", required=True),
)
#: The fields of a request that pays bills.
FIELDS: Final = (
    Field(name="billPays", kind=kinds.LINES, attribute="bills", required=True, lines=_BILL_TO_PAY),
    Field(name="billCredits", kind=kinds.LINES, attribute="credits", lines=_CREDIT_TO_USE),
)


class BillsToPay(msgspec.Struct, frozen=True):
    """The bills with their credits, and where in the request each bill's credits are."""

    bills: tuple[BillAmount, ...]
    places: tuple[list[int], ...]

    @contextmanager
    def told(self, *, alone: bool = False) -> Iterator[None]:
        """What is wrong with each bill is told as this request says it: a wrong field with its place.

        `alone`: the request is about one bill and has no list of them.
        """
        try:
            yield
        except PartsRefused as refused:
            raise Refusals([
                reason if alone else self._told(position, reason)
                for position, checks in enumerate(refused.by_part)
                for reason in checks.found
            ]) from refused  # fmt: skip

    def _told(self, position: int, reason: Refusal) -> Refusal:
        if not isinstance(reason, InvalidField):
            return reason
        for own, place in enumerate(self.places[position]):
            if reason.path.startswith(f"credits[{own}]."):
                return InvalidField(f"credits[{place}].{reason.path.partition('.')[2]}", reason.text)
        return InvalidField(f"bills[{position}].{reason.path}", reason.text)


def read_bills(found: dict[str, Any]) -> BillsToPay:
    """The bills and credits, which are taken out of what a request says. Raises `InvalidField`s."""
    lines, credits = found.pop("bills"), found.pop("credits", None) or []
    checks = Checks()
    count = len(lines)
    checks.require(1 <= count <= MAX_BILLS, InvalidField("bills", f"must have 1 to {MAX_BILLS} elements, not {count}"))
    places: dict[str, list[int]] = defaultdict(list)
    paid = {line["bill_id"] for line in lines}
    for place, credit in enumerate(credits):
        checks.require(credit["bill_id"] in paid, InvalidField(f"credits[{place}].bill_id", "is not in billPays"))
        places[credit["bill_id"]].append(place)
    checks.raise_any()
    return BillsToPay(
        tuple(BillAmount(**line, credits=_amounts(credits, places[line["bill_id"]])) for line in lines),
        tuple(places[line["bill_id"]] for line in lines),
    )


def _amounts(credits: list[dict[str, Any]], places: list[int]) -> tuple[CreditAmount, ...]:
    return tuple(CreditAmount(credits[place]["credit_id"], credits[place]["amount"]) for place in places)
