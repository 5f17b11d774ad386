"""Whatever was done before and after a snapshot: restoring gives the same rows, and the same days follow from them."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from billfold.kit.db import Database
from tests.properties.effort import EFFORT
from tests.wire.api import Api, Company
from tests.wire.test_snapshots import rows_of

WALKS = max(1, int(12 * EFFORT))
STEPS = 12
BANKS = "funding-accounts/banks"


def _a_bank(company: Company, chance: random.Random) -> None:
    body = {
        "nameOnAccount": "Us", "routingNumber": "074000010", "accountNumber": f"{chance.randrange(10**9):09}0001",
        "type": "CHECKING", "ownerType": "BUSINESS", "bankName": "Another",
    }  # fmt: skip
    made = company.v3("POST", BANKS, body).ok(201)
    company.v3("POST", f"{BANKS}/{made['id']}/verify", {"depositAmount": chance.choice([0.5, 0.51])})


def _bill(company: Company, chance: random.Random) -> None:
    ending = chance.choice(["1234", "0002", "0101"])
    vendor = company.vendor(f"00098765{ending}")
    company.bill(vendor, (f"{chance.randrange(1, 900)}.{chance.randrange(100):02}",))


def _bills(company: Company) -> list[dict]:
    return company.v3("GET", "bills", max=100).ok()["results"]


def _pay(company: Company, chance: random.Random) -> None:
    due = [bill for bill in _bills(company) if bill["dueAmount"] > 1]
    if due:
        company.pay(chance.choice(due), 1)


def _cancel(company: Company, chance: random.Random) -> None:
    made = company.v3("GET", "payments").ok()["results"]
    if made:
        company.v3("POST", f"payments/{chance.choice(made)['id']}/cancel")


def _archive(company: Company, chance: random.Random) -> None:
    bills = _bills(company)
    if bills:
        company.v3("POST", f"bills/{chance.choice(bills)['id']}/archive")


def _bounce(company: Company, chance: random.Random) -> None:
    transfers = company.sim("GET", "transfers").ok()["results"]
    if transfers:
        company.sim("POST", f"transfers/{chance.choice(transfers)['id']}/return", {"code": "R01"})


def _twice(company: Company, chance: random.Random) -> None:
    key = {"idempotency-key": str(chance.randrange(5))}
    company.v3("POST", "classifications/chart-of-accounts", {"name": f"A{chance.randrange(5)}"}, headers=key)


def _advance(company: Company, chance: random.Random) -> None:
    company.advance(hours=chance.choice([1, 20, 60, 200]))


def _challenge(company: Company, _: random.Random) -> None:
    company.v3("POST", "mfa/challenge").ok()


DEEDS: list[Callable[[Company, random.Random], None]] = [
    _a_bank, _bill, _bill, _pay, _pay, _pay, _cancel, _archive, _bounce, _twice, _advance, _challenge,
]  # fmt: skip


def _walk(company: Company, chance: random.Random, steps: int) -> None:
    for _ in range(steps):
        chance.choice(DEEDS)(company, chance)


def _follow(company: Company) -> None:
    """What goes on the same from the same rows: no randomness but that of ids."""
    chance = random.Random(7)
    _bill(company, chance)
    _pay(company, chance)
    company.advance(days=10)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(WALKS))
def test_restoring_brings_back_the_rows_and_what_follows_from_them(database: Database, seed: int) -> None:
    api = Api(database)
    chance = random.Random(seed)
    company, neighbour = api.company(), api.company()
    _walk(neighbour, chance, 3)
    theirs = rows_of(neighbour)
    _walk(company, chance, STEPS)
    then = rows_of(company)
    company.sim("POST", "snapshot").ok()
    _follow(company)
    later = rows_of(company)
    for _ in range(2):
        _walk(company, chance, chance.randrange(STEPS))
        company.sim("POST", "restore").ok()
        assert rows_of(company) == then
        assert company.balanced()
    _follow(company)
    assert rows_of(company) == later
    assert company.balanced()
    assert rows_of(neighbour) == theirs
    api.close()
