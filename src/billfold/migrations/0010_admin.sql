-- Who administers the installation: outside any organization.

CREATE TABLE admin_tokens (
    token_hash TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    organization_id TEXT,
    created_at TEXT NOT NULL,
    revoked_at TEXT
);

-- How an organization's own bank wants its NACHA files.

CREATE TABLE originators (
    organization_id TEXT PRIMARY KEY,
    company_name TEXT NOT NULL,
    company_id TEXT NOT NULL,
    immediate_origin TEXT NOT NULL,
    origin_name TEXT NOT NULL,
    odfi_routing TEXT NOT NULL,
    immediate_destination TEXT NOT NULL,
    destination_name TEXT NOT NULL,
    bank_profile TEXT NOT NULL,
    offset_bank_account_id TEXT,
    updated_at TEXT NOT NULL
);

-- Groups of approvers.

CREATE TABLE approval_groups (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    name TEXT NOT NULL,
    record_status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX approval_groups_by_ordinal ON approval_groups (organization_id, ordinal);

CREATE TABLE approval_group_members (
    organization_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (organization_id, group_id, user_id),
    FOREIGN KEY (organization_id, group_id) REFERENCES approval_groups (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
);
