//! The connections to a PostgreSQL server: sqlx speaks to it, deadpool keeps them.
//!
//! A statement by itself is one way to the server and back. sqlx's own pool asks every connection
//! how it is before it is used and after, which makes three; here it is asked when it has not been
//! used for a while, and one whose last statement did not come to its end is not used again.

mod connect;
mod merge;
mod tx;

use super::unit::{Expect, Step, UnitError};
use super::{Row, Value};
use crate::error::StoreError;
use connect::{Connections, Held, bound};
use sqlx::PgConnection;
use sqlx::postgres::PgConnectOptions;
use std::time::Duration;

pub(crate) use tx::PostgresTx;

/// How the server is reached; see [`OpenOptions`](crate::OpenOptions).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// How long a connection is waited for.
    pub(crate) patience: Duration,
    /// How long one statement may take before the database counts as unavailable.
    pub(crate) statement: Duration,
    pub(crate) connections: usize,
}

/// Connections to one server.
#[derive(Clone)]
pub(crate) struct Postgres {
    connections: Connections,
    limit: Duration,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Postgres")
    }
}

/// Waits for the database, but not for ever: a server that is stopped or cut off leaves its
/// clients without an answer.
async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, StoreError> {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(StoreError::silent()),
    }
}

impl Postgres {
    /// Opens connections, the first at once: a server that is just starting is waited for.
    pub(crate) async fn open(
        options: PgConnectOptions,
        limits: Limits,
    ) -> Result<Self, StoreError> {
        let connections = Connections::new(options, limits)?;
        connections.first(limits.patience).await?;
        Ok(Self {
            connections,
            limit: limits.statement,
        })
    }

    pub(crate) async fn begin(&self) -> Result<PostgresTx, StoreError> {
        // Waiting for a connection has its own, shorter bound.
        PostgresTx::begin(self.connections.hold().await?, self.limit).await
    }

    pub(crate) async fn rows(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let mut held = self.connections.hold().await?;
        held.rows(self.limit, sql, values).await
    }

    pub(crate) async fn row(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// A unit is one statement, which commits by itself; the server makes one commit of those
    /// that come together. Where a condition is not met, nothing was written, and the steps are
    /// gone through one by one to see which.
    pub(crate) async fn unit(&self, steps: Vec<Step>) -> Result<Vec<u64>, UnitError> {
        if let [step] = &steps[..] {
            let mut held = self.connections.hold().await?;
            let rows = held
                .execute(self.limit, &step.sql, step.values.clone())
                .await;
            let rows = rows.map_err(|error| held.judged(error))?;
            return met(0, step.expect, rows).map(|rows| vec![rows]);
        }
        match self.merged(&steps).await {
            Ok(touched) => Ok(touched),
            Err(merge::Failed::Unmet) => self.one_by_one(steps).await,
            Err(merge::Failed::Store(error)) => Err(error.into()),
        }
    }

    async fn merged(&self, steps: &[Step]) -> Result<Vec<u64>, merge::Failed> {
        let (sql, values) = merge::merged(steps);
        let mut held = self.connections.hold().await?;
        let rows = held.raw_rows(self.limit, &sql, values).await;
        let rows = rows.map_err(|error| held.judged(error));
        merge::counts(rows, steps.len())
    }

    async fn one_by_one(&self, steps: Vec<Step>) -> Result<Vec<u64>, UnitError> {
        let mut tx = self.begin().await?;
        let mut touched = Vec::with_capacity(steps.len());
        for (number, step) in steps.into_iter().enumerate() {
            let rows = tx.execute(&step.sql, step.values).await?;
            touched.push(met(number, step.expect, rows)?);
        }
        tx.commit().await?;
        Ok(touched)
    }

    /// A connection of its own, outside of those that are kept, for work that changes how a
    /// connection behaves.
    pub(crate) async fn apart(&self) -> Result<PgConnection, StoreError> {
        Ok(self.connections.apart().await?)
    }

    /// Lets running statements end and closes the connections.
    pub(crate) async fn close(&self) {
        self.connections.close(self.limit).await;
    }
}

fn met(number: usize, expect: Expect, rows: u64) -> Result<u64, UnitError> {
    if expect == Expect::One && rows != 1 {
        Err(UnitError::Unmet(number))
    } else {
        Ok(rows)
    }
}

impl Held {
    async fn rows(
        &mut self,
        limit: Duration,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let rows = self.raw_rows(limit, sql, values).await?;
        Ok(rows.into_iter().map(Row::Postgres).collect())
    }

    async fn raw_rows(
        &mut self,
        limit: Duration,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<sqlx::postgres::PgRow>, StoreError> {
        let query = bound!(sql, values);
        self.spoken(limit, async |connection| query.fetch_all(connection).await)
            .await
    }

    async fn execute(
        &mut self,
        limit: Duration,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        let query = bound!(sql, values);
        let done = self
            .spoken(limit, async |connection| query.execute(connection).await)
            .await?;
        Ok(done.rows_affected())
    }
}
