"""How a vendor can be paid: the ways, tried in order, and when the money arrives by each.

A way is one function. It gives the `Reach`, or says in words what it lacks, or None where it is not for this vendor.
A new way is a function in `_WAYS`, a line in `_ARRIVALS` and what carries it in `payables/payments/payment_legs.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final

import msgspec

from billfold.bankfiles.checks import MAX_PAYEE, printable
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Refusal
from billfold.parties.acceptance_model import Acceptance, AlternatePayBy
from billfold.parties.acceptances import acceptances_of
from billfold.parties.account_confirmations import unconfirmed_vendors
from billfold.parties.model import Vendor, VendorBankAccount
from billfold.parties.vendors import bank_accounts_of
from billfold.payables.payments.model import DisbursementType
from billfold.rails import calendar, international


class VendorCannotBePaidOnline(Refusal):
    """No rail reaches the vendor: there is no bank account, and no address that a check could be sent to."""

    sentence = "The vendor {vendor_id} has no bank account to pay to, and a check needs {missing}."


class VendorNeedsAccountAbroad(VendorCannotBePaidOnline):
    """Nothing but a transfer abroad carries another currency than USD."""

    sentence = "The vendor {vendor_id} is billed in {currency}, which only a bank account abroad is paid in."


class VendorAccountUnconfirmed(VendorCannotBePaidOnline):
    """A second user has to confirm the vendor's bank account before anything is paid to the vendor."""

    sentence = "The bank account of the vendor {vendor_id} waits to be confirmed by a second user."


class Payee(msgspec.Struct, frozen=True):
    """A vendor, with what ways ask of it."""

    vendor: Vendor
    account: VendorBankAccount | None
    acceptance: Acceptance | None

    @property
    def enrolled(self) -> Acceptance | None:
        """What the vendor takes beside bank account and check: all of it in USD, as the vendor's bills have to be."""
        return self.acceptance if self.vendor.bill_currency == "USD" else None


class Reach(msgspec.Struct, frozen=True):
    """How a vendor gets money; `account` is the vendor's, where the way needs one."""

    disbursement: DisbursementType
    account: VendorBankAccount | None
    payee: Payee

    @property
    def vendor_id(self) -> str:
        """Who is paid."""
        return self.payee.vendor.id

    @property
    def takes_amex(self) -> bool:
        """Whether the vendor takes Amex."""
        return self.payee.acceptance is not None and self.payee.acceptance.takes_amex

    @property
    def industry(self) -> str | None:
        """What the vendor's business is, where that is known."""
        return None if self.payee.acceptance is None else self.payee.acceptance.industry

    @property
    def sub_type(self) -> str | None:
        """How money goes abroad; None where it does not."""
        return None if self.account is None else self.account.pay_by_sub_type

    def arrives_on(self, paid_on: date) -> date:
        """The day by which the vendor has the money that leaves on this day."""
        return arrives_on_by(self.disbursement, self.sub_type, paid_on)


#: Gives the reach, or what it lacks, or None where it is not for this vendor.
Way = Callable[[Payee], Reach | str | None]


def reach_of(ctx: Ctx, vendors: Sequence[Vendor]) -> dict[str, Reach | VendorCannotBePaidOnline]:
    """How each vendor can be paid, by vendor; or why not."""
    unconfirmed = unconfirmed_vendors(ctx, [vendor.id for vendor in vendors])
    return {
        payee.vendor.id: VendorAccountUnconfirmed(vendor_id=payee.vendor.id)
        if payee.vendor.id in unconfirmed
        else _first_of(payee, _WAYS)
        for payee in payees_of(ctx, vendors)
    }


def arrives_on_by(disbursement: DisbursementType, sub_type: str | None, paid_on: date) -> date:
    """The day by which money that leaves on this day is there; `sub_type` is how it goes abroad, if it does."""
    return _ARRIVALS[disbursement](paid_on) if sub_type is None else international.arrives_on(paid_on, sub_type)


def pay_by(payee: Payee) -> str:
    """How the vendor would be paid next, in v3's words: as enrolled, else as `pay_by` of the vendor says."""
    enrolled = next((reach for way in _ENROLLED_WAYS if isinstance(reach := way(payee), Reach)), None)
    return payee.vendor.pay_by.value if enrolled is None else enrolled.disbursement.value


def reach_without_card(ctx: Ctx, vendor: Vendor) -> Reach | VendorCannotBePaidOnline:
    """How else to pay a vendor whose virtual card nobody used: as was agreed if that can be, else as any other."""
    if vendor.id in unconfirmed_vendors(ctx, [vendor.id]):
        return VendorAccountUnconfirmed(vendor_id=vendor.id)
    (payee,) = payees_of(ctx, [vendor])
    agreed = payee.acceptance.alternate_pay_by if payee.acceptance else None
    ways = (_by_check, _by_ach) if agreed is AlternatePayBy.CHECK else (_by_ach, _by_check)
    return _first_of(payee, ways)


def reach_by_check(ctx: Ctx, vendor: Vendor) -> Reach | VendorCannotBePaidOnline:
    """How a vendor gets money that can leave by check alone."""
    (payee,) = payees_of(ctx, [vendor])
    return _first_of(payee, (_by_check,))


def payees_of(ctx: Ctx, vendors: Sequence[Vendor]) -> list[Payee]:
    """These vendors with what ways ask of them, in the same order."""
    ids = [vendor.id for vendor in vendors]
    accounts, acceptances = bank_accounts_of(ctx, ids), acceptances_of(ctx, ids)
    return [Payee(vendor, accounts.get(vendor.id), acceptances.get(vendor.id)) for vendor in vendors]


def _first_of(payee: Payee, ways: Sequence[Way]) -> Reach | VendorCannotBePaidOnline:
    lacks = []
    for way in ways:
        found = way(payee)
        if isinstance(found, Reach):
            return found
        if found is not None:
            lacks.append(found)
    return VendorCannotBePaidOnline(vendor_id=payee.vendor.id, missing=" or ".join(lacks))


def _by_virtual_card(payee: Payee) -> Reach | None:
    """To an enrolled vendor, who charges it."""
    if payee.enrolled is None or not payee.enrolled.takes_virtual_cards:
        return None
    return Reach(DisbursementType.VIRTUAL_CARD, None, payee)


def _by_rpps(payee: Payee) -> Reach | None:
    """To a biller of the national directory."""
    if payee.enrolled is None or payee.enrolled.rpps_id is None:
        return None
    return Reach(DisbursementType.RPPS, None, payee)


def _by_wallet(payee: Payee) -> Reach | None:
    """Into the vendor's own wallet."""
    if payee.enrolled is None or not payee.enrolled.takes_wallet:
        return None
    return Reach(DisbursementType.WALLET, None, payee)


def _by_ach(payee: Payee) -> Reach | None:
    """To the vendor's bank account at home, unless its bank said that there is none."""
    account = payee.account
    is_here = account is not None and not account.is_abroad and not account.is_invalid
    return Reach(DisbursementType.ACH, payee.account, payee) if is_here else None


def _abroad(payee: Payee) -> Reach | None:
    """To the vendor's bank account in another country, unless its bank said that there is none."""
    account = payee.account
    is_abroad = account is not None and account.is_abroad and not account.is_invalid
    return Reach(DisbursementType.INTERNATIONAL_E_PAYMENT, payee.account, payee) if is_abroad else None


def _by_check(payee: Payee) -> Reach | str:
    """By letter, to anybody with a name and an address that can be printed."""
    vendor = payee.vendor
    missing = [what for field, what in _ADDRESS.items() if not getattr(vendor, field)]
    name = vendor.payee_name or vendor.name
    if len(name) > MAX_PAYEE or any(printable(text) is None for text in (name, *_address_texts(vendor))):
        missing.append(f"a name of at most {MAX_PAYEE} letters and an address, all of which can be printed")
    return " and ".join(missing) or Reach(DisbursementType.CHECK, None, payee)


#: What a letter needs; the ZIP code says the state.
_ADDRESS: Final = {
    "address_line1": "a street",
    "address_city": "a city",
    "address_zip": "a ZIP code",
    "address_country": "a country",
}

#: What a vendor enrolls for comes first.
_ENROLLED_WAYS: Final[tuple[Way, ...]] = (_by_virtual_card, _by_rpps, _by_wallet)
_WAYS: Final[tuple[Way, ...]] = (*_ENROLLED_WAYS, _by_ach, _abroad, _by_check)

#: By which day the vendor has the money that leaves on this day.
_ARRIVALS: Final[dict[DisbursementType, Callable[[date], date]]] = {
    DisbursementType.ACH: calendar.arrives_on,
    DisbursementType.CHECK: calendar.check_arrives_on,
    DisbursementType.RPPS: calendar.arrives_on,
    DisbursementType.VIRTUAL_CARD: lambda paid_on: paid_on,
    DisbursementType.WALLET: lambda paid_on: paid_on,
}


def _address_texts(vendor: Vendor) -> Iterator[str]:
    for field in vendor.__struct_fields__:
        if field.startswith("address_"):
            yield getattr(vendor, field) or ""
