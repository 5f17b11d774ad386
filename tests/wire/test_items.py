"""What only items have: prices and percentages, accounts, what their purchase costs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.api import Company, Reply

PATH = "classifications/items"


def create(company: Company, of_type: str = "SERVICE", **more: Any) -> Reply:
    return company.v3("POST", PATH, {"type": of_type, "name": "Drum"} | more)


def change(company: Company, item: dict[str, Any], **changes: Any) -> Reply:
    return company.v3("PATCH", f"{PATH}/{item['id']}", changes)


def on_v2(company: Company, verb: str, **fields: Any) -> Any:
    data = {"obj": {"entity": "Item", **fields}} if verb != "Read" else fields
    answer = company.v2(f"Crud/{verb}/Item", data).ok()
    return answer["response_data"] if answer["response_status"] == 0 else answer["response_data"]["error_message"]


def messages(reply: Reply, status: int) -> list[str]:
    return [error["message"] for error in reply.ok(status)]


def account(company: Company, name: str = "Sales") -> str:
    return company.v3("POST", "classifications/chart-of-accounts", {"name": name}).ok(201)["id"]


@pytest.mark.parametrize("of_type", ["DISCOUNT", "SALES_TAX", "OTHER_CHARGE"])
def test_some_types_have_a_percentage(company: Company, of_type: str) -> None:
    item = create(company, of_type, percentage="3.25").ok(201)
    assert item["percentage"] == 3.25
    shown = on_v2(company, "Read", id=item["id"])
    assert (shown["percentage"], shown["price"]) == (3.25, None)


def test_other_types_have_none(company: Company) -> None:
    only = "percentage: is for the types DISCOUNT, OTHER_CHARGE, SALES_TAX only"
    assert messages(create(company, percentage=3), 400) == [only]
    tax = create(company, "SALES_TAX", percentage=3).ok(201)
    assert messages(change(company, tax, type="SERVICE"), 400) == [only]
    assert change(company, tax, type="SERVICE", percentage=None).ok()["type"] == "SERVICE"


def test_a_price_and_a_percentage_exclude_each_other(company: Company) -> None:
    both = "percentage: cannot stand beside a price"
    assert messages(create(company, "DISCOUNT", price=5, percentage=5), 400) == [both]
    item = create(company, "DISCOUNT", price=5).ok(201)
    assert messages(change(company, item, percentage=5), 400) == [both]
    swapped = change(company, item, percentage=5, price=None).ok()
    assert (swapped["percentage"], "price" in swapped) == (5, False)
    assert "cannot stand beside a price" in on_v2(company, "Update", id=item["id"], price=1)
    assert on_v2(company, "Update", id=item["id"], price=1, percentage="")["percentage"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", 1e12), ("price", "0.0000001"), ("price", "1e999999"), ("price", "1e-999999"),
        ("purchaseCost", -1e12), ("purchaseCost", "1.00000000000000000001"),
    ],
)  # fmt: skip
def test_amounts_have_a_range(company: Company, field: str, value: Any) -> None:
    assert messages(create(company, **{field: value}), 400) == [f"{field}: is out of range"]


@pytest.mark.parametrize("percentage", [100.5, -101, "1e3"])
def test_a_percentage_is_at_most_a_hundred(company: Company, percentage: Any) -> None:
    assert messages(create(company, "DISCOUNT", percentage=percentage), 400) == ["percentage: is out of range"]


def test_prices_print_two_decimals_and_keep_more(company: Company) -> None:
    reply = create(company, price=5, purchaseCost="0.125")
    assert ('"price":5.00' in reply.text, '"purchaseCost":0.125' in reply.text) == (True, True)
    text = company.v2("Crud/Read/Item", {"id": reply.ok(201)["id"]}).text
    assert ('"price" : 5.00,' in text, '"purCost" : 0.125,' in text) == (True, True)


def test_accounts_exist_and_are_in_use_when_they_are_named(company: Company) -> None:
    sales, gone, nowhere = account(company), account(company, "Gone"), "0ca01QQQQQQQQQQQzzzz"
    item = create(company, chartOfAccountId=sales, expenseChartOfAccountId=gone).ok(201)
    company.v3("POST", f"classifications/chart-of-accounts/{gone}/archive").ok()
    archived = f"The chart of account {gone} is archived."
    unknown = f"There is no chart of account with the id {nowhere}."
    assert messages(create(company, chartOfAccountId=gone), 422) == [archived]
    assert messages(create(company, expenseChartOfAccountId=nowhere), 404) == [unknown]
    assert change(company, item, name="Kept", expenseChartOfAccountId=gone).ok()["expenseChartOfAccountId"] == gone
    bulk = company.v3("POST", f"{PATH}/bulk", [{"type": "GROUP", "name": "A", "chartOfAccountId": gone}])
    assert messages(bulk, 422) == [f"[0]: {archived}"]
    assert unknown in on_v2(company, "Update", id=item["id"], expenseAccount=nowhere)
    department = company.v3("POST", "classifications/departments", {"name": "Music"}).ok(201)["id"]
    assert create(company, chartOfAccountId=department).status == 404


@pytest.mark.parametrize(
    "said", [{"purDescription": "From the mill"}, {"purCost": 4.5}, {"expenseAccount": "an account"}, {}]
)
def test_v2_says_whether_an_item_has_purchase_information(company: Company, said: dict[str, Any]) -> None:
    if "expenseAccount" in said:
        said["expenseAccount"] = account(company)
    item = on_v2(company, "Create", name="Drum", type="1", **said)
    assert item["hasPurInfo"] is bool(said)
    assert {name: item[name] for name in said} == said


def test_taxable_is_not_said_or_yes_or_no(company: Company) -> None:
    untold = create(company).ok(201)
    assert "taxable" not in untold
    assert on_v2(company, "Read", id=untold["id"])["taxable"] is False
    assert change(company, untold, taxable="true").ok()["taxable"] is True
    assert on_v2(company, "Update", id=untold["id"], taxable=False)["taxable"] is False
    assert company.v3("GET", f"{PATH}/{untold['id']}").ok()["taxable"] is False
