//! What every request needs, and the one function that answers one.

use std::{net::IpAddr, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};
use sso_store::{Database, Generate as _, SignInId};
use time::OffsetDateTime;

use crate::{
    clock::Clock,
    config::Config,
    demo::{Demo, DemoPerson, idp},
    pages, routes,
    security::{cookie::Cookies, headers, rate::Rates},
    web::{Failure, Incoming, Reply},
};

/// The application: cheap to clone, holds no state of its own but rate limits and counters.
#[derive(Clone, Debug)]
pub struct App {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    database: Database,
    config: Config,
    clock: Clock,
    demo: Option<Demo>,
    rates: Rates,
}

/// The application over an opened and migrated database.
pub fn app(database: Database, config: Config, clock: Clock, demo: Option<Demo>) -> App {
    App { inner: Arc::new(Inner { database, config, clock, demo, rates: Rates::default() }) }
}

impl App {
    /// Answers a request whose body has been read. `peer` is what rate limits count by.
    pub async fn call(&self, request: Request<Bytes>, peer: Option<IpAddr>) -> Response<Bytes> {
        let trace = SignInId::generate(self.now()).map_or_else(|_| "none".to_owned(), |id| id.to_string());
        let request = Incoming::new(request, peer);
        let room = routes::room(request.path());
        let method = request.method().clone();
        let reply = match Box::pin(self.dispatch(request)).await {
            Ok(reply) => reply,
            Err(failure) => {
                log_failure(&failure, &trace);
                pages::failure::failure(&failure, &trace)
            }
        };
        let mut response = reply.into_http();
        headers::apply(&mut response, self.config().base_url.scheme());
        tracing::info!(%method, room, status = response.status().as_u16(), trace, "answered");
        response
    }

    async fn dispatch(&self, request: Incoming) -> Result<Reply, Failure> {
        match self.demo() {
            Some(demo) if request.host() == idp::HOST => {
                demo.provider.answer(&request, &demo.keep.people, self.now()).await
            }
            _ => routes::answer(self, request).await,
        }
    }

    /// The database.
    pub fn database(&self) -> &Database {
        &self.inner.database
    }

    /// What the service was told.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// The demonstration, when it runs.
    pub fn demo(&self) -> Option<&Demo> {
        self.inner.demo.as_ref()
    }

    /// The accounts to show on the sign-in page; none outside of the demonstration.
    pub fn demo_people(&self) -> &[DemoPerson] {
        self.demo().map_or(&[], |demo| &demo.keep.people)
    }

    /// The rate limits of this process.
    pub fn rates(&self) -> &Rates {
        &self.inner.rates
    }

    /// The session cookie's maker.
    pub fn cookies(&self) -> Cookies {
        Cookies::new(self.config().base_url.scheme())
    }

    /// What time it is.
    pub fn now(&self) -> OffsetDateTime {
        self.inner.clock.now()
    }
}

/// Faults of ours are errors; a person's mistakes are not worth a line above debug.
fn log_failure(failure: &Failure, trace: &str) {
    match failure {
        Failure::Internal(cause) => tracing::error!(trace, cause, "internal fault"),
        Failure::Unavailable => tracing::warn!(trace, "database unavailable"),
        other => tracing::debug!(trace, reason = %other, "request refused"),
    }
}
