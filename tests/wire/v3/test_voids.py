"""Voids over v3, and the sandbox's and the operator's hands on a payment (contract: payables §6.3, §6.5, §6.6)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.api import Api, Company

PRINTED = "2026-03-06T18:00:00+00:00"
FUNDED = "2026-03-05T18:00:00+00:00"
CREDIT = {"type": "VOID_AND_CREDIT", "reason": "Entered twice"}
REISSUE = {"type": "VOID_AND_REISSUE", "reason": "Lost in the mail"}


def a_check(company: Company, at: str = PRINTED) -> str:
    """The id of a payment by check, at that moment."""
    payment = company.pay(company.bill(company.vendor(None))).ok(201)
    company.advance(to=at)
    return str(payment["id"])


def state(company: Company, payment_id: str) -> tuple[Any, ...]:
    """Fine status, coarse status, disbursement status, and the bill's payment status."""
    payment = company.v3("GET", f"payments/{payment_id}").ok()
    bill = company.v3("GET", f"bills/{payment['billId']}").ok()
    return payment["singleStatus"], payment["status"], payment.get("disbursementStatus"), bill["paymentStatus"]


def test_a_void_is_pending_then_granted_and_every_answer_tells_of_it(company: Company) -> None:
    payment_id = a_check(company)
    answer = company.v3("POST", f"payments/{payment_id}/void", CREDIT).ok()
    assert (answer["singleStatus"], answer["status"], answer["disbursementStatus"]) == (
        "VOID_PENDING", "PAID", "IN_PROGRESS",
    )  # fmt: skip
    assert answer["disbursementInfo"]["isVoidable"] is False
    (told,) = answer["voidInfo"]
    assert (told["type"], told["status"], told["reason"]) == ("VOID_AND_CREDIT", "TO_BE_PROCESSED", "Entered twice")
    assert told["requestedBy"] == company.made["userId"]
    assert told["createdTime"] == told["updatedTime"]
    company.advance(days=1)
    assert state(company, payment_id) == ("VOIDED", "VOID", "FAILED", "UNPAID")
    read = company.v3("GET", f"payments/{payment_id}").ok()
    (listed,) = company.v3("GET", "payments").ok()["results"]
    assert read["voidInfo"] == listed["voidInfo"]
    assert [one["status"] for one in read["voidInfo"]] == ["ACCEPTED"]
    company.advance(days=5)
    assert company.balanced()


def test_a_void_and_reissue_is_the_same_payment_with_another_check(company: Company) -> None:
    payment_id = a_check(company)
    company.v3("POST", f"payments/{payment_id}/void", REISSUE).ok()
    company.sim("POST", f"payments/{payment_id}/void").ok()
    assert state(company, payment_id) == ("PROCESSED", "PAID", "IN_PROGRESS", "IN_PROCESS")
    company.advance(days=3)
    payment = company.v3("GET", f"payments/{payment_id}").ok()
    assert payment["disbursementInfo"]["checkDisbursement"]["checkNumber"] == 1002
    funding = [one for one in company.sim("GET", "transfers").ok()["results"] if one["leg"] == "funding"]
    assert len(funding) == 1


def test_a_password_alone_sends_no_money_to_another_account_of_the_vendor(company: Company) -> None:
    payment_id = a_check(company)
    signing_in = {name: company.made[name] for name in ("username", "password", "organizationId", "devKey")}
    company.made["sessionId"] = company.v3("POST", "login", signing_in).ok()["sessionId"]
    answer = company.v3("POST", f"payments/{payment_id}/void", REISSUE)
    assert (answer.status, answer.codes) == (403, ["BDC_1361"])
    of_v2 = company.v2("VoidAPPayment", {"sentPayId": payment_id, "voidRequestType": "1", "reason": "Lost"})
    assert "BDC_1361" in of_v2.text
    assert state(company, payment_id)[0] == "SENT"
    assert company.v3("POST", f"payments/{payment_id}/void", CREDIT).ok()["singleStatus"] == "VOID_PENDING"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "BDC_1119"),
        ({"type": "VOID_AND_CREDIT"}, 400, "BDC_1119"),
        ({"type": "SOMETHING", "reason": "Wrong"}, 400, "BDC_1119"),
        (CREDIT | {"reason": ""}, 400, "BDC_1119"),
        (CREDIT | {"reason": "x" * 4001}, 400, "BDC_1119"),
        (CREDIT | {"type": "VOID_ONLY"}, 422, "BDC_1119"),
        (CREDIT | {"type": "VOID_AND_REISSUE_VCARD"}, 422, "BDC_1119"),
    ],
)
def test_a_void_that_is_not_understood_is_refused(embedded: Api, body: Any, status: int, code: str) -> None:
    company = embedded.company()
    payment_id = a_check(company)
    answer = company.v3("POST", f"payments/{payment_id}/void", body)
    assert (answer.status, answer.codes[0]) == (status, code)
    assert company.v3("GET", f"payments/{payment_id}").ok()["voidInfo"] == []


def test_a_payment_that_is_scheduled_is_cancelled_and_one_that_is_collected_is_voided(embedded: Api) -> None:
    company = embedded.company()
    payment = company.pay(company.bill()).ok(201)
    early = company.v3("POST", f"payments/{payment['id']}/void", CREDIT)
    assert (early.status, early.codes) == (422, ["BDC_1119"])
    company.advance(to=FUNDED)
    late = company.v3("POST", f"payments/{payment['id']}/cancel")
    assert (late.status, late.codes) == (422, ["BDC_1119"])
    company.v3("POST", f"payments/{payment['id']}/void", CREDIT).ok()


def test_a_reissue_to_a_vendor_whom_nothing_reaches_is_refused(embedded: Api) -> None:
    company = embedded.company()
    payment_id = a_check(company)
    vendor_id = company.v3("GET", f"payments/{payment_id}").ok()["vendorId"]
    company.v3("PATCH", f"vendors/{vendor_id}", {"paymentInformation": {"payeeName": "紙"}}).ok()
    answer = company.v3("POST", f"payments/{payment_id}/void", REISSUE)
    assert (answer.status, answer.codes) == (422, ["BDC_1151"])


def test_who_may_not_pay_may_not_void(embedded: Api) -> None:
    company = embedded.company()
    payment_id = a_check(company)
    company.sign_in_as("CLERK")
    answer = company.v3("POST", f"payments/{payment_id}/void", CREDIT)
    assert (answer.status, answer.codes) == (403, ["BDC_1150"])


def test_a_recorded_payment_is_voided_at_once_with_void_only(embedded: Api) -> None:
    company = embedded.company()
    bill = company.bill()
    body = {"vendorId": bill["vendorId"], "processDate": "2026-03-02", "toPrintCheck": False}
    body["payments"] = [{"billId": bill["id"], "amount": 10}]
    recorded = company.v3("POST", "bills/record-payment", body).ok()
    assert recorded["disbursementInfo"]["isVoidable"] is True
    void = {"type": "VOID_ONLY", "reason": "Never sent"}
    answer = company.v3("POST", f"payments/{recorded['id']}/void", void).ok()
    assert (answer["status"], answer["voidInfo"][0]["status"]) == ("VOID", "ACCEPTED")
    assert company.v3("GET", f"bills/{bill['id']}").ok()["dueAmount"] == 229.5


# The sandbox's hands


def sim(company: Company, payment_id: str, verb: str, body: Any = None) -> Any:
    return company.sim("POST", f"payments/{payment_id}/{verb}", body).ok()


def test_a_check_is_led_through_its_whole_life_by_hand(company: Company) -> None:
    payment_id = a_check(company, "2026-03-04T12:00:00+00:00")
    assert state(company, payment_id)[0] == "FUNDING_STARTED"
    assert sim(company, payment_id, "settle")["singleStatus"] == "PROCESSED"
    held = sim(company, payment_id, "hold")
    assert (held["singleStatus"], held["disbursementStatus"]) == ("DISBURSEMENT_ON_HOLD", "HOLD")
    company.advance(days=5)
    assert state(company, payment_id) == ("DISBURSEMENT_ON_HOLD", "PAID", "HOLD", "IN_PROCESS")
    released = sim(company, payment_id, "release")
    assert released["disbursementInfo"]["checkDisbursement"]["arrivesByDate"] == "2026-03-13"
    company.advance(days=1)
    assert state(company, payment_id)[0] == "SENT"
    assert sim(company, payment_id, "deliver")["singleStatus"] == "DELIVERED"
    assert sim(company, payment_id, "clear")["singleStatus"] == "CLEARED"
    assert state(company, payment_id) == ("CLEARED", "PAID", "DONE", "PAID")
    failed = sim(company, payment_id, "fail-funding", {"code": "R10"})
    assert failed["singleStatus"] == "FUNDING_FAILED_ACTION_NEEDED"
    assert sim(company, payment_id, "wire")["singleStatus"] == "CLEARED"
    assert company.balanced()


@pytest.mark.parametrize(
    ("verb", "body", "status"),
    [
        ("stop", None, "VOIDED"),
        ("stale", None, "VOIDED"),
        ("clear", None, "CLEARED"),
        ("escheat", None, "FUNDS_ESCHEATED"),
        ("return", {"code": "R02"}, "DISBURSEMENT_FAILED_ACTION_NEEDED"),
        ("fail-funding", {}, "FUNDING_FAILED_ACTION_NEEDED"),
    ],
)
def test_what_may_become_of_a_check(embedded: Api, verb: str, body: Any, status: str) -> None:
    company = embedded.company()
    assert sim(company, a_check(company), verb, body)["singleStatus"] == status
    company.advance(days=10)
    assert company.balanced()


@pytest.mark.parametrize(
    "verb", ["settle", "deliver", "clear", "stop", "stale", "void", "hold", "release", "wire", "refund", "escheat"]
)
def test_a_step_that_its_state_forbids_answers_422(embedded: Api, verb: str) -> None:
    company = embedded.company()
    payment = company.pay(company.bill()).ok(201)
    assert company.sim("POST", f"payments/{payment['id']}/{verb}").status == 422
    assert company.sim("POST", f"payments/stp01NOBODY/{verb}").status == 404


@pytest.mark.parametrize("verb", ["hold", "release", "wire", "escheat"])
def test_the_operator_does_by_the_administration_face_what_no_clock_does(embedded: Api, verb: str) -> None:
    company = embedded.company()
    payment_id = a_check(company, FUNDED if verb in {"hold", "release"} else PRINTED)
    before = {"release": "hold", "wire": "fail-funding"}.get(verb)
    if before:
        sim(company, payment_id, before, {} if before == "fail-funding" else None)
    answer = company.admin("POST", f"payments/{payment_id}/{verb}").ok()
    expected = {"hold": "DISBURSEMENT_ON_HOLD", "release": "PROCESSED", "wire": "SENT", "escheat": "FUNDS_ESCHEATED"}
    assert answer["singleStatus"] == expected[verb]
    assert company.admin("POST", f"payments/{payment_id}/{verb}").status == 422
    assert company.balanced()


def test_a_debit_that_comes_back_after_its_refund_is_void_on_the_wire_and_on_the_operators_list(
    company: Company,
) -> None:
    bill = company.bill()
    payment_id = company.pay(bill).ok(201)["id"]
    company.sim("POST", "clock/advance", {"to": FUNDED, "keepSessions": True}).ok()
    company.v3("POST", f"payments/{payment_id}/void", CREDIT).ok()
    sim(company, payment_id, "void")
    company.advance(days=9)
    assert company.admin("GET", "clearing").ok() == {"results": []}
    failed = sim(company, payment_id, "fail-funding", {"code": "R10"})
    shown = failed["singleStatus"], failed["status"], failed["disbursementStatus"]
    assert shown == ("FUNDING_FAILED_ACTION_NEEDED", "VOID", "FAILED")
    sent = company.v2("Crud/Read/SentPay", {"id": payment_id}).ok()["response_data"]
    assert (sent["status"], sent["billPays"][0]["paymentStatus"]) == ("4", "4")
    assert company.v3("GET", f"bills/{bill['id']}").ok()["paymentStatus"] == "UNPAID"
    for filters in ("singleStatus:eq:FUNDING_FAILED_ACTION_NEEDED", "status:eq:VOID"):
        (found,) = company.v3("GET", "payments", filters=filters).ok()["results"]
        assert found["id"] == payment_id
    unknown = company.v3("GET", "payments", filters="singleStatus:eq:FUNDING_FAILED_AFTER_REFUND")
    assert unknown.status == 400
    (listed,) = company.admin("GET", "clearing").ok()["results"]
    assert (listed["paymentId"], listed["owed"], listed["held"]) == (payment_id, failed["amount"], 0)
    assert listed == company.sim("GET", "ledger/clearing").ok()["results"][0]
    assert company.admin("POST", f"payments/{payment_id}/wire").ok()["singleStatus"] == "VOIDED"
    assert company.admin("GET", "clearing").ok() == {"results": []}
    assert company.balanced()


def test_a_check_close_to_its_end_is_expiring_and_can_still_be_cashed_or_voided(embedded: Api) -> None:
    company = embedded.company()
    payment_id, other_id = a_check(company), a_check(company, "2026-03-12T12:00:00+00:00")
    assert sim(company, payment_id, "expiring")["singleStatus"] == "EXPIRING"
    assert state(company, payment_id) == ("EXPIRING", "PAID", "IN_PROGRESS", "IN_PROCESS")
    assert sim(company, payment_id, "clear")["singleStatus"] == "CLEARED"
    expiring = sim(company, other_id, "expiring")
    assert expiring["disbursementInfo"]["isVoidable"] is True
    company.v3("POST", f"payments/{other_id}/void", CREDIT).ok()


# While the debit is under way


def test_what_can_no_longer_be_cancelled_can_be_voided(company: Company) -> None:
    payment_id = a_check(company, at="2026-03-04T05:00:00+00:00")
    path = f"payments/{payment_id}"
    assert company.v3("POST", f"{path}/cancel").codes == ["BDC_1119"]
    assert company.v3("GET", path).ok()["disbursementInfo"]["isVoidable"] is True
    asked = company.v3("POST", f"{path}/void", CREDIT).ok()
    assert (asked["singleStatus"], asked["voidInfo"][0]["status"]) == ("READY_TO_FUND", "TO_BE_PROCESSED")
    assert asked["disbursementInfo"]["isVoidable"] is False
    (sent_pay,) = company.v2("List/SentPay", {"start": 0, "max": 9}).json["response_data"]
    assert (sent_pay["status"], sent_pay["voidRequest"]["reason"]) == ("1", "Entered twice")
    company.advance(to=FUNDED)
    assert state(company, payment_id) == ("VOID_PENDING", "PAID", "IN_PROGRESS", "IN_PROCESS")
    company.advance(days=5)
    assert state(company, payment_id) == ("VOIDED", "VOID", "FAILED", "UNPAID")
    assert company.balanced()


def test_a_credit_is_shown_as_voidable_until_a_file_has_it(company: Company) -> None:
    payment = company.pay(company.bill()).ok(201)
    for moment, expected in ((FUNDED, True), ("2026-03-06T03:00:00+00:00", False)):
        company.advance(to=moment)
        read = company.v3("GET", f"payments/{payment['id']}").ok()
        (listed,) = company.v3("GET", "payments").ok()["results"]
        assert read["singleStatus"] == "PROCESSED"
        assert (read["disbursementInfo"]["isVoidable"], listed["disbursementInfo"]["isVoidable"]) == (
            expected,
            expected,
        )
        refused = company.v3("POST", f"payments/{payment['id']}/void", CREDIT | {"reason": ""}).text
        assert ("cannot be voided" in refused) is not expected
