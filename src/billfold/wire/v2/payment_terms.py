"""PaymentTerm (contract v2.md §11)."""

from __future__ import annotations

from typing import Any, Final

from billfold.accounting import payment_terms
from billfold.accounting.model import PaymentTerm, PaymentTermDraft
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.wire.catalog import Catalogue
from billfold.wire.v2 import kinds
from billfold.wire.v2.fields import CREATED, ID, IS_ACTIVE, UPDATED, Field, Table, text
from billfold.wire.v2.resource import Verbs, declare_entity

TABLE: Final = Table(
    "PaymentTerm",
    ID,
    text("name", "name", required=True, filterable=True),
    IS_ACTIVE,
    text("description", "description"),
    Field(name="netDue", kind=kinds.WHOLE, attribute="days_due", required=True, filterable=True),
    CREATED,
    UPDATED,
)


def _create(ctx: Ctx, found: dict[str, Any]) -> PaymentTerm:
    return payment_terms.create(ctx, PaymentTermDraft(**found))


def declare(catalogue: Catalogue) -> None:
    """The rows of payment terms."""
    verbs = Verbs(
        create=_create,
        get=payment_terms.get,
        update=payment_terms.update,
        archive=payment_terms.archive,
        restore=payment_terms.restore,
        find=payment_terms.list_terms,
    )
    declare_entity(catalogue, TABLE, verbs, Permission.WRITE_CLASSIFICATIONS)
