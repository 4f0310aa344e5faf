//! What an unverified message says of itself may refuse, before any key is used, and never accept.

use std::sync::atomic::{AtomicUsize, Ordering};

use saml_sp::crypto::{
    CryptoProvider, DigestAlgorithm, Digests, Hasher, KeyProblem, NotVerified, PublicKey,
    SignatureAlgorithm, Verification, VerifyingKey,
};
use saml_sp::{Acs, Code, Diagnosis, Expected, Idp, Rejection, ServiceProvider};
use saml_testkit::{ResponseBuilder, Signing, TestKey};
use time::Duration;

use crate::bench::{ACS, ENTITY, NOW, codes, form, good, idp, record, sp};

fn full() -> ServiceProvider {
    ServiceProvider::builder(ENTITY)
        .acs(Acs::new(ACS))
        .crypto(CryptoProvider::rustcrypto())
        .diagnosis(Diagnosis::Full)
        .build()
        .unwrap()
}

fn judge(sp: &ServiceProvider, idp: &Idp, response: &ResponseBuilder) -> Result<(), Rejection> {
    let record = record();
    sp.accept(&form(response), idp, Expected::Request(&record), NOW)
        .map(|_| ())
}

/// What is wrong without any signature, and the code of it.
fn defects() -> Vec<(Code, ResponseBuilder)> {
    let other = "https://other.test";
    let day = Duration::days(1);
    vec![
        (Code::DestinationMismatch, good().destination(other)),
        (Code::IssuerMismatch, good().issuer(other)),
        (Code::AudienceMismatch, good().audience(other)),
        (Code::RecipientMismatch, good().recipient(other)),
        (Code::InResponseToMismatch, good().in_response_to("_other")),
        (Code::Expired, good().conditions(NOW - day - day, NOW - day)),
        (
            Code::NotYetValid,
            good().conditions(NOW + day, NOW + day + day),
        ),
    ]
}

#[test]
fn the_findings_are_the_same_whichever_comes_first() {
    for (code, response) in defects() {
        let early = judge(&sp(), &idp(), &response).unwrap_err();
        let verified = judge(&full(), &idp(), &response).unwrap_err();
        assert!(early.has(code), "{code}");
        assert!(early.is_unverified(), "{code}");
        assert!(!verified.is_unverified(), "{code}");
        let codes = |rejection: &Rejection| -> Vec<Code> {
            rejection.findings().map(|finding| finding.code()).collect()
        };
        assert_eq!(codes(&early), codes(&verified), "{code}");
        let note = "before any signature was looked at";
        assert!(early.report().text().contains(note), "{code}");
        assert!(!verified.report().text().contains(note), "{code}");
    }
    // The twin without a defect.
    judge(&sp(), &idp(), &good()).unwrap();
    judge(&full(), &idp(), &good()).unwrap();
}

#[test]
fn a_forged_signature_is_told_first_only_where_that_is_asked_for() {
    let forged = good().response_key(TestKey::Intruder);
    let astray = || forged.clone().destination("https://other.test");
    assert_eq!(
        codes(judge(&sp(), &idp(), &astray())),
        [Code::DestinationMismatch]
    );
    let told = codes(judge(&full(), &idp(), &astray()));
    assert_eq!(told, [Code::SignatureKeyUnknown]);
    // Saying nothing wrong does not help.
    let rejection = judge(&sp(), &idp(), &forged).unwrap_err();
    assert_eq!(rejection.code(), Code::SignatureKeyUnknown);
    assert!(!rejection.is_unverified());
    let unsigned = good().sign(Signing::None);
    assert_eq!(codes(judge(&sp(), &idp(), &unsigned)), [Code::Unsigned]);
}

/// A backend that counts how often a key is used.
static USED: AtomicUsize = AtomicUsize::new(0);

struct Counting;

struct CountingKey(Box<dyn VerifyingKey>);

impl VerifyingKey for CountingKey {
    fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), NotVerified> {
        USED.fetch_add(1, Ordering::SeqCst);
        self.0.verify(algorithm, message, signature)
    }
}

impl Verification for Counting {
    fn prepare(&self, key: &PublicKey) -> Result<Box<dyn VerifyingKey>, KeyProblem> {
        let inner = CryptoProvider::rustcrypto().prepare(key)?;
        Ok(Box::new(CountingKey(inner)))
    }
}

impl Digests for Counting {
    fn start(&self, algorithm: DigestAlgorithm) -> Option<Box<dyn Hasher>> {
        CryptoProvider::rustcrypto().hasher(algorithm)
    }
}

#[test]
fn no_key_is_used_for_what_is_refused_without_one() {
    let crypto = CryptoProvider::from_parts("counting", &Counting, &Counting);
    let sp = ServiceProvider::builder(ENTITY)
        .acs(Acs::new(ACS))
        .crypto(crypto)
        .build()
        .unwrap();
    let idp = idp();
    for (code, response) in defects() {
        let before = USED.load(Ordering::SeqCst);
        assert!(judge(&sp, &idp, &response).unwrap_err().has(code));
        assert_eq!(USED.load(Ordering::SeqCst), before, "{code}");
    }
    let before = USED.load(Ordering::SeqCst);
    judge(&sp, &idp, &good()).unwrap();
    assert!(USED.load(Ordering::SeqCst) > before);
}

#[cfg(feature = "encrypted-assertions")]
mod encrypted {
    use std::sync::Arc;

    use saml_sp::crypto::{
        ContentKey, DecryptionKey, KeyOperationFailed, KeyTransport, PrivateKey,
    };
    use saml_testkit::Encryption;

    use super::*;

    struct CountingDecryption {
        inner: Arc<dyn DecryptionKey>,
        used: AtomicUsize,
    }

    impl DecryptionKey for CountingDecryption {
        fn public(&self) -> &PublicKey {
            self.inner.public()
        }

        fn unwrap_key(
            &self,
            transport: KeyTransport,
            wrapped: &[u8],
        ) -> Result<ContentKey, KeyOperationFailed> {
            self.used.fetch_add(1, Ordering::SeqCst);
            self.inner.unwrap_key(transport, wrapped)
        }
    }

    #[test]
    fn no_private_key_is_used_for_a_message_that_refuses_itself() {
        let crypto = CryptoProvider::rustcrypto();
        let pem = PrivateKey::from_pem(TestKey::Sp.private_key_pem().as_bytes()).unwrap();
        let key = Arc::new(CountingDecryption {
            inner: crypto.decryption_key(&pem).unwrap(),
            used: AtomicUsize::new(0),
        });
        let sp = ServiceProvider::builder(ENTITY)
            .acs(Acs::new(ACS))
            .crypto(crypto)
            .decryption(key.clone(), None)
            .build()
            .unwrap();
        let other = "https://other.test";
        let name = |response: ResponseBuilder| response.encrypt_name_id(Encryption::default());
        let whole = |response: ResponseBuilder| response.encrypt(Encryption::default());
        for (code, response) in [
            (Code::DestinationMismatch, whole(good().destination(other))),
            (Code::IssuerMismatch, whole(good().response_issuer(other))),
            (Code::DestinationMismatch, name(good().destination(other))),
        ] {
            let rejection = judge(&sp, &idp(), &response).unwrap_err();
            assert_eq!(rejection.code(), code);
            assert!(rejection.is_unverified());
        }
        assert_eq!(key.used.load(Ordering::SeqCst), 0);
        judge(&sp, &idp(), &whole(good())).unwrap();
        judge(&sp, &idp(), &name(good())).unwrap();
        assert_eq!(key.used.load(Ordering::SeqCst), 2);
    }
}
