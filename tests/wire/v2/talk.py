"""Short words for v2 calls in tests."""

from __future__ import annotations

from typing import Any

from tests.wire.api import Company, Reply

NULLID = "0" * 20


def data_of(reply: Reply) -> Any:
    """The data of a success."""
    envelope = reply.ok()
    assert list(envelope) == ["response_status", "response_message", "response_data"]
    assert (envelope["response_status"], envelope["response_message"]) == (0, "Success"), reply.text[:500]
    return envelope["response_data"]


def error_of(reply: Reply, status: int = 200) -> str:
    """The code of a refusal, whose envelope must have exactly its fields."""
    envelope = reply.ok(status)
    assert list(envelope) == ["response_status", "response_message", "response_data"]
    assert (envelope["response_status"], envelope["response_message"]) == (1, "Error"), reply.text[:500]
    assert list(envelope["response_data"]) == ["error_code", "error_message"]
    return envelope["response_data"]["error_code"]


def message_of(reply: Reply) -> str:
    return reply.ok()["response_data"]["error_message"]


def create(company: Company, entity: str, **fields: Any) -> Any:
    """The object just created."""
    return data_of(company.v2(f"Crud/Create/{entity}", {"obj": {"entity": entity} | fields}))


def read(company: Company, entity: str, own_id: str) -> Any:
    return data_of(company.v2(f"Crud/Read/{entity}", {"id": own_id}))


def update(company: Company, entity: str, own_id: str, **fields: Any) -> Reply:
    return company.v2(f"Crud/Update/{entity}", {"obj": {"entity": entity, "id": own_id} | fields})


def listed(company: Company, entity: str, **data: Any) -> list[Any]:
    return data_of(company.v2(f"List/{entity}", data))


def where(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def a_bill(company: Company, vendor_id: str = "", amounts: tuple[float, ...] = (149.5, 80), **fields: Any) -> Any:
    """A bill just created, with a line for each amount."""
    vendor_id = vendor_id or create(company, "Vendor", name="Blue Kite Paper")["id"]
    lines = [{"entity": "BillLineItem", "amount": amount} for amount in amounts]
    given = {
        "vendorId": vendor_id, "invoiceNumber": "BK-1044", "invoiceDate": "2026-03-01", "dueDate": "2026-04-10",
        "billLineItems": lines,
    }  # fmt: skip
    return create(company, "Bill", **given | fields)
