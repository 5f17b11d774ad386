-- Vendor credits: what vendors owe the organization, and which bills use it.

CREATE TABLE vendor_credits (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    vendor_id TEXT NOT NULL,
    reference_number TEXT NOT NULL,
    credited_on TEXT NOT NULL,
    posting_on TEXT NOT NULL,
    description TEXT,
    po_number TEXT,
    currency TEXT NOT NULL,
    exchange_rate TEXT,
    amount_minor BIGINT NOT NULL,
    applied_minor BIGINT NOT NULL,
    pending_minor BIGINT NOT NULL,
    status TEXT NOT NULL,
    approval_status TEXT NOT NULL,
    apply_to_chart_of_account_id TEXT,
    apply_to_bank_account_id TEXT,
    created_by TEXT NOT NULL,
    record_status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, vendor_id) REFERENCES vendors (organization_id, id),
    CHECK (pending_minor >= 0 AND pending_minor <= applied_minor AND applied_minor <= amount_minor)
);
CREATE INDEX vendor_credits_by_ordinal ON vendor_credits (organization_id, ordinal);
CREATE INDEX vendor_credits_by_vendor ON vendor_credits (organization_id, vendor_id, ordinal);
CREATE INDEX vendor_credits_by_creation ON vendor_credits (organization_id, created_at, ordinal);
CREATE INDEX vendor_credits_by_update ON vendor_credits (organization_id, updated_at, ordinal);

CREATE TABLE vendor_credit_lines (
    organization_id TEXT NOT NULL,
    credit_id TEXT NOT NULL,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    amount_minor BIGINT NOT NULL,
    quantity TEXT,
    price TEXT,
    description TEXT,
    chart_of_account_id TEXT,
    accounting_class_id TEXT,
    department_id TEXT,
    location_id TEXT,
    item_id TEXT,
    employee_id TEXT,
    job_id TEXT,
    customer_id TEXT,
    job_billable BOOLEAN NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, credit_id, id),
    FOREIGN KEY (organization_id, credit_id) REFERENCES vendor_credits (organization_id, id)
);

-- One use of a credit by a bill; with a payment it is a part of that payment and shares its fate.
CREATE TABLE credit_applications (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    credit_id TEXT NOT NULL,
    bill_id TEXT NOT NULL,
    payment_id TEXT,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, credit_id) REFERENCES vendor_credits (organization_id, id),
    FOREIGN KEY (organization_id, bill_id) REFERENCES bills (organization_id, id),
    FOREIGN KEY (organization_id, payment_id) REFERENCES payments (organization_id, id),
    CHECK (amount_minor > 0)
);
CREATE INDEX credit_applications_by_ordinal ON credit_applications (organization_id, ordinal);
CREATE INDEX credit_applications_by_credit ON credit_applications (organization_id, credit_id, ordinal);
CREATE INDEX credit_applications_by_payment ON credit_applications (organization_id, payment_id, ordinal);
CREATE UNIQUE INDEX one_direct_application ON credit_applications (organization_id, bill_id, credit_id)
    WHERE payment_id IS NULL;

-- The part of a bill's credit that stands in payments under way.
ALTER TABLE bills ADD COLUMN pending_credit_minor BIGINT NOT NULL DEFAULT 0;
