//! The two engines behind one face, and the transaction over them.

use super::postgres::{Postgres, PostgresTx};
use super::sqlite::{Sqlite, SqliteTx};
use super::unit::{Step, UnitError};
use super::{Engine, Row, Value};
use crate::error::{Rule, StoreError};

/// Connections to one database.
#[derive(Clone, Debug)]
pub(crate) enum Pool {
    Postgres(Postgres),
    Sqlite(Sqlite),
}

/// A write transaction.
pub(crate) enum Tx {
    Postgres(PostgresTx),
    Sqlite(SqliteTx),
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

impl Pool {
    pub(crate) const fn engine(&self) -> Engine {
        match self {
            Self::Postgres(_) => Engine::Postgres,
            Self::Sqlite(_) => Engine::Sqlite,
        }
    }

    /// Opens a write transaction.
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
            Self::Sqlite(pool) => Tx::Sqlite(pool.begin().await?),
        })
    }

    /// One reading statement outside of a transaction, all rows.
    pub(crate) async fn rows(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        check(&values)?;
        match self {
            Self::Postgres(pool) => pool.rows(sql, values).await,
            Self::Sqlite(pool) => pool.rows(sql, values).await,
        }
    }

    /// One reading statement outside of a transaction, at most one row.
    pub(crate) async fn row(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        check(&values)?;
        match self {
            Self::Postgres(pool) => pool.row(sql, values).await,
            Self::Sqlite(pool) => Ok(pool.rows(sql, values).await?.into_iter().next()),
        }
    }

    /// One writing statement as its own transaction; gives the number of rows it touched.
    pub(crate) async fn execute(&self, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
        let steps = vec![Step::new(sql.to_owned(), values)];
        let rows = self.unit(steps).await.map_err(UnitError::into_store)?;
        Ok(rows.first().copied().unwrap_or_default())
    }

    /// Statements known beforehand as one transaction, which may share its commit with those of
    /// other callers; gives the number of rows each touched.
    pub(crate) async fn unit(&self, steps: Vec<Step>) -> Result<Vec<u64>, UnitError> {
        for step in &steps {
            check(&step.values)?;
        }
        match self {
            Self::Postgres(pool) => pool.unit(steps).await,
            Self::Sqlite(pool) => pool.unit(steps).await,
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Postgres(pool) => pool.close().await,
            Self::Sqlite(pool) => pool.close().await,
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
        match self {
            Self::Postgres(tx) => tx.rows(sql, values).await,
            Self::Sqlite(tx) => tx.rows(sql, &values).await,
        }
    }

    pub(crate) async fn row(
        &mut self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    pub(crate) async fn execute(
        &mut self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        check(&values)?;
        match self {
            Self::Postgres(tx) => tx.execute(sql, values).await,
            Self::Sqlite(tx) => tx.execute(sql, &values).await,
        }
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Postgres(tx) => tx.commit().await,
            Self::Sqlite(tx) => tx.commit().await,
        }
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
