#![no_main]
//! Text as a redirect that starts a login, read by the test IdP.

use libfuzzer_sys::fuzz_target;
use saml_testkit::AuthnRequestSeen;

fuzz_target!(|url: &str| {
    if let Ok(seen) = AuthnRequestSeen::from_redirect(url) {
        assert!(!seen.id().is_empty() && !seen.issuer().is_empty());
    }
    let _posted = AuthnRequestSeen::from_form(url);
});
