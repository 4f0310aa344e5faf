#![no_main]
//! Filters: what parses prints to text that parses to the same filter.

use libfuzzer_sys::fuzz_target;
use scim_core::Filter;
use scim_core::dialect::{Dialect, Vendor};
use scim_core::filter::Limits;

fuzz_target!(|text: &str| {
    let Ok(filter) = Filter::parse(text) else {
        return;
    };
    let printed = filter.to_string();
    let limits = Limits {
        bytes: usize::MAX,
        depth: u8::MAX,
        terms: u16::MAX,
    };
    let mut reading = Dialect::of(Vendor::Strict).reading();
    let again = Filter::parse_in(&printed, &limits, &mut reading);
    assert_eq!(again.as_ref(), Ok(&filter), "{printed}");
});
