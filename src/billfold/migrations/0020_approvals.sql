-- What an organization demands of its own people, beyond what their roles say.

CREATE TABLE organization_controls (
    organization_id TEXT PRIMARY KEY,
    forbid_creator BOOLEAN NOT NULL,
    confirm_vendor_accounts BOOLEAN NOT NULL,
    updated_at TEXT NOT NULL
);

-- Who has to approve what: rules as JSON, for they are read and written as a whole.

CREATE TABLE approval_policies (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    uuid TEXT NOT NULL,
    name TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    rules TEXT NOT NULL,
    minimum_approvers INTEGER NOT NULL,
    forbid_creator BOOLEAN NOT NULL,
    record_status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, uuid)
);
CREATE INDEX approval_policies_by_ordinal ON approval_policies (organization_id, ordinal);

CREATE TABLE approval_policy_approvers (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    policy_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    user_id TEXT,
    group_id TEXT,
    record_status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, policy_id) REFERENCES approval_policies (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id),
    FOREIGN KEY (organization_id, group_id) REFERENCES approval_groups (organization_id, id)
);
CREATE INDEX approval_policy_approvers_of ON approval_policy_approvers (organization_id, policy_id, position);

-- What waits for approval, and who has to give it. A subject is a bill, later other documents too.

CREATE TABLE approval_requests (
    organization_id TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    required INTEGER NOT NULL,
    forbid_creator BOOLEAN NOT NULL,
    created_by TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, subject_kind, subject_id)
);

CREATE TABLE approval_steps (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    user_id TEXT,
    group_id TEXT,
    source TEXT NOT NULL,
    status TEXT NOT NULL,
    status_changed_at TEXT NOT NULL,
    acted_by TEXT,
    comment TEXT,
    record_status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id),
    FOREIGN KEY (organization_id, group_id) REFERENCES approval_groups (organization_id, id)
);
CREATE INDEX approval_steps_by_ordinal ON approval_steps (organization_id, ordinal);
CREATE INDEX approval_steps_of ON approval_steps (organization_id, subject_kind, subject_id, position);
CREATE INDEX approval_steps_of_user ON approval_steps (organization_id, user_id, status);
CREATE INDEX approval_steps_of_group ON approval_steps (organization_id, group_id, status);
