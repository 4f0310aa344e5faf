//! Databases as an older build left them, made by another tool than the one that opens them.

use crate::engines;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqlSafeStr, SqliteConnection};
use std::path::PathBuf;

/// The first so many migrations.
fn migrations(engine: &str, versions: usize) -> Migrator {
    let folder = format!("{}/migrations/{engine}", env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let all = files.iter().take(versions).zip(1..).map(|(file, version)| {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(name.starts_with(&format!("{version:04}_")), "{name}");
        let sql = AssertSqlSafe(std::fs::read_to_string(file).unwrap()).into_sql_str();
        Migration::new(version, name.into(), MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(all.collect())
}

/// A file of SQLite, in a folder that the test removes.
pub(crate) async fn on_sqlite(versions: usize, rows: Vec<String>) -> (String, PathBuf) {
    let directory = engines::fresh_directory();
    let url = format!("sqlite:{}", directory.join("sso.db").display());
    let mut connection = SqliteConnection::connect(&format!("{url}?mode=rwc"))
        .await
        .unwrap();
    migrations("sqlite", versions)
        .run_direct(None, &mut connection, false)
        .await
        .unwrap();
    for row in rows {
        connection.execute(AssertSqlSafe(row)).await.unwrap();
    }
    connection.close().await.unwrap();
    (url, directory)
}

/// A database of PostgreSQL, where there is one.
pub(crate) async fn on_postgres(versions: usize, rows: Vec<String>) -> Option<String> {
    let url = engines::empty_postgres().await?;
    let mut connection = PgConnection::connect(&url).await.unwrap();
    migrations("postgres", versions)
        .run_direct(None, &mut connection, false)
        .await
        .unwrap();
    for row in rows {
        connection.execute(AssertSqlSafe(row)).await.unwrap();
    }
    connection.close().await.unwrap();
    Some(url)
}
