"""Signing in to a real server: the address that a caller comes from, and guesses made at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime
from urllib.parse import urlencode

import pytest
from pyotp import parse_uri

from billfold.kit.databases import open_database
from billfold.kit.ids import token_hash
from tests.scenarios.process import Client, at_once, found, running


def guess(server, made, password, source):
    body = {"username": made["username"], "password": password, "organizationId": made["organizationId"]}
    with Client(server, {"X-Forwarded-For": source}) as client:
        answer = client.send("POST", "/connect/v3/login", body | {"devKey": made["devKey"]})
    return "" if answer.status == 200 else answer.json[0]["code"]


@pytest.mark.slow
def test_a_guesser_behind_the_proxy_closes_the_door_for_their_own_address_alone(tmp_path):
    with running(tmp_path) as server:
        made = found(server).made
        codes = [guess(server, made, "wrong", "203.0.113.9") for _ in range(6)]
        assert codes == ["BDC_1101"] * 5 + ["BDC_1110"]
        assert guess(server, made, made["password"], "203.0.113.9") == "BDC_1110"
        assert guess(server, made, made["password"], "198.51.100.7") == ""


@pytest.mark.slow
def test_a_proxy_that_is_not_named_is_not_believed(tmp_path):
    with running(tmp_path, proxies="192.0.2.1") as server:
        made = found(server).made
        codes = [guess(server, made, "wrong", f"203.0.113.{number}") for number in range(6)]
        assert codes == ["BDC_1101"] * 5 + ["BDC_1110"]


@pytest.mark.slow
def test_guesses_made_at_once_are_all_counted(tmp_path, database_url):
    with running(tmp_path, database=database_url, threads="4") as server:
        made = found(server).made
        with ThreadPoolExecutor(12) as crowd:
            codes = list(crowd.map(lambda _: guess(server, made, "wrong", "203.0.113.9"), range(24)))
        assert (codes.count("BDC_1101"), codes.count("BDC_1110")) == (5, 19)
        assert guess(server, made, made["password"], "203.0.113.9") == "BDC_1110"


def guess_without_organization(server, made):
    fields = {"userName": made["username"], "password": "wrong", "devKey": made["devKey"]}
    with Client(server, {"X-Forwarded-For": "203.0.113.9"}) as client:
        return client.send("POST", "/api/v2/ListOrgs.json", urlencode(fields).encode()).json["response_data"][
            "error_code"
        ]


@pytest.mark.slow
def test_of_guesses_made_at_once_by_asking_for_ones_organizations_five_are_looked_at(tmp_path, database_url):
    with running(tmp_path, database=database_url, threads="8") as server:
        made = found(server).made
        codes = at_once(24, lambda _: guess_without_organization(server, made))
        assert (codes.count("BDC_1101"), codes.count("BDC_1110")) == (5, 19)


@pytest.mark.slow
def test_of_codes_guessed_at_once_five_are_looked_at_over_all_challenges(tmp_path, database_url):
    with running(tmp_path, database=database_url, mfa_code="824193") as server:
        company = found(server, trusted=False)
        challenges = [company.v3("POST", "mfa/challenge").ok()["challengeId"] for _ in range(5)]

        def answer(number, client=None):
            said = {"challengeId": challenges[number % 5], "token": f"00{number:04d}"}
            return company.v3("POST", "mfa/challenge/validate", said, client=client).codes[0]

        clients = [company.new_client() for _ in range(60)]
        codes = at_once(60, lambda number: answer(number, clients[number]))
        assert (codes.count("BDC_1355"), codes.count("BDC_1358")) == (5, 55)


@pytest.mark.slow
def test_one_code_of_an_authenticator_answers_one_of_two_challenges_at_once(tmp_path, database_url):
    with running(tmp_path, database=database_url) as server:
        company = found(server)
        setup = company.v3("POST", "mfa/setup", {"type": "TOTP"}).ok()
        authenticator = parse_uri(setup["otpauthUri"])

        def code():
            return authenticator.at(datetime.fromisoformat(company.sim("GET", "clock").ok()["now"]))

        validate = {"setupId": setup["setupId"], "type": "TOTP", "token": code()}
        company.v3("POST", "mfa/setup/validate", validate).ok()
        for _ in range(5):
            company.sim("POST", "clock/advance", {"minutes": 1, "keepSessions": True}).ok()
            answers = [
                {"challengeId": company.v3("POST", "mfa/challenge").ok()["challengeId"], "token": code()}
                for _ in range(2)
            ]
            with ThreadPoolExecutor(2) as pair:
                statuses = list(pair.map(lambda body: send_answer(server, company, body), answers))
            assert sorted(statuses) == [200, 400]


def send_answer(server, company, body):
    headers = {"devKey": company.made["devKey"], "sessionId": company.made["sessionId"]}
    with Client(server, headers) as client:
        return client.send("POST", "/connect/v3/mfa/challenge/validate", body).status


@pytest.mark.slow
@pytest.mark.postgres
def test_no_session_outlives_the_token_that_is_revoked_while_it_signs_in(tmp_path, postgres_url):
    with running(tmp_path, database=postgres_url) as server:
        company = found(server)
        admin = {"Authorization": f"Bearer {admin_token(postgres_url)}"}
        base = f"/admin/v1/organizations/{company.id}/sync-tokens"
        outcomes = []
        with Client(server, admin) as operator, ThreadPoolExecutor(6) as crowd:
            for number in range(4):
                body = {"name": f"link {number}", "userId": company.made["userId"]}
                token = operator.send("POST", base, body).ok(201)
                signing = [crowd.submit(sign_in_by, server, company.made, token) for _ in range(6)]
                # Passwords are hashed one at a time, so the others are still on their way.
                next(as_completed(signing))
                operator.send("POST", f"{base}/{token['id']}/revoke").ok()
                outcomes += [one.result() for one in signing]
        assert any(outcomes), "some were in time"
        for session in filter(None, outcomes):
            with Client(server, {"devKey": company.made["devKey"], "sessionId": session}) as client:
                assert client.send("GET", "/connect/v3/vendors").status == 401


def admin_token(url):
    """A token that administers the installation."""
    database = open_database(url, threads=1)
    with database.transaction() as tx:
        row = (token_hash("a token of the tests"), "atk1", "tests", None, "2026-01-01T00:00:00.000Z", None)
        tx.run("INSERT INTO admin_tokens VALUES (?, ?, ?, ?, ?, ?)", row)
    database.close()
    return "a token of the tests"


def sign_in_by(server, made, token):
    """The session that the token opens, or nothing where it came too late."""
    body = {"username": token["name"], "password": token["token"], "organizationId": made["organizationId"]}
    with Client(server) as client:
        answer = client.send("POST", "/connect/v3/login", body | {"devKey": made["devKey"]})
    return answer.json["sessionId"] if answer.status == 200 else ""
