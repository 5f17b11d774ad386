"""Invitations: a mail with a token, by which a new user chooses a password (settled.md §4: good for 60 days)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from billfold.identity import store
from billfold.identity.events import InvitationAccepted
from billfold.identity.messages import send
from billfold.identity.model import Invitation, User
from billfold.kit.ctx import Actor, Ctx, House
from billfold.kit.db import Transaction
from billfold.kit.errors import Refusal
from billfold.kit.ids import token_hash
from billfold.kit.records import replace
from billfold.kit.worlds import world_of

INVITATION_LIFETIME: Final = timedelta(days=60)
_SEPARATOR: Final = "."


class InvitationInvalid(Refusal):
    """The token is unknown or used, or its user was archived meanwhile."""

    sentence = "The invitation is not valid."


class InvitationExpired(Refusal):
    """The invitation was not answered in time."""

    sentence = "The invitation has expired."


def invite(ctx: Ctx, user: User) -> None:
    """Send the user an invitation. The token is in the mail and nowhere else."""
    secret = ctx.house.randomness.token()
    token = f"{ctx.organization_id}{_SEPARATOR}{secret}"
    expires_at = ctx.now + INVITATION_LIFETIME
    store.INVITATIONS.insert(
        ctx.tx,
        Invitation(
            organization_id=ctx.organization_id,
            id=token_hash(token),
            user_id=user.id,
            expires_at=expires_at,
            accepted_at=None,
            created_at=ctx.now,
        ),
    )
    organization = store.ORGANIZATIONS.get(ctx.tx, ctx.organization_id)
    assert organization is not None, f"there is no organization {ctx.organization_id}"
    send(
        ctx,
        "mail",
        user.email,
        f"{user.first_name}, you are invited to {organization.name} on Billfold. "
        f"Your user name is {user.username}. Choose a password by {expires_at:%Y-%m-%d} with this token:\n{token}",
    )


def accept_invitation(house: House, tx: Transaction, token: str, password_hash: str, *, face: str) -> User:
    """Let the invited user sign in with this password; a login of that name that exists keeps its own.

    Nobody is signed in yet: the token says which organization it is. The hash is made before the transaction
    (`passwords.hash_password`). Raises `InvitationInvalid`, `InvitationExpired`.
    """
    organization_id = token.partition(_SEPARATOR)[0]
    if not store.organization_exists(tx, organization_id):
        raise InvitationInvalid
    now = world_of(tx, organization_id).clock.now()
    tx.enter_organization(organization_id)
    invitation = store.INVITATIONS.get(tx, organization_id, token_hash(token), lock=tx.for_update)
    if invitation is None or invitation.accepted_at is not None:
        raise InvitationInvalid
    if now > invitation.expires_at:
        raise InvitationExpired
    user = store.USERS.get(tx, organization_id, invitation.user_id)
    if user is None or user.archived:
        raise InvitationInvalid
    store.add_login(tx, user.login, password_hash, now)
    store.INVITATIONS.update(tx, replace(invitation, accepted_at=now), "accepted_at")
    ctx = Ctx(house, tx, organization_id, Actor(user.id, user.role, trusted=False, face=face), now)
    ctx.emit(InvitationAccepted(user))
    ctx.flush()
    return user
