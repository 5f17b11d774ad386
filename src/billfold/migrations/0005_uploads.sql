-- Files that were uploaded: at once under an id of their own, and soon after as documents.

CREATE TABLE uploads (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    object_id TEXT,
    file_name TEXT NOT NULL,
    digest TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    page_count INTEGER NOT NULL,
    is_public BOOLEAN NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    document_id TEXT,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX uploads_by_object ON uploads (organization_id, object_id, ordinal);
