"""Multi-factor authentication (contract: core §1.3); authenticator apps (type TOTP) are Billfold's own addition."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.identity.factors import mfa, mfa_setup, phones
from billfold.identity.factors.model import MfaKind
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.v3.resource import BASE, SUCCESS, StatusShape, operation


class SetupBody(msgspec.Struct):
    """A phone, or an authenticator app."""

    type: Annotated[MfaKind, Meta(description="TEXT or VOICE for a phone; TOTP for an authenticator app.")]
    phone: Annotated[str | None, Meta(description="In international form, +14155550100; not with TOTP.")] = None
    primary: Annotated[bool, Meta(description="Only true: secondary phones are gone.")] = True


class SetupShape(msgspec.Struct, omit_defaults=True):
    """A code was sent to the phone, or the app is to show one."""

    setupId: str
    otpauthUri: Annotated[str | None, Meta(description="With TOTP: what the app reads as a QR code.")] = None


class FinishBody(msgspec.Struct):
    """The code that was received or shown."""

    setupId: str
    type: MfaKind
    token: Annotated[str, Meta(description="Six digits.")]


class PhoneShape(msgspec.Struct):
    """An enrolled phone."""

    type: Annotated[str, Meta(description="MOBILE, WORK or HOME.")]
    last4digits: str
    primary: bool


class PhoneList(msgspec.Struct):
    """The user's phones."""

    results: list[PhoneShape]


class ChallengeBody(msgspec.Struct):
    """Which phone."""

    useBackup: Annotated[bool, Meta(description="Only false: secondary phones are gone.")] = False


class ChallengeShape(msgspec.Struct):
    """A code was sent."""

    challengeId: str


class AnswerBody(msgspec.Struct):
    """The code that was received."""

    challengeId: str
    token: Annotated[str, Meta(description="The six digits from the text message or the authenticator app.")]
    device: (
        Annotated[str, Meta(max_length=255, description="Your nickname of the device; required with rememberMe.")]
        | None
    ) = None
    machineName: str | None = None
    rememberMe: Annotated[bool, Meta(description="Trust this device for 30 days.")] = False


class RememberShape(msgspec.Struct):
    """The session is trusted; the id is good for 30 days if the device is remembered, else for this session."""

    rememberMeId: str


class StepUpBody(msgspec.Struct):
    """A remembered device."""

    rememberMeId: str
    device: str


class TrustedShape(msgspec.Struct):
    """The session is trusted."""

    trusted: bool


def setup(ctx: Ctx, _: Call, body: SetupBody) -> SetupShape:
    """Begin to enroll a phone or an authenticator app."""
    if not body.primary:
        raise InvalidField("primary", "can only be true", value=False)
    started = mfa_setup.start_setup(ctx, body.type, body.phone or "")
    return SetupShape(started.setup_id, started.otpauth_uri)


def finish_setup(ctx: Ctx, _: Call, body: FinishBody) -> StatusShape:
    """Enroll it, if the code is right."""
    mfa_setup.finish_setup(ctx, body.setupId, body.type, body.token)
    return SUCCESS


def list_phones(ctx: Ctx, _: Call, __: None) -> PhoneList:
    """The user's phones."""
    return PhoneList([PhoneShape(phone.kind, phone.last4, phone.is_primary) for phone in phones.list_phones(ctx)])


def challenge(ctx: Ctx, _: Call, body: ChallengeBody) -> ChallengeShape:
    """Send a code to the primary phone."""
    if body.useBackup:
        raise InvalidField("useBackup", "can only be false", value=True)
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
        ("mfa/setup", "Begin to enroll a phone or an authenticator app", setup, SetupBody, SetupShape),
        ("mfa/setup/validate", "Enroll it by a code", finish_setup, FinishBody, StatusShape),
        ("mfa/challenge", "Send a code to the phone", challenge, ChallengeBody, ChallengeShape),
        ("mfa/challenge/validate", "Trust the session by a code", validate, AnswerBody, RememberShape),
        ("mfa/step-up", "Trust the session on a remembered device", step_up, StepUpBody, TrustedShape),
    )
    for path, summary, run, body, shape in rows:
        operation(
            catalogue, "POST", path, summary, run,
            request=body, response=shape, needs=Permission.MFA, write=True,
        )  # fmt: skip
    catalogue.alias(f"{BASE}/mfa/validate", f"{BASE}/mfa/setup/validate")
    operation(
        catalogue, "GET", "mfa/phones", "List the user's phones", list_phones,
        response=PhoneList, needs=Permission.MFA,
    )  # fmt: skip
