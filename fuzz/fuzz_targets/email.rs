#![no_main]
//! Addresses: what parses prints to text that parses to the same address.

use libfuzzer_sys::fuzz_target;
use org_domain::{Domain, Email};

fuzz_target!(|text: &str| {
    let Ok(email) = Email::parse(text) else {
        return;
    };
    let canonical = format!("{}@{}", email.local_part(), email.domain());
    let again = Email::parse(&canonical).expect("an address in canonical form");
    assert_eq!(again.lookup_key(), email.lookup_key());
    let key = Email::parse(&email.lookup_key()).expect("a look-up key is an address");
    assert_eq!(key.lookup_key(), email.lookup_key());
    assert_eq!(
        Domain::parse(email.domain().as_str()).as_ref(),
        Ok(email.domain())
    );
});
