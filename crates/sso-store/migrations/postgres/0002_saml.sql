-- Assertions used, and requests waiting for their answer.

CREATE TABLE saml_replays (
    key BYTEA NOT NULL PRIMARY KEY,
    until BIGINT NOT NULL
);
CREATE INDEX saml_replays_until ON saml_replays (until);

CREATE TABLE saml_requests (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    relay TEXT COLLATE "C" NOT NULL,
    record TEXT COLLATE "C" NOT NULL,
    expires BIGINT NOT NULL,
    claimed BIGINT
);
CREATE UNIQUE INDEX saml_requests_relay ON saml_requests (relay);
CREATE INDEX saml_requests_expires ON saml_requests (expires);
