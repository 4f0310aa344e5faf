//! The one spelling of a domain name that everything else compares.

use core::fmt;

/// Longest input looked at, in bytes: four bytes per octet of the longest name DNS can hold.
const MAX_INPUT_BYTES: usize = 1012;
/// RFC 1035 section 2.3.4: 255 octets on the wire are 253 characters in text.
const MAX_NAME_BYTES: usize = 253;
/// RFC 1035 section 2.3.4.
const MAX_LABEL_BYTES: usize = 63;
/// Full stop and the three characters that UTS 46 maps to it.
const DOTS: [char; 4] = ['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'];

/// A canonical domain name: lower-case A-labels, at least two, no trailing dot.
///
/// Two texts that name the same zone give equal values, whatever their case, script form or dots;
/// nothing else in this crate compares names. A `Domain` says nothing about who owns the name; what
/// may be claimed is [`crate::ClaimableDomain`].
///
/// ```
/// # use org_domain::Domain;
/// let domain = Domain::parse("B\u{fc}cher\u{3002}Example.")?;
/// assert_eq!(domain.as_str(), "xn--bcher-kva.example");
/// assert!(Domain::parse("10.0.0.1").is_err());
/// assert!(Domain::parse("https://acme.com/").is_err());
/// # Ok::<(), org_domain::DomainError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Domain(Box<str>);

/// Why a text is not a domain name. The text itself is not repeated: it may be half an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DomainError {
    /// Nothing was given.
    #[error("the domain is empty")]
    Empty,
    /// Longer than a DNS name (253 characters) or an absurd input.
    #[error("the domain is longer than 253 characters")]
    TooLong,
    /// Blanks, tabs, line ends or controls, at an end or inside.
    #[error("the domain holds a space or a control character")]
    Whitespace,
    /// A scheme, port, path, query, user part or brackets: an address of something, not a name.
    #[error("give the bare domain, without scheme, port, path or @")]
    LooksLikeUrl,
    /// An empty label: two dots in a row, or a dot in front.
    #[error("the domain has an empty label")]
    EmptyLabel,
    /// A label of more than 63 octets in its A-label form.
    #[error("a label of the domain is longer than 63 octets")]
    LabelTooLong,
    /// A single label; `localhost` and a bare top-level domain are nobody's mail domain.
    #[error("the domain needs at least two labels")]
    SingleLabel,
    /// An IPv4 address in any spelling: the last label is a number.
    #[error("the domain is an IP address or ends in a number")]
    Numeric,
    /// Underscore, edge hyphen, broken `xn--`, unassigned or disallowed character, bidi violation.
    #[error("the domain holds a label that IDNA (UTS 46, strict) refuses")]
    Label,
}

impl DomainError {
    /// The stable code of the refusal.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "domain_empty",
            Self::TooLong => "domain_too_long",
            Self::Whitespace => "domain_whitespace",
            Self::LooksLikeUrl => "domain_looks_like_url",
            Self::EmptyLabel => "domain_empty_label",
            Self::LabelTooLong => "domain_label_too_long",
            Self::SingleLabel => "domain_single_label",
            Self::Numeric => "domain_numeric",
            Self::Label => "domain_label",
        }
    }
}

impl Domain {
    /// Reads a name as a person types it and makes it canonical.
    ///
    /// Mapped: upper case, full-width forms, the ideographic full stops, one trailing dot, soft
    /// hyphen and zero-width space (UTS 46 ignores them). Everything else has to be right.
    ///
    /// # Errors
    /// [`DomainError`] with the first rule that is broken.
    pub fn parse(text: &str) -> Result<Self, DomainError> {
        refuse_non_names(text)?;
        let bare = text.strip_suffix(DOTS).unwrap_or(text);
        if bare.split(DOTS).any(str::is_empty) {
            return Err(DomainError::EmptyLabel);
        }
        let ascii = idna::domain_to_ascii_strict(bare).map_err(|_| label_problem(bare))?;
        check_shape(&ascii)?;
        Ok(Self(ascii.into_boxed_str()))
    }

    /// The canonical spelling, ASCII, lower case, no trailing dot.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name in the letters of its own script, for showing to people. Never compare it.
    #[must_use]
    pub fn to_unicode(&self) -> String {
        idna::domain_to_unicode(&self.0).0
    }

    /// The labels from left to right.
    pub fn labels(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('.')
    }

    /// The name without its first label, or nothing when that would be a single label.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, rest) = self.0.split_once('.')?;
        rest.contains('.').then(|| Self(rest.into()))
    }

    /// Whether this name lies strictly below `ancestor`, at a label boundary.
    #[must_use]
    pub fn is_below(&self, ancestor: &Self) -> bool {
        self.0
            .strip_suffix(ancestor.as_str())
            .is_some_and(|rest| rest.ends_with('.'))
    }
}

/// Catches what is not a name at all, so that the message can say what to do instead.
fn refuse_non_names(text: &str) -> Result<(), DomainError> {
    if text.is_empty() {
        return Err(DomainError::Empty);
    }
    if text.len() > MAX_INPUT_BYTES {
        return Err(DomainError::TooLong);
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(DomainError::Whitespace);
    }
    if text.contains([':', '/', '\\', '@', '?', '#', '[', ']', '%']) {
        return Err(DomainError::LooksLikeUrl);
    }
    Ok(())
}

/// The library gives one error for everything; the lengths deserve a clearer one.
fn label_problem(bare: &str) -> DomainError {
    if bare.is_ascii() && bare.len() > MAX_NAME_BYTES {
        DomainError::TooLong
    } else if bare.is_ascii() && bare.split('.').any(|label| label.len() > MAX_LABEL_BYTES) {
        DomainError::LabelTooLong
    } else {
        DomainError::Label
    }
}

/// The rules that IDNA leaves open: lengths, at least two labels, no number at the end.
fn check_shape(ascii: &str) -> Result<(), DomainError> {
    if ascii.len() > MAX_NAME_BYTES {
        return Err(DomainError::TooLong);
    }
    if ascii.split('.').any(|label| label.len() > MAX_LABEL_BYTES) {
        return Err(DomainError::LabelTooLong);
    }
    let (_, last) = ascii.rsplit_once('.').ok_or(DomainError::SingleLabel)?;
    if is_number(last) {
        return Err(DomainError::Numeric);
    }
    if ascii
        .bytes()
        .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'))
    {
        Ok(())
    } else {
        Err(DomainError::Label)
    }
}

/// The WHATWG rule: a last label that is decimal, or hexadecimal after `0x`, makes an IPv4 address.
fn is_number(label: &str) -> bool {
    label.bytes().all(|b| b.is_ascii_digit())
        || label
            .strip_prefix("0x")
            .is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

impl fmt::Debug for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Domain({})", self.0)
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Domain {
    type Error = DomainError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl core::str::FromStr for Domain {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl From<Domain> for String {
    fn from(domain: Domain) -> Self {
        domain.0.into_string()
    }
}
