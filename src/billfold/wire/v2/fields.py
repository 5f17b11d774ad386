"""The field tables of v2: one declaration of a field gives its decoding, its place in every vintage and its filters.

Vintages only ever insert fields, so each table has one canonical order and a vintage is a projection of it
(contract v2.md §1.3, settled.md §1). What v2 says with sentinels (twenty zeros, empty texts, "1" and "2") ends here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from typing import Any, Final

import msgspec

from billfold.kit.ctx import RecordStatus
from billfold.kit.errors import Checks, InvalidField, Refusal
from billfold.wire.errors import EntityMismatch, InvalidDatatype, MissingData
from billfold.wire.v2 import kinds
from billfold.wire.v2.kinds import Codes, Kind

#: In the order in which fields were added; the developer key chooses one.
VINTAGES: Final = ("2012", "2021", "2024")


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field of an entity.

    `attribute` is the domain's field (and the list's column); a field without one is derived (`read`) or a
    constant (`default`). `default` is also what null means to the domain. `since` is its first vintage.
    `may_lack`: a new object must have it, and an Update may say null, which changes nothing or is how it was read.
    """

    name: str
    kind: Kind
    attribute: str = ""
    since: str = "2012"
    required: bool = False
    may_lack: bool = False
    read_only: bool = False
    filterable: bool = False
    codes: Codes | None = None
    default: Any = None
    read: Callable[[Any], Any] | None = None
    #: The table of the lines that this field holds, and how to find their sources in the entity's.
    lines: Table | None = None

    @property
    def writable(self) -> bool:
        """Whether a client may set it; what it sends for other fields is silently ignored (v2.md §2)."""
        return bool(self.attribute) and not self.read_only

    @property
    def listable(self) -> bool:
        """Whether lists can be filtered and sorted by it: some kinds always, others where declared (v2.md §3)."""
        known = bool(self.attribute) or self.always_the_same
        return known and self.lines is None and (self.filterable or self.kind.filterable)

    @property
    def always_the_same(self) -> bool:
        """Whether Billfold has nothing to say about it, so that every object shows its default."""
        return not self.attribute and self.read is None


class Table:
    """The fields of one entity in canonical order; `root` is where its record is in the source of encoding.

    `words` spells what refusals of this entity name besides its own fields.
    """

    def __init__(self, entity: str, *fields: Field, root: str = "", words: Mapping[str, str] | None = None) -> None:
        self.entity = entity
        self.fields = fields
        self.root = root
        self._writable = [field for field in fields if field.writable]
        self._projections = {vintage: list(self._project(vintage)) for vintage in VINTAGES}
        self.spelling = {**(words or {}), **{field.attribute: field.name for field in fields if field.attribute}}
        for field in fields:
            if field.lines is not None:
                self.spelling = field.lines.spelling | self.spelling
        #: What lists can be filtered and sorted by.
        self.listable = {field.name: field for field in fields if field.listable}

    def encode(self, source: Any, vintage: str) -> dict[str, Any]:
        """The entity as this vintage shows it."""
        shown: dict[str, Any] = {"entity": self.entity}
        for name, get, show in self._projections[vintage]:
            shown[name] = show(get(source)) if show is not None else get(source)
        return shown

    def names(self, vintage: str) -> list[str]:
        """The names of the fields in the order of this vintage."""
        return ["entity", *(field.name for field in self.of_vintage(vintage))]

    def of_vintage(self, vintage: str) -> list[Field]:
        """The fields of this vintage in its order."""
        return [field for field in self.fields if VINTAGES.index(field.since) <= VINTAGES.index(vintage)]

    def decode(self, raw: Mapping[str, Any], *, complete: bool) -> dict[str, Any]:
        """What the client says, by domain field. `complete`: required fields must be there.

        Raises every `MissingData`, `InvalidDatatype`, `InvalidField`, `EntityMismatch` together.
        """
        checks = Checks()
        found = self._decode(raw, "", checks, complete=complete)
        checks.raise_any()
        return found

    def _decode(self, raw: Mapping[str, Any], path: str, checks: Checks, *, complete: bool) -> dict[str, Any]:
        found: dict[str, Any] = {}
        # Some clients leave the entity out, most of all in lines (v2.md §2).
        entity = raw.get("entity")
        if entity is not None and entity != self.entity:
            checks.note(EntityMismatch(path_entity=self.entity, data_entity=str(entity)[:40]))
        for field in self._writable:
            place = path + field.name
            if field.name not in raw:
                if complete and field.required:
                    checks.note(MissingData(name=place))
                continue
            try:
                value = self._value(field, raw[field.name], place, checks)
            except Refusal as refusal:
                checks.note(refusal)
                continue
            if value is None and field.required and (complete or not field.may_lack):
                checks.note(MissingData(name=place))
            found[field.attribute] = field.default if value is None else value
        return found

    def _value(self, field: Field, raw: Any, place: str, checks: Checks) -> Any:
        if raw is None:
            return None
        if field.lines is None:
            return field.kind.read(raw, place, field.codes)
        if not isinstance(raw, list) or not all(isinstance(line, Mapping) for line in raw):
            raise InvalidDatatype(field=place)
        if len(raw) > kinds.MAX_LINES:
            raise InvalidField(place, f"has more than {kinds.MAX_LINES} lines")
        return [
            field.lines._decode(line, f"{place}[{position}].", checks, complete=True)  # noqa: SLF001 - a table of our own kind
            for position, line in enumerate(raw)
        ]

    def _project(self, vintage: str) -> Iterator[tuple[str, Callable[[Any], Any], Callable[[Any], Any] | None]]:
        for field in self.of_vintage(vintage):
            yield field.name, self._getter(field), _shower(field, vintage)

    def _getter(self, field: Field) -> Callable[[Any], Any]:
        if field.read is not None:
            return field.read
        if not field.attribute:
            return _always(field.default)
        return attrgetter(f"{self.root}.{field.attribute}" if self.root else field.attribute)


def _always(value: Any) -> Callable[[Any], Any]:
    return lambda _: value


def show_constant(field: Field) -> Any:
    """What a field shows that is always the same."""
    show = _shower(field, VINTAGES[-1])
    return field.default if show is None else show(field.default)


def _shower(field: Field, vintage: str) -> Callable[[Any], Any] | None:
    lines = field.lines
    if lines is not None:
        return lambda sources: [lines.encode(source, vintage) for source in sources]
    if field.codes is not None:
        return field.codes.show
    return field.kind.show


# What every entity has (v2.md §2).

ID: Final = Field(name="id", kind=kinds.ID, attribute="id", read_only=True)
LINE_ID: Final = Field(name="id", kind=kinds.ID, attribute="id")
CREATED: Final = Field(name="createdTime", kind=kinds.TIME, attribute="created_at", read_only=True)
UPDATED: Final = Field(name="updatedTime", kind=kinds.TIME, attribute="updated_at", read_only=True)
IS_ACTIVE: Final = Field(
    name="isActive",
    kind=kinds.ENUM,
    attribute="record_status",
    codes=Codes({
        "1": (RecordStatus.ACTIVE,),
        "2": (RecordStatus.INACTIVE, RecordStatus.DRAFT, RecordStatus.DRAFT_DELETED),
    }),
)  # fmt: skip


def text(name: str, attribute: str = "", **options: Any) -> Field:
    """A text; empty is null."""
    return Field(name=name, kind=kinds.TEXT, attribute=attribute, **options)


def reference(name: str, attribute: str = "", **options: Any) -> Field:
    """The id of another object; none is twenty zeros."""
    return Field(name=name, kind=kinds.ID, attribute=attribute, **options)


def flag(name: str, attribute: str = "", *, default: bool = False, **options: Any) -> Field:
    """A boolean."""
    return Field(name=name, kind=kinds.FLAG, attribute=attribute, default=default, **options)


def day(name: str, attribute: str = "", **options: Any) -> Field:
    """A date."""
    return Field(name=name, kind=kinds.DATE, attribute=attribute, **options)


def number(name: str, attribute: str = "", **options: Any) -> Field:
    """A number, printed as it was given."""
    return Field(name=name, kind=kinds.NUMBER, attribute=attribute, **options)


def money(name: str, attribute: str = "", **options: Any) -> Field:
    """An amount."""
    return Field(name=name, kind=kinds.MONEY, attribute=attribute, **options)


def choice(name: str, attribute: str, values: Mapping[str, Any], **options: Any) -> Field:
    """An enum: v2's codes for the domain's words; a tuple where one code stands for several."""
    codes = Codes({code: word if isinstance(word, tuple) else (word,) for code, word in values.items()})
    return Field(name=name, kind=kinds.ENUM, attribute=attribute, codes=codes, **options)


def constant(value: Any, kind: Kind, names: str, since: str = "2024") -> list[Field]:
    """Fields (their names in one text) that Billfold has nothing to say about: always the same, taken and ignored."""
    return [Field(name=name, kind=kind, default=value, since=since) for name in names.split()]
