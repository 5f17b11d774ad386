"""Copies of printed checks, and pictures of them as a bank has them."""

from __future__ import annotations

import dataclasses

from billfold.bankfiles import checks
from billfold.funding import bank_accounts
from billfold.kit.ctx import Ctx
from billfold.rails import calendar
from billfold.rails.checks import check_settings
from billfold.rails.checks.model import Check
from billfold.rails.checks.printing import face_of


def draw_copy(ctx: Ctx, check: Check) -> bytes:
    """A copy of a printed check as PDF, marked as one that cannot be cashed. Without its stubs' invoices."""
    return _copy(ctx, check)[0]


def picture_front(ctx: Ctx, check: Check) -> bytes:
    """A picture of a printed check's copy, as PNG."""
    pages, stock = _copy(ctx, check)
    return checks.picture_of_check(pages, stock)


def picture_back(check: Check) -> bytes:
    """What a simulated bank made of the back of a cashed check, as PNG."""
    from billfold.bankfiles.checks import pdf  # noqa: PLC0415 - it takes 50 ms to load

    assert check.cleared_at is not None, check.id
    return checks.picture_of_check(pdf.render_back(check.payee, calendar.today(check.cleared_at)), checks.Stock.TOP)


def _copy(ctx: Ctx, check: Check) -> tuple[bytes, checks.Stock]:
    from billfold.bankfiles.checks import pdf  # noqa: PLC0415 - it takes 50 ms to load

    settings = check_settings.get_settings(ctx, check.bank_account_id)
    drawn = checks.Check(
        number=check.number,
        issued_on=check.issued_on,
        payee=checks.Party(check.payee, tuple(check.payee_address.splitlines())),
        amount_minor=check.amount_minor,
        memo=check.memo,
    )
    account = bank_accounts.clear_account(ctx, check.bank_account_id)
    face = dataclasses.replace(face_of(ctx, settings, account), specimen=True, masked=True)
    return pdf.render([drawn], face), face.stock
