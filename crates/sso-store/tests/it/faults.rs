//! Killed, busy, full, gone and back, silent: what was acknowledged stays, what fails says so,
//! and nobody has to restart.

use crate::directory::{make_member, make_org};
use crate::disk::SmallDisk;
use crate::engines::{self, PEPPER, Server, on_both, t0};
use crate::load::{Ack, URL, assertion};
use saml_sp::store::{FirstUse, ReplayStore, RequestStore, contract};
use scim_core::id::{Kind, ResourceId, TenantId};
use scim_core::query::Load;
use scim_core::store::Store;
use sqlx::{Connection, Executor, Row, SqliteConnection};
use sso_store::directory::{MemberState, NewOrganisation};
use sso_store::{Database, Durability, MemberId, OpenOptions, Pepper, Role, StoreError};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A process under load on this database.
fn start_load(url: &str) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args(["--ignored", "--exact", "load::under_load", "--nocapture"])
        .env(URL, url);
    child
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Reads so many acknowledgements, kills with SIGKILL, and reads what was said until then.
fn kill_after(mut child: Child, enough: usize) -> Vec<Ack> {
    let mut acks = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        acks.extend(Ack::hear(&line.unwrap()));
        if acks.len() == enough {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(
        acks.len() >= enough,
        "the load ended by itself after {}",
        acks.len()
    );
    acks
}

async fn verify(database: &Database, ack: &Ack) {
    let tenant = TenantId::new("acme");
    match ack {
        Ack::Login(n, cookie) => {
            let record = contract::sample(&format!("_{n}"), "relay");
            let again = RequestStore::claim(database, record.id(), record.issued_at())
                .await
                .unwrap();
            assert_eq!(again, FirstUse::Replayed, "{ack:?}");
            let again = ReplayStore::claim(database, &assertion(n), t0(), t0())
                .await
                .unwrap();
            assert_eq!(again, FirstUse::Replayed, "{ack:?}");
            assert!(
                database.session(cookie, t0()).await.unwrap().is_some(),
                "{ack:?}"
            );
        }
        Ack::User(n) => {
            let found = database
                .get(
                    &tenant,
                    &Kind::USER,
                    &ResourceId::new(n.as_str()),
                    &Load::All,
                )
                .await
                .unwrap();
            assert!(found.is_some(), "{ack:?}");
        }
        Ack::Off(n) => {
            let member = database
                .member(&engines::org("acme"), &MemberId::new(n))
                .await
                .unwrap()
                .unwrap();
            assert_eq!(member.state, MemberState::SuspendedByScim, "{ack:?}");
        }
    }
}

/// Rows that no finished transaction leaves behind.
const HALVES: [&str; 7] = [
    "SELECT COUNT(*) FROM accounts a WHERE a.origin = 'scim' AND NOT EXISTS (SELECT 1 FROM members m WHERE m.account = a.id)",
    "SELECT COUNT(*) FROM members m WHERE m.scim_linked = 1 AND NOT EXISTS (SELECT 1 FROM scim_changes c WHERE c.org = m.org AND c.id = m.id AND c.action = 'create')",
    "SELECT COUNT(*) FROM members m WHERE m.scim_linked = 1 AND NOT EXISTS (SELECT 1 FROM member_emails e WHERE e.org = m.org AND e.member = m.id)",
    "SELECT COUNT(*) FROM scim_changes c WHERE NOT EXISTS (SELECT 1 FROM members m WHERE m.org = c.org AND m.id = c.id)",
    "SELECT ABS((SELECT COUNT(*) FROM sessions) - (SELECT COUNT(*) FROM sign_ins))",
    "SELECT ABS((SELECT COUNT(*) FROM sessions) - (SELECT COUNT(*) FROM saml_replays))",
    "SELECT ABS((SELECT COUNT(*) FROM sessions) - (SELECT COUNT(*) FROM saml_requests WHERE claimed IS NOT NULL))",
];

pub(crate) async fn count(url: &str, sql: &'static str) -> i64 {
    if url.starts_with("postgres") {
        let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
        sqlx::query(sql)
            .fetch_one(&mut connection)
            .await
            .unwrap()
            .get(0)
    } else {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        sqlx::query(sql)
            .fetch_one(&mut connection)
            .await
            .unwrap()
            .get(0)
    }
}

async fn prepare(database: &Database) {
    let acme = make_org(database, "acme").await;
    make_member(database, &acme, "ann@acme.example", Role::Owner).await;
}

on_both! {
    async fn a_killed_process_loses_nothing_it_acknowledged(bench: Bench) {
        prepare(&bench.database).await;
        bench.database.close().await;
        for enough in [150, 333, 501] {
            let url = bench.url.clone();
            let acks = tokio::task::spawn_blocking(move || kill_after(start_load(&url), enough)).await.unwrap();
            let database = bench.another().await;
            database.migrate().await.unwrap();
            for ack in &acks {
                verify(&database, ack).await;
            }
            database.close().await;
            for sql in HALVES {
                assert_eq!(count(&bench.url, sql).await, 0, "{sql}");
            }
        }
        if bench.file().is_some() {
            assert_eq!(count(&bench.url, "SELECT COUNT(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'").await, 0);
            assert_eq!(count(&bench.url, "SELECT COUNT(*) FROM pragma_foreign_key_check").await, 0);
        }
    }
}

pub(crate) fn impatient() -> OpenOptions {
    OpenOptions {
        patience: Duration::from_millis(200),
        statement: Duration::from_millis(400),
        durability: Durability::PowerLoss,
        connections: Some(2),
    }
}

/// One write that changes something each time.
pub(crate) async fn write(database: &Database) -> Result<(), StoreError> {
    let n = engines::number().to_string();
    ReplayStore::claim(database, &assertion(&n), t0(), t0())
        .await
        .map(drop)
}

/// Unavailable, and certain that nothing was changed.
pub(crate) fn is_unavailable<T: std::fmt::Debug>(result: &Result<T, StoreError>) -> bool {
    let error = result.as_ref().err();
    error.is_some_and(|error| error.is_unavailable() && !error.may_have_changed())
}

/// Unavailable, when it was too late to know.
fn is_unsettled<T: std::fmt::Debug>(result: &Result<T, StoreError>) -> bool {
    let error = result.as_ref().err();
    error.is_some_and(|error| error.is_unavailable() && error.may_have_changed())
}

#[tokio::test]
async fn a_busy_sqlite_is_unavailable_and_then_is_not() {
    let bench = engines::sqlite().await;
    let database = Database::open_with(&bench.url, Pepper::new(PEPPER), &impatient())
        .await
        .unwrap();
    let mut other = SqliteConnection::connect(&bench.url).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let refused = write(&database).await;
    assert!(is_unavailable(&refused), "{refused:?}");
    let refused = database.begin().await.map(drop);
    assert!(is_unavailable(&refused), "{refused:?}");
    database.ping().await.unwrap();
    // A lock is no reason to take a process out of service.
    database.check_writing().await.unwrap();
    other.execute("ROLLBACK").await.unwrap();
    write(&database).await.unwrap();
    database.begin().await.unwrap().commit().await.unwrap();
}

#[tokio::test]
async fn a_row_locked_in_postgres_is_unavailable_and_then_is_not() {
    let Some(bench) = engines::postgres().await else {
        return;
    };
    prepare(&bench.database).await;
    let database = Database::open_with(&bench.url, Pepper::new(PEPPER), &impatient())
        .await
        .unwrap();
    let mut other = sqlx::PgConnection::connect(&bench.url).await.unwrap();
    other
        .execute("BEGIN; SELECT id FROM organisations FOR UPDATE")
        .await
        .unwrap();
    let rename = async || {
        let mut tx = database.begin().await?;
        tx.rename_organisation(&engines::org("acme"), "Acme Inc.")
            .await?;
        tx.commit().await
    };
    let refused = rename().await;
    assert!(is_unavailable(&refused), "{refused:?}");
    other.execute("ROLLBACK").await.unwrap();
    rename().await.unwrap();
}

#[tokio::test]
async fn all_connections_in_use_is_unavailable_and_then_is_not() {
    let Some(bench) = engines::postgres().await else {
        return;
    };
    let database = Database::open_with(&bench.url, Pepper::new(PEPPER), &impatient())
        .await
        .unwrap();
    let (one, two) = (
        database.begin().await.unwrap(),
        database.begin().await.unwrap(),
    );
    let refused = write(&database).await;
    assert!(is_unavailable(&refused), "{refused:?}");
    drop((one, two));
    write(&database).await.unwrap();
}

/// Repeats until the database is back; a restart takes a moment.
async fn until_back(database: &Database) {
    for _ in 0..100 {
        match write(database).await {
            Ok(()) => return,
            Err(error) => assert!(error.is_unavailable(), "{error:?}"),
        }
    }
    panic!("the database did not come back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_goes_and_comes_back_needs_no_restart_of_ours() {
    let Some(mut server) = Server::start_or_skip() else {
        return;
    };
    let database = Database::open_with(&server.url(), Pepper::new(PEPPER), &impatient())
        .await
        .unwrap();
    database.migrate().await.unwrap();
    prepare(&database).await;
    write(&database).await.unwrap();
    // Somebody is in the middle of a transaction.
    let mut open = database.begin().await.unwrap();
    open.rename_organisation(&engines::org("acme"), "half")
        .await
        .unwrap();
    // And there is a second connection, which waits for the next who asks.
    write(&database).await.unwrap();

    server.kill();
    let refused = write(&database).await;
    assert!(is_unsettled(&refused), "sent, never answered: {refused:?}");
    assert!(is_unavailable(&database.ping().await));
    let refused = write(&database).await;
    assert!(is_unavailable(&refused), "never sent: {refused:?}");
    let lost = open.commit().await;
    assert!(is_unsettled(&lost), "{lost:?}");
    server.start_again();
    until_back(&database).await;
    let acme = database
        .organisation(&engines::org("acme"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(acme.name, "Acme", "the open transaction did not happen");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_falls_silent_is_unavailable_and_then_is_not() {
    let Some(server) = Server::start_or_skip() else {
        return;
    };
    let database = Database::open_with(&server.url(), Pepper::new(PEPPER), &impatient())
        .await
        .unwrap();
    database.migrate().await.unwrap();
    write(&database).await.unwrap();
    let mut open = database.begin().await.unwrap();
    let nobody = open
        .rename_organisation(&engines::org("acme"), "half")
        .await;
    assert!(matches!(nobody, Err(StoreError::Missing)), "{nobody:?}");
    write(&database).await.unwrap();
    server.signal("STOP");
    let begun = std::time::Instant::now();
    let refused = write(&database).await;
    assert!(is_unsettled(&refused), "{refused:?}");
    let refused = database.begin().await.map(drop);
    assert!(is_unavailable(&refused), "{refused:?}");
    let lost = open.commit().await;
    assert!(is_unsettled(&lost), "{lost:?}");
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "nobody waits for ever"
    );
    server.signal("CONT");
    until_back(&database).await;
}

#[tokio::test]
async fn a_full_sqlite_is_unavailable_and_loses_nothing() {
    let bench = engines::sqlite().await;
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    drop(bench);
    let url = format!("sqlite:{}", disk.0.join("sso.db").display());
    let database = Database::open_with(&url, Pepper::new(PEPPER), &impatient())
        .await
        .unwrap();
    database.migrate().await.unwrap();
    let mut kept = Vec::new();
    let full = loop {
        let id = engines::org(&format!("o{}", kept.len()));
        let filled = async {
            let mut tx = database.begin().await?;
            let new = NewOrganisation {
                id: id.clone(),
                name: "x".repeat(20_000),
            };
            tx.create_organisation(&new, &serde_json::json!({}), None, t0())
                .await?;
            tx.commit().await
        };
        match filled.await {
            Ok(()) => kept.push(id),
            Err(error) => break error,
        }
    };
    assert!(full.is_unavailable(), "{full:?}");
    assert!(!full.may_have_changed(), "{full:?}");
    for id in &kept {
        assert!(
            database.organisation(id).await.unwrap().is_some(),
            "reading goes on, nothing is lost"
        );
    }
    disk.grow();
    write(&database).await.unwrap();
    database.close().await;
    assert_eq!(
        count(
            &url,
            "SELECT COUNT(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"
        )
        .await,
        0
    );
}
