-- What items say, where a merged classification went, and payment terms.

ALTER TABLE classifications ADD COLUMN merged_into_id TEXT;
ALTER TABLE classifications ADD COLUMN price TEXT;
ALTER TABLE classifications ADD COLUMN percentage TEXT;
ALTER TABLE classifications ADD COLUMN income_account_id TEXT;
ALTER TABLE classifications ADD COLUMN expense_account_id TEXT;
ALTER TABLE classifications ADD COLUMN purchase_description TEXT;
ALTER TABLE classifications ADD COLUMN purchase_cost TEXT;
ALTER TABLE classifications ADD COLUMN taxable BOOLEAN;

-- The children of one, when it is merged into another.
CREATE INDEX classifications_by_parent ON classifications (organization_id, parent_id, id);

CREATE TABLE payment_terms (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    days_due BIGINT NOT NULL,
    record_status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX payment_terms_by_ordinal ON payment_terms (organization_id, ordinal);
CREATE UNIQUE INDEX one_active_term_of_so_many_days ON payment_terms (organization_id, days_due)
    WHERE record_status = 'active';
