#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::{Settings, Sqlite};
use crate::error::StoreError;
use crate::sql::unit::{Step, UnitError};
use crate::sql::{Row, params};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A file of its own, removed at the end.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let name = format!("sso-store-unit-{}-{name}.db", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    async fn open(&self, limit: Duration) -> Sqlite {
        self.open_patiently(limit, Duration::from_secs(5)).await
    }

    async fn open_patiently(&self, limit: Duration, patience: Duration) -> Sqlite {
        let settings = Settings {
            synchronous: "FULL",
            patience,
            limit,
            readers: 2,
        };
        Sqlite::open(self.0.to_str().unwrap(), settings)
            .await
            .unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm"] {
            std::fs::remove_file(format!("{}{ending}", self.0.display())).ok();
        }
    }
}

const COUNT: &str = "WITH RECURSIVE counted(n) AS \
    (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < $1) SELECT COUNT(*) FROM counted";

fn number(rows: &[Row]) -> i64 {
    rows.first().unwrap().get(0).unwrap()
}

#[tokio::test]
async fn a_long_read_is_moved_and_still_right() {
    let file = File::new("long");
    let sqlite = file.open(Duration::from_secs(60)).await;
    for many in [1, 100, 100_000] {
        let rows = sqlite.rows(COUNT, params![many]).await.unwrap();
        assert_eq!(number(&rows), many);
    }
    // The reader that was stopped serves short reads as before.
    assert_eq!(number(&sqlite.rows(COUNT, params![2]).await.unwrap()), 2);
}

#[tokio::test]
async fn a_read_without_end_is_stopped_at_the_limit() {
    let file = File::new("limit");
    let sqlite = file.open(Duration::from_millis(50)).await;
    let stopped = sqlite.rows(COUNT, params![i64::MAX]).await.map(drop);
    assert!(
        stopped.as_ref().is_err_and(StoreError::is_unavailable),
        "{stopped:?}"
    );
    assert_eq!(number(&sqlite.rows(COUNT, params![2]).await.unwrap()), 2);
}

#[tokio::test]
async fn values_go_where_their_numbers_say() {
    let file = File::new("values");
    let sqlite = file.open(Duration::from_secs(5)).await;
    let rows = sqlite
        .rows("SELECT $2, $1, $2, '$3'", params!["a", "b"])
        .await
        .unwrap();
    let row = rows.first().unwrap();
    let cells: Vec<String> = (0..4).map(|column| row.text(column).unwrap()).collect();
    assert_eq!(cells, ["b", "a", "b", "$3"]);
    assert!(matches!(
        sqlite.rows("SELECT $3", params!["a"]).await.map(drop),
        Err(StoreError::Internal(_))
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn units_that_wait_together_are_committed_together() {
    let file = File::new("group");
    let sqlite = file.open(Duration::from_secs(5)).await;
    let table = Step::new(
        "CREATE TABLE numbers (n INTEGER NOT NULL PRIMARY KEY) STRICT",
        Vec::new(),
    );
    sqlite
        .unit(vec![table])
        .await
        .map_err(UnitError::into_store)
        .unwrap();
    let commits = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&commits);
    let count = move || {
        counted.fetch_add(1, Ordering::Relaxed);
        false
    };
    sqlite
        .with_writer(move |writer| Ok(writer.commit_hook(Some(count))?))
        .await
        .unwrap();
    // A transaction has the turn; whoever comes meanwhile waits for it.
    let held = sqlite.begin().await.unwrap();
    let insert = |n: i64| vec![Step::new("INSERT INTO numbers (n) VALUES ($1)", params![n])];
    let mut tasks = Vec::new();
    for n in (0..100).chain([7]) {
        let (sqlite, steps) = (sqlite.clone(), insert(n));
        tasks.push(tokio::spawn(
            async move { sqlite.unit(steps).await.is_ok() },
        ));
    }
    drop(held);
    let mut done = 0;
    for task in tasks {
        done += i64::from(task.await.unwrap());
    }
    assert_eq!(done, 100, "the one that conflicts fails alone");
    let rows = sqlite
        .rows("SELECT COUNT(*) FROM numbers", Vec::new())
        .await
        .unwrap();
    assert_eq!(number(&rows), 100);
    let commits = commits.load(Ordering::Relaxed);
    assert!((1..=20).contains(&commits), "{commits} commits");
}

/// A unit that was given to the thread that writes, and about which nothing was heard in time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_nothing_was_heard_of_is_unsettled() {
    let file = File::new("unsettled");
    let short = Duration::from_millis(20);
    let sqlite = file.open_patiently(short, short).await;
    let held = sqlite.begin().await.unwrap();
    let step = Step::new("CREATE TABLE t (n INTEGER) STRICT", Vec::new());
    let lost = sqlite.unit(vec![step]).await.map_err(UnitError::into_store);
    drop(held);
    assert!(lost.is_err_and(|error| error.may_have_changed()));
}
