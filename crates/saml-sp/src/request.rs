//! The request for a login: `AuthnRequest` (Core 3.4.1, Profiles 4.1.4.1).

mod build;
mod options;
mod started;

pub use options::{BindBrowser, LoginHint, NameIdPolicy, Passive, StartOptions};
pub use started::{StartedLogin, StartedPost};

pub(crate) use build::{AuthnRequest, finish, fresh_id, random_hex};
