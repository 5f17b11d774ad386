"""Emptying a sandbox: every row of every organization, then the control tables."""

from __future__ import annotations

import re

from billfold.kit.db import CONTROL_TABLES, Transaction, migrations

_MOVES = re.compile(
    r"^(?:CREATE TABLE (?P<made>\w+)|DROP TABLE (?P<gone>\w+)|ALTER TABLE (?P<old>\w+) RENAME TO (?P<new>\w+))",
    re.MULTILINE,
)
#: What says which database this is, and who administers it, stays.
_KEPT = frozenset({"schema_migrations", "installation", "admin_tokens"})


def tenant_tables() -> list[str]:
    """The tables of organizations, in the order of their creation: parents before children."""
    tables: list[str] = []
    for move in (move for _, _, text in migrations() for move in _MOVES.finditer(text)):
        if move["made"]:
            tables.append(move["made"])
        elif move["gone"]:
            tables.remove(move["gone"])
        else:
            tables[tables.index(move["old"])] = move["new"]
    return [table for table in tables if table not in CONTROL_TABLES]


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
