"""Documents of bills and attachments of vendors and customers on v3 (contract: payables §9)."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from billfold.documents.uploads import MAX_FILE_BYTES
from tests.wire.api import Company, Reply
from tests.wire.v2.talk import data_of

#: Every byte, so that nothing on the way can take it for text.
CONTENT = bytes(range(256)) + b"\r\n"


def put(company: Company, path: str, name: str = "terms.pdf", content: bytes = CONTENT) -> Reply:
    return company.v3("POST", path, content, headers={"content-type": "application/pdf"}, name=name)


def put_at_bill(company: Company) -> tuple[str, str]:
    """The path of a bill's documents, and the id of the first upload to it."""
    path = f"documents/bills/{company.bill()['id']}"
    return path, put(company, path).ok()["id"]


def follow(company: Company, link: str, *, session: str | None = None, in_query: bool = False) -> Reply:
    parts = urlsplit(link)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    token = company.made["sessionId"] if session is None else session
    headers = {} if in_query else {"sessionid": token}
    return company.api.send(
        "GET", parts.path, query=query | ({"sessionId": token} if in_query else {}), headers=headers
    )


def test_an_upload_has_only_its_id_until_it_is_a_document(company):
    path, upload_id = put_at_bill(company)
    assert upload_id.startswith("0du01")
    assert company.v3("GET", path).ok() == {"results": []}
    assert company.v3("GET", f"documents/{upload_id}").ok() == {"id": upload_id}
    in_progress = [{"uploadId": upload_id, "status": "IN_PROGRESS"}]
    assert company.v3("GET", "documents/upload-status", ids=upload_id).ok() == in_progress
    company.sim("POST", "drain").ok()
    [status] = company.v3("GET", "documents/upload-status", ids=upload_id).ok()
    assert status == {"documentId": status["documentId"], "uploadId": upload_id, "status": "UPLOADED"}
    document = company.v3("GET", f"documents/{status['documentId']}").ok()
    assert document["id"].startswith("00h01")
    assert document["name"] == "terms.pdf"
    assert company.v3("GET", path).ok()["results"] == [document]
    assert company.v3("GET", f"documents/{upload_id}").ok() == document


@pytest.mark.parametrize("file_name", ['; filename="terms.pdf"', ""])
def test_a_file_that_the_client_wraps_in_a_multipart_form_is_kept_without_the_form(company, file_name):
    path = f"documents/bills/{company.bill()['id']}"
    head = b'Content-Disposition: form-data; name="content"' + file_name.encode()
    for edge in (b"one", b"another"):
        form = b"--%b\r\n%b\r\n\r\n%b\r\n--%b--\r\n" % (edge, head, CONTENT, edge)
        headers = {"content-type": f"multipart/form-data; boundary={edge.decode()}", "idempotency-key": "the same"}
        company.v3("POST", path, form, headers=headers, name="terms.pdf").ok()
    company.sim("POST", "drain").ok()
    [document] = company.v3("GET", path).ok()["results"]
    assert follow(company, document["downloadLink"]).body == CONTENT


@pytest.mark.parametrize(
    ("form", "code", "message"),
    [
        (b"--e\r\n\r\na\r\n--e\r\n\r\nb\r\n--e--", "BDC_1119", "content: must be one file, not 2"),
        (b"--e--", "BDC_1119", "content: must be one file, not 0"),
        (b"%PDF", "BDC_1122", "Error parsing JSON: the multipart form is cut short or has too many parts"),
    ],
)
def test_a_multipart_form_without_one_file_is_refused(company, form, code, message):
    headers = {"content-type": "multipart/form-data; boundary=e"}
    reply = company.v3("POST", f"documents/bills/{company.bill()['id']}", form, headers=headers, name="terms.pdf")
    assert (reply.status, reply.codes, reply.json[0]["message"]) == (400, [code], message)


def test_the_status_of_several_uploads_comes_in_the_order_asked(company):
    path, first = put_at_bill(company)
    second = put(company, path, "second.png").ok()["id"]
    found = company.v3("GET", "documents/upload-status", ids=f"{second},{first}").ok()
    assert [one["uploadId"] for one in found] == [second, first]


@pytest.mark.parametrize("in_query", [False, True])
def test_a_document_is_downloaded_with_the_session_in_header_or_query(company, in_query):
    path, _ = put_at_bill(company)
    company.sim("POST", "drain").ok()
    [document] = company.v3("GET", path).ok()["results"]
    reply = follow(company, document["downloadLink"], in_query=in_query)
    assert (reply.status, reply.body) == (200, CONTENT)
    refused = follow(company, document["downloadLink"], session="nobody", in_query=in_query)
    assert (refused.status, refused.codes) == (401, ["BDC_1109"])


def test_the_session_in_a_query_opens_nothing_but_files(company):
    query = {"sessionId": company.made["sessionId"]}
    reply = company.api.send("GET", "/connect/v3/bills", headers={"devkey": company.made["devKey"]}, query=query)
    assert reply.status == 401


def test_a_bills_documents_come_in_pages(company):
    path, _ = put_at_bill(company)
    for number in range(3):
        put(company, path, f"{number}.txt").ok()
    company.sim("POST", "drain").ok()
    page = company.v3("GET", path, max=3).ok()
    assert [one["name"] for one in page["results"]] == ["terms.pdf", "0.txt", "1.txt"]
    rest = company.v3("GET", path, max=3, page=page["nextPage"]).ok()
    assert [one["name"] for one in rest["results"]] == ["2.txt"]
    assert "nextPage" not in rest


def test_both_faces_show_the_same_document(company):
    bill = company.bill()
    put(company, f"documents/bills/{bill['id']}").ok()
    company.sim("POST", "drain").ok()
    [document] = company.v3("GET", f"documents/bills/{bill['id']}").ok()["results"]
    [same] = data_of(company.v2("GetDocuments", {"id": bill["id"]}))["documents"]
    assert (same["id"], same["fileName"]) == (document["id"], "terms.pdf")


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("", CONTENT, 400, "BDC_1108"),
        ("terms", CONTENT, 400, "BDC_1119"),
        (".pdf", CONTENT, 400, "BDC_1119"),
        (f"{'x' * 197}.pdf", CONTENT, 400, "BDC_1119"),
        ("terms.pdf", b"", 400, "BDC_1119"),
        ("terms.pdf", b"x" * (MAX_FILE_BYTES + 1), 413, "BDC_1129"),
    ],
)
def test_a_file_without_name_ending_or_content_or_too_large_is_refused(company, name, content, status, code):
    path = f"documents/bills/{company.bill()['id']}"
    refused = put(company, path, name, content)
    assert (refused.status, refused.codes) == (status, [code]), refused.text
    company.sim("POST", "drain").ok()
    assert company.v3("GET", path).ok() == {"results": []}


def test_the_largest_file_is_taken(company):
    put(company, f"documents/bills/{company.bill()['id']}", content=b"x" * MAX_FILE_BYTES).ok()


@pytest.mark.parametrize(
    "path",
    ["documents/0du01ZZZZZZZZZZZzzzz", "attachments/00h01ZZZZZZZZZZZzzzz", "documents/bills/00n01ZZZZZZZZZZZzzzz"],
)
def test_what_is_not_there_is_not_found(company, path):
    refused = company.v3("GET", path)
    assert (refused.status, refused.codes) == (404, ["BDC_1205"])


@pytest.mark.parametrize(("ids", "code"), [("", "BDC_1108"), (",".join(["0du01ZZZZZZZZZZZzzzz"] * 101), "BDC_1119")])
def test_the_status_of_no_uploads_or_of_too_many_is_refused(company, ids, code):
    refused = company.v3("GET", "documents/upload-status", ids=ids)
    assert (refused.status, refused.codes) == (400, [code])


@pytest.mark.parametrize("kind", ["vendors", "customers"])
def test_an_attachment_is_removed_for_good(company, kind):
    owner = company.vendor() if kind == "vendors" else company.v3(
        "POST", "customers", {"name": "Band", "email": "b@band.example"}
    ).ok(201)  # fmt: skip
    path = f"attachments/{kind}/{owner['id']}"
    put(company, path, "w9.pdf").ok()
    company.sim("POST", "drain").ok()
    [attachment] = company.v3("GET", path).ok()["results"]
    own = f"attachments/{attachment['id']}"
    assert company.v3("GET", own).ok() == attachment
    assert company.v3("DELETE", own).ok() == {"status": "SUCCESS"}
    assert company.v3("GET", own).status == company.v3("DELETE", own).status == 404
    assert company.v3("GET", path).ok() == {"results": []}
    assert data_of(company.v2("GetDocuments", {"id": owner["id"]})) == {"documents": [], "numPages": 0}
    gone = follow(company, attachment["downloadLink"])
    assert (gone.status, gone.codes) == (404, ["BDC_1205"])


def test_a_bills_document_is_no_attachment_and_cannot_be_removed(company):
    path, _ = put_at_bill(company)
    company.sim("POST", "drain").ok()
    [document] = company.v3("GET", path).ok()["results"]
    assert company.v3("DELETE", f"attachments/{document['id']}").status == 404
    assert company.v3("GET", path).ok()["results"] == [document]


def test_an_upload_is_removed_before_it_is_a_document(company):
    path = f"attachments/vendors/{company.vendor()['id']}"
    upload_id = put(company, path).ok()["id"]
    company.v3("DELETE", f"attachments/{upload_id}").ok()
    company.sim("POST", "drain").ok()
    assert company.v3("GET", path).ok() == {"results": []}


@pytest.mark.parametrize("role", ["AUDITOR", "APPROVER", "PAYER"])
def test_who_writes_no_bills_adds_no_documents(company, role):
    path, _ = put_at_bill(company)
    company.sign_in_as(role)
    assert put(company, path).status == 403
    assert company.v3("GET", path).ok()
