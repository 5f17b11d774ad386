"""Secrets that went through the server are looked for in everything it keeps, writes and answers."""

from __future__ import annotations

import json
import re
import sqlite3
from base64 import b64encode
from urllib.parse import urlencode

import psycopg
import pytest

from billfold.bankfiles import nacha
from tests.scenarios.process import Client, Company, bank_account_body, bill_body, found, running, vendor_body

#: Account numbers that are nobody's, each sent to one place. Their endings mean nothing to the sandbox's bank.
PAID = "71093482650194477"
PAYING = "60418273955620188"
ADDED = "83520647190283366"
COUNTED = "75029384617592833"  # sent as a number
REFUSED = {
    "second account of a vendor": "90274615380476255",
    "vendor's routing number": "57318204968135544",
    "too long for a vendor": "46829371502846133822",
    "organization's routing number": "38105926473091722",
    "too long for an organization": "29476185034762811933",
    "not JSON": "61938475201837499",
    "a list instead of text": "84610293857461722",
    "an object instead of text": "93751028465019266",
    "v2": "50682917346208155",
}
TAX_ID = "914708263"
CODE = "730194"
CANARIES = {"paid": PAID, "paying": PAYING, "added": ADDED, "counted": COUNTED, "tax id": TAX_ID, **REFUSED}
BAD_ROUTING = "322271628"
MASTER_KEY = "5e" * 32


class Visit:
    """A company that has done all that the test wants to do with secrets, and every answer it got."""

    def __init__(self, server):
        self.seen = []
        self.company = found(server, seen=self.seen)
        self.tokens = {"developer key": self.company.made["devKey"], "session": self.company.made["sessionId"]}
        # Files are where clear numbers belong: they are fetched unseen.
        self.unseen = Company(server, self.company.made)
        self.server = server

    def sign_in(self):
        made = self.company.made
        credentials = {"username": made["username"], "organizationId": self.company.id, "devKey": made["devKey"]}
        with Client(self.server, seen=self.seen) as client:
            client.send("POST", "/connect/v3/login", credentials | {"password": "a wrong Passphrase"})
            answer = client.send("POST", "/connect/v3/login", credentials | {"password": made["password"]}).ok()
        headers = {"devKey": made["devKey"], "sessionId": answer["sessionId"]}
        with Client(self.server, headers, self.seen) as client:
            challenge = client.send("POST", "/connect/v3/mfa/challenge", {}).ok()["challengeId"]
            body = {"challengeId": challenge, "token": CODE, "device": "laptop", "rememberMe": True}
            wrong = client.send("POST", "/connect/v3/mfa/challenge/validate", body | {"token": "000000"})
            assert wrong.status == 400
            right = client.send("POST", "/connect/v3/mfa/challenge/validate", body, {"Idempotency-Key": "mfa"})
        self.tokens |= {"second session": answer["sessionId"], "remembered device": right.ok()["rememberMeId"]}

    def pay(self):
        """Every account of a vendor and of the organization that works, and a payment between two of them."""
        v3 = self.company.v3
        body = vendor_body(PAID) | {"additionalInfo": {"taxId": TAX_ID, "taxIdType": "EIN"}}
        vendor = v3("POST", "vendors", body, key="vendor").ok(201)
        other = v3("POST", "vendors", {**vendor_body("1"), "paymentInformation": {}}).ok(201)
        v3("POST", f"vendors/{other['id']}/bank-account", bank_account_body(ADDED), key="account").ok()
        account = v3("POST", "funding-accounts/banks", self._funding_body(PAYING), key="funding").ok(201)
        v3("POST", f"funding-accounts/banks/{account['id']}/verify", {"depositAmount": 0.5}).ok()
        v3("POST", "funding-accounts/banks", self._funding_body(int(COUNTED)), key="number").ok(201)
        bill = v3("POST", "bills", bill_body(vendor, "100.00")).ok(201)
        funding = {"type": "BANK_ACCOUNT", "id": account["id"]}
        v3("POST", "payments", self.company.payment_body(bill, fundingAccount=funding)).ok(201)
        self.company.sim("POST", "clock/advance", {"days": 10, "keepSessions": True}).ok()
        self.vendor, self.other = vendor["id"], other["id"]

    def be_refused(self):
        """Account numbers in requests with something wrong."""
        v3, number = self.company.v3, REFUSED
        taken = bank_account_body(number["second account of a vendor"])
        refusals = [
            v3("POST", f"vendors/{self.other}/bank-account", taken, key="taken"),
            v3("POST", "vendors", self._vendor(number["vendor's routing number"], BAD_ROUTING), key="routing"),
            v3("POST", "vendors", vendor_body(number["too long for a vendor"]), key="long"),
            v3(
                "POST",
                "funding-accounts/banks",
                self._funding_body(number["organization's routing number"], BAD_ROUTING),
            ),
            v3("POST", "funding-accounts/banks", self._funding_body(number["too long for an organization"])),
            v3("POST", "vendors", f'{{"accountNumber": "{number["not JSON"]}", oops'.encode()),
        ]
        for name, value in (
            ("a list instead of text", lambda text: [text]),
            ("an object instead of text", lambda text: {text: text}),
        ):
            wrong = self._funding_body(value(number[name]))
            refusals.append(v3("POST", "funding-accounts/banks", wrong, key=name))
        assert all(400 <= answer.status < 500 for answer in refusals), [answer.status for answer in refusals]
        self._be_refused_by_v2(number["v2"])

    def _be_refused_by_v2(self, number):
        made = self.company.made
        for entity in ("VendorBankAccount", "BankAccount", "Vendor"):
            data = {
                "obj": {"entity": entity, "vendorId": self.other, "accountNumber": number, "routingNumber": BAD_ROUTING}
            }
            fields = {"devKey": made["devKey"], "sessionId": made["sessionId"], "data": json.dumps(data)}
            headers = {"content-type": "application/x-www-form-urlencoded"}
            self.company.client.send("POST", f"/api/v2/Crud/Create/{entity}.json", urlencode(fields).encode(), headers)

    def look_around(self):
        """Everything that can be read."""
        for noun in ("vendors", "bills", "payments", "funding-accounts/banks"):
            self.company.v3("GET", f"{noun}?max=100").ok()
        for vendor in (self.vendor, self.other):
            self.company.v3("GET", f"vendors/{vendor}/bank-account").ok()
        for path in ("events", "transfers", "files", "ledger/trial-balance", "clock"):
            self.company.sim("GET", path).ok()
        for path in ("/metrics", "/openapi/v3.json", "/openapi/v2.json", "/openapi/sim.json", "/", "/healthz"):
            assert self.company.client.send("GET", path).status == 200

    @staticmethod
    def _funding_body(number, routing="074000010"):
        return {
            "nameOnAccount": "Acme",
            "routingNumber": routing,
            "accountNumber": number,
            "type": "CHECKING",
            "ownerType": "BUSINESS",
            "bankName": "Second",
        }

    @staticmethod
    def _vendor(number, routing):
        body = vendor_body(number)
        body["paymentInformation"]["bankAccount"]["routingNumber"] = routing
        return body


@pytest.mark.slow
def test_secrets_are_only_where_they_belong(tmp_path, database_url):
    with running(tmp_path, database=database_url, mfa_code=CODE, master_key=MASTER_KEY, log_level="debug") as server:
        visit = Visit(server)
        visit.sign_in()
        visit.pay()
        visit.be_refused()
        visit.look_around()
        files = visit.unseen.files()
        outbox = visit.unseen.sim("GET", "outbox").body.decode()
        server.kill()
    tables = dump_postgres(database_url) if database_url else dump_sqlite(server.data / "billfold.db")
    kept = {f"table {name}": text for name, text in tables.items()}
    kept |= {
        f"file {path.name}": path.read_bytes().decode("latin-1")
        for path in server.data.rglob("*")
        if path.is_file() and path.parent.parent.name != "blobs"
    }
    said = {f"answer {number}": answer.body.decode() for number, answer in enumerate(visit.seen)}
    said["log"] = server.printed
    assert_no_account_number(kept | said)
    assert_only_hashes(visit.tokens | {"password": visit.company.made["password"], "master key": MASTER_KEY}, kept)
    assert not places_of("$argon2", said)
    assert "verification code" in outbox
    assert CODE in outbox
    assert code_places(kept | said) <= {"table messages", "file billfold.db", "file billfold.db-wal"}
    assert_in_bank_files(files, [path for path in (server.data / "blobs").rglob("*") if path.is_file()])


def assert_no_account_number(texts):
    for name, number in CANARIES.items():
        # The last four digits are shown on purpose.
        for shown in (number, number[:-4]) if number != TAX_ID else (number,):
            assert not places_of(shown, texts), name


def assert_only_hashes(secrets, texts):
    for name, secret in secrets.items():
        assert not places_of(secret, texts), name


def places_of(secret, texts):
    """Where the secret is, as it is or encoded."""
    return [place for place, text in texts.items() if any(form in text for form in forms(secret))]


def forms(secret):
    """A text as it is, as hexadecimal digits, and in base64, wherever among other bytes it begins."""
    plain = secret.encode()
    # Of the first and the last group of four characters, those that its neighbours have a part in are left out.
    encoded = [b64encode(bytes(before) + plain)[(0, 2, 3)[before] :] for before in range(3)]
    whole = [len(plain) + before for before in range(3)]
    unsure = {0: 0, 1: 3, 2: 2}
    ends = [len(text) - unsure[length % 3] for text, length in zip(encoded, whole, strict=True)]
    return [secret, plain.hex(), *(text[:end].decode() for text, end in zip(encoded, ends, strict=True))]


@pytest.mark.parametrize("before", [b"", b"a", b"ab", b"abc"])
@pytest.mark.parametrize("secret", ["1234567", "12345678", "123456789"])
def test_the_search_finds_what_is_encoded(before, secret):
    text = before + secret.encode() + b"what follows"
    for encoded in (text.decode(), text.hex(), b64encode(text).decode()):
        assert places_of(secret, {"here": encoded, "not here": b64encode(b"7654321").decode()}) == ["here"]


def code_places(texts):
    """Where six digits stand by themselves and not within a hash."""
    alone = re.compile(rf"(?<![0-9A-Za-z_-]){CODE}(?![0-9A-Za-z_-])")
    return {place for place, text in texts.items() if alone.search(text)}


def assert_in_bank_files(files, blobs):
    entries = [
        (entry.is_debit, entry.account_number)
        for content in files.values()
        for batch in nacha.read(content).batches
        for entry in batch.entries
    ]
    assert sorted(entries) == [(False, PAID), (True, PAYING)]
    assert sorted(path.read_bytes() for path in blobs) == sorted(files.values())
    assert all(path.stat().st_mode & 0o077 == 0 for path in blobs), "only the owner reads bank files"


def dump_sqlite(path):
    with sqlite3.connect(path) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found_rows = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}
    connection.close()
    return {name: "\n".join(as_text(row) for row in rows) for name, rows in found_rows.items()}


def dump_postgres(url):
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        found_rows = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in tables}
    return {name: "\n".join(as_text(row) for row in rows) for name, rows in found_rows.items()}


def as_text(row):
    return " | ".join(value.decode("latin-1") if isinstance(value, bytes) else str(value) for value in row)
