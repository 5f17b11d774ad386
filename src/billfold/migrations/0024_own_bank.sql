-- An organization's own bank: it sends its files there itself, and one of its accounts there carries them.

ALTER TABLE originators ADD COLUMN own_bank_account_id TEXT;
-- The account that the bank settles a file on; none where the money that files move is not the organization's.
ALTER TABLE ach_files ADD COLUMN bank_account_id TEXT;
