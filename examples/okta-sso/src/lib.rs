//! Sign-in by Okta over SAML, provisioning by Okta over SCIM, and the pages to set both up: the
//! whole system on hyper, thin over `saml-sp`, `scim-core`, `org-domain` and `sso-store`.
//!
//! The program is `main.rs`; [`app()`] builds the same application without a socket, which is
//! how the tests use it.
//!
//! Rooms: [`server`] listens, [`routes`] says who answers what, [`sso`] turns a posted form
//! into a session, [`scim`] wires the provisioning engine to the policy, [`pages`] is what
//! people see, [`security`] protects a browser session, [`demo`] fills an empty database.

pub mod access;
pub mod account;
mod app;
pub mod claims;
pub mod cli;
pub mod clock;
pub mod config;
mod cut;
pub mod demo;
pub mod entry;
pub mod facts;
pub mod health;
pub mod invitations;
pub mod members;
pub mod metrics;
pub mod pages;
pub mod ready;
pub mod routes;
pub mod run;
pub mod scim;
pub mod secret_file;
pub mod security;
pub mod server;
pub mod settings_file;
pub mod sign_in;
pub mod sso;
pub mod stop;
pub mod web;

pub use app::{App, AppError, Site, app};
pub use cut::Cut;
