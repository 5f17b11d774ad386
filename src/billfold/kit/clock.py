"""The one door to time. A world is a clock: real (with a shift) or frozen; advancing steps through it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import msgspec

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def wall_now() -> datetime:
    """The machine's time in UTC, whole milliseconds (the precision of the wire)."""
    return _EPOCH + timedelta(milliseconds=time.time_ns() // 1_000_000)


def stopwatch() -> float:
    """Seconds on a clock that only goes forward; for measuring, never for data."""
    return time.perf_counter()


class WorldClock(msgspec.Struct, frozen=True):
    """What a row of `worlds` says of its time.

    `step_at` is set while an advance runs: the clock then stands at the job being done.
    """

    mode: str
    frozen_at: datetime | None
    shift_ms: int
    step_at: datetime | None

    def now(self) -> datetime:
        """This world's time, UTC, whole milliseconds."""
        if self.step_at is not None:
            return self.step_at
        if self.mode == "frozen":
            assert self.frozen_at is not None
            return self.frozen_at
        return wall_now() + timedelta(milliseconds=self.shift_ms)
