-- ACH complete: entry classes, same-day windows, files assembled in steps, what banks send back, and what was checked.

ALTER TABLE rail_transfers ADD COLUMN sec_code TEXT;
-- From when on a transfer may leave on the day itself; none for one that leaves the evening before.
ALTER TABLE rail_transfers ADD COLUMN same_day_at TEXT;
CREATE INDEX rail_transfers_by_step ON rail_transfers (organization_id, file_id, direction, status, ordinal);

-- The same-day window of a file ("SD1300"); none for a file of the night.
ALTER TABLE ach_files ADD COLUMN same_day_window TEXT;
CREATE INDEX ach_files_by_creation ON ach_files (organization_id, created_at, ordinal);

-- New accounts of vendors are tried with a prenote first.
ALTER TABLE originators ADD COLUMN sends_prenotes BOOLEAN;

-- A payment that was asked to be there the same day.
ALTER TABLE payments ADD COLUMN pay_faster BOOLEAN;

-- A file that a cut-off is still putting together: step by step, each its own transaction. `lane` is the night's cut-off
-- or the same-day windows: one file of each is open at a time.

CREATE TABLE ach_assemblies (
    organization_id TEXT NOT NULL,
    lane TEXT NOT NULL,
    file_id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    part_count INTEGER NOT NULL,
    entry_count INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, lane)
);

CREATE TABLE ach_file_parts (
    organization_id TEXT NOT NULL,
    file_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    batch TEXT NOT NULL,
    entry_count INTEGER NOT NULL,
    record_count INTEGER NOT NULL,
    entry_hash BIGINT NOT NULL,
    debit_minor BIGINT NOT NULL,
    credit_minor BIGINT NOT NULL,
    content_sealed BLOB NOT NULL,
    PRIMARY KEY (organization_id, file_id, number)
);

-- The sandbox's bank: which files it has, and what it was told to do wrong.

CREATE TABLE bank_inbox (
    organization_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    file_id TEXT NOT NULL,
    received_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, digest)
);

CREATE TABLE bank_faults (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    kind TEXT NOT NULL,
    code TEXT,
    direction TEXT,
    times INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
);

-- Files that banks sent, and what became of each of their entries.

CREATE TABLE incoming_files (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    stored_file_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    identity TEXT NOT NULL,
    entry_count INTEGER NOT NULL,
    taken_count INTEGER NOT NULL,
    status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, digest),
    UNIQUE (organization_id, identity),
    FOREIGN KEY (organization_id, stored_file_id) REFERENCES stored_files (organization_id, id)
);
CREATE INDEX incoming_files_by_creation ON incoming_files (organization_id, created_at, ordinal);

CREATE TABLE incoming_entries (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    file_id TEXT NOT NULL,
    line INTEGER NOT NULL,
    code TEXT,
    trace_number TEXT,
    amount_minor BIGINT NOT NULL,
    subject_id TEXT,
    outcome TEXT NOT NULL,
    note TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, file_id) REFERENCES incoming_files (organization_id, id)
);
CREATE INDEX incoming_entries_by_file ON incoming_entries (organization_id, file_id, ordinal);
CREATE INDEX incoming_entries_by_outcome ON incoming_entries (organization_id, outcome, ordinal);

-- What a bank asks to have changed, until somebody decides.

CREATE TABLE account_changes (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    source_id TEXT NOT NULL,
    account_table TEXT NOT NULL,
    account_id TEXT NOT NULL,
    code TEXT NOT NULL,
    before_masked TEXT NOT NULL,
    after_masked TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status TEXT NOT NULL,
    decided_by TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    corrections_sealed BLOB,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX account_changes_by_ordinal ON account_changes (organization_id, ordinal);
CREATE INDEX account_changes_by_account ON account_changes (organization_id, account_id, ordinal);

CREATE TABLE prenotes (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    account_id TEXT NOT NULL,
    vendor_id TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    status TEXT NOT NULL,
    file_id TEXT,
    trace_number TEXT,
    return_code TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, account_id)
);
CREATE INDEX prenotes_by_status ON prenotes (organization_id, status, effective_on, ordinal);
CREATE INDEX prenotes_by_trace ON prenotes (organization_id, trace_number);

-- What was known of each entry when it was handed to the bank (Nacha's rules on risk-based monitoring).

CREATE TABLE origination_checks (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    transfer_id TEXT NOT NULL,
    file_id TEXT,
    subject_id TEXT NOT NULL,
    vendor_id TEXT,
    amount_minor BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    checks TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX origination_checks_by_ordinal ON origination_checks (organization_id, ordinal);
CREATE INDEX origination_checks_by_verdict ON origination_checks (organization_id, verdict, ordinal);
CREATE INDEX origination_checks_by_transfer ON origination_checks (organization_id, transfer_id);
