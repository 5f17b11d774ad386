"""Slowing down those who guess, without locking out those who know.

Failures are counted by what is guessed at *and* where the guess comes from. Whoever guesses at somebody's password
from elsewhere slows down only themselves: the user's own address, remembered devices and open sessions have counts
of their own. The delay doubles with each failure; a success, or a day without failures, forgets them.

Whoever guesses holds the door's lock until the guess is counted: of guesses made at once each waits for the one before.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

import msgspec

from billfold.identity import store
from billfold.identity.model import Failures
from billfold.kit.ctx import House
from billfold.kit.db import Transaction

#: So many failures cost no time.
FREE_FAILURES: Final = 5
FIRST_DELAY: Final = timedelta(seconds=30)
LONGEST_DELAY: Final = timedelta(minutes=15)
FORGOTTEN_AFTER: Final = timedelta(days=1)
#: One customer of an internet provider has this much of IPv6.
_IPV6_PREFIX: Final = 64


class Door(msgspec.Struct, frozen=True):
    """What is guessed at, and from where. The world is the one whose clock counts."""

    world_id: str
    subject: str
    source: str

    @property
    def key(self) -> tuple[str, str, str]:
        """The key of its row."""
        return (self.world_id, self.subject, self.source)

    def failures(self, tx: Transaction) -> Failures | None:
        """What went wrong here before. The door is locked even where nothing did, and it has no row yet."""
        tx.lock("/".join(("door", *self.key)))
        return store.THROTTLES.get(tx, *self.key)

    def count(self, tx: Transaction, now: datetime) -> None:
        """A guess was wrong."""
        store.forget_old_failures(tx, self.world_id, now - FORGOTTEN_AFTER)
        failures = store.count_failure(tx, self.key, now, now - FORGOTTEN_AFTER)
        counted = Failures(*self.key, failures, now, now + delay_after(failures))
        store.THROTTLES.update(tx, counted, "open_at")

    def forget(self, tx: Transaction) -> None:
        """A guess was right."""
        store.forget_failures(tx, self.key)


def door(house: House, world_id: str, kind: str, name: str, source: str) -> Door:
    """The door of this name. The name is kept as a keyed hash: people type passwords where names belong."""
    subject = hmac.digest(house.seed, f"throttle/{kind}/{name}".encode(errors="surrogatepass"), "sha256").hex()
    return Door(world_id, subject, source)


def is_closed(failures: Failures, now: datetime) -> bool:
    """Whether no guess is looked at yet. A clock that was set anew may not close a door for longer than ever meant."""
    return now < failures.open_at <= now + LONGEST_DELAY


def delay_after(failures: int) -> timedelta:
    """How long nothing is looked at after so many failures: 0, then 30 seconds, doubling up to 15 minutes."""
    if failures < FREE_FAILURES:
        return timedelta()
    doublings = min(failures - FREE_FAILURES, 10)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


def network_of(address: str) -> str:
    """What of a network address tells callers apart: all of IPv4, the first 64 bits of IPv6."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found, _IPV6_PREFIX), strict=False))
