"""The rules of the house about Python files: each takes a file and yields what it finds against it.

A rule sees one file at a time, so it can be tried on a snippet: test_rules.py shows of each that it can fail.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SOURCES = ROOT / "src" / "billfold"
MIGRATIONS = SOURCES / "migrations"

DOMAIN = frozenset(
    "ledger identity parties accounting documents approvals funding bankfiles rails payables receivables spend "
    "webhooks".split()
)
NO_FLOATS = frozenset("ledger payables funding rails parties accounting bankfiles".split())

# Besides every store.py: the mechanism's own tables.
SQL_FILES = frozenset(
    f"kit/{name}.py"
    for name in (
        "control counters db events idempotency jobs postgres query records snapshots sqlite vaults wipe worlds"
    ).split()
)

LONGEST_FILE = 450
LONGEST_FUNCTION = 70
LONG_FILES: frozenset[str] = frozenset()  # none, and each new one needs its reason here


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"src/billfold/{self.path}:{self.line}: {self.what}"


@dataclass(frozen=True)
class Source:
    """One file below src/billfold, by its path from there."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @cached_property
    def package(self) -> str:
        return self.path.split("/", 1)[0].removesuffix(".py")

    @cached_property
    def names(self) -> dict[str, str]:
        """What each imported name stands for: {"dt": "datetime.datetime"}."""
        names: dict[str, str] = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    first = alias.name.split(".")[0]
                    names[alias.asname or first] = alias.name if alias.asname else first
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        return names

    @cached_property
    def mentions(self) -> list[tuple[str, int]]:
        """Every imported thing that is mentioned, by its full name: ("datetime.datetime.now", 12)."""
        found = [(self._full_name(node), node) for node in self.nodes if isinstance(node, ast.Attribute | ast.Name)]
        return [(name, node.lineno) for name, node in found if name]

    @cached_property
    def imports(self) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found += [(alias.name, node.lineno) for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
        return found

    @cached_property
    def strings(self) -> list[ast.Constant]:
        """Every string that is not documentation, the pieces of f-strings too."""
        documentation = {
            id(node.value) for node in self.nodes if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        return [
            node
            for node in self.nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
        ]

    def _full_name(self, node: ast.AST) -> str | None:
        if isinstance(node, ast.Name):
            return self.names.get(node.id)
        if isinstance(node, ast.Attribute) and (before := self._full_name(node.value)):
            return f"{before}.{node.attr}"
        return None


@cache
def sources() -> list[Source]:
    """Every Python file of the product, parsed once."""
    return [
        Source(path.relative_to(SOURCES).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(SOURCES.rglob("*.py"))
    ]


Rule = Callable[[Source], Iterator[Finding]]
RULES: dict[str, Rule] = {}


def rule(function: Rule) -> Rule:
    RULES[function.__name__] = function
    return function


# Where the world comes in

WALL_CLOCK = frozenset(
    "time.time time.time_ns time.localtime time.gmtime time.ctime time.asctime time.clock_gettime "
    "datetime.datetime.now datetime.datetime.utcnow datetime.datetime.today datetime.date.today".split()
)
STOPWATCHES = frozenset(
    f"time.{name}{ns}" for name in "monotonic perf_counter process_time thread_time".split() for ns in ("", "_ns")
)
SQL_CLOCK = re.compile(
    r"\b(CURRENT_TIMESTAMP|CURRENT_DATE|CURRENT_TIME|LOCALTIMESTAMP|clock_timestamp\s*\(|now\s*\(\s*\)"
    r"|(datetime|date|julianday|strftime)\s*\([^)]*'now')",
)


@rule
def only_the_clock_reads_the_wall_clock(source: Source) -> Iterator[Finding]:
    if source.path == "kit/clock.py":
        return
    for name, line in source.mentions:
        if name in WALL_CLOCK:
            yield Finding(source.path, line, f"{name} reads the wall clock: take the time from ctx or kit.clock")
    for text in source.strings:
        if found := SQL_CLOCK.search(text.value):
            what = f"{found[0]!r} lets the database read the wall clock: pass the time in"
            yield Finding(source.path, text.lineno, what)


@rule
def only_the_edges_measure_how_long_things_take(source: Source) -> Iterator[Finding]:
    if source.path in {"kit/clock.py", "kit/metrics.py"} or source.package == "apps":
        return
    for name, line in source.mentions:
        if name in STOPWATCHES:
            yield Finding(source.path, line, f"{name}: only kit/clock.py, kit/metrics.py and apps measure time")


@rule
def only_ids_draw_randomness(source: Source) -> Iterator[Finding]:
    if source.path == "kit/ids.py":
        return
    for name, line in [*source.imports, *source.mentions]:
        if name.split(".")[0] in {"random", "secrets", "uuid"} or name in {"os.urandom", "os.getrandom"}:
            yield Finding(source.path, line, f"{name} draws randomness: only kit/ids.py does")


@rule
def only_settings_read_the_environment(source: Source) -> Iterator[Finding]:
    if source.path == "kit/settings.py":
        return
    for name, line in [*source.imports, *source.mentions]:
        if name.startswith(("os.environ", "os.getenv")):
            yield Finding(source.path, line, f"{name} reads the environment: only kit/settings.py does")


# The database

SQL = re.compile(
    r"\s*(SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|WITH|CREATE|ALTER\s+TABLE|DROP|VALUES)\s+([\w(\"'*]|$)",
    re.ASCII,
)
LEDGER_TABLE_IN_SQL = re.compile(r"\b(FROM|INTO|UPDATE|JOIN|TABLE|ON|REFERENCES)\s+(ledger_\w+)")
CREATED_TABLE = re.compile(r"CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(ledger_\w+)")


def ledger_tables() -> frozenset[str]:
    """The ledger's tables as the migrations name them, beside which a column may be called ledger_transfer_id."""
    return frozenset(
        name for path in MIGRATIONS.glob("*.sql") for name in CREATED_TABLE.findall(path.read_text(encoding="utf-8"))
    )


@rule
def only_stores_speak_sql(source: Source) -> Iterator[Finding]:
    if source.path.endswith("/store.py") or source.path in SQL_FILES:
        return
    for text in source.strings:
        if SQL.match(text.value):
            start = " ".join(text.value.split())[:40]
            yield Finding(source.path, text.lineno, f"SQL outside a store.py: {start!r}")


@rule
def only_the_ledger_names_its_tables(source: Source) -> Iterator[Finding]:
    if source.package == "ledger":
        return
    known = ledger_tables()
    for text in source.strings:
        named = {found[2] for found in LEDGER_TABLE_IN_SQL.finditer(text.value)}
        named |= known & set(re.findall(r"\w+", text.value))
        for table in sorted(named):
            yield Finding(source.path, text.lineno, f"{table} belongs to the ledger: call billfold.ledger")


# Errors and talk


@rule
def only_apps_print(source: Source) -> Iterator[Finding]:
    if source.package == "apps":
        return
    for node in source.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield Finding(source.path, node.lineno, "print outside apps: log it, or raise it")


@rule
def no_error_is_swallowed(source: Source) -> Iterator[Finding]:
    for node in source.nodes:
        if not isinstance(node, ast.ExceptHandler):
            continue
        if node.type is None:
            yield Finding(source.path, node.lineno, "a bare except catches the interrupt too: name the error")
        elif _catches_everything(node.type) and all(_does_nothing(statement) for statement in node.body):
            yield Finding(source.path, node.lineno, "every error is swallowed here: name it, or do something about it")


def _catches_everything(caught: ast.expr) -> bool:
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(isinstance(name, ast.Name) and name.id in {"Exception", "BaseException"} for name in names)


def _does_nothing(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass | ast.Continue) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


@rule
def nothing_is_left_to_do(source: Source) -> Iterator[Finding]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if found := re.search(r"\b(TODO|FIXME)\b", line):
            yield Finding(source.path, number, f"{found[0]}: do it now, or write it where work is planned")


@rule
def nothing_sleeps(source: Source) -> Iterator[Finding]:
    # A sandbox can be told to answer late; the runner waits for another process to finish its step.
    if source.package == "apps" or source.path.endswith(("wire/faults.py", "kit/runner.py")):
        return
    for node in source.nodes:
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if [ast.unparse(argument) for argument in node.args] == ["0"]:
                continue  # gives the others their turn, and waits for nothing
            if name == "sleep" or (source.names.get(name) or "").endswith(".sleep"):
                yield Finding(source.path, node.lineno, "sleep outside apps: schedule a job at its time")
    for text in source.strings:
        if "pg_sleep" in text.value:
            yield Finding(source.path, text.lineno, "pg_sleep: schedule a job at its time")


# Sizes and words


@rule
def no_file_is_too_long(source: Source) -> Iterator[Finding]:
    lines = len(source.text.splitlines())
    if lines > LONGEST_FILE and source.path not in LONG_FILES:
        yield Finding(source.path, lines, f"{lines} lines, {LONGEST_FILE} at most: split it by rule, not by noun")


@rule
def no_function_is_too_long(source: Source) -> Iterator[Finding]:
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                what = f"{node.name} has {lines} lines, {LONGEST_FUNCTION} at most: it has to fit a screen"
                yield Finding(source.path, node.lineno, what)


@rule
def every_module_says_what_it_is(source: Source) -> Iterator[Finding]:
    if not ast.get_docstring(source.tree):
        yield Finding(source.path, 1, "the module has no docstring")


@rule
def every_public_function_of_the_domain_says_what_it_does(source: Source) -> Iterator[Finding]:
    if source.package not in DOMAIN or any(part.startswith("_") for part in source.path.split("/")[:-1]):
        return
    for node in source.tree.body:
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ):
            yield Finding(source.path, node.lineno, f"{node.name} is public and has no docstring")


# Values

TWENTY_ZEROS = "0" * 20


@rule
def twenty_zeros_belong_to_v2(source: Source) -> Iterator[Finding]:
    if source.path.startswith("wire/v2/"):
        return
    what = "twenty zeros mean nothing outside wire/v2: say None"
    for text in source.strings:
        if re.search(rf"(?<![\dA-Za-z]){TWENTY_ZEROS}(?![\dA-Za-z])", text.value):
            yield Finding(source.path, text.lineno, what)
    for node in source.nodes:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            sides = {side.value for side in (node.left, node.right) if isinstance(side, ast.Constant)}
            if sides == {"0", len(TWENTY_ZEROS)}:
                yield Finding(source.path, node.lineno, what)


@rule
def no_floats_where_there_is_money(source: Source) -> Iterator[Finding]:
    if source.package not in NO_FLOATS:
        return
    for node in source.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
            yield Finding(source.path, node.lineno, "float(…): amounts are Money, rates are Decimal")
        for annotation in _annotations(node):
            words = ast.unparse(annotation)  # annotations in quotes too
            if re.search(r"(?<![\w.])float\b", words):
                yield Finding(source.path, annotation.lineno, f"{words}: amounts are Money, rates are Decimal")


def _annotations(node: ast.AST) -> list[ast.expr]:
    found = [getattr(node, name, None) for name in ("annotation", "returns")]
    return [one for one in found if isinstance(one, ast.expr)]


@rule
def bankfiles_knows_nothing_of_ours_but_money(source: Source) -> Iterator[Finding]:
    if source.package != "bankfiles":
        return
    for name, line in source.imports:
        ours = name.startswith("billfold.")
        if (
            ours
            and not name.startswith(("billfold.bankfiles.", "billfold.kit.money."))
            and name != "billfold.kit.money"
        ):
            yield Finding(source.path, line, f"{name}: bankfiles imports nothing of ours but kit.money")
