//! Integration tests of `org-domain`: one binary, a module for each subject.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::needless_pass_by_value,
    missing_docs,
    reason = "tests"
)]

mod around;
mod attacks;
mod calendar;
mod claims;
mod confusion;
mod cost;
#[cfg(feature = "hickory")]
mod dns;
mod fixture;
mod histories;
mod layers;
mod locks;
mod login_table;
mod names;
mod pages;
mod projections;
mod proofs;
mod provision_table;
mod rule_tables;
mod settings;
mod settings_histories;
mod settings_tables;
mod settling;
mod space;
mod stores;
mod table;
