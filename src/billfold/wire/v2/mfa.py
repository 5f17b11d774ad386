"""MFAChallenge, MFAAuthenticate, MFAStatus (contract v2.md §1.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from billfold.identity.factors import mfa
from billfold.identity.factors.mfa import PhoneNotSetUp
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.errors import InvalidDatatype, MissingParameter
from billfold.wire.v2.documents import answer_type
from billfold.wire.v2.kinds import FLAG
from billfold.wire.v2.resource import operation

Data = Mapping[str, Any]
_LONGEST: Final = 255


class ChallengeShape(msgspec.Struct):
    """A code was sent."""

    challengeId: str


class MfaShape(msgspec.Struct):
    """The session is trusted; the id is good for 30 days if the device is remembered."""

    mfaId: str


class StatusShape(msgspec.Struct):
    """Whether the id makes this session trusted."""

    isTrusted: bool


def challenge(ctx: Ctx, _: Call, data: Data) -> dict[str, Any]:
    """Send a code to the primary phone. Nobody has a backup phone, so a challenge of one has none to go to."""
    if _flag(data, "useBackup"):
        raise PhoneNotSetUp
    return {"challengeId": mfa.start_challenge(ctx)}


def authenticate(ctx: Ctx, _: Call, data: Data) -> dict[str, Any]:
    """Trust the session if the code is right."""
    challenge_id, token, device = (_text(data, name) for name in ("challengeId", "token", "deviceId"))
    remember = _flag(data, "rememberMe")
    return {"mfaId": mfa.answer_challenge(ctx, challenge_id, token, device=device, remember=remember)}


def status(ctx: Ctx, _: Call, data: Data) -> dict[str, Any]:
    """Whether the id is of this user on this device and still good."""
    return {"isTrusted": mfa.remembered_until(ctx, _text(data, "mfaId"), _text(data, "deviceId")) is not None}


def _text(data: Data, name: str) -> str:
    """A text that must be there; clients send codes as numbers too."""
    found = data.get(name)
    if found is None or found == "":
        raise MissingParameter(name=name)
    if isinstance(found, bool) or not isinstance(found, (str, int)):
        raise InvalidDatatype(field=name)
    text = str(found)
    if len(text) > _LONGEST:
        raise InvalidField(name, f"has more than {_LONGEST} characters")
    return text


def _flag(data: Data, name: str) -> bool:
    """A boolean, or its text; absent is false."""
    found = data.get(name)
    return found is not None and bool(FLAG.read(found, name, None))


def declare(catalogue: Catalogue) -> None:
    """The rows of multi-factor authentication."""
    rows: tuple[tuple[str, str, Any, type[msgspec.Struct], bool], ...] = (
        ("MFAChallenge", "Send a code to the phone", challenge, ChallengeShape, True),
        ("MFAAuthenticate", "Trust the session by a code", authenticate, MfaShape, True),
        ("MFAStatus", "Read whether a remembered device is trusted", status, StatusShape, False),
    )
    for name, summary, run, shape, write in rows:
        operation(catalogue, name, summary, run, response=answer_type(shape), needs=Permission.MFA, write=write)
