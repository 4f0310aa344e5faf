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
        let kept: Vec<u8> = encoded.into_iter().filter(|b| !b.is_ascii_whitespace()).collect();
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
        let decrypt = Decrypt { keys: &own, policy, limits: &limits };
        let document = Document::parse(&self.xml, &limits, Extras::Refused).unwrap();
        let envelope = Envelope::response(&document)?;
        if !envelope.is_root_signed() {
            return open(Outer::Unsigned(&envelope), &decrypt, &keys, &crypto);
        }
        let signed = envelope.candidate()?.verify(&keys, policy, &crypto, &limits)?;
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
    subject.one(Name::new(SAML, "NameID")).unwrap().text_only().unwrap().into_owned()
}

#[test]
fn captured_and_signed_outside() {
    let Some(captured) = Captured::read("encrypted-response-signed") else { return };
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
    let Some(captured) = Captured::read("encrypted-both-signed") else { return };
    let signed = captured.open(&small_keys()).unwrap();
    assert_eq!(name_id(&signed), "testuser@testrsc.com");
    let proofs: Vec<_> = signed.proofs().iter().map(|proof| proof.covers).collect();
    assert_eq!(proofs, [Covers::Response, Covers::Assertion]);
}

#[test]
fn captured_and_signed_inside_needs_a_policy_because_it_is_cbc() {
    let Some(captured) = Captured::read("encrypted-assertion-signed") else { return };
    let refused = captured.open(&small_keys()).unwrap_err();
    assert_eq!(refused.code(), Code::EncryptionUnauthenticated);
    let signed = captured.open(&small_keys().danger_allow_cbc_unsigned()).unwrap();
    assert_eq!(name_id(&signed), "testuser@testrsc.com");
    let proofs: Vec<_> = signed.proofs().iter().map(|proof| proof.covers).collect();
    assert_eq!(proofs, [Covers::Assertion]);
}
