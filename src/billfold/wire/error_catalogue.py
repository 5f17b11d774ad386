"""The catalogue of error codes: what BILL documents, and what else refusals of ours say (contract v2.md §1.8)."""

from __future__ import annotations

import inspect
import itertools
import re
from collections import defaultdict
from typing import Final

import msgspec

from billfold.kit.errors import NotFound, Refusal
from billfold.wire.error_triggers import HOW
from billfold.wire.errors import WIRE_ERRORS

_BOTH: Final = ("v2", "v3")
_V2: Final = ("v2",)
_V3: Final = ("v3",)


class Rule(msgspec.Struct, frozen=True):
    """A refusal of ours: its name, v3's status, what it means, and how to meet it."""

    name: str
    status: int
    meaning: str
    how: str


class ErrorEntry(msgspec.Struct, frozen=True):
    """One code. `${0}` in the message stands for what the refusal names; `when` says what it tells the caller."""

    code: str
    message: str
    when: str
    faces: tuple[str, ...] = _BOTH
    #: Our refusals that have this code; none for codes that Billfold never gives.
    refusals: tuple[Rule, ...] = ()


_DOCUMENTED: Final = (
    ErrorEntry("BDC_1001", "System error.", "The server failed; the same request may succeed later."),
    ErrorEntry("BDC_1002", "Unknown error.", "A parameter is misspelt or unknown, or an object has the wrong form."),
    ErrorEntry("BDC_1003", "Unknown version.", "The path names no version of the API."),
    ErrorEntry("BDC_1005", "Version ${0} is not supported.", "The path names a version that is gone."),
    ErrorEntry("BDC_1101", "The user name and/or password do not match.", "Signing in."),
    ErrorEntry("BDC_1102", "Developer key is invalid.", "The developer key is not known."),
    ErrorEntry("BDC_1103", "Developer key is inactive.", "The developer key was switched off."),
    ErrorEntry("BDC_1104", "Developer terms of service were not accepted.", "Signing in."),
    ErrorEntry("BDC_1105", "API access is not enabled for the organization.", "Signing in."),
    ErrorEntry("BDC_1106", "The API user and the organization belong to different partners.", "Partner sign-in."),
    ErrorEntry("BDC_1107", "The organization is locked out.", "Signing in to a locked organization."),
    ErrorEntry("BDC_1108", "Missing value for parameter: ${0}", "A required parameter is absent or empty."),
    ErrorEntry("BDC_1109", "Session is invalid.  Please log in.", "Unknown session, or 35 minutes without a call."),
    ErrorEntry("BDC_1110", "Login is locked.", "Too many failed attempts to sign in."),
    ErrorEntry("BDC_1111", "There is no active user for ${0}, ${1}.", "The user was archived."),
    ErrorEntry("BDC_1113", "Login error.", "Signing in failed for a reason without a code of its own."),
    ErrorEntry("BDC_1114", "Invalid entity type: ${0}", "The path names no entity.", _V2),
    ErrorEntry("BDC_1115", "Invalid CRUD operation: ${0}", "The path names no Crud operation.", _V2),
    ErrorEntry("BDC_1116", "Entity not valid for CRUD operation: ${0}", "The entity has no such operation.", _V2),
    ErrorEntry("BDC_1117", "Missing required data for ${0}", "`obj`, `bulk` or a required field is absent."),
    ErrorEntry("BDC_1118", "Entity in path ${0} does not match entity in data ${1}", "Path and data differ.", _V2),
    ErrorEntry("BDC_1119", "Invalid field,value: ${0}, ${1}", "A field breaks a rule."),
    ErrorEntry("BDC_1120", "No data found.", "There is no object with this id in the organization.", _V2),
    ErrorEntry("BDC_1121", "API not supported.", "Unknown path or method; HTTP 404."),
    ErrorEntry("BDC_1122", "Error parsing JSON: ${0}", "`data` or the body is not JSON."),
    ErrorEntry("BDC_1123", "Invalid organization id.", "Signing in to an organization that is not known."),
    ErrorEntry("BDC_1124", "Invalid datatype for field: ${0}", "A field holds a value of the wrong type.", _V2),
    ErrorEntry("BDC_1125", "Sync log upload error.", "Synchronisation logs, which Billfold does not keep."),
    ErrorEntry("BDC_1126", "Invalid log session id.", "Synchronisation logs, which Billfold does not keep."),
    ErrorEntry("BDC_1127", "There is no log file.", "Synchronisation logs, which Billfold does not keep."),
    ErrorEntry("BDC_1128", "Invalid List entity: ${0}", "The path names no entity that has a list.", _V2),
    ErrorEntry("BDC_1129", "Invalid parameter,value: ${0}, ${1}", "A parameter has a value that it cannot have."),
    ErrorEntry("BDC_1130", "Invalid list filter field: ${0}", "A list cannot be filtered or sorted by this field."),
    ErrorEntry("BDC_1131", "Invalid list filter operator: ${0}", "A field cannot be filtered with this operator."),
    ErrorEntry(
        "BDC_1144", "Max number of allowed requests per hour reached: ${0}.", "Wait for the next hour of the clock."
    ),
    ErrorEntry("BDC_1150", "User cannot make online payments.", "The role or the bank account does not allow paying."),
    ErrorEntry("BDC_1151", "No online payment is possible.", "The vendor cannot receive electronic payments."),
    ErrorEntry("BDC_1152", "Invalid Process Date : ${0}.", "No business day, or its cut-off has passed."),
    ErrorEntry("BDC_1159", "Overpaying a bill is not allowed.", "The amount is more than what is due."),
    ErrorEntry("BDC_1171", "The number is already used.", "A document's number exists already."),
    ErrorEntry("BDC_1178", "Developer key must be specified.", "`devKey` is absent."),
    ErrorEntry("BDC_1205", "There is no object with this id.", "Unknown id.", _V3),
    ErrorEntry("BDC_1246", "Rolled back: another item of the bulk request failed.", "Bulk is all or nothing.", _V3),
    ErrorEntry("BDC_1322", "Max number of concurrent requests per organization reached.", "More than three at once."),
    ErrorEntry("BDC_1354", "Specified 2-Step Verification phone is not setup or is invalid", "MFA without a phone."),
    ErrorEntry("BDC_1355", "The verification code is wrong.", "MFA: a wrong code, or an unknown challenge."),
    ErrorEntry("BDC_1356", "The device is not remembered.", "MFA: trust ran out, or the device is not known."),
    ErrorEntry("BDC_1358", "Too many attempts.", "MFA: too many wrong codes; wait, then ask for a new challenge."),
    ErrorEntry("BDC_1361", "Untrusted session.", "The operation needs MFA."),
    ErrorEntry("BDC_1374", "The verification code has expired.", "MFA: ask for a new challenge."),
    ErrorEntry(
        "BDC_1402", "Please select a payment processing date two business days out from today.",
        "The vendor's bank account is new.",
    ),
    ErrorEntry("BDC_1570", "Shield Service Errors", "BILL's risk service; Billfold has none.", _V3),
    ErrorEntry("BDC_5324", "Mfa action blocked", "MFA setup when a phone is already enrolled.", _V3),
)  # fmt: skip


def error_catalogue() -> list[ErrorEntry]:
    """Every code in order: those documented, and those that only refusals of ours have."""
    refusals: dict[str, list[type[Refusal]]] = defaultdict(list)
    for kind, wire in WIRE_ERRORS.items():
        refusals[wire.code].append(kind)
    refusals["BDC_1120"].append(NotFound)
    entries = {entry.code: entry for entry in _DOCUMENTED}
    for code, kinds in refusals.items():
        entry = entries.get(code) or _described(code, kinds[0])
        rules = tuple(sorted((_rule(kind) for kind in kinds), key=lambda rule: rule.name))
        entries[code] = msgspec.structs.replace(entry, refusals=rules)
    return [entries[code] for code in sorted(entries)]


def _rule(kind: type[Refusal]) -> Rule:
    meaning = (inspect.getdoc(kind) or "").partition("\n")[0]
    return Rule(kind.__name__, WIRE_ERRORS[kind].status, meaning, HOW.get(kind.__name__, ""))


def message_of(code: str) -> str:
    """What the catalogue says for a code; the code itself where it has none. Parameters stay `${0}`, as BILL's do."""
    return next((entry.message for entry in error_catalogue() if entry.code == code), code)


def _described(code: str, kind: type[Refusal]) -> ErrorEntry:
    numbers = itertools.count()
    message = re.sub(r"\{\w+\}", lambda _: f"${{{next(numbers)}}}", kind.sentence)
    return ErrorEntry(code, message, inspect.getdoc(kind) or "")


def errors_page() -> str:
    """docs/errors.md: every code, and for each of our refusals how to meet it."""
    catalogue = error_catalogue()
    lines = [
        "# Errors",
        "",
        "Generated from the catalogue by `billfold errors`; do not edit. `/api/v2/Errors.json` has the same codes and",
        "messages. On v2 every refusal but an unknown path is HTTP 200; statuses are v3's. A test does what the last",
        "column says.",
        "",
        "| code | message | when | faces |",
        "|---|---|---|---|",
    ]
    lines += [f"| {one.code} | {one.message} | {one.when} | {', '.join(one.faces)} |" for one in catalogue]
    lines += [
        "",
        "## Refusals",
        "",
        "| code | status | refusal | what it means | how to meet it |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.code} | {rule.status} | {rule.name} | {rule.meaning} | {rule.how} |"
        for one in catalogue
        for rule in one.refusals
        if rule.how
    ]
    return "\n".join(lines) + "\n"
