//! One way to speak SQL to both engines: values in, rows out, `$n` placeholders.
//!
//! The statements of this crate are portable between SQLite and PostgreSQL, and this module
//! is the only one that knows which of the two is behind a connection. PostgreSQL is spoken to by
//! sqlx. SQLite is called by rusqlite, where the statement is asked for: sqlx's driver hands
//! every statement to a thread and waits for its answer, which took ten times as long as the
//! statements of a login themselves.

mod pool;
mod postgres;
mod row;
mod sqlite;
mod unit;
mod value;

pub(crate) use pool::{Pool, Tx};
pub(crate) use postgres::{Limits, Postgres};
pub(crate) use row::Row;
pub(crate) use sqlite::{Settings, Sqlite};
pub(crate) use unit::{Step, UnitError};
pub(crate) use value::{Value, params};

/// The database engine behind a [`Database`](crate::Database).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Embedded SQLite: one machine, one file.
    Sqlite,
    /// PostgreSQL, or an engine that speaks its protocol.
    Postgres,
}
