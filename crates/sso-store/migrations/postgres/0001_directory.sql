-- Organisations, the people in them, and what the application remembers about both.
-- Instants are microseconds since 1970; JSON is text; `*_key` columns are folded for comparison.

CREATE TABLE pepper_canary (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    digest BYTEA NOT NULL
);

CREATE TABLE organisations (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    settings TEXT COLLATE "C" NOT NULL,
    settings_version BIGINT NOT NULL,
    created BIGINT NOT NULL
);

CREATE TABLE accounts (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email TEXT COLLATE "C" NOT NULL,
    email_key TEXT COLLATE "C" NOT NULL,
    given_name TEXT COLLATE "C" NOT NULL,
    family_name TEXT COLLATE "C" NOT NULL,
    password_hash TEXT COLLATE "C",
    origin TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL
);
CREATE UNIQUE INDEX accounts_email ON accounts (email_key);

CREATE TABLE members (
    org TEXT COLLATE "C" NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    role TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('active', 'suspended_scim', 'suspended_admin')),
    user_name TEXT COLLATE "C" NOT NULL,
    user_name_key TEXT COLLATE "C" NOT NULL,
    domain TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C",
    active BIGINT,
    scim_linked BIGINT NOT NULL,
    resource TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    PRIMARY KEY (org, id)
);
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
    org TEXT COLLATE "C" NOT NULL,
    member TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    value_key TEXT COLLATE "C" NOT NULL,
    type_key TEXT COLLATE "C",
    PRIMARY KEY (org, member, position),
    FOREIGN KEY (org, member) REFERENCES members (org, id) ON DELETE CASCADE
);
CREATE INDEX member_emails_value ON member_emails (org, value_key, member);

-- What provisioning removed, so that a person assigned again gets the same account back.
CREATE TABLE tombstones (
    org TEXT COLLATE "C" NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    external_id TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    member TEXT COLLATE "C" NOT NULL,
    removed BIGINT NOT NULL,
    PRIMARY KEY (org, external_id)
);
CREATE INDEX tombstones_account ON tombstones (account);

CREATE TABLE identity_links (
    org TEXT COLLATE "C" NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    issuer TEXT COLLATE "C" NOT NULL,
    name_id TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created BIGINT NOT NULL,
    last_used BIGINT NOT NULL,
    PRIMARY KEY (org, issuer, name_id)
);
CREATE INDEX identity_links_account ON identity_links (account, org);

CREATE TABLE sessions (
    digest BYTEA NOT NULL PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    org TEXT COLLATE "C" REFERENCES organisations (id) ON DELETE CASCADE,
    method TEXT COLLATE "C" NOT NULL,
    issuer TEXT COLLATE "C",
    name_id TEXT COLLATE "C",
    session_index TEXT COLLATE "C",
    detail TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account, org);
CREATE INDEX sessions_org ON sessions (org) WHERE org IS NOT NULL;
CREATE INDEX sessions_subject ON sessions (org, issuer, name_id) WHERE name_id IS NOT NULL;
CREATE INDEX sessions_expires ON sessions (expires);

CREATE TABLE invitations (
    org TEXT COLLATE "C" NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    email_key TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    token_digest BYTEA NOT NULL,
    invited_by TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'accepted', 'revoked')),
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE UNIQUE INDEX invitations_open ON invitations (org, email_key) WHERE state = 'open';
CREATE INDEX invitations_expires ON invitations (expires);
CREATE UNIQUE INDEX invitations_token ON invitations (token_digest);
CREATE INDEX invitations_email ON invitations (email_key) WHERE state = 'open';

CREATE TABLE audit (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    org TEXT COLLATE "C" REFERENCES organisations (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL
);
CREATE INDEX audit_org ON audit (org, at, id);
CREATE INDEX audit_at ON audit (at);

CREATE TABLE sign_ins (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    org TEXT COLLATE "C" REFERENCES organisations (id) ON DELETE CASCADE,
    account TEXT COLLATE "C",
    at BIGINT NOT NULL,
    method TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL
);
CREATE INDEX sign_ins_org ON sign_ins (org, at, id);
CREATE INDEX sign_ins_at ON sign_ins (at);

CREATE TABLE provisioning_issues (
    org TEXT COLLATE "C" NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    user_name_key TEXT COLLATE "C" NOT NULL,
    user_name TEXT COLLATE "C" NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    PRIMARY KEY (org, user_name_key)
);
CREATE INDEX provisioning_issues_recent ON provisioning_issues (org, last_seen);
CREATE INDEX provisioning_issues_last_seen ON provisioning_issues (last_seen);
