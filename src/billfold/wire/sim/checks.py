"""Printed checks: what the post, the payee and the bank do with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from billfold.kit.ctx import Ctx
from billfold.kit.errors import StateForbids
from billfold.rails import transfers
from billfold.rails.checks import checks
from billfold.rails.checks.model import Check
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.own.checks import CheckList, CheckShape, check_shape, newest_checks
from billfold.wire.sim.scope import in_organization, row

#: The verb in the path, what it does, and its summary.
VERBS: Final[tuple[tuple[str, Callable[[Ctx, str], Check], str], ...]] = (
    ("deliver", checks.deliver_check, "Deliver a check now"),
    ("clear", checks.clear_check, "Cash a check now"),
    ("void", checks.void_check, "Void a check now"),
    ("stop", checks.stop_check, "Stop a check at the bank now"),
    ("stale", checks.expire_check, "Make a check stale now"),
)


def list_checks(ctx: Ctx, _: Call, __: None) -> CheckList:
    """Checks, newest first."""
    return newest_checks(ctx)


def _step(verb: str, step: Callable[[Ctx, str], Check]) -> Callable[[Ctx, Call, Any], CheckShape]:
    def run(ctx: Ctx, call: Call, _: None) -> CheckShape:
        transfer = transfers.get_transfer(ctx, call.path_ids["transferId"])
        check = checks.check_of(ctx, transfer.id)
        if check is None:
            raise StateForbids(noun=f"{transfer.rail} transfer", id=transfer.id, verb=verb, state=transfer.status)
        return check_shape(step(ctx, check.id))

    return run


def declare(catalogue: Catalogue) -> None:
    """The rows of checks."""
    row(catalogue, "GET", "checks", "List checks, newest first", in_organization(list_checks), response=CheckList)
    for verb, step, summary in VERBS:
        path = f"transfers/{{transferId}}/{verb}"
        row(catalogue, "POST", path, summary, in_organization(_step(verb, step)), response=CheckShape)
