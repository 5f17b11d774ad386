"""Speaking to Billfold's wire in a test: one house, calls through the pipeline, companies ready to pay."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlencode

from pyotp import parse_uri

from billfold.apps.house import Installed, install
from billfold.identity import operators
from billfold.identity.organizations import create_user
from billfold.identity.roles import Role
from billfold.kit.clock import wall_now
from billfold.kit.ctx import CLOCK_ACTOR, Ctx
from billfold.kit.db import Database
from billfold.kit.settings import Settings
from billfold.kit.worlds import world_of
from billfold.wire.catalog import Call, Operation
from billfold.wire.codecs import instant
from tests.databases import fresh_sqlite

#: A Tuesday morning in Los Angeles, with no holiday near.
MOMENT = "2026-03-03T17:00:00+00:00"

Done = TypeVar("Done")


@dataclass
class Reply:
    """An answer: status, text, and JSON where it is."""

    status: int
    text: str
    headers: tuple[tuple[str, str], ...] = ()
    #: The bytes as they came: a file need not be text.
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.text) if self.text else None

    def ok(self, status: int = 200) -> Any:
        """The JSON of an answer that must have this status."""
        assert self.status == status, f"{self.status}: {self.text[:500]}"
        return self.json

    @property
    def codes(self) -> list[str]:
        """The codes of a v3 refusal."""
        return [error["code"] for error in self.json]


class Api:
    """A house on a database, and the calls to it."""

    def __init__(self, database: Database, **settings: Any) -> None:
        self.installed: Installed = install(
            Settings(**{"database": "sqlite://", "seed": "wire tests"} | settings), database
        )
        self.loop = asyncio.new_event_loop()

    def close(self) -> None:
        self.loop.close()

    @property
    def operations(self) -> list[Operation]:
        return self.installed.pipeline.catalogue.operations

    def send(
        self, method: str, path: str, body: bytes = b"", *, headers: dict[str, str] | None = None, query: Any = None,
        source: str = "",
    ) -> Reply:  # fmt: skip
        """Send bytes, from a network address if it matters."""
        face = next(face for prefix, face in self.installed.faces.items() if path.startswith(prefix))
        call = Call(method=method, path=path, headers=headers or {}, query=query or {}, body=body, source=source)
        answering = self.installed.pipeline.answer(face, call, lambda: instant(wall_now()))
        _, answer = self.loop.run_until_complete(answering)
        return Reply(answer.status, answer.body.decode(errors="replace"), answer.headers, answer.body)

    def sim(self, method: str, path: str, body: Any = None, query: dict[str, str] | None = None) -> Reply:
        """A call of the sandbox's face."""
        return self.send(method, f"/sim/{path}", _bytes(body), query=query)

    @cached_property
    def admin_token(self) -> str:
        """A token that administers the whole installation."""
        return self.new_admin_token(None)

    def new_admin_token(self, organization_id: str | None) -> str:
        """A fresh token, of one organization or of the installation."""
        installed = self.installed
        with installed.database.transaction() as tx:
            _, secret = operators.create_token(
                installed.house, tx, name="tests", organization_id=organization_id, now=wall_now()
            )
        return secret

    def admin(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> Reply:
        """A call of the administration face."""
        headers = {"authorization": f"Bearer {self.admin_token if token is None else token}"}
        return self.send(method, f"/admin/v1/{path}", _bytes(body), headers=headers)

    def company(self, **options: Any) -> Company:
        """A fresh organization with its own frozen clock."""
        made = self.sim("POST", "organizations", {"frozenAt": MOMENT} | options).ok(201)
        return Company(self, made)


@contextmanager
def embedded_house(**settings: Any) -> Iterator[Api]:
    """A house on an empty embedded database."""
    with fresh_sqlite() as database, closing(Api(database, **settings)) as api:
        yield api


@dataclass
class Company:
    """An organization with an open session."""

    api: Api
    made: dict[str, Any]
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        return {"devkey": self.made["devKey"], "sessionid": self.made["sessionId"]}

    @property
    def bank_account_id(self) -> str:
        return self.made["bankAccountId"]

    def v3(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None, **query: Any
    ) -> Reply:
        """A signed-in v3 call."""
        texts = {name: str(value) for name, value in query.items()}
        return self.api.send(
            method, f"/connect/v3/{path}", _bytes(body), headers=self.headers | (headers or {}), query=texts
        )

    def v2(self, operation: str, data: Any = None, **fields: str) -> Reply:
        """A signed-in v2 call."""
        form = {"devKey": self.made["devKey"], "sessionId": self.made["sessionId"]} | fields
        if data is not None:
            form["data"] = data if isinstance(data, str) else json.dumps(data)
        return self.api.send("POST", f"/api/v2/{operation}.json", urlencode(form).encode())

    def sim(self, method: str, path: str, body: Any = None, **query: str) -> Reply:
        """A call of the sandbox's face about this organization."""
        return self.api.sim(method, path, body, {"organizationId": self.made["organizationId"]} | query)

    @cached_property
    def admin_token(self) -> str:
        """A token that administers this organization alone."""
        return self.api.new_admin_token(self.made["organizationId"])

    def admin(self, method: str, path: str, body: Any = None) -> Reply:
        """A call of the administration face about this organization."""
        whole = f"organizations/{self.made['organizationId']}/{path}"
        return self.api.admin(method, whole, body, token=self.admin_token)

    def advance(self, **by: Any) -> None:
        """Advance this company's clock; the session stays alive."""
        self.sim("POST", "clock/advance", {"keepSessions": True} | by).ok()

    def role_id(self, type_: str) -> str:
        """The id of a role."""
        found = self.v3("GET", "roles", filters=f"type:eq:{type_}").ok()["results"]
        return found[0]["id"]

    def invite(self, role: str, email: str = "bee@ex.example") -> dict[str, Any]:
        """A new user who has not answered the invitation."""
        body = {
            "firstName": "Clark", "lastName": "Bee", "email": email, "roleId": self.role_id(role),
            "acceptTermsOfService": True,
        }  # fmt: skip
        return self.v3("POST", "users", body).ok(201)

    def vendor(self, account: str | None = "000987654321", **more: Any) -> dict[str, Any]:
        body: dict[str, Any] = {
            "name": "Blue Kite Paper",
            "address": {
                "line1": "9 Pine Rd",
                "city": "Reno",
                "stateOrProvince": "NV",
                "zipOrPostalCode": "89501",
                "country": "US",
            },
        }
        if account:
            bank_account = {"nameOnAccount": "Blue Kite Paper", "accountNumber": account, "routingNumber": "322271627"}
            body["paymentInformation"] = {"payeeName": "Blue Kite Paper", "bankAccount": bank_account}
        return self.v3("POST", "vendors", body | more).ok(201)

    def bill(
        self, vendor: dict[str, Any] | None = None, amounts: tuple[str, ...] = ("149.50", "80.00"), **more: Any
    ) -> dict[str, Any]:
        body: dict[str, Any] = {
            "vendorId": (vendor or self.vendor())["id"],
            "dueDate": "2026-04-10",
            "invoice": {"invoiceNumber": "BK-1044", "invoiceDate": "2026-03-01"},
            "billLineItems": [{"amount": float(amount), "description": "Paper"} for amount in amounts],
        }
        return self.v3("POST", "bills", body | more).ok(201)

    def credit(self, vendor: dict[str, Any] | None = None, amount: float = 40, **more: Any) -> dict[str, Any]:
        body: dict[str, Any] = {
            "vendorId": (vendor or self.vendor())["id"],
            "referenceNumber": "VC-9",
            "creditDate": "2026-03-02",
            "vendorCreditLineItems": [{"amount": amount, "description": "Sent back"}],
        }
        return self.v3("POST", "vendor-credits", body | more).ok(201)

    def payment_body(self, bill: dict[str, Any], amount: Any = None, **more: Any) -> dict[str, Any]:
        return {
            "billId": bill["id"],
            "fundingAccount": {"type": "BANK_ACCOUNT", "id": self.bank_account_id},
            "amount": bill["dueAmount"] if amount is None else amount,
            "processingOptions": {},
        } | more

    def pay(self, bill: dict[str, Any], amount: Any = None, **more: Any) -> Reply:
        return self.v3("POST", "payments", self.payment_body(bill, amount, **more))

    def authenticator_code(self, uri: str, *, steps: int = 0) -> str:
        """What an authenticator app shows at this company's time, or some steps of thirty seconds later."""
        now = datetime.fromisoformat(self.sim("GET", "clock").ok()["now"])
        return parse_uri(uri).at(now + timedelta(seconds=30 * steps))

    def balanced(self) -> bool:
        return self.sim("GET", "ledger/trial-balance").ok()["balanced"]

    def user(self, role: str) -> str:
        """Another user of the organization with this role; the id."""
        username, name = f"{role.lower()}@{self.made['organizationId']}.test", ("A", role)
        made = self.does(
            lambda ctx: create_user(ctx, username=username, password_hash="none", name=name, role=Role(role))
        )
        return made.id

    def does(self, work: Callable[[Ctx], Done]) -> Done:
        """What no face does, such as a part of a job: done in the organization by the clock, now."""
        organization_id, installed = self.made["organizationId"], self.api.installed
        with installed.database.transaction() as tx:
            now = world_of(tx, organization_id).clock.now()
            tx.enter_organization(organization_id)
            ctx = Ctx(installed.house, tx, organization_id, CLOCK_ACTOR, now)
            done = work(ctx)
            ctx.flush()
        return done

    def sign_in_as(self, role: str) -> None:
        """Give the session another role, as an administrator's change of the user would."""
        with self.api.installed.database.transaction() as tx:
            tx.run("UPDATE sessions SET role = ? WHERE organization_id = ?", (role, self.made["organizationId"]))


def _bytes(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    return b"" if body is None else json.dumps(body).encode()
