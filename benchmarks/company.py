"""A company with many bills: founded and billed once through the house, then that bill cloned row by row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Self

import msgspec
import psycopg

from billfold.accounting import classifications
from billfold.accounting.model import AccountType, ClassificationDraft, Kind
from billfold.apps.house import Installed
from billfold.identity import developer_keys, sessions
from billfold.identity.passwords import hash_password
from billfold.identity.sessions import TRUST_LIMIT
from billfold.kit.columns import instant_text
from billfold.kit.events import EVENTS
from billfold.kit.ids import make_id
from billfold.kit.records import Table
from billfold.kit.worlds import create_world
from billfold.ledger import store as ledger
from billfold.parties.model import AccountType as PartyType
from billfold.parties.model import BankAccountDraft, VendorDraft
from billfold.parties.vendors import bank_accounts_of, create_vendor
from billfold.payables.bills import store as bill_store
from billfold.payables.bills.bills import create_bill
from billfold.payables.bills.model import BillDraft
from billfold.payables.lines.model import LineDraft
from billfold.wire.sim.organizations import Founder, found_company

VENDORS = 50
USERNAME, PASSWORD = "bench@billfold.test", "bench-Password-1"
#: The clock stands still on a Wednesday morning, so that no cut-off falls due while figures are taken.
NOW = datetime(2026, 1, 14, 15, tzinfo=UTC)
#: Bills that requests name; they are spread evenly over all.
SAMPLE = 1_000
CHUNK = 2_000


class Company(msgspec.Struct):
    """What requests need to know."""

    organization_id: str
    developer_key: str
    password_hash: str
    session: str
    bank_account_id: str
    vendor_ids: list[str]
    account_ids: list[str]
    account_of_vendor: dict[str, str]
    bill_ids: list[str]
    vendor_of_bill: dict[str, str]


def found(installed: Installed) -> Company:
    """The company with vendors who can be paid by ACH, two expense accounts and one bill."""
    hashed = hash_password(PASSWORD)
    with installed.database.transaction() as tx:
        house = installed.house
        world = create_world(tx, "bench", frozen_at=NOW)
        developer_key = "01BENCHkey"
        developer_keys.add_key(tx, developer_key, name="bench", vintage="2021", now=NOW)
        founder = Founder(
            name="Bench Company",
            username=USERNAME,
            password_hash=hashed,
            world_id=world.id,
            account_number="000123456789",
        )
        ctx, user, bank_account_id = found_company(house, tx, founder, NOW)
        session = sessions.open_session(house, tx, user, world.id, NOW, "v3", NOW + TRUST_LIMIT)
        account_ids = [
            classifications.create(
                ctx, Kind.CHART_OF_ACCOUNT, ClassificationDraft(name=name, account_type=AccountType.EXPENSE)
            ).id
            for name in ("Office Supplies", "Software")
        ]
        vendor_ids = [
            create_vendor(
                ctx,
                VendorDraft(
                    name=f"Vendor {number:02}",
                    account_type=PartyType.BUSINESS,
                    email=f"ap{number}@vendor.example",
                    address_line1="9 Pine Rd",
                    address_city="Reno",
                    address_state="NV",
                    address_zip="89501",
                    address_country="US",
                ),
                BankAccountDraft(
                    name_on_account=f"Vendor {number:02}",
                    routing_number="322271627",
                    account_number=f"9876543{number:02}",
                ),
            ).id
            for number in range(VENDORS)
        ]
        account_of_vendor = {vendor_id: account.id for vendor_id, account in bank_accounts_of(ctx, vendor_ids).items()}
        bill = create_bill(
            ctx,
            BillDraft(
                vendor_id=vendor_ids[0],
                invoice_number="INV-0000000",
                invoice_on=date(2025, 1, 2),
                due_on=date(2025, 2, 1),
            ),
            [LineDraft(amount=Decimal("25000.00"), chart_of_account_id=account) for account in account_ids],
        ).bill
        ctx.flush()
    return Company(
        organization_id=ctx.organization_id,
        developer_key=developer_key,
        password_hash=hashed,
        session=session,
        bank_account_id=bank_account_id,
        vendor_ids=vendor_ids,
        account_ids=account_ids,
        account_of_vendor=account_of_vendor,
        bill_ids=[bill.id],
        vendor_of_bill={bill.id: bill.vendor_id},
    )


class _Template:
    """The rows of one bill by table, and how its clones differ."""

    def __init__(self, installed: Installed, company: Company) -> None:
        self._seed, self._organization_id = installed.house.seed, company.organization_id
        self._vendor_ids = company.vendor_ids
        self._bill_id = company.bill_ids[0]
        with installed.database.transaction(write=False) as tx:
            tx.enter_organization(company.organization_id)
            key = (company.organization_id, self._bill_id)
            self.rows: dict[Table[Any], list[tuple[Any, ...]]] = {
                table: tx.all(f"{table.select} WHERE organization_id = ? AND {column} = ?", key)
                for table, column in (
                    (bill_store.BILLS, "id"),
                    (bill_store.LINES, "bill_id"),
                    (ledger.TRANSFERS, "document_id"),
                    (EVENTS, "subject_id"),
                )
            }
            counters = tx.one(
                "SELECT ordinal, event_number FROM organization_counters WHERE organization_id = ?", key[:1]
            )
        assert counters is not None
        self.ordinal, self.event_number = counters

    def clone(self, number: int, moment: datetime) -> dict[str, object]:
        """What the next clone says differently, whatever the table; `id` is the bill's."""
        bill_id, ordinal = self._new("00n")
        self.event_number += 1
        day, amount_minor = moment.date(), 2_500_000 + number * 7_919 % 1_000_000
        return {
            "id": bill_id,
            "ordinal": ordinal,
            "number": self.event_number,
            "vendor_id": self._vendor_ids[number % VENDORS],
            "invoice_number": f"INV-{number:07}",
            "amount_minor": amount_minor,
            "due_on": (day + timedelta(days=15 + number * 7 % 46)).isoformat(),
            **dict.fromkeys(("invoice_on", "posting_on", "effective_on"), day.isoformat()),
            **dict.fromkeys(("bill_id", "document_id", "subject_id"), bill_id),
            **dict.fromkeys(("created_at", "updated_at", "closed_at", "occurred_at"), instant_text(moment)),
        }

    def rows_of(self, table: Table[Any], clones: list[dict[str, object]]) -> Iterator[list[Any]]:
        """The rows of a table for these clones: one each of the bill and its event, two of lines and postings."""
        changing = [(position, field) for position, field in enumerate(table.fields) if field in _CHANGING]
        is_part = table in {bill_store.LINES, ledger.TRANSFERS}
        place = {field: position for position, field in enumerate(table.fields)}
        for clone in clones:
            for part, template in enumerate(self.rows[table]):
                row = list(template)
                for position, field in changing:
                    row[position] = clone[field]
                if is_part:
                    row[place["id"]], ordinal = self._new(template[place["id"]][:3])
                    row[place["amount_minor"]] = _half(clone["amount_minor"], part)
                    if "ordinal" in place:
                        row[place["ordinal"]] = ordinal
                if table is EVENTS:
                    row[place["snapshot"]] = template[place["snapshot"]].replace(self._bill_id, clone["id"])
                yield row

    def _new(self, prefix: str) -> tuple[str, int]:
        self.ordinal += 1
        return make_id(prefix, self._seed, self._organization_id, self.ordinal - 1), self.ordinal - 1


_CHANGING = frozenset(
    "id ordinal number vendor_id invoice_number amount_minor due_on invoice_on posting_on effective_on bill_id "
    "document_id subject_id created_at updated_at closed_at occurred_at".split()
)


def _half(amount_minor: Any, part: int) -> int:
    return int(amount_minor // 2 + (amount_minor % 2 if part else 0))


def fill(installed: Installed, company: Company, bills: int, address: str) -> None:
    """Bring the company to so many bills, written past the house, which is closed; `address` is a file or a DSN."""
    template = _Template(installed, company)
    installed.database.close()
    write = _write_sqlite if installed.database.kind == "sqlite" else _write_postgres
    begin = NOW - timedelta(days=365)
    with write(address) as put:
        for start in range(1, bills, CHUNK):
            numbers = range(start, min(start + CHUNK, bills))
            clones = [template.clone(number, begin + (NOW - begin) * number / bills) for number in numbers]
            company.vendor_of_bill |= {clone["id"]: clone["vendor_id"] for clone in clones}
            for table in template.rows:
                put.rows(table, template.rows_of(table, clones))
        put.run(
            "UPDATE organization_counters SET ordinal = ?, event_number = ? WHERE organization_id = ?",
            (template.ordinal, template.event_number, company.organization_id),
        )
        for side in ("debit", "credit"):
            put.run(
                f"UPDATE ledger_balances SET {side}s_minor = (SELECT COALESCE(SUM(t.amount_minor), 0) "
                "FROM ledger_transfers t WHERE t.organization_id = ledger_balances.organization_id "
                f"AND t.{side}_account = ledger_balances.account)",
                (),
            )
        put.settle()
    # An odd step, so that neighbours in the sample are of different vendors, whatever the size.
    company.bill_ids = list(company.vendor_of_bill)[:: max(1, bills // SAMPLE) | 1][:SAMPLE]
    company.vendor_of_bill = {bill_id: company.vendor_of_bill[bill_id] for bill_id in company.bill_ids}


class _write_sqlite:  # noqa: N801 - reads as a verb
    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)

    def __enter__(self) -> Self:
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.execute("PRAGMA cache_size=-262144")
        self._connection.execute("BEGIN")
        return self

    def rows(self, table: Table[Any], rows: Iterator[list[Any]]) -> None:
        marks = ", ".join("?" * len(table.fields))
        self._connection.executemany(f"INSERT INTO {table.name} ({table.columns}) VALUES ({marks})", rows)

    def run(self, sql: str, parameters: tuple[Any, ...]) -> None:
        self._connection.execute(sql, parameters)

    def settle(self) -> None:
        self._connection.execute("COMMIT")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def __exit__(self, *_: object) -> None:
        self._connection.close()


class _write_postgres:  # noqa: N801 - the same
    def __init__(self, dsn: str) -> None:
        self._connection = psycopg.connect(dsn)

    def __enter__(self) -> Self:
        self._connection.execute("SET session_replication_role = replica")  # clones need no foreign key checks
        return self

    def rows(self, table: Table[Any], rows: Iterator[list[Any]]) -> None:
        with self._connection.cursor().copy(f"COPY {table.name} ({table.columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def run(self, sql: str, parameters: tuple[Any, ...]) -> None:
        self._connection.execute(sql.replace("?", "%s"), parameters)

    def settle(self) -> None:
        self._connection.commit()
        self._connection.autocommit = True
        self._connection.execute("VACUUM ANALYZE")  # as autovacuum would, had it had the time
        self._connection.execute("CHECKPOINT")

    def __exit__(self, *_: object) -> None:
        self._connection.close()
