#![no_main]
//! Domains: what parses prints to text that parses to the same domain.

use libfuzzer_sys::fuzz_target;
use org_domain::Domain;

fuzz_target!(|text: &str| {
    let Ok(domain) = Domain::parse(text) else {
        return;
    };
    let ascii = domain.as_str();
    assert!(ascii.is_ascii() && ascii == ascii.to_ascii_lowercase() && ascii.len() <= 253);
    assert_eq!(Domain::parse(ascii).as_ref(), Ok(&domain));
    assert_eq!(
        Domain::parse(&domain.to_unicode()).as_ref(),
        Ok(&domain),
        "{ascii}"
    );
});
