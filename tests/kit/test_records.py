"""Every record against its table, on both databases; and what goes in comes out."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import msgspec
import pytest

import billfold
from billfold.accounting.model import Kind
from billfold.kit.columns import instant_text, to_column
from billfold.kit.records import Table
from billfold.kit.wipe import tenant_tables
from billfold.payables.bills.bills import get_bill
from tests.builders import a_bill, a_line, a_payment, a_vendor, advance, columns_of

#: Columns that no record carries: the sealed secrets, read and written by statements of their own.
SEALED = {
    "organizations": {"tax_id_sealed"},
    "bank_accounts": {"account_number_sealed"},
    "vendor_bank_accounts": {"account_number_sealed", "regulatory_sealed"},
    "vendors": {"tax_id_sealed"},
    "customers": {"tax_id_sealed"},
    "check_settings": {"signature_sealed"},
    "account_changes": {"corrections_sealed"},
    "ach_file_parts": {"content_sealed"},
}
#: Records of a query, which the schema does not know as a table.
MADE_BY_QUERIES = {"paid_bills"}


def tables():
    """Every table of the schema whose records a module of the domain declares."""
    found = {}
    for module in pkgutil.walk_packages(billfold.__path__, "billfold."):
        if module.name.split(".")[1] not in {"apps", "wire"}:
            values = vars(importlib.import_module(module.name)).values()
            found |= {value.name: value for value in values if isinstance(value, Table)}
    return {name: table for name, table in found.items() if name not in MADE_BY_QUERIES}


TABLES = tables()


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_record_has_a_field_for_every_column(database, name):
    table = TABLES[name]
    with database.transaction(write=False) as tx:
        columns = set(columns_of(tx, database, name))
    assert set(table.fields) == columns - SEALED.get(name, set())
    assert set(table.key) <= columns
    assert SEALED.get(name, set()) <= columns


def test_every_tenant_tables_records_begin_with_the_organization():
    for name in set(tenant_tables()) & TABLES.keys():
        assert TABLES[name].fields[0] == "organization_id", name
        assert TABLES[name].key[0] == "organization_id", name


@pytest.mark.parametrize("name", sorted(TABLES))
def test_what_is_stored_is_loaded_again_the_same(company, name):
    table = TABLES[name]
    with company.ctx() as ctx:
        bill = a_bill(ctx, a_vendor(ctx, tax_id="1"), lines=[a_line(quantity="1.50", price="0.333333")])
        a_payment(ctx, bill)
    advance(company, days=2)
    with company.ctx() as ctx:
        for record in table.where(ctx.tx, f"{table.key[0]} >= '' ORDER BY {', '.join(table.key)}"):
            table.update(ctx.tx, record)
            again = table.get(ctx.tx, *(getattr(record, column) for column in table.key))
            assert again == record
            types = [type(value) for value in msgspec.structs.astuple(record)]
            assert [type(value) for value in msgspec.structs.astuple(again)] == types


def test_decimals_keep_their_digits(company):
    with company.ctx() as ctx:
        bill = a_bill(ctx, a_vendor(ctx), lines=[a_line(quantity="1.50", price="1E+3")])
        (line,) = get_bill(ctx, bill.bill.id).lines
    assert (str(line.quantity), line.price, line.amount_minor) == ("1.50", Decimal(1000), 150000)


def test_instants_are_stored_in_utc_with_milliseconds():
    los_angeles = timezone(timedelta(hours=-8))
    moment = datetime(2026, 1, 12, 18, 30, 0, 7000, tzinfo=los_angeles)
    assert instant_text(moment) == "2026-01-13T02:30:00.007Z"
    assert datetime.fromisoformat(instant_text(moment)) == moment


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00.000Z"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.10"), "0.10"),
        (Kind.JOB, "job"),
        (True, True),
        (None, None),
        ("text", "text"),
    ],
)
def test_values_have_one_form_in_a_column(value, stored):
    assert to_column(value) == stored
    assert type(to_column(value)) is type(stored)


def test_many_records_are_inserted_in_chunks_that_both_databases_take(company):
    with company.ctx() as ctx:
        bill = a_bill(ctx, a_vendor(ctx), lines=[a_line("0.01")] * 1_000)
        lines = TABLES["bill_lines"]
        one = bill.lines[0]
        copies = [msgspec.structs.replace(one, id=f"copy{number:05}", position=number) for number in range(3_000)]
        lines.insert_all(ctx.tx, copies)
        found = lines.where(ctx.tx, "organization_id = ? AND id >= 'copy' AND id < 'copz'", (ctx.organization_id,))
        assert len(found) == 3_000


def test_an_update_of_nothing_is_our_own_bug(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
        with pytest.raises(AssertionError, match="0 rows for one key"):
            TABLES["vendors"].update(ctx.tx, msgspec.structs.replace(vendor, id="nobody"), "name")
