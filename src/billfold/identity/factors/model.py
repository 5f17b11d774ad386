"""The records of second factors."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class Phone(msgspec.Struct, frozen=True):
    """An enrolled phone; the number is sealed. `channel` is how its codes are sent: `text` or `voice`."""

    organization_id: str
    id: str
    user_id: str
    kind: str
    phone_sealed: bytes
    last4: str
    is_primary: bool
    created_at: datetime
    channel: str = "text"


class PhoneSnapshot(msgspec.Struct, frozen=True):
    """What events keep of a phone."""

    id: str
    user_id: str
    kind: str
    last4: str


class MfaKind(StrEnum):
    """How a user proves the second factor: a code by text message, by a call, or from an authenticator."""

    TEXT = "TEXT"
    VOICE = "VOICE"
    TOTP = "TOTP"


class MfaSetup(msgspec.Struct, frozen=True):
    """A second factor being set up. `secret_sealed` is the phone's number or the authenticator's secret.

    `code_hash` is of the code that was sent; an authenticator is sent none.
    """

    organization_id: str
    id: str
    user_id: str
    kind: MfaKind
    secret_sealed: bytes
    code_hash: str | None
    attempts: int
    expires_at: datetime


class Authenticator(msgspec.Struct, frozen=True):
    """A user's authenticator. `last_step` is the time step of the last code taken: each code serves once."""

    organization_id: str
    id: str
    user_id: str
    secret_sealed: bytes
    last_step: int
    created_at: datetime


class AuthenticatorSnapshot(msgspec.Struct, frozen=True):
    """What events keep of an authenticator."""

    id: str
    user_id: str


class Challenge(msgspec.Struct, frozen=True):
    """A code that was sent and waits to be typed in."""

    organization_id: str
    id: str
    user_id: str
    code_hash: str
    attempts: int
    expires_at: datetime
