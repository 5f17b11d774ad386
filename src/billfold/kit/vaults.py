"""The data key of each organization, wrapped, as a row."""

from __future__ import annotations

from billfold.kit.crypto import DATA_KEY_BYTES, Keyring, Vault
from billfold.kit.db import Transaction
from billfold.kit.ids import Randomness


def new_data_key(keyring: Keyring, randomness: Randomness, organization_id: str) -> bytes:
    """A fresh data key for a new organization, wrapped for its row."""
    return keyring.wrap(organization_id, randomness.token_bytes(DATA_KEY_BYTES))


def open_vault(tx: Transaction, keyring: Keyring, organization_id: str) -> Vault:
    """The vault that seals and opens this organization's secrets."""
    row = tx.one("SELECT data_key FROM organizations WHERE organization_id = ?", (organization_id,))
    assert row is not None, f"{organization_id} has no data key"
    return keyring.unwrap(organization_id, bytes(row[0]))
