#![no_main]
//! Octets as a posted body and as a raw document, through the whole acceptance.
//!
//! Nobody but the test IdP holds the key, so whatever is accepted has to be what it signed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fuzz::{ACS, ENTITY, NOW, PERSON, now_or_never};
use libfuzzer_sys::fuzz_target;
use saml_sp::store::memory::{MemoryReplayStore, MemoryRequestStore};
use saml_sp::{Acs, AcsForm, CryptoProvider, Expected, Idp, ServiceProvider};
use saml_testkit::TestIdp;
use std::sync::LazyLock;

static WORLD: LazyLock<(ServiceProvider, Idp)> = LazyLock::new(|| {
    let sp = ServiceProvider::builder(ENTITY)
        .acs(Acs::new(ACS))
        .crypto(CryptoProvider::rustcrypto())
        .allow_idp_initiated()
        .build()
        .expect("a sound configuration");
    let kit = TestIdp::okta();
    let idp = Idp::from_parts(kit.certificate_pem(), kit.sign_in_url(), kit.issuer());
    (sp, idp.expect("the kit's provider"))
});

fuzz_target!(|octets: &[u8]| {
    let limits = WORLD.0.limits();
    if let Ok(form) = AcsForm::from_urlencoded(octets, limits) {
        accept(&form);
    }
    if let Ok(form) = AcsForm::from_fields(STANDARD.encode(octets), None, limits) {
        accept(&form);
    }
});

fn accept(form: &AcsForm) {
    let (sp, idp) = &*WORLD;
    let _unverified = form.peek();
    match sp.accept(form, idp, Expected::IdpInitiated, NOW) {
        Ok(pending) => {
            let (replays, requests) = (
                MemoryReplayStore::with_capacity(4),
                MemoryRequestStore::with_capacity(4),
            );
            let login = now_or_never(pending.redeem(&replays, &requests, NOW)).expect("first use");
            assert_eq!(login.name_id().value(), PERSON, "an identity nobody signed");
            assert_eq!(login.attributes().one("email").ok(), Some(PERSON));
        }
        Err(rejection) => {
            let report = rejection.report();
            let shown = [
                rejection.to_string(),
                format!("{rejection:?}"),
                report.text(),
                report.markdown(),
                report.json().to_string(),
            ];
            assert!(shown.iter().all(|text| !text.is_empty()));
        }
    }
}
