"""Trouble at the sandbox's bank on order: planned through its face, shown when the bank next has to do with it."""

from __future__ import annotations

from typing import Final

from billfold.bankfiles import nacha
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField
from billfold.kit.records import replace
from billfold.rails import store
from billfold.rails.bank_model import BankFault, BankFaultKind
from billfold.rails.model import Direction

PREFIX: Final = "bft"
_CODES: Final = {
    BankFaultKind.RETURN: frozenset(
        code for code, reason in nacha.RETURN_REASONS.items() if reason.stage is nacha.Stage.RETURN
    ),
    BankFaultKind.CHANGE: frozenset(nacha.CHANGE_REASONS),
}


def plan(
    ctx: Ctx, kind: BankFaultKind, *, code: str | None = None, direction: Direction | None = None, times: int = 1
) -> BankFault:
    """Have the bank do so the next `times` times. Raises `InvalidField`."""
    checks = Checks()
    wanted = _CODES.get(kind)
    if wanted is None:
        checks.require(code is None, InvalidField("code", f"is not for {kind}"))
    else:
        checks.require(code in wanted, InvalidField("code", f"must be one of {', '.join(sorted(wanted))}"))
    checks.raise_any()
    fault_id, ordinal = ctx.ids.new(PREFIX)
    fault = BankFault(ctx.organization_id, fault_id, ordinal, kind, code, direction, times, ctx.now)
    store.BANK_FAULTS.insert(ctx.tx, fault)
    return fault


def planned(ctx: Ctx) -> frozenset[BankFaultKind]:
    """The kinds of which there is a fault to be shown."""
    return store.kinds_of_bank_faults(ctx.tx, ctx.organization_id)


def take(ctx: Ctx, kind: BankFaultKind, direction: Direction | None = None) -> BankFault | None:
    """The oldest fault of this kind that concerns the direction, shown once more; None where there is none."""
    fault = store.next_bank_fault(ctx.tx, ctx.organization_id, kind, direction)
    if fault is not None:
        if fault.times > 1:
            store.BANK_FAULTS.update(ctx.tx, replace(fault, times=fault.times - 1), "times")
        else:
            store.delete_bank_fault(ctx.tx, ctx.organization_id, fault.id)
    return fault
