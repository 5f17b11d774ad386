-- What the organization's bank statement will say: one row for each direction, account and process date.

CREATE TABLE money_movements (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    direction TEXT NOT NULL,
    bank_account_id TEXT NOT NULL,
    process_on TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    under_way INTEGER NOT NULL,
    status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, bank_account_id, kind, direction, process_on)
);
CREATE INDEX money_movements_by_ordinal ON money_movements (organization_id, ordinal);
