//! One way to speak SQL to both engines: values in, rows out, `$n` placeholders.
//!
//! The statements of this crate are portable between SQLite and PostgreSQL, and this module
//! is the only one that knows which of the two is behind a connection. sqlx's own `Any`
//! driver is not used: it is set up through a process global, takes its options from a URL
//! only, and cannot set SQLite's pragmas.

mod pool;
mod row;
mod value;

pub(crate) use pool::{Connections, Pool, Tx};
pub(crate) use row::Row;
pub(crate) use value::{Value, params};

/// The database engine behind a [`Database`](crate::Database).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Embedded SQLite: one machine, one file.
    Sqlite,
    /// PostgreSQL, or an engine that speaks its protocol.
    Postgres,
}
