"""Reading BAI2 (Cash Management Balance Reporting, version 2): the statement that banks of the United States send.

Records are lines of fields between commas, ended by a slash; a record 88 goes on where the one before ended. Accounts
(03 … 49) stand in groups of one day (02 … 98) in a file (01 … 99), and each level ends with its control total and its
count of records, which must hold: a file that was cut short or changed on its way is refused.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from billfold.bankfiles.statements.model import Kind, Line, Statement, StatementError, check_number, check_whole

OPENING: Final = "010"
CLOSING: Final = "015"
#: A type code says what a transaction is; these say more than which way it went.
_KINDS: Final = {
    **dict.fromkeys(("475", "474", "472", "522"), Kind.CHECK),
    **dict.fromkeys(("142", "145", "165", "166", "169"), Kind.ACH),
    **dict.fromkeys(("445", "447", "451", "452", "455", "462", "466", "469"), Kind.ACH),
    **dict.fromkeys(("255", "257", "258", "266", "395", "468", "555", "557", "558"), Kind.RETURN),
    **dict.fromkeys(("195", "208", "495", "508"), Kind.WIRE),
    **dict.fromkeys(("398", "564", "567", "661", "698"), Kind.FEE),
}
#: Type codes of credits and debits; 920 and 960 begin those that banks make up themselves.
_CREDITS: Final = (range(100, 400), range(920, 960))
_DEBITS: Final = (range(400, 700), range(960, 1000))
_NON_MONETARY: Final = "890"
_DAYS_DIGITS: Final = 3
_FUNDS_TYPES: Final = frozenset("Z012SVD")
_HEADERS: Final = {"01", "02", "03", "16", "49", "98", "99"}
#: With its continuations. Each of them copies what came before it.
_LONGEST_RECORD: Final = 1 << 15


@dataclass(slots=True)
class _Record:
    """A record with its continuations: fields, the number of its first line, and how many lines it took."""

    code: str
    body: str
    line: int
    physical: int = 1

    @property
    def fields(self) -> list[str]:
        return self.body.removesuffix("/").split(",")


@dataclass(slots=True)
class _Level:
    """An account, a group or a file while it is read."""

    start: _Record
    total: int = 0
    records: int = 0
    children: int = 0
    lines: list[Line] = field(default_factory=list)


def read(content: bytes) -> list[Statement]:
    """The statements of a file, each checked. Raises `StatementError`."""
    if b"\0" in content:
        raise StatementError("the file holds zero bytes, so it is no text")
    records = _records(content.decode("latin-1"))
    first = next(records, None)
    if first is None or first.code != "01":
        raise StatementError("line 1: a BAI2 file begins with a record 01")
    return list(_File(_Level(first, records=first.physical)).statements(records))


class _File:
    """The levels that are open, from the file down."""

    def __init__(self, file: _Level) -> None:
        self._file = file
        self._group: _Level | None = None
        self._account: _Level | None = None
        self._closed = False

    def statements(self, records: Iterator[_Record]) -> Iterator[Statement]:
        for record in records:
            if self._closed:
                raise StatementError(f"line {record.line}: a record {record.code} after the end of the file")
            match record.code:
                case "02" if self._group is None:
                    self._group = _Level(record, records=record.physical)
                case "03" if self._group is not None and self._account is None:
                    self._account = _Level(record, records=record.physical)
                    self._account.total = sum(amount for _, amount in _summaries(record))
                case "16" if self._group is not None and self._account is not None:
                    self._take(record, self._group, self._account)
                case "49" if self._group is not None and self._account is not None:
                    _check(self._account, record, self._account.records + record.physical, None)
                    yield _statement(self._group, self._account)
                    _add(self._group, self._account, record)
                    self._account = None
                case "98" if self._group is not None and self._account is None:
                    _check(self._group, record, self._group.records + record.physical, self._group.children)
                    _add(self._file, self._group, record)
                    self._group = None
                case "99" if self._group is None:
                    _check(self._file, record, self._file.records + record.physical, self._file.children)
                    self._closed = True
                case _:
                    raise StatementError(f"line {record.line}: a record {record.code} has no place here")
        if not self._closed:
            raise StatementError("the file has no end: its record 99 is missing")

    def _take(self, record: _Record, group: _Level, account: _Level) -> None:
        account.records += record.physical
        amount, line = _detail(record, _as_of(group.start))
        account.total += amount
        if line is not None and line.amount_minor:
            account.lines.append(line)


def _records(text: str) -> Iterator[_Record]:
    current: _Record | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.rstrip()
        if not line.strip("\x1a"):
            continue
        code, _, body = line.partition(",")
        if code == "88":
            if current is None:
                raise StatementError(f"line {number}: nothing to continue")
            current.body = f"{current.body[:-1]},{body}" if current.body.endswith("/") else f"{current.body} {body}"
            current.physical += 1
            if len(current.body) > _LONGEST_RECORD:
                raise StatementError(f"line {current.line}: the record goes on for too long")
            continue
        if code not in _HEADERS:
            raise StatementError(f"line {number}: there is no record {code[:2]!r} in BAI2")
        if current is not None:
            yield current
        current = _Record(code, body, number)
    if current is not None:
        yield current


def _statement(group: _Level, account: _Level) -> Statement:
    record, as_of = account.start, _as_of(group.start)
    balances = dict(_summaries(record))
    if CLOSING not in balances:
        raise StatementError(f"line {record.line}: the account has no closing ledger balance ({CLOSING})")
    closing = balances[CLOSING]
    moved = sum(line.amount_minor for line in account.lines)
    found = Statement(
        account_number=record.fields[0].strip(),
        currency=_field(record, 1) or _field(group.start, 5) or "USD",
        from_on=as_of,
        to_on=as_of,
        # A bank that leaves the opening balance out means the closing one of the day before.
        opening_minor=balances.get(OPENING, closing - moved),
        closing_minor=closing,
        lines=tuple(account.lines),
    )
    return check_whole(found, f"line {record.line}")


def _as_of(group: _Record) -> date:
    text = _field(group, 3)
    try:
        # Two digits are years of this century: no statement is older.
        return datetime.strptime(f"20{text}", "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise StatementError(f"line {group.line}: the group's as-of date is not YYMMDD") from error


def _summaries(record: _Record) -> Iterator[tuple[str, int]]:
    """Type code and amount of each balance and sum of an account; one without an amount says nothing."""
    rest = deque(record.fields[2:])
    while rest:
        code = rest.popleft().strip()
        if not code:
            continue
        amount = rest.popleft().strip() if rest else ""
        # Some banks leave out what follows the amount where a continuation comes.
        if rest and not _is_type_code(rest[0]):
            rest.popleft()
            if rest and (rest[0].strip() in _FUNDS_TYPES or not rest[0].strip()):
                _skip_availability(rest.popleft().strip(), rest)
        if amount:
            yield code, _amount(amount, record)


def _is_type_code(text: str) -> bool:
    return len(text.strip()) == 3 and text.isascii() and text.strip().isdigit()  # noqa: PLR2004 - three digits


def _detail(record: _Record, as_of: date) -> tuple[int, Line | None]:
    """The amount as it counts in the control total, and the line, if money moved."""
    rest = deque(record.fields)
    code = rest.popleft().strip()
    amount = _amount(rest.popleft().strip() or "0", record) if rest else 0
    if rest:
        _skip_availability(rest.popleft().strip(), rest)
    if code == _NON_MONETARY:
        return amount, None
    bank = rest.popleft().strip() if rest else ""
    customer = rest.popleft().strip() if rest else ""
    kind = _KINDS.get(code, Kind.OTHER)
    return amount, Line(
        posted_on=as_of,
        amount_minor=_sign(code, record) * amount,
        kind=kind,
        code=code,
        check_number=_check_number(kind, code, customer),
        references=tuple(reference for reference in (bank, customer) if reference),
        text=",".join(rest).strip(),
    )


def _sign(code: str, record: _Record) -> int:
    number = int(code) if _is_type_code(code) else -1
    for sign, ranges in ((1, _CREDITS), (-1, _DEBITS)):
        if any(number in one for one in ranges):
            return sign
    raise StatementError(f"line {record.line}: the type code {code!r} is neither a credit nor a debit")


def _check_number(kind: Kind, code: str, customer: str) -> int | None:
    """A check's number is its customer reference, also where it came back (255, 395)."""
    is_check = kind is Kind.CHECK or code in {"255", "395"}
    return check_number(customer) if is_check else None


def _skip_availability(funds_type: str, rest: deque[str]) -> None:
    """Take off what says when the money is available."""
    count = {"S": 3, "V": 2}.get(funds_type, 0)
    if funds_type == "D" and rest:
        days = rest.popleft().strip()
        count = 2 * int(days) if days.isascii() and days.isdigit() and len(days) <= _DAYS_DIGITS else 0
    for _ in range(min(count, len(rest))):
        rest.popleft()


def _amount(text: str, record: _Record) -> int:
    if not (text.isascii() and text.lstrip("+-").isdigit()) or len(text) > 15:  # noqa: PLR2004 - more than any account
        raise StatementError(f"line {record.line}: an amount is not a whole number of cents")
    return int(text)


def _field(record: _Record, position: int) -> str:
    fields = record.fields
    return fields[position].strip() if position < len(fields) else ""


def _check(level: _Level, trailer: _Record, records: int, children: int | None) -> None:
    """The control total, the count of what is inside (but for accounts), and the count of records."""
    expected = [level.total, *([] if children is None else [children]), records]
    found = [_amount(_field(trailer, position) or "0", trailer) for position in range(len(expected))]
    if found != expected:
        raise StatementError(
            f"line {trailer.line}: the record {trailer.code} says {found}, but what it ends has {expected}"
        )


def _add(above: _Level, level: _Level, trailer: _Record) -> None:
    above.total += level.total
    above.records += level.records + trailer.physical
    above.children += 1
