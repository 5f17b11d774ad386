"""Checks on the wire: a vendor without a bank account is paid, from the bill to the cashed check."""

from __future__ import annotations

import io
from base64 import b64encode
from typing import Any
from urllib.parse import parse_qsl

import pypdfium2
import pytest
from PIL import Image

from tests.wire.api import Api, Company
from tests.wire.examples import SIGNATURE


def paid_by_check(company: Company, **vendor: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A bill and its payment by check, processed on Thursday the 5th of March."""
    bill = company.bill(company.vendor(None, **vendor))
    return bill, company.pay(bill, processDate="2026-03-05").ok(201)


def until(company: Company, moment: str) -> None:
    company.advance(to=moment)


def payment_of(company: Company, payment: dict[str, Any]) -> dict[str, Any]:
    return company.v3("GET", f"payments/{payment['id']}").ok()


def check_of(company: Company) -> dict[str, Any]:
    (check,) = company.sim("GET", "checks").ok()["results"]
    return check


def files_of(company: Company, kind: str) -> list[dict[str, Any]]:
    return [file for file in company.sim("GET", "files").ok()["results"] if file["kind"] == kind]


def downloaded(company: Company, file: dict[str, Any]) -> Any:
    path, _, query = file["downloadLink"].removeprefix("/sim/").partition("?")
    assert query == f"organizationId={company.made['organizationId']}"
    return company.sim("GET", path)


def test_a_vendor_without_a_bank_account_is_paid_by_check(company: Company) -> None:
    bill, payment = paid_by_check(company, accountNumber="88-1", paymentInformation={"payeeName": "BLUE KITE"})
    assert payment["disbursementType"] == "CHECK"
    assert company.balanced()

    until(company, "2026-03-06T17:00:00Z")
    assert payment_of(company, payment)["singleStatus"] == "PROCESSED"
    assert files_of(company, "check") == []

    until(company, "2026-03-09T17:00:00Z")
    sent = payment_of(company, payment)
    assert sent["singleStatus"] == "SENT"
    assert sent["disbursementInfo"]["checkDisbursement"]["checkNumber"] == 1001
    assert check_of(company)["status"] == "printed"
    assert company.balanced()

    until(company, "2026-03-13T19:30:00Z")
    assert payment_of(company, payment)["singleStatus"] == "DELIVERED"
    assert company.v3("GET", f"bills/{bill['id']}").ok()["paymentStatus"] != "PAID"

    until(company, "2026-03-17T13:00:00Z")
    assert payment_of(company, payment)["singleStatus"] == "CLEARED"
    assert check_of(company)["status"] == "cleared"
    assert company.v3("GET", f"bills/{bill['id']}").ok()["paymentStatus"] == "PAID"
    assert company.balanced()


def test_the_pages_and_the_banks_list_can_be_downloaded(company: Company) -> None:
    paid_by_check(company, paymentInformation={"payeeName": "BLUE KITE"})
    until(company, "2026-03-09T17:00:00Z")
    (pages,), (listed,) = files_of(company, "check"), files_of(company, "positive_pay")

    reply = downloaded(company, pages)
    text = pypdfium2.PdfDocument(reply.body)[0].get_textpage().get_text_range()
    for said in ("BLUE KITE", "9 Pine Rd", "Reno, NV 89501", "**229.50", "BK-1044", "SPECIMEN"):
        assert said in text, said

    reply = downloaded(company, listed)
    assert reply.body.endswith(b",229.50,BLUE KITE,ISSUE\r\n")
    assert pages["fileName"] == "checks-20260309-1001.pdf"
    assert listed["fileName"] == "positive-pay-20260309-1001.csv"


def test_a_stub_says_what_each_invoice_was_for_and_which_credit_was_used_with_it(company: Company) -> None:
    vendor = company.vendor(None)
    bill = company.bill(vendor, description="Paper for the spring\ncatalogue")
    used = [{"id": company.credit(vendor)["id"], "amount": 40}]
    company.pay(bill, amount=189.5, vendorCredits=used, processDate="2026-03-05").ok(201)
    until(company, "2026-03-09T17:00:00Z")
    (pages,) = files_of(company, "check")
    text = pypdfium2.PdfDocument(downloaded(company, pages).body)[0].get_textpage().get_text_range()
    for said in ("Paper for the spring catalogue", "229.50", "-40.00", "**189.50"):
        assert said in text, said


def test_cancelling_in_time_leaves_no_check(company: Company) -> None:
    _, payment = paid_by_check(company)
    company.v3("POST", f"payments/{payment['id']}/cancel").ok()
    company.advance(days=20)
    assert company.sim("GET", "checks").ok()["results"] == []
    assert company.balanced()


@pytest.mark.parametrize(
    ("verb", "status", "single_status"), [("deliver", "delivered", "DELIVERED"), ("clear", "cleared", "CLEARED")]
)
def test_the_sandbox_moves_a_check_by_hand(company: Company, verb: str, status: str, single_status: str) -> None:
    _, payment = paid_by_check(company)
    until(company, "2026-03-09T17:00:00Z")
    transfer_id = check_of(company)["transferId"]
    assert company.sim("POST", f"transfers/{transfer_id}/{verb}").ok()["status"] == status
    assert payment_of(company, payment)["singleStatus"] == single_status
    again = company.sim("POST", f"transfers/{transfer_id}/{verb}")
    assert (again.status, again.json["code"]) == (422, "StateForbids")
    company.advance(days=20)
    assert company.balanced()
    assert payment_of(company, payment)["singleStatus"] == "CLEARED"


def test_what_is_no_printed_check_is_not_moved_as_one(company: Company) -> None:
    company.pay(company.bill()).ok(201)
    paid_by_check(company)
    company.advance(days=1)
    for transfer in company.sim("GET", "transfers").ok()["results"]:
        reply = company.sim("POST", f"transfers/{transfer['id']}/deliver")
        assert (reply.status, reply.json["code"]) == (422, "StateForbids")


def test_the_administration_sets_what_is_printed(api: Api) -> None:
    company = api.company()
    place = f"bank-accounts/{company.bank_account_id}/check-settings"
    assert company.admin("GET", place).ok()["nextNumber"] == 1001
    changes = {"nextNumber": 7, "payerName": "Kestrel Foods, Inc.", "payerAddress": "481 Mission Street\nSan Francisco"}
    assert company.admin("PATCH", place, changes).ok()["nextNumber"] == 7
    signed = company.admin("PUT", f"{place}/signature", {"image": SIGNATURE}).ok()
    assert len(signed["signatureSha256"]) == 64
    paid_by_check(company)
    until(company, "2026-03-09T17:00:00Z")
    assert check_of(company)["number"] == 7
    text = pypdfium2.PdfDocument(downloaded(company, files_of(company, "check")[0]).body)[0].get_textpage()
    assert "481 Mission Street" in text.get_text_range()
    assert "signatureSha256" not in company.admin("PUT", f"{place}/signature", {"image": None}).ok()


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("PATCH", "", {"nextNumber": 0}, "nextNumber"),
        ("PATCH", "", {"staleDays": 1}, "staleDays"),
        ("PATCH", "", {"positivePayLayout": "mine"}, "positivePayLayout"),
        ("PATCH", "", {"stock": "bottom"}, "stock"),
        ("PUT", "/signature", {"image": "no base64"}, "image"),
        ("PUT", "/signature", {"image": "日本"}, "image"),
        ("PUT", "/signature", {"image": b64encode(b"GIF89a").decode()}, "image"),
    ],
)
def test_what_cannot_be_printed_is_refused(company: Company, method: str, path: str, body: Any, said: str) -> None:
    reply = company.admin(method, f"bank-accounts/{company.bank_account_id}/check-settings{path}", body)
    assert reply.status == 400, reply.text
    assert said in reply.text


def test_the_administration_moves_checks_and_copies_them(company: Company) -> None:
    paid_by_check(company)
    until(company, "2026-03-09T17:00:00Z")
    (check,) = company.admin("GET", "checks").ok()["results"]
    copied = company.admin("GET", f"checks/{check['id']}/copy")
    assert "NOT NEGOTIABLE" in pypdfium2.PdfDocument(copied.body)[0].get_textpage().get_text_range()
    assert company.admin("POST", f"checks/{check['id']}/deliver").ok()["status"] == "delivered"
    assert company.admin("POST", f"checks/{check['id']}/clear").ok()["status"] == "cleared"
    assert company.admin("POST", f"checks/{check['id']}/void").status == 422
    assert company.balanced()


def test_one_run_pays_several_vendors_with_one_file(company: Company) -> None:
    for _ in range(3):
        paid_by_check(company)
    until(company, "2026-03-09T17:00:00Z")
    (pages,) = files_of(company, "check")
    assert len(pypdfium2.PdfDocument(downloaded(company, pages).body)) == 3
    assert {check["number"] for check in company.sim("GET", "checks").ok()["results"]} == {1001, 1002, 1003}


def cashed(company: Company) -> tuple[dict[str, Any], dict[str, Any]]:
    _, payment = paid_by_check(company)
    until(company, "2026-03-09T17:00:00Z")
    return payment, company.sim("POST", f"transfers/{check_of(company)['transferId']}/clear").ok()


def picture(company: Company, link: str) -> Image.Image:
    path, _, query = link.partition("?")
    headers = {"sessionid": company.made["sessionId"]}
    reply = company.api.send("GET", path, headers=headers, query=dict(parse_qsl(query)))
    assert reply.status == 200, reply.text
    return Image.open(io.BytesIO(reply.body))


def test_a_cashed_check_has_images_on_both_faces(company: Company) -> None:
    payment, check = cashed(company)
    links = [one["downloadLink"] for one in company.v3("GET", f"payments/{payment['id']}/check-image").ok()["results"]]
    on_v2 = company.v2("GetCheckImageData", {"sentPayId": payment["id"]}).ok()
    assert on_v2["response_data"]["url"] == f"/is/CheckImageServlet?id={check['id']}"
    # A client of v3 gets the link as it is.
    host = "http://localhost"
    assert links[0] == host + on_v2["response_data"]["url"]
    front, back = (picture(company, link.removeprefix(host)) for link in links)
    assert (front.format, front.size) == ("PNG", (1700, 700))
    assert back.size == front.size
    assert back.tobytes() != front.tobytes()


def test_before_a_check_is_cashed_there_are_no_images(company: Company) -> None:
    _, payment = paid_by_check(company)
    assert company.v3("GET", f"payments/{payment['id']}/check-image").status == 422
    until(company, "2026-03-09T17:00:00Z")
    assert company.v3("GET", f"payments/{payment['id']}/check-image").status == 422
    refused = company.v2("GetCheckImageData", {"sentPayId": payment["id"]}).ok()
    assert refused["response_data"]["error_code"] == "BDC_1119"
    headers = {"sessionid": company.made["sessionId"]}
    query = {"id": check_of(company)["id"]}
    assert company.api.send("GET", "/is/CheckImageServlet", headers=headers, query=query).status == 422


def test_an_image_needs_a_session_and_a_side_that_there_is(company: Company) -> None:
    _, check = cashed(company)
    session = {"sessionid": company.made["sessionId"]}
    for headers, query, status in (
        ({}, {"id": check["id"]}, 401),
        (session, {}, 400),
        (session, {"id": check["id"], "side": "left"}, 400),
    ):
        assert company.api.send("GET", "/is/CheckImageServlet", headers=headers, query=query).status == status, query


def test_a_vendor_without_a_state_gets_a_check_and_without_a_zip_code_none(company: Company) -> None:
    address = {"line1": "9 Pine Rd", "city": "Reno", "zipOrPostalCode": "89501", "country": "US"}
    vendor = company.vendor(None, address=address)
    company.pay(company.bill(vendor)).ok(201)
    company.advance(days=4)
    (payment,) = company.v3("GET", "payments").ok()["results"]
    assert (payment["disbursementType"], payment["singleStatus"]) == ("CHECK", "SENT")
    body = {"address1": "9 Pine Rd", "addressCity": "Reno", "addressCountry": "USA"}
    no_zip = company.v2("Crud/Create/Vendor", {"obj": {"entity": "Vendor", "name": "No zip"} | body}).ok()
    refusal = company.pay(company.bill(no_zip["response_data"]))
    assert (refusal.status, refusal.codes) == (422, ["BDC_1151"])
