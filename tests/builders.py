"""Small builders over the domain's public functions: say what matters for the test, the rest is made up.

company = a_company(database, house)
with company.ctx() as ctx:
    vendor = a_vendor(ctx)
    payment = a_payment(ctx, a_bill(ctx, vendor, amount="100.00"))
advance(company, days=3)
"""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from billfold.approvals.model import PolicyDraft, PolicyView, RuleDraft
from billfold.approvals.policies import create_policy
from billfold.funding import bank_accounts
from billfold.funding.model import BankAccount, BankAccountDraft
from billfold.identity import store as identity_store
from billfold.identity.organizations import create_organization, create_user
from billfold.identity.roles import Role
from billfold.kit import worlds
from billfold.kit.ctx import Actor, Ctx, House
from billfold.kit.db import Database
from billfold.kit.errors import Refusal, Refusals
from billfold.kit.runner import Runner
from billfold.kit.traces import TracedRefusal
from billfold.parties import vendors
from billfold.parties.model import BankAccountDraft as VendorBankAccountDraft
from billfold.parties.model import Vendor, VendorDraft
from billfold.payables.bills import bills
from billfold.payables.bills.model import BillDraft, BillView
from billfold.payables.credits import vendor_credits
from billfold.payables.credits.model import CreditAmount, VendorCreditDraft, VendorCreditView
from billfold.payables.lines.model import LineDraft
from billfold.payables.payments import offline_payments, pay_runs, payments
from billfold.payables.payments.model import (
    BillAmount,
    FundingAccount,
    FundingType,
    OfflineDraft,
    PaymentDraft,
    PaymentView,
    PayRunDraft,
)
from billfold.payables.voids.model import VoidDraft, VoidKind
from billfold.payables.voids.void_requests import request_void
from billfold.rails import calendar
from billfold.wiring import JOBS

#: Nine o'clock in Los Angeles on a Monday; the 19th of that month is a holiday of the Fed.
MONDAY = datetime(2026, 1, 12, 17, tzinfo=UTC)
#: A routing number that passes the ABA checksum.
ROUTING = "074000010"
_world_numbers = itertools.count(1)


@dataclass(frozen=True)
class Company:
    """An organization with a world (a frozen clock) to itself and an administrator."""

    database: Database
    house: House
    organization_id: str
    world_id: str
    admin: Actor

    @property
    def runner(self) -> Runner:
        """Runs the due work of this company's database."""
        return Runner(self.database, self.house, JOBS)

    @contextmanager
    def ctx(self, actor: Actor | None = None) -> Iterator[Ctx]:
        """One transaction of this company, at its world's time, as the pipeline would open and end it."""
        with self.database.transaction() as tx:
            now = worlds.get_world(tx, self.world_id).clock.now()
            tx.enter_organization(self.organization_id)
            ctx = Ctx(self.house, tx, self.organization_id, actor or self.admin, now)
            yield ctx
            ctx.flush()

    def now(self) -> datetime:
        """The time on this company's clock."""
        with self.database.transaction(write=False) as tx:
            return worlds.get_world(tx, self.world_id).clock.now()


def a_company(
    database: Database, house: House, *, at: datetime = MONDAY, world_id: str = "", name: str = "Acme Anvils"
) -> Company:
    """A company in a world of its own whose clock stands at `at`."""
    world_id = world_id or f"world-{next(_world_numbers)}"
    with database.transaction() as tx:
        if identity_store.installation(tx) is None:
            identity_store.create_installation(tx, house.profile.value, "a key check", at)
        worlds.create_world(tx, world_id, frozen_at=at)
        ctx = create_organization(house, tx, name=name, world_id=world_id, now=at)
        user = create_user(
            ctx,
            username=f"admin@{ctx.organization_id}.test",
            password_hash="nobody signs in here",
            name=("Ada", "Admin"),
            role=Role.ADMINISTRATOR,
        )
        ctx.flush()
    admin = Actor(user.id, Role.ADMINISTRATOR, trusted=True, face="tests")
    return Company(database, house, ctx.organization_id, world_id, admin)


def a_user(ctx: Ctx, role: Role) -> Actor:
    """Another user of the company, signed in and trusted."""
    name = role.value.lower()
    user = create_user(
        ctx,
        username=f"{name}@{ctx.organization_id}.test",
        password_hash="nobody signs in here",
        name=(name, "user"),
        role=role,
    )
    return Actor(user.id, role, trusted=True, face="tests")


def refused(company: Company, work: Any, *, actor: Actor | None = None) -> Any:
    """The refusal that `work(ctx)` ends in, its trace left behind as the pipeline does."""
    try:
        with company.ctx(actor) as ctx:
            work(ctx)
    except (Refusal, Refusals) as refusal:
        if isinstance(refusal, TracedRefusal):
            with company.ctx(actor) as ctx:
                refusal.trace(ctx)
        return refusal
    raise AssertionError("nothing was refused")


def meanwhile(company: Company, first: Any, second: Any) -> list[Any]:
    """Somebody does the second thing while the first, which came before, is not at its end; what refused it, if any."""
    begun, refusals = threading.Event(), list[Any]()

    def elsewhere() -> None:
        assert begun.wait(30)
        try:
            with company.ctx() as ctx:
                second(ctx)
        except (Refusal, Refusals) as refusal:
            refusals.append(refusal)

    other = threading.Thread(target=elsewhere)
    other.start()
    with company.ctx() as ctx:
        first(ctx)
        begun.set()
        other.join(0.2)
        assert other.is_alive(), "it waits"
    other.join(30)
    assert not other.is_alive()
    return refusals


@contextmanager
def rolled_back(company: Company) -> Iterator[Ctx]:
    """A transaction that goes well until its very end, and is rolled back."""
    with suppress(_RolledBackError), company.ctx() as ctx:
        yield ctx
        raise _RolledBackError


class _RolledBackError(Exception):
    pass


def advance(company: Company, *, to: datetime | None = None, **time: float) -> None:
    """Move the company's clock to a moment, or by `days=…`, `hours=…`, `minutes=…`, and do all due work."""
    with company.database.transaction() as tx:
        now = worlds.get_world(tx, company.world_id).clock.now()
        worlds.begin_advance(tx, company.world_id, to or now + timedelta(**time))
    asyncio.run(company.runner.finish_advance(company.world_id))


def a_bank_account(
    ctx: Ctx, *, bank: str = "111111234", verified: bool = True, access_to_admins: bool = False
) -> BankAccount:
    """A bank account of the organization, verified by its creator with the sandbox's deposit."""
    draft = BankAccountDraft(
        name_on_account="Acme Anvils",
        bank_name="First Bank",
        routing_number=ROUTING,
        account_number=bank,
        kind="CHECKING",
        owner_type="BUSINESS",
        access_to_admins=access_to_admins,
    )
    account = bank_accounts.create(ctx, draft)
    return bank_accounts.verify(ctx, account.id, account.deposit_minor) if verified else account


def a_vendor(ctx: Ctx, *, name: str = "Road Runner Rentals", bank: str | None = "222221234", **fields: Any) -> Vendor:
    """A vendor paid on this bank account; `bank=None` for one who is paid by check."""
    account = None if bank is None else vendor_bank(bank)
    return vendors.create_vendor(ctx, VendorDraft(name=name, **fields), account)


def vendor_bank(number: str, routing: str = ROUTING) -> VendorBankAccountDraft:
    """A vendor's bank account as it comes in."""
    return VendorBankAccountDraft(name_on_account="Road Runner Rentals", routing_number=routing, account_number=number)


def a_line(amount: str | None = None, **fields: Any) -> LineDraft:
    """A line of a bill; decimals may be written as text."""
    numbers = {field: Decimal(fields.pop(field)) for field in ("quantity", "price") if field in fields}
    return LineDraft(amount=None if amount is None else Decimal(amount), **numbers, **fields)


def a_bill(
    ctx: Ctx,
    vendor: Vendor,
    *,
    amount: str = "100.00",
    lines: list[LineDraft] | None = None,
    credits: Sequence[CreditAmount] = (),
    **fields: Any,
) -> BillView:
    """A bill of one line with this amount, or of these lines, that uses these credits."""
    draft = BillDraft(
        vendor_id=vendor.id,
        **{"invoice_number": "INV-1", "invoice_on": date(2026, 1, 10), "due_on": date(2026, 2, 10)} | fields,
    )
    return bills.create_bill(ctx, draft, [a_line(amount)] if lines is None else lines, credits)


def a_credit(
    ctx: Ctx, vendor: Vendor, *, amount: str = "40.00", lines: list[LineDraft] | None = None, **fields: Any
) -> VendorCreditView:
    """A credit of the vendor, of one line with this amount, or of these lines."""
    draft = VendorCreditDraft(
        vendor_id=vendor.id, **{"reference_number": "VC-1", "credited_on": date(2026, 1, 11)} | fields
    )
    return vendor_credits.create_credit(ctx, draft, [a_line(amount)] if lines is None else lines)


def of_credit(view: VendorCreditView, amount: str) -> CreditAmount:
    """So much of this credit."""
    return CreditAmount(view.credit.id, Decimal(amount))


def a_policy(ctx: Ctx, *approver_ids: str, rules: tuple[RuleDraft, ...] = ()) -> PolicyView:
    """A policy for bills, by default for every one."""
    return create_policy(ctx, PolicyDraft(name="Every bill", rules=rules, approver_ids=approver_ids))


def a_payment(
    ctx: Ctx,
    bill: BillView,
    *,
    amount: str | None = None,
    bank_account: BankAccount | None = None,
    **fields: Any,
) -> PaymentView:
    """A payment of the bill: all that is due, from a bank account made for it, unless told otherwise."""
    account = bank_account or a_bank_account(ctx)
    owed = Decimal(bill.bill.due_minor) / 100 if amount is None else Decimal(amount)
    draft = PaymentDraft(bill_id=bill.bill.id, funding_account=from_bank(account.id), amount=owed, **fields)
    return payments.create_payment(ctx, draft)


def from_bank(bank_account_id: str) -> FundingAccount:
    """What a payment names that a bank account pays."""
    return FundingAccount(FundingType.BANK_ACCOUNT, bank_account_id)


def pay_bills(
    ctx: Ctx, *wanted: tuple[Any, ...], account: BankAccount | None = None, **fields: Any
) -> list[PaymentView]:
    """A pay run of these bills, with the amount (and credits) of each, from a bank account made for it unless told otherwise."""
    bank_account = account or a_bank_account(ctx)
    run = PayRunDraft(bills=_amounts(wanted), funding_account=from_bank(bank_account.id), **fields)
    return pay_runs.pay_bills(ctx, run)


def void(
    ctx: Ctx, payment_id: str, kind: VoidKind | None = None, *, at_once: bool = True, reason: str = "Entered twice"
) -> PaymentView:
    """Have a payment voided, and its money given back, decided at once; unless told otherwise."""
    online = payments.get_payment(ctx, payment_id).payment.online
    usual = VoidKind.VOID_AND_CREDIT if online else VoidKind.VOID_ONLY
    return request_void(ctx, payment_id, VoidDraft(kind or usual, reason), at_once=at_once)


def record_payment(ctx: Ctx, *wanted: tuple[Any, ...], **fields: Any) -> PaymentView:
    """A payment of these bills made elsewhere on the company's day, with the amount of each."""
    defaults = {"process_on": calendar.today(ctx.now), "to_print_check": False}
    return offline_payments.record_payment(ctx, OfflineDraft(bills=_amounts(wanted), **defaults | fields))


def _amounts(wanted: tuple[tuple[Any, ...], ...]) -> tuple[BillAmount, ...]:
    """Of each a bill, an amount, and the credits to use, if any."""
    return tuple(BillAmount(view.bill.id, Decimal(amount), tuple(credits)) for view, amount, *credits in wanted)


#: Where a check can be sent.
ADDRESS = {
    "address_line1": "9 Pine Rd",
    "address_city": "Reno",
    "address_state": "NV",
    "address_zip": "89501",
    "address_country": "US",
}


def dump(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as stored, but for `schema_migrations`, which says when the schema was made."""
    with database.transaction(write=False) as tx:
        if database.kind == "sqlite":
            tables = tx.all("SELECT name FROM sqlite_master WHERE type = 'table'")
        else:
            tx.run("SET LOCAL ROLE NONE")  # the owner sees the rows of all organizations
            tables = tx.all("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = sorted(table for (table,) in tables if table != "schema_migrations")
        # Most tables are empty, and to ask for all of them at once is quicker than to read each.
        filled = tx.all(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names))
        found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in names}
        for (name,) in filled:
            found[name] = sorted((tuple(row) for row in tx.all(f"SELECT * FROM {name}")), key=repr)
        return found


def columns_of(tx: Any, database: Database, table: str) -> list[str]:
    """The columns of a table in the database, in order."""
    if database.kind == "sqlite":
        return [row[1] for row in tx.all(f"PRAGMA table_info({table})")]
    rows = tx.all(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ? "
        "ORDER BY ordinal_position",
        (table,),
    )
    return [name for (name,) in rows]
