//! Every attack and edge case of the threat list, by its number. Those that another test shows more
//! fully are shown here again in one line, so that the list has no hole.

mod claims_and_dns;
mod email;
mod login;
mod provisioning;

use std::collections::BTreeSet;

/// The numbers 1 to 78 each have a test; this one fails when a number has lost its own.
#[test]
fn every_number_has_a_test() {
    let sources = [
        include_str!("attacks/claims_and_dns.rs"),
        include_str!("attacks/email.rs"),
        include_str!("attacks/login.rs"),
        include_str!("attacks/provisioning.rs"),
    ];
    let numbers: BTreeSet<u32> = sources
        .iter()
        .flat_map(|source| source.split("fn attack_").skip(1))
        .filter_map(|rest| rest.split('_').next()?.parse().ok())
        .collect();
    let missing: Vec<u32> = (1..=78)
        .filter(|number| !numbers.contains(number))
        .collect();
    assert!(missing.is_empty(), "no test for {missing:?}");
}
