//! Signatures: from a document to the octets that were signed.

use saml_sp::cert::Certificate;
use saml_sp::dsig::{Covers, Envelope, Keys, SignedBytes};
use saml_sp::xml::{Document, Extras};
use saml_sp::{AlgorithmPolicy, CryptoProvider, Finding, Limits};

use crate::shared::shared;

/// The four stages for a Response.
pub(crate) fn verify(xml: &str, certificate: &[u8]) -> Result<SignedBytes, Finding> {
    let certificate = Certificate::parse(certificate).expect("a certificate");
    let limits = Limits::default();
    let document = Document::parse(xml, &limits, Extras::Refused).expect("XML");
    let crypto = CryptoProvider::rustcrypto();
    Envelope::response(&document)?
        .candidate()?
        .verify(
            &Keys::trusted([certificate.key()]),
            &AlgorithmPolicy::default(),
            &crypto,
            &limits,
        )?
        .signed_bytes(&crypto)
}

#[test]
fn a_real_okta_response_signed_twice_verifies() {
    let (Some(xml), Some(pem)) = (
        shared("vectors/okta/plain-both-signed.xml"),
        shared("vectors/okta/plain-both-signed.idp.pem"),
    ) else {
        return;
    };
    let signed = verify(std::str::from_utf8(&xml).unwrap(), &pem).unwrap();
    assert_eq!(signed.covers(), Covers::Response);
    assert_eq!(signed.proofs().len(), 2);
    assert!(signed.as_str().contains("russellhaering"));
}
