//! Versioned migrations, embedded in the binary; applied versions are never edited.

use crate::error::{Cause, StoreError};
use crate::sql::{Connections, Engine, Pool};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Executor, SqlSafeStr, SqlStr};

macro_rules! embedded {
    ($($version:literal $name:literal;)*) => {
        &[$(Embedded {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }),*]
    };
}

/// Listed by hand instead of by sqlx's macro: two engines share the version numbers, and the
/// macro feature would bring its whole compile-time checker into the tree.
const MIGRATIONS: &[Embedded] = embedded! {
    1 "0001_directory";
    2 "0002_saml";
    3 "0003_scim";
    4 "0004_claims";
    5 "0005_unique_values";
};

struct Embedded {
    version: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

impl Embedded {
    fn migration(&self, engine: Engine) -> Migration {
        let sql: SqlStr = match engine {
            Engine::Sqlite => self.sqlite.into_sql_str(),
            Engine::Postgres => self.postgres.into_sql_str(),
        };
        Migration::new(
            self.version,
            self.name.into(),
            MigrationType::Simple,
            sql,
            false,
        )
    }
}

fn migrator(engine: Engine) -> Migrator {
    Migrator::with_migrations(
        MIGRATIONS
            .iter()
            .map(|embedded| embedded.migration(engine))
            .collect(),
    )
}

/// Brings the schema to this build's version.
///
/// Two processes may start at once: PostgreSQL's migrator takes an advisory lock, SQLite's
/// work is done on one connection that holds the write lock of the file.
pub(crate) async fn run(pool: &Pool) -> Result<(), StoreError> {
    let migrator = migrator(pool.engine());
    let done = match &pool.connections {
        Connections::Postgres(pool) => {
            let mut connection = pool.acquire().await?;
            // Waiting for another process that migrates, and a long migration, are no silence.
            connection
                .execute("SET lock_timeout = 0; SET statement_timeout = 0")
                .await?;
            let done = migrator.run_direct(None, &mut *connection, false).await;
            connection
                .execute("RESET lock_timeout; RESET statement_timeout")
                .await?;
            if done.is_err() {
                // The advisory lock belongs to the connection; closing it lets others try.
                connection.close().await?;
            }
            done
        }
        Connections::Sqlite { writer, .. } => {
            // sqlx takes no lock here; the write lock of the file serves, and the migrations'
            // own transactions become savepoints inside of this one.
            let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
            let done = migrator.run_direct(None, &mut *tx, false).await;
            if done.is_ok() {
                tx.commit().await?;
            }
            done
        }
    };
    done.map_err(|error| match error {
        sqlx::migrate::MigrateError::Execute(error)
        | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => {
            match StoreError::from(error) {
                StoreError::Unavailable(cause) => StoreError::Unavailable(cause),
                other => StoreError::Internal(Cause(other.into())),
            }
        }
        other => StoreError::Migration(other.to_string()),
    })
}
