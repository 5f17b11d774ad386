"""Enrolling a second factor: a phone, or an authenticator app. It is enrolled when a code from it came back."""

from __future__ import annotations

import hmac
import re
from typing import Final

import msgspec

from billfold.identity import store as identity_store
from billfold.identity.factors import authenticators, mfa, store
from billfold.identity.factors.mfa import CODE_LIFETIME, ChallengeUnknown, TokenWrong, code_hash, require_attempt
from billfold.identity.factors.model import MfaKind, MfaSetup
from billfold.identity.factors.phones import enroll_phone
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField, Refusal

_NUMBER: Final = re.compile(r"\+[1-9][0-9]{7,14}")
_SEALED: Final = ("mfa_setups", "secret_sealed")
_CHANNELS: Final = {MfaKind.TEXT: "text", MfaKind.VOICE: "voice"}


class MfaBlocked(Refusal):
    """This second factor is enrolled already, or a session that has not passed the first wants to add another."""

    sentence = "Mfa action blocked"


class SetupStarted(msgspec.Struct, frozen=True):
    """A set-up that waits for its code. `otpauth_uri` is for the authenticator app; phones are sent a code."""

    setup_id: str
    otpauth_uri: str | None = None


def start_setup(ctx: Ctx, kind: MfaKind, number: str = "") -> SetupStarted:
    """Begin to enroll a phone (`number` in international form, `+14155550100`) or an authenticator.

    Raises `InvalidField` (phone), `MfaBlocked`, `TooManyMessages`.
    """
    if kind is not MfaKind.TOTP and not _NUMBER.fullmatch(number):
        raise InvalidField("phone", "must be a number in international form, such as +14155550100")
    identity_store.lock_user(ctx.tx, ctx.organization_id, ctx.actor.user_id)
    _require_room(ctx, kind)
    setup_id = ctx.house.randomness.token()
    code = None
    secret = authenticators.new_secret(ctx) if kind is MfaKind.TOTP else number
    if kind is not MfaKind.TOTP:
        code = mfa.draw_code(ctx)
        mfa.send_code(ctx, _CHANNELS[kind], number[-4:], code)
    setup = MfaSetup(
        organization_id=ctx.organization_id,
        id=setup_id,
        user_id=ctx.actor.user_id,
        kind=kind,
        secret_sealed=ctx.vault().seal(*_SEALED, setup_id, secret),
        code_hash=None if code is None else code_hash(setup_id, code),
        attempts=0,
        expires_at=ctx.now + CODE_LIFETIME,
    )
    store.MFA_SETUPS.insert(ctx.tx, setup)
    if kind is not MfaKind.TOTP:
        return SetupStarted(setup_id)
    user = identity_store.USERS.get(ctx.tx, ctx.organization_id, ctx.actor.user_id)
    assert user is not None, f"there is no user {ctx.actor.user_id}"
    return SetupStarted(setup_id, authenticators.provisioning_uri(secret, user.username))


def finish_setup(ctx: Ctx, setup_id: str, kind: MfaKind, code: str) -> None:
    """Enroll what was set up, if the code is right. The session is no more trusted than before.

    Raises `ChallengeUnknown`, `InvalidField` (type), `TokenExpired`, `TooManyAttempts`, `TokenWrong`, `MfaBlocked`.
    """
    identity_store.lock_user(ctx.tx, ctx.organization_id, ctx.actor.user_id)
    setup = store.MFA_SETUPS.get(ctx.tx, ctx.organization_id, setup_id, lock=ctx.tx.for_update)
    if setup is None or setup.user_id != ctx.actor.user_id:
        raise ChallengeUnknown
    if setup.kind is not kind:
        raise InvalidField("type", f"must be {setup.kind}, as in the set-up")
    require_attempt(ctx, None, setup.expires_at, setup.attempts)
    _require_room(ctx, kind)
    secret = ctx.vault().open(*_SEALED, setup_id, setup.secret_sealed)
    if setup.kind is MfaKind.TOTP:
        step = authenticators.step_of(ctx, secret, code)
        if step is None:
            raise _wrong(setup)
        authenticators.enroll(ctx, secret, step)
    else:
        if not hmac.compare_digest(setup.code_hash or "", code_hash(setup_id, code)):
            raise _wrong(setup)
        enroll_phone(ctx, ctx.actor.user_id, secret, channel=_CHANNELS[kind])
    store.drop_setups(ctx.tx, ctx.organization_id, ctx.actor.user_id)


def _require_room(ctx: Ctx, kind: MfaKind) -> None:
    """One phone and one authenticator at most; and a stolen password must not add a factor to one that is there."""
    person = (ctx.organization_id, ctx.actor.user_id)
    has_phone = store.primary_phone(ctx.tx, *person) is not None
    has_authenticator = store.authenticator_of(ctx.tx, *person) is not None
    taken = has_authenticator if kind is MfaKind.TOTP else has_phone
    if taken or ((has_phone or has_authenticator) and not ctx.actor.trusted):
        raise MfaBlocked


def _wrong(setup: MfaSetup) -> TokenWrong:
    table = store.MFA_SETUPS
    return TokenWrong(lambda traced: store.count_attempt(traced.tx, table, traced.organization_id, setup.id))
