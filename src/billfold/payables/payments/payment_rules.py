"""What must hold before a payment is made: every refusal of a payment, and the locks under which it is found.

Locks are taken in the house's order: vendors by id, then bills by id, then credits by id. What requests race for is a
bill's due amount and what is left of a credit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from billfold.identity.permissions import ROLE_PERMISSIONS, Permission
from billfold.identity.roles import Role
from billfold.kit.business_days import add_business_days
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField, NotFound, Refusal, Refusals
from billfold.kit.money import to_decimal, to_minor
from billfold.kit.settings import Profile
from billfold.parties.model import Vendor
from billfold.parties.vendors import VendorIsArchived, get_vendor, lock_vendors
from billfold.payables.bills import store as bill_store
from billfold.payables.bills.bill_amounts import Overpayment
from billfold.payables.bills.bills import BillIsArchived
from billfold.payables.bills.model import Bill
from billfold.payables.credits.credit_applications import Purse, Use, lock_credits, sum_of
from billfold.payables.payments import funding_sources
from billfold.payables.payments.funding_sources import FundingSource
from billfold.payables.payments.model import BillAmount, PayRunDraft
from billfold.payables.payments.reach import Reach, VendorCannotBePaidOnline
from billfold.rails import calendar, prenotes

MAX_DESCRIPTION: Final = 70
MAX_TRANSACTION_NUMBER: Final = 50
#: One entry of a NACHA file holds ten digits (entry detail positions 30-39); a check no more (contract §6.2).
MAX_AMOUNT_MINOR: Final = 9_999_999_999
#: How far ahead a payment can be scheduled.
MAX_DAYS_AHEAD: Final = 366
#: Production makes a payment to a new vendor bank account wait this many business days (contract §6.4).
NEW_ACCOUNT_DAYS: Final = 2


class BillNotApproved(Refusal):
    """The bill has outstanding approvers, or one denied it."""

    sentence = "The bill {bill_id} is not approved."


class BillOfAnotherVendor(Refusal):
    """The payment names a vendor who is not the bill's."""

    sentence = "The bill {bill_id} is not a bill of the vendor {vendor_id}."


class ProcessDateInvalid(Refusal):
    """The process date is not a business day, or its cut-off has passed."""

    sentence = "Invalid Process Date : {process_on}."


class NewAccountNeedsTime(Refusal):
    """A new vendor bank account is paid two business days from today at the earliest."""

    sentence = "Please select a payment processing date two business days out from today."


class AccountNotProven(Refusal):
    """The trial entry to the vendor's bank account has not been answered yet, or came back."""

    sentence = "The bank account of the vendor {vendor_id} cannot be paid: its prenote is {status}."


class PartsRefused(Refusals):
    """Some bills of a request cannot be paid, so none is. `by_part` has what is wrong with each, in order."""

    def __init__(self, by_part: Sequence[Checks]) -> None:
        super().__init__([refusal for checks in by_part for refusal in checks.found])
        self.by_part = by_part

    def of_part(self, position: int) -> Refusal | Refusals:
        """What is wrong with one bill, by itself."""
        error = self.by_part[position].error()
        assert error is not None, position
        return error


def refuse_any(by_part: Sequence[Checks]) -> None:
    """Raise `PartsRefused` if anything is wrong with any of the bills."""
    if any(checks.found for checks in by_part):
        raise PartsRefused(by_part)


class Part(msgspec.Struct, frozen=True):
    """A bill under its lock and its vendor's, how much money to pay of it, and which credits to use on top."""

    vendor: Vendor
    bill: Bill
    amount_minor: int
    uses: tuple[Use, ...] = ()


def lock_parts(ctx: Ctx, wanted: Sequence[BillAmount], vendor_id: str | None) -> list[Part]:
    """The bills wanted, under their locks. Raises `NotFound` for the vendor, `PartsRefused`.

    A vendor is locked before its bills; whose a bill is can be read before, for it seldom changes.
    """
    if vendor_id is not None:
        get_vendor(ctx, vendor_id)
    checks = [Checks() for _ in wanted]
    ids = [one.bill_id for one in wanted]
    vendor_ids = bill_store.vendors_of_bills(ctx.tx, ctx.organization_id, ids)
    for position, bill_id in enumerate(ids):
        if bill_id not in vendor_ids:
            checks[position].note(NotFound("bill", bill_id))
        if (first := ids.index(bill_id)) != position:
            checks[position].note(InvalidField("bill_id", f"is that of [{first}] too"))
    refuse_any(checks)
    vendors = lock_vendors(ctx, set(vendor_ids.values()))
    bills = {bill.id: bill for bill in bill_store.BILLS.locked(ctx.tx, ctx.organization_id, sorted(ids))}
    purse = Purse(lock_credits(ctx, [use.credit_id for one in wanted for use in one.credits]))
    parts = []
    for one, found in zip(wanted, checks, strict=True):
        bill = bills[one.bill_id]
        locked = vendor_ids[bill.id]
        named = vendor_id or locked
        # A bill that changed hands meanwhile is nobody's whom this request locked.
        if not bill.vendor_id == locked == named:
            found.note(BillOfAnotherVendor(bill_id=bill.id, vendor_id=named))
        try:
            amount_minor = to_minor(one.amount, bill.currency)
        except InvalidField as refusal:
            found.note(refusal)
            continue
        uses = purse.take(found, one.credits, locked, bill.currency)
        parts.append(Part(vendors[locked], bill, amount_minor, uses))
    refuse_any(checks)
    return parts


def check_parts(ctx: Ctx, parts: Sequence[Part], *, online: bool, unapproved: bool, covered: bool = False) -> None:
    """Every bill may be paid as much as is wanted. Raises `PartsRefused`.

    `covered`: no money at all will do where credits are all that is due.
    """
    passes = unapproved and _may_pay_unapproved(ctx)
    refuse_any([_checks_of(part, online=online, unapproved=passes, covered=covered) for part in parts])


def check_reach(
    ctx: Ctx, parts: Sequence[Part], reach: dict[str, Reach | VendorCannotBePaidOnline], process_on: date
) -> dict[str, Reach]:
    """Every vendor can be paid on that day. Raises `PartsRefused`."""
    checks = [Checks() for _ in parts]
    found: dict[str, Reach] = {}
    for part, noted in zip(parts, checks, strict=True):
        if not part.amount_minor:
            continue
        way = reach[part.vendor.id]
        if isinstance(way, VendorCannotBePaidOnline):
            noted.note(way)
            continue
        waits_until = waits_until_of(ctx, way)
        if waits_until is not None and process_on < waits_until:
            noted.note(NewAccountNeedsTime())
        problem = None if way.account is None else prenotes.problem_of(ctx, way.account.id)
        if problem is not None:
            noted.note(AccountNotProven(vendor_id=part.vendor.id, status=problem))
        found[part.vendor.id] = way
    refuse_any(checks)
    return found


def check_funding(
    ctx: Ctx, parts: Sequence[Part], source: FundingSource, run: PayRunDraft, reach: dict[str, Reach]
) -> None:
    """Every vendor can be paid from this account in the way that reaches them. Raises `PartsRefused`."""
    why = {vendor_id: funding_sources.check_vendor(ctx, source, run, way) for vendor_id, way in reach.items()}
    checks = [Checks() for _ in parts]
    for part, noted in zip(parts, checks, strict=True):
        # A vendor whose bills credits cover alone is reached by nothing, and need not be.
        refusal = why.get(part.vendor.id)
        if refusal is not None:
            noted.note(refusal)
    refuse_any(checks)


def check_texts(description: str | None, transaction_number: str | None = None) -> None:
    """What is said of a payment keeps to its limits. Raises `InvalidField`s."""
    checks = Checks()
    checks.require(
        len(description or "") <= MAX_DESCRIPTION,
        InvalidField("description", f"has more than {MAX_DESCRIPTION} characters"),
    )
    number = transaction_number
    checks.require(
        number is None or (len(number) <= MAX_TRANSACTION_NUMBER and number.isascii() and number.isalnum()),
        InvalidField("transaction_number", f"must be at most {MAX_TRANSACTION_NUMBER} letters and digits"),
    )
    checks.raise_any()


def check_date(ctx: Ctx, process_on: date) -> None:
    """The process date is a business day to come. Raises `ProcessDateInvalid`."""
    if process_on > latest_date(ctx) or not calendar.is_process_date(process_on, ctx.now):
        raise ProcessDateInvalid(process_on=process_on)


def latest_date(ctx: Ctx) -> date:
    """The last day that a payment can be scheduled for."""
    return calendar.today(ctx.now) + timedelta(days=MAX_DAYS_AHEAD)


def _checks_of(part: Part, *, online: bool, unapproved: bool, covered: bool) -> Checks:
    bill, vendor, amount, credit = part.bill, part.vendor, part.amount_minor, sum_of(part.uses)
    checks = Checks()
    # A refusal is made only when it is needed: a run checks a thousand bills.
    if bill.archived:
        checks.note(BillIsArchived(bill_id=bill.id))
    if bill.approval_status.outstanding and not unapproved:
        checks.note(BillNotApproved(bill_id=bill.id))
    is_covered = covered and amount == 0 and 0 < credit == bill.due_minor
    if amount <= 0 and not is_covered:
        checks.note(InvalidField("amount", "must be greater than zero"))
    if online and vendor.archived:
        checks.note(VendorIsArchived(vendor_id=vendor.id))
    # What another currency is worth in dollars is known with its rate (`foreign.py`).
    if online and amount > MAX_AMOUNT_MINOR and bill.currency == "USD":
        checks.note(InvalidField("amount", "is more than one payment can carry"))
    if amount + credit > bill.due_minor:
        checks.note(Overpayment(due=to_decimal(bill.due_minor, bill.currency), bill_id=bill.id))
    return checks


def _may_pay_unapproved(ctx: Ctx) -> bool:
    role = ctx.actor.role
    return role is not None and Permission.PAY_UNAPPROVED_BILLS in ROLE_PERMISSIONS[Role(role)]


def waits_until_of(ctx: Ctx, reach: Reach) -> date | None:
    """The first process date of a vendor whose account is new, in production; None for any other."""
    if ctx.house.profile is not Profile.PRODUCTION or reach.account is None:
        return None
    today = calendar.today(ctx.now)
    is_new = today < add_business_days(calendar.today(reach.account.created_at), NEW_ACCOUNT_DAYS)
    earliest = calendar.earliest_process_date(ctx.now)
    return max(earliest, add_business_days(today, NEW_ACCOUNT_DAYS)) if is_new else None
