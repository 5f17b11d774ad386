"""What the server counts, for Prometheus."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate
from typing import Final

import msgspec
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from billfold.wire.catalog import Catalogue, Operation

#: Up to how many seconds each bucket of the histogram holds; the last one holds the rest.
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_NAMES: Final = (*map(str, _BUCKETS), "+Inf")
_UNKNOWN: Final = "unknown"


class _Times(msgspec.Struct):
    """How long the answers of one operation took: how many by bucket, and their sum."""

    counts: list[int]
    seconds: float = 0.0

    def buckets(self) -> list[tuple[str, float]]:
        """Each bucket with those before it, as the format wants them."""
        return list(zip(_NAMES, accumulate(self.counts), strict=True))


class Metrics(Collector):
    """Requests by operation and status, and how long they took. Nothing in it names a person or an account.

    Counted by ourselves: the library's own counters are made for threads, and all that is answered is answered here.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._answers = Counter[tuple[str, int]]()
        names = (*(row.name for row in catalogue.operations), _UNKNOWN)
        self._times = {name: _Times([0] * len(_NAMES)) for name in names}
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def observe(self, operation: Operation | None, status: int, seconds: float) -> None:
        """Count one answer."""
        name = _UNKNOWN if operation is None else operation.name
        self._answers[name, status] += 1
        times = self._times.get(name) or self._times[_UNKNOWN]
        times.counts[bisect_left(_BUCKETS, seconds)] += 1
        times.seconds += seconds

    def collect(self) -> Iterable[Metric]:
        """All that was counted, for the library that writes it down."""
        requests = CounterMetricFamily("billfold_requests", "Requests answered.", labels=["operation", "status"])
        for (name, status), count in self._answers.items():
            requests.add_metric([name, str(status)], count)
        times = HistogramMetricFamily("billfold_request_seconds", "Time to answer.", labels=["operation"])
        for name, one in self._times.items():
            times.add_metric([name], one.buckets(), one.seconds)
        return requests, times

    def render(self) -> tuple[bytes, str]:
        """The metrics as text, and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST
