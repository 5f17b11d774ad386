"""Walks the contract's list of v3 operations: what is reached answers with its success code and shape.

What is not reached is a row of `LATER` or `ABSENT` with its reason; docs/coverage.md is made from them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import pytest

from billfold.apps.house import build_catalogue
from billfold.kit.settings import Profile
from tests.wire.contract import Entry, declared, entries, fields_of, is_declared, key_of, misfits
from tests.wire.examples import body_of, ids_for, perform
from tests.wire.stage import Stage

COVERAGE: Final = Path(__file__).parents[2] / "docs" / "coverage.md"

#: Why operations of the contract are not here, by patterns of their key.
LATER: Final = {
    "* /connect/v3/attachments/invoices/*": "receivables come later",
    "* /connect/v3/credit-memos*": "receivables come later",
    "* /connect/v3/invoices*": "receivables come later",
    "* /connect/v3/recurring-invoices*": "receivables come later",
    "* /connect/v3/receivable-payments*": "receivables come later",
    "* /connect/v3/network*": "the network comes later",
    "* /connect/v3/risk-verifications*": "risk verification comes later",
    "* /connect/v3/partner/*": "partners come later",
    "* /connect/v3/spend/*": "spend and expense comes later",
    "* /connect-events/*": "webhooks come later",
}
#: Why fields of the contract are not here, by patterns of `key#field` (answers) or `key?field` (requests).
ABSENT: Final = {
    "*#partnerName": "partners come later",
    "*#downloadLink.pdf": "a statement is a CSV; Billfold prints none",
}
#: What we answer beyond the list, by patterns of `key#field`, and where it is from.
OUR_OWN: Final = {
    "POST /connect/v3/mfa/setup#otpauthUri": "our own: authenticator apps (faces.md)",
    "*/bills*#*recordStatus": "the contract's text, since 2026",
    "*/bills*#*vendorName": "the contract's text",
    "*/bills*#*paymentTermId": "our own: v2 has it on its bills",
    "*/recurringbills*#*recurringBillLineItems[].quantity": "the contract's text",
    "*/recurringbills*#*recurringBillLineItems[].price": "our own: lines are as a bill's",
    "*/customers*#*authorizedToCharge": "the contract's text",
    "POST /connect/v3/bills/record-payment#disbursementInfo": "an offline payment is a payment",
    "POST /connect/v3/bills/record-payment#voidInfo": "an offline payment is a payment",
    "POST /connect/v3/bills/record-payment#cancelRequestSubmitted": "an offline payment is a payment",
    "*/bills*#*vendorCredits": "the contract's text: what PUT has to be told again",
    "GET /connect/v3/vendors#results[].paymentInformation.bankAccount.bankCountry": "the contract's text: accounts abroad",
    "GET /connect/v3/payments/exchange-rate#billCurrency": "the contract's text",
    "GET /connect/v3/payments/exchange-rate#exchangeRateBatchId": "the contract's text, since 2026",
    "GET /connect/v3/payments/exchange-rate#vendorId": "the contract's text",
    "GET /connect/v3/payments#results[].toPrintCheck": "of offline payments in a list",
    "GET /connect/v3/payments#results[].allowExport": "of offline payments in a list",
}

ROWS: Final = {key_of(row): row for row in build_catalogue(Profile.SANDBOX).of_face("v3")}
ENTRIES: Final = entries()
REACHED: Final = [entry for entry in ENTRIES if entry.key in ROWS]
EVERY_ENTRY = pytest.mark.parametrize("entry", REACHED, ids=lambda entry: entry.key)


def _reason(key: str, table: dict[str, str]) -> str | None:
    return next((reason for pattern, reason in table.items() if _fits(key, pattern)), None)


def _fits(key: str, pattern: str) -> bool:
    # In our patterns only the asterisk is special; brackets are those of lists.
    return fnmatchcase(key, pattern.replace("[", "[[]"))


def _later(entry: Entry) -> str | None:
    return _reason(entry.key, LATER)


def test_every_operation_of_the_contract_is_reached_or_has_a_reason() -> None:
    missing = [entry.key for entry in ENTRIES if entry.key not in ROWS and _later(entry) is None]
    assert missing == []


def test_no_reason_is_left_for_an_operation_that_is_reached() -> None:
    assert [entry.key for entry in REACHED if _later(entry) is not None] == []
    assert [one for one in LATER if not any(_fits(entry.key, one) for entry in ENTRIES)] == []


def test_no_reason_is_left_for_a_field_that_is_here() -> None:
    used = set()
    for entry in REACHED:
        row = ROWS[entry.key]
        names = declared(row.response, paged=row.paged)
        missing = [place for place in fields_of(entry.response) if not is_declared(place, names)]
        used |= {pattern for place in missing for pattern in ABSENT if _fits(f"{entry.key}#{place}", pattern)}
    assert [one for one in ABSENT if one not in used] == []


@EVERY_ENTRY
def test_the_success_code_is_the_contracts(entry: Entry) -> None:
    assert ROWS[entry.key].success == entry.success


@EVERY_ENTRY
def test_every_field_of_the_contracts_answer_is_declared_or_has_a_reason(entry: Entry) -> None:
    row = ROWS[entry.key]
    names = declared(row.response, paged=row.paged)
    missing = [place for place in fields_of(entry.response) if not is_declared(place, names)]
    assert [place for place in missing if _reason(f"{entry.key}#{place}", ABSENT) is None] == []


@EVERY_ENTRY
def test_every_field_of_the_contracts_request_is_taken_or_has_a_reason(entry: Entry) -> None:
    row = ROWS[entry.key]
    if entry.request is None or row.request is None:
        assert entry.request is None or row.request is not None, "the contract's request is not read"
        return
    names = declared(row.request)
    missing = [place for place in fields_of(entry.request) if not is_declared(place, names)]
    assert [place for place in missing if _reason(f"{entry.key}?{place}", ABSENT) is None] == []


@EVERY_ENTRY
def test_every_answer_has_the_names_and_types_of_the_contract(entry: Entry, stage: Stage) -> None:
    row = ROWS[entry.key]
    ids = ids_for(row, stage.ours.ids)
    reply = perform(stage.ours, row, body_of(row, ids), ids)
    assert reply.status == entry.success, reply.text[:300]
    found = list(misfits(reply.json, entry.response)) if entry.response is not None else []
    assert [one for one in found if _reason(f"{entry.key}#{one.split(' ')[0]}", OUR_OWN) is None] == []


def test_the_page_of_coverage_is_true() -> None:
    page = "\n".join(_page()) + "\n"
    if os.environ.get("BILLFOLD_GOLDENS") == "write":
        COVERAGE.write_text(page, encoding="utf-8")
    assert page == COVERAGE.read_text(encoding="utf-8"), "if this change is meant: BILLFOLD_GOLDENS=write"


def _page() -> Iterator[str]:
    yield "# How much of v3 is here"
    yield ""
    yield "Made by `tests/wire/test_contract.py` from BILL's list of v3 operations; do not edit. Of an operation that is"
    yield "here, the success code, every name and every type are held against that list."
    yield ""
    yield f"{len(REACHED)} of {len(ENTRIES)} operations."
    yield ""
    yield "| group | here | of |"
    yield "|---|---|---|"
    groups = list(dict.fromkeys(entry.group for entry in ENTRIES))
    for group in groups:
        of_group = [entry for entry in ENTRIES if entry.group == group]
        yield f"| {group} | {sum(entry.key in ROWS for entry in of_group)} | {len(of_group)} |"
    yield ""
    yield "## Not here yet"
    yield ""
    for pattern, reason in LATER.items():
        count = sum(_fits(entry.key, pattern) for entry in ENTRIES)
        yield f"- `{pattern}` ({count}): {reason}"
    yield ""
    yield "## Fields of operations that are here, but have nothing to say yet"
    yield ""
    for pattern, reason in ABSENT.items():
        yield f"- `{pattern}`: {reason}"
    yield ""
    yield "## Fields beyond the list"
    yield ""
    for pattern, reason in OUR_OWN.items():
        yield f"- `{pattern}`: {reason}"
