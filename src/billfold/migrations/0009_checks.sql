-- Checks: what is printed from a bank account, the numbers that were given, and the batches that carry them.

CREATE TABLE check_settings (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    bank_account_id TEXT NOT NULL,
    next_number BIGINT NOT NULL,
    stock TEXT NOT NULL,
    payer_name TEXT,
    payer_address TEXT,
    bank_fraction TEXT,
    signer_title TEXT,
    stale_days INTEGER NOT NULL,
    positive_pay_layout TEXT NOT NULL,
    signature_digest TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    signature_sealed BLOB,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, bank_account_id),
    FOREIGN KEY (organization_id, bank_account_id) REFERENCES bank_accounts (organization_id, id),
    CHECK (next_number > 0)
);

CREATE TABLE check_batches (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    bank_account_id TEXT NOT NULL,
    stored_file_id TEXT NOT NULL,
    positive_pay_file_id TEXT NOT NULL,
    first_number BIGINT NOT NULL,
    last_number BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    printed_on TEXT NOT NULL,
    expires_on TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, bank_account_id) REFERENCES bank_accounts (organization_id, id),
    FOREIGN KEY (organization_id, stored_file_id) REFERENCES stored_files (organization_id, id),
    FOREIGN KEY (organization_id, positive_pay_file_id) REFERENCES stored_files (organization_id, id)
);

CREATE TABLE checks (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    bank_account_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    transfer_id TEXT NOT NULL,
    batch_id TEXT NOT NULL,
    payee TEXT NOT NULL,
    payee_address TEXT NOT NULL,
    memo TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    issued_on TEXT NOT NULL,
    expires_on TEXT NOT NULL,
    status TEXT NOT NULL,
    delivered_at TEXT,
    cleared_at TEXT,
    ended_at TEXT,
    void_file_id TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    -- The last guard of the series: no number is given twice.
    UNIQUE (organization_id, bank_account_id, number),
    UNIQUE (organization_id, transfer_id),
    FOREIGN KEY (organization_id, transfer_id) REFERENCES rail_transfers (organization_id, id),
    FOREIGN KEY (organization_id, batch_id) REFERENCES check_batches (organization_id, id),
    CHECK (amount_minor > 0)
);
CREATE INDEX checks_by_batch ON checks (organization_id, batch_id, status, ordinal);
CREATE INDEX checks_by_account ON checks (organization_id, bank_account_id, status, number);
