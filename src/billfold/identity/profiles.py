"""What an organization says of itself: names, addresses, owner, taxes (contract: core §2.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from zoneinfo import available_timezones

from billfold.identity import store
from billfold.identity.events import OrganizationUpdated
from billfold.identity.industries import INDUSTRIES
from billfold.identity.model import Organization, OrganizationDraft
from billfold.identity.organizations import get_organization, seal_tax_id, snapshot
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField
from billfold.kit.records import replace

#: The longest each text may be (core §2.1; the phone and the owner by our own choice).
MAX_LENGTHS: Final = {
    "name": 100,
    **{
        f"{address}_{part}": longest
        for address in ("address", "mailing")
        for part, longest in {"line1": 1000, "line2": 100, "city": 100, "state": 100, "zip": 30}.items()
    },
    "phone": 40,
    "owner_name": 100,
}
#: An address that is there has these.
_NEEDED_PARTS: Final = ("line1", "city", "zip", "country")
_ADDRESSES: Final = ("address", "mailing")
_TAX_ID: Final = re.compile(r"\d{9}|\d{2}-\d{7}|\d{3}-\d{2}-\d{4}", re.ASCII)
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
WRITABLE: Final = frozenset({"name", *OrganizationDraft.__struct_fields__})


def update_organization(ctx: Ctx, changes: Mapping[str, Any]) -> Organization:
    """Change the name and the fields of `OrganizationDraft` that are named. Raises `InvalidField`s."""
    organization = get_organization(ctx, lock=ctx.tx.for_update)
    fields = dict(changes)
    assert fields.keys() <= WRITABLE, fields.keys()
    checks = Checks()
    _check(checks, ctx.now.date(), fields)
    tax_id = (fields.pop("tax_id", None) or "").replace("-", "")
    if "tax_id" in changes:
        fields["tax_id_last4"] = tax_id[-4:] or None
    changed = replace(organization, **fields)
    _check_addresses(checks, changed, fields)
    checks.raise_any()
    if "tax_id" in changes:
        seal_tax_id(ctx, tax_id)
    elif changed == organization:
        return organization
    changed = replace(changed, updated_at=ctx.now)
    store.ORGANIZATIONS.update(ctx.tx, changed)
    ctx.emit(OrganizationUpdated(snapshot(changed)))
    return changed


def _check(checks: Checks, today: date, fields: Mapping[str, Any]) -> None:
    """Each field by itself."""
    checks.require_text(fields, "name")
    checks.limit_texts(fields, MAX_LENGTHS)
    tax_id = fields.get("tax_id")
    checks.require(not tax_id or _TAX_ID.fullmatch(tax_id) is not None, InvalidField("tax_id", "must be nine digits"))
    industry = fields.get("industry")
    checks.require(industry is None or industry in INDUSTRIES, InvalidField("industry", "is not one of the list"))
    born_on = fields.get("owner_born_on")
    checks.require(born_on is None or born_on < today, InvalidField("owner_born_on", "must be in the past"))
    time_zone = fields.get("time_zone")
    checks.require(
        time_zone is None or time_zone in available_timezones(), InvalidField("time_zone", "is no time zone")
    )
    for address in _ADDRESSES:
        country = fields.get(f"{address}_country")
        checks.require(
            country is None or _COUNTRY.fullmatch(country) is not None,
            InvalidField(f"{address}_country", "must be two capitals (ISO 3166)"),
        )


def _check_addresses(checks: Checks, changed: Organization, fields: Mapping[str, Any]) -> None:
    """An address that changes is whole afterwards, or gone."""
    for address in _ADDRESSES:
        parts = {name: value for name, value in _parts(changed, address).items() if value}
        if parts and any(name.startswith(f"{address}_") for name in fields):
            for part in _NEEDED_PARTS:
                checks.require(part in parts, InvalidField(f"{address}_{part}", "must not be null"))


def _parts(organization: Organization, address: str) -> dict[str, str | None]:
    return {part: getattr(organization, f"{address}_{part}") for part in ("line2", "state", *_NEEDED_PARTS)}
