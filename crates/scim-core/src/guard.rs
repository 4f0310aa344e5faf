//! The host's word before every write.
//!
//! The engine computes the next state of a resource without touching anything,
//! shows the host the typed [`Change`], and writes only what the host allows.
//! With its permission the host hands over a plan: what else has to happen for
//! this change (create an account, suspend a membership, end sessions). The
//! store carries the plan out in the same transaction as the write, so that a
//! crash leaves neither half.
//!
//! The guard itself is asked before that transaction begins: what it read may be
//! old when the write happens. A changed resource is no worry, for the write is on
//! the condition of its version and the guard is asked anew. A rule about other
//! facts (the last Owner, a free seat, an address outside the tenant) needs the
//! store to look again while it carries the plan out, and to answer
//! [`Written::Refused`](crate::store::Written::Refused) when they have changed.
//!
//! A guard cannot alter what is written. Where a policy takes one part of a change
//! and drops the rest (switch the user off, but leave the forbidden address), the
//! host writes that part by itself and refuses the request, with a text that says
//! so; the client's next request then finds the part done.

mod facets;

pub use facets::Facets;

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use time::OffsetDateTime;

use crate::error::{ScimError, ScimType, Status};
use crate::id::{Kind, ResourceId, TenantId};
use crate::resource::Resource;
use crate::stored::Stored;

/// Decides about every write, before it happens. `P` is the store's plan type.
///
/// ```
/// use scim_core::guard::{Change, Guard, GuardError, Verdict};
/// use scim_core::TenantId;
/// use time::OffsetDateTime;
///
/// /// Nobody is deleted over SCIM here; deactivation is allowed.
/// struct KeepPeople;
///
/// impl Guard<()> for KeepPeople {
///     async fn judge(
///         &self,
///         _tenant: &TenantId,
///         change: &Change<'_>,
///         _now: OffsetDateTime,
///     ) -> Result<Verdict<()>, GuardError> {
///         Ok(match change {
///             Change::Delete { .. } => Verdict::forbid("deactivate the user instead"),
///             _ => Verdict::Allow(()),
///         })
///     }
/// }
/// ```
pub trait Guard<P>: Send + Sync {
    /// How much of a group it wants to see when only some members change.
    /// Default: the whole group, before and after.
    ///
    /// [`Extent::Touched`] makes such a change as cheap in a group of 50,000 as in
    /// a group of ten: fit for guards that look at users only, or at who comes and
    /// goes.
    fn extent(&self) -> Extent {
        Extent::Whole
    }

    /// Allows the change with a plan, or refuses it with a text.
    ///
    /// It is not asked about a request that changes nothing.
    ///
    /// # Errors
    /// The host cannot decide at the moment; the client gets 503 and nothing is
    /// written.
    fn judge(
        &self,
        tenant: &TenantId,
        change: &Change<'_>,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Verdict<P>, GuardError>> + Send;
}

/// A guard that allows everything, for a store that needs no plan.
///
/// Whoever holds a token can then create anybody: fit for tests and examples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllowAll;

impl Guard<()> for AllowAll {
    fn extent(&self) -> Extent {
        Extent::Touched
    }

    async fn judge(
        &self,
        _tenant: &TenantId,
        _change: &Change<'_>,
        _now: OffsetDateTime,
    ) -> Result<Verdict<()>, GuardError> {
        Ok(Verdict::Allow(()))
    }
}

/// What is about to be written.
///
/// Values are as the schema check left them: required ones present, types
/// right, read-only ones of the client dropped, a password never among them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Change<'a> {
    /// A new resource (RFC 7644 section 3.3).
    Create {
        /// Type of the resource.
        kind: &'a Kind,
        /// The id it will have.
        id: &'a ResourceId,
        /// What will be stored.
        next: &'a Resource,
    },
    /// A resource that changes (PUT or PATCH).
    Replace {
        /// What is stored now.
        current: &'a Stored,
        /// What will be stored.
        next: &'a Resource,
        /// Which parts differ.
        facets: &'a Facets,
        /// Whether both states hold every member of the group, or only those that
        /// the request names; other types are always whole.
        extent: Extent,
    },
    /// A resource that goes (RFC 7644 section 3.6).
    Delete {
        /// What is stored now.
        current: &'a Stored,
    },
}

impl Change<'_> {
    /// Type of the resource concerned.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        match self {
            Self::Create { kind, .. } => kind,
            Self::Replace { current, .. } | Self::Delete { current } => current.kind(),
        }
    }

    /// Id of the resource concerned.
    #[must_use]
    pub fn id(&self) -> &ResourceId {
        match self {
            Self::Create { id, .. } => id,
            Self::Replace { current, .. } | Self::Delete { current } => current.id(),
        }
    }

    /// Whether a replacement touches this part; false for create and delete.
    #[must_use]
    pub fn touches(&self, facet: Facet) -> bool {
        matches!(self, Self::Replace { facets, .. } if facets.contains(facet))
    }
}

/// How much of a group's members two states hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Extent {
    /// All of them.
    #[default]
    Whole,
    /// At least those that the request names.
    Touched,
}

/// A part of a resource that policy cares about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Facet {
    /// `active` goes from true to false (or is removed).
    Deactivate,
    /// `active` goes from false (or absent) to true.
    Reactivate,
    /// `userName` differs, be it only in spelling.
    UserName,
    /// Any of `emails` differs.
    Emails,
    /// `name` or `displayName` differs.
    Names,
    /// `externalId` differs.
    ExternalId,
    /// `members` of a group differ.
    Members,
    /// Any other attribute differs.
    Other,
}

/// The guard's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict<P> {
    /// Write it, and carry out this plan in the same transaction.
    Allow(P),
    /// Write nothing and tell the client why.
    Refuse(Refusal),
}

impl<P> Verdict<P> {
    /// Refuses with 403 and a text.
    #[must_use]
    pub fn forbid(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Refuse(Refusal::new(Status::Forbidden, None, detail))
    }
}

/// Why a change is not allowed, as the client's administrator will read it.
///
/// Okta reads every 409 as "exists already"; a claimed-domain refusal is better
/// a 400 `invalidValue`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status of the answer.
    pub status: Status,
    /// `scimType`, where RFC 7644 table 9 has one for the case.
    pub scim_type: Option<ScimType>,
    /// Shown in Okta's task list: say what to do, and nothing about accounts
    /// outside the tenant.
    pub detail: Cow<'static, str>,
}

impl Refusal {
    /// A refusal with its three parts.
    #[must_use]
    pub fn new(
        status: Status,
        scim_type: Option<ScimType>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            scim_type,
            detail: detail.into(),
        }
    }
}

impl From<Refusal> for ScimError {
    fn from(refusal: Refusal) -> Self {
        let error = Self::new(refusal.status, refusal.detail);
        match refusal.scim_type {
            Some(kind) => error.with_type(kind),
            None => error,
        }
    }
}

/// The guard could not decide; the cause goes to the operator's log only.
#[derive(Clone)]
pub struct GuardError(Arc<dyn Error + Send + Sync>);

impl GuardError {
    /// Wraps the host's error.
    #[must_use]
    pub fn new(cause: impl Error + Send + Sync + 'static) -> Self {
        Self(Arc::new(cause))
    }
}

impl fmt::Debug for GuardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GuardError(..)")
    }
}

impl fmt::Display for GuardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the guard could not decide")
    }
}

impl Error for GuardError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let cause: &(dyn Error + 'static) = self.0.as_ref();
        Some(cause)
    }
}
