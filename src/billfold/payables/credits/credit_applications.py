"""Vendor credits at work: which bills use how much of which credit, and that nobody uses one twice.

A bill uses a credit by itself (it lists the credit), or as part of a payment, whose fate the use then shares. Credits
are locked after bills, by id; what is left of one is read under its lock. Nothing is posted when a credit is applied:
bill and credit already stand in accounts payable, one on either side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField, NotFound, Refusal, existing
from billfold.kit.money import to_decimal, to_minor
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.payables.bills.bill_amounts import AMOUNTS, UNDER_WAY, move
from billfold.payables.bills.model import Bill
from billfold.payables.bills.store import BILLS
from billfold.payables.credits import store
from billfold.payables.credits.model import CreditAmount, CreditApplication, VendorCredit, VendorCreditStatus
from billfold.payables.events import BillUpdated, VendorCreditApplied, VendorCreditGivenBack, VendorCreditUpdated
from billfold.payables.payments.model import Stage
from billfold.rails import calendar

PREFIX: Final = "bcr"


class CreditIsArchived(Refusal):
    """An archived credit cannot be changed, used or restored."""

    sentence = "The vendor credit {credit_id} is archived, which is for good."


class CreditOfAnotherVendor(Refusal):
    """The credit is not the bill's vendor's."""

    sentence = "The vendor credit {credit_id} is not one of the vendor {vendor_id}."


class CreditNotApproved(Refusal):
    """A credit that waits for its approvers, or was denied, is used for nothing more than before."""

    sentence = "The vendor credit {credit_id} has not been approved yet."


class CreditExceeded(Refusal):
    """More is asked of a credit than is left of it."""

    sentence = "The amount is more than the {rest} left of the vendor credit {credit_id}."


class Use(msgspec.Struct, frozen=True):
    """A credit under its lock, and how much of it a bill is to use."""

    credit: VendorCredit
    amount_minor: int


def sum_of(uses: Iterable[Use | CreditApplication]) -> int:
    """How much they use together."""
    return sum(use.amount_minor for use in uses)


def used_by(bill_id: str, uses: Iterable[CreditApplication]) -> int:
    """How much the bill uses of them."""
    return sum_of(use for use in uses if use.bill_id == bill_id)


def lock_credits(ctx: Ctx, credit_ids: Iterable[str]) -> dict[str, VendorCredit]:
    """Those of these credits that exist, by id, locked in the order of their ids; unknown ones refuse later."""
    credits = store.VENDOR_CREDITS.locked(ctx.tx, ctx.organization_id, sorted(set(credit_ids)))
    return {credit.id: credit for credit in credits}


class Purse:
    """Locked credits, and what of them one request takes: for several bills no more than is left of each."""

    def __init__(self, credits: Mapping[str, VendorCredit], returned: Mapping[str, int] | None = None) -> None:
        self._credits = credits
        self._returned = frozenset(returned or ())
        self._left = {credit.id: credit.rest_minor for credit in credits.values()}
        for credit_id, minor in (returned or {}).items():
            self._left[credit_id] += minor

    def take(self, checks: Checks, wanted: Sequence[CreditAmount], vendor_id: str, currency: str) -> tuple[Use, ...]:
        """What a bill of this vendor, in this currency, is to use; whatever is wrong with it is noted."""
        uses: dict[str, Use] = {}
        for position, one in enumerate(wanted):
            path = f"credits[{position}]"
            credit = self._credits.get(one.credit_id)
            if credit is None:
                checks.note(NotFound("vendor credit", one.credit_id))
                continue
            if credit.id in uses:
                checks.note(InvalidField(f"{path}.credit_id", f"is that of [{list(uses).index(credit.id)}] too"))
                continue
            checks.require(not credit.archived, CreditIsArchived(credit_id=credit.id))
            checks.require(
                credit.vendor_id == vendor_id, CreditOfAnotherVendor(credit_id=credit.id, vendor_id=vendor_id)
            )
            # What a bill uses already was approved when it began to.
            is_usable = credit.id in self._returned or not credit.approval_status.outstanding
            checks.require(is_usable, CreditNotApproved(credit_id=credit.id))
            checks.require(credit.currency == currency, InvalidField(f"{path}.credit_id", f"is not in {currency}"))
            uses[credit.id] = Use(credit, self._take_one(checks, credit, one.amount, f"{path}.amount"))
        return tuple(uses.values())

    def _take_one(self, checks: Checks, credit: VendorCredit, amount: Decimal, path: str) -> int:
        try:
            amount_minor = to_minor(amount, credit.currency, path)
        except InvalidField as refusal:
            checks.note(refusal)
            return 0
        checks.require(amount_minor > 0, InvalidField(path, "must be greater than zero"))
        left = self._left[credit.id]
        rest = to_decimal(left, credit.currency)
        checks.require(amount_minor <= left, CreditExceeded(rest=rest, credit_id=credit.id))
        self._left[credit.id] -= amount_minor
        return amount_minor


class Listing(msgspec.Struct, frozen=True):
    """The credits that a bill uses by itself, by id: under their locks, what it uses now, and what it is to use."""

    credits: Mapping[str, VendorCredit]
    before: Mapping[str, CreditApplication]
    after: Mapping[str, int]
    #: The part of `after` that this request says.
    listed_minor: int

    @property
    def before_minor(self) -> int:
        """What the bill uses by itself now."""
        return sum_of(self.before.values())

    @property
    def after_minor(self) -> int:
        """What the bill is to use by itself."""
        return sum(self.after.values())


def listed_by(ctx: Ctx, bills: Iterable[Bill]) -> dict[str, list[CreditApplication]]:
    """The credits that these bills use by themselves, by bill."""
    using = [bill.id for bill in bills if bill.credit_minor]
    return store.direct_credits_of(ctx.tx, ctx.organization_id, using)


def read_listing(
    ctx: Ctx,
    checks: Checks,
    wanted: Sequence[CreditAmount],
    *,
    vendor_id: str,
    currency: str,
    bill_id: str | None = None,
    whole: bool = True,
) -> Listing:
    """What becomes of the credits that a bill uses by itself, under their locks; whatever is wrong is noted.

    `whole`: what is not listed is no longer used; otherwise it stays. What payments use is not the bill's to change.
    A new bill has no id.
    """
    known = [] if bill_id is None else store.direct_credits_of(ctx.tx, ctx.organization_id, [bill_id])[bill_id]
    before = {use.credit_id: use for use in known}
    credits = lock_credits(ctx, [*before, *(one.credit_id for one in wanted)])
    listed = {one.credit_id for one in wanted}
    stays = {credit_id: use.amount_minor for credit_id, use in before.items() if not whole and credit_id not in listed}
    purse = Purse(credits, {credit_id: use.amount_minor for credit_id, use in before.items() if credit_id not in stays})
    uses = purse.take(checks, wanted, vendor_id, currency)
    return Listing(credits, before, stays | {use.credit.id: use.amount_minor for use in uses}, sum_of(uses))


def carry_out(ctx: Ctx, bill: Bill, listing: Listing) -> None:
    """Write what `read_listing` found; the bill is stored already."""
    ctx.ids.reserve(len(listing.after.keys() - listing.before.keys()))
    for credit_id in sorted(listing.before.keys() | listing.after.keys()):
        credit, known = listing.credits[credit_id], listing.before.get(credit_id)
        used, wanted = 0 if known is None else known.amount_minor, listing.after.get(credit_id, 0)
        if known is None:
            store.CREDIT_APPLICATIONS.insert(ctx.tx, new_application(ctx, Use(credit, wanted), bill, None))
        elif not wanted:
            store.remove_application(ctx.tx, ctx.organization_id, known.id)
        elif wanted != used:
            changed = replace(known, amount_minor=wanted, updated_at=ctx.now)
            store.CREDIT_APPLICATIONS.update(ctx.tx, changed, "amount_minor", "updated_at")
        _count(ctx, credit, wanted - used, 0)


def use_in_payments(ctx: Ctx, uses: Sequence[CreditApplication], stage: Stage) -> None:
    """Credits are used as parts of new payments, which are stored already. What is used was taken from a `Purse`."""
    store.CREDIT_APPLICATIONS.insert_all(ctx.tx, uses)
    move_credits(ctx, uses, (Stage.GIVEN_BACK, stage))


def cover_bill(ctx: Ctx, bill: Bill, uses: Sequence[Use]) -> None:
    """A bill is settled without money: it uses these credits by itself, on top of those that it uses already.

    What is used was taken from a `Purse`.
    """
    today = calendar.today(ctx.now)
    covered = move(bill, 0, Stage.GIVEN_BACK, Stage.PAID, today, credit_minor=sum_of(uses))
    covered = replace(covered, updated_at=ctx.now)
    BILLS.update(ctx.tx, covered, *AMOUNTS)
    known = {use.credit_id: use for use in store.direct_credits_of(ctx.tx, ctx.organization_id, [bill.id])[bill.id]}
    locked = lock_credits(ctx, [use.credit.id for use in uses])
    for use in uses:
        before = known.get(use.credit.id)
        if before is None:
            store.CREDIT_APPLICATIONS.insert(ctx.tx, new_application(ctx, use, bill, None))
        else:
            more = replace(before, amount_minor=before.amount_minor + use.amount_minor, updated_at=ctx.now)
            store.CREDIT_APPLICATIONS.update(ctx.tx, more, "amount_minor", "updated_at")
        _count(ctx, locked[use.credit.id], use.amount_minor, 0)
    ctx.emit(BillUpdated(covered))


def move_credits(ctx: Ctx, uses: Sequence[CreditApplication], stages: tuple[Stage, Stage]) -> None:
    """Move what a payment uses of credits from one stage to another, as its money moves through its bills."""
    before, after = stages
    applied = (before is Stage.GIVEN_BACK) - (after is Stage.GIVEN_BACK)
    pending = (after in UNDER_WAY) - (before in UNDER_WAY)
    if not (applied or pending):
        return
    sums: dict[str, int] = defaultdict(int)
    for use in uses:
        sums[use.credit_id] += use.amount_minor
    locked = lock_credits(ctx, sums)
    for credit_id in sorted(sums):
        _count(ctx, locked[credit_id], sums[credit_id] * applied, sums[credit_id] * pending)


def get_application(ctx: Ctx, application_id: str) -> CreditApplication:
    """The use of a credit with this id. Raises `NotFound`."""
    found = store.CREDIT_APPLICATIONS.get(ctx.tx, ctx.organization_id, application_id)
    return existing(found, "bill credit", application_id)


def list_applications(ctx: Ctx, query: Query) -> Page[CreditApplication]:
    """A page of the uses of credits; those of payments that were given back keep standing beside them."""
    return store.CREDIT_APPLICATIONS.page(ctx.tx, ctx.organization_id, query)


def status_of(credit: VendorCredit) -> VendorCreditStatus:
    """What the credit's amounts say: what is in process first."""
    if credit.pending_minor:
        return VendorCreditStatus.IN_PROCESS
    if not credit.applied_minor:
        return VendorCreditStatus.NOT_APPLIED
    return VendorCreditStatus.PARTIALLY_APPLIED if credit.rest_minor else VendorCreditStatus.FULLY_APPLIED


def new_application(ctx: Ctx, use: Use, bill: Bill, payment_id: str | None) -> CreditApplication:
    """A use of a credit by a bill, of a payment or by itself; not stored yet."""
    application_id, ordinal = ctx.ids.new(PREFIX)
    return CreditApplication(
        organization_id=ctx.organization_id,
        id=application_id,
        ordinal=ordinal,
        credit_id=use.credit.id,
        bill_id=bill.id,
        payment_id=payment_id,
        amount_minor=use.amount_minor,
        currency=use.credit.currency,
        created_at=ctx.now,
        updated_at=ctx.now,
    )


def _count(ctx: Ctx, credit: VendorCredit, applied_minor: int, pending_minor: int) -> None:
    """So much more of the credit is applied, so much more of it in payments under way."""
    if not (applied_minor or pending_minor):
        return
    counted = replace(
        credit,
        applied_minor=credit.applied_minor + applied_minor,
        pending_minor=credit.pending_minor + pending_minor,
        updated_at=ctx.now,
    )
    assert 0 <= counted.pending_minor <= counted.applied_minor <= counted.amount_minor, counted
    counted = replace(counted, status=status_of(counted))
    store.VENDOR_CREDITS.update(ctx.tx, counted, "applied_minor", "pending_minor", "status", "updated_at")
    if applied_minor > 0:
        ctx.emit(VendorCreditApplied(counted))
    elif applied_minor < 0:
        ctx.emit(VendorCreditGivenBack(counted))
    else:
        ctx.emit(VendorCreditUpdated(counted))
