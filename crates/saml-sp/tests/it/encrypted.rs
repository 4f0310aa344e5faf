//! Encrypted assertions through the whole flow: captured ones, and the test kit's defects.
#![cfg(feature = "encrypted-assertions")]

use saml_sp::crypto::PrivateKey;
use saml_sp::login::Encryption;
use saml_sp::metadata::IdpMetadata;
use saml_sp::record::RequestId;
use saml_sp::{
    Acs, AcsForm, AlgorithmPolicy, Code, CryptoProvider, Expected, Limits, Login, Rejection,
    RequestStore, ServiceProvider,
};
use saml_testkit::defect::{Defect as _, EncryptionDefect};
use saml_testkit::{Element, Node, ResponseBuilder, Signing, TestKey};
use time::OffsetDateTime;
use time::macros::datetime;

use crate::bench::*;
use crate::shared::shared;

fn decrypting(pem: &[u8], entity: &str, acs: &str) -> ServiceProvider {
    let crypto = CryptoProvider::rustcrypto();
    let key = crypto
        .decryption_key(&PrivateKey::from_pem(pem).unwrap())
        .unwrap();
    let builder = ServiceProvider::builder(entity)
        .acs(Acs::new(acs))
        .crypto(crypto);
    builder.decryption(key, None).build().unwrap()
}

fn captured(
    file: &str,
    request: &str,
    now: OffsetDateTime,
    policy: AlgorithmPolicy,
) -> Option<Result<Login, Rejection>> {
    let value = String::from_utf8(shared(&format!("vectors/okta/{file}.b64"))?).unwrap();
    let metadata = shared("vectors/okta/encrypted.idp.xml")?;
    let pem = shared("vectors/okta/encrypted.sp-key.pem")?;
    let acs = "http://localhost:8000/saml/acs";
    let sp = decrypting(&pem, "http://localhost:8000/saml/metadata", acs);
    let idp = IdpMetadata::read(&metadata, None, &Limits::default(), now).unwrap();
    let idp = idp.to_builder().policy(policy).build().unwrap();
    let mut parts = parts();
    parts.id = RequestId::new(request);
    parts.idp = idp.issuer().to_owned();
    parts.acs = acs.to_owned();
    parts.expires_at = now + time::Duration::minutes(5);
    let record = parts.into();
    let outcome = AcsForm::from_fields(value, None, sp.limits())
        .and_then(|form| sp.accept(&form, &idp, Expected::Request(&record), now))
        .and_then(|pending| {
            let (replays, requests) = stores();
            ready(requests.put(&record)).unwrap();
            ready(pending.redeem(&replays, &requests, now))
        });
    Some(outcome)
}

fn small_keys() -> AlgorithmPolicy {
    AlgorithmPolicy::default().danger_allow_rsa_bits(1024)
}

fn is_the_captured_user(login: &Login) {
    assert_eq!(login.name_id().value(), "testuser@testrsc.com");
    assert_eq!(login.attributes().one("Username").unwrap(), "FixedValue");
    assert_eq!(login.proof().encryption(), Encryption::Encrypted);
}

#[test]
fn captured_with_a_signed_response() {
    for (file, request, now, signatures) in [
        (
            "encrypted-response-signed",
            "id-a7364d1e4432aa9085a7a8bd824ea2fa8fa8f684",
            datetime!(2020-03-03 19:24:30 UTC),
            1,
        ),
        (
            "encrypted-both-signed",
            "id-953d4cab69ff475c5901d12e585b0bb15a7b85fe",
            datetime!(2020-03-03 19:40:55 UTC),
            2,
        ),
    ] {
        let Some(login) = captured(file, request, now, small_keys()) else {
            return;
        };
        let login = login.unwrap();
        is_the_captured_user(&login);
        assert_eq!(login.proof().signatures().count(), signatures, "{file}");
        assert!(login.proof().covers_response(), "{file}");
        let strict = captured(file, request, now, AlgorithmPolicy::default()).unwrap();
        assert_eq!(codes(strict), [Code::KeyWeak]);
        let later = captured(file, request, now + time::Duration::days(1), small_keys()).unwrap();
        assert!(codes(later).contains(&Code::Expired));
    }
}

#[test]
fn captured_with_an_unsigned_response_and_cbc() {
    let of = |policy| {
        let request = "id-6d976cdde8e76df5df0a8ff58148fc0b7ec6796d";
        let now = datetime!(2020-03-03 19:31:56 UTC);
        captured("encrypted-assertion-signed", request, now, policy)
    };
    let Some(refused) = of(small_keys()) else {
        return;
    };
    assert_eq!(codes(refused), [Code::EncryptionUnauthenticated]);
    let login = of(small_keys().danger_allow_cbc_unsigned())
        .unwrap()
        .unwrap();
    is_the_captured_user(&login);
    assert!(!login.proof().covers_response());
}

fn sp() -> ServiceProvider {
    decrypting(TestKey::Sp.private_key_pem().as_bytes(), ENTITY, ACS)
}

fn encrypted() -> ResponseBuilder {
    good().encrypt(saml_testkit::Encryption::default())
}

#[test]
fn the_twins_are_accepted_however_they_are_signed() {
    for signing in [Signing::Both, Signing::Response, Signing::Assertion] {
        let login = log_in(&sp(), &encrypted().sign(signing)).unwrap();
        assert_eq!(login.name_id().value(), "alice@corp.test", "{signing:?}");
        assert_eq!(login.proof().encryption(), Encryption::Encrypted);
    }
    assert_eq!(
        codes(log_in(&sp(), &encrypted().sign(Signing::None))),
        [Code::Unsigned]
    );
    assert_eq!(
        codes(log_in(&crate::bench::sp(), &encrypted())),
        [Code::DecryptionKeyMissing]
    );
}

#[test]
fn checks_run_on_what_was_decrypted() {
    let wrong = |response: &ResponseBuilder| codes(log_in(&sp(), response));
    assert_eq!(
        wrong(&encrypted().audience("urn:other")),
        [Code::AudienceMismatch]
    );
    assert_eq!(
        wrong(&encrypted().destination("https://other.test/")),
        [Code::DestinationMismatch]
    );
    let issuer = encrypted()
        .response_issuer("urn:other")
        .sign(Signing::Response);
    assert_eq!(wrong(&issuer), [Code::IssuerMismatch]);
}

#[test]
fn every_defect_is_refused_with_its_code() {
    let mut rows = crate::refusals::rows("Encryption");
    for defect in EncryptionDefect::ALL {
        let code = log_in(&sp(), &good().with(*defect)).unwrap_err().code();
        assert_eq!(
            rows.remove(defect.name()),
            Some(code.name()),
            "{}",
            defect.name()
        );
    }
    assert!(rows.is_empty(), "the table has rows for nothing: {rows:?}");
}

/// Alice's name, encrypted as it is written here.
fn encrypted_name(plain: &'static str) -> ResponseBuilder {
    good().edit_at(&["saml2:Assertion", "saml2:Subject"], move |subject| {
        subject.take("saml2:NameID");
        let sealed = saml_testkit::Encryption::default().envelope(plain);
        let mut element = Element::new("saml2:EncryptedID");
        element
            .children_mut()
            .extend(sealed.children().iter().cloned());
        subject.children_mut().insert(0, Node::Element(element));
    })
}

#[test]
fn an_encrypted_name_is_opened_inside_what_was_signed() {
    let name = "<saml2:NameID xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\" Format=\"urn:f\">alice</saml2:NameID>";
    for signing in [Signing::Both, Signing::Response, Signing::Assertion] {
        let login = log_in(&sp(), &encrypted_name(name).sign(signing)).unwrap();
        assert_eq!(login.name_id().value(), "alice");
        assert_eq!(login.name_id().format(), Some("urn:f"));
    }
    // The namespaces around it count.
    assert!(log_in(&sp(), &encrypted_name("<saml2:NameID>alice</saml2:NameID>")).is_ok());
    for (plain, code) in [
        ("<saml2:BaseID/>", Code::NameIdMissing),
        ("<saml2:NameID> </saml2:NameID>", Code::NameIdMissing),
        (
            "<saml2:NameID>a<!-- c -->b</saml2:NameID>",
            Code::DecryptionFailed,
        ),
        ("alice", Code::DecryptionFailed),
    ] {
        assert_eq!(
            codes(log_in(&sp(), &encrypted_name(plain))),
            [code],
            "{plain}"
        );
    }
    assert_eq!(
        codes(log_in(&crate::bench::sp(), &encrypted_name(name))),
        [Code::DecryptionKeyMissing]
    );
}

#[test]
fn an_encrypted_attribute_is_opened_inside_what_was_signed() {
    let sealed = || good().encrypt_attribute("email", saml_testkit::Encryption::default());
    for signing in [Signing::Both, Signing::Response, Signing::Assertion] {
        let login = log_in(&sp(), &sealed().sign(signing)).unwrap();
        let email = login.attributes().one("email").unwrap();
        assert_eq!(email, "alice@corp.test", "{signing:?}");
        assert_eq!(login.attributes().one("firstName").unwrap(), "Alice");
    }
    // Inside an encrypted assertion too.
    let twice = sealed().encrypt(saml_testkit::Encryption::default());
    let login = log_in(&sp(), &twice).unwrap();
    assert_eq!(login.attributes().one("email").unwrap(), "alice@corp.test");
    // Without a key, after a change, and unsigned.
    assert_eq!(
        codes(log_in(&crate::bench::sp(), &sealed())),
        [Code::DecryptionKeyMissing]
    );
    let unsigned = sealed().sign(Signing::None);
    assert_eq!(codes(log_in(&sp(), &unsigned)), [Code::Unsigned]);
    // What was encrypted must be an attribute.
    let other = good().edit_at(
        &["saml2:Assertion", "saml2:AttributeStatement"],
        |statement| {
            let sealed =
                saml_testkit::Encryption::default().envelope("<saml2:NameID>x</saml2:NameID>");
            let element = Element::new("saml2:EncryptedAttribute");
            let element = sealed
                .children()
                .iter()
                .fold(element, |element, node| match node {
                    Node::Element(child) => element.child(child.clone()),
                    _ => element,
                });
            statement.children_mut().push(Node::Element(element));
        },
    );
    assert_eq!(codes(log_in(&sp(), &other)), [Code::ElementUnexpected]);
}

#[test]
fn encrypted_attributes_are_counted_before_the_private_key_is_used() {
    let many = good().edit_at(
        &["saml2:Assertion", "saml2:AttributeStatement"],
        |statement| {
            let sealed = saml_testkit::Encryption::default().envelope(
                "<saml2:Attribute Name=\"group\"><saml2:AttributeValue>g</saml2:AttributeValue></saml2:Attribute>",
            );
            for number in 0..9 {
                let mut element = Element::new("saml2:EncryptedAttribute");
                for node in sealed.children() {
                    if let Node::Element(child) = node {
                        let mut child = child.clone();
                        child.set_attribute("Id", &format!("_{}{number}", child.name().len()));
                        for child in child.children_mut() {
                            if let Node::Element(e) = child {
                                drop(e.take("ds:RetrievalMethod"));
                            }
                        }
                        element.children_mut().push(Node::Element(child));
                    }
                }
                statement.children_mut().push(Node::Element(element));
            }
        },
    );
    assert_eq!(codes(log_in(&sp(), &many)), [Code::LimitKeys]);
}
