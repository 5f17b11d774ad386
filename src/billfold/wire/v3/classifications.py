"""The kinds of classification on v3: ten operations each, all made from a table of fields (contract: core §3)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.accounting import classifications
from billfold.accounting.model import AccountType, Classification, ClassificationDraft, ItemType, Kind
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.classifications import SPELLINGS, Spelling
from billfold.wire.codecs import Moment, given, instant, price, spelling_of
from billfold.wire.v3 import lists
from billfold.wire.v3.lists import TEXT, ListField, ListSpec
from billfold.wire.v3.resource import Resource, article

#: What a bulk request may hold (settled.md §1).
MAX_BULK: Final = 50


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field: `account.type` is the field `type` of the object `account`.

    `type` is what clients write. A `required` one must be in a new object and is never null. `read_only` ones are in
    answers alone. `always` says that it is there even when nothing is known of it; its `show` makes something of null.
    """

    name: str
    attribute: str
    type: Any = str
    required: bool = False
    read_only: bool = False
    always: bool = False
    show: Callable[[Any], Any] | None = None
    listed: ListField | None = None
    description: str = ""


def _text(name: str, attribute: str, description: str = "", **options: Any) -> Field:
    nullable = not options.get("required", False)
    listed = ListField(attribute, ops=TEXT, sortable=True, nullable=nullable)
    return Field(name=name, attribute=attribute, listed=listed, description=description, **options)


def _reference(name: str, attribute: str, description: str) -> Field:
    return Field(name=name, attribute=attribute, listed=ListField(attribute), description=description)


def _word(name: str, attribute: str, words: type[AccountType | ItemType], **options: Any) -> Field:
    """An enum. What was never said is shown, and found, as its first word."""
    unspecified = next(iter(words))

    def means(text: str) -> tuple[object, ...]:
        return (text, None) if text == unspecified.value else (text,) if text in set(words) else ()

    listed = ListField(attribute, sortable=True, nullable=True, means=means)
    return Field(
        name=name, attribute=attribute, type=words, always=True, show=lambda word: word or unspecified,
        listed=listed, **options,
    )  # fmt: skip


def _moment(name: str, attribute: str, listed: ListField) -> Field:
    return Field(name=name, attribute=attribute, type=Moment, read_only=True, always=True, show=instant, listed=listed)


_ID: Final = Field(name="id", attribute="id", read_only=True, always=True, listed=lists.ID)
_ARCHIVED: Final = Field(
    name="archived", attribute="archived", type=bool, read_only=True, always=True, listed=lists.ARCHIVED
)
_NAME: Final = _text("name", "name", required=True)
_SHORT_NAME: Final = _text("shortName", "short_name")
_DESCRIPTION: Final = _text("description", "description")
_PARENT: Final = _reference("parentId", "parent_id", "Another one of the same kind, above this one.")
_TIMES: Final = (
    _moment("createdTime", "created_at", lists.CREATED),
    _moment("updatedTime", "updated_at", lists.UPDATED),
)

#: The fields of a kind that has none of its own.
PLAIN: Final = (_ID, _NAME, _SHORT_NAME, _DESCRIPTION, _PARENT, _ARCHIVED, *_TIMES)

FIELDS: Final[Mapping[Kind, tuple[Field, ...]]] = {
    Kind.CHART_OF_ACCOUNT: (
        _ID, _ARCHIVED, _NAME, _DESCRIPTION, _PARENT,
        _word("account.type", "account_type", AccountType),
        Field(name="account.number", attribute="account_number", listed=ListField("account_number", ops=TEXT)),
        *_TIMES,
    ),
    Kind.EMPLOYEE: (
        _ID, _text("firstName", "name", required=True), _text("lastName", "last_name"), _SHORT_NAME, _PARENT,
        _ARCHIVED, *_TIMES,
    ),
    Kind.ITEM: (
        _ID, _word("type", "item_type", ItemType, required=True), _SHORT_NAME, _NAME, _DESCRIPTION, _ARCHIVED, _PARENT,
        Field(name="price", attribute="price", type=Decimal, show=price, description="Never beside a percentage."),
        _reference("expenseChartOfAccountId", "expense_account_id", "The account that its purchase costs."),
        Field(name="purchaseDescription", attribute="purchase_description"),
        Field(name="purchaseCost", attribute="purchase_cost", type=Decimal, show=price),
        _reference("chartOfAccountId", "income_account_id", "The account that its sale earns."),
        Field(name="taxable", attribute="taxable", type=bool),
        Field(
            name="percentage", attribute="percentage", type=Decimal,
            description="Of a DISCOUNT, a SALES_TAX or an OTHER_CHARGE.",
        ),
        *_TIMES,
    ),
}  # fmt: skip


class V3Kind:
    """What v3 makes of one kind: its types, and what is said and shown by them."""

    def __init__(self, spelling: Spelling) -> None:
        fields = FIELDS.get(spelling.kind, PLAIN)
        writable = [field for field in fields if not field.read_only]
        noun = spelling.kind.value
        self.kind = spelling.kind
        self.mapped = tuple((field.name, field.attribute) for field in writable)
        self.create = _body(f"{spelling.title}Create", f"A new {noun}.", writable, complete=True)
        self.update = _body(
            f"{spelling.title}Update", f"What is to change of {article(noun)}.", writable, complete=False
        )
        self.shape = _shape(f"{spelling.title}Shape", f"{article(noun).capitalize()}.", fields)
        self.lists = ListSpec({field.name: field.listed for field in fields if field.listed is not None})
        self._places = [(*field.name.partition(".")[::2], field.always, field.show) for field in fields]
        self._values = attrgetter(*(field.attribute for field in fields))

    def show(self, record: Classification) -> dict[str, Any]:
        """A classification as v3 shows it; what is not known is left out."""
        shown: dict[str, Any] = {}
        for (name, inner, always, show), value in zip(self._places, self._values(record), strict=True):
            if value is None and not always:
                continue
            seen = value if show is None else show(value)
            if inner:
                shown.setdefault(name, {})[inner] = seen
            else:
                shown[name] = seen
        return shown

    def draft(self, body: msgspec.Struct) -> ClassificationDraft:
        """What a new one is to be."""
        return ClassificationDraft(**given(body, self.mapped))

    def declare(self, rows: Resource, key: str) -> None:
        """The ten rows of this kind."""
        rows.list(lambda ctx, query: classifications.list_of_kind(ctx, self.kind, query), self.show, self.lists)
        rows.create(self._create, self.create)
        rows.get(lambda ctx, own_id: self.show(classifications.get(ctx, self.kind, own_id)))
        rows.change("update", "PATCH", self._update, self.update)
        rows.archive_and_restore(self._archive, self._restore)
        rows.bulk_create(self._create, self.create, maximum=MAX_BULK, key=key, together=self._create_all)
        rows.bulk_update(self._update, self.update, maximum=MAX_BULK, key=key, locks=self._lock_named)
        rows.bulk_archive_and_restore(self._archive, self._restore, maximum=MAX_BULK, key=key, locks=self._lock)

    def _create(self, ctx: Ctx, _: Call, body: Any) -> dict[str, Any]:
        return self.show(classifications.create(ctx, self.kind, self.draft(body)))

    def _create_all(self, ctx: Ctx, _: Call, bodies: list[Any]) -> list[dict[str, Any]]:
        drafts = [self.draft(body) for body in bodies]
        return [self.show(made) for made in classifications.create_all(ctx, self.kind, drafts)]

    def _update(self, ctx: Ctx, call: Call, body: Any) -> dict[str, Any]:
        return self.show(classifications.update(ctx, self.kind, call.path_ids["id"], given(body, self.mapped)))

    def _archive(self, ctx: Ctx, own_id: str) -> dict[str, Any]:
        return self.show(classifications.archive(ctx, self.kind, own_id))

    def _restore(self, ctx: Ctx, own_id: str) -> dict[str, Any]:
        return self.show(classifications.restore(ctx, self.kind, own_id))

    def _lock(self, ctx: Ctx, ids: Collection[str]) -> None:
        classifications.lock_all(ctx, self.kind, ids)

    def _lock_named(self, ctx: Ctx, bodies: list[Any]) -> None:
        self._lock(ctx, {named for body in bodies for named in (body.id, body.parentId) if isinstance(named, str)})


def declare(catalogue: Catalogue) -> None:
    """The rows of every kind."""
    for spelling in SPELLINGS:
        made = V3Kind(spelling)
        rows = Resource(
            catalogue, f"classifications/{spelling.path}", noun=spelling.kind.value, id_name="id", shape=made.shape,
            writes=Permission.WRITE_CLASSIFICATIONS, spelling=spelling_of(made.mapped),
        )  # fmt: skip
        made.declare(rows, spelling.key)


def _body(name: str, doc: str, fields: Iterable[Field], *, complete: bool) -> type[msgspec.Struct]:
    """The type of a request; in a `complete` one the required fields must be there."""
    found: list[Any] = []
    for field in fields:
        hint = _described(field)
        if not field.required:
            found.append((field.name, hint | None | UnsetType, UNSET))
        else:
            found.append((field.name, hint) if complete else (field.name, hint | UnsetType, UNSET))
    return _nested(name, doc, found, absent=UnsetType, default=UNSET)


def _shape(name: str, doc: str, fields: Iterable[Field]) -> type[msgspec.Struct]:
    """The type of an answer, for the documents."""
    found = [
        (field.name, _described(field)) if field.always or field.required else (field.name, _described(field), UNSET)
        for field in fields
    ]
    return _nested(name, doc, found)


def _described(field: Field) -> Any:
    return Annotated[field.type, Meta(description=field.description)] if field.description else field.type


def _nested(name: str, doc: str, fields: list[Any], **options: Any) -> type[msgspec.Struct]:
    """A struct in which the fields `account.type` and `account.number` are those of an object `account`."""
    flat: dict[str, Any] = {}
    objects: dict[str, list[Any]] = {}
    for path, *rest in fields:
        outer, _, inner = path.partition(".")
        if inner:
            objects.setdefault(outer, []).append((inner, *rest))
            flat[outer] = None
        else:
            flat[outer] = (outer, *rest)
    for outer, inner_fields in objects.items():
        title = f"{name}{outer.title()}"
        inner_type = _struct(title, f"The {outer} of it.", inner_fields)
        flat[outer] = (outer, inner_type | options["absent"], options["default"]) if options else (outer, inner_type)
    return _struct(name, doc, list(flat.values()))


def _struct(name: str, doc: str, fields: list[Any]) -> type[msgspec.Struct]:
    return msgspec.defstruct(name, fields, kw_only=True, namespace={"__doc__": doc})
