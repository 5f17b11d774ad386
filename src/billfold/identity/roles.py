"""The roles that a user can have in an organization."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a user is in an organization (settled.md §1, roles)."""

    ADMINISTRATOR = "ADMINISTRATOR"
    ACCOUNTANT = "ACCOUNTANT"
    APPROVER = "APPROVER"
    AUDITOR = "AUDITOR"
    CLERK = "CLERK"
    PAYER = "PAYER"


#: What each role is called, in the order in which an organization's roles are made.
DESCRIPTIONS: Final = {role: role.value.capitalize() for role in Role}
