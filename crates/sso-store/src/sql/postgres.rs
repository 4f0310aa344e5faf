//! Connections to a PostgreSQL server, by sqlx.

use super::unit::{Expect, Step, UnitError};
use super::{Row, Value};
use crate::error::StoreError;
use sqlx::{AssertSqlSafe, PgPool, Transaction};
use std::time::Duration;

/// A pool of connections.
#[derive(Clone, Debug)]
pub(crate) struct Postgres {
    pub(crate) pool: PgPool,
    /// How long one statement may take before the database counts as unavailable.
    pub(crate) limit: Duration,
}

/// A write transaction; undone unless committed.
pub(crate) struct PostgresTx {
    tx: Transaction<'static, sqlx::Postgres>,
    limit: Duration,
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

/// Binds the values one by one.
macro_rules! bound {
    ($sql:expr, $values:expr) => {{
        let mut query = sqlx::query(AssertSqlSafe($sql));
        for value in $values {
            query = match value {
                Value::Bytes(bytes) => query.bind(bytes),
                Value::Int(number) => query.bind(number),
                Value::Text(text) => query.bind(text),
            };
        }
        query
    }};
}

impl Postgres {
    pub(crate) async fn begin(&self) -> Result<PostgresTx, StoreError> {
        // Waiting for a connection has its own, shorter bound.
        Ok(PostgresTx {
            tx: within(self.limit, self.pool.begin()).await?,
            limit: self.limit,
        })
    }

    pub(crate) async fn rows(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let rows = within(self.limit, bound!(sql, values).fetch_all(&self.pool)).await?;
        Ok(rows.into_iter().map(Row::Postgres).collect())
    }

    pub(crate) async fn row(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        let row = within(self.limit, bound!(sql, values).fetch_optional(&self.pool)).await?;
        Ok(row.map(Row::Postgres))
    }

    /// A single step commits by itself; the server makes one commit of those that come together.
    pub(crate) async fn unit(&self, steps: Vec<Step>) -> Result<Vec<u64>, UnitError> {
        if let [step] = &steps[..] {
            let sql: &str = &step.sql;
            let query = bound!(sql, step.values.clone());
            let rows = within(self.limit, query.execute(&self.pool))
                .await?
                .rows_affected();
            return met(0, step.expect, rows).map(|rows| vec![rows]);
        }
        let mut tx = self.begin().await?;
        let mut touched = Vec::with_capacity(steps.len());
        for (number, step) in steps.into_iter().enumerate() {
            let rows = tx.execute(&step.sql, step.values).await?;
            touched.push(met(number, step.expect, rows)?);
        }
        tx.commit().await?;
        Ok(touched)
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

fn met(number: usize, expect: Expect, rows: u64) -> Result<u64, UnitError> {
    if expect == Expect::One && rows != 1 {
        Err(UnitError::Unmet(number))
    } else {
        Ok(rows)
    }
}

impl PostgresTx {
    pub(crate) async fn rows(
        &mut self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let query = bound!(sql, values);
        let rows = within(self.limit, query.fetch_all(&mut *self.tx)).await?;
        Ok(rows.into_iter().map(Row::Postgres).collect())
    }

    pub(crate) async fn execute(
        &mut self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        let query = bound!(sql, values);
        Ok(within(self.limit, query.execute(&mut *self.tx))
            .await?
            .rows_affected())
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        within(self.limit, self.tx.commit()).await
    }
}
