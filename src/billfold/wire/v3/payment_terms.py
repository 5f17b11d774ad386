"""Payment terms (contract: core §3.5): create, read, list, update; there is no archive on v3."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.accounting import payment_terms
from billfold.accounting.model import PaymentTerm, PaymentTermDraft
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import NotFound
from billfold.kit.query import Filter, Op, Page, Query
from billfold.kit.records import replace
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import Moment, given, instant, spelling_of
from billfold.wire.v3.lists import CREATED, ID, ORDER, TEXT, UPDATED, Kind, ListField, ListSpec
from billfold.wire.v3.resource import BASE, Resource

Days = Annotated[int, Meta(ge=0, le=payment_terms.MAX_DAYS, description="Only one payment term has so many.")]


class PaymentTermUpdate(msgspec.Struct, kw_only=True):
    """What of a payment term is to change."""

    name: str | UnsetType = UNSET
    daysDue: Days | UnsetType = UNSET


class PaymentTermCreate(PaymentTermUpdate, kw_only=True):
    """A new payment term."""

    name: str
    daysDue: Days


class PaymentTermShape(msgspec.Struct, kw_only=True):
    """When a document is due: so many days after its date."""

    id: Annotated[str, Meta(description="Begins with 00p.")]
    name: str
    daysDue: int
    createdTime: Moment
    updatedTime: Moment


FIELDS = (("name", "name"), ("daysDue", "days_due"))

LIST: Final = ListSpec({
    "id": ID,
    "name": ListField("name", ops=TEXT, sortable=True),
    "daysDue": ListField("days_due", Kind.INTEGER, ORDER, sortable=True),
    "createdTime": CREATED,
    "updatedTime": UPDATED,
})  # fmt: skip

_WITHIN: Final = "organizationId"
_PATH: Final = f"organizations/{{{_WITHIN}}}/payment-terms"
#: An older path, of the organization that is signed in (v3-payables.md §1.2).
_ALIAS: Final = f"{BASE}/payment-terms"


def payment_term_shape(term: PaymentTerm) -> PaymentTermShape:
    """A payment term as v3 shows it."""
    return PaymentTermShape(
        id=term.id,
        name=term.name,
        daysDue=term.days_due,
        createdTime=instant(term.created_at),
        updatedTime=instant(term.updated_at),
    )


def create(ctx: Ctx, call: Call, body: PaymentTermCreate) -> PaymentTermShape:
    """A new payment term."""
    _require_own(ctx, call.path_ids.get(_WITHIN, ""))
    return payment_term_shape(payment_terms.create(ctx, PaymentTermDraft(**given(body, FIELDS))))


def update(ctx: Ctx, call: Call, body: PaymentTermUpdate) -> PaymentTermShape:
    """Change what is given; documents keep their due dates."""
    _require_own(ctx, call.path_ids.get(_WITHIN, ""))
    return payment_term_shape(payment_terms.update(ctx, call.path_ids["paymentTermId"], given(body, FIELDS)))


def get(ctx: Ctx, organization_id: str, term_id: str) -> PaymentTermShape:
    """One payment term, also one that v2 archived: documents may name it."""
    _require_own(ctx, organization_id)
    return payment_term_shape(payment_terms.get(ctx, term_id))


def find(ctx: Ctx, organization_id: str, query: Query) -> Page[PaymentTerm]:
    """Those in use, for v3 has no word for the others."""
    _require_own(ctx, organization_id)
    active = Filter("record_status", Op.EQ, RecordStatus.ACTIVE)
    return payment_terms.list_terms(ctx, replace(query, filters=(active, *query.filters)))


def _require_own(ctx: Ctx, organization_id: str) -> None:
    """The path names the organization that is signed in, if any. Raises `NotFound`."""
    if organization_id not in {"", ctx.organization_id}:
        raise NotFound("organization", organization_id)


def declare(catalogue: Catalogue) -> None:
    """The rows of payment terms."""
    rows = Resource(
        catalogue, _PATH, noun="payment term", id_name="paymentTermId", within=_WITHIN, shape=PaymentTermShape,
        writes=Permission.WRITE_CLASSIFICATIONS, spelling=spelling_of(FIELDS),
    )  # fmt: skip
    rows.list(find, payment_term_shape, LIST)
    rows.create(create, PaymentTermCreate)
    rows.get(get)
    rows.change("update", "PATCH", update, PaymentTermUpdate)
    for rest in ("", "/{paymentTermId}"):
        catalogue.alias(f"{_ALIAS}{rest}", f"{BASE}/{_PATH}{rest}")
