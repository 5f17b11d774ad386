"""Many enter the same bill at the same moment, where an organization refuses duplicates: it is entered once."""

from __future__ import annotations

import pytest

from tests.scenarios.process import Client, at_once, bill_body, effort, found

CLIENTS = 16

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def entered_at_once(company, vendors):
    """The answers to one bill from every second client, from the others to two of them in one order or the other."""
    bodies = [bill_body(vendor, "10.00") for vendor in vendors]
    clients = [company.new_client() for _ in range(CLIENTS)]

    def enter(number):
        if number % 2:
            return company.v3("POST", "bills", bodies[number % 4 == 1], client=clients[number])
        return company.v3("POST", "bills/bulk", bodies[:: 1 if number % 4 else -1], client=clients[number])

    return at_once(CLIENTS, enter)


def test_a_number_of_a_vendor_is_entered_once(operator):
    server, headers = operator
    for _ in range(effort(3)):
        company = found(server)
        with Client(server, headers) as admin:
            controls = f"/admin/v1/organizations/{company.id}/controls"
            admin.send("PATCH", controls, {"refuseDuplicateBills": True}).ok()
        vendors = [company.vendor(), company.vendor()]
        answers = entered_at_once(company, vendors)
        assert {answer.status for answer in answers} == {201, 400}
        refused = [answer for answer in answers if answer.status == 400]
        assert {code for answer in refused for code in answer.codes} <= {"BDC_1171", "BDC_1246"}
        made = sorted(bill["vendorId"] for bill in company.all("bills"))
        assert made == sorted(vendor["id"] for vendor in vendors)
