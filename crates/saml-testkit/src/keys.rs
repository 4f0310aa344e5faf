//! The fixed key pairs. They are public: never trust them anywhere but in a test.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rsa::PrivateKey;
use rsa::pkcs8::DecodePrivateKey as _;
use std::sync::LazyLock;

/// One of the kit's fixed key pairs with its self-signed certificate (2020 to 2120).
///
/// The private halves are published with this crate. A service that trusts one of them in
/// production lets anybody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TestKey {
    /// The identity provider's signing key, RSA 2048.
    Idp,
    /// The identity provider's next signing key, RSA 2048, for roll-over tests.
    IdpNext,
    /// A key nobody pinned, RSA 2048: what an attacker signs with.
    Intruder,
    /// The service provider's own key, RSA 2048: signs requests, decrypts assertions.
    Sp,
    /// An identity provider's RSA key of 1024 bits, below every sane floor.
    IdpWeak,
    /// An identity provider's key on P-256.
    IdpP256,
    /// An identity provider's key on P-384.
    IdpP384,
}

impl TestKey {
    /// The certificate, PEM.
    #[must_use]
    pub const fn certificate_pem(self) -> &'static str {
        match self {
            Self::Idp => include_str!("../data/idp.cert.pem"),
            Self::IdpNext => include_str!("../data/idp-next.cert.pem"),
            Self::Intruder => include_str!("../data/intruder.cert.pem"),
            Self::Sp => include_str!("../data/sp.cert.pem"),
            Self::IdpWeak => include_str!("../data/idp-weak.cert.pem"),
            Self::IdpP256 => include_str!("../data/idp-p256.cert.pem"),
            Self::IdpP384 => include_str!("../data/idp-p384.cert.pem"),
        }
    }

    /// The private key, PKCS#8 PEM.
    #[must_use]
    pub const fn private_key_pem(self) -> &'static str {
        match self {
            Self::Idp => include_str!("../data/idp.key.pem"),
            Self::IdpNext => include_str!("../data/idp-next.key.pem"),
            Self::Intruder => include_str!("../data/intruder.key.pem"),
            Self::Sp => include_str!("../data/sp.key.pem"),
            Self::IdpWeak => include_str!("../data/idp-weak.key.pem"),
            Self::IdpP256 => include_str!("../data/idp-p256.key.pem"),
            Self::IdpP384 => include_str!("../data/idp-p384.key.pem"),
        }
    }

    /// The certificate's base64 in lines of 76 characters, as Okta puts it into `KeyInfo`.
    #[must_use]
    pub fn certificate_lines(self) -> String {
        let bare = self.certificate_base64();
        let lines: Vec<&str> = bare
            .as_bytes()
            .chunks(76)
            .filter_map(|line| std::str::from_utf8(line).ok())
            .collect();
        lines.join("\n")
    }

    /// The certificate's base64 without armour and without line breaks.
    #[must_use]
    pub fn certificate_base64(self) -> String {
        self.certificate_pem()
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .collect()
    }

    /// The certificate, DER.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the text is compiled in and tested")]
    pub fn certificate_der(self) -> Vec<u8> {
        STANDARD
            .decode(self.certificate_base64())
            .expect("the kit's certificates are base64")
    }

    pub(crate) fn rsa(self) -> Option<&'static PrivateKey> {
        match self {
            Self::Idp => Some(&IDP),
            Self::IdpNext => Some(&IDP_NEXT),
            Self::Intruder => Some(&INTRUDER),
            Self::Sp => Some(&SP),
            Self::IdpWeak => Some(&IDP_WEAK),
            Self::IdpP256 | Self::IdpP384 => None,
        }
    }
}

static IDP: LazyLock<PrivateKey> = LazyLock::new(|| parse(TestKey::Idp));
static IDP_NEXT: LazyLock<PrivateKey> = LazyLock::new(|| parse(TestKey::IdpNext));
static INTRUDER: LazyLock<PrivateKey> = LazyLock::new(|| parse(TestKey::Intruder));
static SP: LazyLock<PrivateKey> = LazyLock::new(|| parse(TestKey::Sp));
static IDP_WEAK: LazyLock<PrivateKey> = LazyLock::new(|| parse(TestKey::IdpWeak));

#[expect(clippy::expect_used, reason = "the key is compiled in and tested")]
fn parse(key: TestKey) -> PrivateKey {
    PrivateKey::from_pkcs8_pem(key.private_key_pem()).expect("the kit's keys are PKCS#8")
}
