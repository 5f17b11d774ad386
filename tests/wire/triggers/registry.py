"""The list of triggers, and what several of them need."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.wire.api import Company, Reply, embedded_house

NOBODY = "NOBODYNOBODY1abc"
VENDOR = {"name": "Blue Kite"}
PERSON = {"firstName": "Bo", "lastName": "Pay", "email": "bo@harbor.example", "acceptTermsOfService": True}
SECOND = {
    "nameOnAccount": "Us", "routingNumber": "074000010", "accountNumber": "000111222333",
    "type": "CHECKING", "ownerType": "BUSINESS", "bankName": "Second",
}  # fmt: skip
RETRY_ONCE = {"idempotency-key": "once"}

TRIGGERS: dict[str, Callable[[Company], Reply]] = {}


def trigger(do: Callable[[Company], Reply]) -> Callable[[Company], Reply]:
    """The function's name is the refusal's, in small letters with underscores."""
    TRIGGERS["".join(word.capitalize() for word in do.__name__.split("_"))] = do
    return do


def sign_in(company: Company, **changes: Any) -> Reply:
    made = company.made
    body = {name: made[name] for name in ("username", "password", "organizationId", "devKey")} | changes
    return company.api.send("POST", "/connect/v3/login", json.dumps(body).encode(), source="192.0.2.1")


@contextmanager
def strict(**limits: int) -> Iterator[Company]:
    """A company in a house that holds its callers to limits."""
    with embedded_house(limits="strict", **limits) as api:
        yield api.company()


def change_key(company: Company, **changes: Any) -> None:
    keys = company.api.admin("GET", "developer-keys").ok()["results"]
    (key_id,) = [key["id"] for key in keys if key["name"] == "Sandbox Company"]
    company.api.admin("PATCH", f"developer-keys/{key_id}", changes).ok()


def invited(company: Company) -> str:
    """A second administrator; the id."""
    return company.v3("POST", "users", PERSON).ok(201)["id"]


def a_department(company: Company) -> str:
    return company.v3("POST", "classifications/departments", {"name": "Office"}).ok(201)["id"]
