-- Requests in the order in which they were made, which is about the order in which they are
-- answered: the rows that are claimed together lie together. With the tenant, so that one look
-- finds the request and the organisation it is of.

CREATE TABLE saml_requests_by_time (
    id TEXT NOT NULL PRIMARY KEY,
    relay TEXT NOT NULL,
    tenant TEXT NOT NULL,
    record TEXT NOT NULL,
    expires INTEGER NOT NULL,
    claimed INTEGER
) STRICT;
INSERT INTO saml_requests_by_time (id, relay, tenant, record, expires, claimed)
    SELECT id, relay, json_extract(record, '$.tenant'), record, expires, claimed
    FROM saml_requests ORDER BY expires, id;
DROP TABLE saml_requests;
ALTER TABLE saml_requests_by_time RENAME TO saml_requests;
CREATE UNIQUE INDEX saml_requests_relay ON saml_requests (relay);
CREATE INDEX saml_requests_expires ON saml_requests (expires);
