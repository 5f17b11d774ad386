"""Chart of accounts (contract: core §3.1)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.accounting import classifications
from billfold.accounting.model import AccountType, Classification, ClassificationDraft, Kind
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import given, instant, spelling_of
from billfold.wire.v3.lists import ARCHIVED, CREATED, ID, TEXT, UPDATED, ListField, ListSpec
from billfold.wire.v3.resource import Resource

Text = str | None | UnsetType
_KIND = Kind.CHART_OF_ACCOUNT


class AccountBody(msgspec.Struct, kw_only=True):
    """Type and number of the account."""

    type: AccountType | UnsetType = UNSET
    number: Text = UNSET


class ChartOfAccountUpdate(msgspec.Struct, kw_only=True):
    """What of an account is to change."""

    name: str | UnsetType = UNSET
    description: Text = UNSET
    parentId: Annotated[Text, Meta(description="Another chart of account, above this one.")] = UNSET
    account: AccountBody | UnsetType = UNSET


class ChartOfAccountCreate(ChartOfAccountUpdate, kw_only=True):
    """A new account."""

    name: str


FIELDS = (
    ("name", "name"),
    ("description", "description"),
    ("parentId", "parent_id"),
    ("account.type", "account_type"),
    ("account.number", "account_number"),
)


class AccountShape(msgspec.Struct, omit_defaults=True):
    """Type and number of the account."""

    type: str
    number: str | None = None


class ChartOfAccountShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A chart of account."""

    id: Annotated[str, Meta(description="Begins with 0ca.")]
    archived: bool
    name: str
    description: str | None = None
    parentId: str | None = None
    account: AccountShape
    createdTime: str
    updatedTime: str


def shape_of(account: Classification) -> ChartOfAccountShape:
    """A chart of account as v3 shows it."""
    kind = account.account_type or AccountType.UNSPECIFIED
    return ChartOfAccountShape(
        id=account.id,
        archived=account.archived,
        name=account.name,
        description=account.description,
        parentId=account.parent_id,
        account=AccountShape(kind.value, account.account_number),
        createdTime=instant(account.created_at),
        updatedTime=instant(account.updated_at),
    )


def create(ctx: Ctx, _: Call, body: ChartOfAccountCreate) -> ChartOfAccountShape:
    """A new account."""
    return shape_of(classifications.create(ctx, _KIND, ClassificationDraft(**given(body, FIELDS))))


def update(ctx: Ctx, call: Call, body: ChartOfAccountUpdate) -> ChartOfAccountShape:
    """Change what is given."""
    return shape_of(classifications.update(ctx, _KIND, call.path_ids["id"], given(body, FIELDS)))


def archive(ctx: Ctx, account_id: str) -> ChartOfAccountShape:
    """Put an account out of use."""
    return shape_of(classifications.archive(ctx, _KIND, account_id))


def restore(ctx: Ctx, account_id: str) -> ChartOfAccountShape:
    """Put an account back into use."""
    return shape_of(classifications.restore(ctx, _KIND, account_id))


LIST = ListSpec({
    "id": ID,
    "archived": ARCHIVED,
    "name": ListField("name", ops=TEXT, sortable=True),
    "parentId": ListField("parent_id"),
    "account.type": ListField("account_type", choices=AccountType),
    "account.number": ListField("account_number", ops=TEXT),
    "createdTime": CREATED,
    "updatedTime": UPDATED,
})  # fmt: skip


def declare(catalogue: Catalogue) -> None:
    """The rows of the chart of accounts."""
    rows = Resource(
        catalogue, "classifications/chart-of-accounts", noun="chart of account", id_name="id",
        shape=ChartOfAccountShape, writes=Permission.WRITE_CLASSIFICATIONS, spelling=spelling_of(FIELDS),
    )  # fmt: skip
    rows.list(lambda ctx, query: classifications.list_of_kind(ctx, _KIND, query), shape_of, LIST)
    rows.create(create, ChartOfAccountCreate)
    rows.get(lambda ctx, account_id: shape_of(classifications.get(ctx, _KIND, account_id)))
    rows.change("update", "PATCH", update, ChartOfAccountUpdate)
    rows.bulk_create(create, ChartOfAccountCreate, maximum=50, key="chartOfAccounts")
    rows.bulk_update(update, ChartOfAccountUpdate, maximum=50, key="chartOfAccounts")
    rows.archive_and_restore(archive, restore)
    rows.bulk_archive_and_restore(archive, restore, maximum=50, key="chartOfAccounts")
