"""Second factors on v3: phones, authenticator apps, trust and what it is lost by (contract: core §1.3)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.wire.api import Api, Company, Reply
from tests.wire.signing_in import change_key, login

PHONE = "+14155550177"


def another_session(company: Company) -> Company:
    """The same user, signed in once more."""
    return Company(company.api, company.made | {"sessionId": login(company).ok()["sessionId"]})


def set_up(company: Company, body: dict[str, Any], token: str = "123456") -> Reply:
    setup = company.v3("POST", "mfa/setup", body).ok()
    return company.v3("POST", "mfa/setup/validate", {"setupId": setup["setupId"], "type": body["type"], "token": token})


def set_up_authenticator(company: Company) -> str:
    """Enroll an authenticator; the address that it was read from. Its first code is used by this."""
    setup = company.v3("POST", "mfa/setup", {"type": "TOTP"}).ok()
    body = {"setupId": setup["setupId"], "type": "TOTP", "token": company.authenticator_code(setup["otpauthUri"])}
    assert company.v3("POST", "mfa/setup/validate", body).ok() == {"status": "SUCCESS"}
    return setup["otpauthUri"]


def answer(company: Company, token: str, **more: Any) -> Reply:
    challenge = company.v3("POST", "mfa/challenge", {}).ok()["challengeId"]
    return company.v3("POST", "mfa/challenge/validate", {"challengeId": challenge, "token": token} | more)


def status_of(company: Company) -> str:
    return company.v3("GET", "login/session").ok()["mfaStatus"]


@pytest.fixture
def newcomer(api: Api) -> Company:
    """Somebody without a phone, whose session is not trusted."""
    return api.company(trusted=False, phone=False)


# Phones


@pytest.mark.parametrize(("kind", "channel"), [("TEXT", "text"), ("VOICE", "voice")])
def test_a_phone_is_enrolled_by_the_code_that_it_was_sent(newcomer: Company, kind: str, channel: str) -> None:
    assert newcomer.v3("GET", "mfa/phones").ok() == {"results": []}
    assert newcomer.v3("POST", "mfa/challenge").codes == ["BDC_1354"]
    assert status_of(newcomer) == "SETUP"
    reply = set_up(newcomer, {"phone": PHONE, "type": kind, "primary": True})
    assert reply.ok() == {"status": "SUCCESS"}
    assert newcomer.v3("GET", "mfa/phones").ok() == {
        "results": [{"type": "MOBILE", "last4digits": "0177", "primary": True}]
    }
    assert status_of(newcomer) == "CHALLENGE", "setting up alone trusts nobody"
    assert answer(newcomer, "123456").status == 200
    assert status_of(newcomer) == "COMPLETE"
    messages = newcomer.sim("GET", "outbox").ok()["results"]
    codes = {(one["channel"], one["recipient"]) for one in messages if one["channel"] != "mail"}
    assert codes == {(channel, "***0177")}


def test_the_guides_path_of_validation_is_an_alias(newcomer: Company) -> None:
    setup = newcomer.v3("POST", "mfa/setup", {"phone": PHONE, "type": "TEXT"}).ok()
    body = {"setupId": setup["setupId"], "type": "TEXT", "token": "123456"}
    assert newcomer.v3("POST", "mfa/validate", body).ok() == {"status": "SUCCESS"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"type": "TEXT"}, "phone"),
        ({"type": "TEXT", "phone": "4155550177"}, "phone"),
        ({"type": "TEXT", "phone": "+1415555017x"}, "phone"),
        ({"type": "PIGEON", "phone": PHONE}, "type"),
        ({"phone": PHONE}, "type"),
        ({"type": "TEXT", "phone": PHONE, "primary": False}, "primary"),
    ],
)
def test_a_setup_names_the_field_that_is_wrong(embedded: Api, body: dict[str, Any], field: str) -> None:
    reply = embedded.company(trusted=False, phone=False).v3("POST", "mfa/setup", body)
    assert reply.status == 400
    assert reply.json[0]["message"].startswith(f"{field}: ")


def test_a_second_phone_is_blocked_even_if_both_were_begun_before_the_first_was_there(newcomer: Company) -> None:
    setups = [newcomer.v3("POST", "mfa/setup", {"phone": PHONE, "type": "TEXT"}).ok()["setupId"] for _ in range(2)]
    replies = [
        newcomer.v3("POST", "mfa/setup/validate", {"setupId": setup, "type": "TEXT", "token": "123456"})
        for setup in setups
    ]
    assert replies[0].status == 200
    assert replies[1].codes == ["BDC_1355"], "the first one's success voids the second"
    reply = newcomer.v3("POST", "mfa/setup", {"phone": PHONE, "type": "TEXT"})
    assert (reply.status, reply.codes, reply.json[0]["message"]) == (403, ["BDC_5324"], "Mfa action blocked")


def test_a_setup_takes_five_codes_within_ten_minutes_and_only_its_own_users(api: Api) -> None:
    newcomer, other = (api.company(trusted=False, phone=False) for _ in range(2))
    setup = newcomer.v3("POST", "mfa/setup", {"phone": PHONE, "type": "TEXT"}).ok()["setupId"]

    def validate(company: Company, token: str, kind: str = "TEXT") -> Reply:
        return company.v3("POST", "mfa/setup/validate", {"setupId": setup, "type": kind, "token": token})

    assert validate(other, "123456").codes == ["BDC_1355"]
    assert validate(newcomer, "123456", "VOICE").codes == ["BDC_1119"]
    for _ in range(5):
        assert validate(newcomer, "000000").codes == ["BDC_1355"]
    assert validate(newcomer, "123456").codes == ["BDC_1358"]
    setup = newcomer.v3("POST", "mfa/setup", {"phone": PHONE, "type": "TEXT"}).ok()["setupId"]
    newcomer.advance(minutes=11)
    assert validate(newcomer, "123456").codes == ["BDC_1374"]


def test_five_messages_a_minute_go_to_one_user(api: Api) -> None:
    company, other = api.company(), api.company()
    for _ in range(5):
        company.v3("POST", "mfa/challenge").ok()
    reply = company.v3("POST", "mfa/challenge")
    assert (reply.status, reply.codes) == (400, ["BDC_1144"])
    assert reply.json[0]["message"] == "Max number of text messages per minute reached: 5."
    assert other.v3("POST", "mfa/challenge").status == 200
    company.advance(minutes=1)
    assert company.v3("POST", "mfa/challenge").status == 200


def test_there_is_no_backup_phone(company: Company) -> None:
    reply = company.v3("POST", "mfa/challenge", {"useBackup": "true"})
    assert (reply.status, reply.codes) == (400, ["BDC_1119"])


# Authenticator apps


def test_an_authenticators_code_makes_a_session_trusted(newcomer: Company) -> None:
    uri = set_up_authenticator(newcomer)
    assert uri.startswith("otpauth://totp/Billfold:user-")
    assert status_of(newcomer) == "CHALLENGE"
    newcomer.advance(minutes=1)
    assert answer(newcomer, newcomer.authenticator_code(uri)).status == 200
    assert status_of(newcomer) == "COMPLETE"
    channels = {one["channel"] for one in newcomer.sim("GET", "outbox").ok()["results"]}
    assert channels == {"mail"}, "whoever has no phone is sent no code"


def test_a_code_of_an_authenticator_is_taken_once(newcomer: Company) -> None:
    uri = set_up_authenticator(newcomer)
    code = newcomer.authenticator_code(uri)
    assert answer(newcomer, code).codes == ["BDC_1355"], "the code of the set-up is used"
    newcomer.advance(minutes=1)
    code = newcomer.authenticator_code(uri)
    assert answer(newcomer, code).status == 200
    second = another_session(newcomer)
    assert answer(second, code).codes == ["BDC_1355"]
    assert answer(second, newcomer.authenticator_code(uri, steps=-1)).codes == ["BDC_1355"], "nor one before it"
    assert answer(second, newcomer.authenticator_code(uri, steps=1)).status == 200, "a clock may be a step fast"


def test_codes_of_other_times_are_not_taken(newcomer: Company) -> None:
    uri = set_up_authenticator(newcomer)
    newcomer.advance(minutes=5)
    for steps in (-2, 2):
        assert answer(newcomer, newcomer.authenticator_code(uri, steps=steps)).codes == ["BDC_1355"]


def test_a_stolen_password_adds_no_factor_to_one_that_is_there(api: Api) -> None:
    company = api.company(trusted=False)
    assert company.v3("POST", "mfa/setup", {"type": "TOTP"}).codes == ["BDC_5324"]
    assert answer(company, "123456").status == 200
    uri = set_up_authenticator(company)
    assert company.v3("POST", "mfa/setup", {"type": "TOTP"}).codes == ["BDC_5324"], "one is enough"
    company.advance(minutes=1)
    second = another_session(company)
    assert answer(second, company.authenticator_code(uri)).status == 200, "either factor will do"
    without_phone = api.company(trusted=False, phone=False)
    set_up_authenticator(without_phone)
    reply = without_phone.v3("POST", "mfa/setup", {"phone": PHONE, "type": "TEXT"})
    assert reply.codes == ["BDC_5324"]


def test_the_secret_of_an_authenticator_is_sealed_and_in_no_event(newcomer: Company) -> None:
    uri = set_up_authenticator(newcomer)
    secret = uri.split("secret=")[1].split("&")[0]
    with newcomer.api.installed.database.transaction() as tx:
        tx.enter_organization(newcomer.made["organizationId"])
        for table in ("mfa_authenticators", "mfa_setups", "events", "messages"):
            assert secret not in repr(
                [bytes(v) if isinstance(v, memoryview) else v for row in tx.all(f"SELECT * FROM {table}") for v in row]
            )
    events = newcomer.sim("GET", "events").ok()["results"]
    assert events[-1]["name"] == "AuthenticatorEnrolled"
    assert set(events[-1]["subject"]) == {"id", "user_id"}


# Trust


def test_trust_without_a_remembered_device_ends_with_the_session(api: Api) -> None:
    company = api.company(trusted=False)
    assert list(answer(company, "123456", device="mine").ok()) == ["rememberMeId"]
    assert status_of(company) == "COMPLETE"
    assert status_of(another_session(company)) == "CHALLENGE"


def test_remember_me_and_device_come_together_at_login(company: Company) -> None:
    for alone, missing in (("rememberMeId", "device"), ("device", "rememberMeId")):
        reply = login(company, **{alone: "x"})
        assert reply.status == 400
        assert reply.json[0]["message"].startswith(f"{missing}: ")


def test_a_developer_key_can_bypass_mfa(api: Api) -> None:
    company = api.company(trusted=False, name="Kite Works")
    bill = company.bill()
    assert company.pay(bill).codes == ["BDC_1361"]
    change_key(company, mfaBypass=True)
    session = company.v3("GET", "login/session").ok()
    assert (session["mfaStatus"], session["mfaBypass"]) == ("CHALLENGE", True)
    assert company.pay(bill).status == 201


def test_wrong_codes_count_over_all_challenges_but_only_for_where_they_come_from(api: Api) -> None:
    company = api.company(trusted=False)

    def guess(token: str, source: str) -> Reply:
        challenge = company.v3("POST", "mfa/challenge").ok()["challengeId"]
        company.advance(minutes=1)
        body = json.dumps({"challengeId": challenge, "token": token}).encode()
        return api.send("POST", "/connect/v3/mfa/challenge/validate", body, headers=company.headers, source=source)

    for _ in range(9):
        guess("000000", "203.0.113.9")
    assert guess("123456", "203.0.113.9").codes == ["BDC_1358"], "even the right code has to wait"
    assert guess("123456", "198.51.100.7").status == 200
