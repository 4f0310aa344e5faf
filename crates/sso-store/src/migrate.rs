//! Versioned migrations, embedded in the binary; applied versions are never edited.

use crate::error::{Cause, StoreError};
use crate::sql::{Engine, Pool};
use rusqlite::{Connection, TransactionBehavior};
use sha2::{Digest, Sha384};
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{Connection as _, Executor, PgConnection, SqlSafeStr};
use std::collections::BTreeMap;
use std::time::Duration;

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
    6 "0006_tombstones";
    7 "0007_issuers_and_lists";
    8 "0008_requests";
    9 "0009_tombstones_by_account";
    10 "0010_counts_per_day";
    11 "0011_sessions";
};

struct Embedded {
    version: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

/// Brings the schema to this build's version.
///
/// Several processes may start at once: PostgreSQL's migrator takes an advisory lock, SQLite's
/// work is one transaction that holds the write lock of the file.
pub(crate) async fn run(pool: &Pool) -> Result<(), StoreError> {
    match pool {
        Pool::Postgres(postgres) => on_postgres(postgres.apart().await?).await,
        Pool::Sqlite(sqlite) => sqlite.with_writer(on_sqlite).await,
    }
}

async fn on_postgres(mut connection: PgConnection) -> Result<(), StoreError> {
    let all = MIGRATIONS.iter().map(|embedded| {
        let sql = embedded.postgres.into_sql_str();
        let (version, name) = (embedded.version, embedded.name.into());
        Migration::new(version, name, MigrationType::Simple, sql, false)
    });
    let migrator = Migrator::with_migrations(all.collect());
    // Waiting for another process that migrates, and a long migration, are no silence.
    connection
        .execute("SET lock_timeout = 0; SET statement_timeout = 0")
        .await?;
    let done = migrator.run_direct(None, &mut connection, false).await;
    // The advisory lock belongs to the connection; closing it lets others try.
    connection.close().await?;
    done.map_err(|error| match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            match StoreError::from(error) {
                StoreError::Unavailable(cause) => StoreError::Unavailable(cause),
                other => StoreError::Internal(Cause(other.into())),
            }
        }
        other => StoreError::Migration(other.to_string()),
    })
}

/// How long a process waits for others that migrate.
const PATIENCE: Duration = Duration::from_secs(60);

/// The table has the name and the columns it has on PostgreSQL, where sqlx makes it.
const APPLIED: &str = "CREATE TABLE IF NOT EXISTS _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
)";

/// All migrations that are missing, or none.
fn on_sqlite(connection: &mut Connection) -> Result<(), StoreError> {
    connection.busy_timeout(PATIENCE)?;
    let done = migrate(connection);
    connection.busy_timeout(Duration::ZERO)?;
    done
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute(APPLIED, [])?;
    let applied = tx
        .prepare("SELECT version, checksum FROM _sqlx_migrations")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<BTreeMap<i64, Vec<u8>>, _>>()?;
    known(&applied, Engine::Sqlite)?;
    for embedded in MIGRATIONS {
        if !applied.contains_key(&embedded.version) {
            tx.execute_batch(embedded.sqlite)?;
            let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                       VALUES (?1, ?2, TRUE, ?3, 0)";
            tx.execute(
                sql,
                (
                    embedded.version,
                    embedded.name,
                    embedded.checksum(Engine::Sqlite),
                ),
            )?;
        }
    }
    Ok(tx.commit()?)
}

/// How many migrations are missing; `None` for a database without any.
pub(crate) async fn missing(pool: &Pool) -> Result<Option<usize>, StoreError> {
    let there = match pool.engine() {
        Engine::Postgres => "SELECT CAST(to_regclass('_sqlx_migrations') AS TEXT)",
        Engine::Sqlite => "SELECT (SELECT name FROM sqlite_master WHERE name = '_sqlx_migrations')",
    };
    let there = pool.row(there, Vec::new()).await?;
    let there: Option<String> = there.map(|row| row.get(0)).transpose()?.flatten();
    if there.is_none() {
        return Ok(None);
    }
    let sql = "SELECT version, checksum FROM _sqlx_migrations";
    let mut applied = BTreeMap::new();
    for row in pool.rows(sql, Vec::new()).await? {
        applied.insert(row.get(0)?, row.get(1)?);
    }
    known(&applied, pool.engine())?;
    Ok(Some(MIGRATIONS.len().saturating_sub(applied.len())))
}

/// Refuses a database of a later build, and a migration edited since it was applied.
fn known(applied: &BTreeMap<i64, Vec<u8>>, engine: Engine) -> Result<(), StoreError> {
    for (version, checksum) in applied {
        let ours = MIGRATIONS
            .iter()
            .find(|embedded| embedded.version == *version);
        match ours {
            None => {
                let text =
                    format!("migration {version} was applied and is not known to this build");
                return Err(StoreError::Migration(text));
            }
            Some(ours) if ours.checksum(engine) != *checksum => {
                let text = format!("migration {version} was edited since it was applied");
                return Err(StoreError::Migration(text));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

impl Embedded {
    /// As sqlx makes it on PostgreSQL.
    fn checksum(&self, engine: Engine) -> Vec<u8> {
        let sql = match engine {
            Engine::Postgres => self.postgres,
            Engine::Sqlite => self.sqlite,
        };
        Sha384::digest(sql).to_vec()
    }
}
