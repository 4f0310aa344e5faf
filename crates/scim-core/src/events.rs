//! What happened: the change log entry of a write, and what a host has to do
//! about it.
//!
//! A [`ChangeRecord`] goes to the store with the write it describes, so that
//! both are kept or neither; the same record comes back to the host in the
//! [`Outcome`] of the response.

use time::OffsetDateTime;

use crate::auth::{Bearer, TokenId};
use crate::dialect::Tolerance;
use crate::error::ScimError;
use crate::id::{Kind, ResourceId, TenantId, TxnId};

/// One write, as the change log keeps it: who, what, when, which attributes;
/// never their values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRecord {
    /// Identifies the write; unique within the tenant.
    pub txn: TxnId,
    /// The token that asked for it; `None` when the host itself wrote.
    pub token: Option<TokenId>,
    /// When, by the clock given to the engine.
    pub at: OffsetDateTime,
    /// Type of the resource written.
    pub kind: Kind,
    /// Id of the resource written.
    pub id: ResourceId,
    /// The client's own id of it, when it has one.
    pub external_id: Option<String>,
    /// By which method.
    pub action: Action,
    /// Names of the top-level attributes that differ, in schema order;
    /// extension attributes are qualified by their URN.
    pub attributes: Vec<String>,
    /// Whether `active` was switched.
    pub activation: Option<Activation>,
}

/// How a resource came to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// POST.
    Create,
    /// PUT.
    Replace,
    /// PATCH.
    Modify,
    /// DELETE.
    Delete,
}

/// A switch of `active`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Activation {
    /// From inactive to active: the same id and membership come back.
    Reactivated,
    /// From active to inactive: every access has to end.
    Deactivated,
}

/// A means of access that has to end when a user is deactivated or deleted.
///
/// IPSIE AL1 (draft of September 2026) wants all of them ended within five
/// minutes; a host ends what it has and can ignore what it does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Access {
    /// Browser and app sessions.
    Sessions,
    /// Refresh and access tokens issued for the user.
    Tokens,
    /// Personal access tokens and API keys the user made.
    PersonalKeys,
    /// SSH keys and other long-lived credentials.
    SshKeys,
    /// Invitations and reset links still open.
    OpenLinks,
}

impl Access {
    /// Every means of access known.
    pub const ALL: &'static [Self] = &[
        Self::Sessions,
        Self::Tokens,
        Self::PersonalKeys,
        Self::SshKeys,
        Self::OpenLinks,
    ];
}

/// A duty of the host after a deactivation or deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MustEnd {
    /// The user concerned.
    pub user: ResourceId,
    /// What has to end.
    pub access: &'static [Access],
}

impl ChangeRecord {
    /// What the host must end because of this change, if anything.
    #[must_use]
    pub fn must_end(&self) -> Option<MustEnd> {
        let ends =
            self.action == Action::Delete || self.activation == Some(Activation::Deactivated);
        (ends && self.kind == Kind::USER).then(|| MustEnd {
            user: self.id.clone(),
            access: Access::ALL,
        })
    }
}

/// What the host learns of a request besides the response it sends back.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The tenant, once the token was accepted.
    pub tenant: Option<TenantId>,
    /// The token's public id, once it was accepted.
    pub token: Option<TokenId>,
    /// Every write done, in order; more than one only for a bulk request.
    pub changes: Vec<ChangeRecord>,
    /// Why the request was refused, if it was; for a 500 or 503 it holds the
    /// inner fault, for the operator's log only.
    pub refused: Option<ScimError>,
    /// Why the use of the token could not be noted, for the operator's log; the
    /// request was answered all the same.
    pub unnoted: Option<ScimError>,
    /// Tolerances of the dialect that the request needed, and how often.
    pub tolerated: Vec<(Tolerance, u32)>,
}

impl Outcome {
    /// Notes whom the request speaks for.
    pub(crate) fn speaks_for(&mut self, bearer: &Bearer) {
        self.tenant = Some(bearer.tenant().clone());
        self.token = Some(bearer.token().clone());
        self.unnoted = bearer.unnoted().cloned();
    }

    /// What the host must end, over all changes.
    pub fn must_end(&self) -> impl Iterator<Item = MustEnd> + '_ {
        self.changes.iter().filter_map(ChangeRecord::must_end)
    }
}
