//! Everything written before a process ends is there for the next one.

use crate::directory::{make_member, make_org, session};
use crate::engines::{PEPPER, on_both, t0};
use saml_sp::store::{FirstUse, ReplayKey, ReplayStore, RequestHandle, RequestStore, contract};
use scim_core::auth::authenticate;
use serde_json::Value as Json;
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use sso_store::{Database, Pepper, Role, Standing, StoreError};
use time::Duration;

on_both! {
    async fn all_is_there_after_a_restart(bench: Bench) {
        let key = ReplayKey::new("https://idp.example", "_a");
        let record = contract::sample("_r1", "relay-1");
        let until = t0() + Duration::HOUR;
        let before = &bench.database;
        let acme = make_org(before, "acme").await;
        let ann = make_member(before, &acme, "ann@acme.example", Role::Owner).await;
        assert_eq!(ReplayStore::claim(before, &key, until, t0()).await.unwrap(), FirstUse::First);
        before.put(&record).await.unwrap();
        let cookie = before.start_session(&session(&ann.account, Some(&acme)), t0()).await.unwrap();
        let mut tx = before.begin().await.unwrap();
        let token = tx.mint_token(&acme, "ann", None, Duration::ZERO, t0()).await.unwrap();
        tx.commit().await.unwrap();
        before.close().await;
        assert!(before.ping().await.unwrap_err().is_unavailable(), "closed means closed");

        let after = bench.another().await;
        after.migrate().await.unwrap();
        assert_eq!(ReplayStore::claim(&after, &key, until, t0()).await.unwrap(), FirstUse::Replayed);
        let found = RequestStore::find(&after, RequestHandle::ByRelayState("relay-1"), record.issued_at()).await;
        assert_eq!(found.unwrap(), Some(record));
        assert_eq!(after.member(&acme, &ann.id).await.unwrap(), Some(ann));
        assert_eq!(after.settings::<Json>(&acme).await.unwrap().unwrap().version, 1);
        assert!(after.session(cookie.reveal(), t0()).await.unwrap().is_some());
        let pepper = Pepper::new(PEPPER).for_scim_tokens();
        let bearer = authenticate(Some(&token.reveal()), &after, &pepper, t0()).await.unwrap();
        assert_eq!(bearer.tenant().as_str(), acme.as_str());
    }
    async fn a_look_tells_what_a_migration_would_meet(bench: Bench) {
        assert_eq!(bench.database.standing().await.unwrap(), Standing::Current);
        let other = Database::open(&bench.url, Pepper::new([8; 32])).await.unwrap();
        let refused = other.standing().await;
        assert!(matches!(refused, Err(StoreError::PepperMismatch)), "{refused:?}");
        let last = "DELETE FROM _sqlx_migrations WHERE version > 1";
        run(&bench.url, last).await;
        let Standing::Behind(missing) = bench.database.standing().await.unwrap() else { panic!("not behind") };
        assert!(missing > 1);
        run(&bench.url, "UPDATE _sqlx_migrations SET version = 9999").await;
        let refused = bench.database.standing().await;
        assert!(matches!(refused, Err(StoreError::Migration(_))), "{refused:?}");
    }

    async fn a_look_at_nothing_makes_nothing(bench: Bench) {
        run(&bench.url, "DROP TABLE _sqlx_migrations").await;
        assert_eq!(bench.database.standing().await.unwrap(), Standing::Empty);
        assert_eq!(bench.database.standing().await.unwrap(), Standing::Empty);
    }
}

async fn run(url: &str, sql: &'static str) {
    if url.starts_with("postgres") {
        let mut connection = PgConnection::connect(url).await.unwrap();
        connection.execute(sql).await.unwrap();
    } else {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        connection.execute(sql).await.unwrap();
    }
}
