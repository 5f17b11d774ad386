"""Department, Location, Job, Item, Employee, ActgClass, and what they share with ChartOfAccount (v2.md §11)."""

from __future__ import annotations

from typing import Any, Final

from billfold.accounting import classifications
from billfold.accounting.model import Classification, ClassificationDraft, Kind
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.wire.catalog import Catalogue
from billfold.wire.v2 import kinds
from billfold.wire.v2.fields import (
    CREATED,
    ID,
    IS_ACTIVE,
    UPDATED,
    Field,
    Table,
    choice,
    constant,
    flag,
    reference,
    text,
)
from billfold.wire.v2.resource import Verbs, declare_entity

MERGED_INTO: Final = reference("mergedIntoId")
_NAME: Final = text("name", "name", required=True, filterable=True)
_SHORT_NAME: Final = text("shortName", "short_name")
_DESCRIPTION: Final = text("description", "description")

#: v2's codes in the words of v3 (contract v2.md §4, core §3); null is 0.
ITEM_TYPES: Final = dict(
    enumerate(
        "UNSPECIFIED SERVICE INVENTORY NON_INVENTORY PAYMENT DISCOUNT SALES_TAX SUBTOTAL OTHER_CHARGE "
        "INVENTORY_ASSEMBLY GROUP SALES_TAX_GROUP FIXED_ASSET CATEGORY".split()
    )
)
_ITEM_CODES: Final = {str(code): (word, None) if code == 0 else (word,) for code, word in ITEM_TYPES.items()}


def _plain(entity: str, parent: str) -> Table:
    """What Job, ActgClass, Department and Location have in common."""
    return Table(
        entity, ID, _NAME, _SHORT_NAME, IS_ACTIVE, _DESCRIPTION, reference(parent, "parent_id"),
        CREATED, UPDATED, MERGED_INTO,
    )  # fmt: skip


def _constant(name: str, kind: kinds.Kind, value: Any = None) -> Field:
    return constant(value, kind, name, since="2012")[0]


TABLES: Final = {
    Kind.JOB: _plain("Job", "parentJobId"),
    Kind.ACCOUNTING_CLASS: _plain("ActgClass", "parentActgClassId"),
    Kind.DEPARTMENT: _plain("Department", "parentDepartmentId"),
    Kind.LOCATION: _plain("Location", "parentLocationId"),
    Kind.EMPLOYEE: Table(
        "Employee", ID, IS_ACTIVE, CREATED, UPDATED, _SHORT_NAME,
        text("firstName", "name", required=True), text("lastName", "last_name"),
        text("accountNumber", "account_number"), reference("parentEmployeeId", "parent_id"), MERGED_INTO,
    ),
    # Prices and accounts of items come with invoices; until then they are shown as not given.
    Kind.ITEM: Table(
        "Item", ID, IS_ACTIVE, CREATED, UPDATED, _NAME,
        choice("type", "item_type", _ITEM_CODES, required=True), _DESCRIPTION,
        _constant("price", kinds.MONEY), _constant("percentage", kinds.NUMBER), reference("parentItemId", "parent_id"),
        flag("hasPurInfo"), reference("expenseAccount"), _constant("purDescription", kinds.TEXT),
        _constant("purCost", kinds.MONEY), reference("chartOfAccountId"), flag("taxable"), _SHORT_NAME, MERGED_INTO,
    ),
}  # fmt: skip


def declare_kind(catalogue: Catalogue, kind: Kind, table: Table) -> None:
    """The rows of one kind of classification."""

    def create(ctx: Ctx, found: dict[str, Any]) -> Classification:
        return classifications.create(ctx, kind, ClassificationDraft(**found))

    def show(_: Ctx, records: list[Classification], vintage: str) -> list[dict[str, Any]]:
        return [table.encode(record, vintage) for record in records]

    verbs = Verbs(
        show=show,
        create=create,
        get=lambda ctx, own_id: classifications.get(ctx, kind, own_id),
        update=lambda ctx, own_id, found: classifications.update(ctx, kind, own_id, found),
        archive=lambda ctx, own_id: classifications.archive(ctx, kind, own_id),
        restore=lambda ctx, own_id: classifications.restore(ctx, kind, own_id),
        find=lambda ctx, query: classifications.list_of_kind(ctx, kind, query),
    )
    declare_entity(catalogue, table, verbs, Permission.WRITE_CLASSIFICATIONS)


def declare(catalogue: Catalogue) -> None:
    """The rows of the six kinds that have no codes of their own."""
    for kind, table in TABLES.items():
        declare_kind(catalogue, kind, table)
