//! The three values that Okta gives: certificate, authentication URL, issuer URL.

use core::fmt;

use time::OffsetDateTime;

/// Most certificates at a time: the present one, the next one, and one left over from a rotation
/// that went wrong.
pub const MAX_CERTIFICATES: usize = 3;
/// Longest URL or issuer taken, in bytes; SAML Core section 8.3.6 allows an entity id 1024.
const MAX_URI_BYTES: usize = 1024;
/// Longest certificate text kept: a certificate with a 4096-bit key is about 2 KB in PEM.
const MAX_CERTIFICATE_BYTES: usize = 16_384;

/// Why a value of the connection is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectionError {
    /// Nothing was given.
    #[error("the value is empty")]
    Empty,
    /// Longer than anything an identity provider gives.
    #[error("the value is too long")]
    TooLong,
    /// The authentication URL is not an absolute `https` URL with a host.
    #[error("the authentication URL must be an https URL")]
    NotHttps,
    /// A space or control character.
    #[error("the value holds a space or a control character")]
    Character,
    /// The certificate text is metadata or another XML file.
    #[error("this is XML; download the certificate itself (.cert, .cer or .pem)")]
    Xml,
    /// The fingerprint is not 64 hexadecimal digits.
    #[error("the fingerprint is not a SHA-256 in hexadecimal")]
    Fingerprint,
    /// The certificate ends before it begins.
    #[error("the certificate ends before it begins")]
    Dates,
}

fn check_text(text: &str) -> Result<(), ConnectionError> {
    if text.is_empty() {
        Err(ConnectionError::Empty)
    } else if text.len() > MAX_URI_BYTES {
        Err(ConnectionError::TooLong)
    } else if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        Err(ConnectionError::Character)
    } else {
        Ok(())
    }
}

/// A text newtype that is checked when made and when read back from a store.
macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Takes the text after trimming blanks at its ends, which come with every paste.
            ///
            /// # Errors
            /// [`ConnectionError`] with the first rule that is broken.
            pub fn new(text: &str) -> Result<Self, ConnectionError> {
                let text = text.trim();
                check_text(text)?;
                $check(text)?;
                Ok(Self(text.into()))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = ConnectionError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0.into_string()
            }
        }
    };
}

checked_text! {
    /// Where people are sent to sign in: Okta's *Identity Provider Single Sign-On URL*.
    ///
    /// `http` is taken for loopback hosts only, so that a service can be tried out on one machine.
    ///
    /// ```
    /// # use org_domain::settings::SignInUrl;
    /// assert!(SignInUrl::new("https://acme.okta.com/app/x/sso/saml").is_ok());
    /// assert!(SignInUrl::new("http://acme.okta.com/app/x/sso/saml").is_err());
    /// ```
    SignInUrl, check_https
}

checked_text! {
    /// Where sessions at the identity provider are ended: Okta's *Identity Provider Single Logout
    /// URL*. The rules of [`SignInUrl`].
    LogoutUrl, check_https
}

checked_text! {
    /// Who the identity provider says it is: Okta's *Identity Provider Issuer*. Compared byte by byte.
    Issuer, |_: &str| Ok::<(), ConnectionError>(())
}

checked_text! {
    /// SHA-256 of a certificate's DER octets, 64 lower-case hexadecimal digits.
    Fingerprint, check_fingerprint
}

impl Fingerprint {
    /// From the digest's octets, as `saml_sp`'s certificates give them.
    ///
    /// ```
    /// # use org_domain::settings::Fingerprint;
    /// assert_eq!(Fingerprint::from_digest(&[0xab; 32]).as_str(), "ab".repeat(32));
    /// ```
    #[must_use]
    pub fn from_digest(digest: &[u8; 32]) -> Self {
        Self(data_encoding::HEXLOWER.encode(digest).into_boxed_str())
    }
}

fn check_https(text: &str) -> Result<(), ConnectionError> {
    let (scheme, rest) = text.split_once("://").ok_or(ConnectionError::NotHttps)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority
        .rsplit_once(':')
        .map_or(authority, |(host, _)| host);
    let is_safe = match scheme.to_ascii_lowercase().as_str() {
        "https" => !host.is_empty() && !authority.contains('@'),
        "http" => {
            host == "localhost"
                || host == "127.0.0.1"
                || host == "[::1]"
                || host.ends_with(".localhost")
        }
        _ => false,
    };
    if is_safe {
        Ok(())
    } else {
        Err(ConnectionError::NotHttps)
    }
}

fn check_fingerprint(text: &str) -> Result<(), ConnectionError> {
    let is_digest =
        text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if is_digest {
        Ok(())
    } else {
        Err(ConnectionError::Fingerprint)
    }
}

/// A signing certificate of the identity provider, as the host read it.
///
/// This crate parses no certificates: the host hands in what its SAML library found, and the text
/// to keep. Only the dates and the fingerprint matter here.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Certificate {
    fingerprint: Fingerprint,
    text: Box<str>,
    #[serde(with = "time::serde::rfc3339")]
    not_before: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    not_after: OffsetDateTime,
}

impl Certificate {
    /// Takes a certificate that the host's SAML library has read.
    ///
    /// # Errors
    /// [`ConnectionError`] for an empty, over-long or XML text, or dates in the wrong order.
    pub fn new(
        fingerprint: Fingerprint,
        text: &str,
        not_before: OffsetDateTime,
        not_after: OffsetDateTime,
    ) -> Result<Self, ConnectionError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ConnectionError::Empty);
        }
        if text.len() > MAX_CERTIFICATE_BYTES {
            return Err(ConnectionError::TooLong);
        }
        if text.starts_with('<') {
            return Err(ConnectionError::Xml);
        }
        if not_after < not_before {
            return Err(ConnectionError::Dates);
        }
        Ok(Self {
            fingerprint,
            text: text.into(),
            not_before,
            not_after,
        })
    }

    /// Which certificate it is.
    #[must_use]
    pub fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// The text as it was pasted.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// When it begins to be valid.
    #[must_use]
    pub fn not_before(&self) -> OffsetDateTime {
        self.not_before
    }

    /// When it ends.
    #[must_use]
    pub fn not_after(&self) -> OffsetDateTime {
        self.not_after
    }

    /// Whether it is valid at an instant.
    #[must_use]
    pub fn is_valid_at(&self, now: OffsetDateTime) -> bool {
        self.not_before <= now && now <= self.not_after
    }
}

/// How the identity provider takes messages about logout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogoutBinding {
    /// By a form that posts itself. The default: Okta takes it, and a message of any length fits.
    #[default]
    Post,
    /// By a redirect.
    Redirect,
}

/// Where and how sessions at the identity provider are ended. Messages to it are always signed, and
/// only signed ones are obeyed, so there is no choice to make about that.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SingleLogout {
    /// Where requests go.
    pub url: LogoutUrl,
    /// Where answers go, if elsewhere (`ResponseLocation` of the metadata).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<LogoutUrl>,
    /// How.
    #[serde(default)]
    pub binding: LogoutBinding,
}

/// Okta's three values. All may be missing while an administrator is filling in the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Connection {
    /// Up to [`MAX_CERTIFICATES`]; an assertion signed with any of them counts.
    pub certificates: Vec<Certificate>,
    /// The authentication URL.
    pub sign_in_url: Option<SignInUrl>,
    /// The issuer URL.
    pub issuer: Option<Issuer>,
    /// Single logout, where the identity provider has it; none by default. It says nothing about who
    /// somebody is, so it may change under people who sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logout: Option<SingleLogout>,
}

impl Connection {
    /// Whether all three values are there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.certificates.is_empty() && self.sign_in_url.is_some() && self.issuer.is_some()
    }

    /// Whether at least one certificate is valid at an instant.
    #[must_use]
    pub fn has_valid_certificate(&self, now: OffsetDateTime) -> bool {
        self.certificates
            .iter()
            .any(|certificate| certificate.is_valid_at(now))
    }

    /// Whether logins go by the same three values. What else differs needs no stage and no new test.
    #[must_use]
    pub fn has_same_identity(&self, other: &Self) -> bool {
        self.is_same_provider(other) && self.certificates == other.certificates
    }

    /// Whether the two lead to the same identity provider: same issuer, same URL.
    #[must_use]
    pub fn is_same_provider(&self, other: &Self) -> bool {
        self.issuer == other.issuer && self.sign_in_url == other.sign_in_url
    }
}
