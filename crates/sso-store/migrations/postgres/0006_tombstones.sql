-- How a removed membership had ended: a lock by an Admin outlives a removal by provisioning.
-- What was removed before this counts as not locked.

ALTER TABLE tombstones ADD COLUMN state TEXT COLLATE "C" NOT NULL DEFAULT 'active'
    CHECK (state IN ('active', 'suspended_scim', 'suspended_admin'));
