#![no_main]
//! Canonicalisation: what comes out parses, and is its own canonical form.

use libfuzzer_sys::fuzz_target;
use saml_sp::Limits;
use saml_sp::c14n::{Form, octets};
use saml_sp::xml::{Document, Extras};

fuzz_target!(|source: &[u8]| {
    let limits = Limits::default();
    let generous = Limits {
        xml_bytes: usize::MAX,
        nodes: usize::MAX,
        ..limits
    };
    let Ok(document) = Document::parse_bytes(source, &limits, Extras::Allowed) else {
        return;
    };
    for form in [Form::exclusive(), Form::inclusive()] {
        let Ok(first) = octets(document.root(), &form, None) else {
            continue;
        };
        assert!(!first.is_empty(), "nothing is not a canonical form");
        let again = Document::parse_bytes(&first, &generous, Extras::Allowed)
            .expect("canonical form is XML");
        let second =
            octets(again.root(), &form, None).expect("canonical form has a canonical form");
        assert_eq!(first, second, "canonical form is not stable");
    }
});
