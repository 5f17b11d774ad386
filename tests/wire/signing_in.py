"""Signing in, as tests do it that are about who may."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from billfold.identity.organizations import create_user
from billfold.identity.roles import Role
from billfold.kit.ctx import CLOCK_ACTOR, Ctx
from tests.wire.api import Company, Reply


def login(company: Company, *, source: str = "", headers: dict[str, str] | None = None, **changes: str) -> Reply:
    made = company.made
    body = {
        "username": made["username"], "password": made["password"],
        "organizationId": made["organizationId"], "devKey": made["devKey"],
    } | changes  # fmt: skip
    return company.api.send("POST", "/connect/v3/login", json.dumps(body).encode(), headers=headers, source=source)


def join(company: Company, other: Company) -> str:
    """Make this company's user one of the other company too; the other's id."""
    organization_id = other.made["organizationId"]
    with company.api.installed.database.transaction() as tx:
        tx.enter_organization(organization_id)
        ctx = Ctx(company.api.installed.house, tx, organization_id, CLOCK_ACTOR, datetime(2026, 3, 3, tzinfo=UTC))
        create_user(ctx, username=company.made["username"], password_hash="", name=("Ada", "Pay"), role=Role.CLERK)
        ctx.flush()
    return organization_id


def change_key(company: Company, **changes: object) -> None:
    """Change the developer key of the company, which was founded with a name of its own."""
    keys = company.api.admin("GET", "developer-keys").ok()["results"]
    (key_id,) = (key["id"] for key in keys if key["name"] == "Kite Works")
    company.api.admin("PATCH", f"developer-keys/{key_id}", changes).ok()
