"""Parents of classifications, and merging, of every kind and on both faces."""

from __future__ import annotations

from typing import Any

from billfold.accounting.model import Kind
from billfold.wire.classifications import SPELLINGS, Spelling
from tests.wire.api import Company
from tests.wire.kinds import EVERY_KIND, body, change, create, messages, on_v2, path, refused_on_v2, title

# Parents


@EVERY_KIND
def test_a_parent_is_another_one_of_the_same_kind(company: Company, spelling: Spelling) -> None:
    other = create(company, SPELLINGS[SPELLINGS.index(spelling) - 1])["id"]
    one = create(company, spelling)
    for reply in (
        company.v3("POST", path(spelling), body(spelling, parentId=other)),
        change(company, spelling, one, parentId=other),
    ):
        assert messages(reply, 404) == [f"There is no {spelling.kind} with the id {other}."]
    data = {"obj": {"entity": spelling.entity, "id": one["id"], spelling.parent: other}}
    assert refused_on_v2(company, f"Crud/Update/{spelling.entity}", data)[0] == "BDC_1120"


@EVERY_KIND
def test_no_one_stands_below_itself(company: Company, spelling: Spelling) -> None:
    top = create(company, spelling, "Top")
    middle = create(company, spelling, "Middle", parentId=top["id"])
    bottom = create(company, spelling, "Bottom", parentId=middle["id"])
    for parent in (top, middle, bottom):
        reply = change(company, spelling, top, parentId=parent["id"])
        assert messages(reply, 400) == ["parentId: would make a cycle"]
        data = {"obj": {"entity": spelling.entity, "id": top["id"], spelling.parent: parent["id"]}}
        code, message = refused_on_v2(company, f"Crud/Update/{spelling.entity}", data)
        assert (code, message) == ("BDC_1119", f"Invalid field,value: {spelling.parent}, would make a cycle")
    assert change(company, spelling, bottom, parentId=top["id"]).ok()["parentId"] == top["id"]


@EVERY_KIND
def test_an_archived_parent_keeps_its_children_and_gets_no_new_ones(company: Company, spelling: Spelling) -> None:
    parent = create(company, spelling, "Parent")
    child = create(company, spelling, "Child", parentId=parent["id"])
    stray = create(company, spelling, "Stray")
    company.v3("POST", path(spelling, f"/{parent['id']}/archive")).ok()
    archived = [f"The {spelling.kind} {parent['id']} is archived."]
    assert messages(company.v3("POST", path(spelling), body(spelling, parentId=parent["id"])), 422) == archived
    assert messages(change(company, spelling, stray, parentId=parent["id"]), 422) == archived
    assert change(company, spelling, child, parentId=parent["id"], **{title(spelling): "Kept"}).ok()["parentId"]


def test_trees_have_a_greatest_depth(embedded: Any) -> None:
    company = embedded.company()
    jobs = next(one for one in SPELLINGS if one.kind is Kind.JOB)
    above = create(company, jobs, "1")
    for level in range(2, 51):
        above = create(company, jobs, str(level), parentId=above["id"])
    too_deep = ["parentId: is more than 50 levels deep"]
    assert messages(company.v3("POST", path(jobs), body(jobs, parentId=above["id"])), 400) == too_deep
    assert messages(change(company, jobs, create(company, jobs), parentId=above["id"]), 400) == too_deep


# Merging


@EVERY_KIND
def test_merging_archives_for_good_and_takes_the_children_along(company: Company, spelling: Spelling) -> None:
    old, new = create(company, spelling, "Old"), create(company, spelling, "New")
    child = create(company, spelling, "Child", parentId=old["id"])
    merged = company.sim("POST", f"classifications/{old['id']}/merge", {"intoId": new["id"]}).ok()
    assert merged == {
        "id": old["id"], "kind": spelling.kind.value, "name": "Old", "archived": True, "mergedIntoId": new["id"],
    }  # fmt: skip
    shown = on_v2(company, f"Crud/Read/{spelling.entity}", {"id": old["id"]})
    assert (shown["isActive"], shown["mergedIntoId"]) == ("2", new["id"])
    assert company.v3("GET", path(spelling, f"/{child['id']}")).ok()["parentId"] == new["id"]
    assert company.v3("POST", path(spelling, f"/{old['id']}/archive")).ok()["archived"] is True
    stays = f"The {spelling.kind} {old['id']} was merged into {new['id']} and cannot be restored."
    assert messages(company.v3("POST", path(spelling, f"/{old['id']}/restore")), 422) == [stays]
    assert messages(company.v3("POST", path(spelling, "/bulk/restore"), ids=old["id"]), 422) == [f"[0]: {stays}"]
    data = {"obj": {"entity": spelling.entity, "id": old["id"], "isActive": "1"}}
    assert refused_on_v2(company, f"Crud/Update/{spelling.entity}", data) == ("BDC_1119", stays)


def test_merging_is_refused_where_it_makes_no_sense(company: Company) -> None:
    jobs, locations = SPELLINGS[5], SPELLINGS[6]
    one, two, three = (create(company, jobs, name) for name in ("One", "Two", "Three"))
    below = create(company, jobs, "Below", parentId=one["id"])
    deeper = create(company, jobs, "Deeper", parentId=below["id"])
    company.v3("POST", path(jobs, f"/{two['id']}/archive")).ok()

    def merge(own: str, into: str, status: int) -> str:
        return company.sim("POST", f"classifications/{own}/merge", {"intoId": into}).ok(status)["code"]

    assert merge(one["id"], one["id"], 400) == "InvalidField"
    assert merge(one["id"], below["id"], 400) == "InvalidField"
    assert merge(one["id"], deeper["id"], 400) == "InvalidField"
    assert merge(one["id"], two["id"], 422) == "ClassificationIsArchived"
    assert merge(one["id"], create(company, locations)["id"], 404) == "NotFound"
    assert merge("job01QQQQQQQQQQQzzzz", one["id"], 404) == "NotFound"
    assert company.v3("GET", path(jobs, f"/{one['id']}")).ok() == one
    company.sim("POST", f"classifications/{one['id']}/merge", {"intoId": three["id"]}).ok()
    assert merge(one["id"], three["id"], 422) == "StateForbids"
    company.sim("POST", f"classifications/{two['id']}/merge", {"intoId": three["id"]}).ok()


def test_the_accounts_that_payments_are_posted_to_stay(company: Company) -> None:
    accounts = SPELLINGS[0]
    kept = [one for one in company.v3("GET", path(accounts)).ok()["results"] if one["name"].startswith("Money ")]
    assert [one["name"] for one in kept] == ["Money Out Clearing", "Money In Clearing"]
    other = create(company, accounts, "Other")
    for one in kept:
        stays = f"The chart of account {one['id']} is needed for payments and stays in use."
        assert messages(company.v3("POST", path(accounts, f"/{one['id']}/archive")), 422) == [stays]
        assert messages(company.v3("POST", path(accounts, "/bulk/archive"), ids=one["id"]), 422) == [f"[0]: {stays}"]
        assert refused_on_v2(company, "Crud/Delete/ChartOfAccount", {"id": one["id"]}) == ("BDC_1119", stays)
        merge = company.sim("POST", f"classifications/{one['id']}/merge", {"intoId": other["id"]})
        assert merge.ok(422)["code"] == "KeptByTheHouse"
        assert change(company, accounts, one, name="Our Clearing").ok()["archived"] is False
