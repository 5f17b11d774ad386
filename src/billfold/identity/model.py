"""The records of identity."""

from __future__ import annotations

from datetime import datetime

import msgspec

from billfold.identity.roles import Role
from billfold.kit.ctx import RecordStatus


class Installation(msgspec.Struct, frozen=True):
    """What a database was born as. `organizations` counts them; `key_check` tells one master key from another."""

    id: str
    profile: str
    organizations: int
    key_check: str
    created_at: datetime


class Organization(msgspec.Struct, frozen=True):
    """A company. `data_key` is wrapped; `company_entry_id` identifies it as an originator in bank files."""

    organization_id: str
    name: str
    status: str
    data_key: bytes
    company_entry_id: str
    created_at: datetime
    updated_at: datetime


class OrganizationSnapshot(msgspec.Struct, frozen=True):
    """What events keep of an organization."""

    id: str
    name: str


class User(msgspec.Struct, frozen=True):
    """A person in one organization. The password belongs to the username, across organizations."""

    organization_id: str
    id: str
    ordinal: int
    username: str
    first_name: str
    last_name: str
    email: str
    role: Role
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime


class Session(msgspec.Struct, frozen=True):
    """An open session. The role is copied here so that reading needs no second look-up."""

    token_hash: str
    organization_id: str
    user_id: str
    role: Role
    world_id: str
    face: str
    created_at: datetime
    last_used_at: datetime
    trusted_until: datetime | None


class DeveloperKey(msgspec.Struct, frozen=True):
    """A developer key. `vintage` chooses the field order of v2's answers (settled.md §1)."""

    key_hash: str
    name: str
    vintage: str
    is_active: bool
    created_at: datetime


class Phone(msgspec.Struct, frozen=True):
    """An enrolled phone; the number is sealed."""

    organization_id: str
    id: str
    user_id: str
    kind: str
    phone_sealed: bytes
    last4: str
    is_primary: bool
    created_at: datetime


class Challenge(msgspec.Struct, frozen=True):
    """A code that was sent and waits to be typed in."""

    organization_id: str
    id: str
    user_id: str
    code_hash: str
    attempts: int
    expires_at: datetime


class Message(msgspec.Struct, frozen=True):
    """A text message or mail to deliver; a sandbox shows it in the outbox instead.

    The body is sealed: it may hold a verification code.
    """

    organization_id: str
    id: str
    ordinal: int
    channel: str
    recipient: str
    body_sealed: bytes
    created_at: datetime


class AdminToken(msgspec.Struct, frozen=True):
    """A key to the administration face, of one organization or (None) of the whole installation."""

    token_hash: str
    id: str
    name: str
    organization_id: str | None
    created_at: datetime
    revoked_at: datetime | None
