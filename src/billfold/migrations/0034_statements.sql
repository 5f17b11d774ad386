-- What the bank says: statements with their lines, and what each line was matched with. The bank's side of the books.

CREATE TABLE bank_statements (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    bank_account_id TEXT NOT NULL,
    stored_file_id TEXT NOT NULL,
    form TEXT NOT NULL,
    reference TEXT NOT NULL,
    currency TEXT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    opening_minor BIGINT NOT NULL,
    closing_minor BIGINT NOT NULL,
    line_count INTEGER NOT NULL,
    digest TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    -- The last guard against booking a day twice.
    UNIQUE (organization_id, bank_account_id, to_on),
    FOREIGN KEY (organization_id, bank_account_id) REFERENCES bank_accounts (organization_id, id),
    FOREIGN KEY (organization_id, stored_file_id) REFERENCES stored_files (organization_id, id)
);

CREATE TABLE statement_lines (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    statement_id TEXT NOT NULL,
    bank_account_id TEXT NOT NULL,
    posted_on TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    check_number BIGINT,
    bank_names TEXT NOT NULL,
    description TEXT NOT NULL,
    status TEXT NOT NULL,
    rule TEXT,
    booked_to TEXT,
    resolved_by TEXT,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, statement_id) REFERENCES bank_statements (organization_id, id),
    CHECK (amount_minor <> 0)
);
CREATE INDEX statement_lines_by_statement ON statement_lines (organization_id, statement_id, ordinal);
CREATE INDEX statement_lines_by_status ON statement_lines (organization_id, bank_account_id, status, ordinal);

CREATE TABLE statement_matches (
    organization_id TEXT NOT NULL,
    line_id TEXT NOT NULL,
    bank_account_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    effect TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    PRIMARY KEY (organization_id, line_id, subject_id, effect),
    -- The last guard: what happened once at the bank explains one line.
    UNIQUE (organization_id, bank_account_id, subject_id, effect),
    FOREIGN KEY (organization_id, line_id) REFERENCES statement_lines (organization_id, id)
);

-- The sandbox's bank keeps books of its own, of what it received: its statements are written from them.
CREATE TABLE sandbox_bank_lines (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    bank_account_id TEXT NOT NULL,
    posted_on TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    check_number BIGINT,
    reference TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    CHECK (amount_minor <> 0)
);
CREATE INDEX sandbox_bank_lines_by_day ON sandbox_bank_lines (organization_id, bank_account_id, posted_on, ordinal);
