//! The application's own records: organisations, accounts, memberships, identity links,
//! sessions, invitations, logs and provisioning issues.
//!
//! Reading is done on [`Database`](crate::Database); changing several things at once on a
//! [`Transaction`](crate::Transaction). What is written once per request (sessions, logs) is
//! also there as a single statement on the database.

pub(crate) mod account;
mod census;
mod cookie;
mod daily;
pub(crate) mod invitation;
mod issue;
mod json;
mod link;
pub(crate) mod list;
pub(crate) mod log;
mod member;
mod members;
mod membership;
pub(crate) mod organisation;
mod person;
mod roster;
pub(crate) mod session;

pub(crate) use account::touched;
pub use account::{Account, AccountOrigin, NewAccount};
pub use census::Headcount;
pub use daily::Day;
pub use invitation::{Invitation, NewInvitation};
pub use issue::Issue;
pub use json::JsonText;
pub use link::{IdentityLink, NewIdentityLink};
pub use list::{BadCursor, Cursor, Listed, Page};
pub use log::{AuditEntry, NewAuditEntry, NewSignIn, SignIn, SignInOutcome};
pub use member::{Member, MemberState, NewMember, Tombstone};
pub use members::MemberFilter;
pub(crate) use membership::{keep_an_owner, unbury};
pub use organisation::{IssuerOwner, NewOrganisation, Organisation, Versioned};
pub use person::{KnownBy, PersonFound, PersonSought};
pub use session::{NewSession, Session, SessionScope, SignedIn, SsoSubject};

/// The stored name of a variant.
fn name_of<T: PartialEq>(table: &[(T, &'static str)], variant: &T) -> &'static str {
    table
        .iter()
        .find(|(known, _)| known == variant)
        .map_or("", |(_, name)| name)
}

/// The variant of a stored name.
fn named<T: Copy>(table: &[(T, &'static str)], name: &str) -> Result<T, crate::StoreError> {
    table
        .iter()
        .find(|(_, known)| *known == name)
        .map(|(variant, _)| *variant)
        .ok_or_else(|| crate::StoreError::corrupt("an unknown name in an enumerated column"))
}
