//! The random value that ties a DNS record to one claim.

use core::fmt;

use data_encoding::{BASE32_NOPAD, Specification};
use subtle::ConstantTimeEq;

/// 256 bit: the Baseline Requirements ask for 112, ACME (RFC 8555) for 128.
const TOKEN_BYTES: usize = 32;

/// A source of unpredictable bytes; the host passes its operating system's.
///
/// ```
/// use org_domain::proof::{Random, RandomError, Token};
///
/// struct Os;
/// impl Random for Os {
///     fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
///         getrandom::fill(bytes).map_err(|_| RandomError)
///     }
/// }
/// assert_ne!(Token::generate(&mut Os)?, Token::generate(&mut Os)?);
/// # Ok::<(), RandomError>(())
/// ```
pub trait Random {
    /// Fills the whole slice with unpredictable bytes.
    ///
    /// # Errors
    /// [`RandomError`] when the source cannot deliver; nothing may be used then.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError>;
}

/// The source of randomness failed.
///
/// It carries no cause; keep that where your closure sees it. The crates of this workspace that need
/// randomness have such a type each, because none of them depends on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the source of randomness failed")]
pub struct RandomError;

impl<F: FnMut(&mut [u8]) -> Result<(), RandomError>> Random for F {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
        self(bytes)
    }
}

/// 256 random bits, written as 52 lower-case base32 letters.
///
/// Not a secret once published, yet only the claiming organisation is shown it, so `Debug` hides
/// it. Equality is decided in constant time.
#[derive(Clone, Copy, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Token([u8; TOKEN_BYTES]);

impl Token {
    /// Draws a new token.
    ///
    /// # Errors
    /// [`RandomError`] when the source fails.
    pub fn generate(random: &mut impl Random) -> Result<Self, RandomError> {
        let mut bytes = [0; TOKEN_BYTES];
        random.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The 52 letters that go into the record.
    #[must_use]
    pub fn to_text(self) -> String {
        let mut text = BASE32_NOPAD.encode(&self.0);
        text.make_ascii_lowercase();
        text
    }

    /// Reads the 52 letters back; nothing else is a token.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let bytes = lower_base32().decode(text.as_bytes()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// Whether the text is exactly this token's letters, decided in constant time.
    #[must_use]
    pub fn matches(&self, text: &[u8]) -> bool {
        self.to_text().as_bytes().ct_eq(text).into()
    }

    /// A number derived from the token, for spreading work evenly; reveals nothing of use.
    pub(crate) fn spread(&self) -> u16 {
        let [.., high, low] = self.0;
        u16::from_be_bytes([high, low])
    }
}

/// RFC 4648 base32 in lower case, no padding, no leniency.
fn lower_base32() -> data_encoding::Encoding {
    let mut specification = Specification::new();
    specification
        .symbols
        .push_str("abcdefghijklmnopqrstuvwxyz234567");
    specification.encoding().unwrap_or(BASE32_NOPAD)
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Token {}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl TryFrom<String> for Token {
    type Error = NotAToken;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::from_text(&text).ok_or(NotAToken)
    }
}

impl From<Token> for String {
    fn from(token: Token) -> Self {
        token.to_text()
    }
}

/// The stored text is not a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stored text is not a domain proof token")]
pub struct NotAToken;
