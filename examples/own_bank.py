"""A company pays its vendors through its own bank: one week on a production server, and every cent reconciled.

    export BILLFOLD_PROFILE=production BILLFOLD_MASTER_KEY=$(openssl rand -hex 32)
    billfold admin tokens create --name "Own bank"        # export its token as BILLFOLD_ADMIN_TOKEN
    billfold serve &
    python examples/own_bank.py begin                     # Monday: company, people, vendors, bills, payments
    python examples/own_bank.py files                     # Tuesday after 18:00 Los Angeles: for bank and printer
    python examples/the_bank.py own-bank                  # plays the bank
    python examples/own_bank.py returns own-bank/returns.txt       # Friday: what came back, what is to be corrected
    python examples/own_bank.py statement own-bank/statement.bai   # Saturday: bank and books, to the cent

A production server follows real time and has no clock that could be moved, so this is a program of four visits: each
does what can be done by then. Any Monday without a holiday in its week will do. Between the visits a file keeps what is
to be known, passwords and authenticators of both people among it: only an example keeps them in one place.
Nothing but Python's standard library is needed; everything beyond BILL's wire goes through the administration face.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import os
import secrets
import struct
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

ROUTING = "322271627"
ORIGINATOR = {
    "companyName": "HARBOR BAKERY", "companyId": "1987654321", "immediateOrigin": "1987654321",
    "originName": "HARBOR BAKERY", "odfiRoutingNumber": ROUTING, "immediateDestination": ROUTING,
    "destinationName": "HARBOR BANK",
}  # fmt: skip
FIRST_CHECK = 5001
#: What each vendor bills, and where it is paid; nobody has a bank account number of the third.
VENDORS = (
    ("Larkspur Printing", 200.49, "000444333222"),
    ("Copper Kettle Supply", 1310.00, "000555666777"),
    ("Old Mill Flour LLC", 1834.50, None),
)
#: A new account that needs a day more; a weekend or a holiday.
NOT_ON_THAT_DAY = {"BDC_1402", "BDC_1119"}
CATCHING_UP_SECONDS = 20


class Client:
    """Calls with the headers of one person, or of the operator."""

    def __init__(self, base: str, headers: dict[str, str]) -> None:
        self.base = base
        self.headers = headers

    def send(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Status and body of the answer, whatever the status is."""
        request = urllib.request.Request(
            self.base + path,
            data=None if body is None else json.dumps(body).encode(),
            headers=self.headers | {"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The decoded answer of a call that must succeed."""
        status, answer = self.send(method, path, body)
        expect(200 <= status < 300, f"{method} {path} answered {status}: {answer.decode()}")
        return json.loads(answer) if answer else None


def expect(holds: bool, otherwise: str) -> None:
    """Go on, or end the program with a sentence."""
    if not holds:
        sys.exit(f"Surprise: {otherwise}")


class Visit:
    """One visit: the operator's calls, those of the people, and what is remembered."""

    def __init__(self, base: str, memory: Path) -> None:
        self.base = base.rstrip("/")
        self._memory = memory
        self.known: dict[str, Any] = json.loads(memory.read_text()) if memory.exists() else {}
        token = os.environ.get("BILLFOLD_ADMIN_TOKEN", "")
        self._operator = Client(self.base, {"Authorization": f"Bearer {token}"})

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        return self._operator.call(method, f"/admin/v1/{path}", body)

    def here(self, method: str, path: str, body: Any = None) -> Any:
        """The administration of this company."""
        return self.admin(method, f"organizations/{self.known['organizationId']}/{path}", body)

    def download(self, file_id: str) -> bytes:
        path = f"/admin/v1/organizations/{self.known['organizationId']}/files/{file_id}"
        status, content = self._operator.send("GET", path)
        expect(status == 200, f"the file answered {status}")
        return content

    def remember(self, **known: Any) -> None:
        self.known |= known
        self._memory.touch(mode=0o600)
        self._memory.write_text(json.dumps(self.known, indent=1))

    def sign_in(self, name: str) -> Client:
        """A session of one of the people; trusted once an authenticator is enrolled."""
        person = self.known["people"][name]
        where = {"organizationId": self.known["organizationId"], "devKey": self.known["devKey"]}
        client = Client(self.base, {"devKey": self.known["devKey"]})
        who = {"username": person["email"], "password": person["password"]}
        session = client.call("POST", "/connect/v3/login", who | where)
        client.headers["sessionId"] = session["sessionId"]
        if person["secret"]:
            trust(client, person["secret"])
        return client


# The authenticator app


def app_code(secret: str, *, steps: int = 0) -> str:
    """What the app shows now, or so many half minutes later (RFC 6238)."""
    padded = secret + "=" * (-len(secret) % 8)
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(base64.b32decode(padded), counter, hashlib.sha1).digest()
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06d}"


def enroll(client: Client) -> str:
    """A new authenticator of a person, whose secret is in the picture to scan."""
    setup = client.call("POST", "/connect/v3/mfa/setup", {"type": "TOTP"})
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(setup["otpauthUri"]).query)
    secret = query["secret"][0]
    answer = {"setupId": setup["setupId"], "type": "TOTP", "token": app_code(secret)}
    client.call("POST", "/connect/v3/mfa/setup/validate", answer)
    # Each code is good for once.
    trust(client, secret, steps=1)
    return secret


def trust(client: Client, secret: str, *, steps: int = 0) -> None:
    challenge = client.call("POST", "/connect/v3/mfa/challenge", {})
    client.call("POST", "/connect/v3/mfa/challenge/validate", challenge | {"token": app_code(secret, steps=steps)})


# Monday, with its set-up and payments.


def begin(visit: Visit) -> None:
    expect(not visit.known, "this company has begun already")
    found(visit)
    ada = visit.sign_in("ada")
    visit.known["people"]["ada"]["secret"] = enroll(ada)
    hire_bo(visit, ada)
    account_id = open_account(visit, ada)
    demand_second_users(visit, ada)
    bills = [enter_bill(visit, ada, *vendor) for vendor in VENDORS]
    approve(visit, bills)
    payments = [pay(ada, bill, account_id) for bill in bills]
    visit.remember(payments=payments)
    last = max(payment["processDate"] for payment in payments)
    print(f"Come back for the files after 18:00 Los Angeles on the business day before {last}.")


def found(visit: Visit) -> None:
    """The company, its first user and a developer key: by the operator alone."""
    ada = {"email": "ada@harbor.example", "password": secrets.token_urlsafe(18)}
    names = {"firstName": "Ada", "lastName": "Byte"}
    made = visit.admin("POST", "organizations", {"name": "Harbor Bakery", "administrator": ada | names})
    key = visit.admin("POST", "developer-keys", {"name": "The example"})["devKey"]
    people = {"ada": ada | {"id": made["userId"], "secret": ""}}
    visit.remember(organizationId=made["organizationId"], devKey=key, people=people)
    print(f"Founded Harbor Bakery, {made['organizationId']}.")


def hire_bo(visit: Visit, ada: Client) -> None:
    """A second user, who approves and never pays."""
    roles = ada.call("GET", "/connect/v3/roles")["results"]
    role_id = next(role["id"] for role in roles if role["type"] == "APPROVER")
    body = {"firstName": "Bo", "lastName": "Reed", "email": "bo@harbor.example", "roleId": role_id}
    user = ada.call("POST", "/connect/v3/users", body | {"acceptTermsOfService": True})
    password = secrets.token_urlsafe(18)
    visit.here("PUT", f"users/{user['id']}/password", {"password": password})
    bo = {"email": body["email"], "password": password, "id": user["id"], "secret": ""}
    visit.remember(people=visit.known["people"] | {"bo": bo})


def open_account(visit: Visit, ada: Client) -> str:
    """The account at the bank that takes the company's files, draws the credits on it and pays its checks."""
    body = {
        "nameOnAccount": "Harbor Bakery", "routingNumber": ROUTING, "accountNumber": "000111222333",
        "type": "CHECKING", "ownerType": "BUSINESS", "bankName": "Harbor Bank",
    }  # fmt: skip
    account_id = str(ada.call("POST", "/connect/v3/funding-accounts/banks", body)["id"])
    visit.here("POST", f"bank-accounts/{account_id}/confirm")
    visit.here("PATCH", "originator", ORIGINATOR | {"ownBankAccountId": account_id})
    address = "1 Main St\nAustin TX 78701"
    checks = {"nextNumber": FIRST_CHECK, "payerAddress": address, "positivePayLayout": "csv-titled"}
    visit.here("PATCH", f"bank-accounts/{account_id}/check-settings", checks)
    visit.remember(bankAccountId=account_id)
    print(f"The bank settles on {account_id}; checks begin with {FIRST_CHECK}.")
    return account_id


def demand_second_users(visit: Visit, ada: Client) -> None:
    """Bo approves each bill, and confirms each new account of a vendor."""
    bo = visit.known["people"]["bo"]["id"]
    body = {"policyName": "Every bill", "rules": [], "approvers": [bo]}
    ada.call("POST", "/connect/v3/bill-approvals/policies", body)
    (policy,) = visit.here("GET", "approval-policies")["results"]
    visit.here("PATCH", f"approval-policies/{policy['id']}", {"forbidCreator": True})
    visit.here("PATCH", "controls", {"confirmVendorAccounts": True})


def enter_bill(visit: Visit, ada: Client, name: str, amount: float, account: str | None) -> dict[str, Any]:
    address = {"line1": "12 Quay St", "city": "Reno", "stateOrProvince": "NV", "zipOrPostalCode": "89501"}
    body: dict[str, Any] = {"name": name, "accountType": "BUSINESS", "address": address | {"country": "US"}}
    if account:
        bank = {"nameOnAccount": name, "routingNumber": ROUTING, "accountNumber": account}
        body["paymentInformation"] = {"payeeName": name, "bankAccount": bank}
    vendor = ada.call("POST", "/connect/v3/vendors", body)
    for waiting in visit.here("GET", "vendor-account-confirmations")["results"]:
        path = f"vendor-account-confirmations/{waiting['accountId']}/confirm"
        visit.here("POST", path, {"userId": visit.known["people"]["bo"]["id"]})
    bill = {
        "vendorId": vendor["id"],
        "dueDate": (today() + timedelta(days=14)).isoformat(),
        "invoice": {"invoiceNumber": f"{name[:2].upper()}-117", "invoiceDate": today().isoformat()},
        "billLineItems": [{"amount": amount, "description": "Supplies"}],
    }
    made: dict[str, Any] = ada.call("POST", "/connect/v3/bills", bill)
    return made


def approve(visit: Visit, bills: list[dict[str, Any]]) -> None:
    bo = visit.sign_in("bo")
    asked = bo.call("GET", "/connect/v3/bill-approvals/pending-user-approvals")["bills"]
    expect({one["billId"] for one in asked} == {bill["id"] for bill in bills}, "Bo is asked for other bills")
    bo.call("POST", "/connect/v3/bill-approvals/actions", [{"billId": b["id"], "action": "APPROVE"} for b in bills])
    print(f"Bo approved {len(bills)} bills.")


def pay(ada: Client, bill: dict[str, Any], account_id: str) -> dict[str, Any]:
    """On the first day that there is: a new account of a vendor is paid in two business days at the earliest."""
    body = {
        "vendorId": bill["vendorId"],
        "billId": bill["id"],
        "fundingAccount": {"type": "BANK_ACCOUNT", "id": account_id},
        "amount": bill["dueAmount"],
        "processingOptions": {},
    }
    status, answer = ada.send("POST", "/connect/v3/payments", body)
    day = today() + timedelta(days=1)
    while status == HTTPStatus.BAD_REQUEST and json.loads(answer)[0]["code"] in NOT_ON_THAT_DAY:
        day += timedelta(days=1)
        expect(day < today() + timedelta(days=7), f"no day of this week will do: {answer.decode()}")
        status, answer = ada.send("POST", "/connect/v3/payments", body | {"processDate": day.isoformat()})
    expect(status == HTTPStatus.CREATED, f"the payment answered {status}: {answer.decode()}")
    payment = json.loads(answer)
    print(f"  {payment['amount']:>8.2f} by {payment['disbursementType']} on {payment['processDate']}")
    return {name: payment[name] for name in ("id", "processDate", "disbursementType")}


def today() -> date:
    return datetime.fromtimestamp(time.time(), UTC).date()


# Tuesday evening, when files are there.


def files(visit: Visit, folder: Path) -> None:
    """Everything for bank and printer, compared with the digest that Billfold keeps."""
    wanted = {"nacha", "check", "positive_pay"}
    listed = waited_for(
        lambda: visit.here("GET", "files")["results"],
        lambda found: wanted <= {file["kind"] for file in found},
        "a file is missing: it is too early",
    )
    folder.mkdir(parents=True, exist_ok=True)
    for file in listed:
        content = visit.download(file["id"])
        expect(hashlib.sha256(content).hexdigest() == file["sha256"], f"{file['fileName']} is not what was built")
        (folder / file["fileName"]).write_bytes(content)
        print(f"Kept {folder / file['fileName']} ({file['kind']}).")
    records = visit.here("GET", "origination-checks")["results"]
    expect(bool(records), "nothing was written down of the entries")
    print(f"{len(records)} entries left, with what was known of each written down.")


# Friday, when returns are there.


def returns(visit: Visit, path: Path) -> None:
    """What came back is voided, so that its bill is due again; what the bank would have corrected is accepted."""
    body = {"fileName": path.name, "content": base64.b64encode(path.read_bytes()).decode()}
    taken = visit.here("POST", "bank-files", body)
    print(f"Took {path.name}: {taken['applied']} of {taken['entryCount']} entries applied.")
    expect(visit.here("POST", "bank-files", body)["duplicate"], "the same file was taken twice")
    for change in visit.here("GET", "account-changes")["results"]:
        visit.here("POST", f"account-changes/{change['id']}/accept")
        print(f"Accepted {change['code']}: {change['before']} is {change['after']}.")
    ada = visit.sign_in("ada")
    for payment in visit.known["payments"]:
        now = ada.call("GET", f"/connect/v3/payments/{payment['id']}")
        if now["singleStatus"] == "DISBURSEMENT_FAILED_ACTION_NEEDED":
            void = {"type": "VOID_AND_CREDIT", "reason": "The bank could not place it"}
            ada.call("POST", f"/connect/v3/payments/{payment['id']}/void", void)
            visit.remember(voided=payment["id"])
            print(f"Asked to void {now['amount']:.2f} to {now['vendorName']}: it is decided at 16:00 Los Angeles.")


# Saturday, with the statement.


def statement(visit: Visit, path: Path) -> None:
    ada = visit.sign_in("ada")
    voided = f"/connect/v3/payments/{visit.known['voided']}"
    waited_for(
        lambda: ada.call("GET", voided)["singleStatus"], lambda status: status == "VOIDED", "the void is undecided"
    )
    body = {"fileName": path.name, "content": base64.b64encode(path.read_bytes()).decode()}
    taken = visit.here("POST", "statements", body)
    expect(visit.here("POST", "statements", body)["again"], "the same statement was taken twice")
    found = visit.here("POST", f"bank-accounts/{visit.known['bankAccountId']}/reconcile")
    lines = found["matchedLines"] + found["bookedLines"] + found["unmatchedLines"]
    known = lines - found["unmatchedLines"]
    print(f"{len(taken['results'])} statements, {known} of {lines} lines known: {100 * known / lines:.2f} %.")
    expect(found["reconciled"], f"bank and books differ: {json.dumps(found, indent=1)}")
    print(f"The bank has {found['closingBalance']:,.2f}, and every cent of it is in the books.")
    for payment in visit.known["payments"]:
        now = ada.call("GET", f"/connect/v3/payments/{payment['id']}")
        print(f"  {now['amount']:>8.2f}  {now['vendorName']:<22} {now['singleStatus']}")
    trial = visit.here("GET", "trial-balance")
    expect(trial["balanced"], f"the ledger does not balance: {trial['problems']}")
    print(f"The trial balance of {len(trial['accounts'])} accounts is balanced.")


def waited_for(ask: Any, holds: Any, otherwise: str) -> Any:
    """The answer, once it is the right one: a server that was just started has work to catch up with."""
    until = time.monotonic() + CATCHING_UP_SECONDS
    while not holds(answer := ask()):
        expect(time.monotonic() < until, otherwise)
        time.sleep(0.2)
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description="Run a company's payables on a production server.")
    parser.add_argument("--base", default="http://127.0.0.1:8080", help="address of the server")
    parser.add_argument("--memory", type=Path, default=Path("own-bank.json"), help="what is known between visits")
    parser.add_argument("--folder", type=Path, default=Path("own-bank"), help="where files for the bank go")
    visits = parser.add_subparsers(dest="visit", required=True)
    for name in ("begin", "files"):
        visits.add_parser(name)
    for name in ("returns", "statement"):
        visits.add_parser(name).add_argument("file", type=Path, help="as the bank sent it")
    arguments = parser.parse_args()
    visit = Visit(arguments.base, arguments.memory)
    if arguments.visit == "begin":
        begin(visit)
    elif arguments.visit == "files":
        files(visit, arguments.folder)
    elif arguments.visit == "returns":
        returns(visit, arguments.file)
    else:
        statement(visit, arguments.file)


if __name__ == "__main__":
    try:
        main()
    except urllib.error.URLError as error:
        sys.exit(f"No server answers: {error.reason}")
