"""Two companies in which everything exists, for the tests that walk the catalogue."""

from __future__ import annotations

from billfold.kit.sqlite import SqliteDatabase
from billfold.wire.faults import FaultPlan
from tests.wire.api import Api
from tests.wire.examples import prepared


class Stage:
    """Two companies in which everything exists, prepared once; `reset` brings them back after each scene."""

    def __init__(self) -> None:
        self._database = SqliteDatabase(":memory:")
        self._api = Api(self._database)
        self.ours, self.theirs = prepared(self._api), prepared(self._api)
        self._image = self._database._connection.serialize()
        self._faults = self._api.installed.pipeline.faults.waiting

    def reset(self) -> None:
        self._database._connection.deserialize(self._image)
        self._api.installed.pipeline.faults = FaultPlan()
        for fault in self._faults:
            self._api.installed.pipeline.faults.plan(fault)

    def close(self) -> None:
        self._api.close()
        self._database.close()
