-- An attachment can be taken away for good; a document is found by its own id.

ALTER TABLE uploads ADD COLUMN removed_at TEXT;

CREATE INDEX uploads_by_document ON uploads (organization_id, document_id);
