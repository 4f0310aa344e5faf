//! Organisations, accounts, links, sessions, invitations, logs, issues.

use crate::engines::{number, on_both, org, t0};
use serde_json::{Value as Json, json};
use sso_store::directory::*;
use sso_store::{
    AccountId, Constraint, Database, Email, Generate, InvitationId, MemberId, OrgId, Role, Rule,
    SignInId, StoreError,
};
use time::Duration;

/// An organisation with settings of nothing.
pub(crate) async fn make_org(database: &Database, id: &str) -> OrgId {
    let id = org(id);
    let mut tx = database.begin().await.unwrap();
    let new = NewOrganisation {
        id: id.clone(),
        name: "Acme".into(),
    };
    tx.create_organisation(&new, &json!({"sso": false}), None, t0())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}

pub(crate) fn address(text: &str) -> Email {
    Email::parse(text).unwrap()
}

pub(crate) fn new_account(email: &str) -> NewAccount {
    NewAccount {
        id: AccountId::generate(t0()).unwrap(),
        email: address(email),
        given_name: "Ann".into(),
        family_name: "Lee".into(),
        password_hash: None,
        origin: AccountOrigin::SignUp,
    }
}

/// An account that is a member.
pub(crate) async fn make_member(
    database: &Database,
    org: &OrgId,
    email: &str,
    role: Role,
) -> Member {
    let account = new_account(email);
    // One after the other, so that lists have an order to be checked.
    let now = t0() + Duration::seconds(number().into());
    let id = MemberId::generate(now).unwrap();
    let mut tx = database.begin().await.unwrap();
    tx.create_account(&account, t0()).await.unwrap();
    let new = NewMember {
        org: org.clone(),
        id: id.clone(),
        account: account.id,
        role,
    };
    tx.add_member(&new, now).await.unwrap();
    tx.commit().await.unwrap();
    database.member(org, &id).await.unwrap().unwrap()
}

pub(crate) fn conflict<T: std::fmt::Debug>(result: Result<T, StoreError>) -> Constraint {
    match result.unwrap_err() {
        StoreError::Conflict(constraint) => constraint,
        other => panic!("{other:?}"),
    }
}

on_both! {
    async fn settings_change_only_from_the_version_read(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let read = database.settings::<Json>(&acme).await.unwrap().unwrap();
        assert_eq!((read.value, read.version), (json!({"sso": false}), 1));

        let mut tx = database.begin().await.unwrap();
        assert_eq!(tx.save_settings(&acme, 1, &json!({"sso": true}), None).await.unwrap(), 2);
        tx.commit().await.unwrap();

        let mut tx = database.begin().await.unwrap();
        let late = tx.save_settings(&acme, 1, &json!({"sso": "late"}), None).await;
        assert!(matches!(late, Err(StoreError::Stale)));
        drop(tx);
        let kept = database.settings::<Json>(&acme).await.unwrap().unwrap();
        assert_eq!((kept.value, kept.version), (json!({"sso": true}), 2));
        assert!(database.settings::<Json>(&org("nobody")).await.unwrap().is_none());
    }

    async fn a_dropped_transaction_changes_nothing(bench: Bench) {
        let database = &bench.database;
        let mut tx = database.begin().await.unwrap();
        let ann = new_account("ann@acme.example");
        tx.create_account(&ann, t0()).await.unwrap();
        drop(tx);
        assert!(database.account(&ann.id).await.unwrap().is_none());
        let mut tx = database.begin().await.unwrap();
        tx.create_account(&ann, t0()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(database.account(&ann.id).await.unwrap().is_some());
    }

    async fn an_address_has_one_account_whatever_its_case(bench: Bench) {
        let database = &bench.database;
        let mut tx = database.begin().await.unwrap();
        tx.create_account(&new_account("Ann@Acme.example"), t0()).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = database.begin().await.unwrap();
        let twice = tx.create_account(&new_account("ann@ACME.example"), t0()).await;
        assert_eq!(conflict(twice), Constraint::AccountEmail);
        drop(tx);
        let found = database.account_by_email(&address("ANN@acme.EXAMPLE")).await.unwrap().unwrap();
        assert_eq!(found.email.local_part(), "Ann", "the spelling given is kept");
        assert!(database.account_by_email(&address("anna@acme.example")).await.unwrap().is_none());
    }

    async fn of_two_racing_accounts_one_is_made(bench: Bench) {
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let database = bench.database.clone();
                tokio::spawn(async move {
                    let mut tx = database.begin().await?;
                    tx.create_account(&new_account("race@acme.example"), t0()).await?;
                    tx.commit().await
                })
            })
            .collect();
        let mut made = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(()) => made += 1,
                Err(StoreError::Conflict(Constraint::AccountEmail)) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(made, 1);
    }

    async fn a_name_at_an_identity_provider_is_tied_once(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let ann = make_member(database, &acme, "ann@acme.example", Role::Owner).await;
        let bob = make_member(database, &acme, "bob@acme.example", Role::Member).await;
        let link = |account: &AccountId| NewIdentityLink {
            org: acme.clone(),
            issuer: "http://www.okta.com/exk1".into(),
            name_id: "00u1".into(),
            account: account.clone(),
        };
        assert!(!database.has_linked_member(&acme).await.unwrap());
        let mut tx = database.begin().await.unwrap();
        tx.link_identity(&link(&ann.account), t0()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(database.has_linked_member(&acme).await.unwrap());
        let mut tx = database.begin().await.unwrap();
        assert_eq!(conflict(tx.link_identity(&link(&bob.account), t0()).await), Constraint::IdentityLink);
        drop(tx);
        let later = t0() + Duration::HOUR;
        database.touch_link(&acme, "http://www.okta.com/exk1", "00u1", later).await.unwrap();
        let found = database.identity_link(&acme, "http://www.okta.com/exk1", "00u1").await.unwrap().unwrap();
        let other = make_org(database, "other").await;
        let stranger = address("stranger@acme.example");
        let seen = |org, issuer, name_id| PersonSought { org, known: KnownBy::Name { issuer, name_id }, email: &stranger };
        let behind = database.person(seen(&acme, "http://www.okta.com/exk1", "00u1"), later).await.unwrap();
        assert_eq!((behind.account.unwrap().id, behind.linked), (found.account.clone(), true));
        for (org, issuer, name) in [(&acme, "http://www.okta.com/exk2", "00u1"), (&acme, "http://www.okta.com/exk1", "00u2"), (&other, "http://www.okta.com/exk1", "00u1")] {
            let none = database.person(seen(org, issuer, name), later).await.unwrap();
            assert!(none.account.is_none() && !none.linked && none.member.is_none());
        }
        assert_eq!((found.account, found.created, found.last_used), (ann.account.clone(), t0(), later));
        assert!(database.identity_link(&acme, "http://www.okta.com/exk2", "00u1").await.unwrap().is_none());
        assert_eq!(database.links_of_account(&acme, &ann.account).await.unwrap().len(), 1);
    }

    async fn a_session_is_found_by_its_cookie_until_it_ends(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let ann = make_member(database, &acme, "ann@acme.example", Role::Owner).await;
        let new = session(&ann.account, Some(&acme));
        let secret = database.start_session(&new, t0()).await.unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(..)");
        let found = database.session(secret.reveal(), t0()).await.unwrap().unwrap();
        assert_eq!((found.account, found.org, found.detail), (ann.account.clone(), Some(acme), json!({"csrf": "x"})));
        assert!(database.session(secret.reveal(), new.expires).await.unwrap().is_none(), "expired");
        let mut forged = secret.reveal().to_owned();
        forged.pop();
        assert!(database.session(&forged, t0()).await.unwrap().is_none());
        database.end_session(secret.reveal()).await.unwrap();
        assert!(database.session(secret.reveal(), t0()).await.unwrap().is_none());
    }

    async fn a_logout_request_ends_the_sessions_it_names(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let ann = make_member(database, &acme, "ann@acme.example", Role::Owner).await;
        let by = |index: &str| NewSession {
            sso: Some(SsoSubject {
                issuer: "idp".into(),
                name_id: "00u1".into(),
                session_index: Some(index.into()),
            }),
            ..session(&ann.account, Some(&acme))
        };
        let one = database.start_session(&by("_1"), t0()).await.unwrap();
        let two = database.start_session(&by("_2"), t0()).await.unwrap();
        let password = database.start_session(&session(&ann.account, Some(&acme)), t0()).await.unwrap();
        let bob = make_member(database, &acme, "bob@acme.example", Role::Member).await;
        let whose = |account: &AccountId, issuer: &str, indexes: &[&str]| SessionScope::Subject {
            org: acme.clone(),
            account: account.clone(),
            issuer: issuer.into(),
            name_id: "00u1".into(),
            session_indexes: indexes.iter().map(|index| (*index).to_owned()).collect(),
        };
        let scope = |issuer: &str, indexes: &[&str]| whose(&ann.account, issuer, indexes);
        assert_eq!(database.end_sessions(&scope("other", &[])).await.unwrap(), 0);
        assert_eq!(database.end_sessions(&whose(&bob.account, "idp", &[])).await.unwrap(), 0);
        assert_eq!(database.end_sessions(&scope("idp", &["_1", "_9"])).await.unwrap(), 1);
        assert!(database.session(one.reveal(), t0()).await.unwrap().is_none());
        assert!(database.session(two.reveal(), t0()).await.unwrap().is_some());
        assert_eq!(database.end_sessions(&SessionScope::WithoutSso(acme.clone())).await.unwrap(), 1);
        assert!(database.session(password.reveal(), t0()).await.unwrap().is_none());
        assert_eq!(database.end_sessions(&scope("idp", &[])).await.unwrap(), 1);
        // A session that was given no index is ended by whatever index is named.
        let mut unnamed = by("");
        unnamed.sso.as_mut().unwrap().session_index = None;
        database.start_session(&unnamed, t0()).await.unwrap();
        assert_eq!(database.end_sessions(&scope("idp", &["_9"])).await.unwrap(), 1);
    }

    async fn an_invitation_is_accepted_once(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let new = NewInvitation {
            org: acme.clone(),
            id: InvitationId::generate(t0()).unwrap(),
            email: address("Guest@elsewhere.example"),
            role: Role::Member,
            invited_by: "ann".into(),
            expires: t0() + Duration::DAY,
        };
        let mut tx = database.begin().await.unwrap();
        let token = tx.invite(&new, t0()).await.unwrap();
        tx.commit().await.unwrap();
        let again = NewInvitation { id: InvitationId::generate(t0()).unwrap(), ..new.clone() };
        let mut tx = database.begin().await.unwrap();
        assert_eq!(conflict(tx.invite(&again, t0()).await), Constraint::Invitation);
        drop(tx);

        assert!(database.invitation_for(&acme, &address("guest@ELSEWHERE.example"), t0()).await.unwrap().is_some());
        let found = database.invitation(token.reveal(), t0()).await.unwrap().unwrap();
        assert_eq!(found.id, new.id);
        assert!(database.invitation(token.reveal(), new.expires).await.unwrap().is_none());
        let mut tx = database.begin().await.unwrap();
        tx.accept_invitation(&acme, &new.id, t0()).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = database.begin().await.unwrap();
        let twice = tx.accept_invitation(&acme, &new.id, t0()).await;
        assert!(matches!(twice, Err(StoreError::Rule(Rule::InvitationClosed))));
        drop(tx);
        assert!(database.invitation(token.reveal(), t0()).await.unwrap().is_none());
        // The address may be invited again once the first invitation is used up.
        let mut tx = database.begin().await.unwrap();
        tx.invite(&again, t0()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(database.invitations(&acme, &Page::default()).await.unwrap().entries.len(), 1);
    }

    async fn logs_are_read_newest_first_and_by_trace_id(bench: Bench) {
        let database = &bench.database;
        let (acme, other) = (make_org(database, "acme").await, make_org(database, "other").await);
        for (minutes, kind) in [(0, "sso_enabled"), (1, "require_sso_on")] {
            let entry = NewAuditEntry {
                org: Some(acme.clone()),
                actor: "ann".into(),
                kind: kind.into(),
                subject: "acme".into(),
                detail: json!({"n": minutes}),
            };
            database.record_audit(&entry, t0() + Duration::minutes(minutes)).await.unwrap();
        }
        let log = database.audit_log(&acme, &Page::default()).await.unwrap().entries;
        assert_eq!(log.iter().map(|entry| entry.kind.as_str()).collect::<Vec<_>>(), ["require_sso_on", "sso_enabled"]);
        assert!(database.audit_log(&other, &Page::default()).await.unwrap().entries.is_empty());

        let refused = NewSignIn {
            id: SignInId::generate(t0()).unwrap(),
            org: Some(acme.clone()),
            account: None,
            method: "sso".into(),
            outcome: SignInOutcome::Refused,
            code: "audience_mismatch".into(),
            detail: json!({"findings": []}).into(),
        };
        database.record_sign_in(&refused, t0()).await.unwrap();
        let found = database.sign_in(&refused.id).await.unwrap().unwrap();
        assert_eq!((found.outcome, found.code.as_str()), (SignInOutcome::Refused, "audience_mismatch"));
        assert_eq!(database.sign_ins(&acme, &Page::default()).await.unwrap().entries, [found]);
    }

    async fn issues_of_one_person_share_a_row(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let later = t0() + Duration::HOUR;
        database.record_issue(&acme, "Ann@acme.example", "account_exists", "invite", t0()).await.unwrap();
        database.record_issue(&acme, "ann@acme.example", "domain_not_claimed", "claim", later).await.unwrap();
        let issues = database.issues(&acme, &Page::default()).await.unwrap().entries;
        assert_eq!(issues.len(), 1);
        let issue = &issues[0];
        assert_eq!((issue.code.as_str(), issue.seen), ("domain_not_claimed", 2));
        assert_eq!((issue.first_seen, issue.last_seen), (t0(), later));
        database.dismiss_issue(&acme, "ANN@acme.example").await.unwrap();
        assert!(matches!(database.dismiss_issue(&acme, "ann@acme.example").await, Err(StoreError::Missing)));
    }
}

pub(crate) fn session(account: &AccountId, org: Option<&OrgId>) -> NewSession {
    NewSession {
        account: account.clone(),
        org: org.cloned(),
        method: "password".into(),
        sso: None,
        detail: json!({"csrf": "x"}).into(),
        expires: t0() + Duration::hours(8),
    }
}
