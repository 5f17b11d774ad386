"""Which line of a statement is what: rules, each a function of values, tried in order from the surest to the least.

A rule takes the lines that are left and what is still expected, and gives what it found. Nothing is matched that could
be something else: where two things of one amount would do, the line stays an exception, for a person to decide. The one
exception are files and days, where the older is taken: they differ in nothing that the books would show.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from billfold.bankfiles.statements import Kind
from billfold.kit.ids import spellings
from billfold.rails.statements.model import Effect, Expected, Found, StatementLine

#: How long after its day a bank may book a file's sum, or what names neither check nor trace number.
MAX_DAYS: Final = timedelta(days=7)
_TRACE: Final = re.compile(r"(?<!\d)\d{15}(?!\d)")
_WORDS: Final = re.compile(r"[A-Za-z0-9]+")
_SUMS: Final = frozenset({Effect.CREDITS, Effect.DEBITS})

Rule = Callable[[Sequence[StatementLine], Sequence[Expected]], Iterator[Found]]


def match(lines: Sequence[StatementLine], expected: Sequence[Expected]) -> list[Found]:
    """What each line is, where that is sure. A line and an expected effect are used once."""
    found: list[Found] = []
    left, open_effects = list(lines), list(expected)
    for rule in RULES:
        found += rule(left, open_effects)
        used_lines = {one.line_id for one in found}
        left = [line for line in left if line.id not in used_lines]
        open_effects = _still_open(open_effects, [effect for one in found for effect in one.expected])
    return found


def trace_numbers(line: StatementLine) -> set[str]:
    """What in a line may be a trace number: fifteen digits that stand by themselves."""
    return set(_TRACE.findall(" ".join([*line.references, line.description])))


def named_ids(line: StatementLine) -> set[str]:
    """What in a line may be an id of ours, in the spelling that it then has."""
    words = _WORDS.findall(" ".join([*line.references, line.description]))
    return {spelling for word in words for spelling in spellings(word)}


def by_check_number(lines: Sequence[StatementLine], expected: Sequence[Expected]) -> Iterator[Found]:
    """A check by its number, for exactly what it was drawn for: a changed amount is an exception."""
    open_checks = {(one.check_number, one.amount_minor): one for one in expected if one.check_number is not None}
    for line in lines:
        one = open_checks.pop((line.check_number or 0, line.amount_minor), None)
        if one is not None:
            yield Found(line.id, (one,), "check number")


def by_trace_number(lines: Sequence[StatementLine], expected: Sequence[Expected]) -> Iterator[Found]:
    """An entry, or its return, by the trace number that we gave it."""
    by_trace = {(one.trace_number, one.amount_minor): one for one in expected if one.trace_number is not None}
    for line in lines:
        for trace in sorted(trace_numbers(line)):
            one = by_trace.pop((trace, line.amount_minor), None)
            if one is not None:
                yield Found(line.id, (one,), "trace number")
                break


def by_name(lines: Sequence[StatementLine], expected: Sequence[Expected]) -> Iterator[Found]:
    """What is in no file by the id that the bank was told: of a transfer, or of the payment that it is for."""
    by_names: defaultdict[tuple[str, int], list[Expected]] = defaultdict(list)
    for one in expected:
        for name in one.names:
            by_names[name, one.amount_minor].append(one)
    used: set[tuple[str, Effect]] = set()
    for line in lines:
        fitting = (effect for name in sorted(named_ids(line)) for effect in by_names[name, line.amount_minor])
        # Two wires for one payment differ in nothing that the books would show.
        found = next((effect for effect in fitting if (effect.subject_id, effect.effect) not in used), None)
        if found is not None:
            used.add((found.subject_id, found.effect))
            yield Found(line.id, (found,), "name")


def by_file(lines: Sequence[StatementLine], expected: Sequence[Expected]) -> Iterator[Found]:
    """One line for all credits, or all debits, of a file: by its sum, in the days after its effective entry date."""
    sums = sorted((one for one in expected if one.effect in _SUMS), key=lambda one: one.expected_on)
    for line in sorted(lines, key=lambda line: line.posted_on):
        if line.kind in {Kind.CHECK, Kind.RETURN, Kind.FEE, Kind.WIRE}:
            continue
        one = next((one for one in sums if one.amount_minor == line.amount_minor and _in_time(line, one)), None)
        if one is not None:
            sums.remove(one)
            yield Found(line.id, (one,), "sum of a file")


def by_day(lines: Sequence[StatementLine], expected: Sequence[Expected]) -> Iterator[Found]:
    """One line for several files of a day, credits and debits each, as banks book them that book once a day."""
    days = sorted({one.expected_on for one in expected if one.effect in _SUMS})
    for effect in (Effect.CREDITS, Effect.DEBITS):
        for day in days:
            of_day = tuple(one for one in expected if one.effect is effect and one.expected_on == day)
            total = sum(one.amount_minor for one in of_day)
            line = next(
                (
                    line
                    for line in lines
                    if len(of_day) > 1 and line.amount_minor == total and _in_time(line, of_day[0])
                ),
                None,
            )  # fmt: skip
            if line is not None:
                yield Found(line.id, of_day, "sum of a day")
                lines = [other for other in lines if other.id != line.id]


def by_amount(lines: Sequence[StatementLine], expected: Sequence[Expected]) -> Iterator[Found]:
    """An entry or a return that the bank gives no number for: by its amount, if nothing else has that amount."""
    entries = [one for one in expected if one.check_number is None and one.effect not in _SUMS]
    of_lines = Counter(line.amount_minor for line in lines)
    of_entries = Counter(one.amount_minor for one in entries)
    for line in lines:
        if of_lines[line.amount_minor] != 1 or of_entries[line.amount_minor] != 1 or line.check_number is not None:
            continue
        (one,) = (one for one in entries if one.amount_minor == line.amount_minor)
        # Wires come back as wires.
        fits = line.kind is Kind.WIRE or (line.kind is Kind.RETURN) == (one.effect is Effect.RETURNED)
        if fits and _in_time(line, one):
            yield Found(line.id, (one,), "amount")


RULES: Final[tuple[Rule, ...]] = (by_check_number, by_trace_number, by_name, by_file, by_day, by_amount)


def _in_time(line: StatementLine, one: Expected) -> bool:
    """A bank books on the day or within a week; what comes back may take its time."""
    latest = date.max if one.effect is Effect.RETURNED else one.latest_on or one.expected_on + MAX_DAYS
    return one.expected_on <= line.posted_on <= latest


def _still_open(expected: Sequence[Expected], used: Sequence[Expected]) -> list[Expected]:
    """Without what was used, without the sum of a file whose entries are booked singly, and the other way round."""
    taken = {(one.subject_id, one.effect) for one in used}
    singly = {one.file_id for one in used if one.effect is Effect.ENTRY}
    together = {one.subject_id for one in used if one.effect in _SUMS}
    return [
        one
        for one in expected
        if (one.subject_id, one.effect) not in taken
        and not (one.effect in _SUMS and one.subject_id in singly)
        and not (one.effect is Effect.ENTRY and one.file_id in together)
    ]
