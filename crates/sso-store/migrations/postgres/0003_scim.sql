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

-- Groups and every other resource type but User, whose resources are the members.
CREATE TABLE scim_resources (
    org TEXT COLLATE "C" NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    kind TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    display_name TEXT COLLATE "C",
    display_key TEXT COLLATE "C",
    external_id TEXT COLLATE "C",
    resource TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    PRIMARY KEY (org, kind, id)
);
CREATE INDEX scim_resources_created ON scim_resources (org, kind, created, id);
CREATE INDEX scim_resources_display ON scim_resources (org, kind, display_key, created, id);
CREATE INDEX scim_resources_external_id ON scim_resources (org, kind, external_id, created, id);

-- Members of groups, one row each, so that a group of 50,000 is not rewritten for one of them.
CREATE TABLE scim_group_members (
    org TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    grp TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    member TEXT COLLATE "C" NOT NULL,
    entry TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org, kind, grp, position),
    FOREIGN KEY (org, kind, grp) REFERENCES scim_resources (org, kind, id) ON DELETE CASCADE
);
CREATE INDEX scim_group_members_member ON scim_group_members (org, member, grp);

-- Who wrote what by SCIM: names of attributes, never their values.
CREATE TABLE scim_changes (
    org TEXT COLLATE "C" NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    txn TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    token TEXT COLLATE "C",
    kind TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C",
    action TEXT COLLATE "C" NOT NULL,
    attributes TEXT COLLATE "C" NOT NULL,
    activation TEXT COLLATE "C",
    PRIMARY KEY (org, txn)
);
CREATE INDEX scim_changes_recent ON scim_changes (org, at, txn);
CREATE INDEX scim_changes_at ON scim_changes (at);
