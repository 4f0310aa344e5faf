-- Organisations, the people in them, and what the application remembers about both.
-- Instants are microseconds since 1970; JSON is text; `*_key` columns are folded for comparison.

CREATE TABLE pepper_canary (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    digest BLOB NOT NULL
) STRICT;

CREATE TABLE organisations (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    settings_version INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    given_name TEXT NOT NULL,
    family_name TEXT NOT NULL,
    password_hash TEXT,
    origin TEXT NOT NULL,
    created INTEGER NOT NULL,
    modified INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX accounts_email ON accounts (email_key);

CREATE TABLE members (
    org TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    account TEXT NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'suspended_scim', 'suspended_admin')),
    user_name TEXT NOT NULL,
    user_name_key TEXT NOT NULL,
    domain TEXT NOT NULL,
    external_id TEXT,
    active INTEGER,
    scim_linked INTEGER NOT NULL,
    resource TEXT NOT NULL,
    version INTEGER NOT NULL,
    created INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    PRIMARY KEY (org, id)
) STRICT;
CREATE UNIQUE INDEX members_user_name ON members (org, user_name_key);
CREATE UNIQUE INDEX members_account ON members (org, account);
-- Lists in the order of creation; with what says whether provisioning may see a row, so that
-- counting and skipping rows reads nothing but this.
CREATE INDEX members_created ON members (org, created, id, scim_linked, domain);
CREATE INDEX members_of_account ON members (account, org);
-- With the order of lists behind it, so that no planner takes the index of the order instead.
CREATE INDEX members_external_id ON members (org, external_id, created, id);
CREATE INDEX members_owners ON members (org, role, state) WHERE role = 'owner';

CREATE TABLE member_emails (
    org TEXT NOT NULL,
    member TEXT NOT NULL,
    position INTEGER NOT NULL,
    value_key TEXT NOT NULL,
    type_key TEXT,
    PRIMARY KEY (org, member, position),
    FOREIGN KEY (org, member) REFERENCES members (org, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX member_emails_value ON member_emails (org, value_key, member);

-- What provisioning removed, so that a person assigned again gets the same account back.
CREATE TABLE tombstones (
    org TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    external_id TEXT NOT NULL,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    member TEXT NOT NULL,
    removed INTEGER NOT NULL,
    PRIMARY KEY (org, external_id)
) STRICT;
CREATE INDEX tombstones_account ON tombstones (account);

CREATE TABLE identity_links (
    org TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    issuer TEXT NOT NULL,
    name_id TEXT NOT NULL,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created INTEGER NOT NULL,
    last_used INTEGER NOT NULL,
    PRIMARY KEY (org, issuer, name_id)
) STRICT;
CREATE INDEX identity_links_account ON identity_links (account, org);

CREATE TABLE sessions (
    digest BLOB NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    org TEXT REFERENCES organisations (id) ON DELETE CASCADE,
    method TEXT NOT NULL,
    issuer TEXT,
    name_id TEXT,
    session_index TEXT,
    detail TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_account ON sessions (account, org);
CREATE INDEX sessions_org ON sessions (org) WHERE org IS NOT NULL;
CREATE INDEX sessions_subject ON sessions (org, issuer, name_id) WHERE name_id IS NOT NULL;
CREATE INDEX sessions_expires ON sessions (expires);

CREATE TABLE invitations (
    org TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    role TEXT NOT NULL,
    token_digest BLOB NOT NULL,
    invited_by TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'revoked')),
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (org, id)
) STRICT;
CREATE UNIQUE INDEX invitations_open ON invitations (org, email_key) WHERE state = 'open';
CREATE INDEX invitations_expires ON invitations (expires);
CREATE UNIQUE INDEX invitations_token ON invitations (token_digest);
CREATE INDEX invitations_email ON invitations (email_key) WHERE state = 'open';

CREATE TABLE audit (
    id TEXT NOT NULL PRIMARY KEY,
    org TEXT REFERENCES organisations (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_org ON audit (org, at, id);
CREATE INDEX audit_at ON audit (at);

CREATE TABLE sign_ins (
    id TEXT NOT NULL PRIMARY KEY,
    org TEXT REFERENCES organisations (id) ON DELETE CASCADE,
    account TEXT,
    at INTEGER NOT NULL,
    method TEXT NOT NULL,
    outcome TEXT NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX sign_ins_org ON sign_ins (org, at, id);
CREATE INDEX sign_ins_at ON sign_ins (at);

CREATE TABLE provisioning_issues (
    org TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    user_name_key TEXT NOT NULL,
    user_name TEXT NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    PRIMARY KEY (org, user_name_key)
) STRICT;
CREATE INDEX provisioning_issues_recent ON provisioning_issues (org, last_seen);
CREATE INDEX provisioning_issues_last_seen ON provisioning_issues (last_seen);
