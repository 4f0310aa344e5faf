#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod cases;
mod conformance;
mod contract;
mod deltas;
mod edges;
#[cfg(feature = "http")]
mod hosts;
mod laws;
mod layers;
mod logout;
mod manual;
mod patch;
mod probes;
mod protocol;
mod rules;
mod schema;
mod service;
mod sets;
mod sizes;
mod transcript;
mod transcripts;
mod walks;
mod writes;

/// The engine's future can move between threads.
#[test]
fn futures_are_send() {
    fn send<T: Send>(_: &T) {}
    let bench = service::Bench::new();
    send(&bench.send(scim_core::message::Method::Get, "/Users", ""));
}
