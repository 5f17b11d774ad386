-- Checks that travel faster than by post: by which service, and under which number.

ALTER TABLE rail_transfers ADD COLUMN delivery TEXT;
ALTER TABLE rail_transfers ADD COLUMN tracking_number TEXT;
ALTER TABLE check_batches ADD COLUMN delivery TEXT;
ALTER TABLE payments ADD COLUMN tracking_number TEXT;
