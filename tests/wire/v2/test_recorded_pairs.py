"""The pairs of the official v2 documents, replayed: keys, their order and number formats bind to the letter."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from billfold.wire.v2.jackson import pretty
from tests.wire.api import Company
from tests.wire.v2.conftest import with_vintage
from tests.wire.v2.talk import create, data_of

PAIRS = Path(__file__).parents[2] / "contract" / "v2-examples"
ID = re.compile(r'"([0-9a-z]{3}01[A-Z]{8,12}[0-9a-z]{3,7})"')
TIME = re.compile(r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000"')

#: How an object that a document only names is made, by the beginning of its id.
MADE = {
    "009": lambda company: create(company, "Vendor", name="Sample Vendor"),
    "0ca": lambda company: create(company, "ChartOfAccount", name="Expenses", accountType="7"),
    "0de": lambda company: create(company, "Department", name="Music"),
    "loc": lambda company: create(company, "Location", name="Stage"),
    "job": lambda company: create(company, "Job", name="Concert"),
    "0cu": lambda company: create(company, "Customer", name="Audience"),
    "0ii": lambda company: create(company, "Item", name="Drum", type="1"),
    "emp": lambda company: create(company, "Employee", firstName="Bo", lastName="Diddley"),
    "cls": lambda company: create(company, "ActgClass", name="Rock"),
}


class Replay:
    """Sends the documents' requests with our ids for theirs, and compares the answers' text."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.ours: dict[str, str] = {}

    def request(self, name: str) -> str:
        text = (PAIRS / f"{name}.request.json").read_text()
        for theirs in set(ID.findall(text)) - set(self.ours):
            self.ours[theirs] = MADE[theirs[:3]](self.company)["id"]
        return ID.sub(lambda found: f'"{self.ours[found[1]]}"', text)

    def send(self, operation: str, name: str) -> str:
        reply = self.company.v2(operation, self.request(name))
        data_of(reply)
        return reply.text

    def compare(self, name: str, text: str, *edits: tuple[str, str]) -> None:
        """The answer is the document's but for ids, times and these edits of the document."""
        expected = (PAIRS / f"{name}.response.json").read_text()
        for before, after in edits:
            assert before in expected, f"{name} has no {before}"
            expected = expected.replace(before, after)
        theirs, ours = ID.findall(expected), ID.findall(text)
        assert len(theirs) == len(ours)
        for one, other in zip(theirs, ours, strict=True):
            assert self.ours.setdefault(one, other) == other, f"{one} was {self.ours[one]} and is {other}"
        assert _lines(text) == _lines(expected)


def _lines(text: str) -> list[str]:
    """The lines without indentation (the documents lost or shifted it), ids and times blanked."""
    return [TIME.sub('"TIME"', ID.sub('"ID"', line.strip())) for line in text.strip().splitlines()]


def test_the_bill_of_2021_goes_through_its_five_verbs_as_in_the_document(company):
    replay = Replay(company)
    created = replay.send("Crud/Create/Bill", "bill-create-bill")
    replay.compare("bill-create-bill", created)
    replay.compare("bill-read-bill", replay.send("Crud/Read/Bill", "bill-read-bill"))
    updated = replay.send("Crud/Update/Bill", "bill-update-bill")
    replay.compare("bill-update-bill", updated)
    # The document shows the bill as created; ours as it stands after the update.
    as_updated = (
        ('"dueDate" : "2021-12-05"', '"dueDate" : "2021-12-31"'), ("2039.98", "2050.00"),
        ("1189.99", "1200.00"), ("849.99", "850.00"),
    )  # fmt: skip
    replay.compare("bill-delete-bill", replay.send("Crud/Delete/Bill", "bill-delete-bill"), *as_updated)
    replay.compare("bill-undelete-bill", replay.send("Crud/Undelete/Bill", "bill-undelete-bill"), *as_updated)


def test_the_chart_of_account_of_2021_goes_through_its_five_verbs_as_in_the_document(company):
    replay = Replay(company)
    name = "chartofaccount-{}-chartofaccount"
    replay.compare(name.format("create"), replay.send("Crud/Create/ChartOfAccount", name.format("create")))
    replay.compare(name.format("read"), replay.send("Crud/Read/ChartOfAccount", name.format("read")))
    # The document echoes the old name; what was sent is answered, and stays.
    renamed = ('"Office Expenses"', '"Office expenses"')
    updated = replay.send("Crud/Update/ChartOfAccount", name.format("update"))
    replay.compare(name.format("update"), updated, renamed)
    retyped = ('"accountType" : "14"', '"accountType" : "12"')
    for verb in ("delete", "undelete"):
        answer = replay.send(f"Crud/{verb.capitalize()}/ChartOfAccount", name.format(verb))
        replay.compare(name.format(verb), answer, renamed, retyped)


def test_the_vendor_and_the_bill_of_2012_are_as_in_the_portal(company):
    replay = Replay(with_vintage(company, "2012"))
    replay.compare("portal-create-vendor", replay.send("Crud/Create/Vendor", "portal-create-vendor"))
    # Nobody approves here, so nobody is assigned.
    unassigned = ('"approvalStatus" : "1"', '"approvalStatus" : "0"')
    replay.compare("portal-create-bill", replay.send("Crud/Create/Bill", "portal-create-bill"), unassigned)


def test_a_bill_in_canadian_dollars_takes_its_exchange_rate(company):
    request = json.loads((PAIRS / "bill-create-bill-international.request.json").read_text())
    vendor = create(company, "Vendor", name="Maple", billCurrency="CAD")
    request["obj"]["vendorId"] = vendor["id"]
    bill = data_of(company.v2("Crud/Create/Bill", request))
    shown = data_of(with_vintage(company, "2024").v2("Crud/Read/Bill", {"id": bill["id"]}))
    assert (shown["exchangeRate"], shown["localAmount"], shown["amount"]) == (1.23943521, 15.00, 15.00)


@pytest.mark.parametrize("name", ["portal-create-vendor", "portal-create-bill"])
def test_the_printer_indents_as_the_portal_does(name):
    """The portal's samples kept their indentation, shifted by the page that they stood in."""
    text = (PAIRS / f"{name}.response.json").read_text()
    printed = pretty(json.loads(text, parse_float=_Digits)).decode().splitlines()
    sample = text.rstrip().splitlines()
    assert [line.strip() for line in printed] == [line.strip() for line in sample]
    steps = sorted({len(line) - len(line.lstrip()) for line in printed})
    assert steps == list(range(0, 2 * len(steps), 2))
    if name == "portal-create-bill":
        shift = len(sample[-1]) - len(sample[-1].lstrip()) - 0
        assert [line[shift:] for line in sample[1:]] == printed[1:]


def _Digits(text: str):  # noqa: N802 - stands for a type
    from decimal import Decimal

    return Decimal(text)
