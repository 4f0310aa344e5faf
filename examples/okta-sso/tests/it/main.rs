//! The whole application without a socket: every test calls the site as a browser, an identity
//! provider or a provisioning client would.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod browser;
mod configuration;
mod domains;
mod doors;
mod guarding;
mod logout;
mod metadata;
mod process;
mod provisioning;
mod settings;
mod sign_in;
mod sso;
mod world;
mod zone;
