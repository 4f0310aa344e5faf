//! A fresh database per test, on SQLite always and on PostgreSQL where there is one.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use sso_store::{Database, OrgId, Pepper};
use std::path::PathBuf;
use std::sync::OnceLock;
use time::OffsetDateTime;
use tokio::sync::OnceCell;

pub(crate) use crate::server::{Server, fresh_directory, number};

pub(crate) const PEPPER: [u8; 32] = [7; 32];

/// A migrated database of its own.
pub(crate) struct Bench {
    pub(crate) database: Database,
    pub(crate) url: String,
    directory: Option<PathBuf>,
}

impl Bench {
    /// A second set of connections to the same database, as another process has.
    pub(crate) async fn another(&self) -> Database {
        Database::open(&self.url, Pepper::new(PEPPER))
            .await
            .unwrap()
    }

    /// Where SQLite's file lies.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        self.directory
            .as_ref()
            .map(|directory| directory.join("sso.db"))
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if let Some(directory) = &self.directory {
            std::fs::remove_dir_all(directory).ok();
        }
    }
}

/// An instant to begin with; no test reads the clock.
pub(crate) fn t0() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_790_000_000).unwrap()
}

pub(crate) fn org(name: &str) -> OrgId {
    OrgId::new(name).unwrap()
}

pub(crate) async fn sqlite() -> Bench {
    let directory = fresh_directory();
    let url = format!("sqlite:{}", directory.join("sso.db").display());
    let database = Database::open(&url, Pepper::new(PEPPER)).await.unwrap();
    database.migrate().await.unwrap();
    Bench {
        database,
        url,
        directory: Some(directory),
    }
}

/// `None` where no PostgreSQL is installed or named; then the reason was printed.
pub(crate) async fn postgres() -> Option<Bench> {
    // Migrated once and copied for each test, which takes a tenth of the time.
    static MIGRATED: OnceCell<Option<String>> = OnceCell::const_new();
    let template = MIGRATED
        .get_or_init(|| async {
            let url = empty_postgres().await?;
            let database = Database::open(&url, Pepper::new(PEPPER)).await.unwrap();
            database.migrate().await.unwrap();
            database.close().await;
            Some(url.rsplit_once('/').unwrap().1.to_owned())
        })
        .await
        .as_ref()?;
    let url = new_postgres(&format!(" TEMPLATE {template}")).await?;
    let database = Database::open(&url, Pepper::new(PEPPER)).await.unwrap();
    Some(Bench {
        database,
        url,
        directory: None,
    })
}

/// The URL of a new database without a schema.
pub(crate) async fn empty_postgres() -> Option<String> {
    new_postgres("").await
}

/// The URL of a new database made so.
async fn new_postgres(how: &str) -> Option<String> {
    static SERVER: OnceLock<Option<String>> = OnceLock::new();
    let base = SERVER
        .get_or_init(|| {
            std::env::var("SSO_STORE_POSTGRES_URL")
                .ok()
                .or_else(start_shared)
        })
        .as_ref();
    let Some(base) = base else {
        assert!(
            std::env::var_os("CI_REQUIRE_COUNTERPARTS").is_none(),
            "PostgreSQL is required here"
        );
        println!("skipped: PostgreSQL (neither installed nor named by SSO_STORE_POSTGRES_URL)");
        return None;
    };
    let name = format!("sso_store_{}_{}", std::process::id(), number());
    let mut connection = PgConnection::connect(base).await.unwrap();
    connection
        .execute(AssertSqlSafe(format!("CREATE DATABASE {name}{how}")))
        .await
        .unwrap();
    let (server, _) = base.rsplit_once('/').unwrap();
    Some(format!("{server}/{name}"))
}

fn start_shared() -> Option<String> {
    static KEPT: OnceLock<Server> = OnceLock::new();
    let server = Server::start()?;
    let url = server.url();
    KEPT.set(server).ok();
    Some(url)
}

/// `on_both! { async fn name(bench: Bench) { … } }` runs the body once on each engine.
macro_rules! on_both {
    ($($(#[$attribute:meta])* async fn $name:ident($bench:ident: Bench) $body:block)*) => { $(
        mod $name {
            use super::*;
            $(#[$attribute])*
            async fn check($bench: crate::engines::Bench) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                check(crate::engines::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(bench) = crate::engines::postgres().await {
                    check(bench).await;
                }
            }
        }
    )* };
}
pub(crate) use on_both;
