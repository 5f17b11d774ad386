-- An organization may refuse a second bill of one vendor with one number.
ALTER TABLE organization_controls ADD COLUMN refuse_duplicate_bills BOOLEAN NOT NULL DEFAULT FALSE;
