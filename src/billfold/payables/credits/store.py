"""The SQL of vendor credits and of what they are used for."""

from __future__ import annotations

from collections.abc import Sequence

from billfold.kit.db import Transaction
from billfold.kit.query import Page, Query
from billfold.kit.records import Table, marks
from billfold.payables.credits.model import CreditApplication, VendorCredit, VendorCreditLine, VendorCreditView
from billfold.payables.lines.store import LineTable

VENDOR_CREDITS = Table("vendor_credits", VendorCredit)
LINES = LineTable("vendor_credit_lines", VendorCreditLine)
CREDIT_APPLICATIONS = Table("credit_applications", CreditApplication)


def view_credit(tx: Transaction, organization_id: str, credit_id: str) -> VendorCreditView | None:
    """A vendor credit with lines and usage, or None."""
    credit = VENDOR_CREDITS.get(tx, organization_id, credit_id)
    if credit is None:
        return None
    return _credit_views(tx, organization_id, [credit])[0]


def list_credits(tx: Transaction, organization_id: str, query: Query) -> Page[VendorCreditView]:
    """A page of vendor credits with lines and usage, in three statements."""
    found = VENDOR_CREDITS.page(tx, organization_id, query)
    return found.of(_credit_views(tx, organization_id, found.items))


def _credit_views(tx: Transaction, organization_id: str, credits: Sequence[VendorCredit]) -> list[VendorCreditView]:
    if not credits:
        return []
    ids = [credit.id for credit in credits]
    lines = LINES.of_all(tx, organization_id, ids)
    # What a payment gave back is no use of the credit any more.
    given_back = (
        "SELECT 1 FROM payments p WHERE p.organization_id = credit_applications.organization_id "
        "AND p.id = credit_applications.payment_id AND p.stage = 'given back'"
    )
    rest = f"AND NOT EXISTS ({given_back}) ORDER BY ordinal"
    usage = CREDIT_APPLICATIONS.of_each(tx, "credit_id", organization_id, ids, rest)
    return [VendorCreditView(credit, lines[credit.id], usage[credit.id]) for credit in credits]


def vendors_of_credits(tx: Transaction, organization_id: str, credit_ids: Sequence[str]) -> list[str]:
    """Whose these vendor credits are, without a lock."""
    if not credit_ids:
        return []
    rows = tx.all(
        f"SELECT vendor_id FROM vendor_credits WHERE organization_id = ? AND id IN ({marks(len(credit_ids))})",
        [organization_id, *credit_ids],
    )
    return [row[0] for row in rows]


def credits_of(tx: Transaction, organization_id: str, payment_ids: Sequence[str]) -> dict[str, list[CreditApplication]]:
    """The credits used in payments, by payment."""
    return CREDIT_APPLICATIONS.of_each(tx, "payment_id", organization_id, payment_ids, "ORDER BY ordinal")


def direct_credits_of(
    tx: Transaction, organization_id: str, bill_ids: Sequence[str]
) -> dict[str, list[CreditApplication]]:
    """The credits that these bills use without a payment, by bill."""
    rest = "AND payment_id IS NULL ORDER BY ordinal"
    return CREDIT_APPLICATIONS.of_each(tx, "bill_id", organization_id, bill_ids, rest)


def remove_application(tx: Transaction, organization_id: str, application_id: str) -> None:
    """End a use of a credit that no payment holds."""
    tx.run(
        "DELETE FROM credit_applications WHERE organization_id = ? AND id = ? AND payment_id IS NULL",
        (organization_id, application_id),
    )


def remove_applications(tx: Transaction, organization_id: str, application_ids: Sequence[str]) -> None:
    """Forget uses of credits that were part of a payment, and are no longer."""
    if application_ids:
        tx.run(
            f"DELETE FROM credit_applications WHERE organization_id = ? AND id IN ({marks(len(application_ids))})",
            [organization_id, *application_ids],
        )
