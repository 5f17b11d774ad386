"""A company sets up its own production database with the administration face alone, and pays a vendor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from billfold.bankfiles import nacha
from tests.wire.api import Api
from tests.wire.production import BANK, ORIGINATOR, a_company, production, run_what_is_due, set_time


@pytest.fixture
def api() -> Iterator[Api]:
    with production() as made:
        yield made


def test_there_is_no_sandbox_face(api: Api) -> None:
    assert "/sim/" not in api.installed.faces
    assert not [row for row in api.operations if row.face == "sim"]


def test_a_company_pays_a_vendor_through_its_own_bank(api: Api) -> None:
    company = a_company(api)
    account = company.v3("POST", "funding-accounts/banks", BANK).ok(201)
    company.made["bankAccountId"] = account["id"]
    bill = company.bill(dueDate="2080-03-20")
    assert company.pay(bill, processDate="2080-03-08").codes == ["BDC_1150"]
    company.admin("POST", f"bank-accounts/{account['id']}/confirm").ok()
    missing = company.pay(bill, processDate="2080-03-08")
    assert (missing.status, missing.codes) == (403, ["BDC_1150"])
    assert "originator settings" in missing.text
    company.admin("PATCH", "originator", ORIGINATOR).ok()
    company.pay(bill, processDate="2080-03-08").ok(201)

    set_time(api, datetime(2080, 3, 8, 3, tzinfo=UTC))
    api.loop.run_until_complete(run_what_is_due(api))

    (file,) = company.admin("GET", "files").ok()["results"]
    content = company.admin("GET", f"files/{file['id']}").text.encode()
    sent = nacha.read(content)
    assert (sent.immediate_destination, sent.destination_name) == ("322271627", "HARBOR BANK")
    ((entry,),) = [batch.entries for batch in sent.batches]
    assert (entry.amount_minor, entry.is_debit) == (22950, True)


def test_a_new_vendor_account_is_paid_two_business_days_later_at_the_earliest(api: Api) -> None:
    company = a_company(api)
    account = company.v3("POST", "funding-accounts/banks", BANK).ok(201)
    company.made["bankAccountId"] = account["id"]
    company.admin("POST", f"bank-accounts/{account['id']}/confirm").ok()
    company.admin("PATCH", "originator", ORIGINATOR).ok()
    too_early = company.pay(company.bill(), processDate="2080-03-06")
    assert (too_early.status, too_early.codes) == (400, ["BDC_1402"])
