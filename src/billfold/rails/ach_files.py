"""What a cut-off's NACHA file says: batches of due transfers, in the form that the originator's bank wants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Final

import msgspec

from billfold.bankfiles import nacha
from billfold.funding import bank_accounts
from billfold.kit.banking import ClearAccount
from billfold.kit.ctx import Ctx
from billfold.kit.records import instant_text, replace
from billfold.parties import vendors
from billfold.rails import calendar, store
from billfold.rails.model import Direction, Holder, Originator, Transfer

_TRACE_DIGITS: Final = 7
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
_ENTRY_DESCRIPTIONS: Final = {Direction.DEBIT: "FUNDING", Direction.CREDIT: "PAYMENT"}
_OPPOSITE: Final = {Direction.DEBIT: Direction.CREDIT, Direction.CREDIT: Direction.DEBIT}
_OFFSET: Final = "OFFSET"


class BuiltFile(msgspec.Struct, frozen=True):
    """The bytes of a file, and its transfers with the trace numbers that they got in it."""

    first_trace: int
    transfers: list[Transfer]
    content: bytes


def build(ctx: Ctx, due: list[Transfer], effective_on: date, originator: Originator) -> BuiltFile:
    """The file for these transfers. A bank that wants balanced files gets an offsetting entry in each batch."""
    profile = nacha.PROFILES[originator.bank_profile]
    # A batch holds one direction; within the file trace numbers ascend.
    ordered = sorted(due, key=lambda transfer: (transfer.direction, transfer.ordinal))
    groups = [list(group) for _, group in groupby(ordered, key=lambda transfer: transfer.direction)]
    offsets = [list(_offset_amounts(group)) if profile.balanced else [] for group in groups]
    first_trace = ctx.counters.reserve_trace_numbers(len(ordered) + sum(map(len, offsets)))
    traces = _Traces(originator, first_trace)
    traced, batches = [], []
    for number, (group, amounts) in enumerate(zip(groups, offsets, strict=True), start=1):
        numbered = [replace(transfer, trace_number=traces.next()) for transfer in group]
        entries = [_entry(transfer, _clear_account(ctx, transfer)) for transfer in numbered]
        entries += [_offset_entry(ctx, originator, group[0].direction, amount, traces.next()) for amount in amounts]
        traced += numbered
        batches.append(_batch(originator, group[0].direction, effective_on, number, entries))
    file = nacha.File(
        immediate_destination=originator.immediate_destination,
        immediate_origin=originator.immediate_origin,
        created=ctx.now.astimezone(calendar.LOS_ANGELES),
        destination_name=originator.destination_name,
        origin_name=originator.origin_name,
        file_id_modifier=_file_modifier(ctx),
        batches=batches,
    )
    return BuiltFile(first_trace, traced, nacha.render(file, profile))


class _Traces:
    """Trace numbers in ascending order: the originating bank, then a number of the organization."""

    def __init__(self, originator: Originator, first: int) -> None:
        self._bank = originator.odfi_routing[:8]
        self._number = first

    def next(self) -> str:
        number, self._number = self._number, self._number + 1
        return self._bank + f"{number % 10**_TRACE_DIGITS:0{_TRACE_DIGITS}d}"


def _batch(
    originator: Originator, direction: Direction, effective_on: date, number: int, entries: list[nacha.Entry]
) -> nacha.Batch:
    return nacha.Batch(
        company_name=originator.company_name,
        company_id=originator.company_id,
        sec_code="CCD",
        entry_description=_ENTRY_DESCRIPTIONS[direction],
        effective_entry_date=effective_on,
        originating_dfi=originator.odfi_routing[:8],
        batch_number=number,
        entries=entries,
    )


def _entry(transfer: Transfer, account: ClearAccount) -> nacha.Entry:
    assert transfer.trace_number is not None, transfer.id
    individual_id = transfer.subject_id[-15:].upper()
    return nacha.Entry(
        transaction_code=_TRANSACTION_CODES[account.kind, transfer.direction],
        routing_number=account.routing_number,
        account_number=account.account_number,
        amount_minor=transfer.amount_minor,
        individual_id=individual_id,
        # A name without a letter that a file can hold must not keep everybody else's transfers from the bank.
        individual_name=nacha.transliterate(account.name).strip()[:22] or individual_id,
        trace_number=transfer.trace_number,
        addenda=(nacha.Addendum(transfer.addendum[:80]),) if transfer.addendum else (),
    )


def _offset_amounts(group: list[Transfer]) -> Iterator[int]:
    """The batch's sum, in as many entries as its digits need."""
    rest = sum(transfer.amount_minor for transfer in group)
    while rest:
        amount = min(rest, _MAX_ENTRY_MINOR)
        yield amount
        rest -= amount


def _offset_entry(ctx: Ctx, originator: Originator, direction: Direction, amount_minor: int, trace: str) -> nacha.Entry:
    assert originator.offset_bank_account_id is not None, "a balanced profile has an offset account"
    account = bank_accounts.clear_account(ctx, originator.offset_bank_account_id)
    return nacha.Entry(
        transaction_code=_TRANSACTION_CODES[account.kind, _OPPOSITE[direction]],
        routing_number=account.routing_number,
        account_number=account.account_number,
        amount_minor=amount_minor,
        individual_id=_OFFSET,
        individual_name=account.name[:22],
        trace_number=trace,
    )


def _clear_account(ctx: Ctx, transfer: Transfer) -> ClearAccount:
    if transfer.account_table is Holder.ORGANIZATION:
        return bank_accounts.clear_account(ctx, transfer.account_id)
    return vendors.clear_account(ctx, transfer.account_id)


def _file_modifier(ctx: Ctx) -> str:
    local = ctx.now.astimezone(calendar.LOS_ANGELES)
    midnight = datetime.combine(local.date(), datetime.min.time(), calendar.LOS_ANGELES)
    built_today = store.files_of_day(ctx.tx, ctx.organization_id, instant_text(midnight))
    return _FILE_MODIFIERS[built_today % len(_FILE_MODIFIERS)]
