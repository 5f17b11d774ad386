"""Multi-factor authentication: a code from the phone or the authenticator makes the session trusted."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Final

from billfold.identity import store as identity_store
from billfold.identity.factors import authenticators, store
from billfold.identity.factors.model import Challenge
from billfold.identity.messages import send
from billfold.identity.model import Session
from billfold.identity.sessions import TRUST_LIMIT
from billfold.identity.throttle import Door, door, is_closed, network_of
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Refusal
from billfold.kit.ids import token_hash
from billfold.kit.traces import TracedRefusal

CODE_LIFETIME: Final = timedelta(minutes=10)
MAX_ATTEMPTS: Final = 5
#: So many messages with a code go to one user in a minute (core §1.3).
MESSAGES_A_MINUTE: Final = 5
#: A code that came too late is told from one never sent for so long.
KEPT_EXPIRED: Final = timedelta(days=1)
_CODE_DIGITS: Final = 6
_MINUTE: Final = timedelta(minutes=1)


class PhoneNotSetUp(Refusal):
    """A challenge needs an enrolled phone or authenticator."""

    sentence = "Specified 2-Step Verification phone is not setup or is invalid."


class ChallengeUnknown(Refusal):
    """The challenge or set-up does not exist, is another user's, or was already answered."""

    sentence = "The 2-Step Verification challenge is invalid."


class TokenExpired(Refusal):
    """The code came too late."""

    sentence = "The 2-Step Verification token has expired."


class TooManyAttempts(Refusal):
    """Too many wrong codes: for this challenge or set-up, or of this user from this source."""

    sentence = "Too many 2-Step Verification attempts. Wait, then request a new token."


class TooManyMessages(Refusal):
    """The user was sent enough codes for this minute."""

    sentence = "Max number of text messages per minute reached: {limit}."


class TokenWrong(TracedRefusal):
    """The code is not the one sent; the attempt is counted."""

    sentence = "The 2-Step Verification token does not match."


class DeviceNotRemembered(Refusal):
    """The remember-me id is unknown, expired, or another user's or device's."""

    sentence = "The rememberMeId is invalid or expired for this device."


class SessionUntrusted(Refusal):
    """The operation needs a session that has passed multi-factor authentication."""

    sentence = "Untrusted session."


class TrustExpired(Refusal):
    """The operation needs a trusted session, and this one's trust is over. v2 has a code of its own for that."""

    sentence = "Untrusted session."


def start_challenge(ctx: Ctx) -> str:
    """Send a six-digit code to the user's phone; the challenge's id. Whoever has only an authenticator is sent none.

    Raises `PhoneNotSetUp`, `TooManyMessages`.
    """
    identity_store.lock_user(ctx.tx, ctx.organization_id, ctx.actor.user_id)
    phone = store.primary_phone(ctx.tx, ctx.organization_id, ctx.actor.user_id)
    if phone is None and store.authenticator_of(ctx.tx, ctx.organization_id, ctx.actor.user_id) is None:
        raise PhoneNotSetUp
    store.drop_old_codes(ctx.tx, ctx.organization_id, ctx.actor.user_id, ctx.now - KEPT_EXPIRED)
    challenge_id = ctx.house.randomness.token()
    code = draw_code(ctx)
    store.CHALLENGES.insert(
        ctx.tx,
        Challenge(
            organization_id=ctx.organization_id,
            id=challenge_id,
            user_id=ctx.actor.user_id,
            # Without a phone nobody learns this code: only the authenticator's will do.
            code_hash=code_hash(challenge_id, code) if phone is not None else "",
            attempts=0,
            expires_at=ctx.now + CODE_LIFETIME,
        ),
    )
    if phone is not None:
        send_code(ctx, phone.channel, phone.last4, code)
    return challenge_id


def answer_challenge(ctx: Ctx, challenge_id: str, code: str, *, device: str, remember: bool) -> str:
    """Trust the session if the code is the one sent or the authenticator's; an id of the trust.

    The id makes other sessions on this device trusted too if `remember`, else it speaks for this session only.
    Raises `ChallengeUnknown`, `TokenExpired`, `TooManyAttempts`, `TokenWrong`.
    """
    challenge = store.CHALLENGES.get(ctx.tx, ctx.organization_id, challenge_id, lock=ctx.tx.for_update)
    if challenge is None or challenge.user_id != ctx.actor.user_id:
        raise ChallengeUnknown
    at = _door(ctx)
    require_attempt(ctx, at, challenge.expires_at, challenge.attempts)
    sent = hmac.compare_digest(challenge.code_hash, code_hash(challenge_id, code))
    if not sent and not authenticators.takes_code(ctx, code):
        raise TokenWrong(lambda traced: _count(traced, at, challenge_id))
    store.drop_challenge(ctx.tx, ctx.organization_id, challenge_id)
    at.forget(ctx.tx)
    trusted_until = ctx.now + TRUST_LIMIT
    identity_store.trust_session(ctx.tx, ctx.actor.session, trusted_until)
    remember_id = ctx.house.randomness.token()
    identity_store.remember_device(
        ctx.tx, _own_session(ctx), token_hash(remember_id), device, trusted_until, only_session=not remember
    )
    return remember_id


def step_up(ctx: Ctx, remember_id: str, device: str) -> None:
    """Trust the session on a remembered device. Raises `DeviceNotRemembered`."""
    until = remembered_until(ctx, remember_id, device)
    if until is None:
        raise DeviceNotRemembered
    identity_store.trust_session(ctx.tx, ctx.actor.session, until)


def remembered_until(ctx: Ctx, remember_id: str, device: str) -> datetime | None:
    """Until when the id of a trust makes this session trusted on this device; None when it does not."""
    person = (ctx.organization_id, ctx.actor.user_id)
    until = identity_store.remembered_until(ctx.tx, person, token_hash(remember_id), device, ctx.actor.session)
    return until if until is not None and ctx.now <= until else None


def mfa_status(ctx: Ctx) -> str:
    """COMPLETE when the session is trusted by itself, CHALLENGE when a second factor is enrolled, else SETUP."""
    session = _own_session(ctx)
    if session.trusted_until is not None and ctx.now <= session.trusted_until:
        return "COMPLETE"
    return "CHALLENGE" if has_second_factor(ctx) else "SETUP"


def has_second_factor(ctx: Ctx) -> bool:
    """Whether the user has a phone or an authenticator enrolled."""
    person = (ctx.organization_id, ctx.actor.user_id)
    return store.primary_phone(ctx.tx, *person) is not None or store.authenticator_of(ctx.tx, *person) is not None


def draw_code(ctx: Ctx) -> str:
    """A fresh code; a sandbox may always draw the same."""
    return ctx.house.mfa_code or ctx.house.randomness.digits(_CODE_DIGITS)


def code_hash(challenge_id: str, code: str) -> str:
    """What is kept of a code. The challenge's id has 256 random bits: six digits cannot be found from this alone."""
    return token_hash(f"{challenge_id}/{code}")


def require_attempt(ctx: Ctx, at: Door | None, expires_at: datetime, attempts: int) -> None:
    """Raise `TokenExpired` or `TooManyAttempts` unless one more code may be tried."""
    if ctx.now > expires_at:
        raise TokenExpired
    if attempts >= MAX_ATTEMPTS:
        raise TooManyAttempts
    failures = at.failures(ctx.tx) if at is not None else None
    if failures is not None and is_closed(failures, ctx.now):
        raise TooManyAttempts


def send_code(ctx: Ctx, channel: str, last4: str, code: str) -> None:
    """Send a code to the user's phone, as text or by voice. The user is locked. Raises `TooManyMessages`."""
    sent = store.times_of_last_codes(ctx.tx, ctx.organization_id, ctx.actor.user_id, MESSAGES_A_MINUTE)
    if len(sent) == MESSAGES_A_MINUTE and ctx.now - sent[-1] < _MINUTE:
        raise TooManyMessages(limit=MESSAGES_A_MINUTE)
    # The recipient is masked: the number itself stays sealed.
    send(ctx, channel, f"***{last4}", f"{code} is your Billfold verification code.", user_id=ctx.actor.user_id)


def _own_session(ctx: Ctx) -> Session:
    session = identity_store.SESSIONS.get(ctx.tx, ctx.actor.session)
    assert session is not None, "the session that the request came with is gone"
    return session


def _door(ctx: Ctx) -> Door:
    """Codes are guessed at by whoever has the password: they are counted over all challenges, for each source."""
    world_id = identity_store.world_id_of(ctx.tx, ctx.organization_id)
    assert world_id is not None, f"{ctx.organization_id} is in no world"
    name = f"{ctx.organization_id}/{ctx.actor.user_id}"
    return door(ctx.house, world_id, "code", name, network_of(ctx.actor.source))


def _count(ctx: Ctx, at: Door, challenge_id: str) -> None:
    store.count_attempt(ctx.tx, store.CHALLENGES, ctx.organization_id, challenge_id)
    at.count(ctx.tx, ctx.now)
