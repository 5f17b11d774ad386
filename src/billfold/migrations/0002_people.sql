-- People: roles as rows, invitations, and what an organization says of itself.

CREATE TABLE roles (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    type TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, type)
);

-- Organizations founded before this get their roles here, with ids of their own; ordinals only order this table.
INSERT INTO roles (organization_id, id, ordinal, type, description, created_at, updated_at)
SELECT
    o.organization_id, '0po01' || substr(o.organization_id, 6, 10) || 'role' || r.number, r.ordinal, r.type,
    r.description, o.created_at, o.created_at
FROM organizations o CROSS JOIN (
    SELECT '1' AS number, 1 AS ordinal, 'ADMINISTRATOR' AS type, 'Administrator' AS description
    UNION ALL SELECT '2', 2, 'ACCOUNTANT', 'Accountant'
    UNION ALL SELECT '3', 3, 'APPROVER', 'Approver'
    UNION ALL SELECT '4', 4, 'AUDITOR', 'Auditor'
    UNION ALL SELECT '5', 5, 'CLERK', 'Clerk'
    UNION ALL SELECT '6', 6, 'PAYER', 'Payer'
) r;

CREATE TABLE invitations (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    accepted_at TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
);

ALTER TABLE users ADD COLUMN time_zone TEXT;
CREATE INDEX users_by_ordinal ON users (organization_id, ordinal);

ALTER TABLE organizations ADD COLUMN address_line1 TEXT;
ALTER TABLE organizations ADD COLUMN address_line2 TEXT;
ALTER TABLE organizations ADD COLUMN address_city TEXT;
ALTER TABLE organizations ADD COLUMN address_state TEXT;
ALTER TABLE organizations ADD COLUMN address_zip TEXT;
ALTER TABLE organizations ADD COLUMN address_country TEXT;
ALTER TABLE organizations ADD COLUMN mailing_line1 TEXT;
ALTER TABLE organizations ADD COLUMN mailing_line2 TEXT;
ALTER TABLE organizations ADD COLUMN mailing_city TEXT;
ALTER TABLE organizations ADD COLUMN mailing_state TEXT;
ALTER TABLE organizations ADD COLUMN mailing_zip TEXT;
ALTER TABLE organizations ADD COLUMN mailing_country TEXT;
ALTER TABLE organizations ADD COLUMN phone TEXT;
ALTER TABLE organizations ADD COLUMN owner_name TEXT;
ALTER TABLE organizations ADD COLUMN owner_born_on TEXT;
ALTER TABLE organizations ADD COLUMN tax_id_sealed BLOB;
ALTER TABLE organizations ADD COLUMN tax_id_last4 TEXT;
ALTER TABLE organizations ADD COLUMN tax_id_type TEXT;
ALTER TABLE organizations ADD COLUMN industry TEXT;
ALTER TABLE organizations ADD COLUMN business_category TEXT;
ALTER TABLE organizations ADD COLUMN account_type TEXT;
ALTER TABLE organizations ADD COLUMN mailing_is_physical BOOLEAN;
ALTER TABLE organizations ADD COLUMN individual_transfer_out BOOLEAN;
ALTER TABLE organizations ADD COLUMN individual_transfer_in BOOLEAN;
ALTER TABLE organizations ADD COLUMN price_plan TEXT;
