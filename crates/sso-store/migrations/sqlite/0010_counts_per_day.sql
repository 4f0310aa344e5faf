-- How many sign-ins and provisioning requests a day had, and how they ended, is counted in the index
-- alone: the lists' indexes, with the words that are counted behind their order.

DROP INDEX sign_ins_org;
CREATE INDEX sign_ins_org ON sign_ins (org, at, id, outcome, method);
DROP INDEX audit_org;
CREATE INDEX audit_org ON audit (org, at, id, kind);
