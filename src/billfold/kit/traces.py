"""Refusals whose trace survives, though what they refuse is rolled back."""

from __future__ import annotations

from collections.abc import Callable

from billfold.kit.ctx import Ctx
from billfold.kit.db import Transaction
from billfold.kit.errors import Refusal


class TracedRefusal(Refusal):
    """A refusal whose trace must survive, such as a wrong token or a wrong deposit amount.

    The pipeline rolls the request back, then runs `trace` alone in a transaction of its own.
    """

    def __init__(self, trace: Callable[[Ctx], None], **parameters: object) -> None:
        super().__init__(**parameters)
        self.trace = trace


class TracedAtTheDoor(Refusal):
    """A refusal of somebody who is not signed in whose trace must survive, such as a wrong password.

    As with `TracedRefusal`, the trace is left in a transaction of its own, which is in no organization.
    """

    def __init__(self, leave_trace: Callable[[Transaction], None], **parameters: object) -> None:
        super().__init__(**parameters)
        self.leave_trace = leave_trace
