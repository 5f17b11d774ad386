"""Who may do what: the permission table of settled.md §1, as data."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from billfold.identity.roles import Role
from billfold.kit.errors import Refusal


class Permission(StrEnum):
    """What an operation needs of the user's role. SESSION is any signed-in user."""

    SESSION = "session"
    READ = "read"
    WRITE_VENDORS = "write vendors"
    WRITE_BILLS = "write bills"
    WRITE_CUSTOMERS = "write customers"
    WRITE_CLASSIFICATIONS = "write classifications"
    APPROVE = "approve"
    PAY_BILLS = "pay bills"
    MANAGE_BANK_ACCOUNTS = "manage bank accounts"
    PAY_UNAPPROVED_BILLS = "pay unapproved bills"


_READER: Final = frozenset({Permission.SESSION, Permission.READ})
_CLERK: Final = _READER | {
    Permission.WRITE_VENDORS,
    Permission.WRITE_BILLS,
    Permission.WRITE_CUSTOMERS,
    Permission.WRITE_CLASSIFICATIONS,
}

ROLE_PERMISSIONS: Final = {
    Role.AUDITOR: _READER,
    Role.CLERK: _CLERK,
    Role.APPROVER: _READER | {Permission.APPROVE},
    Role.PAYER: _READER | {Permission.PAY_BILLS},
    Role.ACCOUNTANT: _CLERK | {Permission.APPROVE},
    Role.ADMINISTRATOR: frozenset(Permission),
}


class NotPermitted(Refusal):
    """The user's role does not include the permission that the operation needs."""

    sentence = "The role {role} lacks the permission to {permission}."


class MayNotPay(Refusal):
    """The user may not make online payments: the role, the bank account's set-up or its users forbid it."""

    sentence = "User cannot make online payments."


def require_permission(role: str | None, permission: Permission) -> None:
    """Raise `MayNotPay` or `NotPermitted` unless the role includes the permission. The clock (None) may all."""
    if role is None or permission in ROLE_PERMISSIONS[Role(role)]:
        return
    if permission is Permission.PAY_BILLS:
        raise MayNotPay
    raise NotPermitted(role=role, permission=permission)
