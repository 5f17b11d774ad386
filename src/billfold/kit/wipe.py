"""Emptying a sandbox: every row of every organization, then the control tables."""

from __future__ import annotations

import re
from functools import cache

from billfold.kit.db import CONTROL_TABLES, Transaction, migrations

_MOVES = re.compile(
    r"^(?:CREATE TABLE (?P<made>\w+)|DROP TABLE (?P<gone>\w+)|ALTER TABLE (?P<old>\w+) RENAME TO (?P<new>\w+))",
    re.MULTILINE,
)
_OF_ORGANIZATION = re.compile(r"^CREATE TABLE (\w+) \([^;]*?^    organization_id ", re.MULTILINE)
#: What says which database this is, and who administers it, stays.
_KEPT = frozenset({"schema_migrations", "installation", "admin_tokens"})


@cache
def tenant_tables() -> tuple[str, ...]:
    """The tables of organizations, in the order of their creation: parents before children."""
    tables: list[str] = []
    for move in (move for _, _, text in migrations() for move in _MOVES.finditer(text)):
        if move["made"]:
            tables.append(move["made"])
        elif move["gone"]:
            tables.remove(move["gone"])
        else:
            tables[tables.index(move["old"])] = move["new"]
    return tuple(table for table in tables if table not in CONTROL_TABLES)


@cache
def tables_of_organization() -> tuple[str, ...]:
    """Every table that holds rows of one organization: the tenants', and control tables that say whose a row is."""
    found = (name for _, _, text in migrations() for name in _OF_ORGANIZATION.findall(text))
    return (*tenant_tables(), *(name for name in found if name in CONTROL_TABLES))


def filled_tables(tx: Transaction, organization_id: str) -> list[str]:
    """The tables that hold rows of the organization. Most are empty, and one question finds out which."""
    tables = tables_of_organization()
    look = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table} WHERE organization_id = ?)" for table in tables
    )
    filled = {table for (table,) in tx.all(look, (organization_id,) * len(tables))}
    return [table for table in tables if table in filled]


def wipe_organization(tx: Transaction, organization_id: str) -> None:
    """Delete every row of the organization, which the transaction has entered alone."""
    for table in reversed(filled_tables(tx, organization_id)):
        tx.run(f"DELETE FROM {table} WHERE organization_id = ?", (organization_id,))


def wipe(tx: Transaction) -> None:
    """Delete everything but the schema and the profile; ids begin anew."""
    organizations = [
        organization_id for (organization_id,) in tx.all("SELECT organization_id FROM lanes ORDER BY organization_id")
    ]
    for organization_id in organizations:
        tx.enter_organization(organization_id, alone=True)
        wipe_organization(tx, organization_id)
    for table in sorted(CONTROL_TABLES - _KEPT):
        tx.run(f"DELETE FROM {table}")
    tx.run("UPDATE installation SET organizations = 0")
