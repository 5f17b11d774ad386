"""What a NACHA file says of a transfer: its entry, the class of it, what its receiver is told, and its batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import Final

import msgspec

from billfold.bankfiles import nacha
from billfold.funding import bank_accounts
from billfold.kit.banking import ClearAccount
from billfold.kit.columns import instant_text
from billfold.kit.ctx import Ctx
from billfold.parties import vendors
from billfold.rails import calendar, store
from billfold.rails.calendar import Slot
from billfold.rails.model import Direction, Holder, Originator, Prenote, Transfer
from billfold.rails.transfers import remittance_of

TRACE_ROUND: Final = 10**7
_FILE_MODIFIERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#: Nacha entry detail positions 30-39: ten digits.
_MAX_ENTRY_MINOR: Final = 9_999_999_999
#: Nacha entry detail positions 2-3: checking and savings, credit and debit.
_TRANSACTION_CODES: Final = {
    ("CHECKING", Direction.CREDIT): 22,
    ("CHECKING", Direction.DEBIT): 27,
    ("SAVINGS", Direction.CREDIT): 32,
    ("SAVINGS", Direction.DEBIT): 37,
}
_PRENOTE_CODES: Final = {"CHECKING": 23, "SAVINGS": 33}
#: What a batch is for, told to its receivers (company entry description).
FUNDING, PAYMENT, PRENOTE = "FUNDING", "PAYMENT", "PRENOTE"
_PURPOSES: Final = {Direction.DEBIT: FUNDING, Direction.CREDIT: PAYMENT}
_OPPOSITE: Final = {Direction.DEBIT: Direction.CREDIT, Direction.CREDIT: Direction.DEBIT}
_SERVICE_CLASSES: Final = {Direction.DEBIT: nacha.DEBITS_ONLY, Direction.CREDIT: nacha.CREDITS_ONLY}
#: The individual id of an entry that balances a file.
OFFSET: Final = "OFFSET"
_CCD, _CTX, _PPD = nacha.CCD.code, nacha.CTX.code, nacha.PPD.code


class BatchKey(msgspec.Struct, frozen=True, order=True):
    """What the entries of one batch have in common. Trace numbers ascend within a round."""

    direction: Direction
    purpose: str
    sec_code: str
    trace_round: int = 0

    def text(self) -> str:
        """The key as it is stored, and sorted."""
        return f"{self.direction}/{self.purpose}/{self.sec_code}/{self.trace_round:06d}"

    @classmethod
    def of_text(cls, text: str) -> BatchKey:
        """The key of a stored text."""
        direction, purpose, sec_code, trace_round = text.split("/")
        return cls(Direction(direction), purpose, sec_code, int(trace_round))


class Draft(msgspec.Struct, frozen=True):
    """A transfer or prenote on its way into a file: its batch, its account and what its receiver is told."""

    subject: Transfer | Prenote
    key: BatchKey
    account: ClearAccount
    addenda: tuple[nacha.Addendum, ...] = ()


def drafts_of(ctx: Ctx, subjects: Sequence[Transfer | Prenote]) -> list[Draft]:
    """What becomes of each in a file. An account that many of them name is opened once."""

    @cache
    def open_account(holder: Holder, account_id: str) -> ClearAccount:
        if holder is Holder.ORGANIZATION:
            return bank_accounts.clear_account(ctx, account_id)
        return vendors.clear_account(ctx, account_id)

    return [
        _draft_of_prenote(one, open_account(Holder.VENDOR, one.account_id))
        if isinstance(one, Prenote)
        else _draft_of(one, open_account(one.account_table, one.account_id))
        for one in subjects
    ]


def _draft_of(transfer: Transfer, account: ClearAccount) -> Draft:
    sec_code, addenda = _class_of(transfer, account)
    return Draft(transfer, BatchKey(transfer.direction, _PURPOSES[transfer.direction], sec_code), account, addenda)


def _draft_of_prenote(prenote: Prenote, account: ClearAccount) -> Draft:
    """A trial entry is of the class that money will be."""
    return Draft(prenote, BatchKey(Direction.CREDIT, PRENOTE, _PPD if account.of_person else _CCD), account)


def _class_of(transfer: Transfer, account: ClearAccount) -> tuple[str, tuple[nacha.Addendum, ...]]:
    """The class follows from whose account it is, and from how much its receiver is told.

    A person's account takes PPD and one addendum; a company's CCD with one, or CTX where one does not hold all the
    documents that are paid.
    """
    told = (nacha.Addendum(transfer.addendum[:80]),) if transfer.addendum else ()
    if account.of_person:
        return _PPD, told
    documents = [
        nacha.Remitted(line.document_number, line.amount_minor, line.document_on) for line in remittance_of(transfer)
    ]
    if not documents or nacha.short_advice(documents) is not None:
        return _CCD, told
    advice = nacha.advice(documents, reference=transfer.subject_id, total_minor=transfer.amount_minor)
    return _CTX, advice


def entry_of(draft: Draft, trace_number: str) -> nacha.Entry:
    """The entry with this trace number."""
    subject, account = draft.subject, draft.account
    if isinstance(subject, Prenote):
        code, amount_minor = _PRENOTE_CODES[account.kind], 0
    else:
        code, amount_minor = _TRANSACTION_CODES[account.kind, subject.direction], subject.amount_minor
    individual_id = individual_id_of(subject)
    length = 16 if draft.key.sec_code == _CTX else 22
    # A name without a letter that a file can hold must not keep everybody else's transfers from the bank.
    name = nacha.transliterate(account.name).strip()[:length] or individual_id
    return nacha.Entry(
        transaction_code=code,
        routing_number=account.routing_number,
        account_number=account.account_number,
        amount_minor=amount_minor,
        individual_id=individual_id,
        individual_name=name,
        trace_number=trace_number,
        addenda=draft.addenda,
    )


def individual_id_of(subject: Transfer | Prenote) -> str:
    """What an entry says it is for; whoever sends it back says the same."""
    reference = subject.vendor_id if isinstance(subject, Prenote) else subject.subject_id
    return reference[-15:].upper()


def offset_entries(
    ctx: Ctx, originator: Originator, direction: Direction, total_minor: int, first_trace: int
) -> list[nacha.Entry]:
    """What balances a batch: its sum to or from the offset account, in as many entries as its digits need."""
    assert originator.offset_bank_account_id is not None, "a balanced profile has an offset account"
    account = bank_accounts.clear_account(ctx, originator.offset_bank_account_id)
    return [
        nacha.Entry(
            transaction_code=_TRANSACTION_CODES[account.kind, _OPPOSITE[direction]],
            routing_number=account.routing_number,
            account_number=account.account_number,
            amount_minor=amount_minor,
            individual_id=OFFSET,
            individual_name=nacha.transliterate(account.name).strip()[:16] or OFFSET,
            trace_number=trace_number(originator, first_trace + position),
        )
        for position, amount_minor in enumerate(_portions(total_minor))
    ]


def count_offsets(total_minor: int) -> int:
    """How many entries balance this sum."""
    return -(-total_minor // _MAX_ENTRY_MINOR)


def batch_of(originator: Originator, key: BatchKey, slot: Slot | None, number: int = 1) -> nacha.Batch:
    """The batch without its entries; without a slot, to check entries against before the file's day is known."""
    effective_on = date(2000, 1, 1) if slot is None else slot.effective_on
    balanced = nacha.PROFILES[originator.bank_profile].balanced and key.purpose != PRENOTE
    return nacha.Batch(
        company_name=originator.company_name,
        company_id=originator.company_id,
        sec_code=key.sec_code,
        entry_description=key.purpose,
        descriptive_date=slot.window.mark if slot is not None and slot.window is not None else "",
        effective_entry_date=effective_on,
        originating_dfi=originator.odfi_routing[:8],
        batch_number=number,
        service_class_code=nacha.MIXED if balanced else _SERVICE_CLASSES[key.direction],
    )


def header_of(ctx: Ctx, originator: Originator) -> nacha.File:
    """The file without its batches."""
    return nacha.File(
        immediate_destination=originator.immediate_destination,
        immediate_origin=originator.immediate_origin,
        created=ctx.clock_now.astimezone(calendar.LOS_ANGELES),
        destination_name=originator.destination_name,
        origin_name=originator.origin_name,
        file_id_modifier=_file_modifier(ctx),
    )


def trace_number(originator: Originator, number: int) -> str:
    """The originating bank, then a number of the organization, which comes round again after ten million."""
    return originator.odfi_routing[:8] + f"{number % TRACE_ROUND:07d}"


def _portions(total_minor: int) -> Iterator[int]:
    rest = total_minor
    while rest:
        amount = min(rest, _MAX_ENTRY_MINOR)
        yield amount
        rest -= amount


def _file_modifier(ctx: Ctx) -> str:
    local = ctx.clock_now.astimezone(calendar.LOS_ANGELES)
    midnight = datetime.combine(local.date(), datetime.min.time(), calendar.LOS_ANGELES)
    built_today = store.files_of_day(ctx.tx, ctx.organization_id, instant_text(midnight))
    return _FILE_MODIFIERS[built_today % len(_FILE_MODIFIERS)]
