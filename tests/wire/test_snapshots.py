"""The sandbox's way back: snapshots of an organization and of a world, and resets."""

from __future__ import annotations

import msgspec
import psycopg
import pytest

from billfold.kit import snapshots
from billfold.kit.databases import open_database
from billfold.kit.snapshots import FOUNDED, Scope
from billfold.kit.wipe import tables_of_organization
from billfold.kit.worlds import begin_advance, get_world
from tests.builders import columns_of
from tests.wire.api import Api, Company


def rows_of(company: Company) -> dict[str, list[tuple]]:
    """Every row of the organization, as stored, and its clock."""
    organization_id = company.made["organizationId"]
    with company.api.installed.database.transaction() as tx:
        tx.enter_organization(organization_id)
        found = {
            table: sorted(tx.all(f"SELECT * FROM {table} WHERE organization_id = ?", (organization_id,)), key=repr)
            for table in tables_of_organization()
        }
        return found | {"worlds": tx.all("SELECT * FROM worlds WHERE id = ?", (company.made["world"],))}


def a_neighbour(company: Company) -> Company:
    """Another organization in the same world."""
    made = company.api.company()
    database = company.api.installed.database
    world = company.made["world"]
    with database.transaction() as tx:
        for table in ("lanes", "sessions"):
            tx.run(f"UPDATE {table} SET world_id = ? WHERE organization_id = ?", (world, made.made["organizationId"]))
    made.made["world"] = world
    return made


def test_what_belongs_to_an_organization_is_every_table_that_says_so(api: Api) -> None:
    """The names come from the migrations' texts; the database says whether that found them all."""
    database = api.installed.database
    with database.transaction() as tx:
        if database.kind == "sqlite":
            tables = tx.all("SELECT name FROM sqlite_master WHERE type = 'table'")
        else:
            tables = tx.all("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        saying = {table for (table,) in tables if "organization_id" in columns_of(tx, database, table)}
    assert saying == set(tables_of_organization())


def test_restoring_brings_back_rows_clock_jobs_and_sessions(company: Company) -> None:
    bill = company.bill()
    paid = company.pay(bill, 100).ok(201)
    before = rows_of(company)
    kept = company.sim("POST", "snapshot").ok()
    assert (kept["name"], kept["organizationId"], kept["takenTime"]) == (
        "default", company.made["organizationId"], "2026-03-03T17:00:00.000+00:00",
    )  # fmt: skip
    assert kept["rows"] == sum(len(rows) for table, rows in before.items() if table != "worlds")

    company.advance(days=10)
    company.pay(bill, 20).ok(201)
    company.v3("POST", "logout").ok()
    assert company.v3("GET", "bills").status == 401

    restored = company.sim("POST", "restore").ok()
    assert restored["now"] == "2026-03-03T17:00:00.000+00:00"
    assert rows_of(company) == before
    assert company.v3("GET", f"payments/{paid['id']}").ok() == paid
    assert company.pay(bill, 20).ok(201)["confirmationNumber"] != paid["confirmationNumber"]
    company.advance(days=10)
    assert company.v3("GET", f"payments/{paid['id']}").ok()["singleStatus"] == "CLEARED"
    assert company.balanced()


def test_other_organizations_of_the_world_and_their_clock_stay(company: Company) -> None:
    neighbour = a_neighbour(company)
    company.sim("POST", "snapshot").ok()
    before = rows_of(company)
    company.bill()
    neighbour.bill()
    company.sim("POST", "clock/advance", {"days": 1}, world=company.made["world"]).ok()
    theirs = rows_of(neighbour)
    restored = company.sim("POST", "restore").ok()
    assert restored["now"] == "2026-03-04T17:00:00.000+00:00"
    assert rows_of(neighbour) == theirs
    after = rows_of(company)
    different = {table for table, rows in after.items() if rows != before[table]}
    assert different == {"sessions", "worlds"}, "the session would have died on the way; the clock is the world's"
    assert company.v3("GET", "bills").ok()["results"] == []


def test_a_world_comes_back_with_its_clock_and_without_who_was_founded_since(company: Company) -> None:
    neighbour = a_neighbour(company)
    company.pay(company.bill()).ok(201)
    before, theirs = rows_of(company), rows_of(neighbour)
    world = company.made["world"]
    assert "organizationId" not in company.sim("POST", "snapshot", {"name": "both"}, world=world).ok()
    newcomer = a_neighbour(company)
    company.advance(days=5)
    neighbour.bill()
    newcomer.sim("POST", "snapshot", {"name": "lost"}).ok()
    company.sim("POST", "restore", {"name": "both"}, world=world).ok()
    assert (rows_of(company), rows_of(neighbour)) == (before, theirs)
    assert all(not rows for table, rows in rows_of(newcomer).items() if table != "worlds")
    assert newcomer.v3("GET", "bills").status == 401
    assert newcomer.sim("GET", "snapshots").status == 404
    with company.api.installed.database.transaction() as tx:
        kept = snapshots.list_snapshots(tx, Scope(world, newcomer.made["organizationId"]))
    assert kept == []


def test_snapshots_have_names_and_the_same_name_is_one(company: Company) -> None:
    for count in (1, 2):
        company.bill()
        company.sim("POST", "snapshot", {"name": "one"}).ok()
        company.sim("POST", "snapshot", {"name": f"bills-{count}"}).ok()
    names = [kept["name"] for kept in company.sim("GET", "snapshots").ok()["results"]]
    assert sorted(names) == ["bills-1", "bills-2", "founded", "one"]
    for name, bills in (("bills-1", 1), ("one", 2), ("founded", 0), ("bills-2", 2)):
        company.sim("POST", "restore", {"name": name}).ok()
        assert len(company.v3("GET", "bills").ok()["results"]) == bills
    refused = company.sim("POST", "restore", {"name": "never"})
    assert (refused.status, refused.json["code"]) == (404, "NotFound")
    assert company.sim("POST", "snapshot", {"name": "a name"}).status == 400


def test_an_organization_has_twenty_snapshots_at_most(embedded: Api) -> None:
    company = embedded.company()
    for number in range(snapshots.MAX_SNAPSHOTS):
        company.sim("POST", "snapshot", {"name": f"n{number}"}).ok()
    refused = company.sim("POST", "snapshot", {"name": "more"})
    assert (refused.status, refused.json["code"]) == (422, "TooManySnapshots")
    company.sim("POST", "snapshot", {"name": "n3"}).ok()


def test_neither_is_done_while_the_clock_is_on_its_way(company: Company) -> None:
    company.sim("POST", "snapshot").ok()
    with company.api.installed.database.transaction() as tx:
        world = get_world(tx, company.made["world"])
        begin_advance(tx, world.id, msgspec.convert("2026-03-05T17:00:00Z", type=type(world.clock.now())))
    for verb in ("snapshot", "restore"):
        refused = company.sim("POST", verb)
        assert (refused.status, refused.json["code"]) == (409, "AdvanceRunning")


def test_a_snapshot_of_other_tables_is_refused(company: Company) -> None:
    company.sim("POST", "snapshot").ok()
    with company.api.installed.database.transaction() as tx:
        tx.run("UPDATE snapshots SET schema_version = 'another'")
    before = rows_of(company)
    refused = company.sim("POST", "restore")
    assert (refused.status, refused.json["code"]) == (422, "SnapshotOutdated")
    assert rows_of(company) == before


def test_a_snapshot_outlives_the_server(tmp_path) -> None:
    path = f"sqlite:///{tmp_path}/billfold.db"
    database = open_database(path)
    company = Api(database).company()
    company.bill()
    company.sim("POST", "snapshot").ok()
    before = rows_of(company)
    company.bill()
    company.api.close()
    database.close()
    database = open_database(path)
    again = Company(Api(database), company.made)
    again.sim("POST", "restore").ok()
    assert rows_of(again) == before
    assert len(again.v3("GET", "vendors").ok()["results"]) == 1
    again.vendor()  # what is sealed opens, what is counted goes on
    again.api.close()
    database.close()


def test_restoring_waits_for_whoever_writes_in_the_organization(company: Company) -> None:
    database = company.api.installed.database
    if database.kind != "postgresql":
        return  # the embedded database has one transaction at a time
    company.sim("POST", "snapshot").ok()
    scope = Scope(company.made["world"], company.made["organizationId"])
    with database.transaction() as writer:
        writer.enter_organization(company.made["organizationId"])
        with pytest.raises(psycopg.errors.LockNotAvailable):
            _restore_impatiently(database, scope)
    with database.transaction() as tx:
        snapshots.restore(tx, scope, "default")


def _restore_impatiently(database, scope) -> None:
    with database.transaction() as tx:
        tx.run("SET LOCAL lock_timeout = '50ms'")
        snapshots.restore(tx, scope, "default")


def test_resetting_an_organization_brings_back_how_it_was_founded(company: Company) -> None:
    with company.api.installed.database.transaction() as tx:
        scope = Scope(company.made["world"], company.made["organizationId"])
        founded = snapshots.list_snapshots(tx, scope)
    assert [kept.name for kept in founded] == [FOUNDED]
    before = rows_of(company)
    company.pay(company.bill()).ok(201)
    company.advance(days=3)
    company.v3("POST", f"funding-accounts/banks/{company.bank_account_id}/archive").ok()
    answer = company.sim("POST", "reset", {"scope": "organization"}).ok()
    assert answer == {"reset": True, "scope": "organization", "organizationId": company.made["organizationId"]}
    assert rows_of(company) == before
    company.pay(company.bill()).ok(201)


def test_resetting_a_world_brings_back_all_in_it_and_its_clock(company: Company) -> None:
    neighbour = a_neighbour(company)
    before, theirs = rows_of(company), rows_of(neighbour)
    stranger = company.api.company()
    stranger.bill()
    for one in (company, neighbour):
        one.pay(one.bill()).ok(201)
    company.advance(days=3)
    untouched = rows_of(stranger)
    company.sim("POST", "reset", {"scope": "world"}).ok()
    after = rows_of(company)
    assert after["worlds"] == before["worlds"]
    assert company.v3("GET", "bills").ok()["results"] == []
    assert {table for table, rows in after.items() if rows != before[table]} <= {"sessions"}
    # The neighbour was moved here after it was founded, so its lane and session say another world.
    assert {table for table, rows in rows_of(neighbour).items() if rows != theirs[table]} <= {"lanes", "sessions"}
    assert rows_of(stranger) == untouched


def test_the_demo_organization_can_be_reset_alone(api: Api) -> None:
    api.sim("POST", "reset").ok()
    other = api.company()
    bill = other.bill()
    other.made |= {"world": "main"}
    explained = api.sim("GET", "ledger/accounts/accounts_payable").ok()
    assert api.sim("POST", "reset", {"scope": "organization"}).ok()["organizationId"] == "00801BILLFOLDXXdemo1"
    assert api.sim("GET", "ledger/accounts/accounts_payable").ok() == explained
    assert other.v3("GET", f"bills/{bill['id']}").ok() == bill
