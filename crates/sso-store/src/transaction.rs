//! A unit of work: several changes of the directory that become true together.

use crate::database::Database;
use crate::error::StoreError;
use crate::pepper::Pepper;
use crate::sql::{Row, Step, Tx, Value, params};
use crate::writing::Writing;
use org_domain::OrgId;
use std::fmt;
use std::sync::Arc;

/// Several changes that become true together at [`commit`](Self::commit), or, when it is
/// dropped before that, not at all.
///
/// While one is open on SQLite nobody else writes, so open it late, do no waiting inside it
/// (no password hashing, no DNS), and commit.
#[must_use = "changes are undone unless committed"]
pub struct Transaction {
    pub(crate) tx: Tx,
    pub(crate) pepper: Arc<Pepper>,
    writing: Arc<Writing>,
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").finish_non_exhaustive()
    }
}

impl Database {
    /// Opens a [`Transaction`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when no connection, or on SQLite the write lock, is to be
    /// had within the patience of the [`OpenOptions`](crate::OpenOptions).
    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        Ok(Transaction {
            tx: self.begin_tx().await?,
            pepper: Arc::clone(&self.pepper),
            writing: Arc::clone(&self.writing),
        })
    }
}

impl Transaction {
    /// Makes the changes true, for everybody, at once.
    ///
    /// # Errors
    /// [`StoreError::Unsettled`] when the database goes away meanwhile; the changes may or may
    /// not be there then, so repeat only what may be repeated. [`StoreError::Unavailable`] when
    /// it says that it has undone them, as for want of room.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.writing.note(self.tx.commit().await)
    }

    /// Holds the organisation's row until the end, so that rules over several members
    /// ("one Owner stays") are judged by one caller at a time.
    pub(crate) async fn lock(&mut self, org: &OrgId) -> Result<(), StoreError> {
        lock(&mut self.tx, org).await
    }

    pub(crate) async fn row(
        &mut self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        self.tx.row(sql, values).await
    }

    pub(crate) async fn execute(
        &mut self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        self.writing.note(self.tx.execute(sql, values).await)
    }
}

pub(crate) async fn lock(tx: &mut Tx, org: &OrgId) -> Result<(), StoreError> {
    let sql = format!(
        "SELECT id FROM organisations WHERE id = $1{}",
        tx.for_update()
    );
    tx.row(&sql, params![org])
        .await?
        .map(drop)
        .ok_or(StoreError::Missing)
}

/// Either a statement of its own, or one inside of a transaction.
pub(crate) enum Run<'a> {
    Alone(&'a Database),
    Within(&'a mut Tx),
}

impl Run<'_> {
    pub(crate) async fn execute(
        &mut self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        match self {
            Self::Alone(database) => database.execute(sql, values).await,
            Self::Within(tx) => tx.execute(sql, values).await,
        }
    }

    pub(crate) async fn step(&mut self, step: Step) -> Result<u64, StoreError> {
        self.execute(&step.sql, step.values).await
    }
}
