//! What a host may add: a rate limit, a dialect per tenant, a meaning for `/Me`.

use std::fmt;
use std::sync::Arc;

use time::OffsetDateTime;

use super::Scim;
use crate::auth::Bearer;
use crate::dialect::Dialect;
use crate::error::{Advice, ScimError, Status};
use crate::id::{ResourceId, TenantId};

/// Whether a request may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It may.
    Go,
    /// Not before so many seconds; at least 1 is told to the client.
    Wait {
        /// Whole seconds, for `Retry-After`.
        seconds: u32,
    },
}

/// A rate limit per tenant. Okta honours `Retry-After`, Entra needs 25 requests
/// a second.
pub type Limiter = dyn Fn(&TenantId, OffsetDateTime) -> Admission + Send + Sync;

/// The dialect of a tenant's client; `None` takes the configuration's.
pub type DialectOf = dyn Fn(&TenantId) -> Option<Dialect> + Send + Sync;

/// The user a token stands for (RFC 7644 section 3.11); `None` when it stands
/// for no one, as a provisioning client's does.
pub type MeOf = dyn Fn(&Bearer) -> Option<ResourceId> + Send + Sync;

/// The host's additions, none by default.
#[derive(Clone, Default)]
pub(super) struct Hooks {
    limiter: Option<Arc<Limiter>>,
    dialect: Option<Arc<DialectOf>>,
    me: Option<Arc<MeOf>>,
}

impl<S, T, G> Scim<S, T, G> {
    /// Asks `limiter` before each request of a verified token. Default: no
    /// limit.
    ///
    /// ```no_run
    /// use scim_core::Scim;
    /// use scim_core::engine::Admission;
    /// # fn example<S, T, G>(scim: Scim<S, T, G>) -> Scim<S, T, G> {
    /// scim.limited_by(|tenant, _now| match tenant.as_str() {
    ///     "noisy" => Admission::Wait { seconds: 2 },
    ///     _ => Admission::Go,
    /// })
    /// # }
    /// ```
    #[must_use]
    pub fn limited_by(
        mut self,
        limiter: impl Fn(&TenantId, OffsetDateTime) -> Admission + Send + Sync + 'static,
    ) -> Self {
        self.hooks.limiter = Some(Arc::new(limiter));
        self
    }

    /// Asks `dialect` which client a tenant has. Default: the configuration's
    /// dialect for all.
    #[must_use]
    pub fn with_dialects(
        mut self,
        dialect: impl Fn(&TenantId) -> Option<Dialect> + Send + Sync + 'static,
    ) -> Self {
        self.hooks.dialect = Some(Arc::new(dialect));
        self
    }

    /// Asks `me` which user a token stands for. Default: none, and `/Me` is
    /// answered 501.
    #[must_use]
    pub fn with_me(
        mut self,
        me: impl Fn(&Bearer) -> Option<ResourceId> + Send + Sync + 'static,
    ) -> Self {
        self.hooks.me = Some(Arc::new(me));
        self
    }
}

impl Hooks {
    /// Refuses a tenant that is over its rate.
    ///
    /// # Errors
    /// 429 with `Retry-After`.
    pub(super) fn admit(&self, bearer: &Bearer, now: OffsetDateTime) -> Result<(), ScimError> {
        match self
            .limiter
            .as_ref()
            .map(|limiter| limiter(bearer.tenant(), now))
        {
            None | Some(Admission::Go) => Ok(()),
            Some(Admission::Wait { seconds }) => {
                let refused = ScimError::new(Status::TooManyRequests, "too many requests; wait");
                Err(refused.with_advice(Advice::RetryAfter(seconds.max(1))))
            }
        }
    }

    pub(super) fn dialect(&self, bearer: &Bearer) -> Option<Dialect> {
        self.dialect.as_ref()?(bearer.tenant())
    }

    pub(super) fn know_me(&self) -> bool {
        self.me.is_some()
    }

    pub(super) fn me(&self, bearer: &Bearer) -> Option<ResourceId> {
        self.me.as_ref()?(bearer)
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("limiter", &self.limiter.is_some())
            .field("dialect", &self.dialect.is_some())
            .field("me", &self.me.is_some())
            .finish()
    }
}
