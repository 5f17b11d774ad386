"""The catalogue of errors: every refusal is met by doing what its row says, and answers with its row's code."""

from __future__ import annotations

import json
import re

import pytest

from billfold.kit.errors import InvalidField, NotFound, Refusal
from billfold.wire.error_catalogue import error_catalogue
from billfold.wire.error_triggers import HOW
from billfold.wire.errors import WIRE_ERRORS, InjectedFault
from tests.wire.api import Api, Reply
from tests.wire.triggers import TRIGGERS

#: A refusal of no kind is never raised: the row is what the table falls back to.
KINDS = [kind for kind in WIRE_ERRORS if kind is not Refusal]
EVERY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def test_every_refusal_has_a_sentence_that_says_how_to_meet_it_and_somebody_who_does() -> None:
    names = [kind.__name__ for kind in KINDS]
    assert sorted(HOW) == sorted(names)
    assert sorted(TRIGGERS) == sorted(names)


@EVERY_KIND
def test_doing_what_the_catalogue_says_meets_the_refusal(embedded: Api, kind: type[Refusal]) -> None:
    reply = TRIGGERS[kind.__name__](embedded.company())
    codes, text = _codes_and_text(reply)
    wanted = _wanted(kind, reply)
    assert wanted in codes, reply.text[:500]
    assert re.search(_sentence(kind), text), f"{text!r} does not say {kind.sentence!r}"
    if isinstance(reply.json, list):
        assert WIRE_ERRORS[kind].status in {reply.status, 400}, reply.text[:500]


def test_no_code_of_the_table_is_missing_in_the_catalogue() -> None:
    catalogue = {entry.code: entry for entry in error_catalogue()}
    for kind, wire in WIRE_ERRORS.items():
        assert kind.__name__ in {rule.name for rule in catalogue[wire.code].refusals}


def test_errors_json_is_the_catalogue(embedded: Api) -> None:
    shown = embedded.send("GET", "/api/v2/Errors.json").ok()["response_data"]
    text = json.dumps(shown)
    for entry in error_catalogue():
        assert f'"{entry.code}"' in text


def _wanted(kind: type[Refusal], reply: Reply) -> str:
    """Our own faces name the rule; v2 has a code of its own for what is not there."""
    if isinstance(reply.json, dict) and "response_status" not in reply.json:
        return kind.__name__
    if isinstance(reply.json, dict) and kind is NotFound:
        return "BDC_1120"
    return WIRE_ERRORS[kind].code


def _codes_and_text(reply: Reply) -> tuple[list[str], str]:
    found = reply.json
    if isinstance(found, list):
        return [one["code"] for one in found], "; ".join(one["message"] for one in found)
    if "response_status" in found:
        assert found["response_status"] == 1, reply.text[:500]
        return [found["response_data"]["error_code"]], found["response_data"]["error_message"]
    return [found["code"]], found["message"]


def _sentence(kind: type[Refusal]) -> str:
    """The refusal's sentence as a pattern: anything may stand for its parameters."""
    if kind is InvalidField:
        return r"^[\w.]+: \w+"
    assert kind is not InjectedFault
    return re.sub(r"\\\{\w+\\\}", ".*", re.escape(kind.sentence))
