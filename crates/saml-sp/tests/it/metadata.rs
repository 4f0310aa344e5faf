//! Metadata in from a federation, refreshed, and our own out.

use saml_sp::cert::Certificate;
use saml_sp::idp::{KeyState, LogoutService};
use saml_sp::metadata::{IdpMetadata, SignMetadata, Source};
use saml_sp::xml::{Document, Extras, Name};
use saml_sp::{
    Acs, AlgorithmPolicy, Code, CryptoProvider, Expected, Finding, Idp, Limits, Rejection,
    ServiceProvider,
};
use saml_testkit::defect::MetadataDefect;
use saml_testkit::{MetadataBuilder, TestIdp, TestKey};
use time::Duration;

use crate::bench::*;

const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";

fn read(builder: &MetadataBuilder) -> Result<IdpMetadata, Rejection> {
    IdpMetadata::read(builder.xml().as_bytes(), None, &Limits::default(), NOW)
}

fn certificate(key: TestKey) -> Certificate {
    Certificate::parse(key.certificate_pem().as_bytes()).unwrap()
}

fn from_federation(builder: &MetadataBuilder) -> Result<IdpMetadata, Rejection> {
    let source = Source::signed_by(
        [certificate(TestKey::IdpNext).key().clone()],
        Duration::days(14),
    );
    let crypto = CryptoProvider::rustcrypto();
    let issuer = TestIdp::okta().issuer().to_owned();
    IdpMetadata::read_from(
        &source,
        builder.xml().as_bytes(),
        &issuer,
        &crypto,
        &Limits::default(),
        NOW,
    )
}

#[test]
fn a_federation_s_metadata_is_signed_and_ends() {
    let good = || {
        TestIdp::okta()
            .metadata()
            .valid_until(NOW + Duration::days(7))
    };
    let signed = good().signed_by(TestKey::IdpNext);
    assert_eq!(
        from_federation(&signed).unwrap().entity_id(),
        TestIdp::okta().issuer()
    );
    assert_eq!(codes(from_federation(&good())), [Code::Unsigned]);
    let forged = good().signed_by(TestKey::Intruder);
    assert_eq!(codes(from_federation(&forged)), [Code::SignatureKeyUnknown]);
    let endless = TestIdp::okta().metadata().signed_by(TestKey::IdpNext);
    assert_eq!(codes(from_federation(&endless)), [Code::MetadataValidity]);
    let far = TestIdp::okta()
        .metadata()
        .valid_until(NOW + Duration::days(15));
    assert_eq!(
        codes(from_federation(&far.signed_by(TestKey::IdpNext))),
        [Code::MetadataValidity]
    );
    let over = TestIdp::okta().metadata().valid_until(NOW);
    assert_eq!(
        codes(from_federation(&over.signed_by(TestKey::IdpNext))),
        [Code::MetadataExpired]
    );
}

#[test]
fn one_of_many_is_found_and_a_part_s_own_signature_does_not_count() {
    let other = TestIdp::okta().with_issuer("urn:other").metadata();
    let ours = TestIdp::okta()
        .metadata()
        .valid_until(NOW + Duration::days(7));
    let aggregate = ours.clone().in_federation(vec![other.clone()]);
    assert!(
        IdpMetadata::read(
            aggregate.xml().as_bytes(),
            Some("urn:other"),
            &Limits::default(),
            NOW
        )
        .is_ok()
    );
    // The entity is signed, the document around it is not.
    let inner = ours.signed_by(TestKey::IdpNext).xml();
    let start = inner.find("<md:EntityDescriptor").unwrap();
    let wrapped = format!(
        "<md:EntitiesDescriptor xmlns:md=\"{METADATA}\" ID=\"_o\">{}</md:EntitiesDescriptor>",
        &inner[start..]
    );
    let source = Source::signed_by(
        [certificate(TestKey::IdpNext).key().clone()],
        Duration::days(14),
    );
    let crypto = CryptoProvider::rustcrypto();
    let issuer = TestIdp::okta().issuer().to_owned();
    let outcome = IdpMetadata::read_from(
        &source,
        wrapped.as_bytes(),
        &issuer,
        &crypto,
        &Limits::default(),
        NOW,
    );
    assert_eq!(codes(outcome), [Code::Unsigned]);
}

#[test]
fn logout_and_signed_requests_are_read() {
    let builder = TestIdp::okta()
        .metadata()
        .wants_signed_requests()
        .logout("https://idp.test/slo", Some("https://idp.test/slo/done"));
    let idp = read(&builder).unwrap().to_idp().unwrap();
    assert!(idp.wants_signed_requests());
    let service = idp.logout().unwrap();
    assert_eq!(
        (service.location(), service.answers_to()),
        ("https://idp.test/slo", "https://idp.test/slo/done")
    );
}

#[test]
fn a_change_of_keys_is_planned_and_applied() {
    let idp = read(&TestIdp::okta().metadata()).unwrap().to_idp().unwrap();
    let same = read(&TestIdp::okta().metadata())
        .unwrap()
        .apply(&idp)
        .unwrap();
    assert!(same.1.is_empty());
    assert_eq!(same.0, idp);
    // A new key beside the old one: both verify.
    let both = TestIdp::okta()
        .metadata()
        .key(TestKey::IdpNext, Some("signing"));
    let (idp, changes) = read(&both).unwrap().apply(&idp).unwrap();
    assert_eq!(
        changes.keys_added,
        [certificate(TestKey::IdpNext).fingerprint()]
    );
    assert!(changes.keys_retired.is_empty());
    let by_next = good().key(TestKey::IdpNext);
    let accept = |idp: &Idp, response: &saml_testkit::ResponseBuilder| {
        log_in_at(&sp(), idp, response, &record(), NOW)
    };
    assert!(accept(&idp, &by_next).is_ok());
    assert!(accept(&idp, &good()).is_ok());
    // The old key is gone: it no longer verifies, and the refusal says why.
    let next = TestIdp::okta()
        .metadata()
        .without_keys()
        .key(TestKey::IdpNext, None);
    let (idp, changes) = read(&next).unwrap().apply(&idp).unwrap();
    assert_eq!(
        changes.keys_retired,
        [certificate(TestKey::Idp).fingerprint()]
    );
    assert!(accept(&idp, &by_next).is_ok());
    assert_eq!(codes(accept(&idp, &good())), [Code::SignatureKeyRetired]);
    assert_eq!(
        idp.keys()
            .filter(|key| key.state() == KeyState::Retired)
            .count(),
        1
    );
}

#[test]
fn a_change_of_endpoints_is_told_and_of_the_issuer_refused() {
    let idp = read(&TestIdp::okta().metadata()).unwrap().to_idp().unwrap();
    let moved = TestIdp::okta()
        .with_sign_in_url("https://moved.test/sso")
        .metadata();
    let (new, changes) = read(&moved).unwrap().apply(&idp).unwrap();
    assert_eq!(new.sign_in_redirect(), Some("https://moved.test/sso"));
    assert_eq!(changes.endpoints.len(), 2);
    let other = TestIdp::okta().with_issuer("urn:other").metadata();
    assert_eq!(
        codes(read(&other).unwrap().apply(&idp)),
        [Code::MetadataIssuerChanged]
    );
    assert_eq!(
        codes(read(&TestIdp::okta().metadata().without_keys())),
        [Code::MetadataKeyMissing]
    );
}

#[test]
fn the_next_fetch_comes_before_the_end() {
    let ending = TestIdp::okta()
        .metadata()
        .valid_until(NOW + Duration::hours(10));
    assert_eq!(
        read(&ending).unwrap().next_fetch(NOW),
        NOW + Duration::hours(5)
    );
    let with = |duration: &'static str| {
        let builder = TestIdp::okta()
            .metadata()
            .edit(move |root| root.set_attribute("cacheDuration", duration));
        read(&builder).unwrap().next_fetch(NOW) - NOW
    };
    assert_eq!(with("PT6H"), Duration::hours(6));
    assert_eq!(with("PT1H30M"), Duration::minutes(90));
    assert_eq!(with("PT1S"), Duration::minutes(5));
    for (long_or_wrong, reason) in [
        ("P1Y", "capped"),
        ("tomorrow", "ignored"),
        ("P", "ignored"),
        ("PT", "ignored"),
        ("-PT1H", "ignored"),
    ] {
        assert_eq!(with(long_or_wrong), Duration::days(1), "{reason}");
    }
}

fn full() -> ServiceProvider {
    let key =
        saml_sp::crypto::PrivateKey::from_pem(TestKey::Sp.private_key_pem().as_bytes()).unwrap();
    let crypto = CryptoProvider::rustcrypto();
    ServiceProvider::builder(ENTITY)
        .acs(Acs::new(ACS).requestable("https://sso.sp.test/saml2"))
        .acs(Acs::new("https://sp.test/other").requestable_by_index(1))
        .crypto(crypto)
        .signing(crate::logout::credential())
        .decryption(
            crypto.decryption_key(&key).unwrap(),
            certificate(TestKey::Sp),
        )
        .logout_url("https://sp.test/slo")
        .build()
        .unwrap()
}

#[test]
fn our_metadata_says_what_we_are() {
    let xml = full().metadata(SignMetadata::No, Some(NOW)).unwrap();
    let document = Document::parse(&xml, &Limits::default(), Extras::Refused).unwrap();
    let entity = document.root();
    assert_eq!(entity.attribute("entityID").as_deref(), Some(ENTITY));
    assert_eq!(
        entity.attribute("validUntil").as_deref(),
        Some("2026-01-31T12:00:00.000Z")
    );
    let role = entity.one(Name::new(METADATA, "SPSSODescriptor")).unwrap();
    assert_eq!(
        role.attribute("AuthnRequestsSigned").as_deref(),
        Some("true")
    );
    let keys: Vec<_> = role
        .children_named(Name::new(METADATA, "KeyDescriptor"))
        .map(|k| k.attribute("use").unwrap())
        .collect();
    assert_eq!(keys, ["signing", "encryption"]);
    assert_eq!(
        role.children_named(Name::new(METADATA, "SingleLogoutService"))
            .count(),
        2
    );
    let consumers: Vec<_> = role
        .children_named(Name::new(METADATA, "AssertionConsumerService"))
        .map(|acs| {
            let get = |name: &str| acs.attribute(name).map(String::from);
            (
                get("index").unwrap(),
                get("Location").unwrap(),
                get("isDefault"),
            )
        })
        .collect();
    let row = |index: &str, url: &str, default: Option<&str>| {
        (index.to_owned(), url.to_owned(), default.map(str::to_owned))
    };
    assert_eq!(
        consumers,
        [
            row("0", ACS, Some("true")),
            row("2", "https://sso.sp.test/saml2", None),
            row("1", "https://sp.test/other", None),
        ]
    );
}

#[test]
fn nothing_is_advertised_that_is_not_there() {
    let xml = sp().metadata(SignMetadata::No, None).unwrap();
    for absent in [
        "KeyDescriptor",
        "SingleLogoutService",
        "validUntil",
        "AuthnRequestsSigned=\"true\"",
    ] {
        assert!(!xml.contains(absent), "{absent} in {xml}");
    }
    assert_eq!(
        sp().metadata(SignMetadata::Yes, None).unwrap_err().code(),
        Code::SigningFailed
    );
}

#[test]
fn our_metadata_can_be_signed() {
    use saml_sp::dsig::{Envelope, Keys, Nested};
    let xml = full().metadata(SignMetadata::Yes, None).unwrap();
    assert_eq!(
        xml,
        full().metadata(SignMetadata::Yes, None).unwrap(),
        "the same every time"
    );
    let limits = Limits::default();
    let document = Document::parse(&xml, &limits, Extras::Refused).unwrap();
    let envelope = Envelope::message(
        &document,
        Name::new(METADATA, "EntityDescriptor"),
        Nested::Refused,
    )
    .unwrap();
    let own = certificate(TestKey::Sp);
    let (keys, crypto) = (Keys::trusted([own.key()]), CryptoProvider::rustcrypto());
    let policy = AlgorithmPolicy::default();
    assert!(
        envelope
            .candidate()
            .unwrap()
            .verify(&keys, &policy, &crypto, &limits)
            .unwrap()
            .signed_bytes(&crypto)
            .is_ok()
    );
}

#[test]
fn a_logout_service_needs_https() {
    let test = TestIdp::okta();
    let build = |service| {
        let builder = Idp::builder(test.issuer()).certificate(test.certificate_pem());
        builder
            .logout(service)
            .build()
            .map(drop)
            .map_err(|error| error.code())
    };
    assert_eq!(
        build(LogoutService::post("http://idp.test/slo")),
        Err(Code::ConfigUrl)
    );
    assert_eq!(
        build(LogoutService::post("https://idp.test/slo").answers_at("javascript:x")),
        Err(Code::ConfigUrl)
    );
    assert_eq!(
        build(LogoutService::redirect("https://idp.test/slo")),
        Ok(())
    );
}

/// Files in the wild carry comments and instructions, signed or not; they mean nothing and must
/// not split a value.
#[test]
fn comments_and_instructions_inside_the_signed_part_are_passed_over() {
    use saml_testkit::Node;
    let note = |written: &str, canonical: &str| Node::Verbatim {
        written: written.to_owned(),
        canonical: canonical.to_owned(),
    };
    let annotated = TestIdp::okta()
        .metadata()
        .valid_until(NOW + Duration::days(7))
        .edit(move |root| {
            let role = root.first_mut("md:IDPSSODescriptor").unwrap();
            let children = role.children_mut();
            children.insert(0, note("<!-- since 2019 -->", ""));
            children.insert(1, note("<?editor x?>", "<?editor x?>"));
            let format = role.first_mut("md:NameIDFormat").unwrap();
            format.children_mut().push(note("<!-- x -->", ""));
        });
    let signed = annotated.clone().signed_by(TestKey::IdpNext);
    assert!(signed.xml().contains("since 2019") && signed.xml().contains("<?editor x?>"));
    let plain = read(&annotated).unwrap();
    let read = from_federation(&signed).unwrap();
    assert_eq!(read.to_idp().unwrap(), plain.to_idp().unwrap());
    // An instruction is covered by the signature, as everything else is.
    let changed = signed.xml().replace("<?editor x?>", "<?editor y?>");
    let source = Source::signed_by(
        [certificate(TestKey::IdpNext).key().clone()],
        Duration::days(14),
    );
    let (crypto, limits) = (CryptoProvider::rustcrypto(), Limits::default());
    let issuer = TestIdp::okta().issuer().to_owned();
    let outcome =
        IdpMetadata::read_from(&source, changed.as_bytes(), &issuer, &crypto, &limits, NOW);
    assert_eq!(codes(outcome), [Code::DigestMismatch]);
}

/// An identity provider that also signs with a key of a newer kind is not locked out for it.
#[test]
fn a_key_that_is_not_supported_is_passed_over_beside_one_that_is() {
    let strange: String = include_str!("../data/cert/ed25519.cert.pem")
        .lines()
        .filter(|line| !line.starts_with("---"))
        .collect();
    let strange = |xml: String, key: TestKey| {
        let changed = xml.replace(&key.certificate_lines(), &strange);
        assert!(changed != xml, "nothing was replaced");
        IdpMetadata::read(changed.as_bytes(), None, &Limits::default(), NOW)
    };
    let two = TestIdp::okta()
        .metadata()
        .key(TestKey::IdpNext, Some("signing"))
        .xml();
    for (key, kept) in [
        (TestKey::Idp, TestKey::IdpNext),
        (TestKey::IdpNext, TestKey::Idp),
    ] {
        let metadata = strange(two.clone(), key).unwrap();
        let keys: Vec<_> = metadata.certificates().map(Certificate::key).collect();
        assert_eq!(keys, [certificate(kept).key()]);
    }
    let refused = strange(TestIdp::okta().metadata().xml(), TestKey::Idp).unwrap_err();
    assert_eq!(refused.code(), Code::KeyUnsupported);
    let broken = two.replace(&TestKey::IdpNext.certificate_lines(), "MIIB");
    let broken = IdpMetadata::read(broken.as_bytes(), None, &Limits::default(), NOW);
    assert_eq!(broken.unwrap_err().code(), Code::CertificateInvalid);
}

/// A federation lists old keys beside new ones. The weak one is passed over and told; alone it is
/// refused, and so is one that somebody pastes.
#[test]
fn a_weak_key_is_passed_over_beside_a_good_one() {
    let okta = TestIdp::okta();
    let strict = AlgorithmPolicy::default();
    let lowered = strict.danger_allow_rsa_bits(1024);
    let weak = || okta.metadata().key(TestKey::IdpWeak, Some("signing"));
    let both = read(&weak()).unwrap();
    let keys =
        |idp: &Idp| -> Vec<_> { idp.keys().map(|k| k.certificate().key().clone()).collect() };
    let of = |key: TestKey| certificate(key).key().clone();

    let idp = both.to_idp().unwrap();
    assert_eq!(keys(&idp), [of(TestKey::Idp)]);
    let told: Vec<Code> = both
        .passed_over(&strict)
        .iter()
        .map(Finding::code)
        .collect();
    assert_eq!(told, [Code::KeyWeak]);
    // Nothing of it signs anybody in, and everything of the good one does.
    let by = |key| {
        let (form, record) = (form(&good().key(key)), record());
        let judged = sp().accept(&form, &idp, Expected::Request(&record), NOW);
        judged.map_err(|error| error.code())
    };
    assert_eq!(by(TestKey::IdpWeak).err(), Some(Code::SignatureKeyUnknown));
    assert!(by(TestKey::Idp).is_ok());

    // Where the floor is lowered by name both are taken, and nothing is told.
    let idp = both.to_builder().policy(lowered).build().unwrap();
    assert_eq!(keys(&idp), [of(TestKey::Idp), of(TestKey::IdpWeak)]);
    assert_eq!(both.passed_over(&lowered), []);

    // Alone it is refused, from metadata and by hand.
    let alone = read(&okta.metadata().with(MetadataDefect::WeakKey)).unwrap();
    let refused = alone.to_idp().unwrap_err();
    assert_eq!(refused.code(), Code::KeyWeak);
    let pasted =
        crate::bench::idp().with_certificate(TestKey::IdpWeak.certificate_pem(), KeyState::Next);
    assert_eq!(pasted.unwrap_err().code(), Code::KeyWeak);

    // A refresh that brings one adds no key and retires none.
    let (next, changes) = both.apply(&crate::bench::idp()).unwrap();
    assert_eq!(keys(&next), [of(TestKey::Idp)]);
    assert_eq!((changes.keys_added, changes.keys_retired), (vec![], vec![]));
}
