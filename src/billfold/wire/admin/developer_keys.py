"""Developer keys: what a client sends as `devKey`, and which order of fields v2 answers it in."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.identity import developer_keys
from billfold.identity.model import DeveloperKey
from billfold.kit.worlds import MAIN_WORLD, get_world
from billfold.wire.admin.scope import for_installation, row
from billfold.wire.catalog import Call, Catalogue, Lobby
from billfold.wire.codecs import given, instant

Vintage = Literal["2012", "2021", "2024"]
FIELDS: Final = (
    ("name", "name"),
    ("vintage", "vintage"),
    ("active", "is_active"),
    ("mfaBypass", "mfa_bypass"),
    ("termsAccepted", "terms_accepted"),
    ("partner", "partner"),
)


class DeveloperKeyCreate(msgspec.Struct, kw_only=True):
    """A new key."""

    name: Annotated[str, Meta(description="Whose client it is for.")]
    vintage: Annotated[Vintage, Meta(description="The field order of v2's answers.")] = "2021"


class DeveloperKeyUpdate(msgspec.Struct, kw_only=True):
    """What of a key is to change."""

    name: str | UnsetType = UNSET
    vintage: Vintage | UnsetType = UNSET
    active: Annotated[bool | UnsetType, Meta(description="A key that is not active is refused at once.")] = UNSET
    mfaBypass: Annotated[bool | UnsetType, Meta(description="Its sessions do without MFA.")] = UNSET
    termsAccepted: Annotated[bool | UnsetType, Meta(description="Without it the key is refused.")] = UNSET
    partner: Annotated[
        str | UnsetType | None, Meta(description="It signs in to this partner's organizations only.")
    ] = UNSET


class DeveloperKeyShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A developer key."""

    id: str
    name: str
    vintage: str
    active: bool
    mfaBypass: bool
    termsAccepted: bool
    partner: str | None = None
    createdTime: str
    devKey: Annotated[str | None, Meta(description="The key: shown once, when it is created.")] = None


class DeveloperKeyList(msgspec.Struct):
    """Every developer key."""

    results: list[DeveloperKeyShape]


def _shape(key: DeveloperKey, clear: str | None = None) -> DeveloperKeyShape:
    return DeveloperKeyShape(
        id=developer_keys.id_of(key),
        name=key.name,
        vintage=key.vintage,
        active=key.is_active,
        mfaBypass=key.mfa_bypass,
        termsAccepted=key.terms_accepted,
        partner=key.partner,
        createdTime=instant(key.created_at),
        devKey=clear,
    )


def create(lobby: Lobby, _: Call, body: DeveloperKeyCreate) -> DeveloperKeyShape:
    """A new key, shown in this answer and nowhere else."""
    now = get_world(lobby.tx, MAIN_WORLD).clock.now()
    key, clear = developer_keys.create_key(lobby.house, lobby.tx, name=body.name, vintage=body.vintage, now=now)
    return _shape(key, clear)


def list_keys(lobby: Lobby, _: Call, __: None) -> DeveloperKeyList:
    """Every key, without the keys themselves."""
    return DeveloperKeyList([_shape(key) for key in developer_keys.list_keys(lobby.tx)])


def update(lobby: Lobby, call: Call, body: DeveloperKeyUpdate) -> DeveloperKeyShape:
    """Change what is given; at once, for open sessions too."""
    return _shape(developer_keys.update_key(lobby.tx, call.path_ids["developerKeyId"], given(body, FIELDS)))


def declare(catalogue: Catalogue) -> None:
    """The rows of developer keys."""
    row(
        catalogue, "POST", "developer-keys", "developer-keys.create", "Create a developer key",
        for_installation(create), request=DeveloperKeyCreate, response=DeveloperKeyShape, success=201,
    )  # fmt: skip
    row(
        catalogue, "GET", "developer-keys", "developer-keys.list", "List developer keys", for_installation(list_keys),
        response=DeveloperKeyList,
    )  # fmt: skip
    row(
        catalogue, "PATCH", "developer-keys/{developerKeyId}", "developer-keys.update", "Update a developer key",
        for_installation(update), request=DeveloperKeyUpdate, response=DeveloperKeyShape,
    )  # fmt: skip
