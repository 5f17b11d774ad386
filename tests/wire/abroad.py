"""Vendors in other countries, and paying them, as clients do it."""

from __future__ import annotations

from typing import Any

from tests.wire.api import Company, Reply

#: Accounts are named after their countries or currencies.
ABROAD = {"line1": "1 George St", "city": "Sydney", "zipOrPostalCode": "2000"}
GERMAN: dict[str, Any] = {
    "nameOnAccount": "Kite GmbH", "accountNumber": "DE89 3704 0044 0532 0130 00", "paymentCurrency": "EUR",
    "bankCountry": "DE",
}  # fmt: skip
AUSTRALIAN: dict[str, Any] = {
    "nameOnAccount": "Kite Pty", "accountNumber": "123456789", "routingNumber": "062-000", "paymentCurrency": "AUD",
    "bankCountry": "AU",
}  # fmt: skip
BRAZILIAN: dict[str, Any] = {
    "nameOnAccount": "Kite Ltda", "accountNumber": "BR1800360305000010009795493C1", "routingNumber": "CEFXBRSP",
    "type": "CHECKING", "ownerType": "BUSINESS", "paymentCurrency": "BRL", "bankCountry": "BR",
    "regulatoryFields": [
        {"name": "taxNumber", "value": "11222333000181"},
        {"name": "branchCode", "value": "00360"},
    ],
}  # fmt: skip
GOODS = {"code": {"name": "Goods", "value": "GDS"}}
YEN: dict[str, Any] = {
    "nameOnAccount": "Kite KK", "accountNumber": "1234567", "routingNumber": "BOTKJPJT", "type": "CHECKING",
    "ownerType": "BUSINESS", "paymentCurrency": "JPY", "bankCountry": "JP",
    "regulatoryFields": [{"name": "branchCode", "value": "001"}],
}  # fmt: skip
DINARS: dict[str, Any] = {
    "nameOnAccount": "Kite WLL", "accountNumber": "KW81CBKU0000000000001234560101", "routingNumber": "CBKUKWKW",
    "paymentCurrency": "KWD", "bankCountry": "KW",
}  # fmt: skip
GERMAN_VENDOR: dict[str, Any] = {
    "name": "Blauer Drachen", "billCurrency": "EUR",
    "address": {"line1": "Unter den Linden 1", "city": "Berlin", "zipOrPostalCode": "10117", "country": "DE"},
    "paymentInformation": {
        "bankAccount": {
            "nameOnAccount": "Blauer Drachen GmbH", "accountNumber": "DE89370400440532013000",
            "paymentCurrency": "EUR", "bankCountry": "DE",
        },
    },
}  # fmt: skip


def vendor_body(account: dict[str, Any], currency: str, **information: Any) -> dict[str, Any]:
    return {
        "name": "Blue Kite Abroad", "address": ABROAD | {"country": account["bankCountry"]}, "billCurrency": currency,
        "paymentInformation": {"payeeName": "Blue Kite Abroad", "bankAccount": account} | information,
    }  # fmt: skip


def a_vendor(company: Company, account: dict[str, Any] = GERMAN, currency: str = "", **information: Any) -> str:
    body = vendor_body(account, currency or account["paymentCurrency"], **information)
    return str(company.v3("POST", "vendors", body).ok(201)["id"])


def a_bill(company: Company, vendor_id: str, amount: str = "1000") -> dict[str, Any]:
    made: dict[str, Any] = company.bill({"id": vendor_id}, amounts=(amount,))
    return made


def ask(company: Company, vendor_id: str, amount: str, **more: Any) -> dict[str, Any]:
    reply = company.v3("GET", "payments/exchange-rate", vendorId=vendor_id, amount=amount, **more)
    return dict(reply.ok())


def pay(company: Company, bill: dict[str, Any], batch: int | None, amount: float | None = None, **more: Any) -> Reply:
    body: dict[str, Any] = {
        "billId": bill["id"], "amount": amount or bill["amount"], "processingOptions": {},
        "fundingAccount": {"type": "BANK_ACCOUNT", "id": company.bank_account_id},
    }  # fmt: skip
    return company.v3("POST", "payments", body | ({} if batch is None else {"exchangeRateBatchId": batch}) | more)


def paid(company: Company, bill: dict[str, Any]) -> dict[str, Any]:
    batch = ask(company, bill["vendorId"], str(bill["amount"]))["exchangeRateBatchId"]
    return dict(pay(company, bill, batch).ok(201))


def balances(company: Company) -> dict[tuple[str, str], float]:
    trial = company.sim("GET", "ledger/trial-balance").ok()
    assert trial["balanced"], trial["problems"]
    return {(row["account"], row["currency"]): row["balance"] for row in trial["accounts"] if row["balance"]}
