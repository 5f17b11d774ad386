"""Plays the bank in `own_bank.py`: reads what a company would send, and writes what a bank would send back.

    python examples/the_bank.py own-bank

From the NACHA files and positive pay lists in the folder it makes `returns.txt`, in which the first credit comes back
(R03) and the account of the second is another one (C01), and `statement.bai`: on the entries' day the bank books the
sum of the credits, the checks and a fee of its own, and on the next business day the credit that came back.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from billfold.bankfiles import nacha
from billfold.bankfiles.statements import Kind, Line, Statement
from billfold.bankfiles.statements.writers import write_bai2

OPENING = 5_000_000
FEE = 1_500
SATURDAY = 5


def sent_back(sent: nacha.File, entry: nacha.Entry, number: int) -> nacha.Entry:
    """The entry as its bank returns it: it could not find the account."""
    rdfi = entry.routing_number[:8]
    trace = f"{rdfi}{number:07d}"
    addendum = nacha.ReturnAddendum(
        code="R03", original_trace_number=entry.trace_number, original_rdfi=rdfi, trace_number=trace
    )
    return as_answer(sent, entry, addendum, trace, amount=entry.amount_minor)


def corrected(sent: nacha.File, entry: nacha.Entry, number: int) -> nacha.Entry:
    """A notification of change: the account has another number by now."""
    rdfi = entry.routing_number[:8]
    trace = f"{rdfi}{number:07d}"
    addendum = nacha.ChangeAddendum(
        code="C01",
        original_trace_number=entry.trace_number,
        original_rdfi=rdfi,
        corrected_data=nacha.corrected_data("C01", {"account_number": f"{entry.account_number[:-4]}0102"}),
        trace_number=trace,
    )
    return as_answer(sent, entry, addendum, trace, amount=0)


def as_answer(
    sent: nacha.File, entry: nacha.Entry, addendum: nacha.AnyAddendum, trace: str, *, amount: int
) -> nacha.Entry:
    return replace(
        entry,
        transaction_code=entry.transaction_code // 10 * 10 + 1,
        routing_number=sent.immediate_destination,
        amount_minor=amount,
        trace_number=trace,
        addenda=(addendum,),
    )


def write_returns(sent: nacha.File, written_at: datetime) -> tuple[bytes, nacha.Entry]:
    """The bank's file, and the entry that it returns."""
    credits_ = [(batch, entry) for batch in sent.batches for entry in batch.entries if not entry.is_debit]
    (first_batch, first), (second_batch, second) = credits_[:2]
    back = replace(
        first_batch, originating_dfi=first.routing_number[:8], batch_number=1, entries=[sent_back(sent, first, 1)]
    )
    change = replace(
        second_batch,
        sec_code=nacha.COR.code,
        originating_dfi=second.routing_number[:8],
        batch_number=2,
        entries=[corrected(sent, second, 2)],
    )
    answer = nacha.File(
        immediate_destination=sent.immediate_destination,
        immediate_origin=sent.immediate_destination,
        created=written_at,
        destination_name=sent.origin_name,
        origin_name=sent.destination_name,
        batches=[back, change],
    )
    return nacha.render(answer), first


def checks_of(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Account, number and cents of each check on the positive pay lists."""
    for path in sorted(folder.glob("positive-pay-*.csv")):
        with path.open(encoding="latin-1", newline="") as listed:
            for _, number, account, amount, *_ in list(csv.reader(listed))[1:]:
                yield account, int(number), int(Decimal(amount) * 100)


def write_statements(folder: Path, sent: nacha.File, back: nacha.Entry) -> bytes:
    """A statement of the entries' day, and one of the next business day."""
    day = max(batch.effective_entry_date for batch in sent.batches if batch.effective_entry_date)
    total = sum(entry.amount_minor for batch in sent.batches for entry in batch.entries if not entry.is_debit)
    cashed = list(checks_of(folder))
    lines = [Line(day, -total, Kind.ACH, "466", text="ACH CREDITS ORIGINATED")]
    lines += [Line(day, -amount, Kind.CHECK, "475", number) for _, number, amount in cashed]
    lines.append(Line(day, -FEE, Kind.FEE, "698", text="ORIGINATION FEE"))
    next_day = day + timedelta(days=1)
    while next_day.weekday() >= SATURDAY:
        next_day += timedelta(days=1)
    trace = back.trace_number
    came_back = Line(next_day, back.amount_minor, Kind.RETURN, "257", references=(trace,), text="ACH RETURN R03")
    account, closing = cashed[0][0], OPENING + sum(line.amount_minor for line in lines)
    statements = [
        Statement(account, "USD", day, day, OPENING, closing, tuple(lines)),
        Statement(account, "USD", next_day, next_day, closing, closing + back.amount_minor, (came_back,)),
    ]
    return write_bai2(statements, bank=sent.immediate_destination, customer="HARBOR", written_at=evening_of(next_day))


def evening_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 30))


def main() -> None:
    parser = argparse.ArgumentParser(description="Answer a company's files as its bank would.")
    parser.add_argument("folder", type=Path, help="with the company's files; the answers go there too")
    folder: Path = parser.parse_args().folder
    (path,) = folder.glob("ach-*.txt")
    sent = nacha.read(path.read_bytes())
    content, back = write_returns(sent, evening_of(max(b.effective_entry_date for b in sent.batches)))
    (folder / "returns.txt").write_bytes(content)
    (folder / "statement.bai").write_bytes(write_statements(folder, sent, back))
    print(f"The bank sends back {back.amount_minor / 100:,.2f}, and wrote two statements.")


if __name__ == "__main__":
    main()
