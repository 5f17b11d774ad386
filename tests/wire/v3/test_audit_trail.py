"""The vendor audit trail report (contract: payables §1.5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.api import Company


def trail(company: Company, vendor: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
    return company.v3("GET", f"reports/audit-trail/vendor/{vendor['id']}", **query).ok()


def changes(company: Company, vendor: dict[str, Any], **query: Any) -> list[tuple[str, Any, Any]]:
    """(name, previous, current) of each edit, newest first."""
    fields = [row["field"] for row in trail(company, vendor, **query) if row["type"] == "Edit"]
    return [(one["name"], one["value"].get("previous"), one["value"].get("current")) for one in fields]


def test_a_new_vendor_has_one_row_that_says_who_made_it(company):
    [row] = trail(company, company.vendor(None))
    assert (row["source"], row["type"], row["field"]) == ("API", "Create", {})
    assert row["user"] == {"id": company.made["userId"], "name": row["user"]["name"]}
    assert row["user"]["name"].strip()


def test_every_changed_field_has_a_row_with_its_value_before_and_after_newest_first(company):
    vendor = company.vendor(None)
    company.v3("PATCH", f"vendors/{vendor['id']}", {"name": "Green Kite", "phone": "4155550132"}).ok()
    company.v3("PATCH", f"vendors/{vendor['id']}", {"additionalInfo": {"track1099": True}}).ok()
    assert changes(company, vendor) == [
        ("Track 1099", "No", "Yes"),
        ("Name", "Blue Kite Paper", "Green Kite"),
        ("Phone", None, "4155550132"),
    ]
    assert trail(company, vendor)[-1]["type"] == "Create"


def test_a_bank_account_changes_how_the_vendor_is_paid(company):
    vendor = company.vendor(None)
    body = {"nameOnAccount": "Blue Kite", "accountNumber": "000987654321", "routingNumber": "322271627"}
    company.v3("POST", f"vendors/{vendor['id']}/bank-account", body).ok()
    company.v3("PATCH", f"vendors/{vendor['id']}", {"name": "Green Kite"}).ok()
    company.v3("DELETE", f"vendors/{vendor['id']}/bank-account").ok(204)
    assert changes(company, vendor) == [
        ("Bank account", "*****4321", None),
        ("Pay by", "ePayment", "Check"),
        ("Name", "Blue Kite Paper", "Green Kite"),
        ("Bank account", None, "*****4321"),
        ("Pay by", "Check", "ePayment"),
    ]


def test_automatic_payment_is_told_in_words_and_amounts(company):
    vendor = company.vendor()
    settings = {"bankAccountId": company.bank_account_id, "maxAmount": 1234.5, "daysBeforeDueDate": 3}
    company.v3("PATCH", f"vendors/{vendor['id']}", {"autoPay": {"enabled": True, **settings}}).ok()
    company.v3("PATCH", f"vendors/{vendor['id']}", {"autoPay": {"maxAmount": 1000}}).ok()
    latest, *first = changes(company, vendor)[:6]
    assert latest == ("Auto pay maximum amount", "1234.50", "1000.00")
    assert first == [
        ("Auto pay", "No", "Yes"),
        ("Auto pay bank account", None, company.bank_account_id),
        ("Auto pay maximum amount", None, "1234.50"),
        ("Auto pay days before due date", None, "3"),
        ("Auto pay created by", None, company.made["userId"]),
    ]


def test_a_tax_id_shows_its_last_digits_alone(company):
    vendor = company.vendor(None)
    body = {"additionalInfo": {"taxId": "123456789", "taxIdType": "EIN"}}
    company.v3("PATCH", f"vendors/{vendor['id']}", body).ok()
    rows = trail(company, vendor)
    assert "123456789" not in str(rows)
    assert ("Tax ID", None, "*****6789") in changes(company, vendor)


def test_an_archived_vendors_trail_is_answered_when_asked_for(company):
    vendor = company.vendor(None)
    company.v3("POST", f"vendors/{vendor['id']}/archive").ok()
    assert trail(company, vendor) == []
    assert changes(company, vendor, includeArchived="true") == [("Status", "Active", "Inactive")]


def test_start_and_max_cut_the_trail(company):
    vendor = company.vendor(None)
    for number in range(5):
        company.v3("PATCH", f"vendors/{vendor['id']}", {"phone": f"415555013{number}"}).ok()
    whole = trail(company, vendor)
    assert len(whole) == 6
    assert trail(company, vendor, start=1, max=2) == whole[1:3]
    assert trail(company, vendor, start=5, max=100) == whole[5:]
    assert trail(company, vendor, start=6) == []


@pytest.mark.parametrize("query", [{"max": 0}, {"max": 101}, {"start": -1}, {"start": "x"}, {"includeArchived": "x"}])
def test_a_wrong_parameter_is_refused(company, query):
    refused = company.v3("GET", f"reports/audit-trail/vendor/{company.vendor()['id']}", **query)
    assert (refused.status, refused.codes) == (400, ["BDC_1129"])


def test_an_unknown_vendor_has_no_trail(company):
    refused = company.v3("GET", "reports/audit-trail/vendor/00901ZZZZZZZZZZZzzzz")
    assert (refused.status, refused.codes) == (404, ["BDC_1205"])


def test_what_v2_did_is_in_the_trail_too(company):
    vendor = company.vendor(None)
    company.v2("Crud/Update/Vendor", {"obj": {"entity": "Vendor", "id": vendor["id"], "name": "Red Kite"}}).ok()
    assert changes(company, vendor) == [("Name", "Blue Kite Paper", "Red Kite")]
