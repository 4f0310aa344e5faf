-- Provisioning: bearer tokens, groups, and the log of what was written.

CREATE TABLE scim_tokens (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    org TEXT COLLATE "C" NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    slot BIGINT NOT NULL CHECK (slot IN (1, 2)),
    digest BYTEA NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT,
    last_used BIGINT
);
CREATE UNIQUE INDEX scim_tokens_digest ON scim_tokens (digest);
CREATE UNIQUE INDEX scim_tokens_slot ON scim_tokens (org, slot);
