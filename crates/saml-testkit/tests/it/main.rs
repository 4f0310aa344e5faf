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
//! The kit against independent judges.

mod catalogue;
mod encrypted;
mod logout;
mod request;
mod shape;
mod xmlsec;

use saml_testkit::{Person, SpTarget};
use time::OffsetDateTime;
use time::macros::datetime;

pub(crate) const NOW: OffsetDateTime = datetime!(2026-01-31 12:00:00.123 UTC);

pub(crate) fn target() -> SpTarget {
    SpTarget::new("https://sp.test/acs?org_id=1", "https://sp.test/entity").in_response_to("_r1")
}

pub(crate) fn alice() -> Person {
    Person::new("alice@corp.test", "Alice <&>\"'", "Archer\u{a0}\u{1f511}")
}
