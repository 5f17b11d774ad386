"""Multi-factor authentication: a code to the enrolled phone makes the session trusted."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Final

from billfold.identity import store
from billfold.identity.model import Challenge, Message
from billfold.identity.sessions import TRUST_LIMIT
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Refusal, TracedRefusal
from billfold.kit.ids import token_hash

CODE_LIFETIME: Final = timedelta(minutes=10)
MAX_ATTEMPTS: Final = 5
_CODE_DIGITS: Final = 6
MESSAGE_PREFIX: Final = "msg"
_SEALED_BODY: Final = ("messages", "body_sealed")


class PhoneNotSetUp(Refusal):
    """A challenge needs an enrolled phone."""

    sentence = "Specified 2-Step Verification phone is not setup or is invalid."


class ChallengeUnknown(Refusal):
    """The challenge does not exist, is another user's, or was already answered."""

    sentence = "The 2-Step Verification challenge is invalid."


class TokenExpired(Refusal):
    """The code came too late."""

    sentence = "The 2-Step Verification token has expired."


class TooManyAttempts(Refusal):
    """Too many wrong codes for this challenge."""

    sentence = "Too many 2-Step Verification attempts. Request a new token."


class TokenWrong(TracedRefusal):
    """The code is not the one sent; the attempt is counted."""

    sentence = "The 2-Step Verification token does not match."


class DeviceNotRemembered(Refusal):
    """The remember-me id is unknown, expired, or another user's or device's."""

    sentence = "The rememberMeId is invalid or expired for this device."


class SessionUntrusted(Refusal):
    """The operation needs a session that has passed multi-factor authentication."""

    sentence = "Untrusted session."


def start_challenge(ctx: Ctx) -> str:
    """Send a six-digit code to the user's primary phone; the challenge's id. Raises `PhoneNotSetUp`."""
    phone = store.primary_phone(ctx.tx, ctx.organization_id, ctx.actor.user_id)
    if phone is None:
        raise PhoneNotSetUp
    challenge_id = ctx.house.randomness.token()
    code = ctx.house.mfa_code or ctx.house.randomness.digits(_CODE_DIGITS)
    store.CHALLENGES.insert(
        ctx.tx,
        Challenge(
            organization_id=ctx.organization_id,
            id=challenge_id,
            user_id=ctx.actor.user_id,
            code_hash=_code_hash(challenge_id, code),
            attempts=0,
            expires_at=ctx.now + CODE_LIFETIME,
        ),
    )
    send_text(ctx, f"***{phone.last4}", f"{code} is your Billfold verification code.")
    return challenge_id


def answer_challenge(ctx: Ctx, challenge_id: str, code: str, *, device: str, remember: bool) -> str | None:
    """Trust the session if the code is right; the remember-me id if the device is to be remembered.

    Raises `ChallengeUnknown`, `TokenExpired`, `TooManyAttempts`, `TokenWrong`.
    """
    challenge = store.CHALLENGES.get(ctx.tx, ctx.organization_id, challenge_id, lock=ctx.tx.for_update)
    if challenge is None or challenge.user_id != ctx.actor.user_id:
        raise ChallengeUnknown
    if ctx.now > challenge.expires_at:
        raise TokenExpired
    if challenge.attempts >= MAX_ATTEMPTS:
        raise TooManyAttempts
    if not hmac.compare_digest(challenge.code_hash, _code_hash(challenge_id, code)):
        raise TokenWrong(lambda traced: store.count_attempt(traced.tx, traced.organization_id, challenge_id))
    store.drop_challenge(ctx.tx, ctx.organization_id, challenge_id)
    trusted_until = ctx.now + TRUST_LIMIT
    store.trust_session(ctx.tx, ctx.actor.session, trusted_until)
    if not remember:
        return None
    remember_id = ctx.house.randomness.token()
    person = (ctx.organization_id, ctx.actor.user_id)
    store.remember_device(ctx.tx, person, token_hash(remember_id), device, trusted_until)
    return remember_id


def step_up(ctx: Ctx, remember_id: str, device: str) -> None:
    """Trust the session on a remembered device. Raises `DeviceNotRemembered`."""
    person = (ctx.organization_id, ctx.actor.user_id)
    until = store.remembered_until(ctx.tx, person, token_hash(remember_id), device)
    if until is None or ctx.now > until:
        raise DeviceNotRemembered
    store.trust_session(ctx.tx, ctx.actor.session, until)


def mfa_status(ctx: Ctx) -> str:
    """COMPLETE when the session is trusted, CHALLENGE when a phone is enrolled, else SETUP."""
    if ctx.actor.trusted:
        return "COMPLETE"
    phone = store.primary_phone(ctx.tx, ctx.organization_id, ctx.actor.user_id)
    return "SETUP" if phone is None else "CHALLENGE"


def send_text(ctx: Ctx, recipient: str, body: str) -> None:
    """Put a text message in the outbox. The recipient is masked: the number itself stays sealed."""
    message_id, ordinal = ctx.ids.new(MESSAGE_PREFIX)
    sealed = ctx.vault().seal(*_SEALED_BODY, message_id, body)
    store.MESSAGES.insert(ctx.tx, Message(ctx.organization_id, message_id, ordinal, "text", recipient, sealed, ctx.now))


def read_message(ctx: Ctx, message: Message) -> str:
    """What a message says."""
    return ctx.vault().open(*_SEALED_BODY, message.id, message.body_sealed)


def _code_hash(challenge_id: str, code: str) -> str:
    # The challenge id has 256 random bits, so that the six digits cannot be found from the hash alone.
    return token_hash(f"{challenge_id}/{code}")
