//! The stores of scim-core. The SCIM User resource of an organisation is its membership row,
//! so whoever is a member, by whatever way, is what provisioning finds and changes.

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
