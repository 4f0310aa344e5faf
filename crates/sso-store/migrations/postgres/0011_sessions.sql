-- A session is written with every login, so it has no index but those that something asks for: of
-- whose it is and when it ends. Those that a logout request names are found by whose they are, and
-- those of an organisation are only looked for where no identity provider proved them.

DROP INDEX sessions_subject;
DROP INDEX sessions_org;
CREATE INDEX sessions_without_sso ON sessions (org) WHERE name_id IS NULL;
