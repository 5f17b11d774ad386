"""Walks the catalogue, so that a later operation is covered without a new line here."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from billfold.apps.house import build_catalogue
from billfold.identity.permissions import ROLE_PERMISSIONS
from billfold.kit.db import open_database
from billfold.kit.settings import Profile
from billfold.wire.catalog import Operation
from tests.wire.api import Api, Company
from tests.wire.examples import ID, NULL_ID, Ids, body_of, ids_for, perform, prepared

GOLDENS = Path(__file__).parent.parent / "contract" / "goldens"
#: Answers that are a file, a page of metrics or all of a company's history: their shape is tested elsewhere.
_NO_GOLDEN = {"sim.files.{fileId}"}

OPERATIONS = build_catalogue(Profile.SANDBOX).operations
EVERY_OPERATION = pytest.mark.parametrize(
    "operation", OPERATIONS, ids=lambda operation: f"{operation.method} {operation.name}"
)


@pytest.fixture
def api() -> Iterator[Api]:
    database = open_database("sqlite://")
    made = Api(database)
    yield made
    made.close()
    database.close()


@EVERY_OPERATION
def test_every_operation_is_described(operation: Operation) -> None:
    assert operation.summary
    assert operation.run.__doc__ or operation.summary
    assert (
        operation.needs is not None
        or operation.face == "sim"
        or operation.name.endswith((".login", ".health", ".Login"))
    )


@EVERY_OPERATION
def test_every_operation_answers_as_its_golden(operation: Operation, api: Api) -> None:
    company = prepared(api)
    ids = ids_for(operation, company.ids)
    reply = perform(company, operation, body_of(operation, ids), ids)
    assert reply.status == operation.success, reply.text[:500]
    if operation.name in _NO_GOLDEN:
        return
    assert operation.face != "v2" or reply.json["response_status"] == 0, reply.text
    golden = GOLDENS / f"{operation.method}.{re.sub(r'[{}]', '', operation.name)}.json"
    answer = json.dumps(_normal(reply.json, ids), indent=1) + "\n"
    if os.environ.get("BILLFOLD_GOLDENS") == "write":
        golden.write_text(answer)
    assert answer == golden.read_text(), "if this change is meant: BILLFOLD_GOLDENS=write and look at the diff"


_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}([+]00:?00|Z)$")
_SECRET = {"sessionId", "challengeId", "rememberMeId", "devKey", "username", "world", "transactionNumber"}


def _normal(value: Any, ids: Ids, key: str = "") -> Any:
    """The answer without what varies: ids keep their prefix, times their form."""
    if isinstance(value, dict):
        return {name: _normal(item, ids, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_normal(item, ids, key) for item in value]
    if isinstance(value, str):
        if key in _SECRET:
            return f"<{key}>"
        if ID.match(value) and value != NULL_ID:
            return f"<{value[:3]}>"
        if _TIME.match(value):
            return "<time>"
        return re.sub(r"[0-9a-z]{3}01[A-Z]{9,12}[0-9a-z]{3,6}", "<id>", value)
    return value


@EVERY_OPERATION
def test_another_organizations_id_answers_exactly_as_an_unknown_one(operation: Operation, api: Api) -> None:
    if operation.name in {"sim.organizations", "v3.login", "v2.Login"}:
        pytest.skip("it is the organization that is named")
    ours, theirs = prepared(api), prepared(api)
    ids = ids_for(operation, ours.ids)
    for position, own in _id_positions(operation, ids):
        foreign = _counterpart(own, ours.ids, theirs.ids)
        if foreign is None:
            continue
        unknown = own[:5] + "QQQQQQQQQQQ"[: 20 - 5 - 4] + "zzzz"
        answers = []
        for replacement in (foreign, unknown):
            path_ids = {
                name: replacement if value == own and position == "path" else value for name, value in ids.items()
            }
            body = json.loads(json.dumps(body_of(operation, ids)))
            if position != "path":
                body = _with(body, position, replacement)
            reply = perform(ours, operation, body, path_ids)
            answers.append(
                (reply.status, re.sub(r'"timestamp" ?: ?"[^"]*"', "", reply.text.replace(replacement, "ID")))
            )
        assert answers[0] == answers[1], f"{position}: {answers}"
        if position == "path":
            assert answers[0][0] == 404


def _id_positions(operation: Operation, ids: Ids) -> Iterator[tuple[Any, str]]:
    for name in operation.id_names:
        if ID.match(ids[name]):
            yield "path", ids[name]
    yield from _ids_in(json.loads(json.dumps(body_of(operation, ids))), ())


def _ids_in(value: Any, place: tuple[Any, ...]) -> Iterator[tuple[Any, str]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _ids_in(item, (*place, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _ids_in(item, (*place, index))
    elif isinstance(value, str) and ID.match(value) and value != NULL_ID:
        yield place, value


def _counterpart(own: str, ours: Ids, theirs: Ids) -> str | None:
    return next((theirs[name] for name, value in ours.items() if value == own and name in theirs), None)


def _with(body: Any, place: tuple[Any, ...], replacement: str) -> Any:
    target = body
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = replacement
    return body


@EVERY_OPERATION
def test_every_role_may_do_exactly_what_the_table_says(operation: Operation, api: Api) -> None:
    if operation.needs is None:
        pytest.skip("nobody need sign in")
    for role, permissions in ROLE_PERMISSIONS.items():
        company = prepared(api)
        ids = ids_for(operation, company.ids)
        company.sign_in_as(role.value)
        reply = perform(company, operation, body_of(operation, ids), ids)
        assert _is_allowed(company, operation, reply) is (operation.needs in permissions), f"{role}: {reply.text[:300]}"


def _is_allowed(company: Company, operation: Operation, reply: Any) -> bool:
    del company
    if operation.face == "v2":
        answer = reply.json
        if answer["response_status"] == 0:
            return True
        message = answer["response_data"]["error_message"]
        assert "lacks the permission" in message or "cannot make online payments" in message, message
        return False
    if reply.status == operation.success:
        return True
    assert reply.status == 403, reply.text[:300]
    return False
