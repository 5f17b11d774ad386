"""What is refused of payments from cards, AP cards and the wallet."""

from __future__ import annotations

from typing import Any

from tests.wire.api import Company, Reply
from tests.wire.triggers.registry import trigger

DAY = "2026-03-06"


def a_card(company: Company, **fields: Any) -> dict[str, str]:
    """A card account of the caller, as a payment names it."""
    card = company.sim("POST", "card-accounts", {"userId": company.made["userId"]} | fields).ok(201)
    return {"type": "CARD_ACCOUNT", "id": card["id"]}


def pay_by_card(company: Company, card: dict[str, str]) -> Reply:
    return company.pay(company.bill(), fundingAccount=card, cardFundingPurpose="Rent")


def an_ap_card(company: Company, **fields: Any) -> dict[str, str]:
    return {"type": "AP_CARD", "id": company.sim("POST", "ap-cards", fields).ok(201)["id"]}


def an_enrolled_bill(company: Company) -> dict[str, Any]:
    """A bill of a vendor who takes virtual cards."""
    bill = company.bill()
    company.sim("PATCH", f"vendors/{bill['vendorId']}/acceptance", {"virtualCardStatus": "ENROLLED"}).ok()
    return bill


@trigger
def card_not_usable(company: Company) -> Reply:
    card = a_card(company)
    company.sim("POST", f"card-accounts/{card['id']}/archive").ok()
    return pay_by_card(company, card)


@trigger
def card_user_unverified(company: Company) -> Reply:
    return pay_by_card(company, a_card(company, userStatus="NOMINATED"))


@trigger
def vendor_takes_no_amex(company: Company) -> Reply:
    return pay_by_card(company, a_card(company, brand="AMEX"))


@trigger
def ap_card_not_active(company: Company) -> Reply:
    card = an_ap_card(company, status="DRAFT")
    return company.pay(an_enrolled_bill(company), fundingAccount=card, processDate=DAY)


@trigger
def ap_card_limit_exceeded(company: Company) -> Reply:
    card = an_ap_card(company, limit=100)
    return company.pay(an_enrolled_bill(company), fundingAccount=card, processDate=DAY)


@trigger
def vendor_takes_no_virtual_card(company: Company) -> Reply:
    return company.pay(company.bill(), fundingAccount=an_ap_card(company), processDate=DAY)


@trigger
def funding_not_permitted(company: Company) -> Reply:
    return company.pay(company.bill(), fundingAccount={"type": "WALLET"}, processDate=DAY)


@trigger
def wallet_too_low(company: Company) -> Reply:
    company.sim("PATCH", "funding-permissions", {"walletFunding": True}).ok()
    company.sim("POST", "wallet/top-ups", {"amount": 100}).ok(201)
    return company.pay(company.bill(), fundingAccount={"type": "WALLET"}, processDate=DAY)
