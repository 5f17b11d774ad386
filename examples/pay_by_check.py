"""Pay a vendor by check in an organization of its own, and keep the printed page and the bank's list.

    billfold serve --memory
    python examples/pay_by_check.py

Nothing but Python's standard library. Anything unexpected ends the program with a sentence and exit code 1.
"""

from __future__ import annotations

import argparse
import json
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

#: A Monday morning in Los Angeles. The clock is the organization's own, so every run prints the same days.
MONDAY = "2026-01-12T17:00:00Z"
DAYS_TO_PRINT = 3
DAYS_TO_CASH = 11


class Client:
    """A server, and the headers that say who asks."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self.headers = {"Content-Type": "application/json"}

    def send(self, method: str, path: str, body: Any = None) -> bytes:
        """What the answer holds. Ends the program where the server refuses."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, self.headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                content: bytes = answer.read()
                return content
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path} was refused with {error.code}: {error.read().decode()}")
        except OSError as error:
            sys.exit(f"No server answers: {error}")

    def get(self, path: str) -> Any:
        return json.loads(self.send("GET", path))

    def post(self, path: str, body: Any) -> Any:
        return json.loads(self.send("POST", path, body))


def sign_in_to_a_new_organization(client: Client) -> str:
    """A company with a verified bank account and a clock of its own; the id of the bank account."""
    made = client.post("/sim/organizations", {"name": "Harbor Bakery", "ownWorld": True, "frozenAt": MONDAY})
    client.headers |= {"devKey": made["devKey"], "sessionId": made["sessionId"]}
    print(f"Founded Harbor Bakery, {made['organizationId']}.")
    return str(made["bankAccountId"])


def owe(client: Client) -> list[dict[str, Any]]:
    """Two bills of a vendor who has an address and no bank account."""
    address = {"line1": "1 Mill Road", "city": "Austin", "stateOrProvince": "TX", "zipOrPostalCode": "78701"}
    vendor = client.post("/connect/v3/vendors", {"name": "Old Mill Flour LLC", "address": address | {"country": "US"}})
    print(f"Created the vendor {vendor['name']}, paid by {vendor['paymentInformation']['payByType']}.")
    bills = [
        {
            "vendorId": vendor["id"],
            "dueDate": "2026-01-20",
            "invoice": {"invoiceNumber": number, "invoiceDate": "2026-01-05"},
            "billLineItems": [{"amount": amount, "description": "Flour"}],
        }
        for number, amount in (("OM-117", 1204.5), ("OM-121", 630))
    ]
    return [client.post("/connect/v3/bills", bill) for bill in bills]


def pay(client: Client, bank_account_id: str, bills: list[dict[str, Any]]) -> str:
    """One check for both; the id of the payment."""
    made = client.post(
        "/connect/v3/payments/bulk",
        {
            "vendorId": bills[0]["vendorId"],
            "fundingAccount": {"type": "BANK_ACCOUNT", "id": bank_account_id},
            "processingOptions": {},
            "payments": [{"billId": bill["id"], "amount": bill["dueAmount"]} for bill in bills],
        },
    )
    (payment,) = made["payments"]
    print(f"Scheduled {payment['amount']:,.2f} for {payment['processDate']}.")
    return str(payment["id"])


def show(client: Client, payment_id: str) -> None:
    now = client.get("/sim/clock")["now"][:10]
    print(f"  {now}  {client.get(f'/connect/v3/payments/{payment_id}')['singleStatus']}")


def advance(client: Client, days: int) -> None:
    client.post("/sim/clock/advance", {"days": days, "keepSessions": True})


def keep_files(client: Client, folder: Path) -> None:
    """The page for the printer and the list for the bank."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in client.get("/sim/files")["results"]:
        if file["kind"] in {"check", "positive_pay"}:
            place = folder / file["fileName"]
            place.write_bytes(client.send("GET", file["downloadLink"]))
            print(f"Kept {place}.")


def main() -> None:
    parser = argparse.ArgumentParser(description="Pay a vendor by check on a Billfold sandbox.")
    parser.add_argument("base", nargs="?", default="http://127.0.0.1:8080", help="address of the server")
    parser.add_argument("--folder", type=Path, default=Path(), help="where the files go")
    arguments = parser.parse_args()
    client = Client(arguments.base)
    bank_account_id = sign_in_to_a_new_organization(client)
    payment_id = pay(client, bank_account_id, owe(client))
    show(client, payment_id)
    advance(client, DAYS_TO_PRINT)
    show(client, payment_id)
    keep_files(client, arguments.folder)
    (check,) = client.get("/sim/checks")["results"]
    print(f"Check {check['number']} is made out to {check['payee']}; it is stale on {check['expirationDate']}.")
    advance(client, DAYS_TO_CASH)
    show(client, payment_id)
    trial = client.get("/sim/ledger/trial-balance")
    print(f"The trial balance of {len(trial['accounts'])} accounts is{'' if trial['balanced'] else ' not'} balanced.")


if __name__ == "__main__":
    main()
