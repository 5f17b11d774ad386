"""The one door to the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta


class Profile(StrEnum):
    """What a database is born as; it never changes."""

    SANDBOX = "sandbox"
    PRODUCTION = "production"


_DATABASES: Final = ("sqlite://", "postgresql://", "postgres://")


class SettingsInvalid(Exception):
    """The server must not start like this; the text says why."""


class Settings(msgspec.Struct, frozen=True):
    """Everything that is configured from outside. Each field is an environment variable, `BILLFOLD_<NAME>`.

    database: `sqlite:///path`, `sqlite://` (in memory) or `postgresql://…`; empty: the embedded database
    under `data`. master_key: 64 hex digits; required in production. seed: makes a sandbox repeatable.
    mfa_code: the code that a sandbox sends by text message; `random` draws one each time.
    tls: serve https with a certificate of the machine's own authority, for BILL's hosts.
    body_seconds: how long the body of a request may take to come in.
    proxies: addresses and networks of proxies, by commas, that are believed who they forward for.
    limits: `strict` holds callers to BILL's limits, in the numbers of the `limit_` settings.
    admin_token: what `billfold admin --url` shows the server.
    """

    profile: Profile = Profile.SANDBOX
    database: str = ""
    data: str = "billfold-data"
    master_key: str = ""
    seed: str = ""
    mfa_code: str = "123456"
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 8080
    threads: Annotated[int, Meta(ge=1)] = 8
    demo: bool | None = None
    tls: bool = False
    admin_token: str = ""
    proxies: str = "127.0.0.1"
    body_seconds: Annotated[int, Meta(ge=1)] = 60
    limits: Literal["off", "strict"] = "off"
    limit_requests: Annotated[int, Meta(ge=1)] = 20_000
    limit_sign_ins: Annotated[int, Meta(ge=1)] = 200
    limit_concurrent: Annotated[int, Meta(ge=1)] = 3
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    def __repr__(self) -> str:
        """Without the master key, and the passwords that a database's address may hold."""
        return f"Settings({self.profile})"

    @property
    def with_demo(self) -> bool:
        """Whether a fresh database gets demo data: a sandbox does unless told otherwise."""
        return self.profile is Profile.SANDBOX if self.demo is None else self.demo

    @property
    def in_memory(self) -> bool:
        """Whether nothing outlives the process."""
        return self.database == "sqlite://"

    @property
    def database_url(self) -> str:
        """The database to open."""
        return self.database or f"sqlite:///{Path(self.data) / 'billfold.db'}"


def read_settings(environment: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from the environment, then the command line. Raises `SettingsInvalid`."""
    source = os.environ if environment is None else environment
    named = {name: source.get(f"BILLFOLD_{name.upper()}") for name in Settings.__struct_fields__}
    found: dict[str, object] = {name: value for name, value in named.items() if value}
    found |= {name: value for name, value in overrides.items() if value is not None}
    try:
        settings = msgspec.convert(found, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsInvalid(_named(str(error))) from error
    check_settings(settings)
    return settings


def _named(text: str) -> str:
    """What msgspec says of a setting, "Expected `int`, got `str` - at `$.port`", with the variable in front."""
    found = re.fullmatch(r"(.+) - at `\$\.(\w+)`", text)
    if found is None:
        return text
    wrong, field = found.groups()
    for kind, noun in (("int", "a whole number"), ("bool", "true or false")):
        wrong = re.sub(rf"Expected `{kind}[^`]*`, got .*", f"must be {noun}", wrong)
    wrong = wrong.replace("Expected `int` >=", "must be at least").replace("Expected `int` <=", "must be at most")
    return f"BILLFOLD_{field.upper()}: {wrong[0].lower()}{wrong[1:]}."


def check_settings(settings: Settings) -> None:
    """Refuse a production database with a sandbox's conveniences. Raises `SettingsInvalid`."""
    if settings.master_key and (
        len(settings.master_key) != 64 or not set(settings.master_key) <= set("0123456789abcdefABCDEF")  # noqa: PLR2004
    ):
        raise SettingsInvalid("BILLFOLD_MASTER_KEY must be 64 hex digits (256 bits).")
    if settings.database and not settings.database.startswith(_DATABASES):
        raise SettingsInvalid(f"BILLFOLD_DATABASE must begin with {', '.join(_DATABASES)}.")
    if settings.profile is Profile.SANDBOX:
        return
    if not settings.master_key:
        raise SettingsInvalid("A production database needs BILLFOLD_MASTER_KEY (64 hex digits).")
    if settings.seed:
        raise SettingsInvalid("BILLFOLD_SEED makes secrets repeatable: not in production.")
    if settings.demo:
        raise SettingsInvalid("Demo data has default credentials: not in production.")
    if settings.in_memory:
        raise SettingsInvalid("A production database cannot live in memory.")
