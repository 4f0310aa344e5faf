//! The pools of the two engines and the transaction over them.

use super::{Engine, Row, Value};
use crate::error::{Rule, StoreError};
use sqlx::{AssertSqlSafe, PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use std::time::Duration;

/// Connections to one database.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    pub(crate) connections: Connections,
    /// How long one statement may take before the database counts as unavailable.
    pub(crate) limit: Duration,
}

/// SQLite has one writer at a time anyway, so it gets one writing connection, which callers
/// queue for fairly, and several reading ones; PostgreSQL has a single pool.
#[derive(Clone, Debug)]
pub(crate) enum Connections {
    Postgres(PgPool),
    Sqlite {
        reader: SqlitePool,
        writer: SqlitePool,
    },
}

/// A write transaction.
pub(crate) struct Tx {
    open: Open,
    limit: Duration,
}

enum Open {
    Postgres(Transaction<'static, Postgres>),
    Sqlite(Transaction<'static, Sqlite>),
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

/// SQLite keeps a NUL in a text, PostgreSQL refuses it; here both refuse.
fn check(values: &[Value]) -> Result<(), StoreError> {
    let nul = |value: &Value| matches!(value, Value::Text(Some(text)) if text.contains('\0'));
    if values.iter().any(nul) {
        Err(StoreError::Rule(Rule::NulCharacter))
    } else {
        Ok(())
    }
}

/// Binds the values one by one; the two engines' query types share no trait for it.
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

impl Pool {
    pub(crate) const fn engine(&self) -> Engine {
        match self.connections {
            Connections::Postgres(_) => Engine::Postgres,
            Connections::Sqlite { .. } => Engine::Sqlite,
        }
    }

    /// Opens a write transaction. On SQLite it takes the write lock at once, so that a
    /// transaction that reads before it writes cannot fail half-way with "busy".
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        // Waiting for a connection has its own, shorter bound.
        let open = match &self.connections {
            Connections::Postgres(pool) => Open::Postgres(within(self.limit, pool.begin()).await?),
            Connections::Sqlite { writer, .. } => {
                Open::Sqlite(within(self.limit, writer.begin_with("BEGIN IMMEDIATE")).await?)
            }
        };
        Ok(Tx {
            open,
            limit: self.limit,
        })
    }

    /// One reading statement outside of a transaction, all rows.
    pub(crate) async fn rows(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        check(&values)?;
        Ok(match &self.connections {
            Connections::Postgres(pool) => {
                let rows = within(self.limit, bound!(sql, values).fetch_all(pool)).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
            Connections::Sqlite { reader, .. } => {
                let rows = within(self.limit, bound!(sql, values).fetch_all(reader)).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
        })
    }

    /// One reading statement outside of a transaction, at most one row.
    pub(crate) async fn row(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        check(&values)?;
        Ok(match &self.connections {
            Connections::Postgres(pool) => {
                within(self.limit, bound!(sql, values).fetch_optional(pool))
                    .await?
                    .map(Row::Postgres)
            }
            Connections::Sqlite { reader, .. } => {
                within(self.limit, bound!(sql, values).fetch_optional(reader))
                    .await?
                    .map(Row::Sqlite)
            }
        })
    }

    /// One writing statement as its own transaction; gives the number of rows it touched.
    pub(crate) async fn execute(&self, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
        check(&values)?;
        Ok(match &self.connections {
            Connections::Postgres(pool) => within(self.limit, bound!(sql, values).execute(pool))
                .await?
                .rows_affected(),
            Connections::Sqlite { writer, .. } => {
                within(self.limit, bound!(sql, values).execute(writer))
                    .await?
                    .rows_affected()
            }
        })
    }

    pub(crate) async fn close(&self) {
        match &self.connections {
            Connections::Postgres(pool) => pool.close().await,
            Connections::Sqlite { reader, writer } => {
                reader.close().await;
                writer.close().await;
            }
        }
    }
}

impl Tx {
    pub(crate) async fn rows(
        &mut self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        check(&values)?;
        Ok(match &mut self.open {
            Open::Postgres(tx) => {
                let rows = within(self.limit, bound!(sql, values).fetch_all(&mut **tx)).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
            Open::Sqlite(tx) => {
                let rows = within(self.limit, bound!(sql, values).fetch_all(&mut **tx)).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
        })
    }

    pub(crate) async fn row(
        &mut self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        check(&values)?;
        Ok(match &mut self.open {
            Open::Postgres(tx) => within(self.limit, bound!(sql, values).fetch_optional(&mut **tx))
                .await?
                .map(Row::Postgres),
            Open::Sqlite(tx) => within(self.limit, bound!(sql, values).fetch_optional(&mut **tx))
                .await?
                .map(Row::Sqlite),
        })
    }

    pub(crate) async fn execute(
        &mut self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        check(&values)?;
        Ok(match &mut self.open {
            Open::Postgres(tx) => within(self.limit, bound!(sql, values).execute(&mut **tx))
                .await?
                .rows_affected(),
            Open::Sqlite(tx) => within(self.limit, bound!(sql, values).execute(&mut **tx))
                .await?
                .rows_affected(),
        })
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self.open {
            Open::Postgres(tx) => within(self.limit, tx.commit()).await,
            Open::Sqlite(tx) => within(self.limit, tx.commit()).await,
        }
    }

    /// Locks a row against other writers where rows are locked one by one, but not against
    /// rows that refer to it; SQLite's write transaction holds the only write lock there is.
    pub(crate) const fn for_update(&self) -> &'static str {
        match self.open {
            Open::Postgres(_) => " FOR NO KEY UPDATE",
            Open::Sqlite(_) => "",
        }
    }

    /// Locks rows and passes over those that somebody else holds.
    pub(crate) const fn skip_locked(&self) -> &'static str {
        match self.open {
            Open::Postgres(_) => " FOR UPDATE SKIP LOCKED",
            Open::Sqlite(_) => "",
        }
    }
}
