"""Whose call it is, found before its transaction. Only limits and faults ask, and only where they are switched on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from billfold.identity import store
from billfold.kit.db import Transaction
from billfold.kit.ids import token_hash
from billfold.kit.worlds import MAIN_WORLD, get_world
from billfold.wire.catalog import Operation


class Sender(msgspec.Struct, frozen=True):
    """Developer key (its hash), organization and world of a call; empty where there is no such key or session.

    `now` is the world's time. `signs_in`: the call brings a password instead of a session.
    """

    developer_key: str
    organization_id: str
    world_id: str
    now: datetime
    signs_in: bool


def find_sender(
    tx: Transaction, operation: Operation, request: Callable[[], object], credentials: Callable[[], tuple[str, str]]
) -> Sender | None:
    """Who sends the operation's call; None where nobody says who they are. Raises the refusals of decoding."""
    if operation.sender is not None:
        developer_key, organization_id = operation.sender(request())
        world_id = store.world_id_of(tx, organization_id)
        organization_id = organization_id if world_id else ""
    elif operation.public:
        return None
    else:
        developer_key, token = credentials()
        session = store.SESSIONS.get(tx, token_hash(token))
        organization_id = session.organization_id if session else ""
        world_id = session.world_id if session else None
    key_hash = token_hash(developer_key)
    world = get_world(tx, world_id or MAIN_WORLD)
    return Sender(
        developer_key=key_hash if store.DEVELOPER_KEYS.get(tx, key_hash) is not None else "",
        organization_id=organization_id,
        world_id=world.id,
        now=world.clock.now(),
        signs_in=operation.sender is not None,
    )
