"""The roles that a user can have in an organization."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a user is in an organization (settled.md §1, roles)."""

    ADMINISTRATOR = "ADMINISTRATOR"
    ACCOUNTANT = "ACCOUNTANT"
    APPROVER = "APPROVER"
    AUDITOR = "AUDITOR"
    CLERK = "CLERK"
    PAYER = "PAYER"
