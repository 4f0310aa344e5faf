-- Assertions used, and requests waiting for their answer.

CREATE TABLE saml_replays (
    key BLOB NOT NULL PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX saml_replays_until ON saml_replays (until);

CREATE TABLE saml_requests (
    id TEXT NOT NULL PRIMARY KEY,
    relay TEXT NOT NULL,
    record TEXT NOT NULL,
    expires INTEGER NOT NULL,
    claimed INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX saml_requests_relay ON saml_requests (relay);
CREATE INDEX saml_requests_expires ON saml_requests (expires);
