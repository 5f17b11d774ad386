"""The files that the sandbox's bank writes: returns and notifications of change, as a real bank would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from billfold.bankfiles import nacha
from billfold.kit.ctx import Ctx
from billfold.rails import calendar, originators
from billfold.rails.incoming import store
from billfold.rails.model import Originator

_MODIFIERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_ROUTING: Final = "322271627"
_NEW_ENDING: Final = "0102"
_DEBITS_FROM: Final = 5
_OTHER_KINDS: Final = {2: "32", 3: "22"}


class Answer(NamedTuple):
    """What the bank says of an entry that it got: a return reason or a change code, and what it would have instead."""

    batch: nacha.Batch
    entry: nacha.Entry
    code: str
    corrections: dict[str, str] | None = None


def write_answers(ctx: Ctx, answers: Sequence[Answer]) -> bytes:
    """A file of returns or of notifications of change, one batch for each bank, company and class."""
    originator = originators.get_originator(ctx)
    number = store.count_files(ctx.tx, ctx.organization_id)
    return nacha.render(
        nacha.File(
            immediate_destination=originator.odfi_routing,
            immediate_origin=originator.immediate_destination,
            created=ctx.now.astimezone(calendar.NEW_YORK),
            destination_name=originator.origin_name,
            origin_name=originator.destination_name,
            file_id_modifier=_MODIFIERS[number % len(_MODIFIERS)],
            reference_code=f"{number + 1:08d}",
            batches=list(_batches(originator, answers)),
        )
    )


def default_corrections(code: str, entry: nacha.Entry) -> dict[str, str]:
    """What the bank would have instead, where nobody said: another account, bank, name or kind."""
    invented = {
        "routing_number": _ROUTING,
        "account_number": (entry.account_number[:-4] + _NEW_ENDING)[-17:],
        "transaction_code": _OTHER_KINDS[entry.transaction_code // 10],
        "name": "CORRECTED NAME",
        "identification": "CORRECTED-ID",
        "company_name": "CORRECTED CO",
        "company_id": "9999999999",
        "addenda": "ADDENDA NOT IN ANSI X12",
    }
    return {part.field: invented[part.field] for part in nacha.CHANGE_REASONS[code].parts}


def _batches(originator: Originator, answers: Sequence[Answer]) -> Iterator[nacha.Batch]:
    ordered = sorted(answers, key=_batch_key)
    sequence = 0
    for number, (key, group) in enumerate(groupby(ordered, key=_batch_key), start=1):
        rdfi, sec_code, _ = key
        members = list(group)
        batch = members[0].batch
        traces = [f"{rdfi}{place:07d}" for place in range(sequence + 1, sequence + 1 + len(members))]
        sequence += len(members)
        entries = [_entry(originator, answer, trace) for answer, trace in zip(members, traces, strict=True)]
        yield nacha.Batch(
            company_name=batch.company_name,
            company_id=batch.company_id,
            sec_code=sec_code,
            entry_description=batch.entry_description,
            effective_entry_date=batch.effective_entry_date,
            originating_dfi=rdfi,
            batch_number=number,
            entries=entries,
        )


def _batch_key(answer: Answer) -> tuple[str, str, str]:
    sec_code = nacha.COR.code if answer.corrections is not None else answer.batch.sec_code
    return answer.entry.routing_number[:8], sec_code, answer.batch.entry_description


def _entry(originator: Originator, answer: Answer, trace: str) -> nacha.Entry:
    entry = answer.entry
    code = entry.transaction_code // 10 * 10 + (6 if entry.transaction_code % 10 >= _DEBITS_FROM else 1)
    return nacha.Entry(
        transaction_code=code,
        routing_number=originator.odfi_routing,
        account_number=entry.account_number,
        amount_minor=entry.amount_minor if answer.corrections is None else 0,
        individual_id=entry.individual_id,
        individual_name=entry.individual_name,
        trace_number=trace,
        addenda=(_addendum(answer, trace),),
    )


def _addendum(answer: Answer, trace: str) -> nacha.AnyAddendum:
    original_trace, rdfi = answer.entry.trace_number, answer.entry.routing_number[:8]
    if answer.corrections is None:
        return nacha.ReturnAddendum(
            code=answer.code, original_trace_number=original_trace, original_rdfi=rdfi, trace_number=trace
        )
    return nacha.ChangeAddendum(
        code=answer.code,
        original_trace_number=original_trace,
        original_rdfi=rdfi,
        corrected_data=nacha.corrected_data(answer.code, answer.corrections),
        trace_number=trace,
    )
