"""The operations that are measured: the request of each, and the statements that one made, recorded."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec
from company import PASSWORD, USERNAME, Company

from billfold.apps.house import Installed
from billfold.wire.catalog import Call

BRACKETS = {"BEGIN", "COMMIT"}
#: So many different requests are made before they come round again.
DIFFERENT = 1_000
PAID_TOGETHER = 50
#: What is drawn anew each time: ids, and the hashes of tokens.
_DRAWN = re.compile(r"([0-9a-z]{3}01[A-Z]+[0-9a-z]+|[0-9a-f]{64})\Z")


class Wanted(msgspec.Struct):
    """A request. `names` are ids of what it asks for: the floor takes others each time, as the client does."""

    method: str
    target: str
    body: bytes
    names: tuple[str, ...]


class Operation(msgspec.Struct):
    """One thing to measure, and how many statements it may take."""

    name: str
    write: bool
    request: Callable[[Company, int], Wanted]
    most_statements: int | None = None
    #: The share of the floor to reach.
    ratio: float = 0.5
    #: Whether a password is checked; the floor does that too.
    password: bool = False
    #: Whether the floor makes the answer's JSON each time, with the standard library.
    text: bool = False

    @property
    def path(self) -> str:
        """Where the floor serves it."""
        return "/" + self.name.replace(" ", "-")


def _create_bill(company: Company, number: int) -> Wanted:
    vendor_id = _turn(company.vendor_ids, number)
    body = {
        "vendorId": vendor_id,
        "dueDate": "2026-03-01",
        "invoice": {"invoiceNumber": f"NEW-{number:07}", "invoiceDate": "2026-01-14"},
        "billLineItems": [
            {"amount": 149.5 + line, "description": "Paper", "classifications": {"chartOfAccountId": account}}
            for line, account in enumerate(company.account_ids)
        ],
    }
    return Wanted("POST", "/connect/v3/bills", msgspec.json.encode(body), (vendor_id,))


def _read_bill(company: Company, number: int) -> Wanted:
    bill_id = _turn(company.bill_ids, number)
    return Wanted("GET", f"/connect/v3/bills/{bill_id}", b"", (bill_id,))


def _list_of_vendor(company: Company, number: int) -> Wanted:
    vendor_id = _turn(company.vendor_ids, number)
    target = f"/connect/v3/bills?filters=vendorId:eq:{vendor_id}&sort=createdTime:desc&max=20"
    return Wanted("GET", target, b"", (vendor_id,))


def _list_by_due_date(_: Company, __: int) -> Wanted:
    return Wanted("GET", "/connect/v3/bills?sort=dueDate:asc&max=20", b"", ())


def _create_payment(company: Company, number: int) -> Wanted:
    # A cent each: a bill bears five million of them, so that no round runs out of bills.
    bill_id = _turn(company.bill_ids, number)
    body = {
        "billId": bill_id,
        "fundingAccount": {"type": "BANK_ACCOUNT", "id": company.bank_account_id},
        "amount": 0.01,
        "processingOptions": {},
    }
    vendor_id = company.vendor_of_bill[bill_id]
    names = (bill_id, vendor_id, company.account_of_vendor[vendor_id])
    return Wanted("POST", "/connect/v3/payments", msgspec.json.encode(body), names)


def _pay_50_bills(company: Company, number: int) -> Wanted:
    # Of fifty vendors, so that fifty payments are made.
    turns = len(company.bill_ids) // PAID_TOGETHER
    start = number % turns * PAID_TOGETHER
    bill_ids = company.bill_ids[start : start + PAID_TOGETHER]
    vendor_ids = [company.vendor_of_bill[bill_id] for bill_id in bill_ids]
    assert len(set(vendor_ids)) == PAID_TOGETHER, "every bill is another vendor's"
    body = {
        "fundingAccount": {"type": "BANK_ACCOUNT", "id": company.bank_account_id},
        "processingOptions": {},
        "payments": [{"billId": bill_id, "amount": 0.01} for bill_id in bill_ids],
    }
    names = (*bill_ids, *vendor_ids, *(company.account_of_vendor[vendor_id] for vendor_id in vendor_ids))
    return Wanted("POST", "/connect/v3/payments/bulk", msgspec.json.encode(body), names)


def _log_in(company: Company, _: int) -> Wanted:
    form = {
        "userName": USERNAME, "password": PASSWORD, "devKey": company.developer_key, "orgId": company.organization_id,
    }  # fmt: skip
    return Wanted("POST", "/api/v2/Login.json", urlencode(form).encode(), ())


def _list_with_lines(company: Company, _: int) -> Wanted:
    form = {"devKey": company.developer_key, "sessionId": company.session, "data": '{"start": 0, "max": 999}'}
    return Wanted("POST", "/api/v2/List/Bill.json", urlencode(form).encode(), ())


def _create_accounts(_: Company, number: int) -> Wanted:
    body = [{"name": f"Account {number:05}-{part:02}", "account": {"type": "EXPENSE"}} for part in range(50)]
    return Wanted("POST", "/connect/v3/classifications/chart-of-accounts/bulk", msgspec.json.encode(body), ())


OPERATIONS = (
    Operation("create bill", write=True, request=_create_bill, most_statements=14),
    Operation("read bill", write=False, request=_read_bill, most_statements=4),
    Operation("list of vendor", write=False, request=_list_of_vendor, most_statements=4),
    Operation("list by due date", write=False, request=_list_by_due_date, most_statements=4),
    Operation("create payment", write=True, request=_create_payment),
    Operation("pay 50 bills", write=True, request=_pay_50_bills),
    Operation("create 50 accounts", write=True, request=_create_accounts),
    Operation("v2 login", write=True, request=_log_in, password=True),
    # Two megabytes of text: without making any, a floor would say nothing of the work.
    Operation("v2 list of 999", write=False, request=_list_with_lines, most_statements=6, ratio=0.4, text=True),
)


def _turn(values: list[str], number: int) -> str:
    return values[number % len(values)]


class Changes(msgspec.Struct):
    """How the parameters of a writing statement differ from one time to the next, by position.

    `fresh` are ids to draw anew, `counted` numbers and by how much to raise them each time, `named` ids that the
    request names and which of its names each is.
    """

    fresh: list[int] = []
    counted: dict[int, int] = {}
    named: dict[int, int] = {}


class Recording(msgspec.Struct):
    """What the floor replays for an operation: statements, and an answer of the same size.

    A reading operation has many takes (the parameters of each statement, for each thing to read), replayed as they
    are. A writing one has a single take that is changed each time.
    """

    name: str
    path: str
    write: bool
    statements: list[str]
    takes: list[list[list[Any]]]
    changes: list[Changes]
    names: list[tuple[str, ...]]
    status: int
    answer: bytes
    #: The hash and the password to hold against it, where the operation checks one.
    password: tuple[str, str] | None
    text: bool


def record(installed: Installed, company: Company, operation: Operation) -> Recording:
    """Run a writing operation twice and see what differs; run a reading one for all there is to read."""
    names = list(dict.fromkeys(operation.request(company, number).names for number in range(DIFFERENT)))
    seen = [_observe(installed, company, operation, number) for number in range(2 if operation.write else len(names))]
    first = seen[0]
    assert all(one.statements == first.statements for one in seen), operation.name
    return Recording(
        name=operation.name,
        path=operation.path,
        write=operation.write,
        statements=first.statements,
        takes=[first.parameters] if operation.write else [one.parameters for one in seen],
        changes=_changes(first, seen[1]) if operation.write else [],
        names=names,
        status=first.status,
        answer=first.answer,
        password=(company.password_hash, PASSWORD) if operation.password else None,
        text=operation.text,
    )


def _changes(first: _Observed, second: _Observed) -> list[Changes]:
    found = []
    for sql, parameters, others in zip(first.statements, first.parameters, second.parameters, strict=True):
        changes, inserts = Changes(), sql.startswith("INSERT")
        for position, (value, other) in enumerate(zip(parameters, others, strict=True)):
            if value in first.names:
                changes.named[position] = first.names.index(value)
            elif inserts and value != other and isinstance(value, int) and isinstance(other, int):
                changes.counted[position] = other - value
            elif inserts and value != other and isinstance(value, str) and _DRAWN.match(value):
                changes.fresh.append(position)
        found.append(changes)
    return found


class _Observed(msgspec.Struct):
    statements: list[str]
    parameters: list[list[Any]]
    names: tuple[str, ...]
    status: int
    answer: bytes


def _observe(installed: Installed, company: Company, operation: Operation, number: int) -> _Observed:
    wanted = operation.request(company, number)
    path, _, query = wanted.target.partition("?")
    call = Call(
        method=wanted.method,
        path=path,
        headers=dict(headers(company)),
        query=dict(parse_qsl(query)),
        body=wanted.body,
    )
    seen: list[tuple[str, list[Any]]] = []
    installed.database.observer = lambda sql, parameters: seen.append((sql, list(parameters)))
    face = next(face for prefix, face in installed.faces.items() if path.startswith(prefix))
    _, answer = asyncio.run(installed.pipeline.answer(face, call, str))
    installed.database.observer = None
    assert answer.status < 300, answer.body
    assert b'"response_status" : 1' not in answer.body, answer.body
    inside = [(sql, parameters) for sql, parameters in seen if sql not in BRACKETS]
    statements, parameters = [sql for sql, _ in inside], [parameters for _, parameters in inside]
    return _Observed(statements, parameters, wanted.names, answer.status, answer.body)


def headers(company: Company) -> list[tuple[str, str]]:
    """What every request carries."""
    return [
        ("devkey", company.developer_key),
        ("sessionid", company.session),
        ("content-type", "application/json"),
    ]


def requests(company: Company, operation: Operation, path: str | None = None) -> Iterator[bytes]:
    """Requests without end, to Billfold or, where a path is given, to the floor."""
    head = "".join(f"{name}: {value}\r\n" for name, value in headers(company))
    made = []
    for number in range(DIFFERENT):
        wanted = operation.request(company, number)
        line = f"{wanted.method} {path or wanted.target} HTTP/1.1\r\nhost: localhost\r\n{head}"
        made.append(f"{line}content-length: {len(wanted.body)}\r\n\r\n".encode() + wanted.body)
    return itertools.cycle(made)
