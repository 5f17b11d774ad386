"""Vendor credits on v3: their ten operations, and how bills and payments use them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.api import Company, Reply

UNKNOWN = "vcr01QQQQQQQQQQQzzzz"


def messages(reply: Reply) -> list[tuple[str, str]]:
    return [(error["code"], error["message"]) for error in reply.json]


def read(company: Company, credit: dict[str, Any]) -> dict[str, Any]:
    return company.v3("GET", f"vendor-credits/{credit['id']}").ok()


def use(credit: dict[str, Any], amount: float) -> dict[str, Any]:
    return {"id": credit["id"], "amount": amount}


def whole(credit: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A credit as this one, with a line of its own."""
    kept = {name: credit[name] for name in ("vendorId", "referenceNumber", "creditDate")}
    return kept | {"vendorCreditLineItems": [{"amount": 40}]} | more


def test_a_credit_is_made_read_changed_and_put_out_of_use(company: Company) -> None:
    credit = company.credit(description="Wet paper")
    assert (credit["amount"], credit["appliedAmount"], credit["status"]) == (40, 0, "NOT_APPLIED")
    assert "usage" not in credit
    assert read(company, credit) == credit | {"usage": []}
    path = f"vendor-credits/{credit['id']}"
    line = credit["vendorCreditLineItems"][0]["id"]
    patched = company.v3("PATCH", path, {"vendorCreditLineItems": [{"id": line, "amount": 41}]}).ok()
    assert (patched["amount"], patched["description"]) == (41, "Wet paper")
    replaced = company.v3("PUT", path, whole(credit, vendorCreditLineItems=[{"amount": 42}])).ok()
    assert (replaced["amount"], "description" in replaced) == (42, False)
    assert replaced["vendorCreditLineItems"][0]["id"] != line
    for _ in range(2):
        assert company.v3("POST", f"{path}/archive").ok()["archived"] is True
    assert company.v3("POST", f"{path}/restore").codes == ["BDC_1121"]
    assert company.v3("PATCH", path, {"description": "Again"}).codes == ["BDC_1119"]
    assert company.balanced()


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"referenceNumber": " "}, [("BDC_1119", "referenceNumber: must not be blank")]),
        ({"vendorCreditLineItems": []}, [("BDC_1119", "vendorCreditLineItems: must not be empty")]),
        ({"vendorCreditLineItems": [{}]}, [("BDC_1119", "vendorCreditLineItems[0].amount: must not be null")]),
        ({"creditDate": "soon"}, [("BDC_1119", "creditDate: must be a day, such as 2026-01-31")]),
        ({"vendorId": None}, [("BDC_1119", "vendorId: must not be null")]),
    ],
)
def test_what_is_wrong_with_a_credit_is_told_in_the_wires_words(
    company: Company, body: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    credit = company.credit()
    assert messages(company.v3("POST", "vendor-credits", whole(credit) | body)) == found


def test_an_account_and_a_bank_account_to_apply_to_are_refused_together(company: Company) -> None:
    account = company.v3("POST", "classifications/chart-of-accounts", {"name": "Returns"}).ok(201)["id"]
    both = {"applyToChartOfAccountId": account, "applyToBankAccountId": company.bank_account_id}
    reply = company.v3("POST", "vendor-credits", whole(company.credit()) | both)
    assert (reply.status, messages(reply)[0][1].split(":")[0]) == (400, "applyToBankAccountId")


def test_bulk_verbs_do_all_or_nothing(company: Company) -> None:
    first, second = company.credit(), company.credit()
    made = company.v3("POST", "vendor-credits/bulk", [whole(first), whole(second)]).ok(201)["vendorCredits"]
    ids = [one["id"] for one in made]
    half = [{"id": ids[0], "description": "Half"}, {"id": UNKNOWN, "description": "Half"}]
    refused = company.v3("PATCH", "vendor-credits/bulk", half)
    assert (refused.status, refused.codes) == (404, ["BDC_1246", "BDC_1205"])
    assert "description" not in read(company, made[0])
    both = [{"id": one, "description": "Both"} for one in ids]
    assert [one["description"] for one in company.v3("PATCH", "vendor-credits/bulk", both).ok()["vendorCredits"]] == [
        "Both",
        "Both",
    ]
    put = [whole(first, id=ids[0]), whole(second, id=ids[1], vendorCreditLineItems=[{"amount": 7}])]
    replaced = company.v3("PUT", "vendor-credits/bulk", put).ok()["vendorCredits"]
    assert [(one["amount"], "description" in one) for one in replaced] == [(40, False), (7, False)]
    refused = company.v3("POST", "vendor-credits/bulk/archive", ids=f"{ids[0]},{UNKNOWN}")
    assert refused.codes == ["BDC_1246", "BDC_1205"]
    archived = company.v3("POST", "vendor-credits/bulk/archive", ids=",".join(ids)).ok()["vendorCredits"]
    assert [one["archived"] for one in archived] == [True, True]
    too_many = company.v3("POST", "vendor-credits/bulk", [whole(first)] * 51)
    assert messages(too_many) == [("BDC_1119", "body: must have 1 to 50 elements, not 51")]


def test_credits_are_listed_by_what_they_are(company: Company) -> None:
    vendor = company.vendor()
    small, large = company.credit(vendor, 10), company.credit(vendor, 90, referenceNumber="Z-1")
    company.bill(vendor, vendorCredits=[use(small, 10)])
    gone = company.credit(amount=50)
    company.v3("POST", f"vendor-credits/{gone['id']}/archive").ok()

    def found(**query: str) -> list[str]:
        return [one["id"] for one in company.v3("GET", "vendor-credits", **query).ok()["results"]]

    assert found(filters="status:eq:FULLY_APPLIED") == [small["id"]]
    assert found(filters="archived:eq:true") == [gone["id"]]
    assert found(filters=f"vendorId:eq:{vendor['id']},amount:gt:10") == [large["id"]]
    assert found(filters='referenceNumber:sw:"Z"') == [large["id"]]
    assert found(sort="amount:desc") == [large["id"], gone["id"], small["id"]]
    assert found(filters="creditDate:gte:2026-03-03") == []
    assert company.v3("GET", "vendor-credits", filters="status:eq:LOST").codes == ["BDC_1129"]


# Bills


def amounts(bill: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(bill[name] for name in ("paymentStatus", "creditAmount", "scheduledAmount", "paidAmount", "dueAmount"))


def test_a_bill_uses_credits_until_a_put_no_longer_lists_them(company: Company) -> None:
    vendor = company.vendor()
    credit = company.credit(vendor)
    bill = company.bill(vendor, amounts=("100.00",), vendorCredits=[use(credit, 15)])
    assert amounts(bill) == ("PARTIALLY_PAID", 15, 0, 15, 85)
    path = f"bills/{bill['id']}"
    assert amounts(company.v3("PATCH", path, {"description": "Wet"}).ok()) == amounts(bill)
    patched = company.v3("PATCH", path, {"vendorCredits": [use(credit, 40)]}).ok()
    assert amounts(patched) == ("PARTIALLY_PAID", 40, 0, 40, 60)
    after = read(company, credit)
    assert (after["status"], after["appliedAmount"]) == ("FULLY_APPLIED", 40)
    assert after["usage"] == [{"billId": bill["id"], "amount": 40}]
    put = {name: bill[name] for name in ("vendorId", "dueDate", "invoice", "billLineItems")}
    kept = company.v3("PUT", path, put | {"vendorCredits": [use(credit, 5)]}).ok()
    assert amounts(kept) == ("PARTIALLY_PAID", 5, 0, 5, 95)
    assert amounts(company.v3("PUT", path, put).ok()) == ("UNPAID", 0, 0, 0, 100)
    assert read(company, credit)["usage"] == []
    assert company.balanced()


@pytest.mark.parametrize(
    ("amount", "status", "code"),
    [(40.01, 422, "BDC_1159"), (0, 400, "BDC_1119"), ("much", 400, "BDC_1119"), (1.001, 400, "BDC_1119")],
)
def test_a_bill_cannot_use_what_is_not_there(company: Company, amount: Any, status: int, code: str) -> None:
    vendor = company.vendor()
    credit, bill = company.credit(vendor), company.bill(vendor)
    reply = company.v3("PATCH", f"bills/{bill['id']}", {"vendorCredits": [use(credit, amount)]})
    assert (reply.status, reply.codes) == (status, [code])
    if code == "BDC_1119":
        assert messages(reply)[0][1].startswith("vendorCredits[0].amount: ")
    assert read(company, credit)["appliedAmount"] == 0


def test_credits_of_nobody_and_of_another_vendor_are_refused(company: Company) -> None:
    path, theirs = f"bills/{company.bill()['id']}", company.credit()
    nobody = company.v3("PATCH", path, {"vendorCredits": [{"id": UNKNOWN, "amount": 1}]})
    assert (nobody.status, nobody.codes) == (404, ["BDC_1205"])
    another = company.v3("PATCH", path, {"vendorCredits": [use(theirs, 1)]})
    assert (another.status, another.codes) == (422, ["BDC_1119"])


def test_bills_in_bulk_share_a_credit_up_to_what_it_is(company: Company) -> None:
    vendor = company.vendor()
    credit = company.credit(vendor)
    one = {
        "vendorId": vendor["id"], "dueDate": "2026-04-10", "billLineItems": [{"amount": 30}],
        "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-03-01"},
    }  # fmt: skip
    wanted = [one | {"vendorCredits": [use(credit, 20)]}, one | {"vendorCredits": [use(credit, 20.01)]}]
    refused = company.v3("POST", "bills/bulk", wanted)
    # Each element is tried by itself to find which is wrong, as if the others were made: here the second.
    assert refused.codes == ["BDC_1246", "BDC_1159"]
    wanted[1]["vendorCredits"][0]["amount"] = 20
    assert [bill["dueAmount"] for bill in company.v3("POST", "bills/bulk", wanted).ok(201)] == [10, 10]
    assert read(company, credit)["status"] == "FULLY_APPLIED"


# Payments


def test_a_payment_uses_credits_on_top_of_its_amount_and_gives_them_back_when_it_is_cancelled(company: Company) -> None:
    vendor = company.vendor()
    credit, bill = company.credit(vendor), company.bill(vendor, amounts=("100.00",))
    payment = company.pay(bill, 99, vendorCredits=[use(credit, 1)]).ok(201)
    assert payment["amount"] == 99
    assert payment["billPayments"][0]["vendorCredits"] == [use(credit, 1)]
    assert amounts(company.v3("GET", f"bills/{bill['id']}").ok()) == ("SCHEDULED", 1, 99, 0, 0)
    during = read(company, credit)
    assert (during["status"], during["usage"]) == (
        "IN_PROCESS",
        [{"billId": bill["id"], "paymentId": payment["id"], "amount": 1}],
    )
    cancelled = company.v3("POST", f"payments/{payment['id']}/cancel").ok()
    assert cancelled["billPayments"][0]["vendorCredits"] == [use(credit, 1)], "what it was to use is still told"
    assert amounts(company.v3("GET", f"bills/{bill['id']}").ok()) == ("UNPAID", 0, 0, 0, 100)
    assert (read(company, credit)["status"], read(company, credit)["usage"]) == ("NOT_APPLIED", [])


def test_a_payment_that_arrives_has_paid_with_money_and_credit(company: Company) -> None:
    vendor = company.vendor()
    credit, bill = company.credit(vendor), company.bill(vendor, amounts=("100.00",))
    company.pay(bill, 60, vendorCredits=[use(credit, 40)]).ok(201)
    company.advance(days=12)
    assert amounts(company.v3("GET", f"bills/{bill['id']}").ok()) == ("PAID", 40, 0, 100, 0)
    assert read(company, credit)["status"] == "FULLY_APPLIED"
    assert company.balanced()


def test_money_and_credit_above_what_is_due_are_refused(company: Company) -> None:
    vendor = company.vendor()
    credit, bill = company.credit(vendor), company.bill(vendor, amounts=("100.00",))
    reply = company.pay(bill, 60.01, vendorCredits=[use(credit, 40)])
    assert (reply.status, reply.codes) == (422, ["BDC_1159"])
    assert company.pay(bill, 0, vendorCredits=[use(credit, 40)]).codes == ["BDC_1119"]
    assert read(company, credit)["appliedAmount"] == 0


def pay_many(company: Company, *parts: dict[str, Any]) -> Reply:
    body = {"fundingAccount": {"type": "BANK_ACCOUNT", "id": company.bank_account_id}, "payments": list(parts)}
    return company.v3("POST", "payments/bulk", body)


def test_a_bulk_payment_skips_the_money_of_bills_that_credits_cover(company: Company) -> None:
    vendor = company.vendor()
    credit = company.credit(vendor)
    covered, partly = company.bill(vendor, amounts=("30.00",)), company.bill(vendor, amounts=("50.00",))
    parts = [
        {"billId": covered["id"], "amount": 0, "vendorCredits": [use(credit, 30)]},
        {"billId": partly["id"], "amount": 40, "vendorCredits": [use(credit, 10)]},
    ]
    over = pay_many(company, parts[0], parts[1] | {"vendorCredits": [use(credit, 10.01)]})
    assert over.codes == ["BDC_1246", "BDC_1159"]
    (payment,) = pay_many(company, *parts).ok(201)["payments"]
    assert (payment["amount"], payment["billId"]) == (40, partly["id"])
    assert amounts(company.v3("GET", f"bills/{covered['id']}").ok()) == ("PAID", 30, 0, 30, 0)
    assert read(company, credit)["usage"] == [
        {"billId": partly["id"], "paymentId": payment["id"], "amount": 10},
        {"billId": covered["id"], "amount": 30},
    ]


def test_a_recorded_payment_uses_credits_too(company: Company) -> None:
    vendor = company.vendor()
    credit, bill = company.credit(vendor), company.bill(vendor, amounts=("100.00",))
    body = {
        "vendorId": vendor["id"], "processDate": "2026-03-02", "toPrintCheck": False,
        "payments": [{"billId": bill["id"], "amount": 60, "vendorCredits": [use(credit, 40)]}],
    }  # fmt: skip
    payment = company.v3("POST", "bills/record-payment", body).ok()
    assert payment["billPayments"][0]["vendorCredits"] == [use(credit, 40)]
    assert amounts(company.v3("GET", f"bills/{bill['id']}").ok()) == ("PAID", 40, 0, 100, 0)
    bodyless = company.bill(vendor)
    body["payments"] = [{"billId": bodyless["id"], "amount": 0, "vendorCredits": []}]
    assert company.v3("POST", "bills/record-payment", body).codes == ["BDC_1119"]


def test_a_bill_made_with_its_payment_is_worth_the_amount_and_the_credit(company: Company) -> None:
    vendor = company.vendor()
    credit = company.credit(vendor)
    body = {
        "vendorId": vendor["id"], "amount": 60, "processingOptions": {"createBill": True},
        "fundingAccount": {"type": "BANK_ACCOUNT", "id": company.bank_account_id}, "vendorCredits": [use(credit, 40)],
    }  # fmt: skip
    payment = company.v3("POST", "payments", body).ok(201)
    assert company.v3("GET", f"bills/{payment['billId']}").ok()["amount"] == 100
