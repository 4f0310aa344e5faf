//! Organisations found by the issuer of their connection, those of an older schema too.

use crate::directory::make_org;
use crate::engines::{PEPPER, on_both, org, t0};
use crate::older;
use saml_sp::store::{FirstUse, RequestHandle, RequestStore, contract};
use serde_json::json;
use sso_store::directory::{IssuerOwner, NewOrganisation};
use sso_store::{Database, Pepper, StoreError};

const OKTA: &str = "http://www.okta.com/exk1";

async fn found(database: &Database, issuer: &str) -> IssuerOwner {
    database.organisation_of_issuer(issuer).await.unwrap()
}

/// Saves settings with this issuer, in the version that is there.
async fn enter(database: &Database, id: &str, issuer: Option<&str>) {
    let id = org(id);
    let read = database
        .settings::<serde_json::Value>(&id)
        .await
        .unwrap()
        .unwrap();
    let mut tx = database.begin().await.unwrap();
    tx.save_settings(&id, read.version, &read.value, issuer)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

on_both! {
    async fn an_issuer_points_to_the_one_organisation_that_has_it(bench: Bench) {
        let database = &bench.database;
        let (acme, other) = (make_org(database, "acme").await, make_org(database, "other").await);
        assert_eq!(found(database, OKTA).await, IssuerOwner::Nobody);
        enter(database, "acme", Some(OKTA)).await;
        assert_eq!(found(database, OKTA).await, IssuerOwner::One(acme.clone()));
        for near in ["http://www.okta.com/EXK1", "http://www.okta.com/exk1/", "http://www.okta.com/exk", "", "%", "exk1\0"] {
            assert_eq!(found(database, near).await, IssuerOwner::Nobody, "{near:?}");
        }
        enter(database, "other", Some(OKTA)).await;
        assert_eq!(found(database, OKTA).await, IssuerOwner::Several);
        enter(database, "acme", Some("http://www.okta.com/exk2")).await;
        assert_eq!(found(database, OKTA).await, IssuerOwner::One(other));
        assert_eq!(found(database, "http://www.okta.com/exk2").await, IssuerOwner::One(acme));
        enter(database, "other", None).await;
        assert_eq!(found(database, OKTA).await, IssuerOwner::Nobody, "a connection that was removed");
    }

    async fn an_organisation_made_with_its_connection_is_found(bench: Bench) {
        let database = &bench.database;
        let new = NewOrganisation { id: org("acme"), name: "Acme".into() };
        let mut tx = database.begin().await.unwrap();
        tx.create_organisation(&new, &json!({}), Some(OKTA), t0()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(found(database, OKTA).await, IssuerOwner::One(org("acme")));
    }

    async fn settings_that_came_late_leave_the_issuer(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        enter(database, "acme", Some(OKTA)).await;
        let mut tx = database.begin().await.unwrap();
        let late = tx.save_settings(&acme, 1, &json!({}), Some("http://www.okta.com/late")).await;
        assert!(matches!(late, Err(StoreError::Stale)));
        tx.commit().await.unwrap();
        assert_eq!(found(database, OKTA).await, IssuerOwner::One(acme));
        assert_eq!(found(database, "http://www.okta.com/late").await, IssuerOwner::Nobody);
    }
}

/// How many migrations there were before issuers had a column.
const BEFORE: usize = 6;

/// Identifiers and settings of an older schema: whole, escaped, without a connection, without an
/// issuer, of another shape, and two with one issuer.
const OLD: [(&str, &str); 8] = [
    (
        "whole",
        r#"{"connection":{"certificates":[],"sign_in_url":null,"issuer":"http://www.okta.com/exk1"},"staged":{"connection":{"issuer":"http://www.okta.com/staged"}}}"#,
    ),
    ("escaped", r#"{"connection":{"issuer":"urn:\u00e4:\"q\""}}"#),
    ("empty", "{}"),
    ("without", r#"{"connection":{"issuer":null}}"#),
    ("number", r#"{"connection":{"issuer":7}}"#),
    ("list", "[1]"),
    (
        "twin1",
        r#"{"connection":{"issuer":"http://www.okta.com/twin"}}"#,
    ),
    (
        "twin2",
        r#"{"connection":{"issuer":"http://www.okta.com/twin"}}"#,
    ),
];

fn insert(id: &str, settings: &str) -> String {
    format!(
        "INSERT INTO organisations (id, name, settings, settings_version, created) VALUES ('{id}', 'Old', '{settings}', 3, 5)"
    )
}

/// All rows of the older schema: the organisations, and a request that waits for its answer.
fn rows() -> Vec<String> {
    let record = serde_json::to_string(&contract::sample("_r1", "_relay")).unwrap();
    let expires = contract::sample("_r1", "_relay").expires_at();
    let request = format!(
        "INSERT INTO saml_requests (id, relay, record, expires, claimed) VALUES ('_r1', '_relay', '{record}', {}, NULL)",
        expires.unix_timestamp_nanos() / 1_000
    );
    let organisations = OLD.into_iter().map(|(id, settings)| insert(id, settings));
    organisations.chain([request]).collect()
}

/// The request is found by both handles, and is still to be answered.
async fn is_waiting(database: &Database) {
    let record = contract::sample("_r1", "_relay");
    let now = record.issued_at();
    for handle in [
        RequestHandle::ById("_r1"),
        RequestHandle::ByRelayState("_relay"),
    ] {
        let begun = database
            .login()
            .begun::<serde_json::Value>(handle, now)
            .await;
        assert_eq!(begun.unwrap().unwrap().record, record);
    }
    let claim = RequestStore::claim(database, record.id(), now).await;
    assert_eq!(claim.unwrap(), FirstUse::First);
}

async fn opened_by_this_build(url: &str) {
    let database = Database::open(url, Pepper::new(PEPPER)).await.unwrap();
    database.migrate().await.unwrap();
    is_waiting(&database).await;
    assert_eq!(found(&database, OKTA).await, IssuerOwner::One(org("whole")));
    assert_eq!(
        found(&database, "urn:\u{e4}:\"q\"").await,
        IssuerOwner::One(org("escaped"))
    );
    assert_eq!(
        found(&database, "http://www.okta.com/twin").await,
        IssuerOwner::Several
    );
    for nobody in ["http://www.okta.com/staged", "7", "null", ""] {
        assert_eq!(
            found(&database, nobody).await,
            IssuerOwner::Nobody,
            "{nobody}"
        );
    }
    for (id, settings) in OLD {
        let kept = database
            .settings::<serde_json::Value>(&org(id))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            kept.value,
            serde_json::from_str::<serde_json::Value>(settings).unwrap()
        );
        assert_eq!(kept.version, 3, "{id}");
    }
    database.close().await;
}

#[tokio::test]
async fn organisations_of_an_older_schema_are_found_on_sqlite() {
    // The embedded engine alone takes whatever text; it must not stop the migration.
    let broken = insert("broken", "not JSON");
    let rows = rows().into_iter().chain([broken]).collect();
    let (url, directory) = older::on_sqlite(BEFORE, rows).await;
    opened_by_this_build(&url).await;
    std::fs::remove_dir_all(directory).unwrap();
}

#[tokio::test]
async fn organisations_of_an_older_schema_are_found_on_postgres() {
    if let Some(url) = older::on_postgres(BEFORE, rows()).await {
        opened_by_this_build(&url).await;
    }
}
