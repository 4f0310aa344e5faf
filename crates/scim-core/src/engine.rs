//! The engine: every stage of a request, in order.
//!
//! ```text
//! Request
//!   1  within_limits   Bounded    the body is not larger than allowed
//!   2  authenticate    Bearer     a token speaks for one tenant
//!   3  admit                      the tenant is within its request rate
//!   4  route           Op         method and path name an operation
//!   5  Call::object    Resource   the body is JSON within limits
//!   6  check, apply    Checked    what would be stored conforms to its schema
//!   7  load            Stored     what is stored now, in a version the client accepts
//!   8  judge           Permit     the host allows the change
//!   9  write           Stored     written on the condition that nothing moved meanwhile
//!  10  show            Reply      what the schema and the client let be seen
//!  11  respond         Response
//! ```
//!
//! Stages 5 to 10 are those an operation needs; `engine/ops` has one file for each
//! kind of operation. This file holds the order and no logic.

mod call;
mod hooks;
mod intake;
mod members;
mod ops;
mod reply;
mod show;
mod size;
mod write;

pub use hooks::{Admission, DialectOf, Limiter, MeOf};

use time::OffsetDateTime;

use crate::auth::{Random, TokenStore, authenticate};
use crate::config::Config;
use crate::discovery::Documents;
use crate::error::ScimError;
use crate::events::Outcome;
use crate::guard::Guard;
use crate::message::{Method, Request, Response};
use crate::route::{Op, route};
use crate::store::Store;
use call::Call;
use hooks::Hooks;
use intake::within_limits;
use reply::{Reply, respond};
use show::Defaults;

/// A SCIM service: configuration, stores and the host's guard.
///
/// It has no clock and no random source of its own; both come with each
/// request. One value serves any number of tenants and threads.
///
/// ```
/// use scim_core::auth::{Pepper, RandomError, Slot, TokenRecord};
/// use scim_core::config::Config;
/// use scim_core::guard::AllowAll;
/// use scim_core::message::{Method, Request};
/// use scim_core::store::memory::MemoryStore;
/// use scim_core::{Scim, TenantId};
/// use std::sync::Arc;
/// use time::OffsetDateTime;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let now = OffsetDateTime::from_unix_timestamp(1_800_000_000)?;
/// let mut random = |bytes: &mut [u8]| getrandom::fill(bytes).map_err(|_| RandomError);
/// let pepper = Pepper::new([7; 32]);
///
/// let store = Arc::new(MemoryStore::new(1_000));
/// let tenant = TenantId::new("acme");
/// let (token, record) = TokenRecord::mint(tenant, Slot::First, None, &pepper, now, &mut random)?;
/// store.put_token(record);
///
/// let config = Config::new("https://app.example/scim/v2", pepper)?;
/// let scim = Scim::new(config, store.clone(), store, AllowAll);
///
/// let lookup = "/scim/v2/Users?filter=userName%20eq%20%22ann%40acme.example%22";
/// let request = Request::new(Method::Get, lookup).bearer(&token.reveal());
/// let response = scim.handle(request, now, &mut random).await;
/// assert_eq!(response.status, 200);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Scim<S, T, G> {
    config: Config,
    documents: Documents,
    defaults: Defaults,
    store: S,
    tokens: T,
    guard: G,
    hooks: Hooks,
}

impl<S, T, G> Scim<S, T, G>
where
    S: Store,
    T: TokenStore,
    G: Guard<S::Plan>,
{
    /// A service over these stores, every write judged by `guard`.
    #[must_use]
    pub fn new(config: Config, store: S, tokens: T, guard: G) -> Self {
        let documents = Documents::new(&config);
        let defaults = Defaults::new(&config);
        Self {
            config,
            documents,
            defaults,
            store,
            tokens,
            guard,
            hooks: Hooks::default(),
        }
    }

    /// What the service was configured with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Answers one request.
    ///
    /// `now` is the host's clock; `random` issues ids. Every failure is a
    /// response in SCIM's form; [`Response::outcome`] tells the host what
    /// changed, what to end and what to log.
    pub async fn handle<R: Random + Send>(
        &self,
        request: Request,
        now: OffsetDateTime,
        random: &mut R,
    ) -> Response {
        let mut outcome = Outcome::default();
        let done = self.stages(&request, now, random, &mut outcome).await;
        let response = respond(done, request.head.accept.as_deref(), outcome);
        match request.method {
            Method::Head => response.without_body(),
            _ => response,
        }
    }

    async fn stages<R: Random + Send>(
        &self,
        request: &Request,
        now: OffsetDateTime,
        random: &mut R,
        outcome: &mut Outcome,
    ) -> Result<Reply, ScimError> {
        let bounded = within_limits(request, &self.config.limits().body)?;
        let authorization = request.head.authorization.as_deref();
        let bearer = authenticate(authorization, &self.tokens, self.config.pepper(), now).await?;
        outcome.speaks_for(&bearer);
        self.hooks.admit(&bearer, now)?;
        let (config, registry) = (&self.config, self.config.registry());
        let op = route(request.method, &request.path, config.base_path(), registry)?;
        let dialect = self
            .hooks
            .dialect(&bearer)
            .unwrap_or_else(|| config.dialect());
        let mut call = Call::new(&bounded, &bearer, dialect, now, random, outcome);
        let done = self.perform(op, &mut call).await;
        call.finish();
        done
    }

    async fn perform(&self, op: Op, call: &mut Call<'_>) -> Result<Reply, ScimError> {
        match op {
            Op::Create(kind) => self.create(&kind, call).await,
            Op::Read(kind, id) => self.read(&kind, &id, call).await,
            Op::Replace(kind, id) => self.replace(&kind, &id, call).await,
            Op::Modify(kind, id) => self.modify(&kind, &id, call).await,
            Op::Delete(kind, id) => self.delete(&kind, &id, call).await,
            Op::List(scope) => self.list(&scope, call).await,
            Op::Search(scope) => self.search(&scope, call).await,
            Op::Discover(what) => Ok(Reply::ok(self.documents.find(&what, call.query())?)),
            Op::Bulk => self.bulk(call).await,
            Op::Me(method) => self.me(method, call).await,
        }
    }
}
