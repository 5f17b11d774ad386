"""Refusals whose trace survives."""

from __future__ import annotations

from collections.abc import Callable

from billfold.kit.ctx import Ctx
from billfold.kit.db import Transaction
from billfold.kit.errors import Refusal


class TracedRefusal(Refusal):
    """A refusal whose trace must survive, such as a wrong token or a wrong deposit amount.

    The pipeline runs `trace` and commits. Whoever raises this has locked what is guessed at, and has written nothing:
    the lock is kept until the trace is there, so that of guesses made at once each is counted before the next.
    """

    def __init__(self, trace: Callable[[Ctx], None], **parameters: object) -> None:
        super().__init__(**parameters)
        self.trace = trace


class TracedAtTheDoor(Refusal):
    """A refusal of somebody who is not signed in whose trace must survive, such as a wrong password.

    As with `TracedRefusal`, the trace is left by the transaction that found out.
    """

    def __init__(self, leave_trace: Callable[[Transaction], None], **parameters: object) -> None:
        super().__init__(**parameters)
        self.leave_trace = leave_trace
