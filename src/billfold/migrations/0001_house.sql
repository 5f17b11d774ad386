-- Control tables: what exists outside any organization.

CREATE TABLE installation (
    id TEXT PRIMARY KEY,
    profile TEXT NOT NULL,
    organizations BIGINT NOT NULL,
    key_check TEXT NOT NULL,
    created_at TEXT NOT NULL
);

CREATE TABLE worlds (
    id TEXT PRIMARY KEY,
    mode TEXT NOT NULL,
    frozen_at TEXT,
    shift_ms BIGINT NOT NULL,
    step_at TEXT,
    advance_to TEXT
);

CREATE TABLE logins (
    username TEXT PRIMARY KEY,
    password_hash TEXT NOT NULL,
    created_at TEXT NOT NULL
);

CREATE TABLE developer_keys (
    key_hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    vintage TEXT NOT NULL,
    is_active BOOLEAN NOT NULL,
    created_at TEXT NOT NULL
);

CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    world_id TEXT NOT NULL,
    face TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_used_at TEXT NOT NULL,
    trusted_until TEXT
);
CREATE INDEX sessions_by_user ON sessions (organization_id, user_id);

CREATE TABLE remembered_devices (
    token_hash TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    device TEXT NOT NULL,
    expires_at TEXT NOT NULL
);

CREATE TABLE lanes (
    organization_id TEXT PRIMARY KEY,
    world_id TEXT NOT NULL,
    next_due_at TEXT,
    parked BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX lanes_by_urgency ON lanes (world_id, next_due_at, organization_id);

-- The mechanism: counters, events, jobs, idempotency, files.

CREATE TABLE organizations (
    organization_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    data_key BLOB NOT NULL,
    company_entry_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE TABLE organization_counters (
    organization_id TEXT PRIMARY KEY,
    ordinal BIGINT NOT NULL,
    event_number BIGINT NOT NULL,
    job_number BIGINT NOT NULL,
    trace_number BIGINT NOT NULL
);

CREATE TABLE events (
    organization_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    schema INTEGER NOT NULL,
    occurred_at TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    face TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    PRIMARY KEY (organization_id, number)
);
CREATE INDEX events_by_subject ON events (organization_id, subject_id, number);

CREATE TABLE jobs (
    organization_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    due_at TEXT NOT NULL,
    payload TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    last_error TEXT,
    PRIMARY KEY (organization_id, number),
    UNIQUE (organization_id, name, key)
);
CREATE INDEX jobs_by_due ON jobs (organization_id, due_at, number);

CREATE TABLE idempotency_keys (
    organization_id TEXT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    created_at TEXT NOT NULL,
    status INTEGER NOT NULL,
    body BLOB,
    PRIMARY KEY (organization_id, key)
);

CREATE TABLE stored_files (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    digest TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE messages (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    body_sealed BLOB NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
);

-- The ledger. Written by billfold.ledger alone.

CREATE TABLE ledger_transfers (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    debit_account TEXT NOT NULL,
    credit_account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    status TEXT NOT NULL,
    code TEXT NOT NULL,
    document_id TEXT NOT NULL,
    related_id TEXT,
    effective_on TEXT NOT NULL,
    created_at TEXT NOT NULL,
    closed_at TEXT,
    reverses_id TEXT,
    reversed_by_id TEXT,
    PRIMARY KEY (organization_id, id),
    CHECK (amount_minor > 0),
    CHECK (debit_account <> credit_account)
);
CREATE INDEX ledger_transfers_by_document ON ledger_transfers (organization_id, document_id, ordinal);
CREATE INDEX ledger_transfers_by_related ON ledger_transfers (organization_id, related_id, ordinal);
CREATE INDEX ledger_transfers_by_debit ON ledger_transfers (organization_id, debit_account, currency, ordinal);
CREATE INDEX ledger_transfers_by_credit ON ledger_transfers (organization_id, credit_account, currency, ordinal);

CREATE TABLE ledger_balances (
    organization_id TEXT NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    debits_minor BIGINT NOT NULL,
    credits_minor BIGINT NOT NULL,
    pending_debits_minor BIGINT NOT NULL,
    pending_credits_minor BIGINT NOT NULL,
    PRIMARY KEY (organization_id, account, currency)
);

-- People.

CREATE TABLE users (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    username TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    record_status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, username)
);

CREATE TABLE mfa_phones (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    phone_sealed BLOB NOT NULL,
    last4 TEXT NOT NULL,
    is_primary BOOLEAN NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
);

CREATE TABLE mfa_challenges (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
);

-- Classifications: seven kinds, one behaviour.

CREATE TABLE classifications (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    short_name TEXT,
    description TEXT,
    parent_id TEXT,
    account_type TEXT,
    account_number TEXT,
    ca_1099_type TEXT,
    last_name TEXT,
    item_type TEXT,
    role TEXT,
    record_status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX classifications_by_kind ON classifications (organization_id, kind, ordinal);

-- Parties.

CREATE TABLE customers (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    record_status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX customers_by_ordinal ON customers (organization_id, ordinal);

CREATE TABLE vendors (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    name TEXT NOT NULL,
    short_name TEXT,
    company_name TEXT,
    account_number TEXT,
    account_type TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    fax TEXT,
    address_line1 TEXT,
    address_line2 TEXT,
    address_line3 TEXT,
    address_line4 TEXT,
    address_city TEXT,
    address_state TEXT,
    address_zip TEXT,
    address_country TEXT,
    payee_name TEXT,
    payment_email TEXT,
    payment_phone TEXT,
    contact_first_name TEXT,
    contact_last_name TEXT,
    description TEXT,
    tax_id_sealed BLOB,
    tax_id_last4 TEXT,
    tax_id_type TEXT,
    track_1099 BOOLEAN NOT NULL,
    lead_time_days INTEGER,
    combine_payments BOOLEAN NOT NULL,
    bill_currency TEXT NOT NULL,
    pay_by TEXT NOT NULL,
    last_payment_on TEXT,
    record_status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX vendors_by_ordinal ON vendors (organization_id, ordinal);
CREATE INDEX vendors_by_name ON vendors (organization_id, name, ordinal);
CREATE INDEX vendors_by_update ON vendors (organization_id, updated_at, ordinal);

CREATE TABLE vendor_bank_accounts (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    vendor_id TEXT NOT NULL,
    name_on_account TEXT NOT NULL,
    routing_number TEXT NOT NULL,
    account_number_sealed BLOB NOT NULL,
    account_number_last4 TEXT NOT NULL,
    account_number_length INTEGER NOT NULL,
    account_fingerprint TEXT NOT NULL,
    kind TEXT NOT NULL,
    owner_type TEXT NOT NULL,
    payment_currency TEXT NOT NULL,
    record_status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, vendor_id) REFERENCES vendors (organization_id, id)
);
CREATE UNIQUE INDEX one_active_account_per_vendor ON vendor_bank_accounts (organization_id, vendor_id)
    WHERE record_status = 'active';

-- Funding.

CREATE TABLE bank_accounts (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    name_on_account TEXT NOT NULL,
    bank_name TEXT NOT NULL,
    routing_number TEXT NOT NULL,
    account_number_sealed BLOB NOT NULL,
    account_number_last4 TEXT NOT NULL,
    account_number_length INTEGER NOT NULL,
    account_fingerprint TEXT NOT NULL,
    kind TEXT NOT NULL,
    owner_type TEXT NOT NULL,
    access_to_admins BOOLEAN NOT NULL,
    is_payables_default BOOLEAN NOT NULL,
    is_receivables_default BOOLEAN NOT NULL,
    chart_of_account_id TEXT,
    status TEXT NOT NULL,
    deposit_minor INTEGER NOT NULL,
    wrong_deposits INTEGER NOT NULL,
    verify_until TEXT NOT NULL,
    created_by TEXT NOT NULL,
    record_status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE bank_account_users (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    bank_account_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    verification_status TEXT NOT NULL,
    record_status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, bank_account_id, user_id),
    FOREIGN KEY (organization_id, bank_account_id) REFERENCES bank_accounts (organization_id, id)
);

-- Payables.

CREATE TABLE bills (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    vendor_id TEXT NOT NULL,
    invoice_number TEXT NOT NULL,
    invoice_on TEXT NOT NULL,
    due_on TEXT NOT NULL,
    posting_on TEXT NOT NULL,
    description TEXT,
    po_number TEXT,
    currency TEXT NOT NULL,
    exchange_rate TEXT,
    amount_minor BIGINT NOT NULL,
    scheduled_minor BIGINT NOT NULL,
    in_process_minor BIGINT NOT NULL,
    paid_minor BIGINT NOT NULL,
    credit_minor BIGINT NOT NULL,
    payment_status TEXT NOT NULL,
    approval_status TEXT NOT NULL,
    pay_from_bank_account_id TEXT,
    pay_from_chart_of_account_id TEXT,
    chart_of_account_id TEXT,
    accounting_class_id TEXT,
    department_id TEXT,
    location_id TEXT,
    item_id TEXT,
    last_payment_on TEXT,
    created_by TEXT NOT NULL,
    record_status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, vendor_id) REFERENCES vendors (organization_id, id),
    CHECK (scheduled_minor >= 0 AND paid_minor >= 0 AND credit_minor >= 0 AND in_process_minor >= 0),
    CHECK (amount_minor - scheduled_minor - paid_minor - credit_minor >= 0)
);
CREATE INDEX bills_by_ordinal ON bills (organization_id, ordinal);
CREATE INDEX bills_by_vendor ON bills (organization_id, vendor_id, ordinal);
CREATE INDEX bills_by_vendor_created ON bills (organization_id, vendor_id, created_at, ordinal);
CREATE INDEX bills_by_due ON bills (organization_id, due_on, ordinal);
CREATE INDEX bills_by_creation ON bills (organization_id, created_at, ordinal);
CREATE INDEX bills_by_update ON bills (organization_id, updated_at, ordinal);

CREATE TABLE bill_lines (
    organization_id TEXT NOT NULL,
    bill_id TEXT NOT NULL,
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
    PRIMARY KEY (organization_id, bill_id, id),
    FOREIGN KEY (organization_id, bill_id) REFERENCES bills (organization_id, id)
);

CREATE TABLE payments (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    vendor_id TEXT NOT NULL,
    bank_account_id TEXT NOT NULL,
    vendor_bank_account_id TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    funding_minor BIGINT NOT NULL,
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
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, vendor_id) REFERENCES vendors (organization_id, id),
    FOREIGN KEY (organization_id, bank_account_id) REFERENCES bank_accounts (organization_id, id)
);
CREATE INDEX payments_by_ordinal ON payments (organization_id, ordinal);
CREATE INDEX payments_by_vendor ON payments (organization_id, vendor_id, ordinal);
CREATE INDEX payments_by_creation ON payments (organization_id, created_at, ordinal);
CREATE INDEX payments_by_update ON payments (organization_id, updated_at, ordinal);

CREATE TABLE bill_payments (
    organization_id TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    id TEXT NOT NULL,
    bill_id TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    PRIMARY KEY (organization_id, payment_id, id),
    FOREIGN KEY (organization_id, payment_id) REFERENCES payments (organization_id, id),
    FOREIGN KEY (organization_id, bill_id) REFERENCES bills (organization_id, id)
);
CREATE INDEX bill_payments_by_bill ON bill_payments (organization_id, bill_id);

-- Rails.

CREATE TABLE rail_transfers (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    subject_id TEXT NOT NULL,
    leg TEXT NOT NULL,
    rail TEXT NOT NULL,
    direction TEXT NOT NULL,
    account_table TEXT NOT NULL,
    account_id TEXT NOT NULL,
    counterparty TEXT NOT NULL,
    addendum TEXT,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    status TEXT NOT NULL,
    file_id TEXT,
    trace_number TEXT,
    return_code TEXT,
    change_code TEXT,
    settled_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    CHECK (amount_minor > 0)
);
CREATE INDEX rail_transfers_by_subject ON rail_transfers (organization_id, subject_id, ordinal);
CREATE INDEX rail_transfers_by_due ON rail_transfers (organization_id, status, effective_on, ordinal);
CREATE INDEX rail_transfers_by_trace ON rail_transfers (organization_id, trace_number);

CREATE TABLE ach_files (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    stored_file_id TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    entry_count INTEGER NOT NULL,
    debit_minor BIGINT NOT NULL,
    credit_minor BIGINT NOT NULL,
    status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, stored_file_id) REFERENCES stored_files (organization_id, id)
);
