"""Password hashing: argon2id, 19 MiB, two passes, one hash at a time (OWASP's second recommended setting)."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from billfold.kit.errors import InvalidField

#: NIST SP 800-63B: length is what counts; there are no rules about its characters.
MIN_LENGTH: Final = 12

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# One at a time: a crowd of sign-ins must not take the machine's memory.
_ONE = Lock()


def require_strong(password: str, path: str) -> None:
    """Raise `InvalidField` at this path unless the password is long enough."""
    if len(password) < MIN_LENGTH:
        raise InvalidField(path, f"must have at least {MIN_LENGTH} characters")


def hash_new_password(password: str) -> str:
    """The hash of a password that somebody has chosen. Raises `InvalidField`."""
    require_strong(password, "password")
    return hash_password(password)


def hash_password(password: str) -> str:
    """The hash to store. Slow by design: call it outside a transaction."""
    with _ONE:
        return _HASHER.hash(password)


def password_fits(stored: str | None, password: str) -> bool:
    """Whether the password is the one hashed. An unknown user (None) costs the same time."""
    with _ONE:
        try:
            _HASHER.verify(stored or _nobodys_hash(), password)
        except VerificationError:
            return False
        return stored is not None


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this password")
