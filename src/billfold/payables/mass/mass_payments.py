"""Mass payments: a request keeps what is wanted, jobs pay it in chunks (contract: payables §6.1, §6.2).

What is wrong with the request as a whole refuses it; what is wrong with one bill when its turn comes fails that bill
alone. The bills of a vendor stay together as far as one combined payment can carry them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from billfold.identity import store as identity_store
from billfold.identity.permissions import MayNotPay, Permission, require_permission
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import Checks, InvalidField, NotFound, Refusal, Refusals, existing
from billfold.kit.money import is_in_range
from billfold.kit.records import replace
from billfold.payables.bills import store as bill_store
from billfold.payables.events import MassPaymentRequested
from billfold.payables.mass import store
from billfold.payables.mass.model import TRANSITIONS, MassPart, MassPayment, MassView, PartStatus
from billfold.payables.payments.funding_sources import require_payer
from billfold.payables.payments.model import BillAmount, PayRunDraft
from billfold.payables.payments.pay_runs import MAX_COMBINED, pay_bills
from billfold.payables.payments.payment_rules import PartsRefused, check_date, check_texts, refuse_any
from billfold.payables.payments.standing_payments import in_the_name_of
from billfold.payables.quotes.exchange_quotes import claim_quotes
from billfold.rails import originators

PREFIX: Final = "bbq"
PAY_JOB: Final = "payables.mass.pay"
#: Bills paid in one transaction at most: requests never wait longer than for so many.
CHUNK: Final = 50


def request(ctx: Ctx, run: PayRunDraft) -> MassPayment:
    """Keep what is to be paid, and have jobs pay it, soon and one chunk after the other.

    Raises `NotFound` and `MayNotPay` for the funding account, `OriginatorMissing`, `ProcessDateInvalid`,
    `InvalidField`s, and `PartsRefused` with bills that are not there, named twice or paid nothing, or whose rate is
    not held.
    """
    vendor_of = bill_store.vendors_of_bills(ctx.tx, ctx.organization_id, [one.bill_id for one in run.bills])
    require_payer(ctx, run.funding_account)
    originators.require_set_up(ctx)
    check_texts(run.description, run.transaction_number)
    if run.process_on is not None:
        check_date(ctx, run.process_on)
    _check_bills(run, vendor_of)
    _claim_rates(ctx, run, vendor_of)
    batch_id, ordinal = ctx.ids.new(PREFIX)
    header = msgspec.json.encode(replace(run, bills=(), rates_claimed=True)).decode()
    batch = MassPayment(ctx.organization_id, batch_id, ordinal, header, len(run.bills), ctx.actor.user_id, ctx.now)
    store.BATCHES.insert(ctx.tx, batch)
    chunks = list(_chunks([vendor_of[one.bill_id] for one in run.bills]))
    store.PARTS.insert_all(
        ctx.tx,
        [
            _part(batch, position, chunk, run.bills[position])
            for chunk, positions in enumerate(chunks)
            for position in positions
        ],
    )
    for chunk in range(len(chunks)):
        ctx.schedule(PAY_JOB, ctx.now, key=f"{batch_id}/{chunk}", batch_id=batch_id, chunk=str(chunk))
    ctx.emit(MassPaymentRequested(batch))
    return batch


def get(ctx: Ctx, batch_id: str) -> MassView:
    """The batch with what became of each bill. Raises `NotFound`."""
    batch = existing(store.BATCHES.get(ctx.tx, ctx.organization_id, batch_id), "mass payment", batch_id)
    return MassView(batch, store.parts_of(ctx.tx, ctx.organization_id, batch_id))


def pay(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: pay the bills of one chunk that can be paid, in the name of who asked, and note why others cannot."""
    batch = store.BATCHES.get(ctx.tx, ctx.organization_id, payload["batch_id"])
    assert batch is not None, "a batch stays"
    chunk = store.lock_chunk(ctx.tx, ctx.organization_id, batch.id, int(payload["chunk"]))
    waiting = [part for part in chunk if part.status is PartStatus.SCHEDULED]
    user = identity_store.USERS.get(ctx.tx, ctx.organization_id, batch.created_by)
    if user is None or user.record_status is not RecordStatus.ACTIVE:
        _fail(ctx, waiting, MayNotPay())
        return
    with in_the_name_of(ctx, user):
        try:
            require_permission(user.role, Permission.PAY_BILLS)
        except MayNotPay as refusal:
            _fail(ctx, waiting, refusal)
            return
        _pay(ctx, batch.run(), waiting)


def _pay(ctx: Ctx, run: PayRunDraft, waiting: list[MassPart]) -> None:
    """Whatever is refused is taken out, and the rest tried again, until the rest is paid."""
    while waiting:
        try:
            with ctx.attempt():
                views = pay_bills(ctx, replace(run, bills=tuple(part.amount() for part in waiting)))
        except PartsRefused as refused:
            wrong = [bool(checks.found) for checks in refused.by_part]
            for position, part in enumerate(waiting):
                if wrong[position]:
                    _fail(ctx, [part], refused.of_part(position))
            waiting = [part for position, part in enumerate(waiting) if not wrong[position]]
        except (Refusal, Refusals) as refused:
            # Of the run as a whole: of one bill by itself, or else each may fare better alone.
            if len(waiting) == 1:
                _fail(ctx, waiting, refused)
                return
            for part in waiting:
                _pay(ctx, run, [part])
            return
        else:
            paid_by = {made.bill_id: made.payment_id for view in views for made in view.bill_payments}
            for part in waiting:
                _step(ctx, part, PartStatus.COMPLETED, payment_id=paid_by.get(part.bill_id))
            return


def _fail(ctx: Ctx, parts: Sequence[MassPart], refusal: Refusal | Refusals) -> None:
    first = refusal.refusals[0] if isinstance(refusal, Refusals) else refusal
    for part in parts:
        _step(ctx, part, PartStatus.FAILED, error_code=first.code, error=str(refusal))


def _step(ctx: Ctx, part: MassPart, status: PartStatus, **outcome: str | None) -> None:
    status = TRANSITIONS.step(f"{part.batch_id}/{part.position}", part.status, status)
    changed = replace(part, status=status, **outcome)
    store.PARTS.update(ctx.tx, changed, "status", "payment_id", "error_code", "error")


def _check_bills(run: PayRunDraft, vendor_of: dict[str, str]) -> None:
    first: dict[str, int] = {}
    by_part = []
    for position, one in enumerate(run.bills):
        checks = Checks()
        checks.require(one.bill_id in vendor_of, NotFound("bill", one.bill_id))
        before = first.setdefault(one.bill_id, position)
        checks.require(before == position, InvalidField("bill_id", f"is that of [{before}] too"))
        if not is_in_range(one.amount):
            checks.note(InvalidField("amount", "is out of range"))
        elif not (one.amount > 0 or (run.covered and one.credits and one.amount == 0)):
            checks.note(InvalidField("amount", "must be greater than zero"))
        by_part.append(checks)
    refuse_any(by_part)


def _claim_rates(ctx: Ctx, run: PayRunDraft, vendor_of: dict[str, str]) -> None:
    """The rates are held for all the bills of a vendor, however many payments they take and whenever those are made."""
    if run.exchange_rate_batch_id is None:
        return
    wanted: dict[str, list[Decimal]] = defaultdict(list)
    for one in run.bills:
        wanted[vendor_of[one.bill_id]].append(one.amount)
    refused = claim_quotes(ctx, run.exchange_rate_batch_id, wanted)
    by_part = [Checks() for _ in run.bills]
    for checks, one in zip(by_part, run.bills, strict=True):
        if (refusal := refused.get(vendor_of[one.bill_id])) is not None:
            checks.note(refusal)
    refuse_any(by_part)


def _chunks(vendor_ids: Sequence[str]) -> Iterator[list[int]]:
    """The positions of each chunk: the bills of a vendor in pieces that fit one payment, as many pieces as fit."""
    of_vendor: dict[str, list[int]] = defaultdict(list)
    for position, vendor_id in enumerate(vendor_ids):
        of_vendor[vendor_id].append(position)
    chunk: list[int] = []
    for positions in of_vendor.values():
        for start in range(0, len(positions), MAX_COMBINED):
            piece = positions[start : start + MAX_COMBINED]
            if len(chunk) + len(piece) > CHUNK:
                yield chunk
                chunk = []
            chunk = chunk + piece
    if chunk:
        yield chunk


def _part(batch: MassPayment, position: int, chunk: int, wanted: BillAmount) -> MassPart:
    return MassPart(
        organization_id=batch.organization_id,
        batch_id=batch.id,
        position=position,
        chunk=chunk,
        bill_id=wanted.bill_id,
        wanted=msgspec.json.encode(wanted).decode(),
        status=PartStatus.SCHEDULED,
        payment_id=None,
        error_code=None,
        error=None,
    )
