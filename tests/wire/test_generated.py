"""Walks the catalogue, so that a later operation is covered without a new line here."""

from __future__ import annotations

import copy
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from billfold.apps.house import build_catalogue
from billfold.identity.permissions import ROLE_PERMISSIONS, Permission
from billfold.identity.roles import Role
from billfold.kit.settings import Profile
from billfold.wire.catalog import Operation
from tests.wire.api import Reply
from tests.wire.examples import ID, NULL_ID, V3_QUERIES, Ids, body_of, ids_for, perform
from tests.wire.stage import Stage

GOLDENS = Path(__file__).parent.parent / "contract" / "goldens"
#: Answers that are a file, or whose order depends on the moment: they are tested elsewhere.
_NO_GOLDEN = {
    "v3.organizations.billing-statements.csv",
    "v2.Errors",
    "v2.Errors.get",
    "v2.FileServlet",
    "v2.HtmlServlet",
    "v2.BillImageServlet",
    "sim.files.{fileId}",
    "admin.checks.copy",
    "v3.check-images.download",
    "v3.documents.download",
    "admin.files.download",
    "admin.tokens.list",
    "admin.developer-keys.list",
}

OPERATIONS = build_catalogue(Profile.SANDBOX).operations
EVERY_OPERATION = pytest.mark.parametrize(
    "operation", OPERATIONS, ids=lambda operation: f"{operation.method} {operation.name}"
)


@EVERY_OPERATION
def test_every_operation_is_described(operation: Operation) -> None:
    assert operation.summary
    assert operation.run.__doc__ or operation.summary
    assert (
        operation.needs is not None
        or operation.face in {"sim", "admin"}
        or operation.name.endswith((".login", ".health", ".Login", ".ListOrgs", ".Errors", ".Errors.get"))
    )


@EVERY_OPERATION
def test_every_operation_answers_as_its_golden(operation: Operation, stage: Stage) -> None:
    company = stage.ours
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
_SECRET = {
    "sessionId",
    "challengeId",
    "setupId",
    "otpauthUri",
    "rememberMeId",
    "mfaId",
    "devKey",
    "username",
    "world",
    # Made from the ordinal, which moves with everything that is made before.
    "transactionNumber",
    "transaction_number",
    "confirmationNumber",
    "confirmation_number",
    "txnNumber",
    "last4",
    "last4CardNumber",
    "virtual_card_last4",
    "token",
    "sha256",
    # What a snapshot takes grows with every table and column.
    "rows",
    "bytes",
    # So does a PDF with the numbers in it.
    "sizeBytes",
}
_CONFIRMATION = re.compile(r"P\d{8} - \d{7}")
_BATCH = re.compile(r"0{8}[0-9]{7}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _normal(value: Any, ids: Ids, key: str = "") -> Any:
    """The answer without what varies: ids keep their prefix, times their form."""
    if isinstance(value, dict):
        return {name: _normal(item, ids, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_normal(item, ids, key) for item in value]
    if key in _SECRET and value is not None:
        return f"<{key}>"
    if isinstance(value, str):
        if ID.match(value) and value != NULL_ID:
            return f"<{value[:3]}>"
        if value[:3] in {"atk", "dvk"}:
            return f"<{value[:3]}>"
        if _TIME.match(value):
            return "<time>"
        if _BATCH.fullmatch(value):
            return "<batch>"
        if _CONFIRMATION.fullmatch(value):
            return "<confirmation>"
        if key == "confirmationNumber":
            return re.sub(r"\d+$", "<ordinal>", value)
        without_ids = re.sub(r"[0-9a-z]{3}01[A-Z]{9,12}[0-9a-z]{3,6}", "<id>", value)
        return _TOKEN.sub("<token>", _UUID.sub("<uuid>", without_ids))
    return "<ordinal>" if key == "ordinal" else value


@EVERY_OPERATION
def test_another_organizations_id_answers_exactly_as_an_unknown_one(operation: Operation, stage: Stage) -> None:
    if operation.name in {"sim.organizations", "v3.login", "v2.Login", "admin.users.set-password"}:
        pytest.skip("it is the organization that is named")
    ours, theirs = stage.ours, stage.theirs
    ids = ids_for(operation, ours.ids)
    for position, own in _id_positions(operation, ids):
        foreign = _counterpart(own, ours.ids, theirs.ids)
        if foreign is None:
            continue
        unknown = own[:5] + "QQQQQQQQQQQ"[: 20 - 5 - 4] + "zzzz"
        answers = []
        for replacement in (foreign, unknown):
            in_address = position in {"path", "query"}
            path_ids = {name: replacement if value == own and in_address else value for name, value in ids.items()}
            body = copy.deepcopy(body_of(operation, ids))
            if not in_address:
                body = _with(body, position, replacement)
            reply = perform(ours, operation, body, path_ids)
            answers.append(
                (reply.status, re.sub(r'"timestamp" ?: ?"[^"]*"', "", reply.text.replace(replacement, "ID")))
            )
        assert answers[0] == answers[1], f"{position}: {answers}"
        if position in {"path", "query"}:
            assert answers[0][0] == 404


def _id_positions(operation: Operation, ids: Ids) -> Iterator[tuple[Any, str]]:
    for name in operation.id_names:
        if ID.match(ids[name]):
            yield "path", ids[name]
    for value in V3_QUERIES.get(operation.name, lambda _: {})(ids).values():
        if ID.match(value):
            yield "query", value
    yield from _ids_in(body_of(operation, ids), ())


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
def test_every_role_may_do_exactly_what_the_table_says(operation: Operation, stage: Stage) -> None:
    if operation.needs is None:
        pytest.skip("nobody need sign in")
    for role, permissions in ROLE_PERMISSIONS.items():
        stage.reset()
        ids = ids_for(operation, stage.ours.ids)
        stage.ours.sign_in_as(role.value)
        reply = perform(stage.ours, operation, body_of(operation, ids), ids)
        allowed = operation.needs in permissions
        refusal = None if allowed else _permission_refusal(operation.needs, role)
        assert _refusal_of(operation, reply) == refusal, f"{role}: {reply.text[:300]}"


def test_every_permission_is_asked_for_by_some_operation() -> None:
    """What no operation asks for by itself: a domain function does, or its operations are still to come."""
    in_the_domain = {Permission.PAY_UNAPPROVED_BILLS}
    to_come = {Permission.WRITE_INVOICES}
    assert set(Permission) - {operation.needs for operation in OPERATIONS} <= in_the_domain | to_come


def _permission_refusal(permission: Permission, role: Role) -> tuple[str, str]:
    """The code and the message of a refusal for want of this permission."""
    if permission is Permission.PAY_BILLS:
        return "BDC_1150", "User cannot make online payments."
    return "BDC_1119", f"The role {role} lacks the permission to {permission}."


def _refusal_of(operation: Operation, reply: Reply) -> tuple[str, str] | None:
    """The code and the message of a refusal, which is a 403 on v3; None for a success."""
    if operation.face == "v2":
        if operation.response is bytes and "error_code" not in reply.text:
            return None
        if reply.json["response_status"] == 0:
            return None
        return tuple(reply.json["response_data"].values())
    if reply.status == operation.success:
        return None
    assert reply.status == 403, reply.text[:300]
    (error,) = reply.json
    return error["code"], error["message"]
