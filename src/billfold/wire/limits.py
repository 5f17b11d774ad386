"""BILL's limits (core §1.5, v2.md §1.7), for those who want to see how their client bears them: BILLFOLD_LIMITS=strict.

Counts live in the process: of several processes each counts for itself, and a restart begins anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from billfold.kit.errors import Refusal
from billfold.wire.senders import Sender


class RequestLimitReached(Refusal):
    """The developer key has sent all the requests, or all the sign-ins, of this clock hour."""

    sentence = "Max number of allowed requests per hour reached: {limit}."


class ConcurrencyLimitReached(Refusal):
    """The developer key has as many requests under way for this organization as it may."""

    sentence = "Max number of concurrent requests per organization reached."


class Limits:
    """Counts the calls of each developer key: by clock hour of the world, and those under way by organization."""

    def __init__(self, *, requests: int, sign_ins: int, concurrent: int) -> None:
        self._requests = requests
        self._sign_ins = sign_ins
        self._concurrent = concurrent
        #: By developer key, world and whether sign-ins are meant: the clock hour, and how many in it.
        self._hours: dict[tuple[str, str, bool], tuple[datetime, int]] = {}
        self._under_way: Counter[tuple[str, str]] = Counter()

    @contextmanager
    def admit(self, sender: Sender | None) -> Iterator[None]:
        """Count a call while it is under way. Raises `RequestLimitReached`, `ConcurrencyLimitReached`.

        A call without a known developer key is refused elsewhere, and counts for nobody.
        """
        if sender is None or not sender.developer_key:
            yield
            return
        self._count(sender, self._requests, signs_in=False)
        if sender.signs_in:
            self._count(sender, self._sign_ins, signs_in=True)
        place = (sender.developer_key, sender.organization_id)
        if not sender.organization_id:
            yield
            return
        if self._under_way[place] >= self._concurrent:
            raise ConcurrencyLimitReached
        self._under_way[place] += 1
        try:
            yield
        finally:
            self._under_way[place] -= 1
            if not self._under_way[place]:
                del self._under_way[place]

    def _count(self, sender: Sender, limit: int, *, signs_in: bool) -> None:
        place = (sender.developer_key, sender.world_id, signs_in)
        hour = sender.now.replace(minute=0, second=0, microsecond=0)
        counted_hour, count = self._hours.get(place, (hour, 0))
        if counted_hour != hour:
            count = 0
        if count >= limit:
            raise RequestLimitReached(limit=limit)
        self._hours[place] = (hour, count + 1)
