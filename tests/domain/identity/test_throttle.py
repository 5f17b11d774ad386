"""Slowing down those who guess: the delays, the sources, and clocks that jump (identity/throttle.py)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billfold.identity.throttle import delay_after, door, is_closed, network_of
from tests.builders import MONDAY, a_company


def test_five_failures_cost_nothing_then_the_delay_doubles_up_to_a_quarter_of_an_hour():
    seconds = [delay_after(failures).total_seconds() for failures in range(1, 13)]
    assert seconds == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]
    assert delay_after(10**9) == timedelta(minutes=15)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("a unix socket", "a unix socket"),
    ],
)
def test_a_source_is_an_address_of_ipv4_or_a_network_of_ipv6(address, network):
    assert network_of(address) == network


def test_each_name_source_and_world_has_a_door_of_its_own(database, house):
    company = a_company(database, house)
    ours = door(house, company.world_id, "password", "ada@acme.test", "203.0.113.9")
    others = [
        door(house, company.world_id, "password", "bob@acme.test", "203.0.113.9"),
        door(house, company.world_id, "code", "ada@acme.test", "203.0.113.9"),
        door(house, company.world_id, "password", "ada@acme.test", "198.51.100.7"),
        door(house, "main", "password", "ada@acme.test", "203.0.113.9"),
    ]
    with database.transaction() as tx:
        for _ in range(6):
            ours.count(tx, MONDAY)
        failures = ours.failures(tx)
        assert failures is not None
        assert (failures.failures, failures.open_at) == (6, MONDAY + timedelta(minutes=1))
        assert [other.failures(tx) for other in others] == [None] * 4
        ours.forget(tx)
        assert ours.failures(tx) is None
    assert "ada" not in ours.subject


def test_a_quiet_day_forgets_what_was_before(database, house):
    company = a_company(database, house)
    at = door(house, company.world_id, "password", "ada@acme.test", "203.0.113.9")
    with database.transaction() as tx:
        for _ in range(9):
            at.count(tx, MONDAY)
        at.count(tx, MONDAY + timedelta(hours=24, minutes=1))
        failures = at.failures(tx)
        assert failures is not None
        assert failures.failures == 1


def test_a_clock_that_went_back_closes_no_door_for_longer_than_a_quarter_of_an_hour(database, house):
    company = a_company(database, house)
    at = door(house, company.world_id, "password", "ada@acme.test", "203.0.113.9")
    with database.transaction() as tx:
        for _ in range(9):
            at.count(tx, MONDAY)
        failures = at.failures(tx)
    assert failures is not None
    assert is_closed(failures, MONDAY)
    assert not is_closed(failures, MONDAY + timedelta(minutes=8))
    assert not is_closed(failures, MONDAY - timedelta(days=1))
