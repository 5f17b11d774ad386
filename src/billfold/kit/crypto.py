"""Secrets at rest: AES-256-GCM under a data key per organization, wrapped by the master key.

The associated data name organization, table, column and row, so that a sealed value moved elsewhere does not
open. The nonce is synthetic (a keyed hash of all that is sealed, in the manner of RFC 8452), which makes
sealing repeatable and needs no randomness.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES: Final = 12
DATA_KEY_BYTES: Final = 32


class Keyring:
    """Wraps and unwraps data keys with the master key; remembers the unwrapped ones of this process."""

    def __init__(self, master_key: bytes) -> None:
        assert len(master_key) == DATA_KEY_BYTES, "the master key has 256 bits"
        self._master = master_key
        # By the wrapped key too: an id whose making was rolled back or wiped comes again, with another key.
        self._data_keys: dict[tuple[str, bytes], bytes] = {}

    def wrap(self, organization_id: str, data_key: bytes) -> bytes:
        """A data key as it is stored."""
        return _seal(self._master, data_key, f"data-key/{organization_id}".encode())

    def unwrap(self, organization_id: str, wrapped: bytes) -> Vault:
        """The vault of an organization, from its stored data key."""
        data_key = self._data_keys.get((organization_id, wrapped))
        if data_key is None:
            data_key = _open(self._master, wrapped, f"data-key/{organization_id}".encode())
            self._data_keys[organization_id, wrapped] = data_key
        return Vault(organization_id, data_key)


class Vault:
    """Seals and opens the secrets of one organization."""

    def __init__(self, organization_id: str, data_key: bytes) -> None:
        self._organization_id = organization_id
        self._key = data_key

    def seal(self, table: str, column: str, row_id: str, secret: str) -> bytes:
        """The secret as it is stored in that column of that row."""
        return _seal(self._key, secret.encode(), self._place(table, column, row_id))

    def open(self, table: str, column: str, row_id: str, sealed: bytes) -> str:
        """The secret again. The only way to clear bank account numbers."""
        return _open(self._key, sealed, self._place(table, column, row_id)).decode()

    def fingerprint(self, purpose: str, secret: str) -> str:
        """A keyed hash for finding equal secrets without opening them."""
        return hmac.digest(self._key, f"fingerprint/{purpose}/{secret}".encode(), "sha256").hex()

    def _place(self, table: str, column: str, row_id: str) -> bytes:
        return f"{self._organization_id}/{table}/{column}/{row_id}".encode()


def derive_key(secret: bytes, purpose: str) -> bytes:
    """A 256-bit key for one purpose."""
    return hmac.digest(secret, purpose.encode(), sha256)


def _seal(key: bytes, secret: bytes, place: bytes) -> bytes:
    nonce = hmac.digest(derive_key(key, "nonce"), place + b"\0" + secret, sha256)[:_NONCE_BYTES]
    return nonce + AESGCM(key).encrypt(nonce, secret, place)


def _open(key: bytes, sealed: bytes, place: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
