-- Why nothing can be paid to a vendor's bank account any more, in its bank's code. Accounts whose payments came back
-- before this are taken for good: the next one that comes back says so.
ALTER TABLE vendor_bank_accounts ADD COLUMN invalid_code TEXT;
