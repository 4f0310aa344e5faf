//! A write transaction whose statements the caller chooses one by one.

use super::connect::{Held, State};
use super::{Row, Value};
use crate::error::StoreError;
use std::time::Duration;

/// A write transaction; undone unless committed.
pub(crate) struct PostgresTx {
    held: Held,
    limit: Duration,
    ended: bool,
}

impl PostgresTx {
    pub(super) async fn begin(held: Held, limit: Duration) -> Result<Self, StoreError> {
        let mut tx = Self {
            held,
            limit,
            ended: false,
        };
        control(&mut tx.held, limit, "BEGIN").await?;
        Ok(tx)
    }

    pub(crate) async fn rows(
        &mut self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        self.held.rows(self.limit, sql, values).await
    }

    pub(crate) async fn execute(
        &mut self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        self.held.execute(self.limit, sql, values).await
    }

    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        self.ended = true;
        let done = control(&mut self.held, self.limit, "COMMIT").await;
        done.map_err(|error| self.held.judged(error))
    }
}

/// Runs one of the statements about transactions, which take no values.
async fn control(held: &mut Held, limit: Duration, sql: &'static str) -> Result<(), StoreError> {
    held.spoken(limit, async |connection| {
        sqlx::raw_sql(sql).execute(connection).await
    })
    .await
    .map(drop)
}

impl Drop for PostgresTx {
    /// Undoes what was not committed. A connection that cannot be asked to is closed, which the
    /// server takes for the same.
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        let (mut held, limit) = (self.held.move_out(), self.limit);
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) if held.state() == State::Sound => {
                runtime.spawn(async move { control(&mut held, limit, "ROLLBACK").await.ok() });
            }
            _ => held.close(),
        }
    }
}
