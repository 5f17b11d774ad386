"""The sandbox's own face: clocks, organizations, faults, reset."""

from __future__ import annotations

from billfold.rails import ach
from tests.wire.api import MOMENT, Api, Company


def test_a_frozen_clock_stands_still_and_a_running_one_does_not(api: Api) -> None:
    company = api.company()
    assert company.sim("GET", "clock").ok()["now"] == MOMENT.replace("+00:00", ".000+00:00")
    resumed = company.sim("POST", "clock/resume").ok()
    assert resumed["mode"] == "real"
    frozen = company.sim("POST", "clock/freeze", {"at": "2026-03-05T12:00:00Z"}).ok()
    assert (frozen["mode"], frozen["now"]) == ("frozen", "2026-03-05T12:00:00.000+00:00")
    back = company.sim("POST", "clock/advance", {"to": "2026-03-04T12:00:00Z"})
    assert (back.status, back.json["message"]) == (
        400,
        "The clock stands at 2026-03-05T12:00:00.000+00:00; it cannot be set back to 2026-03-04T12:00:00.000+00:00.",
    )


def test_a_slip_in_how_far_to_advance_or_in_a_setting_is_refused_and_does_nothing(api: Api) -> None:
    company = api.company()
    before = company.sim("GET", "clock").ok()
    reply = company.sim("POST", "clock/advance", {"dayz": 2, "keepSessions": True})
    assert (reply.status, reply.json["message"]) == (400, "days: must be given, or hours, minutes or to")
    assert company.sim("GET", "clock").ok() == before
    assert company.admin("PATCH", "originator", {"companyNumber": "1"}).status == 400


def test_one_companys_clock_moves_no_other(api: Api) -> None:
    ours, theirs = api.company(), api.company()
    ours.advance(days=10)
    assert theirs.sim("GET", "clock").ok()["now"].startswith("2026-03-03")


def test_drain_runs_what_a_jump_of_the_clock_left_due(api: Api) -> None:
    company = api.company()
    payment = company.pay(company.bill()).ok(201)
    company.sim("POST", "clock/freeze", {"at": "2026-03-04T02:00:00Z"}).ok()
    assert company.sim("POST", "drain").ok()["jobs"] >= 1
    company.sim("POST", "clock/advance", {"minutes": 1, "keepSessions": True}).ok()
    transfers = company.sim("GET", "transfers").ok()["results"]
    assert {one["status"] for one in transfers if one["subjectId"] == payment["id"]} == {"sent", "held"}


def test_events_are_numbered_without_gaps_and_tell_who_did_what(company: Company) -> None:
    payment = company.pay(company.bill()).ok(201)
    company.advance(days=4)
    events = company.sim("GET", "events").ok()["results"]
    assert [event["number"] for event in events] == list(range(1, len(events) + 1))
    own = company.sim("GET", "events", subjectId=payment["id"]).ok()["results"]
    assert own[0]["name"] == "PaymentCreated"
    assert own[0]["face"] == "v3"
    assert own[-1]["subject"]["single_status"] == "CLEARED"


def test_a_planned_fault_is_shown_as_often_as_asked(company: Company) -> None:
    fault = {"operation": "v3.vendors.list", "code": "BDC_1322", "status": 400, "times": 2, "delayMs": 1}
    company.sim("POST", "faults", fault).ok()
    for _ in range(2):
        reply = company.v3("GET", "vendors")
        assert (reply.status, reply.codes) == (400, ["BDC_1322"])
    assert company.v3("GET", "vendors").status == 200
    assert company.sim("POST", "faults", {"operation": "v3.nothing"}).status == 404


def test_reset_makes_a_sandbox_as_new(api: Api) -> None:
    company = api.company()
    company.pay(company.bill()).ok(201)
    first = api.sim("POST", "reset").ok()
    assert company.v3("GET", "bills").status == 400, "its developer key is gone too"
    bills = [row["documentId"] for row in api.sim("GET", "ledger/accounts/accounts_payable").ok()["results"]]
    assert len(bills) == 4
    assert api.sim("POST", "reset").ok() == first
    again = [row["documentId"] for row in api.sim("GET", "ledger/accounts/accounts_payable").ok()["results"]]
    assert again == bills, "the same seed makes the same ids"


def test_row_level_security_hides_other_organizations(api: Api) -> None:
    ours, theirs = api.company(), api.company()
    theirs.vendor()
    database = api.installed.database
    if database.kind != "postgresql":
        return
    with database.transaction() as tx:
        tx.enter_organization(ours.made["organizationId"])
        assert tx.all("SELECT id FROM vendors") == []
        tx.enter_organization(theirs.made["organizationId"])
        assert len(tx.all("SELECT id FROM vendors")) == 1


def test_no_bank_settles_or_returns_what_is_in_a_file_that_is_still_put_together(company: Company) -> None:
    payment = company.pay(company.bill()).ok(201)
    company.sim("POST", "clock/freeze", {"at": "2026-03-04T02:00:00Z"}).ok()
    company.does(lambda ctx: ach.cut_off(ctx, {"effective_on": payment["processDate"]}))
    transfers = company.sim("GET", "transfers").ok()["results"]
    funding = next(one for one in transfers if one["subjectId"] == payment["id"] and one["leg"] == "funding")
    assert funding["status"] == "sent"
    paths = [f"payments/{payment['id']}/{verb}" for verb in ("settle", "fail-funding")]
    for path in [*paths, *(f"transfers/{funding['id']}/{verb}" for verb in ("settle", "return"))]:
        refused = company.sim("POST", path)
        assert (refused.status, refused.json["code"]) == (422, "StateForbids"), path
    company.sim("POST", "drain").ok()
    assert company.sim("POST", paths[1], {"code": "R01"}).ok()["singleStatus"] == "FUNDING_FAILED_VOIDED"
    assert company.balanced()
