//! A row of either engine, read column by column in the order of the SELECT.

use crate::error::{Cause, StoreError};
use rusqlite::types::{FromSql, Value as Cell, ValueRef};
use sqlx::postgres::PgRow;
use sqlx::{Decode, Postgres, Row as _, Type};
use time::OffsetDateTime;

/// One result row.
pub(crate) enum Row {
    Postgres(PgRow),
    Sqlite(Vec<Cell>),
}

/// The Rust types both engines can give back: text, 64-bit integer, bytes, and options of them.
pub(crate) trait Column: FromSql + for<'r> Decode<'r, Postgres> + Type<Postgres> {}
impl<T> Column for T where T: FromSql + for<'r> Decode<'r, Postgres> + Type<Postgres> {}

impl Row {
    pub(crate) fn get<T: Column>(&self, column: usize) -> Result<T, StoreError> {
        match self {
            Self::Postgres(row) => Ok(row.try_get(column)?),
            Self::Sqlite(cells) => {
                let cell = cells
                    .get(column)
                    .ok_or_else(|| StoreError::corrupt("a row with fewer columns"))?;
                T::column_result(ValueRef::from(cell))
                    .map_err(|error| StoreError::Internal(Cause(error.into())))
            }
        }
    }

    pub(crate) fn text(&self, column: usize) -> Result<String, StoreError> {
        self.get(column)
    }

    pub(crate) fn flag(&self, column: usize) -> Result<bool, StoreError> {
        Ok(self.get::<i64>(column)? != 0)
    }

    pub(crate) fn instant(&self, column: usize) -> Result<OffsetDateTime, StoreError> {
        crate::instant::from_micros(self.get(column)?)
    }

    pub(crate) fn maybe_instant(
        &self,
        column: usize,
    ) -> Result<Option<OffsetDateTime>, StoreError> {
        self.get::<Option<i64>>(column)?
            .map(crate::instant::from_micros)
            .transpose()
    }
}
