-- Provisioning: bearer tokens, groups, and the log of what was written.

CREATE TABLE scim_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    org TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    slot INTEGER NOT NULL CHECK (slot IN (1, 2)),
    digest BLOB NOT NULL,
    made_by TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER,
    last_used INTEGER
) STRICT;
CREATE UNIQUE INDEX scim_tokens_digest ON scim_tokens (digest);
CREATE UNIQUE INDEX scim_tokens_slot ON scim_tokens (org, slot);
