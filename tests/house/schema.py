"""The rules of the house about the schema: what lets it be sharded by organization, on either database.

It reads the migrations as they are written, with a reader that knows no more SQL than they use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

TENANT = "organization_id"
ORGANIZATIONS = "organizations"  # the one table whose own key may be called id

# What exists outside any organization, or has to be found before the organization is known.
CONTROL_TABLES = frozenset(
    "admin_tokens api_tokens developer_keys installation lanes logins memberships network_directory "
    "remembered_devices schema_migrations sessions snapshots throttles worlds".split()
)

FORBIDDEN = {
    r"CREATE\s+(OR\s+REPLACE\s+)?(CONSTRAINT\s+)?(TEMP\w*\s+)?TRIGGER": "a trigger: the code that writes says what follows",
    r"CREATE\s+TYPE|\bENUM\s*\(": "an enum type: states are text, held by their transition table",
    r"CREATE\s+SEQUENCE|\b(BIG|SMALL)?SERIAL\b|\bNEXTVAL\b|AS\s+IDENTITY|\bAUTOINCREMENT\b": (
        "a sequence: the application makes ids, counters count"
    ),
    r"(?<!NOT )\bDEFERRABLE\b|\bINITIALLY\s+DEFERRED\b": "a deferrable constraint: write in an order that holds",
    r"\bCURRENT_(TIMESTAMP|DATE|TIME)\b|\bNOW\s*\(": "the database's clock: the application gives the time",
}


@dataclass(frozen=True)
class Statement:
    path: str
    line: int
    sql: str


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


def findings(path: str, text: str) -> Iterator[Finding]:
    """Everything one migration does against the rules."""
    for statement in statements(path, text):
        words = _without_strings(statement.sql)
        for pattern, why in FORBIDDEN.items():
            if re.search(pattern, words, re.IGNORECASE):
                yield Finding(path, statement.line, why)
        for what in _against_sharding(words):
            yield Finding(path, statement.line, what)


def statements(path: str, text: str) -> list[Statement]:
    """The statements of a script, each with the line it starts on."""
    found: list[Statement] = []
    start = 0
    blank = _blanked(text)
    for end in [*_tops(blank, ";", quotes_only=True), len(text)]:
        piece = blank[start:end]
        if piece.strip():
            at = start + len(piece) - len(piece.lstrip())
            found.append(Statement(path, text.count("\n", 0, at) + 1, piece.strip()))
        start = end + 1
    return found


def created_tables(text: str) -> list[str]:
    """The names of the tables that a script creates."""
    made = [_CREATE_TABLE.match(statement.sql) for statement in statements("", text)]
    return [_name(found["table"]) for found in made if found]


# What a statement says about keys

_CREATE_TABLE = re.compile(
    r"CREATE\s+TABLE\s+(IF\s+NOT\s+EXISTS\s+)?(?P<table>[\w.\"]+)\s*\((?P<body>.*)\)[^)]*$",
    re.IGNORECASE | re.DOTALL,
)
_CREATE_INDEX = re.compile(
    r"CREATE\s+(UNIQUE\s+)?INDEX\s+(CONCURRENTLY\s+)?(IF\s+NOT\s+EXISTS\s+)?(?P<index>[\w.\"]+)\s+ON\s+(ONLY\s+)?"
    r"(?P<table>[\w.\"]+)\s*(USING\s+\w+\s*)?\((?P<columns>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_ALTER_TABLE = re.compile(
    r"ALTER\s+TABLE\s+(IF\s+EXISTS\s+)?(ONLY\s+)?(?P<table>[\w.\"]+)\s+(?P<actions>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_ADD = re.compile(r"ADD\s+(COLUMN\s+)?(IF\s+NOT\s+EXISTS\s+)?(?P<item>.*)$", re.IGNORECASE | re.DOTALL)
_TABLE_KEY = re.compile(
    r"(CONSTRAINT\s+\S+\s+)?(?P<kind>PRIMARY\s+KEY|UNIQUE)\b[^(]*\((?P<columns>[^)]*)\)", re.IGNORECASE
)
_FOREIGN_KEY = re.compile(
    r"(CONSTRAINT\s+\S+\s+)?FOREIGN\s+KEY\s*\((?P<columns>[^)]*)\)\s*(?P<rest>.*)$", re.IGNORECASE | re.DOTALL
)
_REFERENCES = re.compile(r"REFERENCES\s+(?P<table>[\w.\"]+)\s*(\((?P<columns>[^)]*)\))?", re.IGNORECASE)
_OTHER_CONSTRAINT = re.compile(r"(CONSTRAINT\s+\S+\s+)?(CHECK|EXCLUDE)\b", re.IGNORECASE)


def _against_sharding(sql: str) -> Iterator[str]:
    if made := _CREATE_TABLE.match(sql):
        table = _name(made["table"])
        if table in CONTROL_TABLES:
            return
        items = _split(made["body"])
        yield from (what for item in items for what in _against_sharding_in_item(table, item))
        if not any(re.search(r"\bPRIMARY\s+KEY\b", item, re.IGNORECASE) for item in items):
            yield f"{table} has no primary key"
    elif made := _CREATE_INDEX.match(sql):
        table = _name(made["table"])
        columns = _split(made["columns"])
        if table not in CONTROL_TABLES and _name(columns[0]) != TENANT:
            yield f"index {_name(made['index'])} on {table} starts with {columns[0]}, not with {TENANT}"
    elif made := _ALTER_TABLE.match(sql):
        table = _name(made["table"])
        if table not in CONTROL_TABLES:
            added = [_ADD.match(action) for action in _split(made["actions"])]
            yield from (what for one in added if one for what in _against_sharding_in_item(table, one["item"]))


def _against_sharding_in_item(table: str, item: str) -> Iterator[str]:
    """What a column or a constraint of a tenant's table does against the rules."""
    if key := _TABLE_KEY.match(item):
        columns = _split(key["columns"])
        if not _is_tenant_column(table, columns[0]):
            yield f"{table}: {' '.join(key['kind'].upper().split())} ({', '.join(columns)}) does not start with {TENANT}"
    elif key := _FOREIGN_KEY.match(item):
        yield from _against_sharding_in_reference(table, _split(key["columns"]), key["rest"])
    elif not _OTHER_CONSTRAINT.match(item):
        column = _name(item)
        if re.search(r"\b(PRIMARY\s+KEY|UNIQUE)\b", item, re.IGNORECASE) and not _is_tenant_column(table, column):
            yield f"{table}: {column} is a key of its own, which does not start with {TENANT}"
        yield from _against_sharding_in_reference(table, [column], item)


def _against_sharding_in_reference(table: str, columns: list[str], text: str) -> Iterator[str]:
    reference = _REFERENCES.search(text)
    if not reference:
        return
    to = _name(reference["table"])
    to_columns = _split(reference["columns"] or "")
    if _name(columns[0]) != TENANT:
        yield f"{table}: the foreign key ({', '.join(columns)}) to {to} does not start with {TENANT}"
    elif to_columns and not _is_tenant_column(to, to_columns[0]):
        yield f"{table}: the foreign key to {to} ({', '.join(to_columns)}) does not start with {TENANT} there"
    elif to in CONTROL_TABLES:
        yield f"{table}: a foreign key to the control table {to} would leave the shard"


def _is_tenant_column(table: str, column: str) -> bool:
    return _name(column) == TENANT or (table == ORGANIZATIONS and _name(column) == "id")


# Reading


def _name(text: str) -> str:
    words = text.strip().split()
    return words[0].strip('"').rsplit(".", 1)[-1].strip('"').lower() if words else ""


def _blanked(text: str) -> str:
    """The script with its comments turned to blanks, every line where it was."""
    pattern = r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/"
    return re.sub(
        pattern,
        lambda found: found[0] if found[0].startswith("'") else re.sub(r"[^\n]", " ", found[0]),
        text,
        flags=re.DOTALL,
    )


def _without_strings(sql: str) -> str:
    return re.sub(r"'(?:[^']|'')*'", "''", sql)


def _tops(text: str, mark: str, *, quotes_only: bool = False) -> list[int]:
    """Where a mark stands outside strings and, unless only strings matter, outside parentheses."""
    found: list[int] = []
    depth, in_string = 0, False
    for place, letter in enumerate(text):
        if letter == "'":
            in_string = not in_string
        elif not in_string and letter in "()":
            depth += 1 if letter == "(" else -1
            if depth < 0:
                break
        elif letter == mark and not in_string and (quotes_only or depth == 0):
            found.append(place)
    return found


def _split(text: str) -> list[str]:
    """The parts between the commas, up to a parenthesis that closes what was opened before."""
    ends = _tops(text, ",")
    parts = [text[a + 1 : b] for a, b in zip([-1, *ends], [*ends, _closing(text)], strict=True)]
    return [part.strip() for part in parts]


def _closing(text: str) -> int:
    depth = 0
    for place, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth < 0:
            return place
    return len(text)
