-- Rows of organizations as they once were, for a sandbox to go back to.

CREATE TABLE snapshots (
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    world_id TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    schema_version TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    contents BLOB NOT NULL,
    PRIMARY KEY (scope, name)
);
