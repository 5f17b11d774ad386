"""Why entries come back: the return reason codes of the Nacha Operating Rules (Appendix Four), as a table.

Here are the codes that can concern the classes written by us: CCD, CTX and PPD. The rest belong to others: R30, R33
and R36 to R53 to checks turned into entries and to enrollments, R80 and above to international entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Sender(StrEnum):
    """Who sends a return."""

    RDFI = "the bank that received the entry"
    OPERATOR = "the ACH operator"
    ODFI = "the bank that originated the entry"


class Unit(StrEnum):
    """What a time frame is counted in."""

    BANKING_DAYS = "banking days"
    CALENDAR_DAYS = "calendar days"
    FILE = "with the next file"
    AGREED = "as both banks agree"


class Stage(StrEnum):
    """Which turn of the exchange a code belongs to."""

    RETURN = "return"
    DISHONORED = "dishonored return"
    CONTESTED = "contested dishonored return"


@dataclass(frozen=True, slots=True)
class ReturnReason:
    """One code: what it means, who may send it, for which classes and directions, and until when.

    ``days`` counts from the settlement of what is sent back (the entry, its return, the dishonored return), in
    ``unit``; it is 0 where the unit has no number.
    """

    code: str
    title: str
    classes: frozenset[str]
    days: int
    unit: Unit = Unit.BANKING_DAYS
    sender: Sender = Sender.RDFI
    debits: bool = True
    credits: bool = True
    stage: Stage = Stage.RETURN

    def applies(self, sec_code: str, *, debit: bool) -> bool:
        """Whether an entry of that class and direction can come back for this reason."""
        return sec_code in self.classes and (self.debits if debit else self.credits)


_ALL: Final = frozenset({"CCD", "CTX", "PPD"})
_COMPANIES: Final = frozenset({"CCD", "CTX"})
_CONSUMERS: Final = frozenset({"PPD"})
_LATE: Final = 60


def _by_operator(code: str, title: str, *, credits_too: bool = True) -> ReturnReason:
    """Found by the ACH operator before the entry reaches its bank."""
    return ReturnReason(code, title, _ALL, 0, Unit.FILE, Sender.OPERATOR, credits=credits_too)


def _dishonored(code: str, title: str, classes: frozenset[str] = _ALL, *, credits_too: bool = True) -> ReturnReason:
    """Five banking days from the settlement of the return."""
    return ReturnReason(code, title, classes, 5, sender=Sender.ODFI, credits=credits_too, stage=Stage.DISHONORED)


def _contested(code: str, title: str, *, credits_too: bool = True) -> ReturnReason:
    """Two banking days from the settlement of the dishonored return."""
    return ReturnReason(code, title, _ALL, 2, credits=credits_too, stage=Stage.CONTESTED)


def _unauthorized(code: str, title: str, classes: frozenset[str]) -> ReturnReason:
    """A debit that a consumer says is not right: sixty days."""
    return ReturnReason(code, title, classes, _LATE, Unit.CALENDAR_DAYS, credits=False)


_ROWS: Final = (
    ReturnReason("R01", "insufficient funds", _ALL, 2, credits=False),
    ReturnReason("R02", "account closed", _ALL, 2),
    ReturnReason("R03", "no account, or it cannot be located", _ALL, 2),
    ReturnReason("R04", "invalid account number structure", _ALL, 2),
    _unauthorized("R05", "unauthorized debit of a consumer's account by a company's class", _COMPANIES),
    ReturnReason("R06", "returned as the originating bank asked", _ALL, 0, Unit.AGREED),
    _unauthorized("R07", "authorization revoked by the customer", _CONSUMERS),
    ReturnReason("R08", "payment stopped", _ALL, 2, credits=False),
    ReturnReason("R09", "uncollected funds", _ALL, 2, credits=False),
    _unauthorized("R10", "customer says the originator is not known or not authorized", _CONSUMERS),
    _unauthorized("R11", "customer says the entry is not as authorized", _CONSUMERS),
    ReturnReason("R12", "branch sold to another bank", _ALL, 2),
    _by_operator("R13", "invalid routing number"),
    ReturnReason("R14", "representative payee deceased or unable to continue", _CONSUMERS, 2),
    ReturnReason("R15", "beneficiary or account holder deceased", _CONSUMERS, 2),
    ReturnReason("R16", "account frozen, or returned on instruction of OFAC", _ALL, 2),
    ReturnReason("R17", "file record edit criteria, or questionable circumstances", _ALL, 2),
    _by_operator("R18", "improper effective entry date"),
    _by_operator("R19", "amount field error"),
    ReturnReason("R20", "not a transaction account", _ALL, 2),
    ReturnReason("R21", "invalid company identification", _ALL, 2),
    ReturnReason("R22", "invalid individual identification number", _ALL, 2),
    ReturnReason("R23", "credit refused by its receiver", _ALL, 2, debits=False),
    ReturnReason("R24", "duplicate entry", _ALL, 2),
    _by_operator("R25", "addenda error"),
    _by_operator("R26", "mandatory field error"),
    _by_operator("R27", "trace number error"),
    _by_operator("R28", "routing number check digit error"),
    ReturnReason("R29", "corporate customer says it is not authorized", _COMPANIES, 2, credits=False),
    ReturnReason("R31", "permissible return, agreed by both banks", _COMPANIES, 0, Unit.AGREED, credits=False),
    _by_operator("R32", "receiving bank does not settle"),
    _by_operator("R34", "bank takes part within limits only"),
    _by_operator("R35", "improper debit", credits_too=False),
    _dishonored("R61", "misrouted return"),
    _dishonored("R62", "return of an erroneous or reversed debit", credits_too=False),
    _dishonored("R67", "duplicate return"),
    _dishonored("R68", "untimely return"),
    _dishonored("R69", "fields of the return do not match the entry"),
    _dishonored("R70", "permissible return not accepted", _COMPANIES),
    _contested("R71", "misrouted dishonored return"),
    _contested("R72", "untimely dishonored return"),
    _contested("R73", "original return was timely"),
    _contested("R74", "corrected return"),
    _contested("R75", "return was no duplicate"),
    _contested("R76", "no errors found"),
    _contested("R77", "dishonored return not accepted", credits_too=False),
)
RETURN_REASONS: Final = {reason.code: reason for reason in _ROWS}
"""By code, in order."""

REFUSALS_BY_PRENOTE: Final = frozenset({"R02", "R03", "R04", "R12", "R13", "R16", "R17", "R20", "R28", "R34"})
"""What a prenote comes back for when its account cannot be credited: no money may follow."""

INVALID_ACCOUNT: Final = frozenset({"R02", "R03", "R04", "R13", "R20", "R28"})
"""What says that there is no such account to credit: closed, unknown, wrongly numbered, or not for entries.

Not what may pass, or is for a person to look into: an account that is frozen (R16), a credit that was refused (R23).
"""
