//! Whether changes can be made is known without making any, for as long as none has failed.

use crate::disk::SmallDisk;
use crate::engines::{PEPPER, Server};
use crate::faults::{count, impatient, is_unavailable, write};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use sso_store::{Database, Pepper};
use std::time::Duration;

async fn open(url: &str) -> Database {
    let database = Database::open_with(url, Pepper::new(PEPPER), &impatient())
        .await
        .unwrap();
    database.migrate().await.unwrap();
    database.check_writing().await.unwrap();
    database
}

/// Asks until writing is known to succeed; it is tried once a second.
async fn until_written(database: &Database) {
    let asked = async {
        while database.check_writing().await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    let bound = Duration::from_secs(60);
    tokio::time::timeout(bound, asked)
        .await
        .expect("it is written again");
}

#[tokio::test]
async fn a_full_disk_is_known_from_the_first_write_that_fails() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let url = format!("sqlite:{}", disk.0.join("sso.db").display());
    let database = open(&url).await;
    let ballast = disk.fill();
    database.check_writing().await.unwrap();
    let refused = write(&database).await;
    assert!(is_unavailable(&refused), "{refused:?}");
    let told = database.check_writing().await;
    assert!(is_unavailable(&told), "{told:?}");
    let again = database.check_writing().await.unwrap_err();
    let why = std::error::Error::source(&again).unwrap().to_string();
    assert_eq!(
        why, "nothing could be written a moment ago",
        "nor is it tried"
    );
    database.ping().await.unwrap();
    std::fs::remove_file(ballast).unwrap();
    until_written(&database).await;
    let left = count(&url, "SELECT COUNT(*) FROM saml_replays").await;
    assert_eq!(left, 0, "nothing is left of trying");
    write(&database).await.unwrap();
}

/// As on a standby that others write to.
#[tokio::test]
async fn a_postgres_that_may_only_be_read_says_so_until_it_may_be_written() {
    let Some(server) = Server::start_or_skip() else {
        return;
    };
    let database = open(&server.url()).await;
    let read_only = async |switch: &str| {
        let mut other = PgConnection::connect(&server.url()).await.unwrap();
        let sql = format!("ALTER SYSTEM SET default_transaction_read_only = {switch}");
        other.execute(AssertSqlSafe(sql)).await.unwrap();
        other.execute("SELECT pg_reload_conf()").await.unwrap();
    };
    read_only("on").await;
    let refused = loop {
        match write(&database).await {
            Ok(()) => tokio::task::yield_now().await,
            refused => break refused,
        }
    };
    assert!(is_unavailable(&refused), "{refused:?}");
    let told = database.check_writing().await;
    assert!(is_unavailable(&told), "{told:?}");
    database.ping().await.unwrap();
    read_only("off").await;
    until_written(&database).await;
    write(&database).await.unwrap();
}
