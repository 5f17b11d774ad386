"""Lists are printed without dicts in between, and say to the letter what the dicts would."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from billfold.kit.ctx import RecordStatus
from billfold.wire.v2 import kinds
from billfold.wire.v2.face import success
from billfold.wire.v2.fields import (
    CREATED,
    ID,
    IS_ACTIVE,
    VINTAGES,
    Field,
    Table,
    choice,
    constant,
    day,
    flag,
    money,
    number,
    reference,
    text,
)
from billfold.wire.v2.jackson import Printed, pretty
from billfold.wire.v2.printing import printer
from tests.wire.v2.conftest import with_vintage
from tests.wire.v2.talk import a_bill, create, listed

LINE = Table("Line", text("description", "description"), root="line")
TABLE = Table(
    "Odd",
    ID,
    IS_ACTIVE,
    CREATED,
    text("name", "name"),
    reference("parentId", "parent_id"),
    choice("type", "kind", {"0": ("NONE", None), "1": "SOME"}),
    flag("isOdd", "is_odd"),
    day("dueDate", "due_on", since="2021"),
    number("quantity", "quantity"),
    Field(name="price", kind=kinds.PRICE, attribute="price"),
    money("amount", read=lambda source: source.amount),
    *constant('100%s of "it"', kinds.TEXT, "share"),
    *constant([], kinds.PLAIN, "required"),
    Field(name="counted", kind=kinds.PLAIN, since="2024", read=lambda _: {"count": 2, "of": [{}, {"a": None}]}),
    Field(name="lines", kind=kinds.LINES, attribute="lines", lines=LINE, read=lambda source: source.lines),
)  # fmt: skip

ODD_TEXTS = [None, "", '"quoted"', "back\\slash\n\t", "100 % %s %(x)d", "é\U0001f600\u2028", "\x7f\x01"]


def odd(number, value):
    """A source whose every value is odd."""
    return SimpleNamespace(
        id=f"id{number}", record_status=RecordStatus.DRAFT if number % 2 else RecordStatus.ACTIVE,
        created_at=datetime(2026, 3, number + 1, 17, 0, 1, 123_000, UTC), name=value, parent_id=value and "00901ABC",
        kind="SOME" if number % 3 else None, is_odd=bool(number % 2), due_on=date(2026, 1, 31) if number else None,
        quantity=[None, Decimal(1), Decimal("2.50")][number % 3], price=[None, Decimal("1.1"), Decimal("0.125")][number % 3],
        amount=[None, Decimal("-0.05"), Decimal("1000.00")][number % 3],
        lines=[SimpleNamespace(line=SimpleNamespace(description=value))] * (number % 4),
    )  # fmt: skip


@pytest.mark.parametrize("vintage", VINTAGES)
@pytest.mark.parametrize("count", [0, 1, 7, 1_003])
def test_what_is_printed_is_what_the_dict_would_print(vintage, count):
    sources = [odd(number % 7, ODD_TEXTS[number % 7]) for number in range(count)]
    newline = "\n  "
    printed = [Printed(one, newline) for one in printer(TABLE, vintage, newline=newline)(sources)]
    assert success(printed).body == success([TABLE.encode(source, vintage) for source in sources]).body


@pytest.mark.parametrize("given", ['a"b', "a\nb", "a\\b"])
def test_an_id_that_others_gave_out_spoils_no_list(given):
    table = Table("Odd", Field(name="otherId", kind=kinds.GIVEN_ID, attribute="other_id"))
    for ids in ([given], [given, "00n01ABCDEFGHIJKx1y2", None]):
        sources = [SimpleNamespace(other_id=one) for one in ids]
        shown = [table.encode(source, "2024") for source in sources]
        assert printer(table, "2024")(sources) == [pretty(one).decode() for one in shown]


def test_lines_can_be_left_out():
    source = odd(3, "x")
    without = {name: value for name, value in TABLE.encode(source, "2024").items() if name != "lines"}
    assert printer(TABLE, "2024", lines=False)([source])[0].encode() == pretty(without)


def test_a_value_without_a_code_is_our_own_bug():
    source = odd(1, "x")
    source.kind = "UNHEARD OF"
    with pytest.raises(KeyError):
        printer(TABLE, "2024")([source])


@pytest.mark.parametrize("vintage", VINTAGES)
def test_lists_print_objects_as_read_does(company, vintage):
    company = with_vintage(company, vintage)
    account = create(company, "ChartOfAccount", name="100 %s", accountType="7")["id"]
    lines = [{"amount": 10, "chartOfAccountId": account, "quantity": 2.5, "unitPrice": 4}, {"amount": -2.25}]
    made = {
        "Bill": [a_bill(company, billLineItems=lines, description='"%s"'), a_bill(company)],
        "Vendor": [create(company, "Vendor", name="A\u2028", taxId="123456789", payBy="1")],
        "Item": [create(company, "Item", name="Drum", type="1")],
        "Employee": [create(company, "Employee", firstName="Bo")],
        "Department": [create(company, "Department", name="Music"), create(company, "Department", name="é\\")],
        "Customer": [create(company, "Customer", name="Cy")],
    }
    for entity, objects in made.items():
        filters = [{"field": "id", "op": "in", "value": ",".join(one["id"] for one in objects)}]
        together = company.v2(f"List/{entity}", {"filters": filters}).text
        alone = [company.v2(f"Crud/Read/{entity}", {"id": one["id"]}).text for one in objects]
        for one in alone:
            _, _, data = one.partition('"response_data" : ')
            assert data.removesuffix("\n}") in together, entity
        assert len(listed(company, entity, filters=filters)) == len(objects)
