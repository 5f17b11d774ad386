"""What one face writes, the other reads: random objects, field by field."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from billfold.accounting.model import AccountType, ItemType, Kind
from billfold.wire.classifications import SPELLINGS
from billfold.wire.v2.classifications import ACCOUNT_TYPES, ITEM_TYPES
from tests.properties.effort import EFFORT
from tests.wire.api import Api, embedded_house
from tests.wire.v2.conftest import with_vintage
from tests.wire.v2.talk import NULLID, create, read

SEED = 20260121
FEW, MANY = 400, int(10_000 * EFFORT)
LETTERS = "abcXYZ 019 .,-_/'\"\\&<>%+é\u00df\u4e2d\u0416\u05d0\U0001f600\t\n"
PARTY_TYPES = {"NONE": "0", "BUSINESS": "1", "PERSON": "2"}

Draw = Callable[[random.Random, "World"], Any]


@dataclass(frozen=True)
class Field:
    """One field under both names. `draw` makes v3's value; `on_v2` is v2's for it, `missing` v2's for none."""

    v3: str
    v2: str
    draw: Draw
    required: bool = False
    on_v2: Callable[[Any], Any] = lambda value: value
    missing: Any = None


@dataclass(frozen=True)
class Noun:
    """One kind of object: its v3 collection, its v2 entity, its fields and those of its lines."""

    path: Callable[[dict[str, Any]], str]
    entity: str
    fields: Sequence[Field]
    lines: Sequence[Field] = ()


class World:
    """A company, what random objects may name, and the numbers that must not come twice."""

    def __init__(self, api: Api) -> None:
        self.company = with_vintage(api.company(), "2024")
        self.numbers = itertools.count(1)
        self.ids: dict[str, list[str]] = {
            "PaymentTerm": [
                self.company.v3("POST", "payment-terms", {"name": f"Net {days}", "daysDue": days}).ok(201)["id"]
                for days in (15, 45)
            ],
        }
        for entity in ("Vendor", "Customer", "ChartOfAccount", "Department", "Location", "Job", "ActgClass"):
            self.ids[entity] = [create(self.company, entity, name=f"{entity} {n}")["id"] for n in (1, 2)]
        self.ids["Employee"] = [create(self.company, "Employee", firstName=name)["id"] for name in "AB"]
        self.ids["Item"] = [create(self.company, "Item", name=name, type="1")["id"] for name in "AB"]


def text(rng: random.Random, _: World) -> str:
    drawn = "".join(rng.choice(LETTERS) for _ in range(rng.randrange(1, 30)))
    return drawn if drawn.strip() else f"{drawn}x"


def one_of(*values: Any) -> Draw:
    return lambda rng, _: rng.choice(values)


def an_id(entity: str) -> Draw:
    return lambda rng, world: rng.choice(world.ids[entity])


def date_text(rng: random.Random, _: World) -> str:
    return f"20{rng.randrange(10, 40)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"


def number(low: int, high: int, decimals: int) -> Draw:
    return lambda rng, _: float(Decimal(rng.randrange(low, high)).scaleb(-decimals))


def numbered(rng: random.Random, world: World) -> str:
    return f"{rng.choice('aBcD')}{next(world.numbers)}@x{rng.randrange(9)}.example"


def tax_id(rng: random.Random, _: World) -> str:
    return f"{rng.randrange(10**8, 10**9)}"


def said(names: str, draw: Draw = text, **options: Any) -> list[Field]:
    """Fields that hold the same on both faces: `v3=v2 …`."""
    pairs = (name.partition("=") for name in names.split())
    return [Field(v3, v2 or v3.rpartition(".")[2], draw, **options) for v3, _, v2 in pairs]


def named(entity: str, names: str) -> list[Field]:
    """Fields that name another object."""
    return said(names, an_id(entity), missing=NULLID)


def an_address(v3: str, v2: str) -> list[Field]:
    parts = f"{v3}.line1={v2}1 {v3}.line2={v2}2 {v3}.city={v2}City {v3}.stateOrProvince={v2}State"
    country = Field(f"{v3}.country", f"{v2}Country", one_of("US", "CA", "DE", "BR"), required=True)
    return [*said(f"{parts} {v3}.zipOrPostalCode={v2}Zip", required=True), country]


_CLASSIFIED = (
    ("ChartOfAccount", "classifications.chartOfAccountId"),
    ("ActgClass", "classifications.accountingClassId=actgClassId"),
    ("Department", "classifications.departmentId"),
    ("Location", "classifications.locationId"),
)
_LINE_ALONE = (
    ("Item", "classifications.itemId"), ("Employee", "classifications.employeeId"), ("Job", "classifications.jobId"),
    ("Customer", "classifications.customerId"),
)  # fmt: skip
_PARTY_TYPE = Field("accountType", "accountType", one_of(*PARTY_TYPES), on_v2=PARTY_TYPES.__getitem__, missing="0")
_CURRENCIES = one_of("USD", "CAD", "EUR", "JPY")

VENDOR = Noun(
    lambda _: "vendors", "Vendor",
    [
        *said("name paymentInformation.payeeName=nameOnCheck", required=True),
        *said("shortName accountNumber=accNumber email phone paymentInformation.email=paymentEmail"),
        *said("additionalInfo.companyName paymentInformation.paymentPurpose.text=paymentPurpose"),
        *an_address("address", "address"), _PARTY_TYPE,
        *said("additionalInfo.track1099", one_of(True, False), missing=False),
        *said("additionalInfo.combinePayments=enabledCombinePayments", one_of(True, False), missing=True),
        *said("additionalInfo.leadTimeInDays=payDaysBefore", lambda rng, _: rng.randrange(366)),
        Field("additionalInfo.taxIdType", "taxIdType", one_of("SSN", "EIN"), on_v2={"SSN": "1", "EIN": "2"}.get),
        *said("additionalInfo.taxId", tax_id),
        *named("PaymentTerm", "additionalInfo.paymentTermId"),
        *said("billCurrency", _CURRENCIES, missing="USD"),
    ],
)  # fmt: skip
CUSTOMER = Noun(
    lambda _: "customers", "Customer",
    [
        *said("name email", required=True),
        *said("companyName contact.firstName=contactFirstName contact.lastName=contactLastName phone fax description"),
        *said("accountNumber=accNumber"),
        *an_address("billingAddress", "billAddress"), *an_address("shippingAddress", "shipAddress"), _PARTY_TYPE,
        *named("PaymentTerm", "paymentTermId"), *said("invoiceCurrency", _CURRENCIES, missing="USD"),
    ],
)  # fmt: skip
CONTACT = Noun(
    lambda drawn: f"customers/{drawn['customerId']}/contacts", "CustomerContact",
    [
        Field("customerId", "customerId", an_id("Customer"), required=True),
        *said("firstName", required=True), *said("email", numbered, required=True), *said("lastName phone altPhone"),
    ],
)  # fmt: skip
BILL = Noun(
    lambda _: "bills", "Bill",
    [
        Field("vendorId", "vendorId", an_id("Vendor"), required=True),
        *said("invoice.invoiceNumber", required=True),
        *said("invoice.invoiceDate dueDate", date_text, required=True),
        *said("description purchaseOrderNumber=poNumber"), *named("PaymentTerm", "paymentTermId"),
        *(field for entity, names in _CLASSIFIED for field in named(entity, names)),
    ],
    lines=[
        *said("amount", number(0, 10**9, 2), required=True),
        *said("quantity", number(1, 10**6, 4)), *said("price=unitPrice", number(0, 10**8, 5)), *said("description"),
        *(field for entity, names in (*_CLASSIFIED, *_LINE_ALONE) for field in named(entity, names)),
    ],
)  # fmt: skip


def _codes(codes: dict[str, Any]) -> dict[str, str]:
    first = {code: word[0] if isinstance(word, tuple) else word for code, word in codes.items()}
    return {word.value: code for code, word in first.items() if word is not None}


def _classification(spelling: Any) -> Noun:
    plain = [*said("name", required=True), *said("shortName description")]
    parent = Field("parentId", spelling.parent, an_id(spelling.entity), missing=NULLID)
    account, item = _codes(ACCOUNT_TYPES), _codes(ITEM_TYPES)
    own = {
        Kind.CHART_OF_ACCOUNT: [
            *said("name", required=True), *said("description account.number=accountNumber"),
            Field(
                "account.type", "accountType", one_of(*AccountType.__members__), required=True,
                on_v2=account.__getitem__,
            ),
        ],
        Kind.EMPLOYEE: [*said("firstName", required=True), *said("lastName shortName")],
        Kind.ITEM: [
            *plain, *said("purchaseDescription=purDescription"), *said("price", number(0, 10**7, 2)),
            Field("type", "type", one_of(*ItemType.__members__), required=True, on_v2=item.__getitem__),
            *said("purchaseCost=purCost", number(0, 10**7, 2)),
            *named("ChartOfAccount", "expenseChartOfAccountId=expenseAccount chartOfAccountId"),
            Field("taxable", "taxable", one_of(True, False), missing=False),
        ],
    }.get(spelling.kind, plain)  # fmt: skip
    return Noun(lambda _: f"classifications/{spelling.path}", spelling.entity, [*own, parent])


NOUNS = (VENDOR, CUSTOMER, CONTACT, BILL, *map(_classification, SPELLINGS))


def drawn_of(fields: Sequence[Field], rng: random.Random, world: World) -> dict[str, Any]:
    """A value for every required field and for about two in three of the others, by v3's path."""
    return {field.v3: field.draw(rng, world) for field in fields if field.required or rng.random() < 2 / 3}


def as_v3(drawn: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for path, value in drawn.items():
        *outer, last = path.split(".")
        place = body
        for name in outer:
            place = place.setdefault(name, {})
        place[last] = value
    return body


def as_v2(fields: Sequence[Field], drawn: dict[str, Any]) -> dict[str, Any]:
    return {field.v2: field.on_v2(drawn[field.v3]) for field in fields if field.v3 in drawn}


def at(shown: Any, path: str) -> Any:
    for name in path.split("."):
        shown = shown.get(name) if isinstance(shown, dict) else None
    return shown


def masked(field: Field, value: Any) -> Any:
    return f"*****{value[-4:]}" if field.v3 == "additionalInfo.taxId" else value


def differences(fields: Sequence[Field], drawn: dict[str, Any], on_v3: Any, on_v2: Any) -> list[str]:
    """The fields that are not on both faces as they were written."""
    found = []
    for field in fields:
        on_2 = on_v2[field.v2]
        if field.v3 in drawn:
            value = masked(field, drawn[field.v3])
            same = at(on_v3, field.v3) == value and on_2 == field.on_v2(value)
        else:
            shown = at(on_v3, field.v3)
            same = on_2 == field.missing and (field.missing if shown is None else field.on_v2(shown)) == on_2
        if not same:
            found.append(f"{field.v3}: wrote {drawn.get(field.v3)!r}, v3 {at(on_v3, field.v3)!r}, v2 {on_2!r}")
    return found


def meet(world: World, noun: Noun, rng: random.Random) -> None:
    """Write by one face, read by both, compare."""
    company, drawn = world.company, drawn_of(noun.fields, rng, world)
    lines = [drawn_of(noun.lines, rng, world) for _ in range(rng.randrange(1, 4))] if noun.lines else []
    if rng.random() < 1 / 2:
        body = as_v3({path: value for path, value in drawn.items() if path != "customerId"})
        if lines:
            body["billLineItems"] = [as_v3(line) for line in lines]
        own_id = company.v3("POST", noun.path(drawn), body).ok(201)["id"]
    else:
        fields = as_v2(noun.fields, drawn)
        if lines:
            fields["billLineItems"] = [as_v2(noun.lines, line) for line in lines]
        own_id = create(company, noun.entity, **fields)["id"]
    on_v3 = company.v3("GET", f"{noun.path(drawn)}/{own_id}").ok()
    on_v2 = read(company, noun.entity, own_id)
    assert differences(noun.fields, drawn, on_v3, on_v2) == [], noun.entity
    assert on_v3["createdTime"][:19] == on_v2["createdTime"][:19]
    for line, *shown in zip(lines, on_v3.get("billLineItems", ()), on_v2.get("billLineItems", ()), strict=True):
        assert differences(noun.lines, line, *shown) == []


@pytest.fixture
def world():
    with embedded_house() as api:
        yield World(api)


def agree(world: World, count: int) -> None:
    rng = random.Random(SEED)
    for number_ in range(count):
        meet(world, NOUNS[number_ % len(NOUNS)], rng)


def test_a_few_objects_are_the_same_on_both_faces(world):
    agree(world, FEW)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_ten_thousand_objects_are_the_same_on_both_faces(world):
    agree(world, MANY)


def test_a_field_that_one_face_loses_would_be_found():
    drawn = {"name": "a"}
    fields = said("name phone")
    assert differences(fields, drawn, {"name": "a"}, {"name": "a", "phone": None}) == []
    assert len(differences(fields, drawn, {"name": "b"}, {"name": "a", "phone": None})) == 1
    assert len(differences(fields, drawn, {"name": "a"}, {"name": "b", "phone": None})) == 1
    assert len(differences(fields, drawn, {"name": "a"}, {"name": "a", "phone": "1"})) == 1
    assert len(differences(fields, drawn, {"name": "a", "phone": "1"}, {"name": "a", "phone": None})) == 1
