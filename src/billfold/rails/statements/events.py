"""What happens to statements and their lines."""

from __future__ import annotations

from billfold.kit.events import Event


class StatementImported(Event, frozen=True):
    """A statement was taken in and its lines were matched as far as rules go; the subject is a `BankStatement`."""


class StatementDiscarded(Event, frozen=True):
    """A statement that was taken in by mistake is gone, with its lines; the subject is the `BankStatement`."""


class StatementLineMatched(Event, frozen=True):
    """Somebody said what a line is. The subject of this and the following is a `StatementLine`."""


class StatementLineBooked(Event, frozen=True):
    """A line that is nothing of ours was posted to an account."""


class StatementLineReopened(Event, frozen=True):
    """What was said of a line was taken back: it is an exception again."""
