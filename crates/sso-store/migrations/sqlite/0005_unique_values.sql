-- Values that a schema declares unique, so that a race for one is decided by the constraint.

CREATE TABLE scim_unique_values (
    org TEXT NOT NULL,
    kind TEXT NOT NULL,
    attribute TEXT NOT NULL,
    -- SHA-256 of the folded value: an index entry has an upper limit, a value has none.
    digest BLOB NOT NULL,
    -- Whose it is: a person's membership, or a resource of another type.
    member TEXT,
    resource TEXT,
    PRIMARY KEY (org, kind, attribute, digest),
    CHECK ((member IS NULL) <> (resource IS NULL)),
    FOREIGN KEY (org, member) REFERENCES members (org, id) ON DELETE CASCADE,
    FOREIGN KEY (org, kind, resource) REFERENCES scim_resources (org, kind, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX scim_unique_values_member ON scim_unique_values (org, member);
CREATE INDEX scim_unique_values_resource ON scim_unique_values (org, kind, resource);
