"""Billfold against its floor, in one run: `make bench`, or `make bench ARGS=--quick`.

The floor (floor.py) replays the SQL that Billfold was recorded to run, on the same engine with the same settings.
Both serve copies of the same database; rounds of about a second alternate between them and between the sizes, so that
a busy machine slows all alike. The last lines say which targets were missed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import bank_files
import msgspec
import uvloop
from company import Company, fill, found
from engines import Engine, postgres_engine, sqlite_engine
from jobs import COMPARED, MANY
from jobs import measure as measure_jobs
from load import Round
from operations import OPERATIONS, Operation, Recording, record, requests

from billfold.apps.house import install
from billfold.kit.settings import Settings

HERE = Path(__file__).parent
SMALL, LARGE = 1_000, 200_000
GROWTH, MEGABYTES = 1.3, 120
START_SECONDS = 30
SIDES = ("ours", "floor")


class Result(msgspec.Struct):
    """The rounds of one operation against one server, and the processor time that the server took for them."""

    rates: list[float] = []
    seconds: list[float] = []
    processor_seconds: float = 0

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    @property
    def processor_us(self) -> float:
        return 1e6 * self.processor_seconds / len(self.seconds)

    def milliseconds(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Pair(msgspec.Struct):
    """Billfold and its floor on copies of one database, and what was measured on them."""

    bills: int
    company: Company
    recordings: list[Recording]
    ports: dict[str, int] = {}
    processes: dict[str, int] = {}
    results: dict[tuple[str, str], Result] = {}

    def result(self, side: str, operation: Operation) -> Result:
        return self.results.setdefault((side, operation.name), Result())


def build(engine: Engine, bills: int, folder: Path, operations: list[Operation]) -> tuple[Pair, str, str]:
    """A filled database for each side, and the recordings; where the databases are."""
    name = f"{engine.name}{bills}"
    address = engine.create(f"{name}_ours")
    settings = Settings(database=engine.url(address), data=str(folder / name), demo=False)
    installed = install(settings)
    company = found(installed)
    fill(installed, company, bills, address)
    floor_address = engine.copy(address, f"{name}_floor")
    installed = install(settings)
    recordings = [record(installed, company, operation) for operation in operations]
    installed.database.close()
    return Pair(bills, company, recordings), address, floor_address


@contextlib.contextmanager
def started(engine: Engine, pair: Pair, addresses: tuple[str, str], folder: Path) -> Iterator[None]:
    """Both servers of a pair, running."""
    recordings = folder / f"{engine.name}{pair.bills}.json"
    recordings.write_bytes(msgspec.json.encode(pair.recordings))
    pair.ports = {side: _free_port() for side in SIDES}
    command = Path(sys.executable).with_name("billfold")
    billfold = [str(command), "serve", "--no-demo", "--port", str(pair.ports["ours"])]
    billfold += ["--db", engine.url(addresses[0]), "--data", str(folder / "data")]
    floor = [sys.executable, str(HERE / "floor.py"), str(recordings), addresses[1], str(pair.ports["floor"])]
    with _running(billfold, pair.ports["ours"]) as ours, _running(floor, pair.ports["floor"]) as bare:
        pair.processes = {"ours": ours, "floor": bare}
        yield


@contextlib.contextmanager
def _running(command: list[str], port: int) -> Iterator[int]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        give_up_at = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if process.poll() is not None or time.monotonic() > give_up_at:
                raise SystemExit(f"did not start: {' '.join(command)}")
            time.sleep(0.05)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


async def measure(pairs: list[Pair], operations: list[Operation], options: argparse.Namespace) -> None:
    """Rounds that alternate between the sides and the sizes; one short round each comes before, to warm up."""
    for operation in operations:
        for number in range(options.rounds + 1):
            for pair in pairs:
                for side in SIDES if number % 2 else reversed(SIDES):
                    made = requests(pair.company, operation, operation.path if side == "floor" else None)
                    seconds = options.seconds if number else min(0.3, options.seconds)
                    before = _processor_seconds(pair.processes[side])
                    taken, together = await Round(pair.ports[side], made, options.clients, seconds).run()
                    if number:
                        result = pair.result(side, operation)
                        result.rates.append(len(taken) / together)
                        result.seconds += taken
                        result.processor_seconds += _processor_seconds(pair.processes[side]) - before


def _processor_seconds(process_id: int) -> float:
    user, system = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def report(engine: str, pairs: list[Pair], operations: list[Operation]) -> list[str]:
    """Print the tables of one engine; the targets it missed."""
    missed = []
    for pair in pairs:
        for operation, recording in zip(operations, pair.recordings, strict=True):
            ours, floor = pair.result("ours", operation), pair.result("floor", operation)
            # Rounds that ran side by side are compared, so that what else the machine does slows both.
            ratio = statistics.median(mine / bare for mine, bare in zip(ours.rates, floor.rates, strict=True))
            count = len(recording.statements)
            print(
                f"{engine:10} {pair.bills:>7,} {operation.name:16}"
                f" {_figures(ours)}   {_figures(floor)}   {ratio:5.2f} {floor.processor_us / ours.processor_us:5.2f}"
                f" {count:5}",
                flush=True,
            )
            case = f"{engine}, {pair.bills:,} bills, {operation.name}"
            if ratio < operation.ratio:
                missed.append(f"{case}: {ratio:.2f} of the floor; the target is {operation.ratio}")
            if operation.most_statements is not None and count > operation.most_statements:
                missed.append(f"{case}: {count} statements; the target is {operation.most_statements}")
    print()
    if len(pairs) > 1:
        small, large = pairs
        for operation in operations:
            growth = small.result("ours", operation).rate / large.result("ours", operation).rate
            bare = small.result("floor", operation).rate / large.result("floor", operation).rate
            print(
                f"{engine:10} {operation.name:16} costs {growth:.2f} times as much with {large.bills:,} bills"
                f" as with {small.bills:,} (the floor: {bare:.2f})"
            )
            if not operation.write and growth > GROWTH:
                missed.append(f"{engine}, {operation.name}: {growth:.2f} times the cost; the target is {GROWTH}")
    for pair in pairs:
        now, peak = _megabytes(pair.processes["ours"])
        print(f"{engine:10} server with {pair.bills:,} bills: {now:.0f} MB (at most {peak:.0f} MB)")
        if peak > MEGABYTES:
            missed.append(f"{engine}, {pair.bills:,} bills: server of {peak:.0f} MB; the target is {MEGABYTES}")
    print()
    return missed


def _figures(result: Result) -> str:
    latencies = f"{result.milliseconds(0.5):7.2f} {result.milliseconds(0.99):7.2f}"
    return f"{result.rate:7,.0f} {latencies} {result.processor_us:6,.0f}"


def _megabytes(process_id: int) -> tuple[float, float]:
    """What the process holds in memory (RSS), and the most it held."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{process_id}/status").read_text().splitlines())
    return tuple(int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"two short rounds, {SMALL:,} bills alone")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), help="one engine alone")
    parser.add_argument("--bills", type=int, nargs="+", help=f"how many bills (default {SMALL} {LARGE})")
    parser.add_argument("--operations", nargs="+", metavar="WORD", help="operations with one of these words")
    parser.add_argument("--rounds", type=int, help="rounds a side (default 3)")
    parser.add_argument("--seconds", type=float, help="length of a round (default 1)")
    parser.add_argument("--clients", type=int, default=4, help="connections at once")
    options = parser.parse_args()
    options.rounds = min(options.rounds or (2 if options.quick else 3), 50)
    options.seconds = min(options.seconds or (0.5 if options.quick else 1), 10)
    options.bills = options.bills or ([SMALL] if options.quick else [SMALL, LARGE])
    return options


def main() -> None:
    options = _options()
    operations = [
        operation
        for operation in OPERATIONS
        if options.operations is None or any(word in operation.name for word in options.operations)
    ]
    print(
        f"{os.cpu_count()} processors, {options.clients} connections, {options.rounds} rounds of {options.seconds:g} s "
        "a side, in turns.\n"
        "req/s, p50 and p99 in ms, processor time of the server in µs a request; then the ratios floor to Billfold of "
        "req/s\nand of processor time (a busy machine disturbs it least), and statements between BEGIN and COMMIT.\n"
    )
    side = f"{'p50':>7} {'p99':>7} {'CPU':>6}"
    print(f"{'':35} Billfold{side[1:]}     floor{side[1:]}   ratio   CPU   SQL")
    missed = []
    for name, open_engine in (("sqlite", sqlite_engine), ("postgresql", postgres_engine)):
        if options.engine in {None, name}:
            with tempfile.TemporaryDirectory(prefix="billfold-bench-") as place, contextlib.ExitStack() as stack:
                folder = Path(place)
                engine = stack.enter_context(open_engine(folder))
                pairs = []
                for bills in options.bills:
                    pair, *addresses = build(engine, bills, folder, operations)
                    pairs.append(pair)
                    stack.enter_context(started(engine, pair, tuple(addresses), folder))
                uvloop.run(measure(pairs, operations, options))
                missed += report(name, pairs, operations)
            if options.operations is None:
                missed += measure_jobs(name, [COMPARED // 5] if options.quick else [COMPARED, MANY])
    if options.operations is None:
        missed += bank_files.measure()
    print("Every target is met." if not missed else "Missed:\n" + "\n".join(f"  {line}" for line in missed))


if __name__ == "__main__":
    main()
