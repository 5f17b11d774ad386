"""Price plan and billing statements over the wire (contract: core §2.1)."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest

from tests.wire.api import Company


@pytest.fixture
def months(company: Company) -> Company:
    """Three months after its founding, with a payment in the first."""
    company.pay(company.bill()).ok(201)
    company.invite("CLERK")
    company.advance(to="2026-06-05T12:00:00+00:00")
    return company


def path_of(company: Company, rest: str = "") -> str:
    return f"organizations/{company.made['organizationId']}/billing-statements{rest}"


def statements(company: Company, **query: Any) -> Any:
    return company.v3("GET", path_of(company), **query).ok()


def test_a_price_plan_has_tiers(company: Company) -> None:
    plan = company.v3("GET", f"organizations/{company.made['organizationId']}/price-plan").ok()
    assert list(plan) == ["id", "name", "monthlyPrice", "allowTrial", "priceVariesPerUser", "planTerms"]
    assert (plan["monthlyPrice"], plan["priceVariesPerUser"]) == (45.0, True)
    assert [list(term) for term in plan["planTerms"]] == [["type", "name", "tier", "quantity", "price"]] * 3


def test_every_month_that_is_over_has_a_statement(months: Company) -> None:
    found = statements(months)["results"]
    assert [one["id"] for one in found] == ["2026-03", "2026-04", "2026-05"]
    assert [one["paymentStatus"] for one in found] == ["PAID", "PAID", "UNPAID"]
    assert [one.get("paymentDate") for one in found] == ["2026-04-10", "2026-05-10", None]
    assert [one["amount"] for one in found] == [90.0] * 3
    march = months.v3("GET", path_of(months, "/2026-03")).ok()
    assert march["billingPeriod"] == {"startDate": "2026-03-01", "endDate": "2026-03-31"}
    assert [(one["quantity"], one["type"], one["amount"]) for one in march["statementDetails"]] == [
        (2, "SUBSCRIPTION", 90.0), (1, "TRANSACTION", 0.0),
    ]  # fmt: skip
    assert {name: march[name] for name in found[0]} == found[0]
    reply = months.v3("GET", path_of(months, "/2026-06"))
    assert (reply.status, reply.codes) == (404, ["BDC_1205"])


def test_statements_are_read_by_pages_or_by_dates_and_not_by_both(months: Company) -> None:
    first = statements(months, max=2)
    assert [one["id"] for one in first["results"]] == ["2026-03", "2026-04"]
    assert "prevPage" not in first
    second = statements(months, max=2, page=first["nextPage"])
    assert [one["id"] for one in second["results"]] == ["2026-05"]
    assert "nextPage" not in second
    assert statements(months, max=2, page=second["prevPage"]) == first
    some = statements(months, invoiceDateFrom="2026-05-01", invoiceDateTo="2026-06-01")["results"]
    assert [one["id"] for one in some] == ["2026-04", "2026-05"]
    for query in (
        {"invoiceDateFrom": "2026-05-01", "invoiceDateTo": "2026-06-01", "max": "5"},
        {"invoiceDateFrom": "2026-05-01"},
        {"invoiceDateTo": "2026-05-01"},
        {"invoiceDateFrom": "May", "invoiceDateTo": "2026-06-01"},
        {"page": "x"},
        {"page": "-1"},
        {"max": "0"},
        {"max": "101"},
    ):
        reply = months.v3("GET", path_of(months), **query)
        assert (reply.status, reply.codes) == (400, ["BDC_1129"]), query


def test_a_statement_is_downloaded_where_its_link_says(months: Company) -> None:
    statement = months.v3("GET", path_of(months, "/2026-03"), headers={"host": "billfold.example"}).ok()
    link = statement["downloadLink"]["csv"]
    assert link.startswith("http://billfold.example/connect/v3/")
    assert "pdf" not in statement["downloadLink"]
    where = link.removeprefix("http://billfold.example")
    text = months.api.send("GET", where, headers={"sessionid": months.made["sessionId"]}).text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["type"] for row in rows] == ["SUBSCRIPTION", "TRANSACTION", "TOTAL"]
    assert sum(Decimal(row["amount"]) for row in rows[:-1]) == Decimal(rows[-1]["amount"]) == Decimal("90.00")
    assert {row["invoiceNumber"] for row in rows} == {statement["invoiceNumber"]}
    for headers, code in (
        ({"sessionid": months.made["sessionId"], "devkey": "wrong"}, "BDC_1102"),
        ({"sessionid": "wrong"}, "BDC_1109"),
        ({}, "BDC_1109"),
    ):
        assert months.api.send("GET", where, headers=headers).codes == [code], headers
    bare = {"sessionid": months.made["sessionId"]}
    assert months.api.send("GET", where.removesuffix("/csv"), headers=bare).codes == ["BDC_1178"], "it is no download"
