-- Checks as a second rail: who is told what, and how far a check has come.

ALTER TABLE rail_transfers ADD COLUMN remittance TEXT;
ALTER TABLE rail_transfers ADD COLUMN check_number BIGINT;
ALTER TABLE rail_transfers ADD COLUMN delivered_at TEXT;
ALTER TABLE rail_transfers ADD COLUMN returned_at TEXT;
CREATE INDEX rail_transfers_by_file ON rail_transfers (organization_id, file_id, ordinal);

-- A payment by check has no bank account of the vendor, one made outside Billfold none of the organization: neither
-- database can drop NOT NULL the same way, so the table and the one that refers to it are made anew.
-- A part of a payment becomes an object of its own, which v2 reads and lists: it gets an ordinal.

CREATE TABLE payments_anew (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    vendor_id TEXT NOT NULL,
    bank_account_id TEXT,
    vendor_bank_account_id TEXT,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    funding_minor BIGINT,
    process_on TEXT NOT NULL,
    arrives_on TEXT NOT NULL,
    sent_on TEXT,
    description TEXT,
    transaction_number TEXT NOT NULL,
    confirmation_number TEXT NOT NULL,
    single_status TEXT NOT NULL,
    stage TEXT NOT NULL,
    disbursement_type TEXT NOT NULL,
    check_delivery_type TEXT NOT NULL,
    remittance_email TEXT,
    cancel_requested BOOLEAN NOT NULL,
    return_code TEXT,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    online BOOLEAN NOT NULL,
    bill_created BOOLEAN NOT NULL,
    check_number BIGINT,
    chart_of_account_id TEXT,
    sync_reference TEXT,
    to_print_check BOOLEAN NOT NULL,
    allow_export BOOLEAN NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, vendor_id) REFERENCES vendors (organization_id, id),
    FOREIGN KEY (organization_id, bank_account_id) REFERENCES bank_accounts (organization_id, id)
);

INSERT INTO payments_anew
SELECT organization_id, id, ordinal, vendor_id, bank_account_id, vendor_bank_account_id, amount_minor, currency,
       funding_minor, process_on, arrives_on, sent_on, description, transaction_number, confirmation_number,
       single_status, stage, disbursement_type, check_delivery_type, remittance_email, cancel_requested, return_code,
       created_by, created_at, updated_at, TRUE, FALSE, NULL, NULL, NULL, FALSE, TRUE
FROM payments;

CREATE TABLE bill_payments_anew (
    organization_id TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    bill_id TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, payment_id, ordinal),
    FOREIGN KEY (organization_id, payment_id) REFERENCES payments_anew (organization_id, id),
    FOREIGN KEY (organization_id, bill_id) REFERENCES bills (organization_id, id),
    CHECK (amount_minor > 0)
);

-- Until now every payment had one part, whose id was made right after its own.
INSERT INTO bill_payments_anew
SELECT b.organization_id, b.payment_id, b.id, p.ordinal + 1, b.bill_id, b.amount_minor
FROM bill_payments b JOIN payments p ON p.organization_id = b.organization_id AND p.id = b.payment_id;

DROP TABLE bill_payments;
DROP TABLE payments;
ALTER TABLE payments_anew RENAME TO payments;
ALTER TABLE bill_payments_anew RENAME TO bill_payments;

CREATE INDEX payments_by_ordinal ON payments (organization_id, ordinal);
CREATE INDEX payments_by_vendor ON payments (organization_id, vendor_id, ordinal);
CREATE INDEX payments_by_creation ON payments (organization_id, created_at, ordinal);
CREATE INDEX payments_by_update ON payments (organization_id, updated_at, ordinal);
CREATE INDEX bill_payments_by_ordinal ON bill_payments (organization_id, ordinal);
CREATE INDEX bill_payments_by_bill ON bill_payments (organization_id, bill_id, ordinal);
