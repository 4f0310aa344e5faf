//! The request for a login: `AuthnRequest` (Core 3.4.1, Profiles 4.1.4.1).

mod build;
mod deflate;
mod options;
mod redirect;
mod started;

pub use options::{BindBrowser, LoginHint, NameIdPolicy, Passive, StartOptions};
pub use started::StartedLogin;

pub(crate) use build::{AuthnRequest, fresh_id, random_hex};
pub(crate) use deflate::encode;
pub(crate) use redirect::{escape, query};
