"""Who may do what, cell by cell, against the table as the contract states it (settled.md §1, core §2.3)."""

from __future__ import annotations

import pytest

from billfold.identity.permissions import MayNotPay, NotPermitted, Permission, require_permission
from billfold.identity.roles import Role
from billfold.kit.errors import Refusal

_ROLES = "ADMINISTRATOR ACCOUNTANT PAYER APPROVER CLERK AUDITOR".split()
_TABLE = """
    session                          y y y y y y
    use multi-factor authentication  y y y y y y
    read                             y y y y y y
    write vendors                    y y n n y n
    write bills                      y y n n y n
    write customers                  y y n n y n
    write invoices                   y y n n y n
    write classifications            y y n n y n
    write notes                      y y y y y n
    approve                          y y n y n n
    write approval policies          y y n n n n
    record payments                  y y y n y n
    sync                             y y n n n n
    pay bills                        y n y n n n
    pay unapproved bills             y n n n n n
    manage bank accounts             y n n n n n
    manage users                     y n n n n n
    manage the organization          y n n n n n
"""
_CELLS = {
    (permission.strip(), role): answer == "y"
    for permission, answers in (line.rsplit("  ", 1) for line in _TABLE.strip().splitlines())
    for role, answer in zip(_ROLES, answers.split(), strict=True)
}


def test_the_table_has_a_cell_for_every_role_and_every_permission() -> None:
    assert set(_CELLS) == {(permission.value, role.value) for permission in Permission for role in Role}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_a_role_may_do_what_its_cell_says(role: Role, permission: Permission) -> None:
    if _CELLS[permission.value, role.value]:
        require_permission(role.value, permission)
        return
    with pytest.raises(Refusal) as refusal:
        require_permission(role.value, permission)
    assert type(refusal.value) is (MayNotPay if permission is Permission.PAY_BILLS else NotPermitted)
    if permission is not Permission.PAY_BILLS:
        assert str(refusal.value) == f"The role {role} lacks the permission to {permission}."


def test_the_clock_may_do_everything() -> None:
    for permission in Permission:
        require_permission(None, permission)
