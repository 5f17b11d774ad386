"""The way from a path to its row."""

from __future__ import annotations

import pytest

from billfold.wire.catalog import Catalogue, Operation

PATHS = ("/bills", "/bills/{billId}", "/bills/{billId}/lines/{lineId}", "/bills/bulk/archive", "/bills/{billId}/void")


@pytest.fixture(scope="module")
def catalogue():
    made = Catalogue()
    for path in PATHS:
        made.add(Operation(face="v3", name=path, method="GET", path=path, summary="", run=print))
    made.alias("/accounts/{accountId}/bills/{billId}", "/bills/{billId}")
    made.catch(Operation(face="v3", name="any", method="GET", path="/bills/{any}/{more}", summary="", run=print))
    return made


@pytest.mark.parametrize(
    ("path", "name", "ids"),
    [
        ("/bills", "/bills", {}),
        ("/bills/1", "/bills/{billId}", {"billId": "1"}),
        ("/bills/1/lines/2", "/bills/{billId}/lines/{lineId}", {"billId": "1", "lineId": "2"}),
        ("/accounts/3/bills/1", "/bills/{billId}", {"accountId": "3", "billId": "1"}),
        # A literal part goes before an id, which is tried where the literal leads nowhere.
        ("/bills/bulk/archive", "/bills/bulk/archive", {}),
        ("/bills/bulk/void", "/bills/{billId}/void", {"billId": "bulk"}),
        ("/bills/1/archive", "any", {"any": "1", "more": "archive"}),
    ],
)
def test_a_path_leads_to_its_row_with_the_ids_in_it(catalogue, path, name, ids):
    methods, found = catalogue.find(path)
    assert (methods["GET"].name, found) == (name, ids)


@pytest.mark.parametrize(
    "path", ["", "/", "/bills/", "/bills//void", "/bills/1/lines/2/3", "/bills/1/lines/2/", "/vendors/1"]
)
def test_a_path_of_no_row_is_unknown(catalogue, path):
    assert catalogue.find(path) is None
