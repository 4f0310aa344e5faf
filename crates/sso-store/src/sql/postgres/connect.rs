//! Keeping connections, and lending them.

use super::{Limits, within};
use crate::error::{Cause, StoreError};
use deadpool::Runtime;
use deadpool::managed::{
    Manager, Metrics, Object, Pool, PoolError, RecycleError, RecycleResult, Timeouts,
};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use std::time::{Duration, Instant};

/// A connection that was used within this time is used again unasked. After a longer pause it is
/// asked first, since servers and the walls before them drop those that are silent.
const FRESH: Duration = Duration::from_secs(1);

/// The age at which a connection is replaced, so that what a server keeps for one is bounded.
const OLD: Duration = Duration::from_secs(30 * 60);

/// How often a server that is not there yet is tried, while the first connection is waited for.
const AGAIN: Duration = Duration::from_millis(50);

/// Binds the values one by one.
macro_rules! bound {
    ($sql:expr, $values:expr) => {{
        let mut query = sqlx::query(sqlx::AssertSqlSafe($sql));
        for value in $values {
            query = match value {
                $crate::sql::Value::Bytes(bytes) => query.bind(bytes),
                $crate::sql::Value::Int(number) => query.bind(number),
                $crate::sql::Value::Text(text) => query.bind(text),
            };
        }
        query
    }};
}
pub(super) use bound;

/// How a connection is made.
struct Server(PgConnectOptions);

impl Manager for Server {
    type Type = PgConnection;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<PgConnection, sqlx::Error> {
        // Large, and seldom: everybody who asks for a connection would carry it along.
        Box::pin(self.0.connect()).await
    }

    async fn recycle(
        &self,
        connection: &mut PgConnection,
        metrics: &Metrics,
    ) -> RecycleResult<sqlx::Error> {
        if metrics.age() > OLD {
            return Err(RecycleError::message("old"));
        }
        if metrics.last_used() > FRESH {
            Box::pin(connection.ping()).await?;
        }
        Ok(())
    }
}

/// The connections that are kept.
#[derive(Clone)]
pub(super) struct Connections(Pool<Server>);

impl Connections {
    pub(super) fn new(options: PgConnectOptions, limits: Limits) -> Result<Self, StoreError> {
        let timeouts = Timeouts {
            wait: Some(limits.patience),
            create: Some(limits.patience),
            recycle: Some(limits.patience),
        };
        Pool::builder(Server(options))
            .max_size(limits.connections)
            .timeouts(timeouts)
            .runtime(Runtime::Tokio1)
            .build()
            .map(Self)
            .map_err(|error| StoreError::Internal(Cause(error.into())))
    }

    /// Makes the first connection.
    pub(super) async fn first(&self, patience: Duration) -> Result<(), StoreError> {
        let end = Instant::now() + patience;
        loop {
            match self.hold().await {
                Err(error) if error.is_unavailable() && Instant::now() < end => {
                    tokio::time::sleep(AGAIN).await;
                }
                held => return held.map(drop),
            }
        }
    }

    /// A connection for some statements.
    pub(super) async fn hold(&self) -> Result<Held, StoreError> {
        let object = self.0.get().await.map_err(|error| match error {
            PoolError::Backend(error) => error.into(),
            PoolError::Timeout(_) => StoreError::silent(),
            other => StoreError::Unavailable(Cause(other.into())),
        })?;
        Ok(Held {
            connection: Some(object),
            state: State::Sound,
        })
    }

    pub(super) async fn apart(&self) -> Result<PgConnection, sqlx::Error> {
        self.0.manager().create().await
    }

    /// Lends no more, and waits for those that are lent.
    pub(super) async fn close(&self, limit: Duration) {
        let end = Instant::now() + limit;
        self.0.close();
        while self.0.status().size > 0 && Instant::now() < end {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Whether a connection may be used again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// The server answered what it was asked last.
    Sound,
    /// It has not answered yet. Whoever stops waiting leaves it so.
    Asked,
    /// The connection failed.
    Broken,
}

/// Whether an error is the server's answer to a statement, and not its farewell.
fn leaves_sound(error: &sqlx::Error) -> bool {
    let farewell = |code: &str| code.starts_with("57P") || code.starts_with("08");
    error
        .as_database_error()
        .is_some_and(|answer| !answer.code().is_some_and(|code| farewell(&code)))
}

/// A connection that is lent. It goes back when dropped, if it is sound.
pub(super) struct Held {
    /// `None` once it went elsewhere.
    connection: Option<Object<Server>>,
    state: State,
}

impl Held {
    pub(super) const fn state(&self) -> State {
        self.state
    }

    /// The same, for somebody who goes on with it.
    pub(super) const fn move_out(&mut self) -> Self {
        Self {
            connection: self.connection.take(),
            state: self.state,
        }
    }

    /// Does something with the connection. It is not used again after an error that is not the
    /// server's answer, nor when somebody stopped waiting for it.
    pub(super) async fn spoken<T>(
        &mut self,
        limit: Duration,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, StoreError> {
        self.state = State::Asked;
        let connection = self.connection.as_mut().ok_or_else(StoreError::silent)?;
        within(limit, async {
            let done = work(connection).await;
            self.state = match &done {
                Err(error) if !leaves_sound(error) => State::Broken,
                _ => State::Sound,
            };
            done
        })
        .await
    }

    /// What an error of the last statement means where that statement was to commit: a server
    /// that answered has undone it, unless it says itself that it does not know
    /// (`statement_completion_unknown`), and one that did not may have committed.
    pub(super) fn judged(&self, error: StoreError) -> StoreError {
        match self.state {
            State::Sound if !error.is_state("40003") => error,
            _ => error.unsettled(),
        }
    }

    /// Closes the connection instead of giving it back.
    pub(super) fn close(&mut self) {
        drop(self.connection.take().map(Object::take));
    }

    /// Closes the connection, and with it all that are kept idle: what broke one breaks others.
    fn discard(&mut self) {
        let others = self.connection.as_ref().and_then(Object::pool);
        self.close();
        if let Some(others) = others {
            others.retain(|_, _| false);
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        match self.state {
            State::Sound => {}
            State::Asked => self.close(),
            State::Broken => self.discard(),
        }
    }
}
