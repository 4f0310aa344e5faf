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

-- Groups and every other resource type but User, whose resources are the members.
CREATE TABLE scim_resources (
    org TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    display_name TEXT,
    display_key TEXT,
    external_id TEXT,
    resource TEXT NOT NULL,
    version INTEGER NOT NULL,
    created INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    PRIMARY KEY (org, kind, id)
) STRICT;
CREATE INDEX scim_resources_created ON scim_resources (org, kind, created, id);
CREATE INDEX scim_resources_display ON scim_resources (org, kind, display_key, created, id);
CREATE INDEX scim_resources_external_id ON scim_resources (org, kind, external_id, created, id);

-- Members of groups, one row each, so that a group of 50,000 is not rewritten for one of them.
CREATE TABLE scim_group_members (
    org TEXT NOT NULL,
    kind TEXT NOT NULL,
    grp TEXT NOT NULL,
    position INTEGER NOT NULL,
    member TEXT NOT NULL,
    entry TEXT NOT NULL,
    PRIMARY KEY (org, kind, grp, position),
    FOREIGN KEY (org, kind, grp) REFERENCES scim_resources (org, kind, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX scim_group_members_member ON scim_group_members (org, member, grp);

-- Who wrote what by SCIM: names of attributes, never their values.
CREATE TABLE scim_changes (
    org TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    txn TEXT NOT NULL,
    at INTEGER NOT NULL,
    token TEXT,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    external_id TEXT,
    action TEXT NOT NULL,
    attributes TEXT NOT NULL,
    activation TEXT,
    PRIMARY KEY (org, txn)
) STRICT;
CREATE INDEX scim_changes_recent ON scim_changes (org, at, txn);
CREATE INDEX scim_changes_at ON scim_changes (at);
