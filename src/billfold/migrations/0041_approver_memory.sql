-- Whom somebody named last to approve a bill of the vendor: the ids of users and groups in their order, as JSON.

ALTER TABLE vendors ADD COLUMN approver_ids TEXT;
