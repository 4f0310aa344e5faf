#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    missing_docs,
    reason = "tests"
)]

mod census;
mod claims;
mod daily;
mod directory;
mod disk;
mod engines;
mod faults;
mod filters;
mod issuers;
mod leaves;
mod lists;
mod load;
mod login;
mod memberships;
mod moments;
mod older;
mod pages;
mod people;
mod person;
mod plans;
mod resources;
mod restart;
mod retention;
mod roster;
mod schema;
mod scim;
mod secrets;
mod server;
#[cfg(feature = "postgres-tls")]
mod tls;
mod tokens;
mod tombstones;
#[path = "../../../scim-core/tests/it/transcript.rs"]
#[expect(unreachable_pub, reason = "shared with the crate it is written in")]
mod transcript;
mod transcripts;
mod writing;
