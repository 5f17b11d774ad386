-- Bank accounts of vendors that a second user has to confirm, and the payments that wait for it.

CREATE TABLE vendor_account_confirmations (
    organization_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    vendor_id TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    confirmed_by TEXT,
    ended_at TEXT,
    PRIMARY KEY (organization_id, account_id),
    FOREIGN KEY (organization_id, account_id) REFERENCES vendor_bank_accounts (organization_id, id),
    FOREIGN KEY (organization_id, vendor_id) REFERENCES vendors (organization_id, id)
);
CREATE INDEX vendor_account_confirmations_of ON vendor_account_confirmations (organization_id, vendor_id);

CREATE TABLE payment_holds (
    organization_id TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    vendor_id TEXT NOT NULL,
    held_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, payment_id),
    FOREIGN KEY (organization_id, payment_id) REFERENCES payments (organization_id, id)
);
CREATE INDEX payment_holds_of_vendor ON payment_holds (organization_id, vendor_id);
