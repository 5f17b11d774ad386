-- Customers with all that both faces can set, and the people at them.

ALTER TABLE customers ADD COLUMN short_name TEXT;
ALTER TABLE customers ADD COLUMN parent_id TEXT;
ALTER TABLE customers ADD COLUMN company_name TEXT;
ALTER TABLE customers ADD COLUMN contact_first_name TEXT;
ALTER TABLE customers ADD COLUMN contact_last_name TEXT;
ALTER TABLE customers ADD COLUMN account_number TEXT;
ALTER TABLE customers ADD COLUMN account_type TEXT NOT NULL DEFAULT 'NONE';
ALTER TABLE customers ADD COLUMN phone TEXT;
ALTER TABLE customers ADD COLUMN alt_phone TEXT;
ALTER TABLE customers ADD COLUMN fax TEXT;
ALTER TABLE customers ADD COLUMN description TEXT;
ALTER TABLE customers ADD COLUMN print_as TEXT;
ALTER TABLE customers ADD COLUMN invoice_currency TEXT NOT NULL DEFAULT 'USD';
ALTER TABLE customers ADD COLUMN payment_term_id TEXT;
ALTER TABLE customers ADD COLUMN bill_address_line1 TEXT;
ALTER TABLE customers ADD COLUMN bill_address_line2 TEXT;
ALTER TABLE customers ADD COLUMN bill_address_line3 TEXT;
ALTER TABLE customers ADD COLUMN bill_address_line4 TEXT;
ALTER TABLE customers ADD COLUMN bill_address_city TEXT;
ALTER TABLE customers ADD COLUMN bill_address_state TEXT;
ALTER TABLE customers ADD COLUMN bill_address_zip TEXT;
ALTER TABLE customers ADD COLUMN bill_address_country TEXT;
ALTER TABLE customers ADD COLUMN ship_address_line1 TEXT;
ALTER TABLE customers ADD COLUMN ship_address_line2 TEXT;
ALTER TABLE customers ADD COLUMN ship_address_line3 TEXT;
ALTER TABLE customers ADD COLUMN ship_address_line4 TEXT;
ALTER TABLE customers ADD COLUMN ship_address_city TEXT;
ALTER TABLE customers ADD COLUMN ship_address_state TEXT;
ALTER TABLE customers ADD COLUMN ship_address_zip TEXT;
ALTER TABLE customers ADD COLUMN ship_address_country TEXT;
ALTER TABLE customers ADD COLUMN delivery_method TEXT;
ALTER TABLE customers ADD COLUMN is_tax_liable BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE customers ADD COLUMN tax_id_sealed BLOB;
ALTER TABLE customers ADD COLUMN tax_id_last4 TEXT;
CREATE INDEX customers_by_name ON customers (organization_id, name, ordinal);
CREATE INDEX customers_by_update ON customers (organization_id, updated_at, ordinal);

CREATE TABLE customer_contacts (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    customer_id TEXT NOT NULL,
    first_name TEXT,
    last_name TEXT,
    email TEXT,
    alternate_email TEXT,
    phone TEXT,
    alt_phone TEXT,
    fax TEXT,
    timezone_id TEXT,
    record_status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, customer_id) REFERENCES customers (organization_id, id)
);
CREATE INDEX customer_contacts_by_customer ON customer_contacts (organization_id, customer_id, ordinal);
-- An e-mail address is somebody's sign-in, archived or not.
CREATE UNIQUE INDEX one_contact_per_email ON customer_contacts (organization_id, lower(email));

-- Vendors: what they are paid for and when; their bank accounts as a list of their own.

ALTER TABLE vendors ADD COLUMN payment_term_id TEXT;
ALTER TABLE vendors ADD COLUMN purpose_text TEXT;
ALTER TABLE vendors ADD COLUMN purpose_name TEXT;
ALTER TABLE vendors ADD COLUMN purpose_value TEXT;

ALTER TABLE vendor_bank_accounts ADD COLUMN ordinal BIGINT NOT NULL DEFAULT 0;
ALTER TABLE vendor_bank_accounts ADD COLUMN created_by TEXT;
-- The order in which they were made; later ones count from far above.
UPDATE vendor_bank_accounts SET ordinal = (
    SELECT COUNT(*) FROM vendor_bank_accounts AS earlier
    WHERE earlier.organization_id = vendor_bank_accounts.organization_id
        AND (earlier.created_at, earlier.id) <= (vendor_bank_accounts.created_at, vendor_bank_accounts.id)
);
CREATE INDEX vendor_bank_accounts_by_ordinal ON vendor_bank_accounts (organization_id, ordinal);

-- Bills: terms, the amount in USD once it is fixed, and the number without case and punctuation.

ALTER TABLE bills ADD COLUMN payment_term_id TEXT;
ALTER TABLE bills ADD COLUMN funding_minor BIGINT;
ALTER TABLE bills ADD COLUMN number_key TEXT NOT NULL DEFAULT '';
UPDATE bills SET number_key = upper(
    replace(replace(replace(replace(replace(replace(invoice_number, '-', ''), ' ', ''), '/', ''), '.', ''), '#', ''), '_', '')
);
CREATE INDEX bills_by_number ON bills (organization_id, vendor_id, number_key);
CREATE INDEX bills_open ON bills (organization_id, vendor_id) WHERE payment_status <> 'PAID';

ALTER TABLE bill_lines ADD COLUMN form_1099_category_id TEXT;
ALTER TABLE bill_lines ADD COLUMN is_reportable BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE bill_lines ADD COLUMN reportable_minor BIGINT;
