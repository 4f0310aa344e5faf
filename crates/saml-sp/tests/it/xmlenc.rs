//! Encrypted assertions: captured ones, and every way in which one must be refused.
#![cfg(feature = "encrypted-assertions")]

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_sp::cert::Certificate;
use saml_sp::crypto::{DecryptionKey, PrivateKey};
use saml_sp::dsig::{Covers, Envelope, Keys, SignedBytes};
use saml_sp::xml::{Document, Extras, Name};
use saml_sp::xmlenc::{Decrypt, Outer, open};
use saml_sp::{AlgorithmPolicy, Code, CryptoProvider, Finding, Limits};

use saml_testkit::defect::{Defect as _, EncryptionDefect, FORGED_NAME_ID};
use saml_testkit::{
    ContentCipher, Encryption, KeyPlacement, KeyTransport, ResponseBuilder, Signing, TestKey,
};

use crate::bench::good;
use crate::shared::shared;

const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

/// What the captured files need besides their Response.
struct Captured {
    xml: String,
    idp: Certificate,
    key: Arc<dyn DecryptionKey>,
}

impl Captured {
    fn read(file: &str) -> Option<Self> {
        let encoded = shared(&format!("vectors/okta/{file}.b64"))?;
        let kept: Vec<u8> = encoded
            .into_iter()
            .filter(|b| !b.is_ascii_whitespace())
            .collect();
        let xml = String::from_utf8(STANDARD.decode(kept).unwrap()).unwrap();
        let metadata = String::from_utf8(shared("vectors/okta/encrypted.idp.xml")?).unwrap();
        let certificate = metadata.split("X509Certificate>").nth(1).unwrap();
        let certificate = certificate.split("</").next().unwrap();
        let pem = shared("vectors/okta/encrypted.sp-key.pem")?;
        let key = PrivateKey::from_pem(&pem).unwrap();
        Some(Self {
            xml,
            idp: Certificate::parse(certificate.as_bytes()).unwrap(),
            key: CryptoProvider::rustcrypto().decryption_key(&key).unwrap(),
        })
    }

    /// As the flow does it: what is signed outside is verified before the private key is used.
    fn open(&self, policy: &AlgorithmPolicy) -> Result<SignedBytes, Finding> {
        let (limits, crypto) = (Limits::default(), CryptoProvider::rustcrypto());
        let keys = Keys::trusted([self.idp.key()]);
        let own: [&dyn DecryptionKey; 1] = [&*self.key];
        let decrypt = Decrypt {
            keys: &own,
            policy,
            limits: &limits,
        };
        let document = Document::parse(&self.xml, &limits, Extras::Refused).unwrap();
        let envelope = Envelope::response(&document)?;
        if !envelope.is_root_signed() {
            return open(Outer::Unsigned(&envelope), &decrypt, &keys, &crypto);
        }
        let signed = envelope
            .candidate()?
            .verify(&keys, policy, &crypto, &limits)?;
        let signed = signed.signed_bytes(&crypto)?;
        open(Outer::Signed(&signed), &decrypt, &keys, &crypto)
    }
}

fn small_keys() -> AlgorithmPolicy {
    AlgorithmPolicy::default().danger_allow_rsa_bits(1024)
}

fn name_id(signed: &SignedBytes) -> String {
    let limits = Limits::default();
    let document = signed.document(&limits).unwrap();
    let subject = document.root().one(Name::new(SAML, "Subject")).unwrap();
    subject
        .one(Name::new(SAML, "NameID"))
        .unwrap()
        .text_only()
        .unwrap()
        .into_owned()
}

#[test]
fn captured_and_signed_outside() {
    let Some(captured) = Captured::read("encrypted-response-signed") else {
        return;
    };
    let signed = captured.open(&small_keys()).unwrap();
    assert_eq!(name_id(&signed), "testuser@testrsc.com");
    assert_eq!(signed.covers(), Covers::Assertion);
    let proofs: Vec<_> = signed.proofs().iter().map(|proof| proof.covers).collect();
    assert_eq!(proofs, [Covers::Response]);
    let weak = captured.open(&AlgorithmPolicy::default()).unwrap_err();
    assert_eq!(weak.code(), Code::KeyWeak);
}

#[test]
fn captured_and_signed_outside_and_inside() {
    let Some(captured) = Captured::read("encrypted-both-signed") else {
        return;
    };
    let signed = captured.open(&small_keys()).unwrap();
    assert_eq!(name_id(&signed), "testuser@testrsc.com");
    let proofs: Vec<_> = signed.proofs().iter().map(|proof| proof.covers).collect();
    assert_eq!(proofs, [Covers::Response, Covers::Assertion]);
}

#[test]
fn captured_and_signed_inside_needs_a_policy_because_it_is_cbc() {
    let Some(captured) = Captured::read("encrypted-assertion-signed") else {
        return;
    };
    let refused = captured.open(&small_keys()).unwrap_err();
    assert_eq!(refused.code(), Code::EncryptionUnauthenticated);
    let signed = captured
        .open(&small_keys().danger_allow_cbc_unsigned())
        .unwrap();
    assert_eq!(name_id(&signed), "testuser@testrsc.com");
    let proofs: Vec<_> = signed.proofs().iter().map(|proof| proof.covers).collect();
    assert_eq!(proofs, [Covers::Assertion]);
}

/// The service provider of the kit opens what the kit encrypts, with these keys of its own.
fn open_with(
    octets: &[u8],
    own: &[TestKey],
    policy: &AlgorithmPolicy,
) -> Result<SignedBytes, Finding> {
    let limits = Limits::default();
    #[cfg(feature = "aws-lc-rs")]
    let crypto = CryptoProvider::aws_lc_rs();
    #[cfg(not(feature = "aws-lc-rs"))]
    let crypto = CryptoProvider::rustcrypto();
    let idp = Certificate::parse(TestKey::Idp.certificate_pem().as_bytes()).unwrap();
    let own: Vec<Arc<dyn DecryptionKey>> = own
        .iter()
        .map(|key| PrivateKey::from_pem(key.private_key_pem().as_bytes()).unwrap())
        .map(|key| crypto.decryption_key(&key).unwrap())
        .collect();
    let own: Vec<&dyn DecryptionKey> = own.iter().map(|key| &**key).collect();
    let keys = Keys::trusted([idp.key()]);
    let decrypt = Decrypt {
        keys: &own,
        policy,
        limits: &limits,
    };
    let document = Document::parse_bytes(octets, &limits, Extras::Refused)
        .map_err(|error| Finding::new(error.kind().code()))?;
    let envelope = Envelope::response(&document)?;
    if !envelope.is_root_signed() {
        return open(Outer::Unsigned(&envelope), &decrypt, &keys, &crypto);
    }
    let signed = envelope
        .candidate()?
        .verify(&keys, policy, &crypto, &limits)?;
    open(
        Outer::Signed(&signed.signed_bytes(&crypto)?),
        &decrypt,
        &keys,
        &crypto,
    )
}

fn open_kit(builder: &ResponseBuilder, policy: &AlgorithmPolicy) -> Result<SignedBytes, Code> {
    open_with(&builder.octets(), &[TestKey::Sp], policy).map_err(|finding| finding.code())
}

const CIPHERS: [ContentCipher; 4] = [
    ContentCipher::Aes128Gcm,
    ContentCipher::Aes256Gcm,
    ContentCipher::Aes128Cbc,
    ContentCipher::Aes256Cbc,
];

#[test]
fn every_cipher_transport_and_place_of_the_key() {
    let policy = AlgorithmPolicy::default();
    let transports = [
        KeyTransport::OaepSha1,
        KeyTransport::OaepImplicit,
        KeyTransport::OaepSha256MgfSha1,
        KeyTransport::Oaep11Sha256,
    ];
    for cipher in CIPHERS {
        for transport in transports {
            for placement in [KeyPlacement::Sibling, KeyPlacement::Inside] {
                let encryption = Encryption {
                    cipher,
                    transport,
                    placement,
                    ..Encryption::default()
                };
                for signing in [Signing::Both, Signing::Response, Signing::Assertion] {
                    let message = good().encrypt(encryption).sign(signing);
                    let seen = open_kit(&message, &policy).map(|signed| name_id(&signed));
                    let refused = signing == Signing::Assertion
                        && matches!(cipher, ContentCipher::Aes128Cbc | ContentCipher::Aes256Cbc);
                    let expected = if refused {
                        Err(Code::EncryptionUnauthenticated)
                    } else {
                        Ok("alice@corp.test".to_owned())
                    };
                    assert_eq!(seen, expected, "{encryption:?} {signing:?}");
                }
            }
        }
    }
}

#[test]
fn key_transport_of_1998_only_by_name() {
    let encryption = Encryption {
        transport: KeyTransport::Rsa15,
        ..Encryption::default()
    };
    let message = good().encrypt(encryption);
    let strict = AlgorithmPolicy::default();
    assert_eq!(
        open_kit(&message, &strict).unwrap_err(),
        Code::EncryptionAlgorithm
    );
    let seen = open_kit(&message, &strict.danger_allow_rsa_1_5());
    if cfg!(feature = "danger-rsa-1_5") {
        assert_eq!(name_id(&seen.unwrap()), "alice@corp.test");
    } else {
        assert_eq!(seen.unwrap_err(), Code::EncryptionAlgorithm);
    }
}

#[test]
fn several_keys_are_tried_and_no_key_is_said_so() {
    let message = good().encrypt(Encryption::default()).octets();
    let policy = AlgorithmPolicy::default();
    let signed = open_with(&message, &[TestKey::Intruder, TestKey::Sp], &policy).unwrap();
    assert_eq!(name_id(&signed), "alice@corp.test");
    let none = open_with(&message, &[], &policy).unwrap_err();
    assert_eq!(none.code(), Code::DecryptionKeyMissing);
    let wrong = open_with(&message, &[TestKey::Intruder], &policy).unwrap_err();
    assert_eq!(wrong.code(), Code::DecryptionFailed);
}

/// A key that must not be used.
struct Untouchable(saml_sp::crypto::PublicKey);

impl DecryptionKey for Untouchable {
    fn public(&self) -> &saml_sp::crypto::PublicKey {
        &self.0
    }

    fn unwrap_key(
        &self,
        _: saml_sp::crypto::KeyTransport,
        _: &[u8],
    ) -> Result<saml_sp::crypto::ContentKey, saml_sp::crypto::KeyOperationFailed> {
        panic!("the private key was touched")
    }
}

#[test]
fn a_signed_response_passed_as_unsigned_never_reaches_the_private_key() {
    let sp = Certificate::parse(TestKey::Sp.certificate_pem().as_bytes()).unwrap();
    let key = Untouchable(sp.key().public().clone());
    let keys: [&dyn DecryptionKey; 1] = [&key];
    let (limits, policy) = (Limits::default(), AlgorithmPolicy::default());
    let decrypt = Decrypt {
        keys: &keys,
        policy: &policy,
        limits: &limits,
    };
    let xml = good().encrypt(Encryption::default()).xml();
    let document = Document::parse(&xml, &limits, Extras::Refused).unwrap();
    let envelope = Envelope::response(&document).unwrap();
    let crypto = CryptoProvider::rustcrypto();
    let refused = open(
        Outer::Unsigned(&envelope),
        &decrypt,
        &Keys::default(),
        &crypto,
    );
    assert_eq!(refused.unwrap_err().code(), Code::SignatureRequired);
}

#[test]
fn every_defect_has_its_code() {
    let table: std::collections::BTreeMap<&str, &str> = include_str!("../data/encryption.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut columns = line.split_whitespace();
            (columns.next().unwrap(), columns.next().unwrap())
        })
        .collect();
    let mut wrong = Vec::new();
    for defect in EncryptionDefect::ALL {
        let message = good().with(*defect);
        let seen = match open_kit(&message, &AlgorithmPolicy::default()) {
            Ok(signed) if signed.as_str().contains(FORGED_NAME_ID) => "FORGED",
            Ok(_) => "accepted",
            Err(code) => code.name(),
        };
        let expected = table.get(defect.name()).copied().unwrap_or("(no row)");
        if seen != expected {
            wrong.push(format!("{} {seen} instead of {expected}", defect.name()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
