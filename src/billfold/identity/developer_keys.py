"""Developer keys: made, listed, changed. Only their hashes are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from billfold.identity import store
from billfold.identity.model import DeveloperKey
from billfold.kit.ctx import House
from billfold.kit.db import Transaction
from billfold.kit.errors import Checks, NotFound
from billfold.kit.ids import token_hash
from billfold.kit.records import replace

#: A client's key looks like the demo's: the cell, then what nobody guesses.
_KEY_PREFIX: Final = "01"
_ID_PREFIX: Final = "dvk"
_ID_DIGITS: Final = 17
_MAX_NAME: Final = 100
_MOST: Final = 1000


def id_of(key: DeveloperKey) -> str:
    """What administrators call the key: the beginning of its hash."""
    return _ID_PREFIX + key.key_hash[:_ID_DIGITS]


def create_key(house: House, tx: Transaction, *, name: str, vintage: str, now: datetime) -> tuple[DeveloperKey, str]:
    """A new key and the key itself, which is kept nowhere. Raises `InvalidField`."""
    _check_name(name)
    clear = _KEY_PREFIX + house.randomness.token()
    return add_key(tx, clear, name=name, vintage=vintage, now=now), clear


def add_key(tx: Transaction, clear: str, *, name: str, vintage: str, now: datetime) -> DeveloperKey:
    """Make this key known."""
    key = DeveloperKey(token_hash(clear), name, vintage, is_active=True, created_at=now)
    store.DEVELOPER_KEYS.insert(tx, key)
    return key


def list_keys(tx: Transaction) -> list[DeveloperKey]:
    """The first thousand keys, the oldest first."""
    return store.developer_keys(tx, _MOST)


def update_key(tx: Transaction, key_id: str, changes: Mapping[str, Any]) -> DeveloperKey:
    """Change the named fields of `DeveloperKey`; it counts at once, for open sessions too.

    Raises `NotFound`, `InvalidField`.
    """
    found = store.developer_key_by_beginning(tx, key_id[len(_ID_PREFIX) :])
    if found is None or id_of(found) != key_id:
        raise NotFound("developer key", key_id)
    if "name" in changes:
        _check_name(changes["name"])
    changed = replace(found, **changes)
    store.DEVELOPER_KEYS.update(tx, changed)
    return changed


def _check_name(name: str) -> None:
    checks = Checks()
    checks.require_name("name", name, _MAX_NAME)
    checks.raise_any()
