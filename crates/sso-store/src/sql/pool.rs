//! The pools of the two engines and the transaction over them.

use super::{Engine, Row, Value};
use crate::error::StoreError;
use sqlx::{AssertSqlSafe, PgPool, Postgres, Sqlite, SqlitePool, Transaction};

/// Connections to one database.
///
/// SQLite has one writer at a time anyway, so it gets one writing connection, which callers
/// queue for fairly, and several reading ones; PostgreSQL has a single pool.
#[derive(Clone, Debug)]
pub(crate) enum Pool {
    Postgres(PgPool),
    Sqlite {
        reader: SqlitePool,
        writer: SqlitePool,
    },
}

/// A write transaction on either engine.
pub(crate) enum Tx {
    Postgres(Transaction<'static, Postgres>),
    Sqlite(Transaction<'static, Sqlite>),
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
        match self {
            Self::Postgres(_) => Engine::Postgres,
            Self::Sqlite { .. } => Engine::Sqlite,
        }
    }

    /// Opens a write transaction. On SQLite it takes the write lock at once, so that a
    /// transaction that reads before it writes cannot fail half-way with "busy".
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
        })
    }

    /// One reading statement outside of a transaction, all rows.
    pub(crate) async fn rows(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        Ok(match self {
            Self::Postgres(pool) => bound!(sql, values)
                .fetch_all(pool)
                .await?
                .into_iter()
                .map(Row::Postgres)
                .collect(),
            Self::Sqlite { reader, .. } => bound!(sql, values)
                .fetch_all(reader)
                .await?
                .into_iter()
                .map(Row::Sqlite)
                .collect(),
        })
    }

    /// One reading statement outside of a transaction, at most one row.
    pub(crate) async fn row(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(match self {
            Self::Postgres(pool) => bound!(sql, values)
                .fetch_optional(pool)
                .await?
                .map(Row::Postgres),
            Self::Sqlite { reader, .. } => bound!(sql, values)
                .fetch_optional(reader)
                .await?
                .map(Row::Sqlite),
        })
    }

    /// One writing statement as its own transaction; gives the number of rows it touched.
    pub(crate) async fn execute(&self, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
        Ok(match self {
            Self::Postgres(pool) => bound!(sql, values).execute(pool).await?.rows_affected(),
            Self::Sqlite { writer, .. } => {
                bound!(sql, values).execute(writer).await?.rows_affected()
            }
        })
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Postgres(pool) => pool.close().await,
            Self::Sqlite { reader, writer } => {
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
        Ok(match self {
            Self::Postgres(tx) => bound!(sql, values)
                .fetch_all(&mut **tx)
                .await?
                .into_iter()
                .map(Row::Postgres)
                .collect(),
            Self::Sqlite(tx) => bound!(sql, values)
                .fetch_all(&mut **tx)
                .await?
                .into_iter()
                .map(Row::Sqlite)
                .collect(),
        })
    }

    pub(crate) async fn row(
        &mut self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(match self {
            Self::Postgres(tx) => bound!(sql, values)
                .fetch_optional(&mut **tx)
                .await?
                .map(Row::Postgres),
            Self::Sqlite(tx) => bound!(sql, values)
                .fetch_optional(&mut **tx)
                .await?
                .map(Row::Sqlite),
        })
    }

    pub(crate) async fn execute(
        &mut self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        Ok(match self {
            Self::Postgres(tx) => bound!(sql, values)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
            Self::Sqlite(tx) => bound!(sql, values)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
        })
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Postgres(tx) => tx.commit().await?,
            Self::Sqlite(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Locks a row against other writers where rows are locked one by one, but not against
    /// rows that refer to it; SQLite's write transaction holds the only write lock there is.
    pub(crate) const fn for_update(&self) -> &'static str {
        match self {
            Self::Postgres(_) => " FOR NO KEY UPDATE",
            Self::Sqlite(_) => "",
        }
    }

    /// Locks rows and passes over those that somebody else holds.
    pub(crate) const fn skip_locked(&self) -> &'static str {
        match self {
            Self::Postgres(_) => " FOR UPDATE SKIP LOCKED",
            Self::Sqlite(_) => "",
        }
    }
}
