//! What every request needs, and the one function that answers one.

use std::{net::IpAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Method, Request, Response};
use scim_core::config::ConfigError;
use sso_store::{Database, Generate as _, Pepper, SignInId};
use time::OffsetDateTime;

use org_domain::{dns_hickory::SetupError, proof::HandleKey};

use crate::{
    claims::{dns::Dns, lock::handle_key},
    clock::Clock,
    config::{Config, Peers},
    cut::{self, Cut},
    demo::{Demo, DemoPerson, idp},
    metrics::Metrics,
    pages, routes,
    scim::{self, Provisioning},
    security::{cookie::Cookies, device::Devices, headers, rate::Rates},
    sso::provider::Providers,
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
    devices: Devices,
    handles: HandleKey,
    providers: Providers,
    rates: Rates,
    metrics: Metrics,
    dns: Dns,
}

/// Why the application could not be built.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The base URL is none that SCIM can be served under.
    #[error(transparent)]
    BaseUrl(#[from] ConfigError),
    /// The DNS client.
    #[error(transparent)]
    Dns(#[from] SetupError),
}

/// The application over an opened and migrated database. `pepper` is the database's.
///
/// # Errors
/// [`AppError`]. Call it within a Tokio runtime.
pub fn app(
    database: Database,
    pepper: &Pepper,
    config: Config,
    clock: Clock,
    demo: Option<Demo>,
) -> Result<Site, AppError> {
    let dns = Dns::new(
        &config.dns,
        config.dns_validating,
        demo.is_some().then(|| database.clone()),
    )?;
    let inner = Inner {
        database,
        config,
        clock,
        demo,
        devices: Devices::new(pepper),
        handles: handle_key(pepper),
        providers: Providers::default(),
        rates: Rates::default(),
        metrics: Metrics::default(),
        dns,
    };
    let app = App {
        inner: Arc::new(inner),
    };
    let provisioning = Provisioning::new(&app, pepper)?;
    Ok(Site { app, provisioning })
}

/// The application with its provisioning endpoint: what a listener serves and a test calls.
#[derive(Clone, Debug)]
pub struct Site {
    app: App,
    provisioning: Provisioning,
}

impl Site {
    /// What the handlers are given.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Answers a request whose body has been read. `peer` is what rate limits count by.
    pub async fn call(&self, request: Request<Bytes>, peer: Option<IpAddr>) -> Response<Bytes> {
        let began = std::time::Instant::now();
        let trace = self.trace();
        let mut request = Incoming::new(request, peer);
        if self.app.config().peers == Peers::Forwarded {
            request = request.by_forwarded_peer();
        }
        let room = routes::room(request.path());
        let method = request.method().clone();
        let reply = match Box::pin(self.dispatch(request)).await {
            Ok(reply) => reply,
            Err(failure) => {
                let failure = match method.is_safe() {
                    true => failure.of_reading(),
                    false => failure,
                };
                log_failure(&failure, &trace);
                match room {
                    "scim" => scim::failure(&failure),
                    _ => pages::failure::failure(&failure, &trace),
                }
            }
        };
        self.send(reply, &method, room, began.elapsed(), &trace)
    }

    /// Answers a request that is cut short after `took`.
    pub fn cut_short(
        &self,
        cut: Cut,
        method: &Method,
        path: &str,
        took: Duration,
    ) -> Response<Bytes> {
        let (room, trace) = (routes::room(path), self.trace());
        tracing::warn!(?cut, room, trace, "request cut short");
        let reply = cut::reply(cut, method, room, &trace);
        self.send(reply, method, room, took, &trace)
    }

    /// What is in the log and on the page, so that one leads to the other.
    fn trace(&self) -> String {
        SignInId::generate(self.app.now()).map_or_else(|_| "none".to_owned(), |id| id.to_string())
    }

    fn send(
        &self,
        reply: Reply,
        method: &Method,
        room: &'static str,
        took: Duration,
        trace: &str,
    ) -> Response<Bytes> {
        let mut response = reply.into_http();
        headers::apply(&mut response, self.app.config().base_url.scheme());
        let status = response.status().as_u16();
        self.app.metrics().answered(room, status, took);
        tracing::info!(%method, room, status, micros = took.as_micros(), trace, "answered");
        response
    }

    async fn dispatch(&self, request: Incoming) -> Result<Reply, Failure> {
        match self.app.demo() {
            Some(demo) if request.host() == idp::HOST => {
                demo.provider
                    .answer(&request, &demo.keep.people, self.app.now())
                    .await
            }
            _ if routes::room(request.path()) == "scim" => {
                self.provisioning.answer(&self.app, request).await
            }
            _ => routes::answer(&self.app, request).await,
        }
    }
}

impl App {
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

    /// The browsers known from before.
    pub fn devices(&self) -> &Devices {
        &self.inner.devices
    }

    /// The names by which organisations are known in DNS records.
    pub fn handles(&self) -> &HandleKey {
        &self.inner.handles
    }

    /// The identity providers made from settings lately.
    pub fn providers(&self) -> &Providers {
        &self.inner.providers
    }

    /// The rate limits of this process.
    pub fn rates(&self) -> &Rates {
        &self.inner.rates
    }

    /// The counters of this process.
    pub fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    /// Who answers for the DNS.
    pub fn dns(&self) -> &Dns {
        &self.inner.dns
    }

    /// The maker of cookies.
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
        Failure::Unsettled => tracing::warn!(trace, "database unavailable, outcome unknown"),
        Failure::Afterwards(then) => log_failure(then, trace),
        other => tracing::debug!(trace, reason = %other, "request refused"),
    }
}
