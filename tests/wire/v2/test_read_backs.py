"""What a client of v2 reads, and sends back as it read it: every entity of the catalogue, in every vintage.

The objects are those of the company in which everything exists, and one made by each example: paid, archived and
waiting ones among them. A later entity is found by its rows.
"""

from __future__ import annotations

from typing import Any

import pytest

from billfold.apps.house import build_catalogue
from billfold.kit.settings import Profile
from billfold.wire.v2.fields import VINTAGES
from tests.wire.api import Company
from tests.wire.examples import body_of, ids_for, perform
from tests.wire.stage import Stage
from tests.wire.v2.conftest import with_vintage
from tests.wire.v2.talk import data_of, listed, read

ROWS = {row.name: row for row in build_catalogue(Profile.SANDBOX).of_face("v2")}


def entities(verb: str) -> list[str]:
    """The entities that have this verb and can be read and listed, so that their objects can be found."""
    names = [name.removeprefix(f"v2.Crud.{verb}.") for name in ROWS if name.startswith(f"v2.Crud.{verb}.")]
    return [one for one in names if {f"v2.Crud.Read.{one}", f"v2.List.{one}"} <= ROWS.keys()]


#: What a copy of what was read is refused for, by entity: numbers are masked, and a group has no user.
NO_COPIES = {
    "VendorBankAccount": ("accountNumber", "routingNumber"),
    "User": ("email",),
    "CustomerContact": ("email",),
    "PaymentTerm": ("days",),
    "ApprovalPolicyApprover": ("approver", "usersId"),
}


def objects(company: Company, entity: str) -> list[dict[str, Any]]:
    """All objects of the entity; where it can be made, one that its example made, and one of those deleted."""
    row = ROWS.get(f"v2.Crud.Create.{entity}")
    made = []
    for _ in range(0 if row is None else 1 if entity in NO_COPIES else 2):
        ids = ids_for(row, company.ids)
        made.append(data_of(perform(company, row, body_of(row, ids), ids)))
    for one in made[1:]:
        data_of(company.v2(f"Crud/Delete/{entity}", {"id": one["id"]}))
    found = listed(company, entity)
    assert found, f"no {entity} is there to be read"
    return found


def without_times(value: Any) -> Any:
    """The value without the times at which it and its lines changed."""
    if isinstance(value, list):
        return [without_times(one) for one in value]
    if isinstance(value, dict):
        return {name: without_times(one) for name, one in value.items() if name != "updatedTime"}
    return value


@pytest.mark.parametrize("vintage", VINTAGES)
@pytest.mark.parametrize("entity", entities("Update"))
def test_an_object_that_is_sent_back_as_it_was_read_stays_as_it_is(stage: Stage, entity: str, vintage: str) -> None:
    newest = with_vintage(stage.ours, "2024")
    company = newest if vintage == "2024" else with_vintage(stage.ours, vintage)
    for one in objects(stage.ours, entity):
        whole, before = read(company, entity, one["id"]), read(newest, entity, one["id"])
        answer = data_of(company.v2(f"Crud/Update/{entity}", {"obj": whole}))
        assert without_times(answer) == without_times(whole)
        assert list(answer) == list(whole)
        after = read(newest, entity, one["id"])
        assert without_times(after) == without_times(before), "what an older vintage does not know was lost"


@pytest.mark.parametrize("vintage", VINTAGES)
@pytest.mark.parametrize("entity", entities("Create"))
def test_an_object_can_be_copied_from_what_was_read_unless_it_is_the_only_one_of_its_kind(
    stage: Stage, entity: str, vintage: str
) -> None:
    company = with_vintage(stage.ours, vintage)
    for one in objects(stage.ours, entity):
        whole = read(company, entity, one["id"])
        copy = {name: value for name, value in whole.items() if name != "id"}
        reply = company.v2(f"Crud/Create/{entity}", {"obj": copy})
        if entity in NO_COPIES:
            refusal = reply.ok()["response_data"]
            assert any(reason in refusal["error_message"] for reason in NO_COPIES[entity]), refusal
            continue
        made = data_of(reply)
        assert made["id"] != whole["id"]
        for name in ("name", "isActive", "description", "amount", "vendorId"):
            assert made.get(name) == whole.get(name)
