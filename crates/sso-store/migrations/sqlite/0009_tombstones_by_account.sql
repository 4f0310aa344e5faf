-- A removed membership is remembered by whose it was. By the client's name for the person, another
-- person under the same name took its place, and a lock by an Admin was forgotten with it. Of
-- several in one organisation the last counts; where a membership has begun again, none does.

CREATE TABLE tombstones_by_account (
    org TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- Some clients know people by no name of their own.
    external_id TEXT,
    member TEXT NOT NULL,
    removed INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'suspended_scim', 'suspended_admin')),
    PRIMARY KEY (org, account)
) STRICT;
INSERT INTO tombstones_by_account (org, account, external_id, member, removed, state)
    SELECT org, account, external_id, member, removed, state FROM tombstones t
    WHERE NOT EXISTS (SELECT 1 FROM members m WHERE m.org = t.org AND m.account = t.account)
    AND NOT EXISTS (SELECT 1 FROM tombstones other WHERE other.org = t.org AND other.account = t.account
        AND (other.removed, other.external_id) > (t.removed, t.external_id));
DROP TABLE tombstones;
ALTER TABLE tombstones_by_account RENAME TO tombstones;
CREATE INDEX tombstones_account ON tombstones (account);
