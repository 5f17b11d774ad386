"""Administration tokens: who may set up organizations, keys and what BILL's wire has no words for."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from billfold.identity import store
from billfold.identity.model import AdminToken
from billfold.kit.ctx import House
from billfold.kit.db import Transaction
from billfold.kit.errors import Checks, NotFound, Refusal, existing
from billfold.kit.ids import token_hash
from billfold.kit.records import replace

_ID_DIGITS: Final = 17
_MAX_NAME: Final = 100
_MOST: Final = 1000


class AdminTokenInvalid(Refusal):
    """There is no such administration token, or it was revoked."""

    sentence = "A valid administration token is needed: Authorization: Bearer …"


class TokenOfOneOrganization(Refusal):
    """The operation concerns the whole installation, and the token one organization."""

    sentence = "This administration token is for the organization {organization_id} alone."


class Operator(msgspec.Struct, frozen=True):
    """Who administers: with a token for one organization, or (None) for the whole installation."""

    id: str
    organization_id: str | None


#: Who sits at the machine: the command line, which can open the database and its secrets anyway.
LOCAL_OPERATOR: Final = Operator("operator", None)


def create_token(
    house: House, tx: Transaction, *, name: str, organization_id: str | None, now: datetime
) -> tuple[AdminToken, str]:
    """A new token and its secret, which is kept nowhere. Raises `InvalidField`, `NotFound`."""
    checks = Checks()
    checks.require_name("name", name, _MAX_NAME)
    checks.raise_any()
    if organization_id is not None and not store.organization_exists(tx, organization_id):
        raise NotFound("organization", organization_id)
    secret = house.randomness.token()
    hashed = token_hash(secret)
    token = AdminToken(hashed, f"atk{hashed[:_ID_DIGITS]}", name, organization_id, created_at=now, revoked_at=None)
    store.ADMIN_TOKENS.insert(tx, token)
    return token, secret


def list_tokens(tx: Transaction) -> list[AdminToken]:
    """The first thousand tokens, the oldest first, revoked ones too."""
    return store.admin_tokens(tx, _MOST)


def revoke_token(tx: Transaction, token_id: str, now: datetime) -> AdminToken:
    """Switch a token off; again is no error. Raises `NotFound`."""
    token = existing(store.admin_token_by_id(tx, token_id), "administration token", token_id)
    if token.revoked_at is not None:
        return token
    revoked = replace(token, revoked_at=now)
    store.ADMIN_TOKENS.update(tx, revoked, "revoked_at")
    return revoked


def authenticate(tx: Transaction, secret: str) -> Operator:
    """Whose token this is. Raises `AdminTokenInvalid`."""
    token = store.ADMIN_TOKENS.get(tx, token_hash(secret)) if secret else None
    if token is None or token.revoked_at is not None:
        raise AdminTokenInvalid
    return Operator(token.id, token.organization_id)
