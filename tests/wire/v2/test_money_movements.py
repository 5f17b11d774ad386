"""v2: MoneyMovement to read and to list."""

from __future__ import annotations

from tests.wire.v2.test_bank_accounts import code_of, data_of


def test_a_movement_is_what_accounting_posts(company):
    account = company.v3("POST", "classifications/chart-of-accounts", {"name": "Bank", "account": {"type": "BANK"}}).ok(
        201
    )
    path = f"funding-accounts/banks/{company.bank_account_id}"
    company.v3("PATCH", path, {"chartOfAccountId": account["id"]}).ok()
    company.pay(company.bill(), 229.5).ok(201)
    assert data_of(company.v2("List/MoneyMovement")) == []
    company.advance(hours=20)
    (sent,) = data_of(company.v2("List/MoneyMovement", {"filters": [{"field": "status", "op": "=", "value": "0"}]}))
    assert (
        list(sent)
        == (
            "entity id createdTime updatedTime name type amount processDate status description bankAccountId chartOfAccountId"
        ).split()
    )
    assert (sent["type"], sent["amount"], sent["processDate"], sent["status"]) == ("1", -229.5, "2026-03-04", "0")
    assert (sent["bankAccountId"], sent["chartOfAccountId"]) == (company.bank_account_id, account["id"])
    company.advance(days=2)
    confirmed = company.v2("Crud/Read/MoneyMovement", {"id": sent["id"]})
    assert '"amount" : -229.50' in confirmed.text
    assert data_of(confirmed)["status"] == "1"


def test_movements_are_found_by_date_and_type_and_written_by_nobody(company):
    company.pay(company.bill()).ok(201)
    company.advance(days=3)
    for field, op, value, count in (
        ("processDate", ">=", "2026-03-04", 1), ("processDate", ">", "2026-03-04", 0),
        ("type", "=", "1", 1), ("type", "=", "2", 0), ("bankAccountId", "=", company.bank_account_id, 1),
    ):  # fmt: skip
        data = {"filters": [{"field": field, "op": op, "value": value}]}
        assert len(data_of(company.v2("List/MoneyMovement", data))) == count, (field, op, value)
    for verb in ("Create", "Update", "Delete", "Undelete"):
        assert code_of(company.v2(f"Crud/{verb}/MoneyMovement", {})) == "BDC_1116"
        assert code_of(company.v2(f"Crud/{verb}/BankAccount", {})) == "BDC_1116"
