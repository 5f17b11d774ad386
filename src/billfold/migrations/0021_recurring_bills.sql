-- Recurring bills: templates, their lines, and which due dates have their bill.

CREATE TABLE recurring_bills (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    vendor_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    time_period TEXT NOT NULL,
    frequency_per_period INTEGER NOT NULL,
    next_due_on TEXT NOT NULL,
    anchor_day INTEGER NOT NULL,
    end_on TEXT,
    days_in_advance INTEGER NOT NULL,
    description TEXT,
    auto_payment BOOLEAN NOT NULL,
    bank_account_id TEXT,
    payer_id TEXT,
    failure TEXT,
    created_by TEXT NOT NULL,
    record_status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, vendor_id) REFERENCES vendors (organization_id, id),
    FOREIGN KEY (organization_id, bank_account_id) REFERENCES bank_accounts (organization_id, id)
);
CREATE INDEX recurring_bills_by_ordinal ON recurring_bills (organization_id, ordinal);
CREATE INDEX recurring_bills_by_vendor ON recurring_bills (organization_id, vendor_id, ordinal);

CREATE TABLE recurring_bill_lines (
    organization_id TEXT NOT NULL,
    recurring_bill_id TEXT NOT NULL,
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
    PRIMARY KEY (organization_id, recurring_bill_id, id),
    FOREIGN KEY (organization_id, recurring_bill_id) REFERENCES recurring_bills (organization_id, id)
);

-- The key is what keeps a due date from having two bills.
CREATE TABLE generated_bills (
    organization_id TEXT NOT NULL,
    recurring_bill_id TEXT NOT NULL,
    due_on TEXT NOT NULL,
    bill_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, recurring_bill_id, due_on),
    UNIQUE (organization_id, bill_id),
    FOREIGN KEY (organization_id, recurring_bill_id) REFERENCES recurring_bills (organization_id, id),
    FOREIGN KEY (organization_id, bill_id) REFERENCES bills (organization_id, id)
);

-- Where an organization's day begins; Los Angeles where nothing is said.

ALTER TABLE organizations ADD COLUMN time_zone TEXT;
