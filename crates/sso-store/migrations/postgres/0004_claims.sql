-- Domain claims, and what has to be carried out because of them.

CREATE TABLE claims (
    domain TEXT COLLATE "C" NOT NULL,
    org TEXT COLLATE "C" NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    state TEXT COLLATE "C" NOT NULL,
    holds BIGINT NOT NULL,
    subtree BIGINT NOT NULL,
    version BIGINT NOT NULL,
    claim TEXT COLLATE "C" NOT NULL,
    next_check BIGINT,
    leased_until BIGINT,
    PRIMARY KEY (domain, org)
);
-- One owner per domain, whoever races for it.
CREATE UNIQUE INDEX claims_owner ON claims (domain) WHERE holds = 1;
CREATE INDEX claims_org ON claims (org, domain);
CREATE INDEX claims_due ON claims (next_check) WHERE next_check IS NOT NULL;

CREATE TABLE claim_effects (
    sequence BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    org TEXT COLLATE "C" NOT NULL,
    domain TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    effect TEXT COLLATE "C" NOT NULL
);
