-- Funding: one default for each direction, whatever two requests race for; who may pay, by account and in order.

-- Two accounts verified at one moment may both have become the default: the older one stays it.
UPDATE bank_accounts SET is_payables_default = FALSE WHERE is_payables_default = TRUE AND EXISTS (
    SELECT 1 FROM bank_accounts AS older
    WHERE older.organization_id = bank_accounts.organization_id
        AND older.is_payables_default = TRUE AND older.ordinal < bank_accounts.ordinal
);
CREATE UNIQUE INDEX one_payables_default ON bank_accounts (organization_id) WHERE is_payables_default = TRUE;
CREATE UNIQUE INDEX one_receivables_default ON bank_accounts (organization_id) WHERE is_receivables_default = TRUE;
CREATE INDEX bank_account_users_by_ordinal ON bank_account_users (organization_id, ordinal);

-- What the accounting software last said is on the account.

ALTER TABLE bank_accounts ADD COLUMN balance_minor BIGINT;
ALTER TABLE bank_accounts ADD COLUMN balance_at TEXT;
