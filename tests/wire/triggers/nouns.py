"""What is asked for, and cannot be."""

from __future__ import annotations

from typing import Any

from billfold.bankfiles.statements import Kind
from tests.wire.api import Company, Reply
from tests.wire.production import BANK, ORIGINATOR, a_company, production
from tests.wire.statement_examples import FAR, a_line, encoded
from tests.wire.triggers.registry import (
    NOBODY,
    PERSON,
    SECOND,
    a_department,
    invited,
    sign_in,
    trigger,
)


@trigger
def not_found(company: Company) -> Reply:
    return company.v3("GET", f"vendors/00901{NOBODY}")


@trigger
def state_forbids(company: Company) -> Reply:
    company.pay(company.bill()).ok(201)
    transfer = company.sim("GET", "transfers").ok()["results"][0]
    return company.sim("POST", f"transfers/{transfer['id']}/settle")


@trigger
def vendor_has_bank_account(company: Company) -> Reply:
    path = f"vendors/{company.vendor()['id']}/bank-account"
    return company.v3("POST", path, {"accountNumber": "000456789123", "routingNumber": "322271627"})


@trigger
def vendor_is_archived(company: Company) -> Reply:
    vendor = company.vendor()
    company.v3("POST", f"vendors/{vendor['id']}/archive").ok()
    body = {
        "vendorId": vendor["id"], "dueDate": "2026-04-10", "billLineItems": [{"amount": 1}],
        "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-03-01"},
    }  # fmt: skip
    return company.v3("POST", "bills", body)


@trigger
def vendor_currency_is_settled(company: Company) -> Reply:
    bill = company.bill()
    return company.v3("PATCH", f"vendors/{bill['vendorId']}", {"billCurrency": "EUR"})


@trigger
def contact_email_taken(company: Company) -> Reply:
    customer = company.v3("POST", "customers", {"name": "Harbor", "email": "ar@harbor.example"}).ok(201)
    contact = {"firstName": "Bo", "lastName": "Pay", "email": "bo@harbor.example"}
    path = f"customers/{customer['id']}/contacts"
    company.v3("POST", path, contact).ok(201)
    return company.v3("POST", path, contact)


@trigger
def classification_is_archived(company: Company) -> Reply:
    department = a_department(company)
    company.v3("POST", f"classifications/departments/{department}/archive").ok()
    line = {"amount": 1, "classifications": {"departmentId": department}}
    body = {
        "vendorId": company.vendor()["id"], "dueDate": "2026-04-10", "billLineItems": [line],
        "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-03-01"},
    }  # fmt: skip
    return company.v3("POST", "bills", body)


@trigger
def classification_is_merged(company: Company) -> Reply:
    merged, kept = a_department(company), a_department(company)
    company.sim("POST", f"classifications/{merged}/merge", {"intoId": kept}).ok()
    return company.v3("POST", f"classifications/departments/{merged}/restore")


@trigger
def kept_by_the_house(company: Company) -> Reply:
    accounts = company.v3("GET", "classifications/chart-of-accounts", filters='name:eq:"Money Out Clearing"').ok()
    return company.v3("POST", f"classifications/chart-of-accounts/{accounts['results'][0]['id']}/archive")


def _payment_term(company: Company) -> Reply:
    path = f"organizations/{company.made['organizationId']}/payment-terms"
    return company.v3("POST", path, {"name": "A week", "daysDue": 7, "dueDays": 7, "netDue": 7})


@trigger
def payment_term_exists(company: Company) -> Reply:
    _payment_term(company).ok(201)
    return _payment_term(company)


@trigger
def payment_term_is_archived(company: Company) -> Reply:
    term = _payment_term(company).ok(201)
    company.v2("Crud/Delete/PaymentTerm", {"id": term["id"]}).ok()
    vendor = company.vendor()
    return company.v3("PATCH", f"vendors/{vendor['id']}", {"additionalInfo": {"paymentTermId": term["id"]}})


@trigger
def line_not_of_document(company: Company) -> Reply:
    ours, theirs = company.bill(), company.bill()
    lines = [{"id": theirs["billLineItems"][0]["id"], "amount": 1}]
    return company.v3("PATCH", f"bills/{ours['id']}", {"billLineItems": lines})


@trigger
def bill_number_taken(company: Company) -> Reply:
    company.admin("PATCH", "controls", {"refuseDuplicateBills": True}).ok()
    bill = company.bill()
    return company.v3("POST", "bills", _again(bill))


def _again(bill: dict[str, Any]) -> dict[str, Any]:
    """The same bill, as somebody enters it who does not know that it is there."""
    lines = [{"amount": line["amount"]} for line in bill["billLineItems"]]
    return {name: bill[name] for name in ("vendorId", "dueDate", "invoice")} | {"billLineItems": lines}


@trigger
def bill_has_payments(company: Company) -> Reply:
    bill = company.bill()
    company.pay(bill).ok(201)
    return company.v3("POST", f"bills/{bill['id']}/archive")


@trigger
def bill_is_archived(company: Company) -> Reply:
    bill = company.bill()
    company.v3("POST", f"bills/{bill['id']}/archive").ok()
    return company.v3("PATCH", f"bills/{bill['id']}", {"description": "Paper"})


def _credited(company: Company, vendor_id: str, credit_id: str, amount: float = 10) -> Reply:
    body = {
        "vendorId": vendor_id, "dueDate": "2026-04-10", "billLineItems": [{"amount": 50}],
        "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-03-01"},
        "vendorCredits": [{"id": credit_id, "amount": amount}],
    }  # fmt: skip
    return company.v3("POST", "bills", body)


@trigger
def bill_uses_credits(company: Company) -> Reply:
    credit = company.credit()
    bill = _credited(company, credit["vendorId"], credit["id"]).ok(201)
    return company.v3("POST", f"bills/{bill['id']}/archive")


@trigger
def credit_is_archived(company: Company) -> Reply:
    credit = company.credit()
    company.v3("POST", f"vendor-credits/{credit['id']}/archive").ok()
    return company.v3("PATCH", f"vendor-credits/{credit['id']}", {"description": "Returned"})


@trigger
def credit_not_approved(company: Company) -> Reply:
    credit = company.credit()
    asked = {"objectId": credit["id"], "entity": "VendorCredit", "approvers": [company.made["userId"]]}
    assert company.v2("SetApprovers", asked).json["response_status"] == 0
    return _credited(company, credit["vendorId"], credit["id"])


@trigger
def credit_is_applied(company: Company) -> Reply:
    credit = company.credit()
    _credited(company, credit["vendorId"], credit["id"]).ok(201)
    return company.v3("POST", f"vendor-credits/{credit['id']}/archive")


@trigger
def credit_of_another_vendor(company: Company) -> Reply:
    return _credited(company, company.vendor()["id"], company.credit()["id"])


@trigger
def credit_exceeded(company: Company) -> Reply:
    credit = company.credit(amount=9.99)
    return _credited(company, credit["vendorId"], credit["id"])


@trigger
def bill_not_approved(company: Company) -> Reply:
    bill = company.bill()
    # Nobody can be asked to approve yet.
    with company.api.installed.database.transaction() as tx:
        tx.run("UPDATE bills SET approval_status = 'ASSIGNED' WHERE id = ?", (bill["id"],))
    return company.pay(bill)


@trigger
def bill_of_another_vendor(company: Company) -> Reply:
    return company.pay(company.bill(), vendorId=company.vendor()["id"])


@trigger
def vendor_cannot_be_paid_online(company: Company) -> Reply:
    placeless = company.v2("Crud/Create/Vendor", {"obj": {"entity": "Vendor", "name": "No Place"}}).ok()
    return company.pay(company.bill(placeless["response_data"]))


@trigger
def overpayment(company: Company) -> Reply:
    return company.pay(company.bill(), 1_000_000)


@trigger
def process_date_invalid(company: Company) -> Reply:
    return company.pay(company.bill(), processDate="2026-03-08")


@trigger
def new_account_needs_time(_: Company) -> Reply:
    with production() as api:
        own = a_company(api)
        account = own.v3("POST", "funding-accounts/banks", BANK).ok(201)
        own.made["bankAccountId"] = account["id"]
        own.admin("POST", f"bank-accounts/{account['id']}/confirm").ok()
        own.admin("PATCH", "originator", ORIGINATOR).ok()
        return own.pay(own.bill(), processDate="2080-03-06")


@trigger
def originator_missing(_: Company) -> Reply:
    with production() as api:
        own = a_company(api)
        account = own.v3("POST", "funding-accounts/banks", BANK).ok(201)
        own.made["bankAccountId"] = account["id"]
        own.admin("POST", f"bank-accounts/{account['id']}/confirm").ok()
        return own.pay(own.bill())


@trigger
def cancel_too_late(company: Company) -> Reply:
    payment = company.pay(company.bill()).ok(201)
    company.advance(days=2)
    return company.v3("POST", f"payments/{payment['id']}/cancel")


@trigger
def payment_not_voidable(company: Company) -> Reply:
    payment = company.pay(company.bill()).ok(201)
    return company.v3("POST", f"payments/{payment['id']}/void", {"type": "VOID_AND_CREDIT", "reason": "Wrong"})


@trigger
def void_kind_not_available(company: Company) -> Reply:
    bill = company.bill()
    body = {"vendorId": bill["vendorId"], "processDate": "2026-03-02", "toPrintCheck": False}
    body["payments"] = [{"billId": bill["id"], "amount": 10}]
    recorded = company.v3("POST", "bills/record-payment", body).ok()
    return company.v3("POST", f"payments/{recorded['id']}/void", {"type": "VOID_AND_CREDIT", "reason": "Wrong"})


@trigger
def no_check_image(company: Company) -> Reply:
    payment = company.pay(company.bill(company.vendor(None))).ok(201)
    return company.v3("GET", f"payments/{payment['id']}/check-image")


@trigger
def bank_account_not_pending(company: Company) -> Reply:
    return company.v3("POST", f"funding-accounts/banks/{company.bank_account_id}/verify", {"depositAmount": 0.5})


@trigger
def bank_account_not_usable(company: Company) -> Reply:
    account = company.v3("POST", "funding-accounts/banks", SECOND).ok(201)
    nominee = {"bankAccountId": account["id"], "userId": company.made["userId"]}
    return company.v3("POST", "funding-accounts/banks/users/nominate", nominee)


@trigger
def bank_account_in_use(company: Company) -> Reply:
    company.pay(company.bill()).ok(201)
    return company.v3("POST", f"funding-accounts/banks/{company.bank_account_id}/archive")


@trigger
def own_bank_in_use(company: Company) -> Reply:
    company.pay(company.bill()).ok(201)
    return company.admin("PATCH", "originator", {"ownBankAccountId": company.bank_account_id})


@trigger
def statement_unreadable(company: Company) -> Reply:
    return company.admin("POST", "statements", {"content": "aGVsbG8="})


@trigger
def statement_of_no_account(company: Company) -> Reply:
    return company.admin("POST", "statements", {"content": encoded(number="999999999")})


@trigger
def statement_of_the_future(company: Company) -> Reply:
    return company.admin("POST", "statements", {"content": encoded(a_line(-1, day=FAR), day=FAR)})


@trigger
def statement_has_matches(company: Company) -> Reply:
    taken = company.admin("POST", "statements", {"content": encoded(a_line(-1200, Kind.FEE))}).ok(201)
    return company.admin("POST", f"statements/{taken['results'][0]['id']}/discard", {})


@trigger
def statement_overlaps(company: Company) -> Reply:
    company.admin("POST", "statements", {"content": encoded(a_line(-100))}).ok(201)
    return company.admin("POST", "statements", {"content": encoded(a_line(-200))})


@trigger
def line_matches_nothing(company: Company) -> Reply:
    company.admin("POST", "statements", {"content": encoded(a_line(-100))}).ok(201)
    line = company.admin("GET", "statement-lines").ok()["results"][0]
    company.pay(company.bill()).ok(201)
    transfer = company.sim("GET", "transfers").ok()["results"][0]
    return company.admin("POST", f"statement-lines/{line['id']}/match", {"subjectId": transfer["id"]})


def _as_somebody_else(company: Company) -> Company:
    """An administrator who was invited and signed in."""
    user_id = invited(company)
    company.sim("POST", f"users/{user_id}/password", {"password": "correct horse battery"}).ok()
    session = sign_in(company, username=PERSON["email"], password="correct horse battery").ok()
    return Company(company.api, company.made | {"sessionId": session["sessionId"]})


@trigger
def not_the_creator(company: Company) -> Reply:
    account = company.v3("POST", "funding-accounts/banks", SECOND).ok(201)
    other = _as_somebody_else(company)
    return other.v3("POST", f"funding-accounts/banks/{account['id']}/verify", {"depositAmount": 0.5})


@trigger
def not_account_user(company: Company) -> Reply:
    return _as_somebody_else(company).v3("POST", f"funding-accounts/banks/{company.bank_account_id}/archive")


@trigger
def already_account_user(company: Company) -> Reply:
    nominee = {"bankAccountId": company.bank_account_id, "userId": invited(company)}
    company.v3("POST", "funding-accounts/banks/users/nominate", nominee).ok()
    return company.v3("POST", "funding-accounts/banks/users/nominate", nominee)


@trigger
def nominee_inactive(company: Company) -> Reply:
    user_id = invited(company)
    company.v3("POST", f"users/{user_id}/archive").ok()
    nominee = {"bankAccountId": company.bank_account_id, "userId": user_id}
    return company.v3("POST", "funding-accounts/banks/users/nominate", nominee)


@trigger
def no_payables_default(company: Company) -> Reply:
    company.v3("POST", f"funding-accounts/banks/{company.bank_account_id}/archive").ok()
    return company.v2("GetBankBalance")


@trigger
def wrong_deposit(company: Company) -> Reply:
    account = company.v3("POST", "funding-accounts/banks", SECOND).ok(201)
    return company.v3("POST", f"funding-accounts/banks/{account['id']}/verify", {"depositAmount": 0.49})
