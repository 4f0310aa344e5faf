//! Which index each look-up has to take.

/// Look-ups on the way of a login or of a provisioning client, by a part of their statement, with
/// the index each engine has to take. `only` means that nothing but the index is read.
pub(super) const LOOKUPS: &[(&str, &str, &str)] = &[
    // Logins: a request with its organisation, and a person with all that is known of them.
    (
        "WHERE r.relay = $1",
        "using saml_requests_relay",
        "INDEX saml_requests_relay (relay=?)",
    ),
    (
        "WHERE r.relay = $1",
        "using organisations_pkey",
        "sqlite_autoindex_organisations_1 (id=?)",
    ),
    (
        "l.name_id = $6",
        "using identity_links_pkey",
        "sqlite_autoindex_identity_links_1 (org=? AND issuer=? AND name_id=?)",
    ),
    (
        "l.name_id = $6",
        "using accounts_email",
        "INDEX accounts_email (email_key=?)",
    ),
    (
        "m.account = a.id LEFT JOIN invitations",
        "using accounts_pkey",
        "sqlite_autoindex_accounts_1 (id=?)",
    ),
    (
        "m.account = a.id LEFT JOIN invitations",
        "using members_",
        "INDEX members_account (org=? AND account=?)",
    ),
    (
        "m.account = a.id LEFT JOIN invitations",
        "using invitations_",
        "INDEX invitations_open (org=? AND email_key=?)",
    ),
    (
        "m.account = a.id LEFT JOIN invitations",
        "using claims_pkey",
        "sqlite_autoindex_claims_1 (domain=?)",
    ),
    (
        "FROM sessions s JOIN accounts a",
        "using sessions_pkey",
        "sqlite_autoindex_sessions_1 (digest=?)",
    ),
    (
        "SELECT id FROM organisations WHERE issuer =",
        "Only Scan using organisations_issuer",
        "COVERING INDEX organisations_issuer (issuer=?)",
    ),
    (
        "email_key = $1",
        "using accounts_email",
        "INDEX accounts_email (email_key=?)",
    ),
    (
        "FROM identity_links WHERE org = $1 AND issuer",
        "using identity_links_pkey",
        "sqlite_autoindex_identity_links_1 (org=? AND issuer=? AND name_id=?)",
    ),
    (
        "FROM sessions WHERE digest =",
        "using sessions_pkey",
        "sqlite_autoindex_sessions_1 (digest=?)",
    ),
    (
        "DELETE FROM sessions WHERE account = $1 AND org = $2 AND issuer",
        "using sessions_account",
        "INDEX sessions_account (account=? AND org=?)",
    ),
    (
        "SELECT until FROM saml_replays WHERE key",
        "using saml_replays_pkey",
        "PRIMARY KEY (key=?)",
    ),
    (
        "SELECT record FROM saml_requests WHERE id",
        "using saml_requests_pkey",
        "sqlite_autoindex_saml_requests_1 (id=?)",
    ),
    (
        "SELECT record FROM saml_requests WHERE relay",
        "using saml_requests_relay",
        "INDEX saml_requests_relay (relay=?)",
    ),
    (
        "UPDATE saml_requests SET claimed",
        "using saml_requests_pkey",
        "sqlite_autoindex_saml_requests_1 (id=?)",
    ),
    (
        "SELECT claim FROM claims WHERE domain = $1 AND holds",
        "using claims_owner",
        "INDEX claims_owner (domain=?)",
    ),
    (
        "FROM invitations i WHERE token_digest",
        "using invitations_token",
        "INDEX invitations_token (token_digest=?)",
    ),
    // Provisioning.
    (
        "FROM scim_tokens WHERE id",
        "using scim_tokens_pkey",
        "sqlite_autoindex_scim_tokens_1 (id=?)",
    ),
    (
        "FROM members m WHERE m.org = $1 AND m.id = $2",
        "using members_pkey",
        "sqlite_autoindex_members_1 (org=? AND id=?)",
    ),
    (
        "SELECT r.id, r.kind, r.version FROM scim_resources",
        "using members_pkey",
        "sqlite_autoindex_members_1 (org=? AND id=?)",
    ),
    (
        "SELECT version, account, state, external_id FROM members",
        "using members_pkey",
        "sqlite_autoindex_members_1 (org=? AND id=?)",
    ),
    (
        "UPDATE members SET state = $1, role",
        "using members_pkey",
        "sqlite_autoindex_members_1 (org=? AND id=?)",
    ),
    (
        "FROM tombstones WHERE org",
        "using tombstones_pkey",
        "sqlite_autoindex_tombstones_1 (org=? AND account=?)",
    ),
    (
        "SELECT g.member, g.grp",
        "scim_group_members_member",
        "INDEX scim_group_members_member (org=? AND member=?)",
    ),
    (
        "SELECT COALESCE(MAX(position)",
        "Only Scan using scim_group_members_pkey",
        "COVERING INDEX sqlite_autoindex_scim_group_members_1 (org=? AND kind=? AND grp=?)",
    ),
    (
        "SELECT COUNT(*) FROM (SELECT 1 AS one",
        "Only Scan using scim_group_members_pkey",
        "COVERING INDEX sqlite_autoindex_scim_group_members_1 (org=? AND kind=? AND grp=?)",
    ),
    // Counting, and pages behind a place.
    (
        "SELECT COUNT(*) FROM members m WHERE m.org = $1 AND m.role = 'owner' AND m.state = 'active'",
        "Only Scan using members_owners",
        "COVERING INDEX members_owners (org=? AND role=? AND state=?)",
    ),
    (
        "SELECT COUNT(*) FROM members m WHERE m.org = $1;",
        "Only Scan using members_",
        "COVERING INDEX members_",
    ),
    (
        "SELECT COUNT(*) AS total FROM (SELECT 'User'",
        "Only Scan using members_created",
        "COVERING INDEX members_created (org=?)",
    ),
    (
        ") AS found WHERE (created, id) > ($2, $3)",
        "using members_created",
        "INDEX members_created (org=? AND (created,id)>(?,?))",
    ),
    (
        "AND (m.created, m.id) >",
        "using members_created",
        "INDEX members_created (org=? AND (created,id)>(?,?))",
    ),
    (
        "COUNT(CASE WHEN outcome",
        "Only Scan using sign_ins_org",
        "COVERING INDEX sign_ins_org (org=? AND at>? AND at<?)",
    ),
    (
        "COUNT(CASE WHEN kind",
        "Only Scan using audit_org",
        "COVERING INDEX audit_org (org=? AND at>? AND at<?)",
    ),
    (
        "AND outcome = $3 AND method = $4",
        "Only Scan Backward using sign_ins_org",
        "COVERING INDEX sign_ins_org (org=? AND at>?)",
    ),
    (
        "AND m.user_name_key > $2 ORDER BY m.user_name_key",
        "using members_user_name",
        "INDEX members_user_name (org=? AND user_name_key>?)",
    ),
    (
        "ORDER BY m.user_name_key LIMIT $2",
        "using members_user_name",
        "INDEX members_user_name (org=?)",
    ),
    (
        "AND (at, id) <",
        "_org on ",
        "_org (org=? AND (at,id)<(?,?))",
    ),
    (
        "AND (at, txn) <",
        "using scim_changes_recent",
        "INDEX scim_changes_recent (org=? AND (at,txn)<(?,?))",
    ),
    (
        "AND (last_seen, user_name_key) <",
        "using provisioning_issues_recent",
        "INDEX provisioning_issues_recent (org=? AND (last_seen,user_name_key)<(?,?))",
    ),
    (
        "AND state = 'open' AND (created, id) <",
        "using invitations_recent",
        "INDEX invitations_recent (org=? AND (created,id)<(?,?))",
    ),
    (
        "SELECT COUNT(*) FROM invitations WHERE org = $1 AND state = 'open'",
        "Only Scan using invitations_",
        "COVERING INDEX invitations_",
    ),
    (
        "WHERE 1 = 1 AND (created, id) >",
        "using organisations_created",
        "INDEX organisations_created ((created,id)>(?,?))",
    ),
    (
        "ORDER BY created ASC, id ASC LIMIT $2 OFFSET $3) AS place",
        "Only Scan using members_created",
        "INDEX members_created (org=?)",
    ),
    // What falls due.
    (
        "UPDATE claims SET leased_until",
        "claims_due",
        "INDEX claims_due (next_check<?)",
    ),
    (
        "DELETE FROM sessions WHERE digest IN",
        "sessions_expires",
        "INDEX sessions_expires (expires<?)",
    ),
    (
        "DELETE FROM saml_replays WHERE key IN",
        "saml_replays_until",
        "INDEX saml_replays_until (until<?)",
    ),
];
