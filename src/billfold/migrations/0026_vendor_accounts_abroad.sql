-- Bank accounts of vendors in other countries, and what those countries want of who is paid there.

ALTER TABLE vendor_bank_accounts ADD COLUMN bank_country TEXT NOT NULL DEFAULT 'US';
ALTER TABLE vendor_bank_accounts ADD COLUMN pay_by_sub_type TEXT;
ALTER TABLE vendor_bank_accounts ADD COLUMN regulatory TEXT;
ALTER TABLE vendor_bank_accounts ADD COLUMN regulatory_sealed BLOB;
