"""CurrentTime and Errors: what a client can ask about the API itself (contract v2.md §1.5)."""

from __future__ import annotations

from typing import Any

import msgspec

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.wire.catalog import Call, Catalogue, Lobby
from billfold.wire.error_catalogue import error_catalogue
from billfold.wire.v2.documents import answer_type
from billfold.wire.v2.face import ErrorData
from billfold.wire.v2.kinds import show_time
from billfold.wire.v2.resource import operation


class TimeShape(msgspec.Struct):
    """A moment."""

    currentTime: str


def current_time(ctx: Ctx, _: Call, __: object) -> dict[str, Any]:
    """The time on the organization's clock, with its offset from UTC."""
    return {"currentTime": show_time(ctx.now)}


def list_errors(_: Lobby, __: Call, ___: object) -> list[dict[str, str]]:
    """Every error code with its message. Nobody need sign in."""
    return [{"error_code": entry.code, "error_message": entry.message} for entry in error_catalogue()]


def declare(catalogue: Catalogue) -> None:
    """The rows of CurrentTime and Errors."""
    operation(
        catalogue, "CurrentTime", "Read the clock", current_time,
        response=answer_type(TimeShape), needs=Permission.SESSION,
    )  # fmt: skip
    codes = answer_type(list[ErrorData], "Errors")
    for method in ("POST", "GET"):
        operation(
            catalogue, "Errors", "List the error codes", list_errors,
            method=method, form=(), response=codes, needs=None,
        )  # fmt: skip
