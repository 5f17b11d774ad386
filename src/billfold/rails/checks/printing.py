"""Printing: a day's checks of an account as one file of pages, with the positive pay file for its bank.

Numbers, checks, files and transfers are written by one transaction: a crash leaves none of them, and the job that runs
again gives the same numbers.
"""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from billfold.bankfiles import checks
from billfold.documents.files import store_file
from billfold.documents.model import FileKind, StoredFile
from billfold.funding import bank_accounts
from billfold.identity.organizations import get_organization
from billfold.kit.banking import ClearAccount
from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.kit.settings import Profile
from billfold.parties import vendors
from billfold.parties.model import Vendor
from billfold.rails import calendar, transfers
from billfold.rails import store as rails_store
from billfold.rails.checks import check_settings, positive_pay, store
from billfold.rails.checks.checks import schedule_life
from billfold.rails.checks.events import CheckPrinted, ChecksPrinted
from billfold.rails.checks.model import UNPRINTABLE, Check, CheckBatch, CheckSettings, CheckStatus, Delivery
from billfold.rails.model import Holder, Leg, Rail, Transfer
from billfold.rails.statements import disbursing_accounts
from billfold.rails.transfers import PRINT_JOB

CHECK_PREFIX: Final = "cki"
BATCH_PREFIX: Final = "ckb"
#: Pages of this many checks take half a second, and requests never wait for more.
CHECKS_PER_FILE: Final = 100
#: In the numbers of the simulated carrier.
_SHIPPER: Final = "B1LF0D"
_SERVICES: Final = {Delivery.UPS_1DAY: "01", Delivery.UPS_2DAY: "02", Delivery.UPS_3DAY: "12"}
#: The country that addresses are not written with.
_HOME: Final = "US"


class _Drawn(NamedTuple):
    """A transfer and the check that is drawn for it."""

    transfer: Transfer
    check: checks.Check


def print_day(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: print the checks that are due by this day, one file for an account and a way to travel.

    Called again while more are due.
    """
    day = date.fromisoformat(payload["effective_on"])
    due = rails_store.due(ctx.tx, ctx.organization_id, Rail.CHECK, day, CHECKS_PER_FILE)
    by_account = sorted(((_account_of(ctx, transfer), transfer) for transfer in due), key=_account_delivery_and_age)
    for (account_id, _), group in groupby(by_account, key=lambda pair: (pair[0], pair[1].delivery)):
        drawn = [transfer for _, transfer in group]
        if account_id:
            _print_batch(ctx, account_id, drawn)
        else:
            for transfer in drawn:
                transfers.refuse(ctx, transfer, UNPRINTABLE)
    if len(due) == CHECKS_PER_FILE and rails_store.count_scheduled(ctx.tx, ctx.organization_id, Rail.CHECK, day):
        ctx.schedule(PRINT_JOB, ctx.now, key=payload["effective_on"], **payload)


def _print_batch(ctx: Ctx, account_id: str, due: list[Transfer]) -> None:
    # The PDF library takes 50 ms to load, which only the first printing waits for.
    from billfold.bankfiles.checks import pdf  # noqa: PLC0415

    settings = check_settings.get_settings(ctx, account_id)
    account = bank_accounts.clear_account(ctx, account_id)
    face = face_of(ctx, settings, account)
    drawn = [_Drawn(transfer, _draw(ctx, transfer, settings.next_number)) for transfer in due]
    printable = [one for one in drawn if _is_printable(ctx, one, face)]
    if not printable:
        return
    first = check_settings.take_numbers(ctx, account_id, len(printable))
    numbered = [
        _Drawn(one.transfer, dataclasses.replace(one.check, number=first + place))
        for place, one in enumerate(printable)
    ]
    pages = pdf.render([one.check for one in numbered], face)
    name = f"checks-{calendar.today(ctx.now):%Y%m%d}-{first}.pdf"
    stored = store_file(ctx, kind=FileKind.CHECKS, file_name=name, content=pages)
    listed = positive_pay.store_list(ctx, settings, account, [one.check for one in numbered])
    batch = _store_batch(ctx, settings, numbered, (stored, listed))
    for one in numbered:
        _store_check(ctx, batch, one)
    schedule_life(ctx, batch)


def _is_printable(ctx: Ctx, drawn: _Drawn, face: checks.Face) -> bool:
    """Whether the check can be drawn. One that cannot takes no number, and its transfer is refused."""
    if not checks.check_problems(drawn.check, face):
        return True
    transfers.refuse(ctx, drawn.transfer, UNPRINTABLE)
    return False


def _store_batch(
    ctx: Ctx, settings: CheckSettings, numbered: list[_Drawn], files: tuple[StoredFile, StoredFile]
) -> CheckBatch:
    batch_id, ordinal = ctx.ids.new(BATCH_PREFIX)
    printed_on, delivery = numbered[0].check.issued_on, numbered[0].transfer.delivery
    batch = CheckBatch(
        organization_id=ctx.organization_id,
        id=batch_id,
        ordinal=ordinal,
        bank_account_id=settings.bank_account_id,
        stored_file_id=files[0].id,
        positive_pay_file_id=files[1].id,
        first_number=numbered[0].check.number,
        last_number=numbered[-1].check.number,
        amount_minor=sum(one.check.amount_minor for one in numbered),
        printed_on=printed_on,
        expires_on=printed_on + timedelta(days=settings.stale_days),
        created_at=ctx.now,
        delivery=None if delivery is None else Delivery(delivery),
    )
    store.CHECK_BATCHES.insert(ctx.tx, batch)
    ctx.emit(ChecksPrinted(batch))
    return batch


def _store_check(ctx: Ctx, batch: CheckBatch, drawn: _Drawn) -> None:
    check_id, ordinal = ctx.ids.new(CHECK_PREFIX)
    check = Check(
        organization_id=ctx.organization_id,
        id=check_id,
        ordinal=ordinal,
        bank_account_id=batch.bank_account_id,
        number=drawn.check.number,
        transfer_id=drawn.transfer.id,
        batch_id=batch.id,
        payee=drawn.check.payee.name,
        payee_address="\n".join(drawn.check.payee.address),
        memo=drawn.check.memo,
        amount_minor=drawn.check.amount_minor,
        issued_on=batch.printed_on,
        expires_on=batch.expires_on,
        status=CheckStatus.PRINTED,
        delivered_at=None,
        cleared_at=None,
        ended_at=None,
        void_file_id=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    store.CHECKS.insert(ctx.tx, check)
    ctx.emit(CheckPrinted(check))
    carried = replace(
        drawn.transfer,
        file_id=batch.id,
        check_number=check.number,
        tracking_number=_tracking_number(ctx, drawn.transfer),
        effective_on=batch.printed_on,
    )
    transfers.start(ctx, transfers.send(ctx, carried))


def face_of(ctx: Ctx, settings: CheckSettings, account: ClearAccount) -> checks.Face:
    """What all checks of an account have alike."""
    return checks.Face(
        payer=checks.Party(
            settings.payer_name or _name_of_payer(ctx), tuple((settings.payer_address or "").splitlines())
        ),
        account=checks.DrawnOn(
            bank_name=bank_accounts.get(ctx, settings.bank_account_id).bank_name,
            routing_number=account.routing_number,
            account_number=account.account_number,
            fraction=settings.bank_fraction or "",
        ),
        stock=settings.stock,
        signature=check_settings.signature_of(ctx, settings),
        signer_title=settings.signer_title or "",
        void_after_days=settings.stale_days,
        specimen=ctx.house.profile is Profile.SANDBOX,
    )


def _name_of_payer(ctx: Ctx) -> str:
    """The organization's name, or its number where a check cannot show the name."""
    organization = get_organization(ctx)
    name = organization.name[: checks.MAX_PAYEE]
    return organization.company_entry_id if checks.printable(name) is None else name


def _draw(ctx: Ctx, transfer: Transfer, number: int) -> checks.Check:
    """The transfer as a check to its payee, whose name and address are those of now."""
    vendor = vendors.get_vendor(ctx, transfer.account_id)
    about = (f"Acct {vendor.account_number}" if vendor.account_number else "", transfer.addendum or "")
    return checks.Check(
        number=number,
        issued_on=calendar.today(ctx.now),
        payee=checks.Party(vendor.payee_name or vendor.name, _address_of(vendor)),
        amount_minor=transfer.amount_minor,
        memo=" · ".join(text for text in about if text),
        lines=tuple(
            checks.RemittanceLine(
                line.document_number,
                line.document_on,
                line.description,
                line.amount_minor + line.credit_minor,
                line.credit_minor,
                line.amount_minor,
            )
            for line in transfers.remittance_of(transfer)
        ),
        reference=transfer.subject_id,
    )


def _address_of(vendor: Vendor) -> tuple[str, ...]:
    """A postal address as it is written in the United States."""
    region = " ".join(part for part in (vendor.address_state, vendor.address_zip) if part)
    place = ", ".join(part for part in (vendor.address_city, region) if part)
    rest = ", ".join(part for part in (vendor.address_line3, vendor.address_line4) if part)
    country = vendor.address_country if vendor.address_country != _HOME else None
    lines = (vendor.address_line1, vendor.address_line2, rest, place, country)
    return tuple(line for line in lines if line)


def _account_of(ctx: Ctx, transfer: Transfer) -> str:
    """The bank account that a check is drawn on: where the own bank has the money, else the one that funds its subject.

    Where a card or the wallet does, it is the default one for payables; none, if there is none.
    """
    holder_id = disbursing_accounts.account_drawn_on(ctx, transfer.subject_id)
    if holder_id is not None:
        return holder_id
    funding = transfers.leg_of(ctx, transfer.subject_id, Leg.FUNDING)
    if funding.account_table is Holder.ORGANIZATION:
        return funding.account_id
    try:
        return bank_accounts.payables_default(ctx).id
    except bank_accounts.NoPayablesDefault:
        return ""


def _account_delivery_and_age(pair: tuple[str, Transfer]) -> tuple[str, str, int]:
    account_id, transfer = pair
    return account_id, transfer.delivery or "", transfer.ordinal


def _tracking_number(ctx: Ctx, transfer: Transfer) -> str | None:
    """Under which number a simulated carrier has the letter; a real one gives its number to who hands it in.

    `1Z`, a shipper, a service, a package, and the digit that checks them.
    """
    if transfer.delivery is None or ctx.house.profile is not Profile.SANDBOX:
        return None
    digits = f"{_SHIPPER}{_SERVICES[Delivery(transfer.delivery)]}{transfer.ordinal % 10**7:07d}"
    values = [int(sign) if sign.isdigit() else (ord(sign) - 63) % 10 for sign in digits]
    return f"1Z{digits}{-(sum(values[::2]) + 2 * sum(values[1::2])) % 10}"
