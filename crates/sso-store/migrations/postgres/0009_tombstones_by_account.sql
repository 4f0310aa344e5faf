-- A removed membership is remembered by whose it was. By the client's name for the person, another
-- person under the same name took its place, and a lock by an Admin was forgotten with it. Of
-- several in one organisation the last counts; where a membership has begun again, none does.

DELETE FROM tombstones t USING members m WHERE m.org = t.org AND m.account = t.account;
DELETE FROM tombstones t USING tombstones other
    WHERE other.org = t.org AND other.account = t.account
    AND (other.removed, other.external_id) > (t.removed, t.external_id);
ALTER TABLE tombstones DROP CONSTRAINT tombstones_pkey;
ALTER TABLE tombstones ADD PRIMARY KEY (org, account);
-- Some clients know people by no name of their own.
ALTER TABLE tombstones ALTER COLUMN external_id DROP NOT NULL;
ALTER TABLE tombstones ALTER COLUMN state DROP DEFAULT;
