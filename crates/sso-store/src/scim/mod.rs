//! The SCIM side: resources are membership rows.

mod tokens;
mod user;

pub use tokens::TokenInfo;
pub(crate) use user::{fold, plain_user, with_active};
