"""The kinds of classification: one suite over all of them, on both faces."""

from __future__ import annotations

from typing import Any

import pytest

from billfold.accounting.model import AccountType, ItemType, Kind
from billfold.wire.classifications import SPELLINGS, Spelling
from tests.wire.api import Company
from tests.wire.kinds import EVERY_KIND, body, change, create, messages, names, on_v2, path, refused_on_v2, title

NULL_ID = "0" * 20
#: The contract's fields of each kind in their order (core §3); a plain kind has the rest.
PLAIN = "id name shortName description parentId archived createdTime updatedTime"
V3_FIELDS = {
    Kind.CHART_OF_ACCOUNT: "id archived name description parentId account createdTime updatedTime",
    Kind.EMPLOYEE: "id firstName lastName shortName parentId archived createdTime updatedTime",
    Kind.ITEM: "id type shortName name description archived parentId price expenseChartOfAccountId purchaseDescription "
    "purchaseCost chartOfAccountId taxable createdTime updatedTime",
}
#: contract v2.md §11.
V2_FIELDS = {
    Kind.CHART_OF_ACCOUNT: "entity id name isActive accountNumber accountType description parentChartOfAccountId "
    "ca1099Type createdTime updatedTime mergedIntoId",
    Kind.EMPLOYEE: "entity id isActive createdTime updatedTime shortName firstName lastName accountNumber "
    "parentEmployeeId mergedIntoId",
    Kind.ITEM: "entity id isActive createdTime updatedTime name type description price percentage parentItemId "
    "hasPurInfo expenseAccount purDescription purCost chartOfAccountId taxable shortName mergedIntoId",
}
KEYS = "chartOfAccounts accountingClasses departments employees items jobs locations"


def everything(company: Company, spelling: Spelling) -> dict[str, Any]:
    """The body of an object that says all that its kind can say."""
    parent = create(company, spelling, "Above")["id"]
    if spelling.kind is Kind.CHART_OF_ACCOUNT:
        more: dict[str, Any] = {"description": "Of here", "account": {"type": "INCOME", "number": "1-020"}}
    elif spelling.kind is Kind.EMPLOYEE:
        more = {"lastName": "Byte", "shortName": "NB"}
    else:
        more = {"description": "Of here", "shortName": "N"}
    if spelling.kind is Kind.ITEM:
        account = create(company, SPELLINGS[0], "Sales")["id"]
        more |= {
            "type": "INVENTORY", "price": 9.5, "chartOfAccountId": account, "expenseChartOfAccountId": account,
            "purchaseDescription": "From the mill", "purchaseCost": 4.125, "taxable": False,
        }  # fmt: skip
    return body(spelling, **more | {"parentId": parent})


# What every kind has


@EVERY_KIND
def test_every_field_is_kept_and_shown_in_the_contracts_order(company: Company, spelling: Spelling) -> None:
    given = everything(company, spelling)
    made = company.v3("POST", path(spelling), given).ok(201)
    assert list(made) == V3_FIELDS.get(spelling.kind, PLAIN).split()
    assert {name: made[name] for name in given} == given
    assert company.v3("GET", path(spelling, f"/{made['id']}")).ok() == made
    assert company.v3("GET", path(spelling), max=100).ok()["results"][-1] == made
    assert made["id"].startswith(spelling.kind.prefix)


@EVERY_KIND
def test_what_is_not_known_is_left_out(company: Company, spelling: Spelling) -> None:
    made = create(company, spelling)
    absent = {"shortName", "description", "parentId", "lastName", "price", "taxable", "percentage", "chartOfAccountId"}
    assert not made.keys() & absent
    assert made.get("account") == ({"type": "UNSPECIFIED"} if spelling.kind is Kind.CHART_OF_ACCOUNT else None)


@EVERY_KIND
def test_an_object_is_the_same_on_both_faces(company: Company, spelling: Spelling) -> None:
    made = company.v3("POST", path(spelling), everything(company, spelling)).ok(201)
    shown = on_v2(company, f"Crud/Read/{spelling.entity}", {"id": made["id"]})
    plain = (
        f"entity id name shortName isActive description parent{spelling.entity}Id createdTime updatedTime mergedIntoId"
    )
    assert list(shown) == V2_FIELDS.get(spelling.kind, plain).split()
    assert (shown[title(spelling)], shown[spelling.parent]) == ("North", made["parentId"])
    assert (shown["isActive"], shown["mergedIntoId"], shown["entity"]) == ("1", NULL_ID, spelling.entity)
    other = on_v2(company, f"Crud/Create/{spelling.entity}", {"obj": shown | {"entity": spelling.entity}})
    assert company.v3("GET", path(spelling, f"/{other['id']}")).ok() == made | {
        "id": other["id"],
        "createdTime": made["createdTime"],
    }


@EVERY_KIND
def test_whole_records_are_taken_back_by_v2s_update(company: Company, spelling: Spelling) -> None:
    made = company.v3("POST", path(spelling), everything(company, spelling)).ok(201)
    read = f"Crud/Read/{spelling.entity}"
    whole = on_v2(company, read, {"id": made["id"]})
    change_all = whole | {"mergedIntoId": made["parentId"], "createdTime": "never", "hasPurInfo": False}
    assert on_v2(company, f"Crud/Update/{spelling.entity}", {"obj": change_all}) == whole
    company.v3("POST", path(spelling, f"/{made['parentId']}/archive")).ok()
    assert on_v2(company, f"Crud/Update/{spelling.entity}", {"obj": whole}) == whole
    assert company.v3("GET", path(spelling, f"/{made['id']}")).ok() == made


@EVERY_KIND
def test_an_update_changes_what_is_given_and_null_clears(company: Company, spelling: Spelling) -> None:
    made = company.v3("POST", path(spelling), everything(company, spelling)).ok(201)
    changed = change(company, spelling, made, **{title(spelling): "South"}).ok()
    assert changed == made | {title(spelling): "South"}
    cleared = change(company, spelling, made, parentId=None, shortName=None, description=None).ok()
    expected = {name: value for name, value in changed.items() if name != "parentId"}
    # A chart of account has no short name and an employee no description: what is not known is ignored.
    assert cleared == {name: value for name, value in expected.items() if name not in {"shortName", "description"}}


@EVERY_KIND
def test_archive_and_restore_are_the_same_on_both_faces_and_may_be_repeated(
    company: Company, spelling: Spelling
) -> None:
    made = create(company, spelling)
    for verb, archived in (("archive", True), ("archive", True), ("restore", False), ("restore", False)):
        answer = company.v3("POST", path(spelling, f"/{made['id']}/{verb}")).ok()
        assert answer == made | {"archived": archived}
        shown = on_v2(company, f"Crud/Read/{spelling.entity}", {"id": made["id"]})
        assert shown["isActive"] == ("2" if archived else "1")
    for verb, status in (("Delete", "2"), ("Delete", "2"), ("Undelete", "1"), ("Undelete", "1")):
        assert on_v2(company, f"Crud/{verb}/{spelling.entity}", {"id": made["id"]})["isActive"] == status
        assert company.v3("GET", path(spelling, f"/{made['id']}")).ok()["archived"] is (status == "2")
    for status in ("2", "1"):
        data = {"obj": {"entity": spelling.entity, "id": made["id"], "isActive": status}}
        assert on_v2(company, f"Crud/Update/{spelling.entity}", data)["isActive"] == status


@EVERY_KIND
def test_the_bulk_verbs_answer_under_the_kinds_own_key(company: Company, spelling: Spelling) -> None:
    key = dict(zip((one.path for one in SPELLINGS), KEYS.split(), strict=True))[spelling.path]
    made = company.v3("POST", path(spelling, "/bulk"), [body(spelling, "North"), body(spelling, "South")]).ok(201)
    assert list(made) == [key]
    north, south = made[key]
    changes = [{"id": south["id"], title(spelling): "East"}, {"id": north["id"], "parentId": south["id"]}]
    east, moved = company.v3("PATCH", path(spelling, "/bulk"), changes).ok()[key]
    assert (east, moved) == (south | {title(spelling): "East"}, north | {"parentId": south["id"]})
    for verb, archived in (("archive", True), ("restore", False)):
        answer = company.v3("POST", path(spelling, f"/bulk/{verb}"), ids=f"{north['id']},{south['id']}").ok()[key]
        assert [one["archived"] for one in answer] == [archived] * 2


@EVERY_KIND
def test_a_bulk_create_with_wrong_parents_names_each(company: Company, spelling: Spelling) -> None:
    gone = create(company, spelling, "Gone")
    company.v3("POST", path(spelling, f"/{gone['id']}/archive")).ok()
    nowhere = f"{spelling.kind.prefix}01QQQQQQQQQQQzzzz"
    before = names(company, spelling)
    reply = company.v3("POST", path(spelling, "/bulk"), [
        body(spelling, parentId=nowhere), body(spelling), body(spelling, parentId=gone["id"]), body(spelling, " "),
    ])  # fmt: skip
    assert messages(reply, 422) == [
        f"[0]: There is no {spelling.kind} with the id {nowhere}.",
        "[1]: Rolled back, because another element of the request was refused.",
        f"[2]: The {spelling.kind} {gone['id']} is archived.",
        f"[3].{title(spelling)}: must not be blank",
    ]
    assert names(company, spelling) == before


@EVERY_KIND
def test_texts_have_a_length_and_names_are_needed(company: Company, spelling: Spelling) -> None:
    name = title(spelling)
    assert messages(company.v3("POST", path(spelling), body(spelling, "x" * 101)), 400) == [
        f"{name}: has more than 100 characters"
    ]
    needed = {"type": "SERVICE"} if spelling.kind is Kind.ITEM else {}
    assert messages(company.v3("POST", path(spelling), needed), 400) == [f"{name}: must not be null"]
    made = create(company, spelling)
    assert messages(change(company, spelling, made, **{name: ""}), 400) == [f"{name}: must not be blank"]
    assert messages(change(company, spelling, made, **{name: None}), 400) == [f"{name}: must not be null"]
    assert (
        refused_on_v2(company, f"Crud/Create/{spelling.entity}", {"obj": {"entity": spelling.entity}})[0] == "BDC_1117"
    )


@EVERY_KIND
def test_the_id_of_another_kind_is_unknown(company: Company, spelling: Spelling) -> None:
    other = SPELLINGS[SPELLINGS.index(spelling) - 1]
    made = create(company, other)
    assert company.v3("GET", path(spelling, f"/{made['id']}")).status == 404
    assert change(company, spelling, made).status == 404
    assert company.v3("POST", path(spelling, f"/{made['id']}/archive")).status == 404
    assert refused_on_v2(company, f"Crud/Read/{spelling.entity}", {"id": made["id"]})[0] == "BDC_1120"


# Lists


@EVERY_KIND
def test_lists_filter_and_sort(company: Company, spelling: Spelling) -> None:
    name = title(spelling)
    made = {one: create(company, spelling, one) for one in ("Birch", "Alder", "Cedar", "Alder Two")}
    company.v3("POST", path(spelling, f"/{made['Cedar']['id']}/archive")).ok()
    assert names(company, spelling, sort=f"{name}:asc") == ["Alder", "Alder Two", "Birch", "Cedar"]
    sort = f"archived:asc,{name}:desc"
    assert names(company, spelling, sort=sort) == ["Birch", "Alder Two", "Alder", "Cedar"]
    assert names(company, spelling, filters="archived:eq:true") == ["Cedar"]
    assert names(company, spelling, filters="archived:eq:false", sort="createdTime:desc")[-1:] == ["Birch"]
    assert names(company, spelling, filters=f"{name}:sw:Alder") == ["Alder", "Alder Two"]
    assert names(company, spelling, filters=f'{name}:eq:"Alder Two"') == ["Alder Two"]
    ids = ",".join((made["Birch"]["id"], made["Cedar"]["id"]))
    assert names(company, spelling, filters=f'id:in:"{ids}"') == ["Birch", "Cedar"]
    assert names(company, spelling, filters=f"id:ne:{made['Birch']['id']}") == ["Alder", "Cedar", "Alder Two"]
    assert names(company, spelling, filters=f"updatedTime:gt:{made['Birch']['updatedTime']}") == []
    assert company.v3("GET", path(spelling), filters="colour:eq:red").codes == ["BDC_1130"]
    assert company.v3("GET", path(spelling), sort="parentId:asc").codes == ["BDC_1130"]


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_pages_go_on_where_a_sorted_text_is_missing(company: Company, direction: str) -> None:
    jobs = next(one for one in SPELLINGS if one.kind is Kind.JOB)
    for number, text in enumerate((None, "b", None, "a", None)):
        create(company, jobs, str(number), description=text)
    seen: list[str] = []
    page: dict[str, Any] = {"max": 2, "sort": f"description:{direction}"}
    while page:
        answer = company.v3("GET", path(jobs), **page).ok()
        seen += [one["name"] for one in answer["results"]]
        page = {"max": 2, "page": answer["nextPage"]} if "nextPage" in answer else {}
    rising = ["0", "2", "4", "3", "1"]
    assert seen == (rising if direction == "asc" else rising[::-1])


@EVERY_KIND
def test_v2_lists_filter_by_every_operator_and_sort(company: Company, spelling: Spelling) -> None:
    name = title(spelling)
    ids = [create(company, spelling, one)["id"] for one in ("Birch", "Alder", "Cedar")]
    company.v3("POST", path(spelling, f"/{ids[2]}/archive")).ok()

    def found(op: str, value: str, field: str = name) -> list[str]:
        data = {"start": 0, "max": 999, "filters": [{"field": field, "op": op, "value": value}]}
        data |= {"sort": [{"field": name, "asc": True}], "nested": True}
        listed = on_v2(company, f"List/{spelling.entity}", data)
        return [one[name] for one in listed if not one[name].startswith("Money ")]

    assert found("=", "Birch") == found("in", "Birch") == found(">", "Alder Two")[:1] == ["Birch"]
    assert found("!=", "Birch") == found("nin", "Birch,Dogwood") == ["Alder", "Cedar"]
    assert found("<", "Birch") == found("<=", "Alder") == ["Alder"]
    assert found(">=", "Birch") == found("in", "Cedar,Birch") == ["Birch", "Cedar"]
    assert found("=", "2", "isActive") == ["Cedar"]
    assert found("nin", f"{ids[0]},{ids[1]}", "id") == ["Cedar"]
    assert found("<", "2020-01-01", "createdTime") == []


def test_types_that_were_never_said_are_found_as_unspecified(company: Company) -> None:
    accounts = SPELLINGS[0]
    create(company, accounts, "Untyped")
    create(company, accounts, "Said", account={"type": "UNSPECIFIED"})
    create(company, accounts, "Rent", account={"type": "EXPENSE", "number": "6100"})
    assert names(company, accounts, filters="account.type:eq:UNSPECIFIED") == ["Untyped", "Said"]
    assert names(company, accounts, filters="account.type:nin:UNSPECIFIED") == ["Rent"]
    assert names(company, accounts, filters='account.type:in:"EXPENSE,INCOME"') == ["Rent"]
    assert names(company, accounts, filters="account.number:sw:61") == ["Rent"]
    assert company.v3("GET", path(accounts), filters="account.type:eq:SHOES").codes == ["BDC_1129"]


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_moment_that_utc_has_not_is_refused(embedded: Any, moment: str) -> None:
    company = embedded.company()
    assert company.v3("GET", path(SPELLINGS[0]), filters=f"createdTime:gt:{moment}").codes == ["BDC_1129"]
    data = {"start": 0, "max": 9, "filters": [{"field": "createdTime", "op": ">", "value": moment}]}
    assert refused_on_v2(company, "List/Job", data)[0] == "BDC_1129"


@pytest.mark.parametrize("moment", ["9999-12-31", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999Z"])
def test_all_until_the_end_of_time_is_a_list(embedded: Any, moment: str) -> None:
    company = embedded.company()
    jobs = next(one for one in SPELLINGS if one.kind is Kind.JOB)
    create(company, jobs, "Now")
    assert names(company, jobs, filters=f"createdTime:lt:{moment}") == ["Now"]
    for op, found in (("<", ["Now"]), ("<=", ["Now"]), (">", []), ("=", [])):
        data = {"start": 0, "max": 9, "filters": [{"field": "createdTime", "op": op, "value": moment}]}
        assert [one["name"] for one in on_v2(company, "List/Job", data)] == found


# Words and codes


def test_every_account_type_has_its_code_on_v2(company: Company) -> None:
    accounts = SPELLINGS[0]
    for code, word in enumerate(AccountType):
        made = create(company, accounts, word, account={"type": word})
        assert made["account"]["type"] == word
        assert on_v2(company, "Crud/Read/ChartOfAccount", {"id": made["id"]})["accountType"] == str(code)


def test_every_item_type_has_its_code_on_v2(company: Company) -> None:
    items = SPELLINGS[4]
    for code, word in enumerate(ItemType):
        made = create(company, items, word, type=word)
        assert made["type"] == word
        assert on_v2(company, "Crud/Read/Item", {"id": made["id"]})["type"] == str(code)
    assert len(names(company, items, filters='type:in:"SERVICE,GROUP"', sort="type:desc")) == 2
    assert messages(company.v3("POST", path(items), {"name": "Untyped"}), 400) == ["type: must not be null"]


def test_accounts_without_a_type_come_first_when_v2_sorts_by_it(company: Company) -> None:
    accounts = SPELLINGS[0]
    for name, word in (("Rent", "EXPENSE"), ("Untyped", None), ("Sales", "INCOME"), ("Assets", "BANK")):
        create(company, accounts, name, **({"account": {"type": word}} if word else {}))
    for ascending, expected in (
        (True, ["Untyped", "Assets", "Rent", "Sales"]),
        (False, ["Sales", "Rent", "Assets", "Untyped"]),
    ):
        data = {"start": 0, "max": 99, "sort": [{"field": "accountType", "asc": ascending}]}
        found = [one["name"] for one in on_v2(company, "List/ChartOfAccount", data)]
        assert [name for name in found if not name.startswith("Money ")] == expected
