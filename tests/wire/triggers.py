"""What `wire/error_triggers.py` says in a sentence, done: one function for each refusal, named after it."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from billfold.kit.db import open_database
from billfold.kit.worlds import begin_advance
from tests.wire.api import Api, Company, Reply
from tests.wire.production import BANK, ORIGINATOR, a_company, production
from tests.wire.test_limits import send_at_once

NOBODY = "NOBODYNOBODY1abc"
VENDOR = {"name": "Blue Kite"}
PERSON = {"firstName": "Bo", "lastName": "Pay", "email": "bo@harbor.example", "acceptTermsOfService": True}
SECOND = {
    "nameOnAccount": "Us", "routingNumber": "074000010", "accountNumber": "000111222333",
    "type": "CHECKING", "ownerType": "BUSINESS", "bankName": "Second",
}  # fmt: skip
RETRY_ONCE = {"idempotency-key": "once"}

TRIGGERS: dict[str, Callable[[Company], Reply]] = {}


def trigger(do: Callable[[Company], Reply]) -> Callable[[Company], Reply]:
    """The function's name is the refusal's, in small letters with underscores."""
    TRIGGERS["".join(word.capitalize() for word in do.__name__.split("_"))] = do
    return do


def sign_in(company: Company, **changes: Any) -> Reply:
    made = company.made
    body = {name: made[name] for name in ("username", "password", "organizationId", "devKey")} | changes
    return company.api.send("POST", "/connect/v3/login", json.dumps(body).encode(), source="192.0.2.1")


@contextmanager
def strict(**limits: int) -> Iterator[Company]:
    """A company in a house that holds its callers to limits."""
    database = open_database("sqlite://")
    api = Api(database, limits="strict", **limits)
    try:
        yield api.company()
    finally:
        api.close()
        database.close()


def change_key(company: Company, **changes: Any) -> None:
    keys = company.api.admin("GET", "developer-keys").ok()["results"]
    (key_id,) = [key["id"] for key in keys if key["name"] == "Sandbox Company"]
    company.api.admin("PATCH", f"developer-keys/{key_id}", changes).ok()


def invited(company: Company) -> str:
    """A second administrator; the id."""
    return company.v3("POST", "users", PERSON).ok(201)["id"]


def a_department(company: Company) -> str:
    return company.v3("POST", "classifications/departments", {"name": "Office"}).ok(201)["id"]


# The form of a request


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


# Who asks


@trigger
def developer_key_missing(company: Company) -> Reply:
    return company.v3("GET", "vendors", headers={"devkey": ""})


@trigger
def developer_key_invalid(company: Company) -> Reply:
    return company.v3("GET", "vendors", headers={"devkey": "nobody"})


@trigger
def developer_key_inactive(company: Company) -> Reply:
    change_key(company, active=False)
    return company.v3("GET", "vendors")


@trigger
def terms_not_accepted(company: Company) -> Reply:
    change_key(company, termsAccepted=False)
    return sign_in(company)


@trigger
def session_missing(company: Company) -> Reply:
    return company.v3("GET", "vendors", headers={"sessionid": ""})


@trigger
def session_invalid(company: Company) -> Reply:
    company.sim("POST", "clock/advance", {"minutes": 36}).ok()
    return company.v3("GET", "vendors")


@trigger
def credentials_wrong(company: Company) -> Reply:
    return sign_in(company, password="wrong")


@trigger
def login_locked(company: Company) -> Reply:
    reply = sign_in(company, password="wrong")
    for _ in range(20):
        if reply.codes != ["BDC_1101"]:
            break
        reply = sign_in(company, password="wrong")
    return reply


def _sync_token(company: Company) -> dict[str, Any]:
    return company.admin("POST", "sync-tokens", {"name": "books", "userId": company.made["userId"]}).ok(201)


@trigger
def sync_token_refused(company: Company) -> Reply:
    token = _sync_token(company)
    company.admin("POST", f"sync-tokens/{token['id']}/revoke").ok()
    return sign_in(company, username="books", password=token["token"])


@trigger
def organization_id_invalid(company: Company) -> Reply:
    return sign_in(company, organizationId=f"00801{NOBODY}")


@trigger
def organization_locked(company: Company) -> Reply:
    company.admin("PATCH", "access", {"status": "LOCKED"}).ok()
    return sign_in(company)


@trigger
def api_access_disabled(company: Company) -> Reply:
    company.admin("PATCH", "access", {"status": "WITHOUT_API"}).ok()
    return sign_in(company)


@trigger
def partners_differ(company: Company) -> Reply:
    change_key(company, partner="Ledger & Sons")
    return sign_in(company)


@trigger
def user_inactive(company: Company) -> Reply:
    invited(company)
    company.v3("POST", f"users/{company.made['userId']}/archive").ok()
    return sign_in(company)


@trigger
def not_permitted(company: Company) -> Reply:
    company.sign_in_as("AUDITOR")
    return company.v3("POST", "vendors", VENDOR)


@trigger
def may_not_pay(company: Company) -> Reply:
    bill = company.bill()
    company.sign_in_as("AUDITOR")
    return company.pay(bill)


@trigger
def session_untrusted(company: Company) -> Reply:
    untrusted = company.api.company(trusted=False)
    return untrusted.pay(untrusted.bill())


@trigger
def sync_token_lacks_permission(company: Company) -> Reply:
    token = _sync_token(company)
    session = sign_in(company, username="books", password=token["token"]).ok()
    bill = company.bill()
    return Company(company.api, company.made | {"sessionId": session["sessionId"]}).pay(bill)


@trigger
def trust_expired(company: Company) -> Reply:
    bill = company.bill()
    company.advance(days=31)
    return company.pay(bill)


@trigger
def phone_not_set_up(company: Company) -> Reply:
    return company.api.company(trusted=False, phone=False).v3("POST", "mfa/challenge")


def _answer(company: Company, challenge_id: str, token: str) -> Reply:
    return company.v3("POST", "mfa/challenge/validate", {"challengeId": challenge_id, "token": token})


def _challenge(company: Company) -> str:
    return company.v3("POST", "mfa/challenge").ok()["challengeId"]


@trigger
def challenge_unknown(company: Company) -> Reply:
    return _answer(company, "nobody", "123456")


@trigger
def token_wrong(company: Company) -> Reply:
    return _answer(company, _challenge(company), "000000")


@trigger
def token_expired(company: Company) -> Reply:
    challenge_id = _challenge(company)
    company.advance(minutes=11)
    return _answer(company, challenge_id, "123456")


@trigger
def too_many_attempts(company: Company) -> Reply:
    challenge_id = _challenge(company)
    for _ in range(5):
        _answer(company, challenge_id, "000000")
    return _answer(company, challenge_id, "123456")


@trigger
def too_many_messages(company: Company) -> Reply:
    for _ in range(5):
        _challenge(company)
    return company.v3("POST", "mfa/challenge")


@trigger
def mfa_blocked(company: Company) -> Reply:
    return company.v3("POST", "mfa/setup", {"type": "TEXT", "phone": "+14155550177"})


@trigger
def device_not_remembered(company: Company) -> Reply:
    return company.v3("POST", "mfa/step-up", {"rememberMeId": "nobody", "device": "mine"})


@trigger
def email_taken(company: Company) -> Reply:
    invited(company)
    return company.v3("POST", "users", PERSON)


@trigger
def last_administrator(company: Company) -> Reply:
    return company.v3("POST", f"users/{company.made['userId']}/archive")


def _accept(company: Company, token: str) -> Reply:
    return company.sim("POST", "invitations/accept", {"token": token, "password": "correct horse battery"})


@trigger
def invitation_invalid(company: Company) -> Reply:
    return _accept(company, "nobody")


@trigger
def invitation_expired(company: Company) -> Reply:
    invited(company)
    mail = company.sim("GET", "outbox").ok()["results"][0]["body"]
    company.advance(days=61)
    return _accept(company, mail.splitlines()[-1])


@trigger
def admin_token_invalid(company: Company) -> Reply:
    return company.api.admin("GET", "organizations", token="")


@trigger
def token_of_one_organization(company: Company) -> Reply:
    return company.api.admin("GET", "organizations", token=company.admin_token)


# What is asked for


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
def vendor_archived_refusal(company: Company) -> Reply:
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
def line_not_of_bill(company: Company) -> Reply:
    ours, theirs = company.bill(), company.bill()
    lines = [{"id": theirs["billLineItems"][0]["id"], "amount": 1}]
    return company.v3("PATCH", f"bills/{ours['id']}", {"billLineItems": lines})


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
    address = {"line1": "9 Pine Rd", "city": "Reno", "zipOrPostalCode": "89501", "country": "US"}
    return company.pay(company.bill(company.vendor(None, address=address)))


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
    return company.v2("VoidAPPayment", {"sentPayId": payment["id"], "voidRequestType": "0", "reason": "Wrong"})


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


# The sandbox


@trigger
def too_many_faults(company: Company) -> Reply:
    fault = {"operation": "v3.vendors.list"}
    for _ in range(100):
        company.sim("POST", "faults", fault).ok()
    return company.sim("POST", "faults", fault)


@trigger
def advance_running(company: Company) -> Reply:
    with company.api.installed.database.transaction() as tx:
        begin_advance(tx, company.made["world"], datetime.fromisoformat("2026-03-05T17:00:00+00:00"))
    return company.sim("POST", "clock/advance", {"days": 1})


@trigger
def time_goes_forward(company: Company) -> Reply:
    return company.sim("POST", "clock/advance", {"to": "2026-03-01T00:00:00Z"})


@trigger
def too_many_snapshots(company: Company) -> Reply:
    for number in range(20):
        company.sim("POST", "snapshot", {"name": f"n{number}"}).ok()
    return company.sim("POST", "snapshot", {"name": "more"})


@trigger
def snapshot_outdated(company: Company) -> Reply:
    company.sim("POST", "snapshot").ok()
    with company.api.installed.database.transaction() as tx:
        tx.run("UPDATE snapshots SET schema_version = 'another'")
    return company.sim("POST", "restore")
