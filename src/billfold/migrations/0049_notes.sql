-- What people write about objects of any kind, and what approvers said.

CREATE TABLE notes (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    object_id TEXT NOT NULL,
    body TEXT NOT NULL,
    is_public BOOLEAN NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX notes_by_object ON notes (organization_id, object_id, ordinal);
