"""PaymentTerm (contract v2.md §11)."""

from __future__ import annotations

from typing import Any, Final

from billfold.accounting import payment_terms
from billfold.accounting.model import PaymentTerm, PaymentTermDraft
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField
from billfold.wire.catalog import Catalogue
from billfold.wire.v2.fields import CREATED, ID, IS_ACTIVE, UPDATED, Table, number, text
from billfold.wire.v2.resource import Verbs, declare_entity

TABLE: Final = Table(
    "PaymentTerm", ID, text("name", "name", required=True, filterable=True), IS_ACTIVE,
    text("description", "description"), number("netDue", "days_due", required=True, filterable=True), CREATED, UPDATED,
)  # fmt: skip


def _create(ctx: Ctx, found: dict[str, Any]) -> PaymentTerm:
    return payment_terms.create(ctx, PaymentTermDraft(**_in_days(found)))


def _update(ctx: Ctx, own_id: str, found: dict[str, Any]) -> PaymentTerm:
    return payment_terms.update(ctx, own_id, _in_days(found))


def _in_days(found: dict[str, Any]) -> dict[str, Any]:
    """Numbers of v2 are decimals; days are whole."""
    days = found.get("days_due")
    if days is None:
        return found
    if days != int(days):
        raise InvalidField("days_due", "must be a whole number of days")
    return found | {"days_due": int(days)}


def _show(_: Ctx, records: list[PaymentTerm], vintage: str) -> list[dict[str, Any]]:
    return [TABLE.encode(record, vintage) for record in records]


def declare(catalogue: Catalogue) -> None:
    """The rows of payment terms."""
    verbs = Verbs(
        show=_show,
        create=_create,
        get=payment_terms.get,
        update=_update,
        archive=payment_terms.archive,
        restore=payment_terms.restore,
        find=payment_terms.list_terms,
    )
    declare_entity(catalogue, TABLE, verbs, Permission.WRITE_CLASSIFICATIONS)
