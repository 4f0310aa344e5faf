//! The schema: same on both engines, migrated once, opened with one pepper.

use crate::engines::{self, PEPPER};
use sqlx::{Connection, PgConnection, Row, SqliteConnection};
use sso_store::{Database, Pepper, StoreError};
use std::collections::BTreeSet;

/// (table, column, nullable) of every table.
async fn sqlite_columns(url: &str) -> BTreeSet<(String, String, bool)> {
    let mut connection = SqliteConnection::connect(url).await.unwrap();
    let sql = "SELECT m.name, c.name, c.\"notnull\" FROM sqlite_master m, pragma_table_info(m.name) c \
               WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%'";
    let rows = sqlx::query(sql).fetch_all(&mut connection).await.unwrap();
    rows.iter()
        .map(|row| (row.get(0), row.get(1), row.get::<i64, _>(2) == 0))
        .collect()
}

async fn postgres_columns(url: &str) -> BTreeSet<(String, String, bool)> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let sql = "SELECT table_name::text, column_name::text, is_nullable = 'YES' FROM information_schema.columns \
               WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'";
    let rows = sqlx::query(sql).fetch_all(&mut connection).await.unwrap();
    rows.iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect()
}

/// Names of all indexes made by a migration.
async fn indexes(sqlite: &str, postgres: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut connection = SqliteConnection::connect(sqlite).await.unwrap();
    let sql = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL";
    let ours = sqlx::query(sql).fetch_all(&mut connection).await.unwrap();
    let mut connection = PgConnection::connect(postgres).await.unwrap();
    let sql = "SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%\\_pkey'";
    let theirs = sqlx::query(sql).fetch_all(&mut connection).await.unwrap();
    (
        ours.iter().map(|row| row.get(0)).collect(),
        theirs.iter().map(|row| row.get(0)).collect(),
    )
}

#[tokio::test]
async fn both_engines_have_the_same_tables_and_indexes() {
    let sqlite = engines::sqlite().await;
    let Some(postgres) = engines::postgres().await else {
        return;
    };
    let columns = sqlite_columns(&sqlite.url).await;
    assert!(columns.contains(&("members".into(), "user_name_key".into(), false)));
    let others = postgres_columns(&postgres.url).await;
    assert_eq!(
        columns.symmetric_difference(&others).collect::<Vec<_>>(),
        Vec::<&(String, String, bool)>::new()
    );
    let (ours, theirs) = indexes(&sqlite.url, &postgres.url).await;
    assert!(ours.contains("members_user_name"));
    assert_eq!(ours, theirs);
}

async fn migrate_at_once(url: &str) {
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let url = url.to_owned();
            tokio::spawn(async move {
                let database = Database::open(&url, Pepper::new(PEPPER)).await?;
                database.migrate().await
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let database = Database::open(url, Pepper::new(PEPPER)).await.unwrap();
    database.migrate().await.unwrap();
    database.ping().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn four_processes_may_migrate_at_once_on_sqlite() {
    for _ in 0..5 {
        let directory = engines::fresh_directory();
        migrate_at_once(&format!("sqlite:{}", directory.join("sso.db").display())).await;
        std::fs::remove_dir_all(directory).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn four_processes_may_migrate_at_once_on_postgres() {
    for _ in 0..5 {
        let Some(url) = engines::empty_postgres().await else {
            return;
        };
        migrate_at_once(&url).await;
    }
}

engines::on_both! {
    async fn another_pepper_is_refused(bench: Bench) {
        let other = Database::open(&bench.url, Pepper::new([9; 32])).await.unwrap();
        assert!(matches!(other.migrate().await, Err(StoreError::PepperMismatch)));
        let same = Database::open(&bench.url, Pepper::new(PEPPER)).await.unwrap();
        same.migrate().await.unwrap();
    }
}

#[tokio::test]
async fn only_the_two_engines_have_a_url() {
    for url in [
        "mysql://root@localhost/x",
        "sso.db",
        "",
        "postgres",
        "http://localhost",
    ] {
        let opened = Database::open(url, Pepper::new(PEPPER)).await;
        assert!(matches!(opened, Err(StoreError::Url)), "{url}");
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_unavailable() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    for url in [
        format!("postgres://sso@127.0.0.1:{closed}/x"),
        "sqlite:/no/such/folder/sso.db".to_owned(),
    ] {
        let error = Database::open(&url, Pepper::new(PEPPER)).await.unwrap_err();
        assert!(error.is_unavailable(), "{error:?}");
    }
}
