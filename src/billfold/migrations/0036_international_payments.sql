-- Exchange rates and quotes, payments in other currencies.

ALTER TABLE payments ADD COLUMN exchange_rate TEXT;
ALTER TABLE payments ADD COLUMN exchange_rate_batch_id INTEGER;
ALTER TABLE payments ADD COLUMN purpose_text TEXT;
ALTER TABLE payments ADD COLUMN purpose_name TEXT;
ALTER TABLE payments ADD COLUMN purpose_value TEXT;
ALTER TABLE payments ADD COLUMN disbursement_sub_type TEXT;

ALTER TABLE organization_counters ADD COLUMN quote_batch_number BIGINT NOT NULL DEFAULT 0;

-- Units of a currency for one US dollar, as this organization was told last.
CREATE TABLE exchange_rates (
    organization_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    rate TEXT NOT NULL,
    source TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, currency)
);

-- What was offered: one row for each vendor of a batch.
CREATE TABLE exchange_quotes (
    organization_id TEXT NOT NULL,
    batch_id INTEGER NOT NULL,
    vendor_id TEXT NOT NULL,
    bill_currency TEXT NOT NULL,
    payment_currency TEXT NOT NULL,
    rate TEXT NOT NULL,
    from_minor BIGINT NOT NULL,
    to_minor BIGINT,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, batch_id, vendor_id)
);

-- What a transfer abroad says beyond amount and account.
CREATE TABLE international_orders (
    organization_id TEXT NOT NULL,
    transfer_id TEXT NOT NULL,
    sub_type TEXT NOT NULL,
    payment_currency TEXT NOT NULL,
    exchange_rate TEXT,
    contract_number TEXT,
    purpose_code TEXT,
    purpose_text TEXT,
    PRIMARY KEY (organization_id, transfer_id)
);
