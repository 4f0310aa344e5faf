#![no_main]
//! Octets as an identity provider's metadata.

use fuzz::NOW;
use libfuzzer_sys::fuzz_target;
use saml_sp::Limits;
use saml_sp::metadata::IdpMetadata;

fuzz_target!(|octets: &[u8]| {
    let limits = Limits::default();
    match IdpMetadata::read(octets, None, &limits, NOW) {
        Ok(read) => {
            assert!(!read.entity_id().is_empty());
            let named = IdpMetadata::read(octets, Some(read.entity_id()), &limits, NOW);
            assert_eq!(
                named.as_ref().ok(),
                Some(&read),
                "the only entity is found by its name"
            );
            let _idp = read.to_idp();
        }
        Err(rejection) => assert!(!rejection.report().text().is_empty()),
    }
});
