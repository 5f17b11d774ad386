"""A production database in a test: a company set up by administration alone, and time from outside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from pyotp import parse_uri

from billfold.kit import worlds
from billfold.kit.settings import Profile
from tests.wire.api import Api, Company, embedded_house

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


@contextmanager
def production() -> Iterator[Api]:
    """A house in production on an empty database, on a Tuesday morning."""
    with embedded_house(profile=Profile.PRODUCTION, seed="", master_key="ab" * 32) as made:
        set_time(made, TUESDAY)
        yield made


def a_company(api: Api) -> Company:
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


def set_time(api: Api, moment: datetime) -> None:
    """The world outside: production has no face that moves the clock."""
    with api.installed.database.transaction() as tx:
        worlds.freeze(tx, worlds.MAIN_WORLD, moment)


async def run_what_is_due(api: Api) -> None:
    world = await api.installed.runner.world(worlds.MAIN_WORLD)
    await api.installed.runner.run_due(world, world.clock.now())
