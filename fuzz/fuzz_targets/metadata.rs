#![no_main]
//! Octets as an identity provider's metadata.

use libfuzzer_sys::fuzz_target;
use saml_sp::Limits;
use saml_sp::xml::{Document, Extras};

fuzz_target!(|octets: &[u8]| {
    let _document = Document::parse_bytes(octets, &Limits::default(), Extras::Allowed);
});
