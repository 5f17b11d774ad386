"""GET /connect/v3/health."""

from __future__ import annotations

import msgspec

from billfold import __version__
from billfold.wire.catalog import Call, Catalogue, Lobby
from billfold.wire.v3.resource import operation


class HealthShape(msgspec.Struct):
    """The server's identity."""

    appId: str
    appEnv: str
    appVersion: str
    bdcRegion: str


def get_health(lobby: Lobby, _: Call, __: None) -> HealthShape:
    """What the server says of itself."""
    return HealthShape("connect", lobby.house.profile.value, __version__, "local")


def declare(catalogue: Catalogue) -> None:
    """The rows of health."""
    operation(catalogue, "GET", "health", "Read the server's health", get_health, needs=None, response=HealthShape)
