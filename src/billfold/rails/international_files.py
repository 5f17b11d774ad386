"""What a day's pain.001 says: an order for each account that pays, with its transfers abroad."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Final

from billfold.bankfiles import pain001
from billfold.funding import bank_accounts
from billfold.kit.ctx import Ctx
from billfold.parties import vendors
from billfold.parties.country_table import rules_of
from billfold.parties.model import Vendor, VendorBankAccount
from billfold.rails import store, transfers
from billfold.rails.model import InternationalOrder, Leg, Originator, Transfer
from billfold.rails.statements import disbursing_accounts

#: ISO 20022's external codes of the clearing systems whose member numbers are routing numbers.
_CLEARING_SYSTEMS: Final = {
    "US": "USABA", "AU": "AUBSB", "CA": "CACPA", "HK": "HKNCC", "IN": "INFSC", "NZ": "NZNCC", "ZA": "ZANCC",
}  # fmt: skip
#: A field that tells the branch of a bank is no number of the party.
_NOT_IDENTIFIERS: Final = frozenset({"branchCode", "cnaps"})


def build(ctx: Ctx, due: list[Transfer], effective_on: date, originator: Originator, message_id: str) -> bytes:
    """The bytes of the file for these transfers."""
    paying = {transfer.id: _paying_account(ctx, transfer) for transfer in due}
    ordered = sorted(due, key=lambda transfer: (paying[transfer.id], transfer.ordinal))
    sender = pain001.Party(originator.company_name, identifiers=(("COMPANY", originator.company_id),))
    orders = [
        _order(ctx, f"{message_id}-{number}", (effective_on, sender, account_id), list(group))
        for number, (account_id, group) in enumerate(groupby(ordered, key=lambda one: paying[one.id]), start=1)
    ]
    return pain001.render(pain001.File(message_id, ctx.clock_now, sender, orders))


def _order(ctx: Ctx, order_id: str, what: tuple[date, pain001.Party, str], group: list[Transfer]) -> pain001.Order:
    execute_on, sender, account_id = what
    account = bank_accounts.clear_account(ctx, account_id)
    return pain001.Order(
        order_id=order_id,
        execute_on=execute_on,
        debtor=sender,
        account=pain001.Account(account.account_number, currency="USD"),
        agent=pain001.Agent(clearing_system="USABA", member_id=account.routing_number, country="US"),
        transfers=[_transfer(ctx, transfer) for transfer in group],
    )


def _transfer(ctx: Ctx, transfer: Transfer) -> pain001.Transfer:
    order = store.INTERNATIONAL_ORDERS.get(ctx.tx, ctx.organization_id, transfer.id)
    assert order is not None, f"{transfer.id} has no order"
    account = vendors.bank_account_by_id(ctx, transfer.account_id)
    number = vendors.clear_account(ctx, account.id).account_number
    is_iban = rules_of(account.bank_country).iban_length is not None
    return pain001.Transfer(
        end_to_end_id=transfer.id,
        amount=pain001.Amount(transfer.amount_minor, transfer.currency),
        creditor=_creditor(ctx, account),
        account=pain001.Account(number, is_iban=is_iban),
        agent=_agent(account),
        paid_in=None if order.payment_currency == transfer.currency else order.payment_currency,
        rate=_rate(transfer, order),
        purpose_code=order.purpose_code,
        purpose_text=order.purpose_text,
        remittance=_remittance(transfer),
    )


def _creditor(ctx: Ctx, account: VendorBankAccount) -> pain001.Party:
    vendor = vendors.get_vendor(ctx, account.vendor_id)
    numbers = tuple(
        (field.name, field.value)
        for field in vendors.clear_regulatory(ctx, account.id)
        if field.name not in _NOT_IDENTIFIERS
    )
    # A name without a letter that the file can hold must not keep everybody else's transfers from the bank.
    names = (account.name_on_account, vendor.payee_name or "", vendor.name, vendor.id)
    return pain001.Party(
        next(name for name in names if pain001.latin(name)),
        country=account.bank_country,
        address_lines=[line for line in _address_lines(vendor) if pain001.latin(line)],
        identifiers=numbers,
        is_person=account.owner_type == "PERSON",
    )


def _address_lines(vendor: Vendor) -> list[str]:
    town = " ".join(filter(None, (vendor.address_zip, vendor.address_city, vendor.address_state)))
    return [vendor.address_line1 or "", vendor.address_line2 or "", town]


def _agent(account: VendorBankAccount) -> pain001.Agent:
    """A bank that has a routing number of its country, or a BIC, or neither beside an IBAN."""
    system = _CLEARING_SYSTEMS.get(account.bank_country)
    if system is None:
        return pain001.Agent(bic=account.routing_number or None, country=account.bank_country)
    return pain001.Agent(clearing_system=system, member_id=account.routing_number, country=account.bank_country)


def _rate(transfer: Transfer, order: InternationalOrder) -> pain001.Rate | None:
    if order.exchange_rate is None:
        return None
    return pain001.Rate(transfer.currency, order.exchange_rate, order.contract_number)


def _remittance(transfer: Transfer) -> str:
    numbers = ", ".join(line.document_number for line in transfers.remittance_of(transfer))
    return ": ".join(filter(None, (transfer.addendum, numbers)))


def _paying_account(ctx: Ctx, transfer: Transfer) -> str:
    """The bank that gets the file pays from where it holds the money; else from the account that was debited."""
    held = disbursing_accounts.account_drawn_on(ctx, transfer.subject_id)
    return held or transfers.leg_of(ctx, transfer.subject_id, Leg.FUNDING).account_id
