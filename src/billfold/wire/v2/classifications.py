"""The kinds of classification on v2 (contract v2.md §11; ChartOfAccount from a recorded document)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

from billfold.accounting import classifications
from billfold.accounting.model import AccountType, Classification, ClassificationDraft, ItemType, Kind
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.wire.catalog import Catalogue
from billfold.wire.classifications import SPELLINGS, Spelling
from billfold.wire.v2 import kinds
from billfold.wire.v2.fields import CREATED, ID, IS_ACTIVE, UPDATED, Field, Table, choice, flag, reference, text
from billfold.wire.v2.resource import Verbs, declare_entity

_MERGED_INTO: Final = reference("mergedIntoId", "merged_into_id", read_only=True)
_NAME: Final = text("name", "name", required=True, filterable=True)
_SHORT_NAME: Final = text("shortName", "short_name")
_DESCRIPTION: Final = text("description", "description")


def _codes(words: Iterable[StrEnum]) -> dict[str, Any]:
    """v2's codes are the words' places in their enum; what was never said is the first."""
    return {str(code): (word, None) if code == 0 else (word,) for code, word in enumerate(words)}


ACCOUNT_TYPES: Final = _codes(AccountType)
ITEM_TYPES: Final = _codes(ItemType)
#: The meaning of the codes was not found (v2.md §15); "0" is none and the others are kept as they come.
CA_1099_TYPES: Final = {str(code): (None,) if code == 0 else (str(code),) for code in range(100)}


def _price(name: str, attribute: str) -> Field:
    return Field(name=name, kind=kinds.PRICE, attribute=attribute)


def _chart_of_account(parent: Field) -> tuple[Field, ...]:
    return (
        ID, _NAME, IS_ACTIVE, text("accountNumber", "account_number"),
        choice("accountType", "account_type", ACCOUNT_TYPES, default=AccountType.UNSPECIFIED), _DESCRIPTION, parent,
        choice("ca1099Type", "ca_1099_type", CA_1099_TYPES), CREATED, UPDATED, _MERGED_INTO,
    )  # fmt: skip


def _employee(parent: Field) -> tuple[Field, ...]:
    return (
        ID, IS_ACTIVE, CREATED, UPDATED, _SHORT_NAME, text("firstName", "name", required=True, filterable=True),
        text("lastName", "last_name"), text("accountNumber", "account_number"), parent, _MERGED_INTO,
    )  # fmt: skip


def _item(parent: Field) -> tuple[Field, ...]:
    return (
        ID, IS_ACTIVE, CREATED, UPDATED, _NAME,
        choice("type", "item_type", ITEM_TYPES, required=True, default=ItemType.UNSPECIFIED), _DESCRIPTION,
        _price("price", "price"), Field(name="percentage", kind=kinds.NUMBER, attribute="percentage"), parent,
        Field(name="hasPurInfo", kind=kinds.FLAG, read=lambda item: item.has_purchase),
        reference("expenseAccount", "expense_account_id"), text("purDescription", "purchase_description"),
        _price("purCost", "purchase_cost"), reference("chartOfAccountId", "income_account_id"),
        flag("taxable", "taxable", read=lambda item: bool(item.taxable)),  # v2 knows no third state
        _SHORT_NAME, _MERGED_INTO,
    )  # fmt: skip


def _plain(parent: Field) -> tuple[Field, ...]:
    """What a kind has that has nothing of its own."""
    return ID, _NAME, _SHORT_NAME, IS_ACTIVE, _DESCRIPTION, parent, CREATED, UPDATED, _MERGED_INTO


_FIELDS: Final = {Kind.CHART_OF_ACCOUNT: _chart_of_account, Kind.EMPLOYEE: _employee, Kind.ITEM: _item}


def table_of(spelling: Spelling) -> Table:
    """The fields of one kind."""
    fields = _FIELDS.get(spelling.kind, _plain)(reference(spelling.parent, "parent_id"))
    return Table(spelling.entity, *fields)


TABLES: Final = {spelling.kind: table_of(spelling) for spelling in SPELLINGS}


def declare(catalogue: Catalogue) -> None:
    """The rows of every kind."""
    for kind, table in TABLES.items():
        _declare_kind(catalogue, kind, table)


def _declare_kind(catalogue: Catalogue, kind: Kind, table: Table) -> None:
    def create(ctx: Ctx, found: dict[str, Any]) -> Classification:
        return classifications.create(ctx, kind, ClassificationDraft(**found))

    verbs = Verbs(
        create=create,
        get=lambda ctx, own_id: classifications.get(ctx, kind, own_id),
        update=lambda ctx, own_id, found: classifications.update(ctx, kind, own_id, found),
        archive=lambda ctx, own_id: classifications.archive(ctx, kind, own_id),
        restore=lambda ctx, own_id: classifications.restore(ctx, kind, own_id),
        find=lambda ctx, query: classifications.list_of_kind(ctx, kind, query),
    )
    declare_entity(catalogue, table, verbs, Permission.WRITE_CLASSIFICATIONS)
