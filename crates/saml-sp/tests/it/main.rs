//! The crate as its users see it: answers signed by the test kit or captured from Okta.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::too_many_lines,
    missing_docs,
    reason = "tests"
)]

mod api;
mod attacks;
mod audit;
mod backends;
mod bench;
mod c14n;
mod captured;
mod catalogue;
mod cert;
mod checks;
mod codes;
mod conformance;
mod credential;
mod demands;
mod documents;
mod doors;
mod dsig;
mod early;
mod encrypted;
mod forms;
mod interop;
mod kit_messages;
mod kit_page;
mod layers;
mod logout;
mod memory;
mod metadata;
mod mutations;
mod near_misses;
mod numbered;
mod own;
mod refusals;
mod repeats;
mod requests;
mod setup;
mod shared;
mod state;
mod sweep;
mod tenants;
mod wycheproof;
mod xml;
mod xmlenc;
