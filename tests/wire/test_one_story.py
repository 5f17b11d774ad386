"""The same story told over v2 and over v3 leaves the same ledger and the same events, but for the face."""

from __future__ import annotations

import json
import re
from typing import Any, Protocol

from tests.wire.api import Api, Company

_ID = re.compile(r"([0-9a-z]{3})01[A-Z]{9,12}([0-9a-z]{3,6})")
#: What is drawn for each organization anew.
_DRAWN = re.compile(r'"(transaction_number|account_fingerprint|company_entry_id)": ?"[^"]*"')
_ADDRESS = {"city": "Reno", "state": "NV", "zip": "89501", "country": "US", "line1": "9 Pine Rd"}


class Teller(Protocol):
    """Somebody who tells the story on one face. Amounts are in dollars; ids are shared by the faces."""

    def account(self, name: str) -> str: ...

    def department(self, name: str) -> str: ...

    def vendor(self, name: str) -> str: ...

    def vendor_bank_account(self, vendor_id: str) -> None: ...

    def bill(self, vendor_id: str, number: str, lines: list[tuple[float, str, str]]) -> str: ...

    def change_bill(self, bill_id: str, description: str) -> None: ...

    def pay(self, bill_id: str, amount: float) -> str: ...

    def cancel(self, payment_id: str) -> None: ...

    def record(self, vendor_id: str, bill_id: str, amount: float) -> None: ...

    def archive_vendor(self, vendor_id: str) -> None: ...


class TellerV3:
    """The story in REST."""

    face = "v3"

    def __init__(self, company: Company) -> None:
        self.company = company

    def _post(self, path: str, body: Any = None, status: int = 201) -> Any:
        return self.company.v3("POST", path, body).ok(status)

    def account(self, name: str) -> str:
        account = {"name": name, "account": {"type": "EXPENSE", "number": "6100"}}
        return self._post("classifications/chart-of-accounts", account)["id"]

    def department(self, name: str) -> str:
        return self._post("classifications/departments", {"name": name})["id"]

    def vendor(self, name: str) -> str:
        address = {
            "line1": _ADDRESS["line1"], "city": _ADDRESS["city"], "stateOrProvince": _ADDRESS["state"],
            "zipOrPostalCode": _ADDRESS["zip"], "country": _ADDRESS["country"],
        }  # fmt: skip
        body = {
            "name": name, "email": "ap@kite.example", "address": address, "accountType": "BUSINESS",
            "paymentInformation": {"payeeName": name},
        }  # fmt: skip
        return self._post("vendors", body)["id"]

    def vendor_bank_account(self, vendor_id: str) -> None:
        body = {"nameOnAccount": "Kite", "accountNumber": "000987654321", "routingNumber": "322271627"}
        self._post(f"vendors/{vendor_id}/bank-account", body, 200)

    def bill(self, vendor_id: str, number: str, lines: list[tuple[float, str, str]]) -> str:
        shown = [
            {"amount": amount, "classifications": {"chartOfAccountId": account, "departmentId": department}}
            for amount, account, department in lines
        ]
        body = {
            "vendorId": vendor_id, "dueDate": "2026-04-10", "billLineItems": shown,
            "invoice": {"invoiceNumber": number, "invoiceDate": "2026-03-01"},
        }  # fmt: skip
        return self._post("bills", body)["id"]

    def change_bill(self, bill_id: str, description: str) -> None:
        self.company.v3("PATCH", f"bills/{bill_id}", {"description": description}).ok()

    def pay(self, bill_id: str, amount: float) -> str:
        body = {
            "billId": bill_id, "amount": amount, "processingOptions": {}, "processDate": "2026-03-04",
            "fundingAccount": {"type": "BANK_ACCOUNT", "id": self.company.bank_account_id},
        }  # fmt: skip
        return self._post("payments", body)["id"]

    def cancel(self, payment_id: str) -> None:
        self._post(f"payments/{payment_id}/cancel", None, 200)

    def record(self, vendor_id: str, bill_id: str, amount: float) -> None:
        body = {
            "vendorId": vendor_id, "processDate": "2026-03-03", "toPrintCheck": False,
            "payments": [{"billId": bill_id, "amount": amount}],
        }  # fmt: skip
        self._post("bills/record-payment", body, 200)

    def archive_vendor(self, vendor_id: str) -> None:
        self._post(f"vendors/{vendor_id}/archive", None, 200)


class TellerV2:
    """The story in forms."""

    face = "v2"

    def __init__(self, company: Company) -> None:
        self.company = company

    def _call(self, operation: str, data: Any) -> Any:
        reply = self.company.v2(operation, data).ok()
        assert reply["response_status"] == 0, reply
        return reply["response_data"]

    def _create(self, entity: str, **fields: Any) -> str:
        return self._call(f"Crud/Create/{entity}", {"obj": {"entity": entity, "isActive": "1"} | fields})["id"]

    def account(self, name: str) -> str:
        return self._create("ChartOfAccount", name=name, accountType="7", accountNumber="6100")

    def department(self, name: str) -> str:
        return self._create("Department", name=name)

    def vendor(self, name: str) -> str:
        return self._create(
            "Vendor", name=name, email="ap@kite.example", nameOnCheck=name, accountType="1", address1=_ADDRESS["line1"],
            addressCity=_ADDRESS["city"], addressState=_ADDRESS["state"], addressZip=_ADDRESS["zip"],
            addressCountry=_ADDRESS["country"],
        )  # fmt: skip

    def vendor_bank_account(self, vendor_id: str) -> None:
        self._create(
            "VendorBankAccount", vendorId=vendor_id, nameOnAcct="Kite", accountNumber="000987654321",
            routingNumber="322271627",
        )  # fmt: skip

    def bill(self, vendor_id: str, number: str, lines: list[tuple[float, str, str]]) -> str:
        shown = [
            {"entity": "BillLineItem", "amount": amount, "chartOfAccountId": account, "departmentId": department}
            for amount, account, department in lines
        ]
        return self._create(
            "Bill", vendorId=vendor_id, invoiceNumber=number, invoiceDate="2026-03-01", dueDate="2026-04-10",
            billLineItems=shown,
        )  # fmt: skip

    def change_bill(self, bill_id: str, description: str) -> None:
        self._call("Crud/Update/Bill", {"obj": {"entity": "Bill", "id": bill_id, "description": description}})

    def pay(self, bill_id: str, amount: float) -> str:
        data = {
            "processDate": "2026-03-04", "bankAccountId": self.company.bank_account_id,
            "billPays": [{"billId": bill_id, "amount": amount}],
        }  # fmt: skip
        return self._call("PayBills", data)["sentPays"][0]["id"]

    def cancel(self, payment_id: str) -> None:
        self._call("CancelAPPayment", {"sentPayId": payment_id})

    def record(self, vendor_id: str, bill_id: str, amount: float) -> None:
        data = {
            "vendorId": vendor_id, "processDate": "2026-03-03", "toPrintCheck": False,
            "billPays": [{"billId": bill_id, "amount": amount}],
        }  # fmt: skip
        self._call("RecordAPPayment", data)

    def archive_vendor(self, vendor_id: str) -> None:
        self._call("Crud/Delete/Vendor", {"id": vendor_id})


def test_the_same_story_on_both_faces_leaves_the_same_ledger_and_the_same_events(api: Api) -> None:
    told = {}
    for teller_of in (TellerV3, TellerV2):
        company = api.company()
        _tell(teller_of(company), company)
        told[teller_of.face] = _what_is_left(company, teller_of.face)
    assert told["v2"]["ledger"] == told["v3"]["ledger"]
    assert [event["name"] for event in told["v2"]["events"]] == [event["name"] for event in told["v3"]["events"]]
    for on_v2, on_v3 in zip(told["v2"]["events"], told["v3"]["events"], strict=True):
        assert on_v2 == on_v3
    assert len(told["v3"]["events"]) > 50
    assert told["v2"]["transfers"] == told["v3"]["transfers"]


def _tell(teller: Teller, company: Company) -> None:
    account, department = teller.account("Paper"), teller.department("Office")
    kite, corner = teller.vendor("Blue Kite"), teller.vendor("Corner Cleaning")
    teller.vendor_bank_account(kite)
    first = teller.bill(kite, "BK-1", [(149.5, account, department), (80.0, account, department)])
    second = teller.bill(kite, "BK-2", [(100.0, account, department)])
    by_check = teller.bill(corner, "CC-1", [(260.0, account, department)])
    teller.change_bill(first, "Paper for March")
    teller.pay(first, 200.0)
    teller.cancel(teller.pay(second, 100.0))
    teller.record(kite, second, 40.0)
    teller.pay(by_check, 260.0)
    company.advance(days=14)
    teller.archive_vendor(corner)


def _what_is_left(company: Company, face: str) -> dict[str, Any]:
    """Ledger, events and transfers; of an id only what does not depend on the organization: noun and number."""
    ledger = company.sim("GET", "ledger/trial-balance").ok()
    assert ledger["balanced"]
    events: list[Any] = []
    while page := company.sim("GET", "events", after=str(len(events))).ok()["results"]:
        events += page
    transfers = company.sim("GET", "transfers").ok()["results"]
    left = json.dumps({"ledger": ledger, "events": events, "transfers": transfers}, sort_keys=True)
    left = left.replace(f'"face": "{face}"', '"face": "<face>"').replace(company.made["username"], "<username>")
    left = left.replace(company.made["organizationId"], "<organization>")
    return json.loads(_DRAWN.sub(r'"\1": "<drawn>"', _ID.sub(r"\1-\2", left)))
