"""The books of the sandbox's bank, and the statements that it writes from them.

They hold what the bank itself received: entries of files, checks that were presented, what it sent back. Nothing of
them is taken from the ledger, so that a reconciliation compares two things. Accounts begin with nothing. Of wires,
virtual cards and their kind, for which there is no file, it is told by what happens to their transfers.

Of checks it books those that an own bank funds. Where a debit funds a payment, that has charged the account: the check
stands for money that is not the organization's any more.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from billfold.bankfiles import nacha, pain001
from billfold.bankfiles.statements import Format, Kind, Line, Statement
from billfold.bankfiles.statements.writers import write_bai2, write_camt053
from billfold.documents.files import read_file, store_file
from billfold.documents.model import FileKind, StoredFile
from billfold.funding import bank_accounts
from billfold.funding.card_events import ApCardPaidOff, WalletToppedUp
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField
from billfold.kit.query import Query
from billfold.kit.settings import Profile
from billfold.ledger import Code
from billfold.ledger import Transfer as LedgerTransfer
from billfold.rails import calendar, fx, originators, virtual_cards
from billfold.rails.ach_files import OFFSET
from billfold.rails.checks.events import CheckCleared, CheckEnded
from billfold.rails.checks.model import Check, CheckStatus
from billfold.rails.events import InternationalFileBuilt, TransferReturned, TransferSettled, TransferStarted
from billfold.rails.incoming import store as incoming_store
from billfold.rails.model import AchFile, Direction, Holder, Leg, Rail, Transfer
from billfold.rails.statements import disbursing_accounts, store
from billfold.rails.statements.model import SandboxBankLine
from billfold.rails.store import ACH_FILES, by_trace

BOOK_JOB: Final = "rails.bank.book"
PREFIX: Final = "sbl"
#: Entries of a file that are booked in one step.
ENTRIES_PER_STEP: Final = 1_000
#: BAI2's type codes of what this bank books: for money that leaves, and that comes.
_CODES: Final = {
    Kind.CHECK: ("475", "255"),
    Kind.ACH: ("466", "166"),
    Kind.RETURN: ("557", "257"),
    Kind.FEE: ("698", "398"),
    Kind.WIRE: ("495", "195"),
    Kind.OTHER: ("699", "399"),
}
#: Rails without a file of ours: the bank knows of the transfer when it starts.
_TOLD: Final = frozenset({Rail.WIRE, Rail.RPPS, Rail.WALLET})
_MAX_DAYS: Final = 400
_MAX_TEXT: Final = 200
_COVERED: Final = "SETTLEMENT OF CARD OR WALLET"
_MOVED: Final = {Code.WALLET_TOP_UP: "WALLET", Code.CARD_STATEMENT: "CARD PAYMENT"}
_EVERY_ACCOUNT: Final = Query(limit=1_000)


class _Booking(NamedTuple):
    """A line to write: of which account, what is added to it (negative: taken), and what is said of it."""

    bank_account_id: str
    amount_minor: int
    kind: Kind
    reference: str
    description: str = ""
    check_number: int | None = None


def take_file(ctx: Ctx, file: AchFile) -> None:
    """The bank has the file, and will book it when the Fed takes it up."""
    ctx.schedule(BOOK_JOB, max(calendar.starts_at(file.effective_on), ctx.now), key=file.id, file_id=file.id)


def book_file(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: a step of booking every entry on an account of the organization.

    The last one also books the sums on the account that the file is settled on.
    """
    file = ACH_FILES.get(ctx.tx, ctx.organization_id, payload["file_id"])
    assert file is not None, payload["file_id"]
    profile = nacha.PROFILES[originators.get_originator(ctx).bank_profile]
    held = {
        (clear.routing_number, clear.account_number): account.id
        for account in bank_accounts.list_accounts(ctx, _EVERY_ACCOUNT).items
        for clear in [bank_accounts.clear_account(ctx, account.id)]
    }
    corrected = incoming_store.has_corrected_accounts(ctx.tx, ctx.organization_id)
    settled: defaultdict[bool, int] = defaultdict(int)
    bookings: list[_Booking] = []
    done = int(payload.get("done", "0"))
    for position, located in enumerate(nacha.iter_entries(read_file(ctx, file.stored_file_id), profile)):
        if position == done + ENTRIES_PER_STEP:
            _book(ctx, *bookings)
            ctx.schedule(BOOK_JOB, ctx.now, key=file.id, file_id=file.id, done=str(position))
            return
        entry = located.entry
        account_id = held.get((entry.routing_number, entry.account_number))
        if account_id is None and corrected:
            account_id = _under_its_old_number(ctx, entry.trace_number)
        if account_id is not None and account_id == file.bank_account_id and entry.individual_id == OFFSET:
            # The entry that balances a file is its settlement.
            continue
        settled[entry.is_debit] += entry.amount_minor
        if account_id is not None and entry.amount_minor and position >= done:
            signed = _signed(entry.amount_minor, debit=entry.is_debit)
            bookings.append(_Booking(account_id, signed, Kind.ACH, entry.trace_number))
    for is_debit, amount_minor in sorted(settled.items()):
        if amount_minor and file.bank_account_id is not None:
            name = f"{file.effective_on:%y%m%d}-{file.ordinal}"
            bookings.append(_Booking(file.bank_account_id, _signed(amount_minor, debit=not is_debit), Kind.ACH, name))
    if file.bank_account_id is not None:
        bookings += [
            _Booking(file.bank_account_id, covered.amount_minor, Kind.OTHER, covered.id, _COVERED)
            for covered in store.covered_of_file(ctx.tx, ctx.organization_id, file.id)
        ]
    _book(ctx, *bookings)


def _under_its_old_number(ctx: Ctx, trace_number: str) -> str | None:
    """The organization's account that an entry went to which was in a file when the number was corrected."""
    transfer = by_trace(ctx.tx, ctx.organization_id, trace_number)
    return transfer.account_id if transfer is not None and transfer.account_table is Holder.ORGANIZATION else None


def when_ordered(ctx: Ctx, event: InternationalFileBuilt) -> None:
    """What a file orders to be paid abroad is taken from the account that it names, at the rate that was held.

    Of those of an own bank. Where the bank is not the organization's, a debit has charged the account.
    """
    if ctx.house.profile is not Profile.SANDBOX:
        return
    own = originators.get_originator(ctx).own_bank_account_id
    if own is None:
        return
    number = bank_accounts.clear_account(ctx, own).account_number
    for one in pain001.read(read_file(ctx, event.subject.id)).transfers:
        if one.debtor_number == number:
            _book(ctx, _Booking(own, -_cents(one), Kind.WIRE, one.end_to_end_id, one.creditor_name))


def when_started(ctx: Ctx, event: TransferStarted) -> None:
    """Money leaves in no file: by wire, or by the sandbox's own networks."""
    transfer: Transfer = event.subject
    if ctx.house.profile is Profile.SANDBOX and transfer.rail in _TOLD:
        _book_drawn(ctx, transfer, transfer.amount_minor, 1)


def when_settled(ctx: Ctx, event: TransferSettled) -> None:
    """A virtual card is closed: its issuer bills what was charged."""
    transfer: Transfer = event.subject
    if ctx.house.profile is Profile.SANDBOX and transfer.rail is Rail.VIRTUAL_CARD:
        _book_drawn(ctx, transfer, virtual_cards.card_of(ctx, transfer.id).charged_minor, 1)


def when_moved(ctx: Ctx, event: ApCardPaidOff | WalletToppedUp) -> None:
    """The organization pays what it owes on an AP card, or fills its wallet."""
    if ctx.house.profile is Profile.SANDBOX:
        moved: LedgerTransfer = event.subject
        _book(
            ctx, _Booking(moved.credit_account, -moved.amount_minor, Kind.OTHER, moved.document_id, _MOVED[moved.code])
        )


def when_returned(ctx: Ctx, event: TransferReturned) -> None:
    """What the bank sends back goes the other way on every account that it went through."""
    transfer: Transfer = event.subject
    if ctx.house.profile is not Profile.SANDBOX:
        return
    if transfer.rail is Rail.ACH and transfer.file_id is not None:
        _return_entry(ctx, transfer, transfer.file_id)
    elif transfer.rail in _TOLD:
        _book_drawn(ctx, transfer, transfer.amount_minor, -1)
    elif transfer.rail is Rail.INTERNATIONAL:
        why = f"RETURN {transfer.return_code}"
        for line in store.sandbox_lines_named(ctx.tx, ctx.organization_id, transfer.id):
            _book(ctx, _Booking(line.bank_account_id, -line.amount_minor, Kind.WIRE, transfer.id, why))


def _return_entry(ctx: Ctx, transfer: Transfer, file_id: str) -> None:
    file = ACH_FILES.get(ctx.tx, ctx.organization_id, file_id)
    assert file is not None, file_id
    signed = _signed(transfer.amount_minor, debit=transfer.direction is Direction.DEBIT)
    trace, why = transfer.trace_number or "", f"RETURN {transfer.return_code}"
    named = transfer.account_id if transfer.account_table is Holder.ORGANIZATION else None
    if named != file.bank_account_id:
        for account_id, minor in ((named, -signed), (file.bank_account_id, signed)):
            if account_id is not None:
                _book(ctx, _Booking(account_id, minor, Kind.RETURN, trace, why))
    if file.bank_account_id is not None and disbursing_accounts.is_covered(ctx, transfer):
        _book(ctx, _Booking(file.bank_account_id, -signed, Kind.OTHER, transfer.id, _COVERED))


def when_cashed(ctx: Ctx, event: CheckCleared) -> None:
    """A check was presented, and is paid from the account that stands on it."""
    _book_check(ctx, event.subject, -1)


def when_ended(ctx: Ctx, event: CheckEnded) -> None:
    """A check that was paid came back: the money is on the account again."""
    check: Check = event.subject
    if check.status is CheckStatus.RETURNED and check.cleared_at is not None:
        _book_check(ctx, check, 1)


def book_by_hand(ctx: Ctx, bank_account_id: str, amount_minor: int, kind: Kind, text: str) -> SandboxBankLine:
    """The bank does something of its own: a fee, interest, a mistake. Raises `NotFound`, `InvalidField`."""
    bank_accounts.get(ctx, bank_account_id)
    if not amount_minor:
        raise InvalidField("amount", "must not be zero")
    if len(text) > _MAX_TEXT:
        raise InvalidField("description", f"has more than {_MAX_TEXT} characters")
    (line,) = _book(ctx, _Booking(bank_account_id, amount_minor, kind, "", text))
    return line


def write_statement(ctx: Ctx, bank_account_id: str, days: tuple[date, date], form: Format) -> StoredFile:
    """The statement of an account from one day to another, both over. Raises `NotFound`, `InvalidField`s."""
    from_on, to_on = days
    if not from_on <= to_on < calendar.fed_day(ctx.now) or to_on - from_on > timedelta(days=_MAX_DAYS):
        raise InvalidField("to", f"must be a day that is over, at most {_MAX_DAYS} days after the first")
    account = bank_accounts.clear_account(ctx, bank_account_id)
    opening_minor = store.sandbox_balance(ctx.tx, ctx.organization_id, bank_account_id, from_on)
    lines = store.sandbox_lines(ctx.tx, ctx.organization_id, bank_account_id, days)
    name = f"{bank_account_id}-{from_on:%Y%m%d}-{to_on:%Y%m%d}"
    if form is Format.CAMT053:
        whole = _statement(account.account_number, days, opening_minor, lines)
        content = write_camt053(whole, message_id=name[:35], written_at=ctx.now)
    else:
        by_day = {day: list(some) for day, some in groupby(lines, key=lambda line: line.posted_on)}
        statements = []
        for day in sorted({*by_day, from_on, to_on}):
            statements.append(_statement(account.account_number, (day, day), opening_minor, by_day.get(day, [])))
            opening_minor = statements[-1].closing_minor
        content = write_bai2(statements, bank=account.routing_number, customer="SANDBOX", written_at=ctx.now)
    suffix = "xml" if form is Format.CAMT053 else "txt"
    return store_file(ctx, kind=FileKind.BANK_STATEMENT, file_name=f"statement-{name}.{suffix}", content=content)


def _statement(
    account_number: str, days: tuple[date, date], opening_minor: int, lines: list[SandboxBankLine]
) -> Statement:
    return Statement(
        account_number=account_number,
        currency="USD",
        from_on=days[0],
        to_on=days[1],
        opening_minor=opening_minor,
        closing_minor=opening_minor + sum(line.amount_minor for line in lines),
        lines=tuple(
            Line(
                posted_on=line.posted_on,
                amount_minor=line.amount_minor,
                kind=line.kind,
                code=line.code,
                check_number=line.check_number,
                references=(line.id, *([line.reference] if line.reference else [])),
                text=line.description,
            )
            for line in lines
        ),
    )


def _book_drawn(ctx: Ctx, transfer: Transfer, amount_minor: int, sign: int) -> None:
    """A wire names its account; everything else leaves where an own bank holds the payment's money."""
    home = disbursing_accounts.account_drawn_on(ctx, transfer.subject_id)
    if transfer.rail is Rail.WIRE:
        text = f"WIRE {transfer.subject_id}"
        _book(ctx, _Booking(transfer.account_id, -sign * amount_minor, Kind.WIRE, "", text))
        if home not in {None, transfer.account_id}:
            _book(ctx, _Booking(home, sign * amount_minor, Kind.WIRE, "", text))
    elif transfer.leg is Leg.DISBURSEMENT and home is not None:
        text = f"{transfer.rail} {transfer.counterparty}".upper()
        _book(ctx, _Booking(home, -sign * amount_minor, Kind.OTHER, transfer.id, text))


def _cents(order: pain001.ReadTransfer) -> int:
    if order.rate is None:
        return order.amount.minor
    return fx.cents_at(order.amount.minor, order.amount.currency, order.rate)


def _book_check(ctx: Ctx, check: Check, sign: int) -> None:
    if ctx.house.profile is not Profile.SANDBOX:
        return
    (transfer,) = store.transfers_by_id(ctx.tx, ctx.organization_id, [check.transfer_id])
    if disbursing_accounts.account_drawn_on(ctx, transfer.subject_id) == check.bank_account_id:
        _book(
            ctx, _Booking(check.bank_account_id, sign * check.amount_minor, Kind.CHECK, "", check.payee, check.number)
        )


def _signed(amount_minor: int, *, debit: bool) -> int:
    return -amount_minor if debit else amount_minor


def _book(ctx: Ctx, *bookings: _Booking) -> list[SandboxBankLine]:
    ctx.ids.reserve(len(bookings))
    lines = []
    for booking in bookings:
        line_id, ordinal = ctx.ids.new(PREFIX)
        lines.append(
            SandboxBankLine(
                organization_id=ctx.organization_id,
                id=line_id,
                ordinal=ordinal,
                bank_account_id=booking.bank_account_id,
                posted_on=calendar.fed_day(ctx.now),
                amount_minor=booking.amount_minor,
                kind=booking.kind,
                code=_CODES[booking.kind][booking.amount_minor > 0],
                check_number=booking.check_number,
                reference=booking.reference,
                description=booking.description,
                created_at=ctx.now,
            )
        )
    store.SANDBOX_LINES.insert_all(ctx.tx, lines)
    return lines
