"""Due work against its floor: a part of `make bench`, or by itself `python benchmarks/jobs.py`.

So many payments are scheduled through the domain. Three copies of that database live through the same days: Billfold
does the due work; Billfold does it again and every statement is written down; the floor replays those statements with
the bare driver. Each runs in a process of its own, so that its memory can be told. Beside Billfold's, somebody asks for
a transaction that writes, again and again: what a request waits at most is printed too.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import pickle
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import msgspec
import psycopg
from company import NOW, Company, fill, found
from engines import Engine, postgres_engine, sqlite_engine

from billfold.apps.house import Installed, install
from billfold.kit.ctx import Actor, Ctx
from billfold.kit.settings import Settings
from billfold.payables.payments.model import BillAmount, FundingAccount, FundingType, PayRunDraft
from billfold.payables.payments.pay_runs import pay_bills

RATIO = 0.5
#: Payments of the run that is held against the floor, and of the one that shows whether memory grows.
COMPARED, MANY = 10_000, 100_000
#: A larger run may hold so much more than a smaller one.
GROWTH_MB = 40
#: How many times as much a payment of a large day may cost as one of a small day.
SLOWER = 1.5
BILLS = 1_000
TOGETHER = 50
PROCESS_ON = date(2026, 1, 15)
#: What falls due until when: the evening before, the Fed's window at night, the morning of the day after.
STAGES = (
    ("cut-off", datetime(2026, 1, 15, 3, tzinfo=UTC)),
    ("start", datetime(2026, 1, 15, 12, tzinfo=UTC)),
    ("settlement", datetime(2026, 1, 16, 15, tzinfo=UTC)),
)


class Taken(msgspec.Struct):
    """How long each stage took, in seconds, and the most memory that the process held.

    `waits` are milliseconds that requests beside each stage waited: the median and the longest.
    """

    seconds: list[float]
    megabytes: float
    statements: list[int]
    waits: list[tuple[float, float]] = []


def schedule_payments(installed: Installed, company: Company, count: int) -> None:
    """So many payments of one process date, made as requests make them: fifty vendors at once."""
    actor = Actor(_administrator(installed, company), "ADMINISTRATOR", trusted=True, face="v3")
    turns = len(company.bill_ids) // TOGETHER
    for start in range(0, count, TOGETHER):
        first = start // TOGETHER % turns * TOGETHER
        run = PayRunDraft(
            bills=tuple(BillAmount(one, Decimal("0.01")) for one in company.bill_ids[first : first + TOGETHER]),
            funding_account=FundingAccount(FundingType.BANK_ACCOUNT, company.bank_account_id),
            process_on=PROCESS_ON,
        )
        with installed.database.transaction() as tx:
            tx.enter_organization(company.organization_id)
            ctx = Ctx(installed.house, tx, company.organization_id, actor, NOW)
            pay_bills(ctx, run)
            ctx.flush()


def _administrator(installed: Installed, company: Company) -> str:
    with installed.database.transaction(write=False) as tx:
        tx.enter_organization(company.organization_id)
        row = tx.one("SELECT id FROM users WHERE organization_id = ?", (company.organization_id,))
    assert row is not None
    return str(row[0])


def run_stages(settings: Settings, world_id: str, tape: Path | None) -> Taken:
    """Do the due work of each stage; every statement goes to the tape, if there is one."""
    installed = install(settings)
    seconds, counts, waits = [], [], []
    with contextlib.ExitStack() as stack:
        written = None if tape is None else stack.enter_context(tape.open("wb"))
        for name, until in STAGES:
            pen = _Pen(written)
            if written is not None:
                installed.database.observer = pen.note
            began = time.perf_counter()
            ran, waited = asyncio.run(_run(installed, world_id, until, beside=written is None))
            seconds.append(time.perf_counter() - began)
            assert ran, f"nothing was due for {name}"
            waits.append((1000 * statistics.median(waited), 1000 * max(waited)) if waited else (0, 0))
            if written is not None:
                pickle.dump(None, written)
            counts.append(pen.count)
    installed.database.close()
    return Taken(seconds, _peak_megabytes(), counts, waits)


class _Pen:
    """Writes statements down. Transactions are begun by nobody who is observed, so it begins them."""

    def __init__(self, written: Any) -> None:
        self._written = written
        self._inside = False
        self.count = 0

    def note(self, sql: str, parameters: Any) -> None:
        if not self._inside and sql != "BEGIN":
            pickle.dump(("BEGIN", []), self._written)
        self._inside = sql != "COMMIT"
        self.count += 1
        pickle.dump((sql, list(parameters)), self._written)


async def _run(installed: Installed, world_id: str, until: datetime, *, beside: bool) -> tuple[int, list[float]]:
    """Do the due work: how many jobs ran, and how long each request beside them waited."""
    waited: list[float] = []
    asking = asyncio.create_task(_ask(installed, world_id, waited)) if beside else None
    ran = await installed.runner.run_due(await installed.runner.world(world_id), until)
    if asking is not None:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    return ran, waited


async def _ask(installed: Installed, world_id: str, waited: list[float]) -> None:
    """Begin what a writing request begins, over and over; the organization is the one whose work is done."""
    row = await installed.database.run(
        lambda tx: tx.one("SELECT organization_id FROM lanes WHERE world_id = ?", (world_id,)), write=False
    )
    assert row is not None
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.001)
        await installed.database.run(lambda tx: tx.enter_organization(row[0]), write=True)
        waited.append(time.perf_counter() - began)


def replay(tape: Path, address: str, *, is_sqlite: bool) -> Taken:
    """The statements of each stage on the bare driver. Reading the tape does not count."""
    execute = _sqlite(address) if is_sqlite else _postgres(address)
    seconds, counts = [], []
    with tape.open("rb") as written:
        for _ in STAGES:
            took, count = 0.0, 0
            while chunk := _chunk(written):
                count += len(chunk)
                began = time.perf_counter()
                for sql, parameters in chunk:
                    execute(sql, parameters)
                took += time.perf_counter() - began
            seconds.append(took)
            counts.append(count)
    return Taken(seconds, _peak_megabytes(), counts)


def _chunk(written: Any) -> list[tuple[str, list[Any]]]:
    """The next statements, to the end of a stage at most."""
    chunk: list[tuple[str, list[Any]]] = []
    while len(chunk) < 5_000:
        try:
            one = pickle.load(written)
        except EOFError:
            break
        if one is None:
            if chunk:
                # The end of the stage is read again, and is then all that is found.
                written.seek(-len(pickle.dumps(None)), 1)
            break
        chunk.append(one)
    return chunk


def _sqlite(path: str) -> Any:
    sqlite3.register_adapter(type(None), lambda value: value)
    sqlite3.register_adapter(bool, int)
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=512)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16384", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    return lambda sql, parameters: connection.execute(sql, parameters).fetchall()


def _postgres(dsn: str) -> Any:
    connection = psycopg.connect(dsn, autocommit=True)
    cursor = connection.cursor()
    texts: dict[str, str] = {}

    def execute(sql: str, parameters: list[Any]) -> None:
        text = texts.get(sql)
        if text is None:
            text = texts[sql] = sql.replace("%", "%%").replace("?", "%s") if parameters else sql
        cursor.execute(text, parameters or None, prepare=bool(parameters))
        if cursor.description is not None:
            cursor.fetchall()

    return execute


def _peak_megabytes() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def build(engine: Engine, payments: int, folder: Path) -> tuple[str, str]:
    """A database with so many payments that fall due, and the world that they are in."""
    address = engine.create(f"{engine.name}jobs{payments}")
    settings = Settings(database=engine.url(address), data=str(folder / "data"), demo=False)
    installed = install(settings)
    company = found(installed)
    fill(installed, company, BILLS, address)
    installed = install(settings)
    schedule_payments(installed, company, payments)
    with installed.database.transaction(write=False) as tx:
        row = tx.one("SELECT world_id FROM lanes WHERE organization_id = ?", (company.organization_id,))
    installed.database.close()
    assert row is not None
    return address, row[0]


def compare(engine: Engine, payments: int, folder: Path) -> tuple[Taken, Taken | None]:
    """What Billfold and the floor took; no floor for the large run."""
    address, world_id = build(engine, payments, folder)
    if payments > COMPARED:
        return _child("ours", engine, address, world_id, folder), None
    copies = [engine.copy(address, f"{engine.name}jobs{role}") for role in ("recorded", "floor")]
    ours = _child("ours", engine, address, world_id, folder)
    _child("record", engine, copies[0], world_id, folder)
    return ours, _child("floor", engine, copies[1], world_id, folder)


def _child(role: str, engine: Engine, address: str, world_id: str, folder: Path) -> Taken:
    command = [sys.executable, __file__, "--role", role, "--address", address, "--url", engine.url(address)]
    command += ["--world", world_id, "--folder", str(folder), "--engine", engine.name]
    made = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return msgspec.json.decode(made.stdout.splitlines()[-1], type=Taken)


def _play(options: argparse.Namespace) -> Taken:
    """What a child process does."""
    tape = options.folder / "tape"
    if options.role == "floor":
        return replay(tape, options.address, is_sqlite=options.engine == "sqlite")
    settings = Settings(database=options.url, data=str(options.folder / options.role), demo=False)
    return run_stages(settings, options.world, tape if options.role == "record" else None)


def measure(engine_name: str, payments: list[int]) -> Iterator[str]:
    """Print a line for each stage and size; give the targets that were missed."""
    open_engine = {"sqlite": sqlite_engine, "postgresql": postgres_engine}[engine_name]
    taken = {}
    with tempfile.TemporaryDirectory(prefix="billfold-jobs-") as place, open_engine(Path(place)) as engine:
        for count in payments:
            folder = Path(place) / str(count)
            folder.mkdir()
            ours, floor = compare(engine, count, folder)
            taken[count] = ours
            for number, (name, _) in enumerate(STAGES):
                line = f"{engine_name:10} {count:>7,} {name:11} {count / ours.seconds[number]:9,.0f} a second"
                if floor is not None:
                    ratio = floor.seconds[number] / ours.seconds[number]
                    line += f"   floor {count / floor.seconds[number]:9,.0f}   ratio {ratio:5.2f}"
                    line += f"   {floor.statements[number] / count:5.1f} statements each"
                    if ratio < RATIO:
                        yield f"{engine_name}, {name} of {count:,}: {ratio:.2f} of the floor; the target is {RATIO}"
                print(line, flush=True)
            for (name, _), (median, longest) in zip(STAGES, ours.waits, strict=True):
                print(f"{engine_name:10} {count:>7,} {name:11} requests waited {median:.0f} ms, {longest:.0f} at most")
            print(f"{engine_name:10} {count:>7,} held {ours.megabytes:.0f} MB at most", flush=True)
    few, many = min(taken), max(taken)
    if taken[many].megabytes - taken[few].megabytes > GROWTH_MB:
        yield f"{engine_name}: memory grows from {taken[few].megabytes:.0f} to {taken[many].megabytes:.0f} MB"
    for number, (name, _) in enumerate(STAGES):
        times = taken[many].seconds[number] / many / (taken[few].seconds[number] / few)
        if times > SLOWER:
            yield f"{engine_name}, {name}: {times:.1f} times as much for each of {many:,} as of {few:,}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), help="one engine alone")
    parser.add_argument("--payments", type=int, nargs="+", default=[COMPARED, MANY], help="how many fall due")
    for name in ("--role", "--address", "--url", "--world"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.role:
        print(msgspec.json.encode(_play(options)).decode())
        return
    engines = [options.engine] if options.engine else ["sqlite", "postgresql"]
    missed = [line for engine in engines for line in measure(engine, options.payments)]
    print("Every target is met." if not missed else "Missed:\n" + "\n".join(f"  {line}" for line in missed))


if __name__ == "__main__":
    main()
