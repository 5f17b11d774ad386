"""Where an organization's day begins: at its midnight recurring bills are made and automatic payments scheduled."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.identity import organizations, profiles
from billfold.kit.ctx import Ctx
from billfold.wire.admin.scope import organization_row
from billfold.wire.catalog import Call, Catalogue


class TimeZoneBody(msgspec.Struct, kw_only=True):
    """The time zone, or null for America/Los_Angeles."""

    timeZone: Annotated[str | None, Meta(description="As the IANA names it: Europe/Zurich.")]


class TimeZoneShape(msgspec.Struct):
    """The time zone."""

    timeZone: str


def get(ctx: Ctx, _: Call, __: None) -> TimeZoneShape:
    """The time zone that counts."""
    return TimeZoneShape(organizations.zone_of(ctx).key)


def set_time_zone(ctx: Ctx, call: Call, body: TimeZoneBody) -> TimeZoneShape:
    """Let the organization's day begin here from now on."""
    profiles.update_organization(ctx, {"time_zone": body.timeZone})
    return get(ctx, call, None)


def declare(catalogue: Catalogue) -> None:
    """The rows of the time zone."""
    organization_row(
        catalogue, "GET", "time-zone", "time-zone.get", "Read where the organization's day begins", get,
        response=TimeZoneShape,
    )  # fmt: skip
    organization_row(
        catalogue, "PUT", "time-zone", "time-zone.set", "Set where the organization's day begins", set_time_zone,
        request=TimeZoneBody, response=TimeZoneShape, spelling={"time_zone": "timeZone"},
    )  # fmt: skip
