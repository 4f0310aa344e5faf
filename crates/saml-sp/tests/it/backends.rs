//! The other backends answer as the default one does.
#![cfg(any(feature = "graviola", feature = "aws-lc-rs"))]

use saml_sp::cert::Certificate;
use saml_sp::crypto::{CryptoProvider, DigestAlgorithm, SignatureAlgorithm as A};
use saml_testkit::{SignatureAlgorithm, TestKey};

fn backends() -> Vec<CryptoProvider> {
    vec![
        CryptoProvider::rustcrypto(),
        #[cfg(feature = "graviola")]
        CryptoProvider::graviola(),
        #[cfg(feature = "aws-lc-rs")]
        CryptoProvider::aws_lc_rs(),
    ]
}

#[test]
fn every_backend_verifies_the_same() {
    use SignatureAlgorithm as Kit;
    let cases = [
        (Kit::RsaSha256, TestKey::Idp, A::RsaSha256),
        (Kit::RsaSha384, TestKey::Idp, A::RsaSha384),
        (Kit::RsaSha512, TestKey::Idp, A::RsaSha512),
        (Kit::RsaPssSha256, TestKey::Idp, A::RsaPssSha256),
        (Kit::RsaPssSha384, TestKey::Idp, A::RsaPssSha384),
        (Kit::RsaPssSha512, TestKey::Idp, A::RsaPssSha512),
        (Kit::RsaSha256, TestKey::IdpWeak, A::RsaSha256),
        (Kit::EcdsaP256Sha256, TestKey::IdpP256, A::EcdsaSha256),
        (Kit::EcdsaP384Sha384, TestKey::IdpP384, A::EcdsaSha384),
    ];
    for crypto in backends() {
        for (kit, key, ours) in cases {
            let signature = kit.sign(key, b"message");
            let certificate = Certificate::parse(key.certificate_pem().as_bytes()).unwrap();
            let verify = |algorithm, message: &[u8], signature: &[u8]| {
                certificate
                    .key()
                    .verify(&crypto, algorithm, message, signature)
                    .is_ok()
            };
            let name = format!("{} {kit:?} {key:?}", crypto.name());
            assert!(verify(ours, b"message", &signature), "{name}");
            assert!(!verify(ours, b"massage", &signature), "{name}");
            assert!(!verify(ours, b"message", &signature[1..]), "{name}");
            assert!(
                !verify(ours, b"message", &[&[0], signature.as_slice()].concat()),
                "{name}"
            );
            assert!(
                !verify(ours, b"message", &vec![0; signature.len()]),
                "{name}"
            );
            assert!(
                !verify(ours, b"message", &vec![0xFF; signature.len()]),
                "{name}"
            );
            for other in A::ALL.iter().filter(|other| **other != ours) {
                assert!(!verify(*other, b"message", &signature), "{name} {other}");
            }
        }
    }
}

#[test]
fn every_backend_digests_the_same() {
    for algorithm in [
        DigestAlgorithm::Sha256,
        DigestAlgorithm::Sha384,
        DigestAlgorithm::Sha512,
    ] {
        let digests: Vec<Vec<u8>> = backends()
            .iter()
            .map(|crypto| {
                let mut hasher = crypto.hasher(algorithm).unwrap();
                // Longer than three blocks, in uneven pieces.
                (0..40).for_each(|size| hasher.update(&vec![7; size * 13]));
                hasher.finish().as_bytes().to_vec()
            })
            .collect();
        assert!(digests.iter().all(|digest| *digest == digests[0]));
        assert_eq!(digests[0].len(), algorithm.length());
    }
}

/// A key that one backend prepared is prepared anew for another.
#[test]
fn one_key_serves_several_backends() {
    let certificate = Certificate::parse(TestKey::Idp.certificate_pem().as_bytes()).unwrap();
    let signature = SignatureAlgorithm::RsaSha256.sign(TestKey::Idp, b"message");
    for crypto in backends().into_iter().chain(backends()) {
        assert!(
            certificate
                .key()
                .verify(&crypto, A::RsaSha256, b"message", &signature)
                .is_ok()
        );
    }
}
