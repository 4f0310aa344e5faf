-- Domain claims, and what has to be carried out because of them.

CREATE TABLE claims (
    domain TEXT NOT NULL,
    org TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    holds INTEGER NOT NULL,
    subtree INTEGER NOT NULL,
    version INTEGER NOT NULL,
    claim TEXT NOT NULL,
    next_check INTEGER,
    leased_until INTEGER,
    PRIMARY KEY (domain, org)
) STRICT;
-- One owner per domain, whoever races for it.
CREATE UNIQUE INDEX claims_owner ON claims (domain) WHERE holds = 1;
CREATE INDEX claims_org ON claims (org, domain);
CREATE INDEX claims_due ON claims (next_check) WHERE next_check IS NOT NULL;

CREATE TABLE claim_effects (
    sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    org TEXT NOT NULL,
    domain TEXT NOT NULL,
    version INTEGER NOT NULL,
    effect TEXT NOT NULL
) STRICT;
