//! A write transaction whose statements the caller chooses one by one.

use super::connect::{control, execute, is_busy, rows};
use super::{Settings, Writer, blocking, closed};
use crate::error::{Cause, StoreError};
use crate::sql::{Row, Value};
use rusqlite::Connection;
use std::time::{Duration, Instant};
use tokio::sync::OwnedMutexGuard;

/// How often the lock of another process is tried again.
const AGAIN: Duration = Duration::from_millis(5);

/// Statements after which others on the same thread get their turn.
const TURN: u32 = 64;

/// A write transaction; undone unless committed.
pub(crate) struct SqliteTx {
    /// `None` once it has ended.
    writer: Option<OwnedMutexGuard<Option<Connection>>>,
    limit: Duration,
    statements: u32,
}

impl SqliteTx {
    pub(super) async fn begin(writer: Writer, settings: Settings) -> Result<Self, StoreError> {
        let end = Instant::now() + settings.patience;
        let turn = tokio::time::timeout(settings.patience, writer.lock_owned()).await;
        let writer = turn.map_err(|_| StoreError::silent())?;
        loop {
            let connection = writer.as_ref().ok_or_else(closed)?;
            match control(connection, "BEGIN IMMEDIATE") {
                Ok(()) => break,
                Err(error) if is_busy(&error) && Instant::now() < end => {
                    tokio::time::sleep(AGAIN).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Self {
            writer: Some(writer),
            limit: settings.limit,
            statements: 0,
        })
    }

    /// The connection, unless SQLite has undone the transaction by itself, as it does when the
    /// disk is full: what followed would each be a transaction of its own.
    async fn connection(&mut self) -> Result<&Connection, StoreError> {
        self.statements += 1;
        if self.statements.is_multiple_of(TURN) {
            tokio::task::yield_now().await;
        }
        let writer = self.writer.as_ref().and_then(|writer| writer.as_ref());
        match writer.ok_or_else(closed)? {
            connection if connection.is_autocommit() => Err(undone()),
            connection => Ok(connection),
        }
    }

    pub(crate) async fn rows(
        &mut self,
        sql: &str,
        values: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        Ok(rows(self.connection().await?, sql, values)?)
    }

    pub(crate) async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, StoreError> {
        Ok(execute(self.connection().await?, sql, values)?)
    }

    /// Waits for the disk on a thread for that. Whoever gives up waiting does not stop it.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        self.connection().await?;
        let writer = self.writer.take().ok_or_else(closed)?;
        let commit = blocking(move || {
            let connection = writer.as_ref().ok_or_else(closed)?;
            let done = control(connection, "COMMIT").map_err(StoreError::of_commit);
            if done.is_err() {
                undo(connection);
            }
            done
        });
        let done = tokio::time::timeout(self.limit, commit).await;
        done.unwrap_or_else(|_| Err(StoreError::silent().unsettled()))
    }
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        if let Some(connection) = self.writer.as_ref().and_then(|writer| writer.as_ref()) {
            undo(connection);
        }
    }
}

/// Ends a transaction without its changes, if it has not ended already. It cannot fail while the
/// connection is sound, and an unsound one fails the next transaction's beginning.
pub(super) fn undo(connection: &Connection) {
    if !connection.is_autocommit() {
        control(connection, "ROLLBACK").ok();
    }
}

pub(super) fn undone() -> StoreError {
    StoreError::Unavailable(Cause::text("the database has undone the transaction"))
}
