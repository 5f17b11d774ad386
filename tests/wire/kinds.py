"""Speaking of any kind of classification, on both faces."""

from __future__ import annotations

from typing import Any

import pytest

from billfold.accounting.model import Kind
from billfold.wire.classifications import SPELLINGS, Spelling
from tests.wire.api import Company, Reply

#: Every kind on the embedded database; on PostgreSQL those two that between them use every column.
_CASES = [("sqlite", one) for one in SPELLINGS] + [("postgres", SPELLINGS[0]), ("postgres", SPELLINGS[4])]
EVERY_KIND = pytest.mark.parametrize(
    ("api", "spelling"), _CASES, indirect=["api"], ids=[f"{database}-{one.path}" for database, one in _CASES]
)


def path(spelling: Spelling, rest: str = "") -> str:
    return f"classifications/{spelling.path}{rest}"


def title(spelling: Spelling) -> str:
    """What the kind calls its name."""
    return "firstName" if spelling.kind is Kind.EMPLOYEE else "name"


def body(spelling: Spelling, name: str = "North", **more: Any) -> dict[str, Any]:
    needed = {"type": "SERVICE"} if spelling.kind is Kind.ITEM else {}
    return {title(spelling): name} | needed | more


def create(company: Company, spelling: Spelling, name: str = "North", **more: Any) -> dict[str, Any]:
    return company.v3("POST", path(spelling), body(spelling, name, **more)).ok(201)


def change(company: Company, spelling: Spelling, one: dict[str, Any], **changes: Any) -> Reply:
    return company.v3("PATCH", path(spelling, f"/{one['id']}"), changes)


def names(company: Company, spelling: Spelling, **query: Any) -> list[str]:
    """The names in a list, without the accounts that the house keeps."""
    found = company.v3("GET", path(spelling), max=100, **query).ok()["results"]
    return [one[title(spelling)] for one in found if not one[title(spelling)].startswith("Money ")]


def on_v2(company: Company, operation: str, data: Any) -> Any:
    answer = company.v2(operation, data).ok()
    assert answer["response_status"] == 0, answer
    return answer["response_data"]


def refused_on_v2(company: Company, operation: str, data: Any) -> tuple[str, str]:
    answer = company.v2(operation, data).ok()
    assert answer["response_status"] == 1, answer
    return answer["response_data"]["error_code"], answer["response_data"]["error_message"]


def messages(reply: Reply, status: int) -> list[str]:
    return [error["message"] for error in reply.ok(status)]
