#![no_main]
//! Octets as logout messages of both bindings. Only what the test IdP signed is obeyed.

use fuzz::{ACS, ENTITY, LOGOUT, NOW, PERSON};
use libfuzzer_sys::fuzz_target;
use saml_sp::logout::LogoutMessage;
use saml_sp::{Acs, CryptoProvider, Idp, ServiceProvider};
use saml_testkit::TestIdp;
use std::sync::LazyLock;

static WORLD: LazyLock<(ServiceProvider, Idp)> = LazyLock::new(|| {
    let sp = ServiceProvider::builder(ENTITY)
        .acs(Acs::new(ACS))
        .logout_url(LOGOUT)
        .crypto(CryptoProvider::rustcrypto())
        .build()
        .expect("a sound configuration");
    let kit = TestIdp::okta();
    let idp = Idp::from_parts(kit.certificate_pem(), kit.sign_in_url(), kit.issuer());
    (sp, idp.expect("the kit's provider"))
});

fuzz_target!(|octets: &[u8]| {
    let (sp, idp) = &*WORLD;
    let posted = LogoutMessage::from_urlencoded(octets, sp.limits());
    let redirected = std::str::from_utf8(octets)
        .ok()
        .map(|query| LogoutMessage::from_query(query, sp.limits()));
    for message in [Some(posted), redirected].into_iter().flatten().flatten() {
        let _unverified = message.peek_issuer();
        if let Ok(pending) = sp.receive_logout(idp, &message, NOW) {
            let order = format!("{pending:?}");
            assert!(
                message.is_request() && !order.contains(PERSON),
                "a name in Debug output"
            );
        }
    }
});
