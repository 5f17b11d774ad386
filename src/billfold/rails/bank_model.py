"""The records of the sandbox's bank: which files it has, and what it was told to do wrong."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from billfold.rails.model import Direction


class BankFaultKind(StrEnum):
    """What goes wrong at the bank, or comes back from it.

    ANSWER_LOST: it takes a file, but its answer does not arrive. UNREACHABLE: it does not take the file at all.
    SETTLED_TWICE: it reports the settlement of a file twice. REPORTED_TWICE: it sends a file of returns twice.
    RETURN and CHANGE: an entry of the next file comes back with a code, or has a change asked for.
    """

    ANSWER_LOST = "answerLost"
    UNREACHABLE = "unreachable"
    SETTLED_TWICE = "settledTwice"
    REPORTED_TWICE = "reportedTwice"
    RETURN = "return"
    CHANGE = "change"


class BankFault(msgspec.Struct, frozen=True):
    """A fault that the bank still has to show, `times` times; of entries of one direction only, where one is named."""

    organization_id: str
    id: str
    ordinal: int
    kind: BankFaultKind
    code: str | None
    direction: Direction | None
    times: int
    created_at: datetime


class ReceivedFile(msgspec.Struct, frozen=True):
    """A file that the bank has, by its bytes."""

    organization_id: str
    digest: str
    file_id: str
    received_at: datetime
