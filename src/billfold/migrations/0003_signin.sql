-- Developer keys say more, and a session may come from a sync token.

ALTER TABLE developer_keys ADD COLUMN mfa_bypass BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE developer_keys ADD COLUMN terms_accepted BOOLEAN NOT NULL DEFAULT TRUE;
-- A partner's key signs in to the partner's organizations only.
ALTER TABLE developer_keys ADD COLUMN partner TEXT;
ALTER TABLE organizations ADD COLUMN partner TEXT;
ALTER TABLE sessions ADD COLUMN sync_token_id TEXT;
-- A device that is not to be remembered is trusted by the one session that answered the challenge.
ALTER TABLE remembered_devices ADD COLUMN session_hash TEXT;
CREATE INDEX remembered_devices_by_user ON remembered_devices (organization_id, user_id);

-- Which organizations a login leads to: found before any organization is entered.
CREATE TABLE memberships (
    username TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    PRIMARY KEY (username, organization_id)
);
INSERT INTO memberships (username, organization_id) SELECT username, organization_id FROM users;

-- Wrong passwords and codes, by whom they were tried for and from where. The clock is a world's.
CREATE TABLE throttles (
    world_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    source TEXT NOT NULL,
    failures BIGINT NOT NULL,
    last_failed_at TEXT NOT NULL,
    open_at TEXT NOT NULL,
    PRIMARY KEY (world_id, subject, source)
);
CREATE INDEX throttles_by_age ON throttles (world_id, last_failed_at);

-- Second factors: a phone being set up, an authenticator, and who got which message.

ALTER TABLE mfa_phones ADD COLUMN channel TEXT NOT NULL DEFAULT 'text';
ALTER TABLE messages ADD COLUMN user_id TEXT;
CREATE INDEX messages_by_user ON messages (organization_id, user_id, ordinal);

CREATE TABLE mfa_setups (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    secret_sealed BLOB NOT NULL,
    code_hash TEXT,
    attempts INTEGER NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
);

CREATE TABLE mfa_authenticators (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    secret_sealed BLOB NOT NULL,
    last_step BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, user_id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
);

CREATE TABLE sync_tokens (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revoked_at TEXT,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, token_hash),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
);
CREATE UNIQUE INDEX one_live_sync_token_per_name ON sync_tokens (organization_id, name) WHERE revoked_at IS NULL;
CREATE INDEX sync_tokens_by_ordinal ON sync_tokens (organization_id, ordinal);
