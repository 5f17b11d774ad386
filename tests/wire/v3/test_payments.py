"""Payments over v3: rules, refusals, and the whole life on the clock (contract: payables §6; settled.md §3, §4)."""

from __future__ import annotations

import pytest

from billfold.kit.errors import Refusal
from billfold.payables.payments.payment_rules import NewAccountNeedsTime
from billfold.payables.voids.void_requests import PaymentNotVoidable
from billfold.wire.errors import WireError, wire_error
from tests.wire.api import Api, Company


def test_a_payment_is_scheduled_for_the_next_business_day(company: Company) -> None:
    bill = company.bill()
    payment = company.pay(bill).ok(201)
    assert payment["processDate"] == "2026-03-04"
    assert payment["disbursementInfo"]["achDisbursement"] == {"arrivesByDate": "2026-03-09"}
    assert (payment["status"], payment["singleStatus"]) == ("SCHEDULED", "SCHEDULED")
    assert (payment["onlinePayment"], payment["voidInfo"], payment["cancelRequestSubmitted"]) == (True, [], False)
    assert len(payment["transactionNumber"]) == 20
    assert payment["confirmationNumber"].startswith("P260304")
    bill = company.v3("GET", f"bills/{bill['id']}").ok()
    assert (bill["paymentStatus"], bill["dueAmount"], bill["scheduledAmount"]) == ("SCHEDULED", 0, 229.5)


@pytest.mark.parametrize(
    "name", ["日本紙業", "\N{PARTY POPPER}", "…\N{EM DASH}", "\N{FULLWIDTH LATIN CAPITAL LETTER A}" * 22 + "Ltd"]
)
def test_a_vendor_whose_name_no_bank_file_can_hold_stops_nobodys_payments(embedded: Api, name: str) -> None:
    company = embedded.company()
    account = {"nameOnAccount": name, "accountNumber": "000987654321", "routingNumber": "322271627"}
    odd = company.vendor(name=name, paymentInformation={"payeeName": name, "bankAccount": account})
    bills = [company.bill(odd), company.bill()]
    paid = [company.pay(bill).ok(201)["id"] for bill in bills]
    company.advance(days=5)
    assert [company.v3("GET", f"payments/{one}").ok()["singleStatus"] for one in paid] == ["CLEARED", "CLEARED"]


def test_a_payment_passes_through_its_whole_life(company: Company) -> None:
    bill = company.bill()
    payment = company.pay(bill).ok(201)
    seen = [_state(company, payment, bill)]
    for _ in range(5):
        company.advance(days=1)
        seen.append(_state(company, payment, bill))
    assert seen == [
        ("SCHEDULED", "SCHEDULED", None, "SCHEDULED"),
        ("FUNDING_STARTED", "SCHEDULED", None, "IN_PROCESS"),
        ("PROCESSED", "PAID", "IN_PROGRESS", "IN_PROCESS"),
        ("CLEARED", "PAID", "DONE", "PAID"),
        ("CLEARED", "PAID", "DONE", "PAID"),
        ("CLEARED", "PAID", "DONE", "PAID"),
    ]
    assert company.balanced()
    accounts = {row["account"]: row["balance"] for row in company.sim("GET", "ledger/trial-balance").ok()["accounts"]}
    assert accounts["accounts_payable"] == 0
    assert accounts["money_out_clearing"] == 0
    assert accounts[company.bank_account_id] == -229.5
    explained = company.sim("GET", "ledger/accounts/accounts_payable").ok()["results"]
    assert {row["documentId"]: row["posted"] for row in explained} == {bill["id"]: -229.5, payment["id"]: 229.5}


def _state(company: Company, payment: dict, bill: dict) -> tuple:
    payment = company.v3("GET", f"payments/{payment['id']}").ok()
    bill = company.v3("GET", f"bills/{bill['id']}").ok()
    return payment["singleStatus"], payment["status"], payment.get("disbursementStatus"), bill["paymentStatus"]


def test_a_part_payment_leaves_the_rest_due(company: Company) -> None:
    bill = company.bill()
    company.pay(bill, 100).ok(201)
    company.advance(days=4)
    bill = company.v3("GET", f"bills/{bill['id']}").ok()
    assert (bill["paymentStatus"], bill["paidAmount"], bill["dueAmount"]) == ("PARTIALLY_PAID", 100, 129.5)
    company.pay(bill).ok(201)


def test_paying_more_than_is_due_is_refused(company: Company) -> None:
    bill = company.bill()
    reply = company.pay(bill, 229.51)
    assert (reply.status, reply.codes) == (422, ["BDC_1159"])
    company.pay(bill, 200).ok(201)
    assert company.pay(bill, 200).codes == ["BDC_1159"]


@pytest.mark.parametrize("day", ["2026-03-03", "2026-03-07", "2026-05-25", "2025-01-02", "2030-01-02"])
def test_a_process_date_must_be_a_business_day_to_come(embedded: Api, day: str) -> None:
    company = embedded.company()
    reply = company.pay(company.bill(), processDate=day)
    assert (reply.status, set(reply.codes)) == (422, {"BDC_1152"})
    assert reply.json[0]["message"] == f"Invalid Process Date : {day}."


def test_a_wrong_process_date_is_said_once_more_of_the_bill_that_was_to_be_paid(embedded: Api) -> None:
    """As it was recorded (contract: payables §0.5)."""
    company = embedded.company()
    bill = company.bill()
    sentence = "Invalid Process Date : 2026-03-07."
    messages = [error["message"] for error in company.pay(bill, processDate="2026-03-07").json]
    assert messages == [sentence, f"{bill['id']} : {sentence}"]
    unnamed = company.payment_body(bill, processDate="2026-03-07", processingOptions={"createBill": True})
    del unnamed["billId"]
    reply = company.v3("POST", "payments", unnamed | {"vendorId": bill["vendorId"]})
    assert [error["message"] for error in reply.json] == [sentence]


@pytest.mark.parametrize(
    ("refusal", "code", "status"),
    [(NewAccountNeedsTime(), "BDC_1402", 400), (PaymentNotVoidable(payment_id="stp", status="SENT"), "BDC_1119", 422)],
)
def test_what_v3_in_a_sandbox_does_not_come_to_has_its_code_too(refusal: Refusal, code: str, status: int) -> None:
    """New accounts wait in production alone, and voiding is on v2 for now."""
    assert wire_error(refusal) == WireError(code, status)


def test_after_the_cut_off_the_next_day_is_too_early(company: Company) -> None:
    company.advance(to="2026-03-04T02:00:00+00:00")
    assert company.pay(company.bill(), processDate="2026-03-04").codes == ["BDC_1152", "BDC_1152"]
    assert company.pay(company.bill()).ok(201)["processDate"] == "2026-03-05"


def test_a_payment_is_cancelled_until_its_cut_off(company: Company) -> None:
    bill = company.bill()
    payment = company.pay(bill).ok(201)
    cancelled = company.v3("POST", f"payments/{payment['id']}/cancel").ok()
    assert (cancelled["status"], cancelled["singleStatus"]) == ("CANCELLED", "CANCELED")
    assert cancelled["cancelRequestSubmitted"] is True
    assert company.v3("GET", f"bills/{bill['id']}").ok()["paymentStatus"] == "UNPAID"
    assert company.v3("POST", f"payments/{payment['id']}/cancel").status == 422
    late = company.pay(bill).ok(201)
    company.advance(to="2026-03-04T02:00:00+00:00")
    assert company.v3("POST", f"payments/{late['id']}/cancel").status == 422
    company.advance(days=4)
    assert company.sim("GET", "files").ok()["results"], "the second payment went out"
    assert company.balanced()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"billId": None}, "billId: must not be null"),
        ({"amount": 0}, "amount: must be greater than zero"),
        ({"amount": -5}, "amount: must be greater than zero"),
        ({"amount": 1.005}, "amount: has more than 2 decimals"),
        ({"amount": 1e308}, "amount: is out of range"),
        ({"processingOptions": None}, "processingOptions: must not be null"),
        ({"processDate": "2026-02-30"}, "processDate: must be a day, such as 2026-01-31"),
        (
            {"fundingAccount": {"type": "PIGGY_BANK"}},
            "fundingAccount.type: must be one of AP_CARD, BANK_ACCOUNT, CARD_ACCOUNT, WALLET",
        ),
        ({"fundingAccount": {"type": "BANK_ACCOUNT"}}, "fundingAccount.id: must not be null"),
        ({"description": "x" * 71}, "description: has more than 70 characters"),
        ({"transactionNumber": "no spaces!"}, "transactionNumber: must be at most 50 letters and digits"),
    ],
)
def test_a_payment_that_makes_no_sense_is_refused(embedded: Api, change: dict, message: str) -> None:
    company = embedded.company()
    reply = company.pay(company.bill(), **{"amount": 10} | change)
    assert reply.status == 400
    assert [error["message"] for error in reply.json] == [message]


def test_noise_of_binary_floating_point_is_rounded_away(company: Company) -> None:
    bill = company.bill(amounts=("149.97000000000003",))
    assert bill["amount"] == 149.97
    assert company.pay(bill, 149.97000000000003).ok(201)["amount"] == 149.97


def test_who_may_not_pay_is_told_so(company: Company) -> None:
    bill = company.bill()
    made = company.v3("POST", "funding-accounts/banks", {
        "nameOnAccount": "Me", "routingNumber": "074000010", "accountNumber": "000111222333",
        "type": "CHECKING", "ownerType": "BUSINESS", "bankName": "Second",
    }).ok(201)  # fmt: skip
    assert (made["status"], made["accountNumber"]) == ("PENDING", "********2333")
    unverified = {"type": "BANK_ACCOUNT", "id": made["id"]}
    assert company.pay(bill, fundingAccount=unverified).codes == ["BDC_1150"]
    path = f"funding-accounts/banks/{made['id']}"
    assert company.v3("POST", f"{path}/verify", {"depositAmount": 0.5}).ok() == {"verified": True}
    company.sign_in_as("CLERK")
    reply = company.pay(bill, fundingAccount=unverified)
    assert (reply.status, reply.codes) == (403, ["BDC_1150"])


def test_three_wrong_deposits_make_a_bank_account_invalid(company: Company) -> None:
    made = company.v3("POST", "funding-accounts/banks", {
        "nameOnAccount": "Me", "routingNumber": "074000010", "accountNumber": "000111222333",
        "type": "CHECKING", "ownerType": "BUSINESS", "bankName": "Second",
    }).ok(201)  # fmt: skip
    path = f"funding-accounts/banks/{made['id']}"
    for _ in range(3):
        assert company.v3("POST", f"{path}/verify", {"depositAmount": 0.49}).status == 400
    assert company.v3("GET", path).ok()["status"] == "INVALID"
    assert company.v3("POST", f"{path}/verify", {"depositAmount": 0.5}).status == 422


def test_a_vendor_without_bank_account_and_address_cannot_be_paid_online(company: Company) -> None:
    made = company.v2("Crud/Create/Vendor", {"obj": {"entity": "Vendor", "name": "No Place"}}).ok()
    reply = company.pay(company.bill(made["response_data"]))
    assert (reply.status, reply.codes) == (422, ["BDC_1151"])
    missing = "a street and a city and a ZIP code and a country."
    assert reply.json[0]["message"].endswith(f"a check needs {missing}")


def test_a_vendor_without_bank_account_is_paid_by_check(company: Company) -> None:
    payment = company.pay(company.bill(company.vendor(None))).ok(201)
    assert payment["disbursementType"] == "CHECK"
    # The eighth business day is when it clears; it arrives on the sixth.
    assert payment["disbursementInfo"] == {"isVoidable": False, "checkDisbursement": {"arrivesByDate": "2026-03-12"}}


def test_a_bill_with_payments_keeps_amount_and_cannot_be_archived(company: Company) -> None:
    bill = company.bill()
    company.pay(bill, 10).ok(201)
    line = {"id": bill["billLineItems"][0]["id"], "amount": 500}
    assert company.v3("PATCH", f"bills/{bill['id']}", {"billLineItems": [line]}).status == 422
    assert company.v3("POST", f"bills/{bill['id']}/archive").status == 422
    assert company.v3("PATCH", f"bills/{bill['id']}", {"description": "still fine"}).status == 200


@pytest.mark.parametrize(("ending", "code"), [("0002", "R02"), ("0003", "R03"), ("0004", "R04")])
def test_a_closed_vendor_account_sends_the_money_back(embedded: Api, ending: str, code: str) -> None:
    company = embedded.company()
    bill = company.bill(company.vendor(f"00099900{ending}"))
    payment = company.pay(bill).ok(201)
    company.advance(days=3)
    assert _state(company, payment, bill)[0] == "CLEARED"
    company.advance(days=4)
    assert _state(company, payment, bill) == ("DISBURSEMENT_FAILED_ACTION_NEEDED", "PAID", "FAILED", "IN_PROCESS")
    transfers = company.sim("GET", "transfers").ok()["results"]
    assert [transfer.get("returnCode") for transfer in transfers if transfer["leg"] == "disbursement"] == [code]
    assert company.balanced()


def test_a_bounced_debit_voids_the_payment_and_the_bill_is_due_again(embedded: Api) -> None:
    company = embedded.company()
    made = company.v3("POST", "funding-accounts/banks", {
        "nameOnAccount": "Me", "routingNumber": "074000010", "accountNumber": "000111220001",
        "type": "CHECKING", "ownerType": "BUSINESS", "bankName": "Empty",
    }).ok(201)  # fmt: skip
    company.v3("POST", f"funding-accounts/banks/{made['id']}/verify", {"depositAmount": 0.5}).ok()
    bill = company.bill()
    payment = company.pay(bill, fundingAccount={"type": "BANK_ACCOUNT", "id": made["id"]}).ok(201)
    company.advance(days=4)
    assert _state(company, payment, bill) == ("FUNDING_FAILED_VOIDED", "VOID", "FAILED", "UNPAID")
    assert company.balanced()
    company.pay(bill).ok(201)


def test_a_test_can_return_a_settled_transfer_itself(company: Company) -> None:
    bill = company.bill()
    payment = company.pay(bill).ok(201)
    company.advance(days=3)
    (transfer,) = [found for found in company.sim("GET", "transfers").ok()["results"] if found["leg"] == "disbursement"]
    company.sim("POST", f"transfers/{transfer['id']}/return", {"code": "R16"}).ok()
    assert _state(company, payment, bill)[0] == "DISBURSEMENT_FAILED_ACTION_NEEDED"
    # The bank may say so again; nothing more happens.
    again = company.sim("POST", f"transfers/{transfer['id']}/return", {"code": "R03"}).ok()
    assert again["returnCode"] == "R16"
    assert company.balanced()


def test_an_idempotency_key_answers_the_same_again_and_pays_once(company: Company) -> None:
    bill = company.bill()
    key = {"Idempotency-Key".lower(): "pay-BK-1044"}
    first = company.v3("POST", "payments", company.payment_body(bill), headers=key)
    again = company.v3("POST", "payments", company.payment_body(bill), headers=key)
    assert (first.status, again.status) == (201, 201)
    assert first.text == again.text
    other = company.v3("POST", "payments", company.payment_body(bill, 1), headers=key)
    assert other.status == 409
    assert len(company.v3("GET", "payments").ok()["results"]) == 1
    company.advance(days=1, hours=1)
    assert company.v3("POST", "payments", company.payment_body(bill), headers=key).codes == ["BDC_1159"]


def test_a_refusal_under_a_key_is_kept_but_a_retryable_one_is_not(api: Api) -> None:
    company = api.company(trusted=False)
    bill = company.bill()
    key = {"idempotency-key": "k"}
    assert company.v3("POST", "payments", company.payment_body(bill, 10**6), headers=key).codes == ["BDC_1361"]
    challenge = company.v3("POST", "mfa/challenge").ok()["challengeId"]
    company.v3("POST", "mfa/challenge/validate", {"challengeId": challenge, "token": "123456"}).ok()
    refused = company.v3("POST", "payments", company.payment_body(bill, 10**6), headers=key)
    assert refused.codes == ["BDC_1159"]
    assert company.v3("POST", "payments", company.payment_body(bill, 10**6), headers=key).text == refused.text
    assert company.v3("POST", "payments", company.payment_body(bill, 5), headers=key).status == 409


# Pay faster: checks


def test_a_check_is_paid_faster(company: Company) -> None:
    options = {"requestPayFaster": True, "requestCheckDeliveryType": "UPS_2DAY"}
    payment = company.pay(company.bill(company.vendor(None)), processingOptions=options).ok(201)
    assert payment["processingOptions"] == {"requestPayFaster": True, "createBill": False} | options
    assert payment["disbursementInfo"]["checkDisbursement"] == {"arrivesByDate": "2026-03-09"}
    company.advance(days=3)
    sent = company.v3("GET", f"payments/{payment['id']}").ok()["disbursementInfo"]["checkDisbursement"]
    assert (sent["sentDate"], sent["checkNumber"], sent["trackingInformation"][:2]) == ("2026-03-05", 1001, "1Z")
    on_v2 = company.v2("Crud/Read/SentPay", {"id": payment["id"]}).ok()["response_data"]
    assert (on_v2["fasterPayment"], on_v2["deliveryTypeRequested"]) == (True, "11")
    data = company.v2("GetDisbursementData", {"sentPayId": payment["id"]}).ok()["response_data"]
    assert data["checkData"]["trackingInfo"] == sent["trackingInformation"]


@pytest.mark.parametrize(
    ("account", "options", "code"),
    [
        ("000987654321", {"requestCheckDeliveryType": "UPS_1DAY"}, "BDC_1119"),
        (None, {"requestCheckDeliveryType": "RTP_DELIVERY"}, "BDC_1119"),
        (None, {"requestCheckDeliveryType": "UPS_5DAY"}, "BDC_1119"),
    ],
)
def test_what_cannot_travel_faster_is_refused(embedded: Api, account: str | None, options: dict, code: str) -> None:
    company = embedded.company()
    answer = company.pay(company.bill(company.vendor(account)), processingOptions=options)
    assert (answer.status, answer.codes) == (400, [code])
    assert "requestCheckDeliveryType" in answer.text


def test_a_check_that_is_to_travel_faster_is_ordered_by_noon(embedded: Api) -> None:
    company = embedded.company()
    company.advance(hours=4)
    options = {"requestPayFaster": True, "requestCheckDeliveryType": "UPS_1DAY"}
    late = company.pay(company.bill(company.vendor(None)), processingOptions=options, processDate="2026-03-04")
    assert (late.status, late.codes) == (422, ["BDC_1152", "BDC_1152"])
    answer = company.pay(company.bill(company.vendor(None)), processingOptions=options).ok(201)
    assert answer["processDate"] == "2026-03-05"


# Pay faster: ACH


def test_a_payment_is_there_on_its_process_date_when_it_is_asked_to_be_faster(company: Company) -> None:
    answer = company.pay(company.bill(), processingOptions={"requestPayFaster": True}).ok(201)
    assert answer["processDate"] == "2026-03-04"
    assert answer["processingOptions"]["requestPayFaster"] is True
    assert answer["disbursementInfo"]["achDisbursement"]["arrivesByDate"] == "2026-03-04"
    company.advance(days=1, hours=8)
    assert company.v3("GET", f"payments/{answer['id']}").ok()["singleStatus"] == "CLEARED"
    assert company.v2("Crud/Read/SentPay", {"id": answer["id"]}).ok()["response_data"]["fasterPayment"] is True


def test_what_cannot_be_there_the_same_day_is_refused(company: Company) -> None:
    faster = {"requestPayFaster": True}
    late = company.pay(company.bill(), processingOptions=faster, processDate="2026-03-03")
    assert (late.status, late.codes) == (422, ["BDC_1152", "BDC_1152"])
    by_check = company.pay(company.bill(company.vendor(None)), processingOptions=faster)
    assert (by_check.status, by_check.codes) == (400, ["BDC_1119"])
    assert "processingOptions.requestPayFaster" in by_check.text


def test_payments_are_found_by_their_numbers_and_where_they_were_made(company: Company) -> None:
    bill = company.bill()
    online = company.pay(bill, 10, transactionNumber="OURS7").ok(201)
    body = {"vendorId": bill["vendorId"], "processDate": "2026-03-03", "toPrintCheck": False}
    recorded = company.v3(
        "POST", "bills/record-payment", body | {"payments": [{"billId": bill["id"], "amount": 5}]}
    ).ok()

    def listed(filters: str) -> list[str]:
        return [payment["id"] for payment in company.v3("GET", "payments", filters=filters).ok()["results"]]

    assert listed("transactionNumber:eq:OURS7") == [online["id"]]
    assert listed(f'confirmationNumber:eq:"{recorded["confirmationNumber"]}"') == [recorded["id"]]
    assert listed("onlinePayment:eq:false") == [recorded["id"]]
    assert listed(f"createdBy:eq:{online['createdBy']}") == [online["id"], recorded["id"]]
