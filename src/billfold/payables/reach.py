"""How a vendor can be paid: the ways, tried in order, and when the money arrives by each.

A way is one function. It gives the `Reach`, or says in words what it lacks, or None where it is not for this vendor.
A new way is a function in `_WAYS`, a line in `_ARRIVALS` and what carries it in `payables/payment_legs.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final

import msgspec

from billfold.bankfiles.checks import MAX_PAYEE, printable
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Refusal
from billfold.parties.account_confirmations import unconfirmed_vendors
from billfold.parties.model import Vendor, VendorBankAccount
from billfold.parties.vendors import bank_accounts_of
from billfold.payables.model import DisbursementType
from billfold.rails import calendar, international


class VendorCannotBePaidOnline(Refusal):
    """No rail reaches the vendor: there is no bank account, and no address that a check could be sent to."""

    sentence = "The vendor {vendor_id} has no bank account to pay to, and a check needs {missing}."


class VendorAccountUnconfirmed(VendorCannotBePaidOnline):
    """A second user has to confirm the vendor's bank account before anything is paid to the vendor."""

    sentence = "The bank account of the vendor {vendor_id} waits to be confirmed by a second user."


class Reach(msgspec.Struct, frozen=True):
    """How a vendor gets money; `account` is the vendor's, where the way needs one."""

    disbursement: DisbursementType
    account: VendorBankAccount | None

    def arrives_on(self, paid_on: date) -> date:
        """The day by which the vendor has the money that leaves on this day."""
        if self.account is not None and self.account.pay_by_sub_type is not None:
            return international.arrives_on(paid_on, self.account.pay_by_sub_type)
        return _ARRIVALS[self.disbursement](paid_on)


class Payee(msgspec.Struct, frozen=True):
    """A vendor, with what ways ask of it."""

    vendor: Vendor
    account: VendorBankAccount | None


def reach_of(ctx: Ctx, vendors: Sequence[Vendor]) -> dict[str, Reach | VendorCannotBePaidOnline]:
    """How each vendor can be paid, by vendor; or why not."""
    ids = [vendor.id for vendor in vendors]
    accounts, unconfirmed = bank_accounts_of(ctx, ids), unconfirmed_vendors(ctx, ids)
    return {
        vendor.id: VendorAccountUnconfirmed(vendor_id=vendor.id)
        if vendor.id in unconfirmed
        else _first_way(Payee(vendor, accounts.get(vendor.id)))
        for vendor in vendors
    }


def _first_way(payee: Payee) -> Reach | VendorCannotBePaidOnline:
    lacks = []
    for way in _WAYS:
        found = way(payee)
        if isinstance(found, Reach):
            return found
        if found is not None:
            lacks.append(found)
    return VendorCannotBePaidOnline(vendor_id=payee.vendor.id, missing=" or ".join(lacks))


def _by_ach(payee: Payee) -> Reach | None:
    """To the vendor's bank account at home."""
    is_here = payee.account is not None and not payee.account.is_abroad
    return Reach(DisbursementType.ACH, payee.account) if is_here else None


def _abroad(payee: Payee) -> Reach | None:
    """To the vendor's bank account in another country."""
    is_abroad = payee.account is not None and payee.account.is_abroad
    return Reach(DisbursementType.INTERNATIONAL_E_PAYMENT, payee.account) if is_abroad else None


def _by_check(payee: Payee) -> Reach | str:
    """By letter, to anybody with a name and an address that can be printed."""
    vendor = payee.vendor
    missing = [what for field, what in _ADDRESS.items() if not getattr(vendor, field)]
    name = vendor.payee_name or vendor.name
    if len(name) > MAX_PAYEE or any(printable(text) is None for text in (name, *_address_texts(vendor))):
        missing.append(f"a name of at most {MAX_PAYEE} letters and an address, all of which can be printed")
    return " and ".join(missing) or Reach(DisbursementType.CHECK, None)


#: What a letter needs.
_ADDRESS: Final = {
    "address_line1": "a street",
    "address_city": "a city",
    "address_state": "a state",
    "address_zip": "a ZIP code",
    "address_country": "a country",
}

_WAYS: Final[tuple[Callable[[Payee], Reach | str | None], ...]] = (_by_ach, _abroad, _by_check)

#: By which day the vendor has the money that leaves on this day.
_ARRIVALS: Final[dict[DisbursementType, Callable[[date], date]]] = {
    DisbursementType.ACH: calendar.arrives_on,
    DisbursementType.CHECK: calendar.check_arrives_on,
}


def _address_texts(vendor: Vendor) -> Iterator[str]:
    for field in vendor.__struct_fields__:
        if field.startswith("address_"):
            yield getattr(vendor, field) or ""
