"""Who asks, and may not."""

from __future__ import annotations

from typing import Any

from tests.wire.api import Company, Reply
from tests.wire.triggers.registry import (
    NOBODY,
    PERSON,
    VENDOR,
    change_key,
    invited,
    sign_in,
    trigger,
)


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
