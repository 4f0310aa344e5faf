//! The SCIM side: resources are membership rows.

mod user;

pub(crate) use user::{fold, plain_user, with_active};
