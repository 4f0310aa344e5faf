//! Opening a database and holding its connections.

use crate::error::StoreError;
use crate::migrate;
use crate::pepper::{Pepper, Purpose};
use crate::sql::{Connections, Engine, Pool, Row, Tx, Value, params};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};
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
    /// Connections: readers of SQLite (default 4; reads are short and the writer is apart), or
    /// all connections of PostgreSQL (default 16, since every process opens as many and a
    /// server's usual limit is 100).
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
        let connections = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            open_postgres(url, options).await?
        } else if let Some(file) = url.strip_prefix("sqlite:") {
            open_sqlite(file.strip_prefix("//").unwrap_or(file), options).await?
        } else {
            return Err(StoreError::Url);
        };
        let pool = Pool {
            connections,
            limit: options.statement,
        };
        Ok(Self {
            pool,
            pepper: Arc::new(pepper),
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
        let row = self
            .row("SELECT digest FROM pepper_canary WHERE id = 1", vec![])
            .await?;
        let seen: Vec<u8> = row.ok_or(StoreError::Missing)?.get(0)?;
        if bool::from(seen.ct_eq(&expected)) {
            Ok(())
        } else {
            Err(StoreError::PepperMismatch)
        }
    }

    /// Answers whether the database can be read right now: what a readiness probe asks.
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
        self.pool.begin().await
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

    pub(crate) async fn execute(&self, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
        self.pool.execute(sql, values).await
    }
}

async fn open_postgres(url: &str, options: &OpenOptions) -> Result<Connections, StoreError> {
    let connect = PgConnectOptions::from_str(url).map_err(|_| StoreError::Url)?;
    let pool = PgPoolOptions::new()
        .max_connections(options.connections.unwrap_or(16))
        .acquire_timeout(options.patience)
        .connect_with(
            connect
                .application_name("sso-store")
                .options(server_limits(options)),
        )
        .await?;
    Ok(Connections::Postgres(pool))
}

/// Tries again while another process holds the file. SQLite's own patience does not cover the
/// switch to the write-ahead log, which the first of several processes makes.
async fn unless_busy<T, F: Future<Output = Result<T, sqlx::Error>>>(
    patience: Duration,
    mut attempt: impl FnMut() -> F,
) -> Result<T, StoreError> {
    let end = Instant::now() + patience;
    loop {
        match attempt().await {
            Err(error) if is_busy(&error) && Instant::now() < end => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            done => return Ok(done?),
        }
    }
}

/// The primary code SQLITE_BUSY, in the low byte of whatever extended code.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(|error| error.code()?.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == 5)
}

/// Makes a new file readable by its owner only; SQLite gives its companions the same mode. When
/// that fails, opening the database says why.
fn create_private(file: &str) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).ok();
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

async fn open_sqlite(file: &str, options: &OpenOptions) -> Result<Connections, StoreError> {
    if file.is_empty() || file.contains(":memory:") {
        // Reader and writer would each have a memory of their own.
        return Err(StoreError::Url);
    }
    create_private(file);
    let connect = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(match options.durability {
            Durability::PowerLoss => SqliteSynchronous::Full,
            Durability::ProcessLoss => SqliteSynchronous::Normal,
        })
        .busy_timeout(options.patience)
        .foreign_keys(true);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(options.patience);
    let writer = unless_busy(options.patience, || {
        writer.clone().connect_with(connect.clone())
    })
    .await?;
    let reader = SqlitePoolOptions::new()
        .max_connections(options.connections.unwrap_or(4))
        .acquire_timeout(options.patience);
    let connect = connect.pragma("query_only", "on");
    let reader = unless_busy(options.patience, || {
        reader.clone().connect_with(connect.clone())
    })
    .await?;
    Ok(Connections::Sqlite { reader, writer })
}
