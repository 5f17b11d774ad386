"""What is wrong with the form of a request."""

from __future__ import annotations

from base64 import b64encode

from tests.wire.api import Company, Reply
from tests.wire.test_limits import send_at_once
from tests.wire.triggers.registry import (
    RETRY_ONCE,
    VENDOR,
    strict,
    trigger,
)


@trigger
def our_fault(company: Company) -> Reply:
    company.sim("POST", "faults", {"operation": "v3.vendors.list", "code": "BDC_1001", "status": 500}).ok()
    return company.v3("GET", "vendors")


@trigger
def unknown_path(company: Company) -> Reply:
    return company.v3("GET", "nothing")


@trigger
def wrong_method(company: Company) -> Reply:
    return company.v3("DELETE", "vendors")


@trigger
def malformed_json(company: Company) -> Reply:
    return company.v3("POST", "vendors", b"{")


@trigger
def body_too_large(company: Company) -> Reply:
    return company.v3("POST", "vendors", b" " * (4 * 1024 * 1024 + 1))


@trigger
def invalid_parameter(company: Company) -> Reply:
    return company.v3("GET", "vendors", max=0)


@trigger
def invalid_filter_field(company: Company) -> Reply:
    return company.v3("GET", "vendors", filters="shoeSize:eq:43")


@trigger
def invalid_filter_operator(company: Company) -> Reply:
    return company.v3("GET", "vendors", filters="archived:gt:true")


@trigger
def missing_parameter(company: Company) -> Reply:
    return company.v2("Crud/Read/Vendor", {})


@trigger
def missing_data(company: Company) -> Reply:
    return company.v2("Crud/Create/Vendor", {})


@trigger
def entity_mismatch(company: Company) -> Reply:
    return company.v2("Crud/Create/Vendor", {"obj": {"entity": "Bill", "name": "Blue Kite"}})


@trigger
def invalid_datatype(company: Company) -> Reply:
    return company.v2("Crud/Create/Vendor", {"obj": {"entity": "Vendor", "name": 43}})


@trigger
def invalid_field(company: Company) -> Reply:
    return company.v3("POST", "vendors", VENDOR)


@trigger
def invalid_operation(company: Company) -> Reply:
    return company.v2("Crud/Frobnicate/Vendor", {})


@trigger
def invalid_entity(company: Company) -> Reply:
    return company.v2("Crud/Create/Unicorn", {})


@trigger
def entity_lacks_operation(company: Company) -> Reply:
    return company.v2("Crud/Update/SentPay", {})


@trigger
def invalid_list_entity(company: Company) -> Reply:
    return company.v2("List/Unicorn", {})


@trigger
def rolled_back(company: Company) -> Reply:
    return company.v3("POST", "classifications/departments/bulk", [{"name": "Office"}, {"name": ""}])


@trigger
def file_too_large(company: Company) -> Reply:
    document = b64encode(b"x" * (6 * 1024 * 1024 + 1)).decode()
    return company.v2("UploadAttachment", {"fileName": "big.pdf", "document": document})


@trigger
def key_reused(company: Company) -> Reply:
    path = "classifications/departments"
    company.v3("POST", path, {"name": "Office"}, headers=RETRY_ONCE).ok(201)
    return company.v3("POST", path, {"name": "Shop"}, headers=RETRY_ONCE)


@trigger
def key_too_long(company: Company) -> Reply:
    return company.v3("POST", "classifications/departments", {"name": "Office"}, headers={"idempotency-key": "k" * 256})


@trigger
def request_limit_reached(_: Company) -> Reply:
    with strict(limit_requests=1) as company:
        company.v3("GET", "vendors").ok()
        return company.v3("GET", "vendors")


@trigger
def concurrency_limit_reached(_: Company) -> Reply:
    with strict() as company:
        company.sim("POST", "faults", {"operation": "v3.vendors.list", "times": 4, "delayMs": 50}).ok()
        (refused,) = [reply for reply in send_at_once(company, 4) if reply.status != 200]
    return refused
