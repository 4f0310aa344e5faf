//! The whole application without a socket: every test calls the site as a browser, an identity
//! provider or a provisioning client would.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod browser;
mod check;
mod configuration;
#[path = "../../../../crates/sso-store/tests/it/disk.rs"]
mod disk;
mod domains;
mod doors;
mod faults;
mod forms;
mod guarding;
mod hung_up;
mod killed;
mod listener;
mod lists;
mod logout;
mod metadata;
mod process;
mod program;
mod provisioning;
mod quirks;
mod retention;
mod rows;
mod screens;
#[path = "../../../../crates/sso-store/tests/it/server.rs"]
#[expect(dead_code, reason = "shared with the tests of the store")]
mod server;
mod settings;
mod sign_in;
mod sso;
mod tombstones;
mod two;
mod wire;
mod world;
mod zone;
