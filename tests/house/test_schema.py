"""The schema can be sharded by organization, and has nothing that only one of the two databases has."""

from __future__ import annotations

import pytest

from tests.house.rules import MIGRATIONS, ROOT
from tests.house.schema import CONTROL_TABLES, created_tables, findings, statements


def test_every_key_of_a_tenants_table_starts_with_the_organization():
    found = [
        str(finding)
        for path in sorted(MIGRATIONS.rglob("*.sql"))
        for finding in findings(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
    ]
    if found:
        pytest.fail("\n".join(["the schema has to shard by organization_id:", *found]), pytrace=False)


def test_a_control_table_is_not_also_called_a_tenants():
    """No table is made twice, so that a name in CONTROL_TABLES means one thing."""
    made = [name for path in MIGRATIONS.rglob("*.sql") for name in created_tables(path.read_text(encoding="utf-8"))]
    assert sorted(made) == sorted(set(made))


GOOD = [
    "CREATE TABLE bills (organization_id TEXT, id TEXT, PRIMARY KEY (organization_id, id))",
    "CREATE TABLE organizations (id TEXT PRIMARY KEY, name TEXT)",
    "CREATE TABLE organizations (organization_id TEXT PRIMARY KEY)",
    "CREATE TABLE counters (organization_id TEXT PRIMARY KEY REFERENCES organizations (id), n BIGINT)",
    """CREATE TABLE IF NOT EXISTS lines (
        organization_id TEXT NOT NULL, -- the shard; UNIQUE (id)
        id TEXT NOT NULL,
        amount NUMERIC(12, 2) CHECK (amount > 0),
        state TEXT DEFAULT 'now()' CHECK (state IN ('a, b', 'c;d')),
        CONSTRAINT pk PRIMARY KEY (organization_id, id),
        UNIQUE (organization_id, amount),
        FOREIGN KEY (organization_id, id) REFERENCES bills (organization_id, id) ON DELETE CASCADE NOT DEFERRABLE
    )""",
    "CREATE UNIQUE INDEX a ON bills (organization_id, lower(name)) WHERE state = 'open'",
    "CREATE INDEX IF NOT EXISTS a ON public.bills USING btree (organization_id)",
    "CREATE TABLE sessions (token_hash TEXT PRIMARY KEY)",
    "CREATE INDEX a ON lanes (next_due_at)",
    "ALTER TABLE bills ADD COLUMN note TEXT",
    "ALTER TABLE bills ENABLE ROW LEVEL SECURITY",
    "INSERT INTO bills VALUES ('CREATE TRIGGER; DEFERRABLE', 'it''s CURRENT_TIMESTAMP')",
]

BAD = {
    "CREATE TABLE bills (id TEXT PRIMARY KEY, organization_id TEXT)": "id is a key of its own",
    "CREATE TABLE bills (organization_id TEXT, id TEXT)": "has no primary key",
    "CREATE TABLE bills (id TEXT, PRIMARY KEY (id, organization_id))": "PRIMARY KEY (id, organization_id) does not",
    "CREATE TABLE a (organization_id TEXT PRIMARY KEY, n TEXT UNIQUE)": "n is a key of its own",
    "CREATE TABLE a (organization_id TEXT PRIMARY KEY, n TEXT, CONSTRAINT u UNIQUE (n))": "UNIQUE (n) does not",
    "CREATE TABLE a (organization_id TEXT PRIMARY KEY, n TEXT REFERENCES b (id))": "the foreign key (n) to b",
    "CREATE TABLE a (organization_id TEXT PRIMARY KEY, FOREIGN KEY (n) REFERENCES b (id))": "the foreign key (n) to b",
    "CREATE TABLE a (organization_id TEXT PRIMARY KEY, FOREIGN KEY (organization_id, n) REFERENCES b (id, n))": "there",
    "CREATE TABLE a (organization_id TEXT PRIMARY KEY REFERENCES lanes (organization_id))": "leave the shard",
    "CREATE INDEX i ON bills (id)": "index i on bills starts with id",
    "CREATE UNIQUE INDEX i ON bills (lower(organization_id), id)": "index i on bills starts with",
    "ALTER TABLE bills ADD CONSTRAINT u UNIQUE (number)": "UNIQUE (number) does not",
    "ALTER TABLE bills ADD COLUMN a TEXT, ADD COLUMN b TEXT UNIQUE": "b is a key of its own",
    "CREATE TRIGGER t AFTER INSERT ON bills EXECUTE FUNCTION f()": "a trigger",
    "CREATE TYPE state AS ENUM ('a')": "an enum type",
    "CREATE SEQUENCE s": "a sequence",
    "CREATE TABLE sessions (n BIGSERIAL PRIMARY KEY)": "a sequence",
    "CREATE TABLE sessions (n INTEGER PRIMARY KEY AUTOINCREMENT)": "a sequence",
    "CREATE TABLE sessions (n BIGINT GENERATED ALWAYS AS IDENTITY)": "a sequence",
    "CREATE TABLE sessions (n TEXT REFERENCES lanes DEFERRABLE INITIALLY DEFERRED)": "a deferrable",
    "CREATE TABLE sessions (at TEXT DEFAULT CURRENT_TIMESTAMP)": "the database's clock",
}


@pytest.mark.parametrize("sql", GOOD)
def test_what_shards_is_let_through(sql):
    assert [str(one) for one in findings("x.sql", sql)] == []


@pytest.mark.parametrize(("sql", "why"), BAD.items())
def test_what_does_not_shard_is_found(sql, why):
    found = [str(one) for one in findings("x.sql", f"-- first\n\n{sql};\n")]
    assert any(why in one for one in found), found
    assert all(one.startswith("x.sql:3: ") for one in found)


def test_a_script_is_cut_at_its_semicolons_and_not_at_those_in_strings_and_comments():
    script = "CREATE TABLE a (x TEXT); -- not; here\n/* nor; here */\nINSERT INTO a VALUES (';''');\n"
    assert [(one.line, one.sql) for one in statements("x.sql", script)] == [
        (1, "CREATE TABLE a (x TEXT)"),
        (3, "INSERT INTO a VALUES (';''')"),
    ]


def test_the_list_of_control_tables_stays_short():
    assert len(CONTROL_TABLES) <= 14
