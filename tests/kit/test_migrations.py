"""A database that was made by an older Billfold keeps what is in it."""

from __future__ import annotations

from contextlib import closing, contextmanager

import pytest

from billfold.identity import store
from billfold.kit import db
from billfold.kit.databases import open_database
from billfold.kit.wipe import tenant_tables
from tests.builders import columns_of

#: After every migration that there is.
NOW = 10_000
ORGANIZATION = "00801OLDOLDOLDOLD0001"
ZEROS = {"TEXT": "", "text": "", "BLOB": b"", "bytea": b"", "BOOLEAN": False, "boolean": False}


@pytest.fixture
def url(kind, request, tmp_path):
    """An empty database of this kind."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}"
        return
    server = request.getfixturevalue("postgres")
    yield server.create_database("migrations")
    server.drop_database("migrations")


@pytest.fixture
def as_of(url, monkeypatch):
    """Opens a transaction on the database as the migrations before a number make it."""
    every = db.migrations()

    @contextmanager
    def opened(number):
        with monkeypatch.context() as patch:
            patch.setattr(db, "migrations", lambda: [one for one in every if one[0] < number])
            database = open_database(url)
        with closing(database), database.transaction() as tx:
            tx.enter_organization(ORGANIZATION)
            yield tx

    return opened


def types_of(tx, kind, table):
    if kind == "sqlite":
        return {row[1]: row[2] for row in tx.all(f"PRAGMA table_info({table})")}
    return dict(tx.all("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = ?", (table,)))


def a_row(tx, kind, table, **values):
    """A row with nothing in its other columns."""
    row = {name: ZEROS.get(kind_of, 0) for name, kind_of in types_of(tx, kind, table).items()} | values
    row["organization_id"] = ORGANIZATION
    tx.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def test_payments_made_before_they_had_several_parts_are_kept(kind, as_of):
    with as_of(8) as tx:
        for table, own_id in (("vendors", "009"), ("bank_accounts", "bac"), ("bills", "00n")):
            a_row(tx, kind, table, id=own_id, **({"vendor_id": "009"} if table == "bills" else {}))
        for number in (100, 300):
            payment = {"id": f"stp{number}", "ordinal": number, "vendor_id": "009", "bank_account_id": "bac"}
            a_row(tx, kind, "payments", **payment, amount_minor=number, funding_minor=number, currency="USD")
            part = {"id": f"blp{number}", "payment_id": f"stp{number}", "bill_id": "00n", "amount_minor": number}
            a_row(tx, kind, "bill_payments", **part)
    with as_of(NOW) as tx:
        sql = "SELECT id, amount_minor, funding_minor, currency, online, bill_created, allow_export FROM payments"
        rows = [(*row[:4], *map(bool, row[4:])) for row in tx.all(f"{sql} ORDER BY ordinal")]
        assert rows == [(f"stp{minor}", minor, minor, "USD", True, False, True) for minor in (100, 300)]
        parts = tx.all("SELECT id, payment_id, bill_id, amount_minor, ordinal FROM bill_payments ORDER BY ordinal")
        assert [tuple(row) for row in parts] == [
            ("blp100", "stp100", "00n", 100, 101),
            ("blp300", "stp300", "00n", 300, 301),
        ]


def test_an_organization_that_came_to_have_two_defaults_for_payables_keeps_the_older_one(kind, as_of):
    with as_of(7) as tx:
        for number in (1, 2, 3):
            default = {"is_payables_default": number > 1}
            a_row(tx, kind, "bank_accounts", id=f"bac{number}", ordinal=number, **default)
    with as_of(NOW) as tx:
        rows = tx.all("SELECT id FROM bank_accounts WHERE is_payables_default = TRUE")
        assert [tuple(row) for row in rows] == [("bac2",)]


def test_logins_and_developer_keys_from_before_sign_in_as_they_did(kind, as_of):
    with as_of(3) as tx:
        a_row(tx, kind, "users", id="006", username="ada@acme.test")
        tx.run("INSERT INTO developer_keys VALUES ('hash', 'Acme', '2021', TRUE, '')")
    with as_of(NOW) as tx:
        assert [tuple(row) for row in tx.all("SELECT * FROM memberships")] == [("ada@acme.test", ORGANIZATION)]
        (key,) = tx.all("SELECT is_active, mfa_bypass, terms_accepted, partner FROM developer_keys")
        assert (*map(bool, key[:3]), key[3]) == (True, False, True, None)


def test_who_had_a_login_keeps_it_and_finds_it_in_any_case_unless_there_are_two(kind, as_of):
    moment = "2026-03-03T00:00:00+00:00"
    person = {"role": "CLERK", "record_status": "active", "created_at": moment, "updated_at": moment}
    people = ("Ada@Acme.test", "Ann@x.test", "ANN@x.test", "Bo@x.test", "bo@x.test", "New@x.test")
    with as_of(56) as tx:
        for number, name in enumerate(people):
            if not name.startswith("ANN"):  # Her namesake is of no organization; both Bos are of this one.
                a_row(tx, kind, "users", id=f"006{number}", ordinal=number, username=name, **person)
                a_row(tx, kind, "memberships", username=name)
            if name not in {"bo@x.test", "New@x.test"}:
                tx.run("INSERT INTO logins VALUES (?, ?, '')", (name, f"hash of {name}"))

    def found(tx, name):
        login = store.login_of(tx, name)
        user = store.user_by_login(tx, ORGANIZATION, login)
        assert (user is not None) == (ORGANIZATION in store.organizations_of(tx, login, limit=9))
        return user and user.id, store.password_hash(tx, login)

    with as_of(NOW) as tx:
        assert found(tx, "ada@ACME.test") == found(tx, "Ada@Acme.test") == ("0060", "hash of Ada@Acme.test")
        assert found(tx, "Ann@x.test") == ("0061", "hash of Ann@x.test"), "as before: she is one of two"
        assert found(tx, "ANN@x.test") == (None, "hash of ANN@x.test"), "neither gets the other's organizations"
        assert found(tx, "Bo@x.test") == ("0063", "hash of Bo@x.test")
        assert found(tx, "bo@x.test") == ("0064", None), "who was not yet signed in chooses a password of their own"
        assert found(tx, "new@x.test") == ("0065", None)


def test_payments_made_before_are_found_by_the_account_and_the_speed_that_they_show(kind, as_of):
    with as_of(52) as tx:
        a_row(tx, kind, "vendors", id="009")
        a_row(tx, kind, "classifications", id="0ca", role="money_out_clearing")
        for number, values in enumerate((
            {"online": True, "pay_faster": None},
            {"online": True, "pay_faster": True},
            {"online": True, "pay_faster": None, "check_delivery_type": "UPS_2DAY"},
            {"online": False, "pay_faster": None, "chart_of_account_id": None},
            {"online": False, "pay_faster": None, "chart_of_account_id": "0cacash"},
        )):  # fmt: skip
            nobody = {"bank_account_id": None, "vendor_bank_account_id": None}
            a_row(tx, kind, "payments", id=f"stp{number}", ordinal=number, vendor_id="009", **nobody | values)
    with as_of(NOW) as tx:
        rows = tx.all("SELECT chart_of_account_id, pay_faster FROM payments ORDER BY ordinal")
        assert [(account, bool(fast)) for account, fast in rows] == [
            ("0ca", False), ("0ca", True), ("0ca", True), (None, False), ("0cacash", False),
        ]  # fmt: skip
        assert None not in {fast for _, fast in rows}


def test_the_tables_of_organizations_are_those_of_the_schema(database):
    with database.transaction(write=False) as tx:
        for table in tenant_tables():
            assert "organization_id" in columns_of(tx, database, table), table
    assert not [table for table in tenant_tables() if table.endswith("_anew")]
