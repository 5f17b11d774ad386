"""Authenticator apps: time-based one-time codes (RFC 6238: SHA-1, six digits, thirty seconds), Billfold's own addition.

The time is that of the organization's world. Each code is taken once, and one step early or late.
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from typing import Final

from pyotp import TOTP

from billfold.identity.events import AuthenticatorEnrolled
from billfold.identity.factors import store
from billfold.identity.factors.model import Authenticator, AuthenticatorSnapshot
from billfold.kit.ctx import Ctx
from billfold.kit.records import replace

AUTHENTICATOR_PREFIX: Final = "mau"
ISSUER: Final = "Billfold"
_SECRET_BYTES: Final = 20
#: Steps of thirty seconds around now whose codes are taken.
_STEPS: Final = (0, -1, 1)
_SEALED: Final = ("mfa_authenticators", "secret_sealed")


def new_secret(ctx: Ctx) -> str:
    """A fresh secret in base 32, as apps take it."""
    return b32encode(ctx.house.randomness.token_bytes(_SECRET_BYTES)).decode()


def provisioning_uri(secret: str, username: str) -> str:
    """The `otpauth://` address that apps read from a QR code."""
    return TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def step_of(ctx: Ctx, secret: str, code: str, *, after: int = -1) -> int | None:
    """The time step that the code belongs to, if it is one of those around now and later than `after`."""
    totp = TOTP(secret)
    now = int(ctx.now.timestamp()) // totp.interval
    for step in (now + offset for offset in _STEPS):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode(errors="surrogatepass")) and step > after:
            return step
    return None


def enroll(ctx: Ctx, secret: str, step: int) -> Authenticator:
    """The user's authenticator from now on; the code of this step proved it and counts as used."""
    authenticator_id, _ = ctx.ids.new(AUTHENTICATOR_PREFIX)
    authenticator = Authenticator(
        organization_id=ctx.organization_id,
        id=authenticator_id,
        user_id=ctx.actor.user_id,
        secret_sealed=ctx.vault().seal(*_SEALED, authenticator_id, secret),
        last_step=step,
        created_at=ctx.now,
    )
    store.AUTHENTICATORS.insert(ctx.tx, authenticator)
    ctx.emit(AuthenticatorEnrolled(AuthenticatorSnapshot(authenticator_id, ctx.actor.user_id)))
    return authenticator


def takes_code(ctx: Ctx, code: str) -> bool:
    """Whether the code is the user's authenticator's and was not used before; it is used now."""
    found = store.authenticator_of(ctx.tx, ctx.organization_id, ctx.actor.user_id, lock=ctx.tx.for_update)
    if found is None:
        return False
    secret = ctx.vault().open(*_SEALED, found.id, found.secret_sealed)
    step = step_of(ctx, secret, code, after=found.last_step)
    if step is None:
        return False
    store.AUTHENTICATORS.update(ctx.tx, replace(found, last_step=step), "last_step")
    return True
