"""The writer and the reader of NACHA files: a part of `make bench`, or by itself `python benchmarks/bank_files.py`.

A file of so many entries is written with every rule checked, then read back with every rule checked. Each size runs in
a process of its own. Entries are made while they are written, and the file lies on the disk, so that the memory held at
most is that of the writer and of the reader.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from billfold.bankfiles import nacha

#: The smaller file shows whether the memory grows with the larger one; its speed is not held against the target.
FEW, MANY = 10_000, 200_000
WRITTEN, READ = 100_000, 50_000
GROWTH_KB = 1_000
REPEATED = 3


class Taken(msgspec.Struct):
    """Entries a second of processor time, the best of some runs; the most memory held meanwhile, in KB."""

    written: float
    read: float
    kilobytes: float


def entries(count: int) -> Iterator[nacha.Entry]:
    """Credits to a thousand accounts, each with its own amount and trace number; one in ten says what it pays."""
    told = (nacha.Addendum("INV-0000001"),)
    for number in range(count):
        yield nacha.Entry(
            transaction_code=22,
            routing_number="322271627",
            account_number=f"98765{number % 1_000:05}",
            amount_minor=100 + number,
            individual_id=f"PMT{number:09}",
            individual_name=f"VENDOR {number % 1_000:03}",
            trace_number=f"09100001{number:07}",
            addenda=told if number % 10 == 0 else (),
        )


def measure_here(count: int, path: Path) -> Taken:
    """Write and read a file of so many entries, some times for the time and once for the memory."""
    written = read = 0.0
    for _ in range(REPEATED):
        began = time.process_time()
        _write(count, path)
        written = max(written, count / (time.process_time() - began))
        began = time.process_time()
        found = _read(path)
        read = max(read, count / (time.process_time() - began))
        assert found == count, found
    tracemalloc.start()
    _write(count, path)
    _read(path)
    return Taken(written, read, tracemalloc.get_traced_memory()[1] / 2**10)


def _write(count: int, path: Path) -> None:
    with path.open("wb") as file:
        for piece in nacha.write(_file(count)):
            file.write(piece)


def _read(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in nacha.iter_entries(file))


def _file(count: int) -> nacha.File:
    batch = nacha.Batch(
        company_name="BENCH COMPANY",
        company_id="1234567890",
        sec_code=nacha.CCD.code,
        entry_description="PAYMENT",
        effective_entry_date=date(2026, 1, 15),
        originating_dfi="09100001",
        batch_number=1,
        service_class_code=nacha.CREDITS_ONLY,
        entries=entries(count),
    )
    return nacha.File(
        immediate_destination="091000019",
        immediate_origin="1234567890",
        created=datetime(2026, 1, 14, 18, tzinfo=UTC),
        destination_name="BENCH BANK",
        origin_name="BENCH COMPANY",
        batches=[batch],
    )


def measure() -> Iterator[str]:
    """Print a line for each size; give the targets that were missed."""
    added = {}
    for count in (FEW, MANY):
        made = subprocess.run([sys.executable, __file__, "--entries", str(count)], check=True, stdout=subprocess.PIPE)
        taken = msgspec.json.decode(made.stdout, type=Taken)
        added[count] = taken.kilobytes
        print(
            f"NACHA      {count:>7,} entries     written {taken.written:9,.0f} a second   read {taken.read:9,.0f}"
            f"   {taken.kilobytes:,.0f} KB at most",
            flush=True,
        )
    for verb, rate, target in (("written", taken.written, WRITTEN), ("read", taken.read, READ)):
        if rate < target:
            yield f"NACHA: {rate:,.0f} entries a second are {verb}; the target is {target:,}"
    if added[MANY] - added[FEW] > GROWTH_KB:
        yield f"NACHA: memory grows from {added[FEW]:,.0f} to {added[MANY]:,.0f} KB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, help="one file of so many, measured in this process")
    options = parser.parse_args()
    if options.entries is None:
        missed = list(measure())
        print("Every target is met." if not missed else "Missed:\n" + "\n".join(f"  {line}" for line in missed))
        return
    with tempfile.TemporaryDirectory(prefix="billfold-nacha-") as place:
        print(msgspec.json.encode(measure_here(options.entries, Path(place) / "ach.txt")).decode())


if __name__ == "__main__":
    main()
