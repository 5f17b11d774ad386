"""The one door to randomness, and the making of ids.

An id is 20 characters: the noun's three-character prefix, the cell `01`, capitals, and the ordinal in base 36
(contract v2.md §1.4, settled.md §2). Capitals are keyed by the installation's seed, so that ids cannot be
guessed and the same seed makes the same ids.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    from billfold.kit.counters import Counters

_CELL: Final = "01"
#: Of SHA-256, in bytes.
_BLOCK: Final = 64
_LENGTH: Final = 20
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_PAIRS: Final = tuple(high + low for high in _DIGITS for low in _DIGITS)
_CAPITALS: Final = bytes(ord("A") + byte % 26 for byte in range(256))
#: The first ordinal of an organization: four base-36 characters, so that every id has 11 capitals at most.
FIRST_ORDINAL: Final = 36**3
_SUFFIX_LENGTHS: Final = range(4, 7)


class _Mac:
    """HMAC-SHA-256 under one key, which is worked in once and not for every message (RFC 2104).

    The library's `hmac.digest` spends most of its time on the key, and a request makes many ids under the same one.
    """

    def __init__(self, key: bytes) -> None:
        block = (key if len(key) <= _BLOCK else hashlib.sha256(key).digest()).ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def digest(self, message: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()


#: A process has one seed.
_mac_of = lru_cache(maxsize=4)(_Mac)


def keyed(seed: bytes, message: str) -> bytes:
    """32 bytes that only the seed gives for this message."""
    return _mac_of(seed).digest(message.encode())


def base36(number: int) -> str:
    """The number in lower-case base 36."""
    digits = ""
    while number:
        number, pair = divmod(number, 36 * 36)
        digits = _PAIRS[pair] + digits
    return digits.lstrip("0") or "0"


def make_id(prefix: str, seed: bytes, organization_id: str, ordinal: int) -> str:
    """The id of the object with this ordinal; the same arguments always make the same id."""
    suffix = base36(ordinal)
    room = _LENGTH - len(prefix) - len(_CELL) - len(suffix)
    digest = keyed(seed, f"{organization_id}/{ordinal}")
    return f"{prefix}{_CELL}{digest[:room].translate(_CAPITALS).decode()}{suffix}"


def spellings(text: str) -> list[str]:
    """The ids that this may be, after it went through hands that write capitals only."""
    if len(text) != _LENGTH or not text.isascii() or not text.isalnum():
        return []
    upper, lower = text.upper(), text.lower()
    return [lower[:3] + upper[3:-digits] + lower[-digits:] for digits in _SUFFIX_LENGTHS]


class Ids:
    """Makes the ids of one transaction from ordinals reserved on the organization's counter row."""

    def __init__(self, seed: bytes, organization_id: str, counters: Counters) -> None:
        self._seed = seed
        self._organization_id = organization_id
        self._counters = counters
        self._next = 0
        self._end = 0

    def reserve(self, count: int) -> None:
        """Reserve ordinals in one statement when it is known that many will be needed."""
        if self._end - self._next < count:
            self._next = self._counters.reserve_ordinals(count)
            self._end = self._next + count

    def new(self, prefix: str) -> tuple[str, int]:
        """A new id and its ordinal, which is the order of creation."""
        self.reserve(1)
        ordinal = self._next
        self._next += 1
        return make_id(prefix, self._seed, self._organization_id, ordinal), ordinal

    def capitals(self, purpose: str, ordinal: int, length: int) -> str:
        """Capitals keyed by the seed, such as a payment's transaction number."""
        return keyed(self._seed, f"{self._organization_id}/{purpose}/{ordinal}")[:length].translate(_CAPITALS).decode()

    def uuid(self, purpose: str, ordinal: int) -> str:
        """A UUID of version 4 keyed by the seed, for what a wire wants to see named so."""
        return str(UUID(bytes=keyed(self._seed, f"{self._organization_id}/{purpose}/{ordinal}")[:16], version=4))


class Randomness:
    """Unguessable bytes: the operating system's, or a repeatable stream for a seeded sandbox."""

    def __init__(self, seed: bytes | None = None) -> None:
        self._seed = seed
        self._drawn = 0

    def token_bytes(self, length: int) -> bytes:
        """`length` unguessable bytes."""
        if self._seed is None:
            return secrets.token_bytes(length)
        self._drawn += 1
        return hashlib.shake_256(self._seed + b"/random/" + str(self._drawn).encode()).digest(length)

    def token(self) -> str:
        """256 random bits as text that is safe in a URL."""
        return urlsafe_b64encode(self.token_bytes(32)).rstrip(b"=").decode()

    def digits(self, length: int) -> str:
        """A decimal code, such as one sent by text message."""
        return str(int.from_bytes(self.token_bytes(16)) % 10**length).zfill(length)


def token_hash(token: str) -> str:
    """What is stored of a token: it has 256 random bits, so a plain hash cannot be turned round."""
    return hashlib.sha256(token.encode()).hexdigest()
