//! Opening a database and holding its connections.

use crate::error::StoreError;
use crate::migrate;
use crate::parsed::Parsed;
use crate::pepper::{Pepper, Purpose};
use crate::sql::{
    Engine, Limits, Pool, Postgres, Row, Settings, Sqlite, Step, Tx, UnitError, Value, params,
};
use crate::writing::Writing;
use sqlx::postgres::PgConnectOptions;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use subtle::ConstantTimeEq;

/// When an SQLite commit counts as done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// Every commit waits until the disk has it (`synchronous=FULL`). The default: a power cut
    /// must not bring back a suspended member, or forget that an assertion was used.
    #[default]
    PowerLoss,
    /// Commits survive the end of the process, also by `kill -9`, but the last ones may be
    /// lost when the machine itself goes down (`synchronous=NORMAL`; the file stays sound).
    ProcessLoss,
}

/// What is in a database, as [`Database::standing`] sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing of this crate's; everything would be made.
    Empty,
    /// Made by an earlier build; so many migrations are missing.
    Behind(usize),
    /// As this build has it.
    Current,
}

/// How to open a database. Every number has a default.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// How long a statement waits for SQLite's write lock held by another process, and a
    /// caller for a free connection, before [`StoreError::Unavailable`]. Default 5 seconds:
    /// far above any write of this crate, far below the 60 seconds Okta waits.
    pub patience: Duration,
    /// How long one statement may take before [`StoreError::Unavailable`]. Default 10 seconds:
    /// the slowest of this crate, a page of a thousand people, takes some tens of
    /// milliseconds, so that a longer silence means a server that is stopped or cut off.
    pub statement: Duration,
    /// SQLite only; see [`Durability`]. Default [`Durability::PowerLoss`].
    pub durability: Durability,
    /// Connections: idle readers of SQLite that are kept (default 4; a read holds one for some
    /// microseconds and the writer is apart), or all connections of PostgreSQL (default 16, since
    /// every process opens as many and a server's usual limit is 100).
    pub connections: Option<u32>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            patience: Duration::from_secs(5),
            statement: Duration::from_secs(10),
            durability: Durability::PowerLoss,
            connections: None,
        }
    }
}

/// The stores of saml-sp, scim-core and org-domain, and the application's own directory, on
/// one database. Cheap to clone; clones share the connections.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use sso_store::{Database, Pepper};
///
/// let file = std::env::temp_dir().join(format!("sso-store-doc-{}.db", std::process::id()));
/// let database = Database::open(&format!("sqlite:{}", file.display()), Pepper::new([7; 32])).await?;
/// database.migrate().await?;
/// database.close().await;
/// # std::fs::remove_file(file)?;
/// # Ok::<_, Box<dyn std::error::Error>>(()) }).and(Ok::<_, Box<dyn std::error::Error>>(()))
/// # .map(drop)?; Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Database {
    pub(crate) pool: Pool,
    pub(crate) pepper: Arc<Pepper>,
    pub(crate) parsed: Arc<Parsed>,
    pub(crate) writing: Arc<Writing>,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("engine", &self.engine())
            .finish_non_exhaustive()
    }
}

impl Database {
    /// Opens `sqlite:<file>` (created when missing) or `postgres://user@host/database` with
    /// the default [`OpenOptions`].
    ///
    /// # Errors
    /// [`StoreError::Url`] for anything else, [`StoreError::Unavailable`] when the database
    /// cannot be reached.
    pub async fn open(url: &str, pepper: Pepper) -> Result<Self, StoreError> {
        Self::open_with(url, pepper, &OpenOptions::default()).await
    }

    /// As [`open`](Self::open), with options.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_with(
        url: &str,
        pepper: Pepper,
        options: &OpenOptions,
    ) -> Result<Self, StoreError> {
        let pool = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Pool::Postgres(open_postgres(url, options).await?)
        } else if let Some(file) = url.strip_prefix("sqlite:") {
            Pool::Sqlite(open_sqlite(file.strip_prefix("//").unwrap_or(file), options).await?)
        } else {
            return Err(StoreError::Url);
        };
        Ok(Self {
            pool,
            pepper: Arc::new(pepper),
            parsed: Arc::default(),
            writing: Arc::default(),
        })
    }

    /// Brings the schema to this build's version and checks that the pepper is the one the
    /// database was made with. Safe to call from several processes at once, and again.
    ///
    /// # Errors
    /// [`StoreError::Migration`] when an applied migration is unknown to this build or was
    /// edited, [`StoreError::PepperMismatch`] for another pepper, [`StoreError::Unavailable`].
    pub async fn migrate(&self) -> Result<(), StoreError> {
        migrate::run(&self.pool).await?;
        self.check_pepper().await
    }

    async fn check_pepper(&self) -> Result<(), StoreError> {
        let expected = self.pepper.digest(Purpose::Canary, b"");
        self.execute(
            "INSERT INTO pepper_canary (id, digest) VALUES (1, $1) ON CONFLICT (id) DO NOTHING",
            params![expected.clone()],
        )
        .await?;
        self.compare_pepper(&expected).await
    }

    async fn compare_pepper(&self, expected: &[u8]) -> Result<(), StoreError> {
        let row = self
            .row("SELECT digest FROM pepper_canary WHERE id = 1", vec![])
            .await?;
        let seen: Vec<u8> = row.ok_or(StoreError::Missing)?.get(0)?;
        if bool::from(seen.ct_eq(expected)) {
            Ok(())
        } else {
            Err(StoreError::PepperMismatch)
        }
    }

    /// Looks at what [`migrate`](Self::migrate) would meet, and changes nothing.
    ///
    /// # Errors
    /// As `migrate`.
    pub async fn standing(&self) -> Result<Standing, StoreError> {
        match migrate::missing(&self.pool).await? {
            None => Ok(Standing::Empty),
            Some(missing) => {
                let expected = self.pepper.digest(Purpose::Canary, b"");
                self.compare_pepper(&expected).await?;
                Ok(match missing {
                    0 => Standing::Current,
                    missing => Standing::Behind(missing),
                })
            }
        }
    }

    /// Answers whether the database can be read right now: what a readiness probe asks first. See
    /// [`check_writing`](Self::check_writing).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.row("SELECT id FROM pepper_canary WHERE id = 1", vec![])
            .await
            .map(drop)
    }

    /// Which engine is behind it.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        self.pool.engine()
    }

    /// Lets running statements end and closes the connections; SQLite folds its write-ahead
    /// log into the file. Calls after it get [`StoreError::Unavailable`].
    pub async fn close(&self) {
        self.pool.close().await;
    }

    pub(crate) async fn begin_tx(&self) -> Result<Tx, StoreError> {
        self.writing.note(self.pool.begin().await)
    }

    pub(crate) async fn rows(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.pool.rows(sql, values).await
    }

    pub(crate) async fn row(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        self.pool.row(sql, values).await
    }

    /// What a statement that gives one row with one number counts.
    pub(crate) async fn count(&self, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
        let row = self.row(sql, values).await?.ok_or(StoreError::Missing)?;
        Ok(row.get::<i64>(0)?.unsigned_abs())
    }

    pub(crate) async fn execute(&self, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
        self.writing.note(self.pool.execute(sql, values).await)
    }

    pub(crate) async fn unit(&self, steps: Vec<Step>) -> Result<Vec<u64>, UnitError> {
        self.writing.note_unit(self.pool.unit(steps).await)
    }
}

async fn open_postgres(url: &str, options: &OpenOptions) -> Result<Postgres, StoreError> {
    let connect = PgConnectOptions::from_str(url).map_err(|_| StoreError::Url)?;
    let connect = connect
        .application_name("sso-store")
        .options(server_limits(options));
    let limits = Limits {
        patience: options.patience,
        statement: options.statement,
        connections: options.connections.unwrap_or(16) as usize,
    };
    Postgres::open(connect, limits).await
}

/// What the server itself gives up on, so that no lock outlives the caller who waited for it.
fn server_limits(options: &OpenOptions) -> [(&'static str, String); 3] {
    let millis = |limit: Duration| limit.as_millis().to_string();
    [
        ("lock_timeout", millis(options.patience)),
        ("statement_timeout", millis(options.statement)),
        (
            "idle_in_transaction_session_timeout",
            millis(options.statement),
        ),
    ]
}

async fn open_sqlite(file: &str, options: &OpenOptions) -> Result<Sqlite, StoreError> {
    if file.is_empty() || file.contains(":memory:") {
        // Reader and writer would each have a memory of their own.
        return Err(StoreError::Url);
    }
    let settings = Settings {
        synchronous: match options.durability {
            Durability::PowerLoss => "FULL",
            Durability::ProcessLoss => "NORMAL",
        },
        patience: options.patience,
        limit: options.statement,
        readers: options
            .connections
            .map_or(4, |connections| connections as usize),
    };
    Sqlite::open(file, settings).await
}
