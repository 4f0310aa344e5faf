-- The tenant of a request, so that one look finds the request and the organisation it is of.

ALTER TABLE saml_requests ADD COLUMN tenant TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE saml_requests SET tenant = record::json ->> 'tenant';
ALTER TABLE saml_requests ALTER COLUMN tenant DROP DEFAULT;
