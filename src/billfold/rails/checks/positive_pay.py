"""Positive pay: the lists that tell a bank which checks of an account it may pay, and which no more."""

from __future__ import annotations

from billfold.bankfiles import checks
from billfold.documents.files import store_file
from billfold.documents.model import FileKind, StoredFile
from billfold.funding import bank_accounts
from billfold.kit.banking import ClearAccount
from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.rails import calendar
from billfold.rails.checks import check_settings, store
from billfold.rails.checks.model import CheckSettings


def report_voids(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: tell the bank which checks it must not pay any more, unless a batch has told it meanwhile."""
    account_id = payload["bank_account_id"]
    if store.checks_to_report(ctx.tx, ctx.organization_id, account_id):
        settings = check_settings.get_settings(ctx, account_id)
        store_list(ctx, settings, bank_accounts.clear_account(ctx, account_id), [])


def store_list(ctx: Ctx, settings: CheckSettings, account: ClearAccount, issued: list[checks.Check]) -> StoredFile:
    """Keep the list of these checks, and of those that the bank must not pay any more and was not told of yet."""
    ended = store.checks_to_report(ctx.tx, ctx.organization_id, settings.bank_account_id)
    items = [
        checks.Item(checks.Kind.ISSUE, check.number, check.issued_on, check.amount_minor, check.payee.name)
        for check in issued
    ]
    items += [
        checks.Item(checks.Kind.VOID, check.number, check.issued_on, check.amount_minor, check.payee) for check in ended
    ]
    layout = checks.LAYOUTS[settings.positive_pay_layout]
    content = checks.render_positive_pay(layout, account.routing_number, account.account_number, items)
    what = issued[0].number if issued else "voids"
    extension = "csv" if layout.delimiter else "txt"
    name = f"positive-pay-{calendar.today(ctx.now):%Y%m%d}-{what}.{extension}"
    stored = store_file(ctx, kind=FileKind.POSITIVE_PAY, file_name=name, content=content)
    for check in ended:
        store.CHECKS.update(ctx.tx, replace(check, void_file_id=stored.id), "void_file_id")
    return stored
