-- Voiding is asked for, and decided later: what was asked, by whom and why, and what came of it.

CREATE TABLE void_requests (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    payment_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    requested_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, payment_id) REFERENCES payments (organization_id, id)
);
CREATE INDEX void_requests_by_payment ON void_requests (organization_id, payment_id, ordinal);

-- The fine status in which the last void was asked for: what is true of the payment until it is decided.
ALTER TABLE payments ADD COLUMN voided_from TEXT;

-- A check whose bank was ordered not to pay it, though it may have done so already; and one about to become stale.
ALTER TABLE checks ADD COLUMN stop_ordered_at TEXT;
ALTER TABLE checks ADD COLUMN expiring_at TEXT;
