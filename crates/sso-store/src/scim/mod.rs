//! The stores of scim-core. The SCIM User resource of an organisation is its membership row,
//! so whoever is a member, by whatever way, is what provisioning finds and changes.
//!
//! # Tables
//!
//! | table | holds | looked up by |
//! |---|---|---|
//! | `members` | a User resource as JSON, and columns of what policy and look-ups need | id, folded `userName`, `externalId` |
//! | `member_emails` | an address of a User, a row each | folded value, then type |
//! | `scim_resources` | a resource of any other type as JSON, a group without its members | id, folded `displayName`, `externalId` |
//! | `scim_group_members` | a member of a group, a row each, by position | position within the group; member, then group |
//! | `scim_unique_values` | the digest of a value that a schema declares unique | itself: it is the primary key |
//! | `scim_changes` | who wrote what: names of attributes, never values | time |
//! | `scim_tokens` | the digest of a bearer token | its public id |
//!
//! # A write
//!
//! One transaction holds the row on the condition of its version, what the guard's plan wants
//! done, the unique values and the log entry. A condition that does not hold, a constraint, a
//! rule of the directory and a value too long for an index end it with an outcome for the
//! client; everything else is an error of the store, and nothing was written in either case.
//!
//! # A read
//!
//! A filter becomes SQL as far as columns go. Where that decides it, and the order is one of a
//! column, the database reads the page and nothing else. Where it does not, the rows that are
//! left are looked at in batches, in the order of creation, and only the places of the matches
//! are kept: totals and pages are exact in both cases, and the cost of the second is a walk
//! through the organisation's resources. [`Database::explain_scim_query`](crate::Database::explain_scim_query)
//! shows which it is.

mod changes;
mod columns;
mod explain;
mod length;
mod members;
mod membership;
mod plan;
mod read;
mod refusal;
mod resources;
mod search;
mod source;
mod store;
mod tokens;
mod unique;
mod user;
mod users;

pub use plan::{AccessChange, AccountFate, Admission, AdmittedAccount, MemberChange, MemberPlan};
pub use tokens::TokenInfo;
pub(crate) use user::{Mirror, plain_user, with_active};
pub(crate) use users::put_emails;

/// The comparison form of a userName: scim-core's, since its filters must find what is stored.
pub(crate) fn fold(user_name: &str) -> String {
    scim_core::fold::fold(user_name).into_owned()
}

#[cfg(test)]
mod tests;
