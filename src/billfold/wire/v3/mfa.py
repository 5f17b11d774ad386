"""Multi-factor authentication (contract: core §1.3)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.identity import mfa
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.v3.resource import operation


class ChallengeBody(msgspec.Struct):
    """Which phone."""

    useBackup: Annotated[bool, Meta(description="Only false: secondary phones are gone.")] = False


class ChallengeShape(msgspec.Struct):
    """A code was sent."""

    challengeId: str


class AnswerBody(msgspec.Struct):
    """The code that was received."""

    challengeId: str
    token: Annotated[str, Meta(description="The six digits from the text message.")]
    device: Annotated[str | None, Meta(description="Your nickname of the device; required with rememberMe.")] = None
    machineName: str | None = None
    rememberMe: Annotated[bool, Meta(description="Trust this device for 30 days.")] = False


class RememberShape(msgspec.Struct, omit_defaults=True):
    """The session is trusted; the id is there when the device is remembered."""

    rememberMeId: str | None = None


class StepUpBody(msgspec.Struct):
    """A remembered device."""

    rememberMeId: str
    device: str


class TrustedShape(msgspec.Struct):
    """The session is trusted."""

    trusted: bool


def challenge(ctx: Ctx, _: Call, body: ChallengeBody) -> ChallengeShape:
    """Send a code to the primary phone."""
    if body.useBackup:
        raise InvalidField("useBackup", "invalid value", value=True)
    return ChallengeShape(mfa.start_challenge(ctx))


def validate(ctx: Ctx, _: Call, body: AnswerBody) -> RememberShape:
    """Trust the session if the code is right."""
    if body.rememberMe and not body.device:
        raise InvalidField("device", "must not be blank")
    remember_id = mfa.answer_challenge(
        ctx, body.challengeId, body.token, device=body.device or "", remember=body.rememberMe
    )
    return RememberShape(remember_id)


def step_up(ctx: Ctx, _: Call, body: StepUpBody) -> TrustedShape:
    """Trust the session on a remembered device."""
    mfa.step_up(ctx, body.rememberMeId, body.device)
    return TrustedShape(trusted=True)


def declare(catalogue: Catalogue) -> None:
    """The rows of multi-factor authentication."""
    rows = (
        ("mfa/challenge", "Send a code to the phone", challenge, ChallengeBody, ChallengeShape),
        ("mfa/challenge/validate", "Trust the session by a code", validate, AnswerBody, RememberShape),
        ("mfa/step-up", "Trust the session on a remembered device", step_up, StepUpBody, TrustedShape),
    )
    for path, summary, run, body, shape in rows:
        operation(
            catalogue, "POST", path, summary, run,
            request=body, response=shape, needs=Permission.SESSION, write=True,
        )  # fmt: skip
