"""GetAPSummary: what is due when, and what of it waits for one's approval (contract v2.md §6.8)."""

from __future__ import annotations

from typing import Any

from tests.wire.api import Company
from tests.wire.colleagues import colleague, user_id
from tests.wire.v2.talk import a_bill, create, data_of

TIMES = ("overdue", "dueToday", "due7Days", "due7PlusDays", "all")


def summary(company: Company) -> dict[str, dict[str, tuple[int, float]]]:
    """Count and total by time, of bills and of approvals."""
    shown = data_of(company.v2("GetAPSummary"))
    assert list(shown) == ["bills", "approvals"]
    for one in shown.values():
        assert list(one) == [f"{time}{what}" for time in TIMES for what in ("Count", "Total")]
    return {name: {time: (one[f"{time}Count"], one[f"{time}Total"]) for time in TIMES} for name, one in shown.items()}


def due_on(company: Company, vendor_id: str, *days: str, **fields: Any) -> list[Any]:
    return [
        a_bill(company, vendor_id, (10.05,), dueDate=day, invoiceNumber=f"{day}-{n}", **fields)
        for n, day in enumerate(days)
    ]


NOTHING = dict.fromkeys(TIMES, (0, 0.0))


def test_without_bills_there_is_nothing_due(company: Company) -> None:
    assert summary(company) == {"bills": NOTHING, "approvals": NOTHING}
    assert '"allTotal" : 0.00' in company.v2("GetAPSummary").text


def test_bills_are_counted_by_the_days_until_they_are_due(company: Company) -> None:
    # It is the third of March.
    vendor_id = company.vendor()["id"]
    due_on(company, vendor_id, "2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04", "2026-03-10", "2026-03-11")
    assert summary(company)["bills"] == {
        "overdue": (2, 20.1), "dueToday": (1, 10.05), "due7Days": (2, 20.1), "due7PlusDays": (1, 10.05),
        "all": (6, 60.3),
    }  # fmt: skip


def test_what_is_scheduled_paid_credited_or_deleted_is_not_due(company: Company) -> None:
    vendor = company.vendor()
    part, whole, deleted = due_on(company, vendor["id"], "2026-04-01", "2026-04-01", "2026-04-01")
    for bill, amount in ((part, 4), (whole, 10.05)):
        company.pay({"id": bill["id"], "vendorId": vendor["id"]}, amount).ok(201)
    data_of(company.v2("Crud/Delete/Bill", {"id": deleted["id"]}))
    assert summary(company)["bills"]["all"] == (1, 6.05)


def test_a_bill_in_another_currency_counts_in_dollars_at_its_rate(company: Company) -> None:
    vendor_id = create(company, "Vendor", name="Maple", billCurrency="CAD")["id"]
    a_bill(company, vendor_id, (125,), exchangeRate=1.25)
    assert summary(company)["bills"]["all"] == (1, 100.0)


def test_approvals_are_those_that_wait_for_the_user_who_asks(company: Company) -> None:
    first, second = colleague(company, name="one"), colleague(company, name="two")
    bill, _ = due_on(company, company.vendor()["id"], "2026-03-01", "2026-04-01")
    asked = {"objectId": bill["id"], "entity": "Bill"}
    data_of(company.v2("SetApprovers", asked | {"approvers": [user_id(first), user_id(second)]}))
    assert summary(first)["approvals"] == NOTHING | {"overdue": (1, 10.05), "all": (1, 10.05)}
    assert summary(second)["approvals"] == summary(company)["approvals"] == NOTHING
    data_of(first.v2("Approve", asked))
    assert (summary(first)["approvals"]["all"], summary(second)["approvals"]["all"]) == ((0, 0), (1, 10.05))
