"""Examples of what pays and is paid beside bank accounts: cards, AP cards, the wallet, virtual cards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.wire.api import Company

Ids = dict[str, str]

BODIES: dict[str, Callable[[Ids], Any]] = {
    "sim.card-accounts": lambda _: {
        "brand": "MASTERCARD", "type": "DEBIT_CARD", "last4": "4444", "nameOnAccount": "Kestrel Foods",
        "issuingBankName": "River Bank", "expirationYear": 2028, "expirationMonth": 2, "status": "PENDING",
        "userStatus": "NOMINATED",
    },
    "sim.card-accounts.{cardAccountId}.users": lambda ids: {"userId": ids["thirdUserId"]},
    "sim.ap-cards": lambda _: {"nameOnAccount": "Kestrel Foods", "limit": 5000, "status": "DRAFT"},
    "sim.ap-cards.{apCardId}.update": lambda _: {"limit": 7500, "balance": 100.25, "status": "INACTIVE"},
    "sim.wallet.top-ups": lambda ids: {"amount": 500, "bankAccountId": ids["bankAccountId"]},
    "sim.funding-permissions.update": lambda _: {"amexAllowed": True, "walletFunding": True},
    "sim.vendors.{vendorId}.acceptance": lambda _: {
        "virtualCardStatus": "DECLINED", "remitEmail": "ar@bluekite.example", "alternatePayByType": "CHECK",
        "rppsId": "0rv01BLUEKITE", "wallet": True, "amex": True, "industry": "Paper",
    },
    "sim.transfers.{transferId}.charge": lambda _: {"amount": 29.5},
}  # fmt: skip

OTHER_IDS = {
    "sim.transfers.{transferId}.charge": {"transferId": "virtualCardTransferId"},
    "sim.transfers.{transferId}.expire": {"transferId": "virtualCardTransferId"},
    "sim.transfers.{transferId}.decline": {"transferId": "chargeTransferId"},
}


def issued_virtual_card(company: Company) -> str:
    """A payment by virtual card; the id."""
    vendor = company.vendor(None, name="Cards Welcome")
    body = {"virtualCardStatus": "ENROLLED", "remitEmail": "ar@cards.example", "alternatePayByType": "CHECK"}
    company.sim("PATCH", f"vendors/{vendor['id']}/acceptance", body).ok()
    return company.pay(company.bill(vendor)).ok(201)["id"]


def charged_card(company: Company) -> Ids:
    """A card account, an AP card and a payment that is charged to the card."""
    card = company.sim("POST", "card-accounts", {"userId": company.made["userId"]}).ok(201)
    funding = {"type": "CARD_ACCOUNT", "id": card["id"]}
    paid = company.pay(company.bill(), fundingAccount=funding, cardFundingPurpose="Office supplies").ok(201)
    ap_card = company.sim("POST", "ap-cards").ok(201)
    return {"cardAccountId": card["id"], "apCardId": ap_card["id"], "chargePaymentId": paid["id"]}


def transfer_of(company: Company, payment_id: str, leg: str) -> str:
    """The transfer of a payment's leg; the id."""
    found = company.sim("GET", "transfers").ok()["results"]
    return next(one["id"] for one in found if (one["subjectId"], one["leg"]) == (payment_id, leg))
