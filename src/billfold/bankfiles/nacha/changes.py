"""What banks ask to have changed: the change codes of the Nacha Operating Rules (Appendix Five), as tables.

A change code says which fields of later entries are to be different, and where in the 29 characters of corrected data
each stands. Codes of international entries (C08, C14) are not here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from billfold.bankfiles.nacha.rules import check_digit

CORRECTED_DATA: Final = 29
_ROUTING: Final = 9
_ACCOUNT: Final = 17

ROUTING_NUMBER, ACCOUNT_NUMBER, TRANSACTION_CODE = "routing_number", "account_number", "transaction_code"
NAME, IDENTIFICATION = "name", "identification"
COMPANY_NAME, COMPANY_ID, ADDENDA = "company_name", "company_id", "addenda"


class UnreadableChange(ValueError):
    """The corrected data does not say what its code promises: refuse the notification with this code."""

    def __init__(self, message: str, refusal: str = "C65") -> None:
        super().__init__(message)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Part:
    """A corrected field: what it is, its first position in the corrected data (from 1), its length."""

    field: str
    start: int
    length: int

    def cut(self, text: str) -> str:
        """What stands there, without padding."""
        return text[self.start - 1 : self.start - 1 + self.length].strip()


@dataclass(frozen=True, slots=True)
class ChangeReason:
    """One code: what is wrong, where its corrections stand, and whose record they are in.

    ``of_receiver``: the account of whom the entry was for; else it is the originator's own settings.
    """

    code: str
    title: str
    parts: tuple[Part, ...]
    of_receiver: bool = True


_ROWS: Final = (
    ChangeReason("C01", "account number", (Part(ACCOUNT_NUMBER, 1, _ACCOUNT),)),
    ChangeReason("C02", "routing number", (Part(ROUTING_NUMBER, 1, _ROUTING),)),
    ChangeReason(
        "C03", "routing number and account number", (Part(ROUTING_NUMBER, 1, _ROUTING), Part(ACCOUNT_NUMBER, 13, 17))
    ),
    ChangeReason("C04", "name of the receiver", (Part(NAME, 1, 22),)),
    ChangeReason("C05", "transaction code: the kind of account", (Part(TRANSACTION_CODE, 1, 2),)),
    ChangeReason(
        "C06", "account number and transaction code", (Part(ACCOUNT_NUMBER, 1, 17), Part(TRANSACTION_CODE, 21, 2))
    ),
    ChangeReason(
        "C07",
        "routing number, account number and transaction code",
        (Part(ROUTING_NUMBER, 1, _ROUTING), Part(ACCOUNT_NUMBER, 10, 17), Part(TRANSACTION_CODE, 27, 2)),
    ),
    ChangeReason("C09", "identification number of the receiver", (Part(IDENTIFICATION, 1, 22),)),
    ChangeReason("C10", "name of the company", (Part(COMPANY_NAME, 1, 16),), of_receiver=False),
    ChangeReason("C11", "identification of the company", (Part(COMPANY_ID, 1, 10),), of_receiver=False),
    ChangeReason(
        "C12",
        "name and identification of the company",
        (Part(COMPANY_NAME, 1, 16), Part(COMPANY_ID, 20, 10)),
        of_receiver=False,
    ),
    ChangeReason("C13", "format of the addenda", (Part(ADDENDA, 1, 29),), of_receiver=False),
)
CHANGE_REASONS: Final = {reason.code: reason for reason in _ROWS}
"""By code, in order."""

REFUSAL_REASONS: Final = {
    "C61": "misrouted notification of change",
    "C62": "trace number is not the original entry's",
    "C63": "company identification is not the original entry's",
    "C64": "individual identification is not the original entry's",
    "C65": "corrected data is not in its format",
    "C66": "discretionary data is not the original entry's",
    "C67": "routing number is not the original entry's",
    "C68": "account number is not the original entry's",
    "C69": "transaction code is not the original entry's",
}
"""Why a notification of change is sent back, within 15 calendar days of its receipt."""


def corrections_of(code: str, corrected_data: str) -> dict[str, str]:
    """What a notification asks for, by field. Raises `UnreadableChange`, `KeyError` for an unknown code.

    Trailing blanks may be missing, for readers take them off. The format of an addendum (C13) is told in free text.
    """
    reason = CHANGE_REASONS[code]
    text = corrected_data.ljust(CORRECTED_DATA)
    found = {part.field: part.cut(text) for part in reason.parts}
    for field, value in found.items():
        problem = _problem(field, value)
        if problem:
            raise UnreadableChange(f"corrected data of {code}: {field} {problem}")
    return found


def corrected_data(code: str, corrections: dict[str, str]) -> str:
    """The 29 characters that say so, without trailing blanks. Raises `UnreadableChange`, `KeyError`."""
    cells = [" "] * CORRECTED_DATA
    for part in CHANGE_REASONS[code].parts:
        value = corrections[part.field]
        if len(value) > part.length:
            raise UnreadableChange(f"corrected data of {code}: {part.field} has {len(value)} characters")
        cells[part.start - 1 : part.start - 1 + len(value)] = value
    text = "".join(cells).rstrip()
    corrections_of(code, text)
    return text


def _problem(field: str, value: str) -> str:
    if not value:
        return "is blank"
    if field == ROUTING_NUMBER:
        digits = len(value) == _ROUTING and value.isascii() and value.isdigit()
        if not digits or check_digit(value[:8]) != value[8]:
            return "is no routing number"
    if field == ACCOUNT_NUMBER and not (value.isascii() and value.isprintable()):
        return "is no account number"
    if field == TRANSACTION_CODE and value not in _ACCOUNT_KINDS:
        return "is no transaction code of a checking or savings account"
    return ""


_ACCOUNT_KINDS: Final = {
    **dict.fromkeys(("22", "23", "24", "27", "28", "29"), "CHECKING"),
    **dict.fromkeys(("32", "33", "34", "37", "38", "39"), "SAVINGS"),
}


def account_kind(transaction_code: str) -> str:
    """CHECKING or SAVINGS, of a corrected transaction code. Raises `KeyError` for others."""
    return _ACCOUNT_KINDS[transaction_code]
