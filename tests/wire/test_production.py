"""A company sets up its own production database with the administration face alone, and pays a vendor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pyotp import parse_uri

from billfold.bankfiles import nacha
from billfold.identity.passwords import MIN_LENGTH
from billfold.kit import worlds
from billfold.kit.db import open_database
from billfold.kit.settings import Profile
from tests.wire.api import Api, Company

#: A Tuesday morning in Los Angeles, with no holiday near, and later than any day this runs on: time goes forward.
TUESDAY = datetime(2080, 3, 5, 17, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
ADA = {"email": "ada@harbor.example", "password": PASSWORD, "firstName": "Ada", "lastName": "Byte"}
BANK = {
    "nameOnAccount": "Harbor Bakery", "routingNumber": "322271627", "accountNumber": "000111222333",
    "type": "CHECKING", "ownerType": "BUSINESS", "bankName": "Harbor Bank",
}  # fmt: skip
ORIGINATOR = {
    "companyName": "HARBOR BAKERY", "companyId": "1987654321", "immediateOrigin": "1987654321",
    "originName": "HARBOR BAKERY", "odfiRoutingNumber": "322271627", "immediateDestination": "322271627",
    "destinationName": "HARBOR BANK",
}  # fmt: skip


@pytest.fixture
def api() -> Iterator[Api]:
    assert len(PASSWORD) >= MIN_LENGTH
    database = open_database("sqlite://")
    made = Api(database, profile=Profile.PRODUCTION, seed="", master_key="ab" * 32)
    _set_time(made, TUESDAY)
    yield made
    made.close()
    database.close()


def test_there_is_no_sandbox_face(api: Api) -> None:
    assert "/sim/" not in api.installed.faces
    assert not [row for row in api.operations if row.face == "sim"]


def test_a_company_pays_a_vendor_through_its_own_bank(api: Api) -> None:
    company = _company(api)
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

    _set_time(api, datetime(2080, 3, 8, 3, tzinfo=UTC))
    api.loop.run_until_complete(_run_what_is_due(api))

    (file,) = company.admin("GET", "files").ok()["results"]
    content = company.admin("GET", f"files/{file['id']}").text.encode()
    sent = nacha.read(content)
    assert (sent.immediate_destination, sent.destination_name) == ("322271627", "HARBOR BANK")
    ((entry,),) = [batch.entries for batch in sent.batches]
    assert (entry.amount_minor, entry.is_debit) == (22950, True)


def test_a_new_vendor_account_is_paid_two_business_days_later_at_the_earliest(api: Api) -> None:
    company = _company(api)
    account = company.v3("POST", "funding-accounts/banks", BANK).ok(201)
    company.made["bankAccountId"] = account["id"]
    company.admin("POST", f"bank-accounts/{account['id']}/confirm").ok()
    company.admin("PATCH", "originator", ORIGINATOR).ok()
    too_early = company.pay(company.bill(), processDate="2080-03-06")
    assert (too_early.status, too_early.codes) == (400, ["BDC_1402"])


def _company(api: Api) -> Company:
    """Founded, keyed, signed in and trusted, as its administrator would do it."""
    founded = api.admin("POST", "organizations", {"name": "Harbor Bakery", "administrator": ADA}).ok(201)
    key = api.admin("POST", "developer-keys", {"name": "The web shop"}).ok(201)["devKey"]
    made = {"organizationId": founded["organizationId"], "userId": founded["userId"], "devKey": key}
    body = {"username": ADA["email"], "password": PASSWORD, "organizationId": made["organizationId"], "devKey": key}
    session = api.send("POST", "/connect/v3/login", json.dumps(body).encode()).ok()
    company = Company(api, made | {"sessionId": session["sessionId"]})
    _trust(company)
    return company


def _trust(company: Company) -> None:
    """With an authenticator app, for no text message can be sent yet."""
    setup = company.v3("POST", "mfa/setup", {"type": "TOTP"}).ok()
    code = parse_uri(setup["otpauthUri"])
    answer = {"setupId": setup["setupId"], "type": "TOTP", "token": code.at(TUESDAY)}
    company.v3("POST", "mfa/setup/validate", answer).ok()
    challenge: dict[str, Any] = company.v3("POST", "mfa/challenge", {}).ok()
    later = code.at(TUESDAY + timedelta(seconds=30))
    company.v3("POST", "mfa/challenge/validate", challenge | {"token": later}).ok()


def _set_time(api: Api, moment: datetime) -> None:
    """The world outside: production has no face that moves the clock."""
    with api.installed.database.transaction() as tx:
        worlds.freeze(tx, worlds.MAIN_WORLD, moment)


async def _run_what_is_due(api: Api) -> None:
    world = await api.installed.runner.world(worlds.MAIN_WORLD)
    await api.installed.runner.run_due(world, world.clock.now())
