-- Who pays from a bank account because administrators have access to it, and only as long as that is so. Administrators
-- of accounts that gave them access before this have no row yet, and may pay all the same.
ALTER TABLE bank_account_users ADD COLUMN as_administrator BOOLEAN NOT NULL DEFAULT FALSE;
