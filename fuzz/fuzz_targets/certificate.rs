#![no_main]
//! Octets as whatever an administrator pastes for a certificate.

use libfuzzer_sys::fuzz_target;
use saml_sp::cert::Certificate;

fuzz_target!(|octets: &[u8]| {
    let Ok(all) = Certificate::parse_all(octets) else {
        return;
    };
    assert!(!all.is_empty());
    for certificate in all {
        let again = Certificate::from_der(certificate.der().to_vec()).expect("its own DER");
        assert_eq!(again.fingerprint(), certificate.fingerprint());
        let _shown = (format!("{certificate:?}"), certificate.subject().len());
    }
});
