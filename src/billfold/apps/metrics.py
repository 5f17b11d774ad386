"""What the server counts, for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from billfold.wire.catalog import Catalogue, Operation

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """Requests by operation and status, and how long they took. Nothing in it names a person or an account."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "billfold_requests", "Requests answered.", ["operation", "status"], registry=self._registry
        )
        seconds = Histogram(
            "billfold_request_seconds",
            "Time to answer.",
            ["operation"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        # Looking a label up costs more than counting, so every operation's is looked up once.
        self._seconds = {row.name: seconds.labels(row.name) for row in catalogue.operations}
        self._unknown = seconds.labels("unknown")
        self._counted: dict[tuple[str, int], Counter] = {}

    def observe(self, operation: Operation | None, status: int, seconds: float) -> None:
        """Count one answer."""
        name = operation.name if operation is not None else "unknown"
        counter = self._counted.get((name, status))
        if counter is None:
            counter = self._counted[name, status] = self._requests.labels(name, str(status))
        counter.inc()
        self._seconds.get(name, self._unknown).observe(seconds)

    def render(self) -> tuple[bytes, str]:
        """The metrics as text, and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST
