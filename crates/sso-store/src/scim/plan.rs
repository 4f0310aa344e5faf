//! What happens to the membership and the account together with a write of a User resource.

use crate::directory::{NewAccount, NewAuditEntry};
use org_domain::{AccountId, Email, Role};
use std::fmt;

/// What the host's guard wants done in the transaction that writes the resource.
///
/// The guard decides on facts it has read a moment ago. What could have changed meanwhile is
/// decided again by the database: unique constraints for accounts and names, the last Owner
/// and locks by Admins under the organisation's lock; the client then gets a conflict or a 403
/// and nothing was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemberPlan {
    /// Nothing but the resource: groups, and attributes no membership depends on.
    Nothing,
    /// With a create: the account and the membership begin.
    Admit(Admission),
    /// With a replacement: what else changes.
    Change(MemberChange),
    /// With a delete: the membership ends.
    Remove(AccountFate),
    /// One of the others, and a line of the audit log that is written with it or not at all.
    Audited(Box<Self>, NewAuditEntry),
}

impl MemberPlan {
    /// With a line of the audit log, in the same transaction: nothing is noted that did not happen,
    /// and nothing happens that is not noted.
    ///
    /// ```
    /// # use sso_store::{AccountFate, MemberPlan, directory::NewAuditEntry};
    /// # let entry = NewAuditEntry { org: None, actor: "scim".into(), kind: "provisioning".into(),
    /// #     subject: "06h0".into(), detail: serde_json::Value::Null };
    /// let plan = MemberPlan::Remove(AccountFate::Keep).audited(entry);
    /// assert!(matches!(plan, MemberPlan::Audited(..)));
    /// ```
    #[must_use]
    pub fn audited(self, entry: NewAuditEntry) -> Self {
        Self::Audited(Box::new(self), entry)
    }

    /// What is to be done, and the lines to write with it.
    pub(super) fn parts(&self) -> (&Self, Vec<&NewAuditEntry>) {
        let (mut plan, mut entries) = (self, Vec::new());
        while let Self::Audited(inner, entry) = plan {
            entries.push(entry);
            plan = inner;
        }
        (plan, entries)
    }
}

/// How somebody becomes a member by provisioning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Whose membership it is.
    pub account: AdmittedAccount,
    /// What the person may do; provisioning gives [`Role::Member`].
    pub role: Role,
}

/// The account behind a new membership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdmittedAccount {
    /// The person's account of before, of which a tombstone is left.
    Existing(AccountId),
    /// A new one. If the address gets an account in this very moment, nobody is admitted and
    /// the client is told of a conflict.
    New(NewAccount),
}

/// What changes with a replacement besides the resource. The default changes nothing else.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct MemberChange {
    /// Let in or locked out; default: as before.
    pub access: Option<AccessChange>,
    /// The account's new address; default: as before. All sessions of the account end.
    pub email: Option<Email>,
    /// The account's new given and family name; default: as before.
    pub names: Option<(String, String)>,
}

impl fmt::Debug for MemberChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemberChange")
            .field("access", &self.access)
            .field("email", &self.email)
            .finish_non_exhaustive()
    }
}

/// A switch of `active`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessChange {
    /// In again, with this role. A lock set by an Admin is not lifted: 403.
    Reactivate(Role),
    /// Locked out until provisioning says otherwise; sessions in the organisation end and open
    /// invitations of the address are revoked. The last active Owner stays: 403. Somebody
    /// locked out by an Admin stays so.
    Suspend,
}

/// What becomes of the account when the membership is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountFate {
    /// It stays.
    Keep,
    /// It goes too, if provisioning made it, it is in no other organisation, and no Admin had
    /// locked its holder out.
    DeleteIfUnused,
}
