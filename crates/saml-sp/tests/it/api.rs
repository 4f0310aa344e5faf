//! The doors of the crate: what they take, and how they stand up to odd callers.

use std::sync::Arc;

use saml_sp::metadata::IdpMetadata;
use saml_sp::store::memory::MemoryReplayStore;
use saml_sp::store::{FirstUse, ReplayKey, ReplayStore};
use saml_sp::{AcsForm, Code, Idp, Limits, ServiceProvider};
use saml_testkit::{TestIdp, TestKey};
use time::Duration;

use crate::bench::*;

fn from(certificate: &[u8]) -> Result<Idp, Code> {
    let test = TestIdp::okta();
    Idp::from_parts(certificate, test.sign_in_url(), test.issuer()).map_err(|error| error.code())
}

#[test]
fn an_identity_provider_needs_a_key() {
    let builder = || Idp::builder("urn:idp");
    let code = |builder: saml_sp::idp::IdpBuilder| builder.build().unwrap_err().code();
    assert_eq!(code(builder()), Code::KeyMissing);
    let retired = builder().certificate_in_state(
        TestIdp::okta().certificate_pem(),
        saml_sp::idp::KeyState::Retired,
    );
    assert_eq!(code(retired), Code::KeyMissing);
    assert_eq!(from(b""), Err(Code::CertificateInvalid));
    assert_eq!(
        from(TestKey::IdpWeak.certificate_pem().as_bytes()),
        Err(Code::KeyWeak)
    );
}

#[test]
fn certificates_are_read_strictly() {
    let pem = TestKey::Idp.certificate_pem();
    let der = TestKey::Idp.certificate_der();
    let base64 = TestKey::Idp.certificate_base64();
    let twice = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, pem);
    let same = from(pem.as_bytes()).unwrap();
    for good in [
        der.clone(),
        base64.clone().into_bytes(),
        pem.replace('\n', "\r\n").into_bytes(),
        format!("text\n{pem}\ntext").into_bytes(),
    ] {
        assert_eq!(from(&good), Ok(same.clone()));
    }
    for (bad, code) in [
        ([der.as_slice(), b"\0"].concat(), Code::CertificateTrailing),
        (der[..der.len() - 1].to_vec(), Code::CertificateInvalid),
        (twice.into_bytes(), Code::CertificateInvalid),
        (
            TestIdp::okta().metadata_xml().into_bytes(),
            Code::CertificateInvalid,
        ),
        (
            TestKey::Sp.private_key_pem().as_bytes().to_vec(),
            Code::CertificateInvalid,
        ),
        (
            b"https://idp.test/cert.pem".to_vec(),
            Code::CertificateInvalid,
        ),
    ] {
        assert_eq!(from(&bad), Err(code));
    }
    let two = format!("{pem}{}", TestKey::IdpNext.certificate_pem());
    assert_eq!(from(two.as_bytes()).unwrap().keys().count(), 2);
}

#[test]
fn forms_are_read_strictly() {
    let limits = Limits::default();
    let read = |body: &[u8]| AcsForm::from_urlencoded(body, &limits).map_err(|r| r.code());
    let good = read(b"x=%zz&SAMLResponse=a+b%2Bc&RelayState=%2F%2Fevil.test%0d%0a").unwrap();
    assert_eq!(good.relay_state(), Some("//evil.test\r\n"));
    assert_eq!(
        read(b"SAMLResponse=YQ&RelayState=").unwrap().relay_state(),
        Some("")
    );
    assert_eq!(read(b"SAMLResponse=YQ").unwrap().relay_state(), None);
    for (body, code) in [
        (b"".as_slice(), Code::FormFieldMissing),
        (b"SAMLResponse=", Code::FormFieldMissing),
        (b"samlresponse=YQ", Code::FormFieldMissing),
        (b"SAMLRequest=YQ", Code::FormFieldMissing),
        (b"SAMLResponse=YQ&SAMLResponse=", Code::FormFieldDuplicate),
        (
            b"SAMLResponse=YQ&SAML%52esponse=YQ",
            Code::FormFieldDuplicate,
        ),
        (
            b"SAMLResponse=YQ&RelayState=a&RelayState=a",
            Code::FormFieldDuplicate,
        ),
        (b"SAMLResponse=\xff", Code::FormEncoding),
        (b"SAMLResponse=%c3%28", Code::FormEncoding),
    ] {
        assert_eq!(read(body), Err(code), "{}", String::from_utf8_lossy(body));
    }
    let small = Limits {
        form_bytes: 10,
        ..limits
    };
    assert_eq!(
        AcsForm::from_urlencoded(b"SAMLResponse=YQ", &small)
            .unwrap_err()
            .code(),
        Code::LimitBytes
    );
    assert_eq!(
        AcsForm::from_fields("a".repeat(11), None, &small)
            .unwrap_err()
            .code(),
        Code::LimitBytes
    );
}

#[test]
fn metadata_has_its_own_limit() {
    let xml = TestIdp::okta().metadata_xml();
    let read = |metadata_bytes| {
        let limits = Limits {
            metadata_bytes,
            xml_bytes: 1,
            ..Limits::default()
        };
        IdpMetadata::read(xml.as_bytes(), None, &limits, NOW)
            .map(drop)
            .map_err(|r| r.code())
    };
    assert_eq!(read(xml.len()), Ok(()));
    assert_eq!(read(xml.len() - 1), Err(Code::LimitBytes));
}

/// Nothing recurses into the message: the deepest that is accepted needs no more stack.
#[test]
fn a_small_stack_is_enough() {
    let deep = good().edit(|root| {
        let deepest = saml_testkit::Element::new("x:a").attribute("xmlns:x", "urn:x");
        let nested = (0..58).fold(deepest, |inner, _| {
            saml_testkit::Element::new("x:a")
                .attribute("xmlns:x", "urn:x")
                .child(inner)
        });
        root.insert_after(
            "saml2:Issuer",
            saml_testkit::Element::new("saml2p:Extensions").child(nested),
        );
    });
    let body = deep.form_body();
    let run = move || {
        let sp = sp();
        let form = AcsForm::from_urlencoded(body.as_bytes(), sp.limits()).unwrap();
        sp.accept(&form, &idp(), saml_sp::Expected::Request(&record()), NOW)
            .is_ok()
    };
    // Half of it is what the backend's arithmetic takes without optimisation.
    let thread = std::thread::Builder::new()
        .stack_size(256 * 1024)
        .spawn(run)
        .unwrap();
    assert!(thread.join().unwrap());
}

#[test]
fn one_of_many_concurrent_uses_wins() {
    let store = Arc::new(MemoryReplayStore::with_capacity(1000));
    for round in 0..50 {
        let key = ReplayKey::new("urn:idp", &round.to_string());
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let store = Arc::clone(&store);
                std::thread::spawn(move || {
                    ready(store.claim(&key, NOW + Duration::minutes(1), NOW)).unwrap()
                        == FirstUse::First
                })
            })
            .collect();
        let won = threads
            .into_iter()
            .filter(|_| true)
            .map(|thread| thread.join().unwrap());
        assert_eq!(won.filter(|won| *won).count(), 1);
    }
}

#[test]
fn what_is_shared_can_be_shared() {
    fn shared<T: Send + Sync>() {}
    shared::<ServiceProvider>();
    shared::<Idp>();
    shared::<saml_sp::PendingLogin>();
    shared::<saml_sp::Login>();
    shared::<saml_sp::Rejection>();
}
