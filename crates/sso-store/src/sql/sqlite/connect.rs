//! Opening connections, and running one statement on one of them.

use super::Settings;
use crate::error::StoreError;
use crate::sql::{Row, Value};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSql, ToSqlOutput, Value as Cell, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, Statement};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Steps of SQLite's machine between two looks at the bounds of a read.
const STEPS: i32 = 1_000;

/// Looks after which a read counts as long: some hundred microseconds, far more than a look-up
/// takes and less than anybody notices.
const LOOKS: i64 = 20;

/// Statements kept prepared per connection; the crate has fewer.
const PREPARED: usize = 256;

/// How to connect to the file.
pub(super) struct Connect {
    file: String,
    settings: Settings,
    /// What the deadlines of readers count from.
    start: Instant,
}

/// A connection that only reads, and the bounds of its statement.
pub(super) struct Reader {
    pub(super) connection: Connection,
    bounds: Arc<Bounds>,
    start: Instant,
}

struct Bounds {
    looks: AtomicI64,
    /// Milliseconds since the start.
    deadline: AtomicU64,
}

impl Connect {
    pub(super) fn new(file: &str, settings: Settings) -> Self {
        Self {
            file: file.to_owned(),
            settings,
            start: Instant::now(),
        }
    }

    pub(super) const fn settings(&self) -> Settings {
        self.settings
    }

    /// The connection that writes. Of several processes that start at once the first switches to
    /// the write-ahead log and the others wait for it.
    pub(super) async fn writer(&self) -> Result<Connection, StoreError> {
        create_private(&self.file);
        let end = Instant::now() + self.settings.patience;
        loop {
            match self.open("OFF") {
                Err(error) if is_busy(&error) && Instant::now() < end => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                done => return Ok(done?),
            }
        }
    }

    pub(super) fn reader(&self) -> Result<Reader, StoreError> {
        let connection = self.open("ON")?;
        let bounds = Arc::new(Bounds {
            looks: AtomicI64::new(LOOKS),
            deadline: AtomicU64::new(u64::MAX),
        });
        let (seen, start) = (Arc::clone(&bounds), self.start);
        connection.progress_handler(STEPS, Some(move || seen.are_over(start)))?;
        Ok(Reader {
            connection,
            bounds,
            start,
        })
    }

    fn open(&self, query_only: &str) -> Result<Connection, rusqlite::Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.file, flags)?;
        // One plan per statement, whatever is bound: otherwise SQLite looks at the values and
        // prepares most statements anew each time, which takes longer than running them.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // Whoever waits for a lock waits elsewhere: see the callers.
        connection.busy_timeout(Duration::ZERO)?;
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", self.settings.synchronous)?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        // Folding the log into the file four times less often than by default: up to 16 MiB of
        // log, and a page written again meanwhile is folded once.
        connection.pragma_update_and_check(None, "wal_autocheckpoint", 4_000, |_| Ok(()))?;
        // Up to 8 MiB of pages, so that the inner pages of the indexes stay.
        connection.pragma_update(None, "cache_size", -8_192)?;
        // What a savepoint may have to bring back is kept in memory; it is of one unit.
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.pragma_update(None, "query_only", query_only)?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        Ok(connection)
    }
}

impl Reader {
    /// The next statement is stopped when it turns out long.
    pub(super) fn shortly(&self) {
        self.bounds.looks.store(LOOKS, Ordering::Relaxed);
        self.bounds.deadline.store(u64::MAX, Ordering::Relaxed);
    }

    /// The next statement may take its time, up to the limit, and may wait for a lock.
    pub(super) fn patiently(&self, settings: Settings) -> Result<(), StoreError> {
        let deadline = millis(self.start.elapsed() + settings.limit);
        self.bounds.looks.store(i64::MAX, Ordering::Relaxed);
        self.bounds.deadline.store(deadline, Ordering::Relaxed);
        Ok(self.connection.busy_timeout(settings.patience)?)
    }
}

impl Bounds {
    fn are_over(&self, start: Instant) -> bool {
        self.looks.fetch_sub(1, Ordering::Relaxed) <= 0
            || millis(start.elapsed()) > self.deadline.load(Ordering::Relaxed)
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
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

/// Another process holds the lock.
pub(crate) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}

/// The bounds of a read were over.
pub(super) fn is_interrupted(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted)
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Bytes(Some(bytes)) => ValueRef::Blob(bytes),
            Self::Int(Some(number)) => ValueRef::Integer(*number),
            Self::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(None) | Self::Int(None) | Self::Text(None) => ValueRef::Null,
        }))
    }
}

/// SQLite takes `$3` for a name; here it is the third value, as on PostgreSQL.
fn bind(statement: &mut Statement<'_>, values: &[Value]) -> rusqlite::Result<()> {
    for index in 1..=statement.parameter_count() {
        let number = statement
            .parameter_name(index)
            .and_then(|name| name.get(1..)?.parse::<usize>().ok());
        let value = number.and_then(|number| values.get(number.checked_sub(1)?));
        let value = value.ok_or(rusqlite::Error::InvalidParameterCount(index, values.len()))?;
        statement.raw_bind_parameter(index, value)?;
    }
    Ok(())
}

/// Runs a statement that gives rows.
pub(super) fn rows(
    connection: &Connection,
    sql: &str,
    values: &[Value],
) -> rusqlite::Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, values)?;
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let cells = (0..columns).map(|column| row.get::<_, Cell>(column));
        found.push(Row::Sqlite(cells.collect::<rusqlite::Result<_>>()?));
    }
    Ok(found)
}

/// Runs a statement that changes rows; gives how many.
pub(super) fn execute(
    connection: &Connection,
    sql: &str,
    values: &[Value],
) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, values)?;
    Ok(statement.raw_execute()? as u64)
}

/// Runs one of the statements about transactions, which take no values.
pub(super) fn control(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    execute(connection, sql, &[]).map(drop)
}
