"""Reading a bank's NACHA file of returns and notifications of change: whole or not at all, and each file once.

A file is checked to its last record before the first entry counts. Entries are taken in steps, the first of them at
once; what an entry comes to is kept beside it, so that what nobody could place is seen.
"""

from __future__ import annotations

from hashlib import sha256
from itertools import islice
from typing import Final

import msgspec

from billfold.bankfiles import nacha
from billfold.documents.files import read_file, store_file
from billfold.documents.model import FileKind
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Refusal, existing
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.rails import originators
from billfold.rails.events import IncomingFileTaken
from billfold.rails.incoming import store
from billfold.rails.incoming.entries import take_entry
from billfold.rails.incoming.model import FileStatus, IncomingEntry, IncomingFile

FILE_PREFIX: Final = "inf"
TAKE_JOB: Final = "rails.incoming.take"
#: Entries in one step: requests never wait for more.
ENTRIES_PER_STEP: Final = 100
MAX_BYTES: Final = 32 << 20


class IncomingFileInvalid(Refusal):
    """The file is not in the form that it should have, or its totals are not those of its entries."""

    sentence = "The file is refused whole: {problems}"


class TakenFile(msgspec.Struct, frozen=True):
    """A file with the number of its entries by outcome. `repeated`: it had been taken before, so nothing happened."""

    file: IncomingFile
    outcomes: dict[str, int]
    repeated: bool = False


def take_file(ctx: Ctx, content: bytes, *, file_name: str) -> TakenFile:
    """Take a bank's file. One taken before, by its bytes or by what it says of itself, changes nothing.

    The organization must be entered alone: entries lock what they concern in the order of the file.
    Raises `IncomingFileInvalid`.
    """
    digest = sha256(content).hexdigest()
    profile = nacha.PROFILES[originators.get_originator(ctx).bank_profile]
    identity, entry_count = _survey(content, profile)
    known = store.same_file(ctx.tx, ctx.organization_id, digest, identity)
    if known is not None:
        return _view(ctx, known, repeated=True)
    stored = store_file(ctx, kind=FileKind.INCOMING_NACHA, file_name=file_name, content=content)
    file_id, ordinal = ctx.ids.new(FILE_PREFIX)
    file = IncomingFile(
        organization_id=ctx.organization_id,
        id=file_id,
        ordinal=ordinal,
        stored_file_id=stored.id,
        digest=digest,
        identity=identity,
        entry_count=entry_count,
        taken_count=0,
        status=FileStatus.TAKING,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    store.FILES.insert(ctx.tx, file)
    return _view(ctx, _take_some(ctx, file, content))


def take_more(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: take the next entries of a file."""
    file = store.FILES.get(ctx.tx, ctx.organization_id, payload["file_id"], lock=ctx.tx.for_update)
    assert file is not None, f"there is no incoming file {payload['file_id']}"
    if file.status is FileStatus.TAKING:
        _take_some(ctx, file, read_file(ctx, file.stored_file_id))


def get_file(ctx: Ctx, file_id: str) -> TakenFile:
    """The file with this id. Raises `NotFound`."""
    file = existing(store.FILES.get(ctx.tx, ctx.organization_id, file_id), "incoming file", file_id)
    return _view(ctx, file)


def list_files(ctx: Ctx, query: Query) -> list[TakenFile]:
    """A page of files."""
    return [_view(ctx, file) for file in store.FILES.page(ctx.tx, ctx.organization_id, query).items]


def list_entries(ctx: Ctx, query: Query) -> Page[IncomingEntry]:
    """A page of the entries of such files."""
    return store.ENTRIES.page(ctx.tx, ctx.organization_id, query)


def _take_some(ctx: Ctx, file: IncomingFile, content: bytes) -> IncomingFile:
    profile = nacha.PROFILES[originators.get_originator(ctx).bank_profile]
    entries = islice(nacha.iter_entries(content, profile), file.taken_count, file.taken_count + ENTRIES_PER_STEP)
    taken = [take_entry(ctx, file, located) for located in entries]
    store.ENTRIES.insert_all(ctx.tx, taken)
    count = file.taken_count + len(taken)
    status = FileStatus.TAKEN if count == file.entry_count else FileStatus.TAKING
    grown = replace(file, taken_count=count, status=status, updated_at=ctx.now)
    store.FILES.update(ctx.tx, grown, "taken_count", "status", "updated_at")
    if status is FileStatus.TAKEN:
        ctx.emit(IncomingFileTaken(grown))
    else:
        ctx.schedule(TAKE_JOB, ctx.now, key=file.id, file_id=file.id)
    return grown


def _survey(content: bytes, profile: nacha.BankProfile) -> tuple[str, int]:
    """What the file says of itself, and how many entries it has. Raises `IncomingFileInvalid`."""
    totals, entry_count, header, said = nacha.Totals(), 0, None, sha256()
    try:
        header = nacha.read_header(content, profile)
        for located in nacha.iter_entries(content, profile):
            entry_count += 1
            totals.add(located.entry)
            # Banks name one file of a day like another; what is in it tells them apart, however it is written.
            said.update(msgspec.json.encode(located.entry))
    except nacha.NachaError as error:
        raise IncomingFileInvalid(problems=str(error)) from error
    marks = (
        header.immediate_destination,
        header.immediate_origin,
        f"{header.created:%Y%m%d%H%M}",
        header.file_id_modifier,
        header.reference_code,
        str(entry_count),
        str(totals.hash),
        str(totals.debit),
        str(totals.credit),
        said.hexdigest(),
    )
    return "/".join(marks), entry_count


def _view(ctx: Ctx, file: IncomingFile, *, repeated: bool = False) -> TakenFile:
    return TakenFile(file, store.count_outcomes(ctx.tx, ctx.organization_id, file.id), repeated)
