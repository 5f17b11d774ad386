-- Vendors whose bills are paid by themselves.

ALTER TABLE vendors ADD COLUMN auto_pay_enabled BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE vendors ADD COLUMN auto_pay_bank_account_id TEXT;
ALTER TABLE vendors ADD COLUMN auto_pay_max_minor BIGINT;
ALTER TABLE vendors ADD COLUMN auto_pay_days_before INTEGER;
ALTER TABLE vendors ADD COLUMN auto_pay_created_by TEXT;

-- The bills that were entered for such vendors, by the bill's id, and what became of paying them.

CREATE TABLE autopays (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    status TEXT NOT NULL,
    payment_id TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
);

-- Many bills asked to be paid in one request, and paid by jobs, a chunk in each transaction.

CREATE TABLE mass_payments (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    request TEXT NOT NULL,
    total INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE mass_payment_parts (
    organization_id TEXT NOT NULL,
    batch_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    bill_id TEXT NOT NULL,
    wanted TEXT NOT NULL,
    status TEXT NOT NULL,
    payment_id TEXT,
    error_code TEXT,
    error TEXT,
    PRIMARY KEY (organization_id, batch_id, position),
    UNIQUE (organization_id, batch_id, bill_id),
    FOREIGN KEY (organization_id, batch_id) REFERENCES mass_payments (organization_id, id)
);
CREATE INDEX mass_payment_parts_by_chunk ON mass_payment_parts (organization_id, batch_id, chunk);
