"""What is wrong with a check, all of it together."""

from __future__ import annotations


class CheckError(ValueError):
    """A check or a file about checks that must not be made; ``problems`` says why.

    No sentence quotes an account number.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
