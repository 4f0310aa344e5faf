#![no_main]
//! Octets into the XML layer.

use libfuzzer_sys::fuzz_target;
use saml_sp::Limits;
use saml_sp::xml::{Document, Extras};

fuzz_target!(|octets: &[u8]| {
    let limits = Limits::default();
    for extras in [Extras::Refused, Extras::Allowed] {
        if let Ok(document) = Document::parse_bytes(octets, &limits, extras) {
            assert!(
                std::str::from_utf8(octets).is_ok(),
                "took a document that is not UTF-8"
            );
            assert!(document.elements().count() >= 1);
        }
    }
});
