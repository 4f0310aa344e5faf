//! Somebody at the door: found whole by one look, however they are known.

use crate::claims::hold;
use crate::directory::{address, make_member, make_org, new_account};
use crate::engines::{on_both, t0};
use saml_sp::record::{RecordParts, RequestRecord};
use saml_sp::store::{FirstUse, RequestHandle, RequestStore, contract};
use serde_json::json;
use sso_store::directory::*;
use sso_store::{Database, Generate, InvitationId, OrgId, Role};
use time::Duration;

const OKTA: &str = "http://www.okta.com/exk1";

async fn look(database: &Database, org: &OrgId, known: KnownBy<'_>, email: &str) -> PersonFound {
    let email = address(email);
    let sought = PersonSought {
        org,
        known,
        email: &email,
    };
    database.person(sought, t0()).await.unwrap()
}

const fn named(name_id: &str) -> KnownBy<'_> {
    KnownBy::Name {
        issuer: OKTA,
        name_id,
    }
}

async fn invite(database: &Database, org: &OrgId, email: &str, expires: Duration) {
    let new = NewInvitation {
        org: org.clone(),
        id: InvitationId::generate(t0()).unwrap(),
        email: address(email),
        role: Role::Admin,
        invited_by: "ann".into(),
        expires: t0() + expires,
    };
    let mut tx = database.begin().await.unwrap();
    tx.invite(&new, t0()).await.unwrap();
    tx.commit().await.unwrap();
}

fn request(id: &str, tenant: &str) -> RequestRecord {
    let sample = contract::sample(id, id);
    RecordParts {
        id: sample.id().clone(),
        idp: OKTA.to_owned(),
        tenant: tenant.to_owned(),
        acs: "https://sp.example/acs".to_owned(),
        relay: sample.relay().clone(),
        return_to: None,
        issued_at: sample.issued_at(),
        expires_at: sample.expires_at(),
        asked: sample.asked().clone(),
        browser: None,
    }
    .into()
}

on_both! {
    async fn a_linked_member_is_found_by_name_whatever_the_address(bench: Bench) {
        let database = &bench.database;
        let (acme, other) = (make_org(database, "acme").await, make_org(database, "other").await);
        let ann = make_member(database, &acme, "ann@acme.example", Role::Owner).await;
        let bob = make_member(database, &acme, "bob@acme.example", Role::Member).await;
        let mut tx = database.begin().await.unwrap();
        let link = NewIdentityLink { org: acme.clone(), issuer: OKTA.into(), name_id: "00u1".into(), account: ann.account.clone() };
        tx.link_identity(&link, t0()).await.unwrap();
        tx.commit().await.unwrap();

        let found = look(database, &acme, named("00u1"), "bob@acme.example").await;
        assert_eq!((found.account.unwrap().id, found.linked), (ann.account.clone(), true), "the link goes before the address");
        assert_eq!(found.member.unwrap(), ann);
        // A name that nobody is tied to: by the address, and in its own case.
        let found = look(database, &acme, named("00U1"), "BOB@acme.example").await;
        assert_eq!((found.account.unwrap().id, found.linked), (bob.account, false));
        assert_eq!(found.member.unwrap().role, Role::Member);
        // Another organisation's link is none, and its member is no member.
        let found = look(database, &other, named("00u1"), "ann@acme.example").await;
        assert_eq!((found.account.unwrap().id, found.linked, found.member), (ann.account, false, None));
    }

    async fn an_account_is_found_by_itself_and_nobody_by_nothing(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let account = new_account("out@else.example");
        let mut tx = database.begin().await.unwrap();
        tx.create_account(&account, t0()).await.unwrap();
        tx.commit().await.unwrap();
        let found = look(database, &acme, KnownBy::Account(&account.id), "out@else.example").await;
        assert_eq!(found.account.unwrap().email, address("out@else.example"));
        assert!(found.member.is_none() && !found.linked);
        let found = look(database, &acme, KnownBy::Nothing, "out@else.example").await;
        assert!(found.account.is_none(), "an account that was not looked for");
    }

    async fn an_open_invitation_comes_along_and_an_expired_one_does_not(bench: Bench) {
        let database = &bench.database;
        let (acme, other) = (make_org(database, "acme").await, make_org(database, "other").await);
        invite(database, &acme, "new@acme.example", Duration::DAY).await;
        invite(database, &acme, "late@acme.example", -Duration::SECOND).await;
        let found = look(database, &acme, KnownBy::Nothing, "New@ACME.example").await;
        assert_eq!(found.invitation.unwrap().role, Role::Admin);
        assert!(look(database, &acme, KnownBy::Nothing, "late@acme.example").await.invitation.is_none());
        assert!(look(database, &other, KnownBy::Nothing, "new@acme.example").await.invitation.is_none());
    }

    async fn all_claims_to_the_domain_come_along_and_no_others(bench: Bench) {
        let database = &bench.database;
        let (acme, other) = (make_org(database, "acme").await, make_org(database, "other").await);
        let ann = make_member(database, &acme, "ann@acme.example", Role::Owner).await;
        assert!(look(database, &acme, KnownBy::Account(&ann.account), "ann@acme.example").await.claims.is_empty());
        hold(database, &acme, "acme.example").await;
        hold(database, &other, "other.example").await;
        let found = look(database, &acme, KnownBy::Account(&ann.account), "ann@acme.example").await;
        let [claim] = &found.claims[..] else { panic!("{:?}", found.claims.len()) };
        assert!(claim.org() == &acme && claim.holds_domain());
        assert_eq!(found.member.unwrap(), ann);
        // The holder of the domain is seen from outside too.
        assert_eq!(look(database, &other, KnownBy::Nothing, "x@acme.example").await.claims[0].org(), &acme);
    }

    async fn a_session_brings_its_person_and_organisation(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let ann = make_member(database, &acme, "ann@acme.example", Role::Owner).await;
        let new = crate::directory::session(&ann.account, Some(&acme));
        let cookie = database.start_session(&new, t0()).await.unwrap();
        let found = database.signed_in::<serde_json::Value>(cookie.reveal(), t0()).await.unwrap().unwrap();
        assert_eq!(found.session, database.session(cookie.reveal(), t0()).await.unwrap().unwrap());
        assert_eq!(found.account.id, ann.account);
        let (organisation, settings) = found.organisation.unwrap();
        assert_eq!((organisation.id, settings.value), (acme, json!({"sso": false})));
        let nowhere = crate::directory::session(&ann.account, None);
        let cookie = database.start_session(&nowhere, t0()).await.unwrap();
        let found = database.signed_in::<serde_json::Value>(cookie.reveal(), t0()).await.unwrap().unwrap();
        assert!(found.organisation.is_none());
        for (cookie, now) in [(cookie.reveal(), nowhere.expires), ("another", t0())] {
            assert!(database.signed_in::<serde_json::Value>(cookie, now).await.unwrap().is_none());
        }
    }

    async fn a_request_brings_its_organisation_and_whether_it_was_answered(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        for (id, tenant) in [("_r1", "acme"), ("_r2", "gone")] {
            database.put(&request(id, tenant)).await.unwrap();
        }
        let now = request("_r1", "acme").issued_at();
        for handle in [RequestHandle::ById("_r1"), RequestHandle::ByRelayState("_r1")] {
            let unit = database.login();
            let begun = unit.begun::<serde_json::Value>(handle, now).await.unwrap().unwrap();
            assert_eq!(begun.record, request("_r1", "acme"));
            assert_eq!(begun.organisation.unwrap().0.id, acme);
        }
        let unit = database.login();
        let begun = unit.begun::<serde_json::Value>(RequestHandle::ById("_r2"), now).await.unwrap().unwrap();
        assert!(begun.organisation.is_none(), "a tenant that is no organisation");
        for (handle, now) in [(RequestHandle::ById("_r3"), now), (RequestHandle::ById("_r1\0"), now), (RequestHandle::ById("_r1"), begun.record.expires_at())] {
            assert!(database.login().begun::<serde_json::Value>(handle, now).await.unwrap().is_none());
        }
        // Who finds an answered request is told when it wants to claim it, without another look.
        let id = request("_r1", "acme").id().clone();
        let first = database.login();
        first.begun::<serde_json::Value>(RequestHandle::ById("_r1"), now).await.unwrap().unwrap();
        assert_eq!(RequestStore::claim(&first, &id, now).await.unwrap(), FirstUse::First);
        first.make_claims(now).await.unwrap();
        let second = database.login();
        second.begun::<serde_json::Value>(RequestHandle::ById("_r1"), now).await.unwrap().unwrap();
        assert_eq!(RequestStore::claim(&second, &id, now).await.unwrap(), FirstUse::Replayed);
    }
}
