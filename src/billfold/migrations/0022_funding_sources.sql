-- What else pays than bank accounts (cards, AP cards, the wallet), and how else vendors are paid (virtual cards, RPPS).

CREATE TABLE card_accounts (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    name_on_account TEXT NOT NULL,
    issuing_bank_name TEXT NOT NULL,
    brand TEXT NOT NULL,
    kind TEXT NOT NULL,
    last4 TEXT NOT NULL,
    expires_on TEXT NOT NULL,
    status TEXT NOT NULL,
    is_default BOOLEAN NOT NULL,
    created_by TEXT NOT NULL,
    record_status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX card_accounts_by_ordinal ON card_accounts (organization_id, ordinal);
CREATE UNIQUE INDEX one_default_card ON card_accounts (organization_id) WHERE is_default = TRUE;

CREATE TABLE card_account_users (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    card_account_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    verification_status TEXT NOT NULL,
    record_status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, card_account_id, user_id),
    FOREIGN KEY (organization_id, card_account_id) REFERENCES card_accounts (organization_id, id)
);
CREATE INDEX card_account_users_by_ordinal ON card_account_users (organization_id, ordinal);

CREATE TABLE ap_cards (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    name_on_account TEXT NOT NULL,
    status TEXT NOT NULL,
    limit_minor BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX ap_cards_by_ordinal ON ap_cards (organization_id, ordinal);

-- What the organization may pay with beside its bank accounts; without a row it is what funding/permissions.py says.
CREATE TABLE funding_permissions (
    organization_id TEXT PRIMARY KEY,
    card_funding BOOLEAN NOT NULL,
    amex_allowed BOOLEAN NOT NULL,
    wallet_funding BOOLEAN NOT NULL,
    updated_at TEXT NOT NULL
);

-- How a vendor takes money beside bank account and check.
CREATE TABLE vendor_acceptances (
    organization_id TEXT NOT NULL,
    vendor_id TEXT NOT NULL,
    virtual_card_status TEXT NOT NULL,
    remit_email TEXT,
    enrolled_at TEXT,
    declined_at TEXT,
    alternate_pay_by TEXT,
    rpps_id TEXT,
    takes_wallet BOOLEAN NOT NULL,
    takes_amex BOOLEAN NOT NULL,
    industry TEXT,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, vendor_id),
    FOREIGN KEY (organization_id, vendor_id) REFERENCES vendors (organization_id, id)
);

ALTER TABLE payments ADD COLUMN funding_type TEXT;
ALTER TABLE payments ADD COLUMN funding_source_id TEXT;
ALTER TABLE payments ADD COLUMN fee_minor BIGINT;
ALTER TABLE payments ADD COLUMN card_funding_purpose TEXT;
ALTER TABLE payments ADD COLUMN virtual_card_last4 TEXT;
ALTER TABLE payments ADD COLUMN virtual_card_valid_until TEXT;
ALTER TABLE payments ADD COLUMN rpps_trace_number TEXT;
ALTER TABLE payments ADD COLUMN rpps_batch_number BIGINT;
UPDATE payments SET funding_type = 'BANK_ACCOUNT', funding_source_id = bank_account_id WHERE bank_account_id IS NOT NULL;

-- What is still to be taken from a balance that has an end.
CREATE INDEX rail_transfers_from_balances ON rail_transfers (organization_id, account_id, status)
    WHERE account_table IN ('ap card', 'wallet');

CREATE TABLE virtual_cards (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    transfer_id TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    last4 TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    charged_minor BIGINT NOT NULL,
    valid_until TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, transfer_id),
    CHECK (charged_minor >= 0 AND charged_minor <= amount_minor)
);
CREATE INDEX virtual_cards_by_ordinal ON virtual_cards (organization_id, ordinal);

CREATE TABLE rpps_batches (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    number BIGINT NOT NULL,
    effective_on TEXT NOT NULL,
    entry_count BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, number)
);
