"""What must hold before a check is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from billfold.bankfiles.checks.errors import CheckError
from billfold.bankfiles.checks.micr import micr_problems
from billfold.bankfiles.checks.model import Check, Face, Party
from billfold.bankfiles.checks.text import printable
from billfold.bankfiles.checks.words import MAX_AMOUNT_MINOR

MAX_PAYEE: Final = 60
MAX_ADDRESS_LINES: Final = 5
MAX_LINES: Final = 2_000


def check_problems(check: Check, face: Face) -> list[str]:
    """Everything that keeps this check from being drawn; none when it can be."""
    problems = micr_problems(check.number, face.account.routing_number, face.account.account_number)
    problems += _party_problems("payee", check.payee)
    problems += _party_problems("payer", face.payer)
    if not 0 < check.amount_minor <= MAX_AMOUNT_MINOR:
        problems.append(f"amount: expected 1 to {MAX_AMOUNT_MINOR} cents, found {check.amount_minor}")
    if len(check.lines) > MAX_LINES:
        problems.append(f"lines: expected at most {MAX_LINES}, found {len(check.lines)}")
    paid_minor = sum(line.paid_minor for line in check.lines)
    if check.lines and paid_minor != check.amount_minor:
        problems.append(f"lines: expected a sum of {check.amount_minor} cents, found {paid_minor}")
    return problems


def require_drawable(checks: Sequence[Check], face: Face) -> None:
    """Raise `CheckError` with all that is wrong, each problem with its check's number."""
    problems = [f"check {check.number}: {problem}" for check in checks for problem in check_problems(check, face)]
    times = Counter(check.number for check in checks)
    problems += [f"check {number}: {count} checks have this number" for number, count in times.items() if count > 1]
    if not checks:
        problems.append("checks: expected at least 1, found none")
    if problems:
        raise CheckError(tuple(problems))


def _party_problems(role: str, party: Party) -> Iterator[str]:
    if not party.name.strip() or len(party.name) > MAX_PAYEE:
        yield f"{role} name: expected 1 to {MAX_PAYEE} characters, found {len(party.name.strip())}"
    if len(party.address) > MAX_ADDRESS_LINES:
        yield f"{role} address: expected at most {MAX_ADDRESS_LINES} lines, found {len(party.address)}"
    if printable(party.name) is None:
        yield f"{role} name: has characters that the fonts of a check lack"
    if any(printable(line) is None for line in party.address):
        yield f"{role} address: has characters that the fonts of a check lack"
