//! Who may give which role, and who may remove whom.

use crate::policy::provision_facts::LastOwner;
use crate::role::Role;

/// A change of a member's role that somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RoleChange {
    /// The role of the person who asks.
    pub actor: Role,
    /// The present role of the member; nothing for an invitation.
    pub from: Option<Role>,
    /// The role afterwards; nothing for a removal.
    pub to: Option<Role>,
    /// Whether the member is the last active Owner.
    pub last_owner: LastOwner,
}

/// Why a role change is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RoleRefusal {
    /// Only Owners and Admins change roles.
    #[error("only Owners and Admins change roles")]
    NotAdministrator,
    /// Nobody gives a role above their own; only an Owner makes an Owner.
    #[error("nobody gives a role above their own")]
    AboveOwn,
    /// Nobody changes or removes somebody of a higher role, nor an Admin an Owner.
    #[error("the member's role is too high to be changed by you")]
    TargetAbove,
    /// At least one active Owner has to remain.
    #[error("the last Owner has to stay; make somebody else an Owner first")]
    LastOwner,
}

impl RoleRefusal {
    /// The stable code of the refusal.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAdministrator => "role_not_administrator",
            Self::AboveOwn => "role_above_own",
            Self::TargetAbove => "role_target_above",
            Self::LastOwner => "role_last_owner",
        }
    }
}

/// Decides about a role change, an invitation or a removal.
///
/// ```
/// # use org_domain::{policy::*, Role};
/// let promote = RoleChange { actor: Role::Admin, from: Some(Role::Member), to: Some(Role::Owner), last_owner: LastOwner::No };
/// assert_eq!(decide_role_change(promote), Err(RoleRefusal::AboveOwn));
/// ```
///
/// # Errors
/// [`RoleRefusal`] with the first rule that forbids it.
pub fn decide_role_change(change: RoleChange) -> Result<(), RoleRefusal> {
    if !change.actor.administers() {
        return Err(RoleRefusal::NotAdministrator);
    }
    if change.to.is_some_and(|to| to > change.actor) {
        return Err(RoleRefusal::AboveOwn);
    }
    if change.from.is_some_and(|from| from > change.actor) {
        return Err(RoleRefusal::TargetAbove);
    }
    let is_removal_of_equal =
        change.to.is_none() && change.from == Some(Role::Admin) && change.actor == Role::Admin;
    if is_removal_of_equal {
        return Err(RoleRefusal::TargetAbove);
    }
    if change.last_owner == LastOwner::Yes && change.to != Some(Role::Owner) {
        return Err(RoleRefusal::LastOwner);
    }
    Ok(())
}
