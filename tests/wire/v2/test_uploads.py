"""Uploads, the documents that they become, and their downloads (contract v2.md §12)."""

from __future__ import annotations

import base64
import json
from urllib.parse import urlencode

import pytest

from billfold.documents.uploads import MAX_FILE_BYTES
from billfold.wire.catalog import Answer, Call
from billfold.wire.pipeline import MAX_UPLOAD_BYTES
from tests.wire.api import Company, Reply
from tests.wire.v2.talk import NULLID, a_bill, create, data_of, error_of, message_of

#: Every byte, line ends of all kinds, and what looks like a boundary.
CONTENT = bytes(range(256)) + b"\r\n--not\r\n\r--\n"
PDF = b"%PDF-1.4 /Type /Pages /Kids [] /Type /Page /Type/Page \x00 %%EOF"


def multipart(company: Company, data: object, content: bytes = CONTENT, *, path: str = "UploadAttachment.json",
              file_name: str = "scan.bin", key: str = "", **fields: str) -> Reply:  # fmt: skip
    form = {"devKey": company.made["devKey"], "sessionId": company.made["sessionId"], "data": json.dumps(data)} | fields
    edge = "----edge7"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in form.items()
    ]
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\nContent-Type: x/y\r\n\r\n'
    )
    body = "".join(parts).encode() + head.encode() + content + f"\r\n--{edge}--\r\n".encode()
    headers = {"content-type": f'multipart/form-data; boundary="{edge}"'} | ({"idempotency-key": key} if key else {})
    return company.api.send("POST", f"/api/v2/{path}", body, headers=headers)


def documents(company: Company, **data: object) -> list[dict[str, object]]:
    """The documents, once the due jobs ran."""
    company.advance(hours=1)
    return data_of(company.v2("GetDocuments", data))["documents"]


def downloaded(company: Company, document_id: object, *, path: str = "/FileServlet", **headers: str) -> bytes:
    return answered(company, document_id, path=path, **headers).body


def answered(company: Company, document_id: object, *, path: str = "/FileServlet", **headers: str) -> Answer:
    face = company.api.installed.faces[path]
    query = {"id": str(document_id)} | ({} if headers else {"sessionId": company.made["sessionId"]})
    call = Call(method="GET", path=path, headers=headers, query=query, body=b"")
    _, answer = company.api.loop.run_until_complete(company.api.installed.pipeline.answer(face, call, lambda: ""))
    assert ("x-content-type-options", "nosniff") in answer.headers, answer.body
    return answer


def test_a_file_uploaded_in_a_multipart_form_is_a_document_of_its_object(company):
    bill = a_bill(company)
    made = data_of(multipart(company, {"id": bill["id"], "fileName": "invoice.bin"}))
    assert list(made) == ["id"]
    assert made["id"].startswith("0du01")
    assert data_of(company.v2("GetDocuments", {"id": bill["id"]})) == {"documents": [], "numPages": 0}
    [document] = documents(company, id=bill["id"], start=0, max=10)
    assert list(document)[:10] == [
        "entity", "orgId", "id", "fileName", "createdDate", "updatedDate", "numUnprocessed", "firstUnprocessed",
        "numPages", "documentRef",
    ]  # fmt: skip
    assert document["id"].startswith("00h01")
    assert (document["documentRef"], document["fileName"]) == (made["id"], "invoice.bin")
    assert document["fileUrl"] == f"/FileServlet?id={document['id']}"
    assert document["pagesInfo"][0]["association"]["billId"] == bill["id"]
    assert downloaded(company, document["id"]) == CONTENT


def test_a_file_without_an_object_goes_to_the_inbox(company):
    for number, data in enumerate(({}, {"id": NULLID, "fileName": "b"}, {"id": ""})):
        data_of(multipart(company, data, b"%d" % number))
    assert [one["fileName"] for one in documents(company)] == ["scan.bin", "b", "scan.bin"]
    assert [one["fileName"] for one in documents(company, start=1, max=1)] == ["b"]
    assert documents(company)[0]["numUnprocessed"] == 1


@pytest.mark.parametrize("path", ["UploadAttachment", "UploadAttachmet.json", "UploadAttachmet"])
def test_the_misspelt_path_leads_to_the_same(company, path):
    assert data_of(multipart(company, {}, path=path))["id"].startswith("0du01")


def test_older_clients_send_the_file_in_base64(company):
    vendor = create(company, "Vendor", name="Blue Kite Paper")
    data = {"id": vendor["id"], "fileName": "w9.pdf", "document": base64.encodebytes(PDF).decode(), "isPublic": True}
    assert data_of(company.v2("UploadAttachmet", data))["id"].startswith("0du01")
    [document] = documents(company, id=vendor["id"])
    assert document["numPages"] == 2
    assert downloaded(company, document["id"]) == PDF
    pages = data_of(company.v2("GetDocumentPages", {"id": vendor["id"]}))["documentPages"]
    assert pages == {"numPages": 2, "fileUrl": f"/is/BillImageServlet?entityId={vendor['id']}"}


def test_an_object_without_documents_has_no_pages(company):
    bill = a_bill(company)
    pages = data_of(company.v2("GetDocumentPages", {"id": bill["id"]}))["documentPages"]
    assert pages == {"numPages": None, "fileUrl": None}


def test_the_largest_file_is_taken_in_both_forms_and_one_byte_more_is_not(embedded):
    company = embedded.company()
    largest = bytes(range(256)) * (MAX_FILE_BYTES // 256)
    assert data_of(multipart(company, {}, largest))
    assert error_of(multipart(company, {}, largest + b"x")) == "BDC_1129"
    form = {"devKey": company.made["devKey"], "sessionId": company.made["sessionId"]}
    form["data"] = json.dumps({"fileName": "x", "document": base64.b64encode(largest).decode()})
    assert data_of(embedded.send("POST", "/api/v2/UploadAttachment.json", urlencode(form).encode()))
    assert error_of(embedded.send("POST", "/api/v2/UploadAttachment.json", b"x" * (MAX_UPLOAD_BYTES + 1))) == "BDC_1129"


@pytest.mark.parametrize(
    ("data", "content", "code"),
    [
        ({"id": "00n01NOSUCHBILLXX1abc"}, b"x", "BDC_1120"), ({"id": "xyz01NOSUCHTHINGX1abc"}, b"x", "BDC_1120"),
        ({"id": 7}, b"x", "BDC_1124"), ({}, b"", "BDC_1119"), ({"fileName": "x" * 201}, b"x", "BDC_1119"),
        ({"isPublic": "perhaps"}, b"x", "BDC_1129"),
    ],
)  # fmt: skip
def test_a_wrong_upload_is_refused(company, data, content, code):
    assert error_of(multipart(company, data, content)) == code
    assert documents(company) == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"fileName": "x"}, "BDC_1108"), ({"document": "eA=="}, "BDC_1108"), ({"fileName": "x", "document": 7}, "BDC_1124"),
        ({"fileName": "x", "document": "not base64!"}, "BDC_1129"),
    ],
)  # fmt: skip
def test_a_wrong_upload_in_base64_is_refused(company, data, code):
    assert error_of(company.v2("UploadAttachment", data)) == code


@pytest.mark.parametrize("body", [b"", b"--e\r\n", b"no boundary", b"--e\r\nx\r\n\r\n\xff\r\n" * 30 + b"--e--"])
def test_a_broken_multipart_form_is_no_json(company, body):
    headers = {"content-type": "multipart/form-data; boundary=e"}
    assert error_of(company.api.send("POST", "/api/v2/UploadAttachment.json", body, headers=headers)) == "BDC_1122"
    headers = {"content-type": "multipart/form-data"}
    assert error_of(company.api.send("POST", "/api/v2/UploadAttachment.json", body, headers=headers)) == "BDC_1122"


def test_what_is_wrong_with_a_file_is_told_in_the_words_of_the_request(company):
    for reply, told in (
        (multipart(company, {"fileName": "n" * 201}), "fileName, must have 1 to 200 characters"),
        (multipart(company, {"fileName": "empty.pdf"}, b""), "file, is empty"),
    ):
        assert message_of(reply) == f"Invalid field,value: {told}"


def test_a_file_name_that_no_text_holds_is_refused_on_both_databases(api):
    assert error_of(multipart(api.company(), {}, file_name="a\0.pdf")) == "BDC_1122"


def test_a_strangers_endless_parameters_keep_nobody_waiting(company):
    disposition = 'form-data; name="file"; x="' + ";" * 1_000_000
    body = f"--e\r\nContent-Disposition: {disposition}\r\n\r\nx\r\n--e--".encode()
    headers = {"content-type": "multipart/form-data; boundary=e"}
    # Where every semicolon is looked at for every other, this takes hours.
    assert error_of(company.api.send("POST", "/api/v2/UploadAttachment.json", body, headers=headers)) == "BDC_1178"


@pytest.mark.parametrize(
    "more", ["; filename*" + "9" * 5_000 + "=x", "; filename*=utf-8''%ff", "; a*0=1; a*0*=2", ";=;;"]
)
def test_odd_parameters_of_a_part_are_no_fault_of_ours(company, more):
    name = f'a \\"b\\" \\\\ c.bin"{more}; z="'
    assert data_of(multipart(company, {}, file_name=name))
    [document] = documents(company)
    assert document["fileName"] == 'a "b" \\ c.bin'


def test_a_file_named_like_a_url_cannot_write_headers_into_its_download(company):
    name = "data:text/x\r\nX-Evil: 1\r\n\r\n<script>,.png"
    data_of(company.v2("UploadAttachment", {"fileName": name, "document": "eA=="}))
    [document] = documents(company)
    assert document["fileName"] == name
    assert answered(company, document["id"]).content_type == "image/png"


def test_an_upload_with_a_key_happens_once_and_another_file_is_another_request(company):
    first = multipart(company, {}, b"one", key="k")
    assert multipart(company, {}, b"one", key="k").text == first.text
    assert error_of(multipart(company, {}, b"two", key="k")) == "BDC_1129"
    assert len(documents(company)) == 1


def test_a_link_is_followed_with_the_session_in_a_header_or_the_query(company):
    data_of(multipart(company, {}))
    [document] = documents(company)
    session = company.made["sessionId"]
    assert downloaded(company, document["id"], sessionid=session) == CONTENT
    assert downloaded(company, document["id"], path="/HtmlServlet") == CONTENT
    send = company.api.send
    query = {"id": str(document["id"])}
    assert error_of(send("GET", "/FileServlet", query=query)) == "BDC_1108"
    assert error_of(send("GET", "/FileServlet", query=query, headers={"sessionid": "gone"})) == "BDC_1109"
    wrong = {"sessionid": session, "devkey": "unknown"}
    assert error_of(send("GET", "/FileServlet", query=query, headers=wrong)) == "BDC_1102"
    assert error_of(send("GET", "/FileServlet", headers={"sessionid": session})) == "BDC_1108"
    theirs = company.api.company().made["sessionId"]
    assert error_of(send("GET", "/FileServlet", query=query, headers={"sessionid": theirs})) == "BDC_1120"
    company.sign_in_as("AUDITOR")
    assert error_of(multipart(company, {})) == "BDC_1119"
    assert downloaded(company, document["id"]) == CONTENT


def test_the_page_of_a_bill_is_in_one_of_its_documents(company):
    bill = a_bill(company)
    for name, content in (("two.pdf", PDF), ("three.bin", CONTENT)):
        data_of(multipart(company, {"id": bill["id"], "fileName": name}, content))
    [two, _] = documents(company, id=bill["id"])
    path = data_of(company.v2("GetDocumentPages", {"id": bill["id"]}))["documentPages"]["fileUrl"]
    assert two["url"] == path == f"/is/BillImageServlet?entityId={bill['id']}"

    def page(**query: object) -> Answer:
        asked = {"entityId": bill["id"], "sessionId": company.made["sessionId"]} | query
        face = company.api.installed.faces["/is/BillImageServlet"]
        call = Call(method="GET", path="/is/BillImageServlet", headers={}, query=asked, body=b"")
        _, answer = company.api.loop.run_until_complete(company.api.installed.pipeline.answer(face, call, lambda: ""))
        return answer

    assert [page(pageNumber=number).body for number in ("1", "2", "3")] == [PDF, PDF, CONTENT]
    assert page().body == PDF
    assert dict(page().headers)["x-content-type-options"] == "nosniff"
    for wrong in ({"pageNumber": "4"}, {"entityId": "00n01NOBODYNOBODY1ab"}):
        assert b"BDC_1120" in page(**wrong).body
    for wrong, code in (({"pageNumber": "0"}, b"BDC_1129"), ({"entityId": ""}, b"BDC_1108")):
        assert code in page(**wrong).body


def test_the_pages_of_a_text_are_read_as_a_text(company):
    bill = a_bill(company)
    data_of(multipart(company, {"id": bill["id"], "fileName": "terms.txt"}, b"Net 30"))
    [document] = documents(company, id=bill["id"])
    pages = data_of(company.v2("GetDocumentPages", {"id": bill["id"]}))["documentPages"]
    assert pages == {"numPages": 1, "fileUrl": f"/HtmlServlet?id={document['id']}"}
    assert downloaded(company, document["id"], path="/HtmlServlet") == b"Net 30"


def test_a_file_is_attached_to_a_vendor_credit(company):
    credit = company.credit()
    data_of(multipart(company, {"id": credit["id"]}))
    [document] = documents(company, id=credit["id"])
    assert downloaded(company, document["id"]) == CONTENT


def test_bank_files_are_no_documents(company):
    company.pay(company.bill()).ok(201)
    company.advance(hours=20)
    [file, *_] = company.sim("GET", "files").ok()["results"]
    query = {"id": file["id"], "sessionId": company.made["sessionId"]}
    assert error_of(company.api.send("GET", "/FileServlet", query=query)) == "BDC_1120"
