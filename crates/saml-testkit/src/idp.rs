//! The identity provider itself: a name, an address, a key.

use crate::algorithm::SignatureAlgorithm;
use crate::keys::TestKey;
use crate::person::{Person, SpTarget};
use crate::response::ResponseBuilder;
use crate::sign::Signer;
use time::OffsetDateTime;

/// An Okta-shaped identity provider without network, clock or randomness.
///
/// Its key is public (see [`TestKey`]): a service that trusts it outside a test trusts everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestIdp {
    issuer: String,
    sign_in_url: String,
    key: TestKey,
    algorithm: SignatureAlgorithm,
}

impl TestIdp {
    /// The provider every test starts from: issuer `http://www.okta.com/exktestkit0000000001`,
    /// sign-in URL on `testkit.okta.test`, key [`TestKey::Idp`], RSA-SHA256.
    #[must_use]
    pub fn okta() -> Self {
        Self {
            issuer: "http://www.okta.com/exktestkit0000000001".to_owned(),
            sign_in_url:
                "https://testkit.okta.test/app/testkit_app_1/exktestkit0000000001/sso/saml"
                    .to_owned(),
            key: TestKey::Idp,
            algorithm: SignatureAlgorithm::RsaSha256,
        }
    }

    /// The same provider under another issuer: another app of the same Okta organisation.
    #[must_use]
    pub fn with_issuer(mut self, issuer: &str) -> Self {
        issuer.clone_into(&mut self.issuer);
        self
    }

    /// The same provider at another sign-in URL.
    #[must_use]
    pub fn with_sign_in_url(mut self, url: &str) -> Self {
        url.clone_into(&mut self.sign_in_url);
        self
    }

    /// The same provider with another key.
    #[must_use]
    pub const fn with_key(mut self, key: TestKey) -> Self {
        self.key = key;
        self
    }

    /// The same provider with another signature algorithm.
    #[must_use]
    pub const fn with_algorithm(mut self, algorithm: SignatureAlgorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// The issuer (entity id).
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Where an `AuthnRequest` is sent.
    #[must_use]
    pub fn sign_in_url(&self) -> &str {
        &self.sign_in_url
    }

    /// The key that signs.
    #[must_use]
    pub const fn key(&self) -> TestKey {
        self.key
    }

    /// The certificate of that key, PEM: the first of the three values an administrator copies.
    #[must_use]
    pub const fn certificate_pem(&self) -> &'static str {
        self.key.certificate_pem()
    }

    /// The answer that signs `person` in at `target`, issued at `now`.
    #[must_use]
    pub fn response(
        &self,
        target: &SpTarget,
        person: &Person,
        now: OffsetDateTime,
    ) -> ResponseBuilder {
        ResponseBuilder::new(self, target, person, now)
    }

    pub(crate) fn signer(&self) -> Signer {
        let mut signer = Signer::new(self.key);
        signer.algorithm = self.algorithm;
        signer
    }
}
