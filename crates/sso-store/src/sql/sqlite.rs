//! The connections to one SQLite file.
//!
//! SQLite is a library and not a server, so a statement that finds its row in some microseconds
//! is run where it is asked for; handing it to another thread and waiting for the answer would
//! cost ten times as much. What takes longer is moved: a read that turns out long is stopped
//! and begun again on a thread for blocking work, and waiting for the disk is done by the thread
//! that writes, which makes one commit of all that came together meanwhile.

mod connect;
mod group;
#[cfg(test)]
mod tests;
mod tx;

use super::unit::{Step, UnitError};
use super::{Row, Value};
use crate::error::StoreError;
use connect::{Connect, Reader};
use rusqlite::Connection;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::{Mutex as Turn, oneshot};

pub(crate) use connect::is_busy;
pub(crate) use tx::SqliteTx;

/// How the file is opened; see [`OpenOptions`](crate::OpenOptions).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) synchronous: &'static str,
    pub(crate) patience: Duration,
    pub(crate) limit: Duration,
    pub(crate) readers: usize,
}

/// One SQLite file: readers, and the one connection that writes.
#[derive(Clone)]
pub(crate) struct Sqlite {
    shared: Arc<Shared>,
}

struct Shared {
    connect: Connect,
    /// Readers nobody uses at the moment; `None` once closed.
    idle: Mutex<Option<Vec<Reader>>>,
    writer: Writer,
    queue: UnboundedSender<group::Waiting>,
}

/// The writing connection, and the turn to use it; empty once closed. The turn is fair.
type Writer = Arc<Turn<Option<Connection>>>;

impl std::fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sqlite")
    }
}

/// How a read went where it was asked for.
enum Inline {
    Done(Vec<Row>),
    /// It was stopped, or met another's lock: it goes to a thread where it may wait.
    TooLong,
}

impl Sqlite {
    /// Opens a file, made when missing, and starts the thread that writes.
    pub(crate) async fn open(file: &str, settings: Settings) -> Result<Self, StoreError> {
        let connect = Connect::new(file, settings);
        let writer = Arc::new(Turn::new(Some(connect.writer().await?)));
        let (queue, waiting) = unbounded_channel();
        group::start(Arc::clone(&writer), waiting, settings.patience)?;
        let shared = Shared {
            connect,
            idle: Mutex::new(Some(Vec::new())),
            writer,
            queue,
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// One reading statement.
    pub(crate) async fn rows(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        match self.shared.inline(sql, &values)? {
            Inline::Done(rows) => Ok(rows),
            Inline::TooLong => {
                let (shared, sql) = (Arc::clone(&self.shared), sql.to_owned());
                blocking(move || shared.long(&sql, &values)).await
            }
        }
    }

    /// Steps as one change: all of them, on the disk, or none.
    pub(crate) async fn unit(&self, steps: Vec<Step>) -> Result<Vec<u64>, UnitError> {
        let (reply, answer) = oneshot::channel();
        let waiting = group::Waiting { steps, reply };
        self.shared.queue.send(waiting).map_err(|_| closed())?;
        // The turn may be taken by a transaction, and then the commit takes its time.
        let settings = self.shared.connect.settings();
        let bound = settings.patience + settings.limit;
        match tokio::time::timeout(bound, answer).await {
            Ok(Ok(done)) => done,
            Ok(Err(_)) => Err(closed().into()),
            // It may be in a commit by now.
            Err(_) => Err(StoreError::silent().unsettled().into()),
        }
    }

    /// A transaction that holds the write lock from the first moment, so that it cannot fail
    /// half-way with "busy".
    pub(crate) async fn begin(&self) -> Result<SqliteTx, StoreError> {
        let settings = self.shared.connect.settings();
        SqliteTx::begin(Arc::clone(&self.shared.writer), settings).await
    }

    /// Runs work that needs the whole file for itself.
    pub(crate) async fn with_writer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let mut writer = Arc::clone(&self.shared.writer).lock_owned().await;
        blocking(move || work(writer.as_mut().ok_or_else(closed)?)).await
    }

    /// Closes all connections; the last one folds the write-ahead log into the file.
    pub(crate) async fn close(&self) {
        drop(self.shared.idle().take());
        let mut writer = Arc::clone(&self.shared.writer).lock_owned().await;
        // Nothing is lost when the log stays: the next process reads it.
        let closed = blocking(move || {
            drop(writer.take());
            Ok(())
        });
        closed.await.ok();
    }
}

impl Shared {
    fn idle(&self) -> std::sync::MutexGuard<'_, Option<Vec<Reader>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An idle reader, or a new one: no reader is held across an await, so there are never more
    /// of them than threads.
    fn reader(&self) -> Result<Reader, StoreError> {
        let idle = self.idle().as_mut().ok_or_else(closed)?.pop();
        idle.map_or_else(|| self.connect.reader(), Ok)
    }

    fn back(&self, reader: Reader) {
        let most = self.connect.settings().readers;
        if let Some(idle) = self.idle().as_mut().filter(|idle| idle.len() < most) {
            idle.push(reader);
        }
    }

    fn inline(&self, sql: &str, values: &[Value]) -> Result<Inline, StoreError> {
        let reader = self.reader()?;
        reader.shortly();
        let read = connect::rows(&reader.connection, sql, values);
        let outcome = match read {
            Ok(rows) => Ok(Inline::Done(rows)),
            Err(error) if connect::is_interrupted(&error) || is_busy(&error) => Ok(Inline::TooLong),
            Err(error) => Err(error.into()),
        };
        self.back(reader);
        outcome
    }

    fn long(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        let reader = self.reader()?;
        let settings = self.connect.settings();
        reader.patiently(settings)?;
        let read = connect::rows(&reader.connection, sql, values);
        reader.connection.busy_timeout(Duration::ZERO)?;
        self.back(reader);
        Ok(read?)
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable(crate::error::Cause::text("the database was closed"))
}

/// Does something that may wait for the disk where that holds nobody up.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(StoreError::Internal(crate::error::Cause(error.into()))),
    }
}
