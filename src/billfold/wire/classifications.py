"""How the faces spell the kinds of classification: one line each, from which both faces make their operations.

A kind that has more to say than name, short name, description and parent has its own fields in
`wire/v3/classifications.py` and `wire/v2/classifications.py`.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from billfold.accounting.model import Kind


class Spelling(msgspec.Struct, frozen=True):
    """v3's path below `classifications/`, and v2's entity."""

    kind: Kind
    path: str
    entity: str

    @property
    def key(self) -> str:
        """What v3 calls the list in answers to bulk requests: `accounting-classes` is `accountingClasses`."""
        return re.sub(r"-(.)", lambda found: found.group(1).upper(), self.path)

    @property
    def parent(self) -> str:
        """What v2 calls the parent."""
        return f"parent{self.entity}Id"

    @property
    def title(self) -> str:
        """How the names of v3's types begin."""
        return self.kind.value.title().replace(" ", "")


SPELLINGS: Final = (
    Spelling(Kind.CHART_OF_ACCOUNT, "chart-of-accounts", "ChartOfAccount"),
    Spelling(Kind.ACCOUNTING_CLASS, "accounting-classes", "ActgClass"),
    Spelling(Kind.DEPARTMENT, "departments", "Department"),
    Spelling(Kind.EMPLOYEE, "employees", "Employee"),
    Spelling(Kind.ITEM, "items", "Item"),
    Spelling(Kind.JOB, "jobs", "Job"),
    Spelling(Kind.LOCATION, "locations", "Location"),
)
