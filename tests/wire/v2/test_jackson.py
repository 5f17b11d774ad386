"""The classic Jackson pretty printer (contract v2.md §1.3)."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from billfold.wire.v2.jackson import pretty


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "{ }"),
        ([], "[ ]"),
        ({"a": {}}, '{\n  "a" : { }\n}'),
        ({"a": []}, '{\n  "a" : [ ]\n}'),
        ([1, 2], "[ 1, 2 ]"),
        ([[1], []], "[ [ 1 ], [ ] ]"),
        ({"a": [{"b": 1}, {"b": 2}]}, '{\n  "a" : [ {\n    "b" : 1\n  }, {\n    "b" : 2\n  } ]\n}'),
        ({"a": [{"b": [{"c": None}]}]}, '{\n  "a" : [ {\n    "b" : [ {\n      "c" : null\n    } ]\n  } ]\n}'),
        ([True, False, None, -1, "x"], '[ true, false, null, -1, "x" ]'),
        ([Decimal("0.00"), Decimal("2050.00"), Decimal("1E+2"), Decimal("1E-7")], "[ 0.00, 2050.00, 100, 0.0000001 ]"),
        ('a "quote" \\ \n\t\b\f\r / é € 𝄞', '"a \\"quote\\" \\\\ \\n\\t\\b\\f\\r / é € 𝄞"'),
    ],
)  # fmt: skip
def test_each_form_is_printed_as_jackson_prints_it(value, text):
    assert pretty(value).decode() == text


def test_what_is_printed_reads_back_as_what_it_was():
    value = {"a": "\x00\x1f\x7f\u2028", "b": [{"c": [1, [2, {"d": {}}]]}], "e": {"f": {"g": []}}}
    assert json.loads(pretty(value)) == value
