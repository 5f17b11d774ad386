"""Emptying a sandbox: every row of every organization, then the control tables."""

from __future__ import annotations

import re

from billfold.kit.db import CONTROL_TABLES, Transaction, migrations

_CREATED = re.compile(r"^CREATE TABLE (\w+)", re.MULTILINE)
#: What says which database this is stays.
_KEPT = frozenset({"schema_migrations", "installation"})


def tenant_tables() -> list[str]:
    """The tables of organizations, in the order of their creation: parents before children."""
    created = [name for _, _, text in migrations() for name in _CREATED.findall(text)]
    return [name for name in created if name not in CONTROL_TABLES]


def wipe(tx: Transaction) -> None:
    """Delete everything but the schema and the profile; ids begin anew."""
    organizations = [
        organization_id for (organization_id,) in tx.all("SELECT organization_id FROM lanes ORDER BY organization_id")
    ]
    for organization_id in organizations:
        tx.enter_organization(organization_id, alone=True)
        for table in reversed(tenant_tables()):
            tx.run(f"DELETE FROM {table} WHERE organization_id = ?", (organization_id,))
    for table in sorted(CONTROL_TABLES - _KEPT):
        tx.run(f"DELETE FROM {table}")
    tx.run("UPDATE installation SET organizations = 0")
