"""Pay a bill, from signing in to the trial balance, with nothing but Python's standard library.

    billfold serve --memory
    python examples/pay_a_bill.py

Every step says what it found. Anything unexpected ends the program with a sentence and exit code 1.
"""

from __future__ import annotations

import argparse
import json
import sys
import urllib.error
import urllib.request
from typing import Any

MFA_CODE = "123456"  # what a sandbox sends by text message
STEP_HOURS = 5  # short enough to meet every status of a payment
LONGEST_WAIT_DAYS = 12  # weekends and holidays included


class Client:
    """A signed-in user of a Billfold server."""

    def __init__(self, base: str, dev_key: str) -> None:
        self.base = base.rstrip("/")
        self.headers = {"devKey": dev_key}

    def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, bytes]:
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

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The decoded answer of a call that must succeed."""
        status, answer = self.send(method, path, body)
        expect(200 <= status < 300, f"{method} {path} answered {status}: {answer.decode()}")
        return json.loads(answer) if answer else None


def expect(holds: bool, otherwise: str) -> None:
    """Go on, or end the program with a sentence."""
    if not holds:
        sys.exit(f"Surprise: {otherwise}")


def sign_in(client: Client, credentials: dict[str, str]) -> None:
    session = client.call("POST", "/connect/v3/login", credentials)
    client.headers["sessionId"] = session["sessionId"]
    print(f"Signed in as {credentials['username']}.")


def create_vendor(client: Client) -> dict[str, Any]:
    vendor = client.call(
        "POST",
        "/connect/v3/vendors",
        {
            "name": "Larkspur Printing",
            "accountType": "BUSINESS",
            "email": "ap@larkspur.example",
            "address": {"line1": "12 Quay St", "city": "Reno", "zipOrPostalCode": "89501", "country": "US"},
            "paymentInformation": {
                "payeeName": "Larkspur Printing",
                "bankAccount": {
                    "nameOnAccount": "Larkspur Printing",
                    "routingNumber": "322271627",
                    "accountNumber": "000444333222",
                },
            },
        },
    )
    pay_by = vendor["paymentInformation"]["payByType"]
    expect(pay_by == "ACH", f"the vendor is paid by {pay_by}")
    print(f"Created the vendor {vendor['name']} ({vendor['id']}), paid by ACH.")
    return vendor


def create_bill(client: Client, vendor_id: str) -> dict[str, Any]:
    today = client.call("GET", "/sim/clock")["now"][:10]
    bill = client.call(
        "POST",
        "/connect/v3/bills",
        {
            "vendorId": vendor_id,
            "dueDate": today,
            "invoice": {"invoiceNumber": "LP-2041", "invoiceDate": today},
            "billLineItems": [
                {"amount": 120.00, "description": "Letterheads"},
                {"quantity": 3, "price": 26.83, "description": "Posters"},
            ],
        },
    )
    expect(bill["amount"] == 200.49, f"the lines add up to {bill['amount']}")
    print(f"Created the bill {bill['id']} with {len(bill['billLineItems'])} lines: {bill['dueAmount']:.2f} due.")
    return bill


def pass_mfa(client: Client) -> None:
    challenge = client.call("POST", "/connect/v3/mfa/challenge", {"useBackup": False})
    client.call(
        "POST",
        "/connect/v3/mfa/challenge/validate",
        {"challengeId": challenge["challengeId"], "token": MFA_CODE},
    )
    status = client.call("GET", "/connect/v3/login/session")["mfaStatus"]
    expect(status == "COMPLETE", f"MFA is {status}")
    print("Passed multi-factor authentication: the session may pay.")


def payment_of(client: Client, bill: dict[str, Any]) -> dict[str, Any]:
    banks = client.call("GET", "/connect/v3/funding-accounts/banks?filters=status:eq:VERIFIED")["results"]
    default = next((bank for bank in banks if bank["default"]["payables"]), None)
    if default is None:
        sys.exit("Surprise: no verified bank account is the default for payables")
    return {
        "vendorId": bill["vendorId"],
        "billId": bill["id"],
        "fundingAccount": {"type": "BANK_ACCOUNT", "id": default["id"]},
        "amount": bill["amount"],
        "processingOptions": {},
    }


def pay(client: Client, order: dict[str, Any]) -> dict[str, Any]:
    payment = client.call("POST", "/connect/v3/payments", order)
    expect(payment["singleStatus"] == "SCHEDULED", f"the payment is {payment['singleStatus']}")
    print(f"Scheduled the payment {payment['id']} of {payment['amount']:.2f} for {payment['processDate']}.")
    return payment


def pay_twice(client: Client, order: dict[str, Any]) -> None:
    status, answer = client.send("POST", "/connect/v3/payments", order)
    expect(status == 422, f"a second full payment answered {status}: {answer.decode()}")
    code = json.loads(answer)[0]["code"]
    expect(code == "BDC_1159", f"a second full payment was refused with {code}")
    print(f"A second full payment is refused: {code}.")


def watch(client: Client, payment_id: str) -> list[str]:
    """Move the clock until the payment has cleared; every status it showed."""
    seen: list[str] = []
    for _ in range(LONGEST_WAIT_DAYS * 24 // STEP_HOURS):
        status = client.call("GET", f"/connect/v3/payments/{payment_id}")["singleStatus"]
        if not seen or status != seen[-1]:
            now = client.call("GET", "/sim/clock")["now"][:16]
            print(f"  {now}  {status}")
            seen.append(status)
        if status == "CLEARED":
            return seen
        client.call("POST", "/sim/clock/advance", {"hours": STEP_HOURS, "keepSessions": True})
    sys.exit(f"Surprise: after {LONGEST_WAIT_DAYS} days the payment had been {', '.join(seen)}")


def download_nacha(client: Client, invoice_number: str) -> None:
    """The newest file credits the vendor; its addendum names the invoice."""
    file = client.call("GET", "/sim/files")["results"][0]
    expect(file["kind"] == "nacha", f"the newest file is a {file['kind']}")
    status, content = client.send("GET", file["downloadLink"])
    expect(status == 200, f"the file answered {status}")
    lines = content.decode("ascii").splitlines()
    expect({len(line) for line in lines} == {94}, "a line of the file has not 94 characters")
    expect(any(invoice_number in line for line in lines if line.startswith("7")), "no addendum names the invoice")
    print(f"Downloaded {file['fileName']}: {len(lines)} records, one names {invoice_number}.")


def check_books(client: Client, bill_id: str) -> None:
    bill = client.call("GET", f"/connect/v3/bills/{bill_id}")
    expect(bill["paymentStatus"] == "PAID", f"the bill is {bill['paymentStatus']}")
    print(f"The bill is PAID, {bill['dueAmount']:.2f} due.")
    trial = client.call("GET", "/sim/ledger/trial-balance")
    expect(trial["balanced"], f"the ledger does not balance: {trial['problems']}")
    print(f"The trial balance of {len(trial['accounts'])} accounts is balanced.")


def main() -> None:
    parser = argparse.ArgumentParser(description="Pay a bill on a running Billfold server.")
    parser.add_argument("base", nargs="?", default="http://127.0.0.1:8080", help="the server's address")
    parser.add_argument("--username", default="demo@billfold.test")
    parser.add_argument("--password", default="demo-Password-1")
    parser.add_argument("--organization", default="00801BILLFOLDXXdemo1")
    parser.add_argument("--dev-key", default="01BILLFOLDdemoDEVKEY")
    arguments = parser.parse_args()

    client = Client(arguments.base, arguments.dev_key)
    credentials = {
        "username": arguments.username,
        "password": arguments.password,
        "organizationId": arguments.organization,
        "devKey": arguments.dev_key,
    }
    sign_in(client, credentials)
    vendor = create_vendor(client)
    bill = create_bill(client, vendor["id"])
    pass_mfa(client)
    order = payment_of(client, bill)
    payment = pay(client, order)
    pay_twice(client, order)
    print("Moving the clock:")
    watch(client, payment["id"])
    download_nacha(client, bill["invoice"]["invoiceNumber"])
    check_books(client, bill["id"])


if __name__ == "__main__":
    try:
        main()
    except urllib.error.URLError as error:
        sys.exit(f"No server answers: {error.reason}")
