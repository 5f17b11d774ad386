"""Who may do what: the permission table of settled.md §1, as data."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from billfold.identity.roles import Role
from billfold.kit.ctx import Actor
from billfold.kit.errors import Refusal


class Permission(StrEnum):
    """What an operation needs of the user's role. SESSION is any signed-in user.

    The values are what a refusal says: "The role CLERK lacks the permission to approve."
    """

    SESSION = "session"
    MFA = "use multi-factor authentication"
    READ = "read"
    WRITE_VENDORS = "write vendors"
    WRITE_BILLS = "write bills"
    WRITE_CUSTOMERS = "write customers"
    WRITE_INVOICES = "write invoices"
    WRITE_CLASSIFICATIONS = "write classifications"
    WRITE_NOTES = "write notes"
    APPROVE = "approve"
    WRITE_POLICIES = "write approval policies"
    RECORD_PAYMENTS = "record payments"
    SYNC = "sync"
    PAY_BILLS = "pay bills"
    PAY_UNAPPROVED_BILLS = "pay unapproved bills"
    MANAGE_BANK_ACCOUNTS = "manage bank accounts"
    MANAGE_USERS = "manage users"
    MANAGE_ORGANIZATION = "manage the organization"


_READER: Final = frozenset({Permission.SESSION, Permission.MFA, Permission.READ})
#: settled.md §1 is silent: whoever does something may say something about it.
_DOER: Final = _READER | {Permission.WRITE_NOTES}
_CLERK: Final = _DOER | {
    Permission.WRITE_VENDORS,
    Permission.WRITE_BILLS,
    Permission.WRITE_CUSTOMERS,
    Permission.WRITE_INVOICES,
    Permission.WRITE_CLASSIFICATIONS,
    # Payments made elsewhere: settled.md §1 is silent, core §2.3 lets clerk, accountant and payer note them.
    Permission.RECORD_PAYMENTS,
}

#: settled.md §1; where it is silent, core §2.3: the organization's own data are the administrator's alone.
ROLE_PERMISSIONS: Final = {
    Role.AUDITOR: _READER,
    Role.CLERK: _CLERK,
    Role.APPROVER: _DOER | {Permission.APPROVE},
    Role.PAYER: _DOER | {Permission.PAY_BILLS, Permission.RECORD_PAYMENTS},
    Role.ACCOUNTANT: _CLERK | {Permission.APPROVE, Permission.WRITE_POLICIES, Permission.SYNC},
    Role.ADMINISTRATOR: frozenset(Permission),
}


#: What a session of a sync token may do, if its user's role may: keep the books in step. No money moves by it or back,
#: nobody is given rights by it, it cannot make itself trusted (v2.md §1.5), and it cannot say where a vendor is paid
#: (`parties/vendors.py`).
SYNC_TOKEN_PERMISSIONS: Final = frozenset(
    {
        Permission.SESSION,
        Permission.READ,
        Permission.WRITE_VENDORS,
        Permission.WRITE_BILLS,
        Permission.WRITE_CUSTOMERS,
        Permission.WRITE_INVOICES,
        Permission.WRITE_CLASSIFICATIONS,
        Permission.WRITE_NOTES,
        Permission.SYNC,
    }
)


class NotPermitted(Refusal):
    """The user's role does not include the permission that the operation needs."""

    sentence = "The role {role} lacks the permission to {permission}."


class SyncTokenLacksPermission(Refusal):
    """The session was opened by a sync token, whose rights are limited whatever its user's role."""

    sentence = "A session of a sync token lacks the permission to {permission}."


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


def require_no_sync_token(actor: Actor, deed: str) -> None:
    """Raise `SyncTokenLacksPermission` where a sync token opened the session, whatever it may do otherwise."""
    if actor.limited:
        raise SyncTokenLacksPermission(permission=deed)


def require_permission_of_sync_token(permission: Permission) -> None:
    """Raise `SyncTokenLacksPermission` unless sessions of sync tokens may do this."""
    if permission not in SYNC_TOKEN_PERMISSIONS:
        raise SyncTokenLacksPermission(permission=permission)
