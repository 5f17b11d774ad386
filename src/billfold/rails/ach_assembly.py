"""Putting a NACHA file together in steps, each a transaction of its own (docs/decisions/0013).

A step takes some of what is due, writes and checks its entries as parts of the lane's open file, and sends the
transfers: from then on this file carries them, and no other. The last step joins the parts, reads the file back and
stores it. What a crash interrupts is a step, which leaves nothing; the next one goes on from what is committed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from billfold.bankfiles import nacha
from billfold.documents.files import store_file
from billfold.documents.model import FileKind
from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.rails import ach_files, originators, prenotes, store, transfers
from billfold.rails.ach_files import BatchKey, Draft
from billfold.rails.calendar import Slot
from billfold.rails.events import AchFileBuilt
from billfold.rails.model import AchFile, Assembly, FilePart, Lane, Originator, Prenote, Transfer

FILE_PREFIX: Final = "ach"
#: Nacha file control positions 32-55: twelve digits for all debits and for all credits, what balances them included.
MAX_FILE_MINOR: Final = 999_999_999_999
_SEALED: Final = ("ach_file_parts", "content_sealed")


def open_assembly(ctx: Ctx, lane: Lane) -> Assembly | None:
    """The file that the lane has open, locked."""
    return store.ASSEMBLIES.get(ctx.tx, ctx.organization_id, lane.value, lock=ctx.tx.for_update)


def fitting(ctx: Ctx, assembly: Assembly | None, due: Sequence[Transfer | Prenote]) -> Sequence[Transfer | Prenote]:
    """As many of these, from the first on, as the file's totals have digits for."""
    total_minor = 0 if assembly is None else store.total_of_parts(ctx.tx, ctx.organization_id, assembly.file_id)
    for position, subject in enumerate(due):
        total_minor += subject.amount_minor if isinstance(subject, Transfer) else 0
        if total_minor > MAX_FILE_MINOR:
            return due[:position]
    return due


def add(ctx: Ctx, lane: Lane, assembly: Assembly | None, due: Sequence[Transfer | Prenote], slot: Slot) -> Assembly:
    """Put these into the lane's file, which is begun if there is none. Raises `OriginatorMissing`."""
    originator = originators.require_originator(ctx)
    begun = assembly or _begin(ctx, lane)
    drafts = sorted(ach_files.drafts_of(ctx, due), key=lambda draft: (draft.key, draft.subject.ordinal))
    # Whoever keeps a record of each transfer that is sent draws its id: all of them in one statement.
    ctx.ids.reserve(sum(isinstance(one, Transfer) for one in due))
    first_trace = ctx.counters.reserve_trace_numbers(len(drafts))
    numbered = [(_in_round(draft, number), number) for number, draft in enumerate(drafts, start=first_trace)]
    parts = begun.part_count
    for key, group in groupby(numbered, key=lambda one: one[0].key):
        members = [(draft, ach_files.trace_number(originator, number)) for draft, number in group]
        parts += 1
        _write_part(ctx, originator, key, (begun.file_id, parts), members)
        for draft, trace in members:
            _send(ctx, draft, begun.file_id, trace, slot)
    grown = replace(begun, part_count=parts, entry_count=begun.entry_count + len(drafts))
    store.ASSEMBLIES.update(ctx.tx, grown, "part_count", "entry_count")
    return grown


def close(ctx: Ctx, assembly: Assembly, slot: Slot) -> AchFile:
    """Join the parts to the file, store it and forget them.

    Its effective entry date is that of the slot it leaves in, whatever day its parts were made for.
    """
    originator = originators.require_originator(ctx)
    parts = store.parts_of(ctx.tx, ctx.organization_id, assembly.file_id)
    profile = nacha.PROFILES[originator.bank_profile]
    content = b"".join(
        nacha.join(ach_files.header_of(ctx, originator), _batches(ctx, originator, parts, slot), profile)
    )
    # Read back before anybody else does: totals, counts and hash must hold, or nothing is sent.
    for _ in nacha.iter_entries(content, profile):
        pass
    window = None if slot.window is None else slot.window.mark
    number = store.count_ach_files(ctx.tx, ctx.organization_id) + 1
    file_name = f"ach-{slot.effective_on:%Y%m%d}-{number:07d}.txt"
    stored = store_file(ctx, kind=FileKind.NACHA, file_name=file_name, content=content)
    file = AchFile(
        organization_id=ctx.organization_id,
        id=assembly.file_id,
        ordinal=assembly.ordinal,
        stored_file_id=stored.id,
        effective_on=slot.effective_on,
        entry_count=assembly.entry_count,
        debit_minor=sum(part.debit_minor for part in parts),
        credit_minor=sum(part.credit_minor for part in parts),
        status="built",
        # By the clock, as its header: files that an outage made late are of one day, and must be told apart.
        created_at=ctx.clock_now,
        updated_at=ctx.clock_now,
        same_day_window=window,
        bank_account_id=originator.own_bank_account_id,
    )
    store.ACH_FILES.insert(ctx.tx, file)
    store.move_file(ctx.tx, ctx.organization_id, file.id, slot.effective_on)
    store.close_assembly(ctx.tx, assembly)
    ctx.emit(AchFileBuilt(file))
    return file


def _begin(ctx: Ctx, lane: Lane) -> Assembly:
    file_id, ordinal = ctx.ids.new(FILE_PREFIX)
    assembly = Assembly(ctx.organization_id, lane, file_id, ordinal, 0, 0, ctx.now)
    store.ASSEMBLIES.insert(ctx.tx, assembly)
    return assembly


def _in_round(draft: Draft, number: int) -> Draft:
    return replace(draft, key=replace(draft.key, trace_round=number // ach_files.TRACE_ROUND))


def _send(ctx: Ctx, draft: Draft, file_id: str, trace: str, slot: Slot) -> None:
    subject = draft.subject
    if isinstance(subject, Prenote):
        prenotes.send(ctx, subject, file_id, trace, slot.effective_on)
        return
    carried = replace(
        subject, file_id=file_id, trace_number=trace, sec_code=draft.key.sec_code, effective_on=slot.effective_on
    )
    transfers.send(ctx, carried)


def _write_part(
    ctx: Ctx, originator: Originator, key: BatchKey, place: tuple[str, int], members: Sequence[tuple[Draft, str]]
) -> None:
    entries = [ach_files.entry_of(draft, trace) for draft, trace in members]
    batch = ach_files.batch_of(originator, key, None)
    written = nacha.write_part(_with(batch, entries), nacha.PROFILES[originator.bank_profile])
    file_id, number = place
    totals = written.totals
    part = FilePart(
        organization_id=ctx.organization_id,
        file_id=file_id,
        number=number,
        batch=key.text(),
        entry_count=written.entry_count,
        record_count=totals.count,
        entry_hash=totals.hash,
        debit_minor=totals.debit,
        credit_minor=totals.credit,
    )
    sealed = ctx.vault().seal(*_SEALED, f"{file_id}/{number}", written.content.decode("ascii"))
    store.insert_part(ctx.tx, part, sealed)


def _batches(
    ctx: Ctx, originator: Originator, parts: Sequence[FilePart], slot: Slot
) -> Iterator[tuple[nacha.Batch, Iterator[nacha.Part]]]:
    for number, (text, group) in enumerate(groupby(parts, key=lambda part: part.batch), start=1):
        key = BatchKey.of_text(text)
        yield ach_files.batch_of(originator, key, slot, number), _parts(ctx, originator, key, list(group))


def _parts(ctx: Ctx, originator: Originator, key: BatchKey, parts: Sequence[FilePart]) -> Iterator[nacha.Part]:
    """The parts of a batch, one at a time, and what balances it where the bank wants that."""
    vault = ctx.vault()
    for part in parts:
        sealed = store.sealed_part(ctx.tx, ctx.organization_id, part.file_id, part.number)
        content = vault.open(*_SEALED, f"{part.file_id}/{part.number}", sealed).encode("ascii")
        totals = nacha.Totals(part.record_count, part.entry_hash, part.debit_minor, part.credit_minor)
        yield nacha.Part(content, part.entry_count, totals)
    profile = nacha.PROFILES[originator.bank_profile]
    total_minor = sum(part.debit_minor + part.credit_minor for part in parts)
    if profile.balanced and total_minor:
        first_trace = ctx.counters.reserve_trace_numbers(ach_files.count_offsets(total_minor))
        offsets = ach_files.offset_entries(ctx, originator, key.direction, total_minor, first_trace)
        yield nacha.write_part(_with(ach_files.batch_of(originator, key, None), offsets), profile)


def _with(batch: nacha.Batch, entries: Sequence[nacha.Entry]) -> nacha.Batch:
    return dataclasses.replace(batch, entries=tuple(entries))
