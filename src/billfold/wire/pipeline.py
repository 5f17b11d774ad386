"""The ordered steps of any request, on any face.

Everything happens in one transaction at the edge: who asks, may they, what do they ask, do it, write its
events and its idempotency record, encode, commit. A refusal rolls all of it back. A row whose request falls into
units (v2's Bulk) has one transaction for who asks and what, and then one for each unit.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any, Final, Protocol

import msgspec

from billfold.identity import sessions, store
from billfold.identity.factors.mfa import SessionUntrusted, TrustExpired
from billfold.identity.permissions import Permission, require_permission, require_permission_of_sync_token
from billfold.identity.sessions import Identity
from billfold.kit import idempotency
from billfold.kit.ctx import Ctx, House
from billfold.kit.db import Database, Transaction
from billfold.kit.errors import Refusal, Refusals
from billfold.kit.runner import Runner
from billfold.kit.traces import TracedAtTheDoor, TracedRefusal
from billfold.kit.worlds import world_of
from billfold.wire.catalog import Answer, Call, Catalogue, Lobby, Operation, Units
from billfold.wire.codecs import instant
from billfold.wire.errors import (
    BodyTooLarge,
    InvalidParameter,
    MalformedJson,
    OurFault,
    UnknownPath,
    WrongMethod,
    wire_error,
)
from billfold.wire.faults import FaultPlan
from billfold.wire.limits import Limits
from billfold.wire.senders import find_sender

log = logging.getLogger(__name__)

#: No JSON of this API is larger; uploads have their own limit.
MAX_BODY_BYTES: Final = 4 * 1024 * 1024
#: A file of the largest size in base64, escaped for a form.
MAX_UPLOAD_BYTES: Final = 12 * 1024 * 1024


class Face(Protocol):
    """What a face adds to the pipeline: where its credentials are, and how it writes answers and refusals."""

    name: str

    def credentials(self, call: Call) -> tuple[str, str]:
        """Developer key and session token of a call; empty where there is none."""

    def idempotency_key(self, call: Call) -> str:
        """The idempotency key of a call, or an empty text."""

    def essence(self, call: Call) -> bytes:
        """What of the body makes two requests the same: credentials in it do not count."""

    def decode(self, operation: Operation, call: Call) -> Any:
        """The request of the operation. Raises refusals."""

    def encode(self, operation: Operation, call: Call, result: Any) -> Answer:
        """The answer to a success."""

    def refuse(self, operation: Operation | None, refusals: list[Refusal], now: str) -> Answer:
        """The answer to a refusal. `now` is the time in the wire's form."""


class Pipeline:
    """Runs calls against the house and its database."""

    def __init__(
        self, database: Database, house: House, catalogue: Catalogue, runner: Runner, limits: Limits | None = None
    ) -> None:
        self.database = database
        self.house = house
        self.catalogue = catalogue
        self.runner = runner
        self.faults = FaultPlan()
        # Passwords are hashed one at a time, and every thread that did so would keep that memory for itself.
        self._slow = ThreadPoolExecutor(1, thread_name_prefix="billfold-slow")
        self.limits = limits

    async def answer(self, face: Face, call: Call, now: Callable[[], str]) -> tuple[Operation | None, Answer]:
        """The answer to a call, whatever happens; and the operation, for the metrics."""
        operation: Operation | None = None
        try:
            operation = self._find(call)
            _check_form(operation, call)
            if self.limits is None and not self.faults.waiting:
                return operation, await self._run(face, operation, call)
            return operation, await self._run_admitted(face, operation, call)
        except WrongMethod as refused:
            answer = face.refuse(None, [refused], now())
            return None, msgspec.structs.replace(answer, headers=(("allow", refused.allowed),))
        except (Refusal, Refusals) as refused:
            return operation, face.refuse(operation, _refusals_of(refused), now())
        except Exception:
            log.exception("operation failed", extra={"operation": operation.name if operation else call.path})
            return operation, face.refuse(operation, [OurFault()], now())

    def largest_body(self, path: str) -> int:
        """How long the body of a call to this path may be, in bytes."""
        methods, _ = self.catalogue.find(path) or ({}, {})
        return MAX_UPLOAD_BYTES if any(row.files for row in methods.values()) else MAX_BODY_BYTES

    def _find(self, call: Call) -> Operation:
        found = self.catalogue.find(call.path)
        if found is None or "\0" in call.path:
            raise UnknownPath
        methods, call.path_ids = found
        operation = methods.get(call.method)
        if operation is None:
            raise WrongMethod(allowed=", ".join(sorted(methods)))
        return operation

    async def _run_admitted(self, face: Face, operation: Operation, call: Call) -> Answer:
        """The way through limits and faults, which have to know who calls before anything else is done."""
        sender = await self.database.run(
            lambda tx: find_sender(
                tx, operation, lambda: face.decode(operation, call), lambda: face.credentials(call)
            ),
            write=False,
        )  # fmt: skip
        with self.limits.admit(sender) if self.limits is not None else nullcontext():
            await self.faults.meet(operation.name, sender)
            return await self._run(face, operation, call)

    async def _run(self, face: Face, operation: Operation, call: Call) -> Answer:
        if operation.prepare is not None:
            request = face.decode(operation, call)
            loop = asyncio.get_running_loop()
            call.prepared = await loop.run_in_executor(self._slow, operation.prepare, self.database, request)
        if operation.public:
            result = await self.database.run(
                lambda tx: self._run_public(tx, face, operation, call), write=operation.write
            )
            if isinstance(result, TracedAtTheDoor):
                raise result
            if operation.after is not None:
                result = await operation.after(self, result)
            return face.encode(operation, call, result)
        visit = _Visit(self.house, face, operation, call)
        try:
            if operation.units is not None:
                answer = await self._run_units(visit, operation.units)
            else:
                answer = await self.database.run(visit.run, write=operation.write)
        except (Refusal, Refusals) as refused:
            if visit.identity is None:
                raise
            await self._after_refusal(visit, visit.identity, refused)
            answer = face.refuse(operation, _refusals_of(refused), instant(visit.identity.now))
        if visit.identity is not None and visit.identity.needs_touch and operation.name not in _CLOSES_SESSION:
            await self._touch(visit.identity)
        return answer

    async def _run_units(self, visit: _Visit, units: Units) -> Answer:
        """Each unit in a transaction of its own; one that is refused, or that we fail at, leaves the others alone."""
        begun = await self.database.run(visit.begin, write=bool(visit.key))
        if isinstance(begun, Answer):
            return begun
        answers = []
        for position, request in enumerate(begun):
            unit = _Unit(visit, position, request)
            answers.append(await self._run_unit(unit))
            # A hundred units in a row must not keep the other callers waiting.
            await asyncio.sleep(0)
        answer = units.join(answers)
        if visit.key and not visit.has_retryable_units:
            await self.database.run(lambda tx: visit.finish(tx, answer), write=True)
        return answer

    async def _run_unit(self, unit: _Unit) -> Answer:
        visit, identity = unit.visit, unit.identity
        try:
            return await self.database.run(unit.run, write=visit.operation.write)
        except (Refusal, Refusals) as refused:
            refusals = _refusals_of(refused)
            await self._after_refusal(unit, identity, refused)
        except Exception:
            log.exception("a unit failed", extra={"operation": visit.operation.name, "position": unit.position})
            refusals = [OurFault()]
        visit.has_retryable_units |= any(wire_error(refusal).retryable for refusal in refusals)
        return visit.face.refuse(visit.operation, refusals, instant(identity.now))

    async def _touch(self, identity: Identity) -> None:
        """Note the session's use. The work is done and must be answered, whatever becomes of the note."""
        try:
            await self.database.run(
                lambda tx: store.touch_session(tx, identity.actor.session, identity.now), write=True
            )
        except Exception:
            log.exception("a session's last use was not noted")

    def _run_public(self, tx: Transaction, face: Face, operation: Operation, call: Call) -> Any:
        """The result, or what it was refused for when the trace of that is left and to be committed."""
        lobby = Lobby(self.house, tx, face.name)
        try:
            return operation.run(lobby, call, face.decode(operation, call))
        except TracedAtTheDoor as refused:
            assert operation.write, "what only reads has no lock to keep until the trace is left"
            refused.leave_trace(tx)
            return refused

    async def _after_refusal(self, visit: _Visit | _Unit, identity: Identity, refused: Refusal | Refusals) -> None:
        """What must survive a refusal: the answer under an idempotency key."""
        assert not isinstance(refused, TracedRefusal), "in a unit nobody guesses at anything"
        refusals = _refusals_of(refused)
        if visit.claimed and not any(wire_error(refusal).retryable for refusal in refusals):
            await self.database.run(lambda tx: visit.keep_refusal(tx, identity, refusals), write=True)


def _refusals_of(refused: Refusal | Refusals) -> list[Refusal]:
    return refused.refusals if isinstance(refused, Refusals) else [refused]


def _check_form(operation: Operation, call: Call) -> None:
    """A body of sensible size, and no U+0000 in parameters, which PostgreSQL keeps in no text."""
    for name, value in call.query.items():
        if "\0" in value:
            raise InvalidParameter(name=name, value=value)
    if not operation.files and b"\0" in call.body:
        raise MalformedJson(detail="the character U+0000 is not allowed")
    limit = MAX_UPLOAD_BYTES if operation.files else MAX_BODY_BYTES
    if len(call.body) > limit:
        raise BodyTooLarge(limit=limit)


#: Answers to these hold secrets.
_ABOUT_THE_SESSION: Final = frozenset({Permission.SESSION, Permission.MFA})
_CLOSES_SESSION: Final = frozenset({"v3.logout", "v2.Logout"})


class _Visit:
    """One signed-in call: the steps inside its transaction."""

    def __init__(self, house: House, face: Face, operation: Operation, call: Call) -> None:
        self.house = house
        self.face = face
        self.operation = operation
        self.call = call
        self.identity: Identity | None = None
        # Answers about the session hold secrets, such as a rememberMeId, and are not kept.
        keeps_answer = operation.write and operation.needs not in _ABOUT_THE_SESSION
        self.key = face.idempotency_key(call) if keeps_answer else ""
        self.claimed = False
        self.has_retryable_units = False

    def run(self, tx: Transaction) -> Answer:
        """Authenticate, authorize, decode, do, record, encode."""
        operation, call, face = self.operation, self.call, self.face
        identity = self._enter(tx)
        if self.key and (answered := self._claim(tx, identity)) is not None:
            return answered
        request = face.decode(operation, call)
        ctx = Ctx(self.house, tx, identity.organization_id, identity.actor, identity.now)
        try:
            answer = face.encode(operation, call, operation.run(ctx, call, request))
        except TracedRefusal as refused:
            _leave_trace(ctx, refused, self.key)
            return face.refuse(operation, [refused], instant(identity.now))
        if operation.write:
            if self.key:
                _store(ctx, self.key, answer)
            ctx.flush()
        return answer

    def begin(self, tx: Transaction) -> Answer | list[Any]:
        """Authenticate, authorize, decode: the answer stored before, or the units that are to be done."""
        identity = self._enter(tx)
        if self.key and (answered := self._claim(tx, identity)) is not None:
            return answered
        units = self.operation.units
        assert units is not None, self.operation.name
        return units.split(self.face.decode(self.operation, self.call))

    def finish(self, tx: Transaction, answer: Answer) -> None:
        """Keep the answer that the units made together."""
        assert self.identity is not None, "nobody began this"
        tx.enter_organization(self.identity.organization_id)
        _keep(self.house, tx, self.identity, self.key, answer)

    def keep_refusal(self, tx: Transaction, identity: Identity, refusals: list[Refusal]) -> None:
        """Keep the refusal's answer under the key, unless a twin was faster."""
        tx.enter_organization(identity.organization_id)
        if idempotency.claim(tx, identity.organization_id, self.key, self.fingerprint(), identity.now) is None:
            answer = self.face.refuse(self.operation, refusals, instant(identity.now))
            _keep(self.house, tx, identity, self.key, answer)

    def fingerprint(self) -> str:
        """What makes two calls the same."""
        return idempotency.fingerprint(self.operation.name, self.call.path, self.face.essence(self.call))

    def _claim(self, tx: Transaction, identity: Identity) -> Answer | None:
        """Take the idempotency key for this call: the answer stored under it before, or None."""
        stored = idempotency.claim(tx, identity.organization_id, self.key, self.fingerprint(), identity.now)
        if stored is not None:
            return msgspec.json.decode(stored.body, type=Answer)
        self.claimed = True
        return None

    def _enter(self, tx: Transaction) -> Identity:
        """Who asks, and may they."""
        operation = self.operation
        developer_key, token = self.face.credentials(self.call)
        identity = self.identity = sessions.authenticate(
            tx, developer_key, token, self.face.name, self.call.source, needs_key=not operation.keyless
        )
        tx.enter_organization(identity.organization_id)
        assert operation.needs is not None, operation.name
        require_permission(identity.actor.role, operation.needs)
        if identity.actor.limited:
            require_permission_of_sync_token(operation.needs)
        if operation.trusted and not identity.actor.trusted:
            raise TrustExpired if identity.trust_expired else SessionUntrusted
        self.call.vintage = identity.vintage
        return identity


class _Unit:
    """One unit of a visit: the steps inside its transaction."""

    def __init__(self, visit: _Visit, position: int, request: Any) -> None:
        assert visit.identity is not None, "nobody asks for this unit"
        self.visit = visit
        self.identity = visit.identity
        self.position = position
        self.request = request
        self.claimed = False

    def run(self, tx: Transaction) -> Answer:
        """Do, record, encode. The clock may have moved since the unit before."""
        visit, operation = self.visit, self.visit.operation
        organization_id = self.identity.organization_id
        now = world_of(tx, organization_id).clock.now()
        self.identity = msgspec.structs.replace(self.identity, now=now)
        tx.enter_organization(organization_id)
        if visit.key:
            stored = self._claim(tx)
            if stored is not None:
                return msgspec.json.decode(stored.body, type=Answer)
            self.claimed = True
        ctx = Ctx(visit.house, tx, organization_id, self.identity.actor, now)
        answer = visit.face.encode(operation, visit.call, operation.run(ctx, visit.call, self.request))
        if operation.write:
            if visit.key:
                _store(ctx, idempotency.unit_key(visit.key, self.position), answer)
            ctx.flush()
        return answer

    def keep_refusal(self, tx: Transaction, identity: Identity, refusals: list[Refusal]) -> None:
        """Keep the refusal's answer under the unit's key, unless a twin was faster."""
        tx.enter_organization(identity.organization_id)
        if self._claim(tx) is None:
            answer = self.visit.face.refuse(self.visit.operation, refusals, instant(identity.now))
            _keep(self.visit.house, tx, identity, idempotency.unit_key(self.visit.key, self.position), answer)

    def _claim(self, tx: Transaction) -> idempotency.StoredAnswer | None:
        visit, identity = self.visit, self.identity
        return idempotency.claim_unit(
            tx, identity.organization_id, visit.key, self.position, visit.fingerprint(), identity.now
        )


def _leave_trace(ctx: Ctx, refused: TracedRefusal, key: str) -> None:
    """What must survive is committed with the locks that were held for it. Who tries again under the key tries anew."""
    if key:
        idempotency.release(ctx.tx, ctx.organization_id, key)
    refused.trace(ctx)
    ctx.flush()


def _keep(house: House, tx: Transaction, identity: Identity, key: str, answer: Answer) -> None:
    """Store an answer in a transaction of its own."""
    ctx = Ctx(house, tx, identity.organization_id, identity.actor, identity.now)
    _store(ctx, key, answer)
    ctx.flush()


def _store(ctx: Ctx, key: str, answer: Answer) -> None:
    idempotency.store(ctx.tx, ctx.organization_id, key, answer.status, msgspec.json.encode(answer))
    idempotency.schedule_forgetting(ctx)
