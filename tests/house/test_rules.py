"""Each rule about Python files holds for every file, and can fail."""

from __future__ import annotations

import ast

import pytest

from tests.house.rules import RULES, SOURCES, Source, sources

WORDS = '"""A module."""\n'
DUE = "TO" + "DO"
LONG = WORDS + "def f():\n" + "    x = 1\n" * 70

# Rule: the files that break it, and files that look alike and do not.
SAMPLES: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]] = {
    "only_the_clock_reads_the_wall_clock": (
        [
            ("payables/bills.py", "import time\nx = time.time()"),
            ("payables/bills.py", "import time as t\nx = t.time_ns()"),
            ("payables/bills.py", "from time import time\nx = time()"),
            ("payables/bills.py", "import datetime\nx = datetime.datetime.now(datetime.UTC)"),
            ("kit/jobs.py", "from datetime import datetime as dt\nx = dt.utcnow()"),
            ("kit/jobs.py", "from datetime import date\nx = field(default_factory=date.today)"),
            ("payables/store.py", "x = 'UPDATE bills SET updated_at = CURRENT_TIMESTAMP'"),
            ("payables/store.py", "x = f'SELECT now() FROM {y}'"),
            ("payables/store.py", "x = \"SELECT datetime('now')\""),
        ],
        [
            ("kit/clock.py", "import time\nx = time.time()"),
            ("payables/bills.py", "x = ctx.clock.now()\ny = ctx.now()\nz = ctx.today"),
            ("payables/bills.py", "from datetime import datetime\nx = datetime.fromisoformat(y)"),
        ],
    ),
    "only_the_edges_measure_how_long_things_take": (
        [
            ("kit/db.py", "import time\nx = time.monotonic()"),
            ("wire/pipeline.py", "from time import perf_counter_ns\nx = perf_counter_ns()"),
        ],
        [
            ("apps/server.py", "import time\nx = time.monotonic()"),
            ("kit/clock.py", "import time\nx = time.monotonic()"),
        ],
    ),
    "only_ids_draw_randomness": (
        [
            ("kit/crypto.py", "import secrets"),
            ("kit/crypto.py", "import os\nx = os.urandom(12)"),
            ("identity/mfa.py", "from random import choice"),
            ("identity/mfa.py", "from uuid import uuid4"),
        ],
        [("kit/ids.py", "import secrets, random, uuid"), ("kit/crypto.py", "from billfold.kit import ids")],
    ),
    "only_settings_read_the_environment": (
        [
            ("apps/cli.py", "import os\nx = os.environ['X']"),
            ("apps/cli.py", "import os\nx = os.getenv('X')"),
            ("apps/cli.py", "from os import environ"),
        ],
        [("kit/settings.py", "import os\nx = os.environ"), ("apps/cli.py", "import os\nx = os.getpid()")],
    ),
    "only_stores_speak_sql": (
        [
            ("payables/bills.py", "x = 'SELECT id FROM bills'"),
            ("payables/bills.py", "x = '''\n  INSERT INTO bills (id) VALUES (?)'''"),
            ("payables/bills.py", "x = f'UPDATE {table} SET a = 1'"),
            ("payables/bills.py", "x = 'WITH due AS (SELECT 1) SELECT * FROM due'"),
            ("kit/money.py", "x = 'DELETE FROM bills'"),
        ],
        [
            ("payables/store.py", "x = 'SELECT id FROM bills'"),
            ("kit/db.py", "x = 'SELECT id FROM bills'"),
            (
                "payables/bills.py",
                '"""SELECT nothing."""\nx = "Select a bill"\ny = "UPDATE"\nz = "CREATE_BILL"',
            ),
        ],
    ),
    "only_the_ledger_names_its_tables": (
        [
            ("payables/store.py", "x = 'SELECT * FROM ledger_transfers'"),
            ("payables/store.py", "x = f'INSERT INTO ledger_anything ({columns})'"),
        ],
        [
            ("ledger/store.py", "x = 'SELECT * FROM ledger_transfers'"),
            ("payables/store.py", "x = 'SELECT ledger_transfer_id FROM payments'"),
        ],
    ),
    "only_apps_print": (
        [("kit/db.py", "print(1)")],
        [("apps/cli.py", "print(1)"), ("documents/pages.py", "document.print(1)")],
    ),
    "no_error_is_swallowed": (
        [
            ("kit/db.py", "try:\n    x()\nexcept:\n    raise"),
            ("kit/db.py", "try:\n    x()\nexcept Exception:\n    pass"),
            ("kit/db.py", "try:\n    x()\nexcept (OSError, BaseException):\n    ..."),
            ("kit/db.py", "for y in z:\n    try:\n        x()\n    except Exception:\n        continue"),
        ],
        [
            ("kit/db.py", "try:\n    x()\nexcept Exception:\n    log()\n    raise"),
            ("kit/db.py", "try:\n    x()\nexcept KeyError:\n    pass"),
        ],
    ),
    "nothing_is_left_to_do": (
        [("kit/db.py", f"# {DUE}: later"), ("kit/db.py", "x = 1  # FIX" + "ME")],
        [("kit/db.py", "todo = 1\nmethod = 2")],
    ),
    "nothing_sleeps": (
        [
            ("kit/db.py", "import time\ntime.sleep(1)"),
            ("kit/db.py", "from asyncio import sleep as nap\nasync def f():\n    await nap(1)"),
            ("kit/db.py", "x = 'SELECT pg_sleep(1)'"),
        ],
        [("apps/worker.py", "import time\ntime.sleep(1)")],
    ),
    "no_file_is_too_long": (
        [("kit/db.py", "x = 1\n" * 451)],
        [("kit/db.py", "x = 1\n" * 450)],
    ),
    "no_function_is_too_long": (
        [("kit/db.py", LONG), ("kit/db.py", "class A:\n    async def f(self):\n" + "        x = 1\n" * 70)],
        [("kit/db.py", "def f():\n" + "    x = 1\n" * 69)],
    ),
    "every_module_says_what_it_is": (
        [("kit/db.py", "x = 1"), ("kit/__init__.py", "")],
        [("kit/db.py", WORDS)],
    ),
    "every_public_function_of_the_domain_says_what_it_does": (
        [
            ("payables/bills.py", "def create_bill(ctx): ..."),
            ("bankfiles/nacha/reader.py", "def read(text): ..."),
        ],
        [
            ("payables/bills.py", 'def create_bill(ctx):\n    """Create a bill."""\ndef _total(): ...'),
            ("payables/bills.py", "class Bill:\n    def is_open(self): ..."),
            ("wire/v3/bills.py", "def encode(bill): ..."),
        ],
    ),
    "twenty_zeros_belong_to_v2": (
        [
            ("payables/bills.py", "x = '00000000000000000000'"),
            ("wire/v3/bills.py", "x = '0' * 20"),
            ("payables/store.py", "x = \"SELECT id FROM bills WHERE class_id <> '00000000000000000000'\""),
        ],
        [
            ("wire/v2/codec.py", "x = '00000000000000000000'"),
            ("bankfiles/nacha/records.py", "x = '0' * 10\ny = '000000000000000000000'"),
        ],
    ),
    "no_floats_where_there_is_money": (
        [
            ("payables/bills.py", "x = float('1.5')"),
            ("ledger/model.py", "class A:\n    amount: float"),
            ("funding/wallet.py", "def f(amount: 'float | None') -> int: ..."),
            ("rails/fx.py", "def f(x: int) -> list[float]: ..."),
        ],
        [
            ("payables/bills.py", "class A:\n    floats: int\nx = isinstance(y, float)"),
            ("documents/pages.py", "width: float = 8.5"),
        ],
    ),
    "bankfiles_knows_nothing_of_ours_but_money": (
        [
            ("bankfiles/nacha/writer.py", "from billfold.kit.ids import new_id"),
            ("bankfiles/nacha/writer.py", "import billfold.ledger"),
            ("bankfiles/nacha/writer.py", "from billfold.kit import clock"),
        ],
        [
            ("bankfiles/nacha/writer.py", "from billfold.kit.money import Money"),
            ("bankfiles/nacha/writer.py", "from billfold.kit import money"),
            ("bankfiles/nacha/writer.py", "from billfold.bankfiles.nacha.records import Entry"),
            ("rails/ach.py", "from billfold.kit.ids import new_id"),
        ],
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_the_rule_holds_for_every_file(name):
    findings = [finding for source in sources() for finding in RULES[name](source)]
    if findings:
        pytest.fail("\n".join([f"{name.replace('_', ' ')}:", *map(str, findings)]), pytrace=False)


@pytest.mark.parametrize("name", RULES)
def test_the_rule_can_fail(name):
    bad, good = SAMPLES[name]
    for path, text in bad:
        found = list(RULES[name](Source(path, text)))
        assert found, f"{name} finds nothing in {path}: {text[:200]}"
        assert all(str(one).startswith(f"src/billfold/{path}:") and one.line >= 1 for one in found)
    for path, text in good:
        found = [str(one) for one in RULES[name](Source(path, text))]
        assert not found, f"{name} is wrong about {path}: {text[:200]}"


def test_there_are_files_to_look_at():
    assert SOURCES.is_dir()
    assert any(source.path == "__init__.py" for source in sources())


def test_every_sample_is_python():
    for bad, good in SAMPLES.values():
        for _, text in [*bad, *good]:
            ast.parse(text)
