//! Whether changes reach the disk, remembered from what was to be written, so that whoever asks
//! often need not write to know.

use crate::database::Database;
use crate::error::{Cause, StoreError};
use crate::sql::{UnitError, params};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often at most a write is tried while none is known to succeed.
const EVERY: Duration = Duration::from_secs(1);

/// What is known about writing. Nothing is noted while all goes well.
#[derive(Debug, Default)]
pub(crate) struct Writing {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    fails: bool,
    tried: Option<Instant>,
}

impl Writing {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Passes on what became of a change.
    pub(crate) fn note<T>(&self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        done.inspect_err(|error| self.note_error(error))
    }

    /// The same of a unit.
    pub(crate) fn note_unit<T>(&self, done: Result<T, UnitError>) -> Result<T, UnitError> {
        done.inspect_err(|error| {
            if let UnitError::Store(error) = error {
                self.note_error(error);
            }
        })
    }

    fn note_error(&self, error: &StoreError) {
        if error.is_of_writing_alone() {
            self.known().fails = true;
        }
    }

    /// What to answer without writing; `None` when a write is to be tried now, by this caller.
    fn at_once(&self) -> Option<Result<(), StoreError>> {
        let mut known = self.known();
        if !known.fails {
            return Some(Ok(()));
        }
        if known.tried.is_some_and(|tried| tried.elapsed() < EVERY) {
            let cause = Cause::text("nothing could be written a moment ago");
            return Some(Err(StoreError::Unavailable(cause)));
        }
        known.tried = Some(Instant::now());
        None
    }
}

impl Database {
    /// Answers whether changes can be made, as far as this process knows: what a readiness probe
    /// asks besides [`ping`](Self::ping).
    ///
    /// As long as no change has failed for want of room, because the disk failed or because the
    /// database may only be read, this asks nothing and is `Ok`. Once one has, a row is written and
    /// removed again, by one caller a second at most, until that succeeds. A lock that somebody else
    /// holds says nothing about writing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] or [`StoreError::Unsettled`] while nothing can be written.
    pub async fn check_writing(&self) -> Result<(), StoreError> {
        if let Some(known) = self.writing.at_once() {
            return known;
        }
        self.try_writing().await?;
        self.writing.known().fails = false;
        Ok(())
    }

    /// Nobody sees the row: it is written and removed in one transaction, which has to reach the
    /// disk all the same. No assertion has an empty key.
    async fn try_writing(&self) -> Result<(), StoreError> {
        let mut tx = self.begin_tx().await?;
        let sql = "INSERT INTO saml_replays (key, until) VALUES ($1, 0)";
        tx.execute(sql, params![Vec::<u8>::new()]).await?;
        let sql = "DELETE FROM saml_replays WHERE key = $1";
        tx.execute(sql, params![Vec::<u8>::new()]).await?;
        tx.commit().await
    }
}
