"""Printed checks: what became of them, by hand where no bank says so itself, and copies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from billfold.kit.ctx import Ctx
from billfold.rails.checks import checks, copies
from billfold.rails.checks.model import Check
from billfold.wire.admin.scope import organization_row
from billfold.wire.catalog import Answer, Call, Catalogue
from billfold.wire.files import saved_as
from billfold.wire.own.checks import CheckList, CheckShape, check_shape, newest_checks

#: The verb in the path, what it does, and its summary.
VERBS: Final[tuple[tuple[str, Callable[[Ctx, str], Check], str], ...]] = (
    ("deliver", checks.deliver_check, "Note that a check arrived"),
    ("clear", checks.clear_check, "Note that a check was cashed"),
    ("void", checks.void_check, "Void a check that nobody cashed"),
    ("stop", checks.stop_check, "Note that the bank was ordered not to pay a check"),
)


def list_checks(ctx: Ctx, _: Call, __: None) -> CheckList:
    """The newest 200, newest first."""
    return newest_checks(ctx)


def copy(ctx: Ctx, call: Call, _: None) -> Answer:
    """A copy of a check, marked as one that cannot be cashed."""
    check = checks.get_check(ctx, call.path_ids["checkId"])
    return Answer(200, copies.draw_copy(ctx, check), "application/pdf", (saved_as(f"check-{check.number}.pdf"),))


def _step(step: Callable[[Ctx, str], Check]) -> Callable[[Ctx, Call, Any], CheckShape]:
    def run(ctx: Ctx, call: Call, _: None) -> CheckShape:
        return check_shape(step(ctx, call.path_ids["checkId"]))

    return run


def declare(catalogue: Catalogue) -> None:
    """The rows of checks."""
    organization_row(catalogue, "GET", "checks", "checks.list", "List checks", list_checks, response=CheckList)
    organization_row(
        catalogue, "GET", "checks/{checkId}/copy", "checks.copy", "Download a copy of a check", copy, response=bytes
    )
    for verb, step, summary in VERBS:
        path = f"checks/{{checkId}}/{verb}"
        organization_row(catalogue, "POST", path, f"checks.{verb}", summary, _step(step), response=CheckShape)
