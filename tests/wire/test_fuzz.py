"""No request, however odd, gets a 5xx: schemathesis on the OpenAPI documents, and a fuzzer of v2's JSON-in-form."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billfold.apps.house import build_catalogue
from billfold.kit.settings import Profile
from billfold.wire.catalog import Operation
from billfold.wire.openapi import document
from tests.wire.api import Api, Company, embedded_house

EFFORT = float(os.environ.get("BILLFOLD_EFFORT", "1"))
_EXAMPLES = max(5, int(25 * EFFORT))
_RELAXED = settings(
    max_examples=_EXAMPLES, deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture,
                           HealthCheck.data_too_large, HealthCheck.large_base_example],
)  # fmt: skip

CATALOGUE = build_catalogue(Profile.SANDBOX)


@pytest.fixture(scope="module")
def house() -> Iterator[Api]:
    with embedded_house() as api:
        yield api


@pytest.fixture
def company(house: Api) -> Company:
    """A company and session of each test's own: one of them fuzzes logging out, another resets the sandbox."""
    return house.company()


def _documented() -> list[tuple[str, Any]]:
    found = []
    for face in ("v2", "v3", "sim"):
        schema = schemathesis.openapi.from_dict(document(CATALOGUE, face))
        found += [(f"{face} {result.ok().label}", result.ok()) for result in schema.get_all_operations()]
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("label", "operation"), _documented(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_no_documented_operation_answers_5xx(label: str, operation: Any, company: Company) -> None:
    @_RELAXED
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        headers = company.headers if label.startswith("v3") else {}
        body = _encoded(case, label, company)
        query = {name: str(value) for name, value in (case.query or {}).items()}
        path = case.formatted_path
        reply = company.api.send(case.method, path, body, headers=headers, query=query)
        assert reply.status < 500, f"{case.method} {path} {query} {body[:300]!r}: {reply.text[:300]}"

    send()


def _encoded(case: Any, label: str, company: Company) -> bytes:
    if case.body is None or type(case.body).__name__ == "NotSet":
        return b""
    if label.startswith("v2"):
        signed_in = {"devKey": company.made["devKey"], "sessionId": company.made["sessionId"]}
        fields = case.body if isinstance(case.body, dict) else {}
        return urlencode({name: str(value) for name, value in fields.items()} | signed_in, errors="replace").encode()
    return json.dumps(case.body).encode()


V2 = [row for row in CATALOGUE.of_face("v2") if row.method == "POST"]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
_NAMES = st.sampled_from([
    "obj", "id", "entity", "isActive", "name", "vendorId", "invoiceNumber", "invoiceDate", "dueDate", "amount",
    "billLineItems", "chartOfAccountId", "accountType", "parentChartOfAccountId", "exchangeRate", "quantity", "start",
    "max", "filters", "sort", "field", "op", "value", "asc", "nested", "customerId", "firstName", "type", "price",
])  # fmt: skip
_VALUES = st.sampled_from([
    "Vendor", "Bill", "1", "2", "0" * 20, "2026-02-30", "2026-03-01", "1e400", 1e308, -1, 0, 1.005, "", None, True, "in", "=",
    "createdTime", "vendorId", "14", [], {}, "00901AAAAAAAAAAA1abc",
])  # fmt: skip
_ODD = st.recursive(
    _VALUES | _JSON,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=6),
    max_leaves=20,
)


@pytest.mark.slow
@pytest.mark.parametrize("operation", V2, ids=lambda operation: operation.name)
def test_no_json_in_a_form_breaks_v2(operation: Operation, company: Company) -> None:
    entity = operation.name.split(".")[-1]

    @_RELAXED
    @given(data=st.dictionaries(_NAMES, _ODD, max_size=5) | _ODD, in_obj=st.booleans())
    def send(data: Any, in_obj: bool) -> None:
        sent = {"obj": {"entity": entity} | data} if in_obj and isinstance(data, dict) else data
        form = {"devKey": company.made["devKey"], "sessionId": company.made["sessionId"], "data": json.dumps(sent)}
        reply = company.api.send("POST", operation.path, urlencode(form, errors="surrogatepass").encode())
        assert reply.status == 200, f"{sent!r}: {reply.status} {reply.text[:300]}"
        answer = reply.json
        assert list(answer)[:2] == ["response_status", "response_message"]
        if answer["response_status"]:
            assert answer["response_data"]["error_code"] != "BDC_1001", f"{sent!r}: {reply.text[:300]}"

    send()
