INSERT INTO organisations (id, name, settings, settings_version, created, issuer)
    SELECT 'o' || o, 'Org', repeat('x', 500), 1, o, 'http://www.okta.com/exk' || o FROM generate_series(1, 4000) o;
INSERT INTO accounts (id, email, email_key, given_name, family_name, origin, created, modified)
    SELECT 'a' || n, 'u' || n || '@x.example', 'u' || n || '@x.example', '', '', 'scim', n, n FROM generate_series(1, 4000) n;
INSERT INTO members (org, id, account, role, state, user_name, user_name_key, domain, external_id, active, scim_linked,
        resource, version, created, modified)
    SELECT 'o' || n % 200 + 1, 'm' || n, 'a' || n, CASE WHEN n % 20 = 0 THEN 'owner' ELSE 'member' END, 'active',
        'u' || n || '@x.example', 'u' || n || '@x.example', 'x.example', 'e' || n, 1, 1, repeat('x', 400), 1, n, n
    FROM generate_series(1, 4000) n;
INSERT INTO member_emails (org, member, position, value_key, type_key)
    SELECT 'o' || n % 200 + 1, 'm' || n, 0, 'u' || n || '@x.example', 'work' FROM generate_series(1, 4000) n;
INSERT INTO tombstones (org, external_id, account, member, removed, state)
    SELECT 'o' || n % 200 + 1, 't' || n, 'a' || n, 'm' || n, n, 'active' FROM generate_series(1, 4000) n;
INSERT INTO identity_links (org, issuer, name_id, account, created, last_used)
    SELECT 'o' || n % 200 + 1, 'i', 'n' || n, 'a' || n, n, n FROM generate_series(1, 4000) n;
INSERT INTO sessions (digest, account, org, method, issuer, name_id, detail, created, expires)
    SELECT sha256(n::text::bytea), 'a' || n, 'o' || n % 200 + 1, 'sso', 'i', 'n' || n, repeat('x', 100), n, n FROM generate_series(1, 4000) n;
INSERT INTO invitations (org, id, email, email_key, role, token_digest, invited_by, state, created, expires)
    SELECT 'o' || n % 200 + 1, 'i' || n, 'i' || n, 'i' || n, 'member', sha256(n::text::bytea), 'x',
        CASE WHEN n % 2 = 0 THEN 'open' ELSE 'accepted' END, n, n FROM generate_series(1, 4000) n;
INSERT INTO audit (id, org, at, actor, kind, subject, detail)
    SELECT 'u' || n, 'o' || n % 200 + 1, n, 'x', 'x', 'x', repeat('x', 200) FROM generate_series(1, 8000) n;
INSERT INTO sign_ins (id, org, account, at, method, outcome, code, detail)
    SELECT 's' || n, 'o' || n % 200 + 1, 'a' || n, n, 'sso', 'refused', 'x', repeat('x', 200) FROM generate_series(1, 8000) n;
INSERT INTO provisioning_issues (org, user_name_key, user_name, code, detail, first_seen, last_seen, seen)
    SELECT 'o' || n % 200 + 1, 'p' || n, 'p' || n, 'x', 'x', n, n, 1 FROM generate_series(1, 4000) n;
INSERT INTO saml_replays (key, until) SELECT sha256(n::text::bytea), n FROM generate_series(1, 8000) n;
INSERT INTO saml_requests (id, relay, tenant, record, expires)
    SELECT 'r' || n, 'y' || n, 'o' || n % 200 + 1, repeat('x', 300), n FROM generate_series(1, 8000) n;
INSERT INTO scim_tokens (id, org, slot, digest, made_by, created)
    SELECT 't' || n, 'o' || n % 200 + 1, n / 200 + 1, sha256(n::text::bytea), 'x', n FROM generate_series(0, 399) n;
INSERT INTO scim_resources (org, kind, id, display_name, display_key, external_id, resource, version, created, modified)
    SELECT 'o' || n % 200 + 1, 'Group', 'g' || n, 'G' || n, 'g' || n, 'x' || n, repeat('x', 200), 1, n, n FROM generate_series(1, 2000) n;
INSERT INTO scim_group_members (org, kind, grp, position, member, entry)
    SELECT 'o' || g % 200 + 1, 'Group', 'g' || g, p, 'm' || (g % 200 + 200 * p), '{}' FROM generate_series(1, 2000) g, generate_series(1, 9) p;
INSERT INTO scim_changes (org, txn, at, kind, id, action, attributes)
    SELECT 'o' || n % 200 + 1, 'c' || n, n, 'User', 'm' || n, 'modify', 'active' FROM generate_series(1, 8000) n;
INSERT INTO scim_unique_values (org, kind, attribute, digest, member)
    SELECT 'o' || n % 200 + 1, 'User', 'badge', sha256(n::text::bytea), 'm' || n FROM generate_series(1, 4000) n;
INSERT INTO claims (domain, org, state, holds, subtree, version, claim, next_check)
    SELECT 'd' || n || '.example', 'o' || n % 200 + 1, 'verified', n % 2, 0, 1, repeat('x', 300), n FROM generate_series(1, 4000) n;
INSERT INTO claim_effects (org, domain, version, effect)
    SELECT 'o' || n % 200 + 1, 'd' || n, 1, 'x' FROM generate_series(1, 1000) n;
