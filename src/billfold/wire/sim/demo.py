"""Demo data: what a newcomer finds in a fresh sandbox. Everything goes through the domain's own functions."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from billfold.accounting import classifications
from billfold.accounting.model import AccountType, ClassificationDraft, Kind
from billfold.identity import developer_keys
from billfold.kit.ctx import Ctx, House
from billfold.kit.db import Transaction
from billfold.kit.worlds import MAIN_WORLD, get_world
from billfold.parties.customers import create_customer
from billfold.parties.model import AccountType as PartyType
from billfold.parties.model import BankAccountDraft, CustomerDraft, VendorDraft
from billfold.parties.vendors import create_vendor
from billfold.payables.bills.bills import create_bill
from billfold.payables.bills.model import BillDraft
from billfold.payables.lines.model import LineDraft
from billfold.rails import calendar
from billfold.wire.sim.organizations import Founder, found_company, remember_founding
from billfold.wire.sim.scope import DEMO_ORGANIZATION_ID

DEMO_USERNAME: Final = "demo@billfold.test"
DEMO_PASSWORD: Final = "demo-Password-1"  # noqa: S105 - public, and only where there is no real money
_DEMO_PASSWORD_HASH: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$y75CqldMTuICBZ8utswStQ$xRg/K+rW5UR6xi1rzI7mlv12t9rMWbqKS0nPd/UGqyU"  # noqa: S105
)
#: Developer keys by the vintage of v2's answers (settled.md §1).
DEMO_KEYS: Final = {
    "2021": "01BILLFOLDdemoDEVKEY",
    "2024": "01BILLFOLDdemoKEY24A",
    "2012": "01BILLFOLDdemoKEY12A",
}

_ACCOUNTS: Final = (
    ("Office Supplies", AccountType.EXPENSE, "6100"),
    ("Software", AccountType.EXPENSE, "6200"),
    ("Consulting Income", AccountType.INCOME, "4000"),
)
_VENDORS: Final = (
    ("Blue Kite Paper", "Reno", "NV", "89501", "000987654321"),
    ("Kestrel Software", "Austin", "TX", "78701", "000456789123"),
    ("Corner Cleaning", "San Jose", "CA", "95002", None),
)
_BILLS: Final = (
    (0, "BK-1044", ("149.50", "80.00"), 30),
    (0, "BK-1051", ("320.25",), 45),
    (1, "KS-2026-07", ("1200.00",), 14),
    (2, "CC-118", ("260.00",), 10),
)


def seed_demo(house: House, tx: Transaction) -> None:
    """The demo organization with keys, phone, bank account, accounts, vendors, customers and bills."""
    now = get_world(tx, MAIN_WORLD).clock.now()
    _add_keys(tx, now)
    founder = Founder(
        name="Billfold Demo Company",
        username=DEMO_USERNAME,
        password_hash=_DEMO_PASSWORD_HASH,
        world_id=MAIN_WORLD,
        account_number="000123456789",
        organization_id=DEMO_ORGANIZATION_ID,
    )
    ctx, _, _ = found_company(house, tx, founder, now)
    accounts = _add_accounts(ctx)
    vendor_ids = _add_vendors(ctx)
    for name in ("Paperless Band", "Harbor Bakery"):
        create_customer(ctx, CustomerDraft(name=name, email=f"ar@{name.split()[1].lower()}.example"))
    _add_bills(ctx, vendor_ids, accounts)
    ctx.flush()
    remember_founding(ctx, MAIN_WORLD)


def _add_keys(tx: Transaction, now: datetime) -> None:
    for vintage, key in DEMO_KEYS.items():
        developer_keys.add_key(tx, key, name=f"demo {vintage}", vintage=vintage, now=now)


def _add_accounts(ctx: Ctx) -> list[str]:
    return [
        classifications.create(
            ctx,
            Kind.CHART_OF_ACCOUNT,
            ClassificationDraft(name=name, account_type=kind, account_number=number),
        ).id
        for name, kind, number in _ACCOUNTS
    ]


def _add_vendors(ctx: Ctx) -> list[str]:
    vendor_ids = []
    for name, city, state, code, account_number in _VENDORS:
        domain = name.split()[0].lower()
        draft = VendorDraft(
            name=name,
            account_type=PartyType.BUSINESS,
            email=f"ap@{domain}.example",
            phone="4155550132",
            address_line1="9 Pine Rd",
            address_city=city,
            address_state=state,
            address_zip=code,
            address_country="US",
            payee_name=name,
        )
        account = (
            BankAccountDraft(name_on_account=name, routing_number="322271627", account_number=account_number)
            if account_number
            else None
        )
        vendor_ids.append(create_vendor(ctx, draft, account).id)
    return vendor_ids


def _add_bills(ctx: Ctx, vendor_ids: list[str], account_ids: list[str]) -> None:
    today = calendar.today(ctx.now)
    for vendor, number, amounts, days in _BILLS:
        draft = BillDraft(
            vendor_id=vendor_ids[vendor],
            invoice_number=number,
            invoice_on=today,
            due_on=today + timedelta(days=days),
        )
        lines = [
            LineDraft(amount=Decimal(amount), chart_of_account_id=account_ids[min(vendor, 1)]) for amount in amounts
        ]
        create_bill(ctx, draft, lines)
