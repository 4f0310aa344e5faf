-- The issuer of an organisation's present connection, for answers that say nothing else about
-- whose they are. Before this it stood in the settings only; settings of another shape have none.

ALTER TABLE organisations ADD COLUMN issuer TEXT;
UPDATE organisations SET issuer = CASE WHEN json_valid(settings) THEN
    CASE WHEN json_type(settings, '$.connection.issuer') = 'text' THEN
        json_extract(settings, '$.connection.issuer') END END;
CREATE INDEX organisations_issuer ON organisations (issuer, id) WHERE issuer IS NOT NULL;

-- Lists are walked from a place to the next, so each order has its ties in the index.
CREATE INDEX organisations_created ON organisations (created, id);
CREATE INDEX invitations_recent ON invitations (org, created, id) WHERE state = 'open';
DROP INDEX provisioning_issues_recent;
CREATE INDEX provisioning_issues_recent ON provisioning_issues (org, last_seen, user_name_key);
