"""What keeps a payment in another currency from being made."""

from __future__ import annotations

from typing import Any

from tests.wire.abroad import GERMAN_VENDOR
from tests.wire.api import Company, Reply
from tests.wire.production import a_company, production
from tests.wire.triggers.registry import trigger


def a_bill(company: Company) -> dict[str, Any]:
    made: dict[str, Any] = company.bill(company.v3("POST", "vendors", GERMAN_VENDOR).ok(201))
    return made


def a_batch(company: Company, vendor_id: str) -> int:
    held = company.v3("GET", "payments/exchange-rate", vendorId=vendor_id, amount="229.50").ok()
    return int(held["exchangeRateBatchId"])


def pay(company: Company, bill: dict[str, Any], batch: int | None, amount: float = 229.50) -> Reply:
    account = {"type": "BANK_ACCOUNT", "id": company.bank_account_id}
    body = {"billId": bill["id"], "amount": amount, "processingOptions": {}, "fundingAccount": account}
    return company.v3("POST", "payments", body | {"exchangeRateBatchId": batch})


@trigger
def vendor_not_abroad(company: Company) -> Reply:
    return company.v3("GET", "payments/exchange-rate", vendorId=company.vendor()["id"], amount="10")


@trigger
def vendor_needs_account_abroad(company: Company) -> Reply:
    return pay(company, company.bill(company.vendor(billCurrency="EUR")), None)


@trigger
def rate_unknown(_: Company) -> Reply:
    with production() as api:
        company = a_company(api)
        vendor = company.v3("POST", "vendors", GERMAN_VENDOR).ok(201)["id"]
        return company.v3("GET", "payments/exchange-rate", vendorId=vendor, amount="10")


@trigger
def quote_required(company: Company) -> Reply:
    return pay(company, a_bill(company), None)


@trigger
def quote_expired(company: Company) -> Reply:
    bill = a_bill(company)
    batch = a_batch(company, bill["vendorId"])
    company.sim("POST", "clock/advance", {"to": "2026-03-03T17:21:00Z", "keepSessions": True}).ok()
    return pay(company, bill, batch)


@trigger
def quote_used(company: Company) -> Reply:
    bill = a_bill(company)
    batch = a_batch(company, bill["vendorId"])
    pay(company, bill, batch, 200).ok(201)
    return pay(company, bill, batch, 29.50)


@trigger
def quote_does_not_cover(company: Company) -> Reply:
    bill, other = a_bill(company), a_bill(company)
    return pay(company, bill, a_batch(company, other["vendorId"]))
