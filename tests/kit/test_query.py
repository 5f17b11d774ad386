"""Pages by key: forwards and backwards, with ties, over anything that sorts."""

from __future__ import annotations

import itertools

import pytest

from billfold.kit.query import Filter, Op, Query, Sort
from billfold.kit.records import replace
from billfold.parties.vendors import archive_vendor, list_vendors
from tests.builders import a_company, a_vendor, advance

#: Names with ties, upper and lower case, a prefix of another, and letters beyond ASCII.
NAMES = ["b", "a", "b", "B", "ab", "é", "b", "a", "z", "", "aé", "a\U0001f600"]
SORTS = [
    (),
    (Sort("ordinal", descending=True),),
    (Sort("name"),),
    (Sort("name", descending=True),),
    (Sort("record_status"), Sort("name", descending=True)),
    (Sort("record_status", descending=True), Sort("name")),
    (Sort("created_at", descending=True), Sort("name", descending=True)),
]


@pytest.fixture
def company(database, house):
    company = a_company(database, house)
    for number, name in enumerate(NAMES):
        with company.ctx() as ctx:
            vendor = a_vendor(ctx, name=name or "-", bank=None)
            if number % 3 == 0:
                archive_vendor(ctx, vendor.id)
        if number % 4 == 0:
            advance(company, minutes=1)
    other = a_company(database, house)
    with other.ctx() as ctx:
        a_vendor(ctx, name="of another company", bank=None)
    return company


def expected(vendors, sorts):
    """All vendors in order, ties by ordinal in the direction of the last key."""
    ordered = sorted(vendors, key=lambda one: one.ordinal, reverse=bool(sorts) and sorts[-1].descending)
    for sort in reversed(sorts):
        ordered.sort(key=lambda one: _bytes(getattr(one, sort.column)), reverse=sort.descending)
    return ordered


def _bytes(value):
    return value.encode() if isinstance(value, str) else value


def forwards(ctx, query):
    """The pages from the first to the last."""
    pages = [list_vendors(ctx, query)]
    while pages[-1].next_key is not None:
        pages.append(list_vendors(ctx, replace(query, after=pages[-1].next_key)))
    return pages


@pytest.mark.parametrize("sorts", SORTS, ids=lambda sorts: "+".join(f"{s.column}{'-' * s.descending}" for s in sorts))
@pytest.mark.parametrize("limit", [1, 3, 5, 12, 50])
def test_pages_read_forwards_and_backwards_hold_every_row_once_in_order(company, sorts, limit):
    with company.ctx() as ctx:
        everything = list_vendors(ctx, Query(limit=100)).items
        assert len(everything) == len(NAMES)
        query = Query(sorts=sorts, limit=limit)
        pages = forwards(ctx, query)
        rows = list(itertools.chain.from_iterable(page.items for page in pages))
        assert rows == expected(everything, sorts)
        assert pages[0].previous_key is None
        back = pages[-1]
        for page in reversed(pages[:-1]):
            back = list_vendors(ctx, replace(query, after=back.previous_key, backwards=True))
            assert back.items == page.items
            assert back.next_key == page.next_key
        assert back.previous_key is None


def test_a_page_before_the_first_row_is_empty(company):
    with company.ctx() as ctx:
        (first, *_) = list_vendors(ctx, Query()).items
        page = list_vendors(ctx, Query(after=(first.ordinal,), backwards=True))
        assert (page.items, page.next_key, page.previous_key) == ([], None, None)


def test_a_row_made_meanwhile_moves_no_page(company):
    query = Query(sorts=(Sort("name"),), limit=4)
    with company.ctx() as ctx:
        first = list_vendors(ctx, query)
        second = list_vendors(ctx, replace(query, after=first.next_key))
        a_vendor(ctx, name="-", bank=None)
        assert list_vendors(ctx, replace(query, after=first.next_key)).items == second.items


@pytest.mark.parametrize(
    ("op", "value", "names"),
    [
        (Op.EQ, "b", ["b", "b", "b"]),
        (Op.NE, "b", ["a", "B", "ab", "é", "a", "z", "-", "aé", "a\U0001f600"]),
        (Op.GT, "b", ["é", "z"]),
        (Op.GTE, "z", ["é", "z"]),
        (Op.LT, "a", ["B", "-"]),
        (Op.LTE, "B", ["B", "-"]),
        (Op.IN, ("B", "z", "nobody"), ["B", "z"]),
        (Op.NIN, ("a", "b", "B", "-"), ["ab", "é", "z", "aé", "a\U0001f600"]),
        (Op.SW, "a", ["a", "ab", "a", "aé", "a\U0001f600"]),
        (Op.SW, "aé", ["aé"]),
        (Op.SW, "%", []),
    ],
)
def test_filters_compare_by_bytes_on_both_databases(company, op, value, names):
    with company.ctx() as ctx:
        found = list_vendors(ctx, Query(filters=(Filter("name", op, value),))).items
    assert sorted(vendor.name for vendor in found) == sorted(names)


def test_filters_hold_together(company):
    filters = (Filter("name", Op.EQ, "b"), Filter("record_status", Op.EQ, "inactive"))
    with company.ctx() as ctx:
        found = list_vendors(ctx, Query(filters=filters)).items
    assert [(vendor.name, vendor.archived) for vendor in found] == [("b", True)] * 2


def test_pages_by_position_skip_what_is_before_them(company):
    with company.ctx() as ctx:
        everything = list_vendors(ctx, Query(limit=100)).items
        assert list_vendors(ctx, Query(limit=5, offset=10)).items == everything[10:]
        assert list_vendors(ctx, Query(limit=5, offset=5)).items == everything[5:10]
        assert list_vendors(ctx, Query(limit=5, offset=50)).items == []
