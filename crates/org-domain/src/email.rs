//! A strict mailbox parser: one address, one domain, nothing around it.

use core::fmt;

use crate::domain::{Domain, DomainError};

/// RFC 5321 section 4.5.3.1.1.
const MAX_LOCAL_BYTES: usize = 64;
/// RFC 5321 section 4.5.3.1.3: a path of 256 octets holds an address of 254 between its brackets.
const MAX_ADDRESS_BYTES: usize = 254;

/// One e-mail address: `Mailbox` of RFC 5321 section 4.1.2 with a domain name, and nothing else.
///
/// The domain is whatever follows the last `@` outside quotes. Refused: display names, comments,
/// source routes, address literals, a second bare `@`, blanks and controls. The local part is kept
/// as it was given, including plus tags; two addresses are equal when their local parts agree
/// without regard to ASCII case (and to needless quotes) and their domains agree.
///
/// `Debug` hides the local part, because it is a person's name more often than not.
///
/// ```
/// # use org_domain::Email;
/// let email = Email::parse("Ada.Lovelace+work@ACME.example")?;
/// assert_eq!(email.domain().as_str(), "acme.example");
/// assert_eq!(email, Email::parse("ada.lovelace+WORK@acme.example")?);
/// assert_eq!(Email::parse("\"a@victim.com\"@evil.com")?.domain().as_str(), "evil.com");
/// assert!(Email::parse("Ada <ada@acme.example>").is_err());
/// # Ok::<(), org_domain::EmailError>(())
/// ```
#[derive(Clone, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email {
    local: Box<str>,
    key: Box<str>,
    domain: Domain,
}

/// Why a text is not an e-mail address. The text is not repeated: it may be personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EmailError {
    /// Nothing was given.
    #[error("the address is empty")]
    Empty,
    /// No `@` outside quotes.
    #[error("the address has no @")]
    NoAt,
    /// More than one `@` outside quotes; splitters disagree on such texts, so nobody may use one.
    #[error("the address has more than one @")]
    SecondAt,
    /// Nothing before the `@`.
    #[error("the address has nothing before the @")]
    NoLocalPart,
    /// More than 64 octets before the `@`.
    #[error("the part before the @ is longer than 64 octets")]
    LocalTooLong,
    /// More than 254 octets in all.
    #[error("the address is longer than 254 octets")]
    TooLong,
    /// A character, dot or quote where RFC 5321 has none; also display names and comments.
    #[error("the part before the @ breaks the rules of RFC 5321")]
    LocalPart,
    /// Letters outside ASCII before the `@` (RFC 6531), which this parser does not take.
    #[error("the part before the @ holds letters outside ASCII")]
    NonAsciiLocalPart,
    /// `[...]` after the `@`.
    #[error("an address literal has no domain that can be claimed")]
    Literal,
    /// The part after the `@` is not a domain.
    #[error("after the @: {0}")]
    Domain(DomainError),
}

impl EmailError {
    /// The stable code of the refusal.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "email_empty",
            Self::NoAt => "email_no_at",
            Self::SecondAt => "email_second_at",
            Self::NoLocalPart => "email_no_local_part",
            Self::LocalTooLong => "email_local_too_long",
            Self::TooLong => "email_too_long",
            Self::LocalPart => "email_local_part",
            Self::NonAsciiLocalPart => "email_non_ascii_local_part",
            Self::Literal => "email_literal",
            Self::Domain(_) => "email_domain",
        }
    }
}

impl Email {
    /// Reads exactly one address.
    ///
    /// Local parts outside ASCII (RFC 6531) are refused, because databases and mail systems
    /// disagree on when two of them are the same, and the disagreement is a take-over.
    ///
    /// # Errors
    /// [`EmailError`] with the first rule that is broken.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        if text.is_empty() {
            return Err(EmailError::Empty);
        }
        let (local, rest) = split_at_bare_at(text)?;
        if local.len() > MAX_LOCAL_BYTES {
            return Err(EmailError::LocalTooLong);
        }
        if rest.starts_with('[') {
            return Err(EmailError::Literal);
        }
        let key = fold_local_part(local)?;
        let domain = Domain::parse(rest).map_err(EmailError::Domain)?;
        if text.len().max(local.len() + 1 + domain.as_str().len()) > MAX_ADDRESS_BYTES {
            return Err(EmailError::TooLong);
        }
        Ok(Self {
            local: local.into(),
            key: key.into_boxed_str(),
            domain,
        })
    }

    /// The part before the `@`, as it was given.
    #[must_use]
    pub fn local_part(&self) -> &str {
        &self.local
    }

    /// The canonical domain after the last unquoted `@`.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The text by which to look accounts up and to keep addresses unique: folded local part,
    /// canonical domain. Compare it byte by byte; a case- or accent-insensitive collation would
    /// merge addresses that belong to different people.
    ///
    /// ```
    /// # use org_domain::Email;
    /// assert_eq!(Email::parse("Ada@ACME.example")?.lookup_key(), "ada@acme.example");
    /// # Ok::<(), org_domain::EmailError>(())
    /// ```
    #[must_use]
    pub fn lookup_key(&self) -> String {
        format!("{}@{}", self.key, self.domain)
    }
}

/// Splits at the only `@` that stands outside quotes.
fn split_at_bare_at(text: &str) -> Result<(&str, &str), EmailError> {
    let mut found = None;
    let (mut quoted, mut escaped) = (false, false);
    for (position, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '@' if !quoted && found.is_some() => return Err(EmailError::SecondAt),
            '@' if !quoted => found = Some(position),
            _ => {}
        }
    }
    let at = found.ok_or(EmailError::NoAt)?;
    let (local, rest) = text.split_at(at);
    if local.is_empty() {
        return Err(EmailError::NoLocalPart);
    }
    Ok((local, rest.strip_prefix('@').unwrap_or(rest)))
}

/// Checks the local part and gives its comparison form: unquoted where quotes were needless,
/// ASCII lower case.
fn fold_local_part(local: &str) -> Result<String, EmailError> {
    if !local.is_ascii() {
        return Err(EmailError::NonAsciiLocalPart);
    }
    let Some(inner) = local.strip_prefix('"') else {
        return if is_dot_atom(local) {
            Ok(local.to_ascii_lowercase())
        } else {
            Err(EmailError::LocalPart)
        };
    };
    let content = unquote(inner.strip_suffix('"').ok_or(EmailError::LocalPart)?)?;
    if is_dot_atom(&content) {
        return Ok(content.to_ascii_lowercase());
    }
    let mut key = String::from("\"");
    for c in content.chars() {
        if matches!(c, '"' | '\\') {
            key.push('\\');
        }
        key.push(c.to_ascii_lowercase());
    }
    key.push('"');
    Ok(key)
}

/// RFC 5321 `Dot-string`.
fn is_dot_atom(text: &str) -> bool {
    text.split('.')
        .all(|atom| !atom.is_empty() && atom.bytes().all(is_atext))
}

/// RFC 5322 section 3.2.3.
fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// RFC 5321 `QcontentSMTP`: printable ASCII, with `\` before `"` and `\`; blanks only as spaces.
fn unquote(inner: &str) -> Result<String, EmailError> {
    let mut content = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        let plain = match c {
            '\\' => chars.next().ok_or(EmailError::LocalPart)?,
            '"' => return Err(EmailError::LocalPart),
            other => other,
        };
        if !matches!(plain, ' '..='~') {
            return Err(EmailError::LocalPart);
        }
        content.push(plain);
    }
    if content.is_empty() {
        Err(EmailError::LocalPart)
    } else {
        Ok(content)
    }
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.domain == other.domain
    }
}

impl Eq for Email {}

impl core::hash::Hash for Email {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.key.hash(state);
        self.domain.hash(state);
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Email(…@{})", self.domain)
    }
}

/// The address itself: call it only where the person's address is meant to appear.
impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

impl TryFrom<String> for Email {
    type Error = EmailError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl core::str::FromStr for Email {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.to_string()
    }
}
