//! The refusal of a message, and the error of a wrong call.
//!
//! Its `Display` is the same sentence for every cause. That is for the person at the browser, and so
//! that an attacker who tries one thing after another reads one thing each time.

use std::error::Error;
use std::fmt;

use super::{Code, Finding, Report, Vendor};

/// A message was refused. Nothing of it may be used.
///
/// `Display` is one constant sentence, fit for the person at the browser; the causes are in
/// [`findings`](Self::findings) and [`report`](Self::report), for the operator.
///
/// The first finding is the most telling one and gives [`code`](Self::code). What is wrong with
/// form, XML, structure or signature is the only finding; when the checks run, all of them do and
/// all failures are listed.
#[derive(Debug)]
pub struct Rejection {
    first: Box<Finding>,
    rest: Vec<Finding>,
    source: Option<Box<dyn Error + Send + Sync + 'static>>,
    vendor: Vendor,
    unverified: bool,
}

impl Rejection {
    /// The sentence a user may see. It is the same for every cause.
    pub const PUBLIC_TEXT: &'static str = "The sign-in answer could not be accepted.";

    /// Refuse with several findings; `None` when the list is empty, for then there is no reason.
    #[must_use]
    pub fn from_findings(findings: Vec<Finding>) -> Option<Self> {
        let mut findings = findings.into_iter();
        let first = Box::new(findings.next()?);
        Some(Self {
            first,
            rest: findings.collect(),
            source: None,
            vendor: Vendor::default(),
            unverified: false,
        })
    }

    /// Keep the error that caused the refusal, for `Error::source`.
    #[must_use]
    pub fn caused_by(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// Tell the cure in the words of this maker's console.
    /// [`accept`](crate::ServiceProvider::accept) does it with [`Idp::vendor`](crate::Idp::vendor).
    #[must_use]
    pub const fn from_vendor(mut self, vendor: Vendor) -> Self {
        self.vendor = vendor;
        self
    }

    /// The checks refused what the message says of itself, and no signature was looked at.
    pub(crate) fn before_verification(self) -> Self {
        let first = self
            .first
            .hint("the message says so itself: it was refused before any signature was looked at");
        Self {
            first: Box::new(first),
            unverified: true,
            ..self
        }
    }

    /// Whether the checks refused what the message says of itself before any signature was looked
    /// at ([`Diagnosis::Early`](crate::Diagnosis::Early)). Anybody can have written it then; that
    /// the identity provider is set up wrongly is likely, but not proven.
    #[must_use]
    pub const fn is_unverified(&self) -> bool {
        self.unverified
    }

    /// In whose words the report tells the cure.
    #[must_use]
    pub const fn vendor(&self) -> Vendor {
        self.vendor
    }

    /// The code of the first finding.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.first.code()
    }

    /// Every failed check, the most telling first.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        std::iter::once(&*self.first).chain(&self.rest)
    }

    /// Whether some finding has this code.
    #[must_use]
    pub fn has(&self, code: Code) -> bool {
        self.findings().any(|finding| finding.code() == code)
    }

    /// The report for the operator, with values; [`Report::at_level`] makes it fit for users.
    #[must_use]
    pub fn report(&self) -> Report {
        Report::refused(self.findings().cloned().collect(), self.vendor)
    }
}

impl From<Finding> for Rejection {
    fn from(finding: Finding) -> Self {
        Self {
            first: Box::new(finding),
            rest: Vec::new(),
            source: None,
            vendor: Vendor::default(),
            unverified: false,
        }
    }
}

impl From<Code> for Rejection {
    fn from(code: Code) -> Self {
        Finding::new(code).into()
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::PUBLIC_TEXT)
    }
}

impl Error for Rejection {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn Error + 'static))
    }
}

/// A configuration or a call of the host is wrong. Its text is for the operator.
///
/// ```
/// use saml_sp::{Code, Finding, error::UsageError};
/// let error = UsageError::from(Finding::new(Code::ConfigUrl).expected("an absolute https URL").seen("sp"));
/// assert_eq!(error.to_string(), "config_url: expected an absolute https URL, seen sp");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageError(Box<Finding>);

impl UsageError {
    /// Why.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.0.code()
    }

    /// The finding itself.
    #[must_use]
    pub fn into_finding(self) -> Finding {
        *self.0
    }

    /// The finding, with expected and seen value.
    #[must_use]
    pub const fn finding(&self) -> &Finding {
        &self.0
    }
}

impl From<Finding> for UsageError {
    fn from(finding: Finding) -> Self {
        Self(Box::new(finding))
    }
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code().name())?;
        if let Some(expected) = self.0.expected_value() {
            write!(f, ": expected {expected}")?;
        }
        if let Some(seen) = self.0.seen_value() {
            write!(f, ", seen {seen}")?;
        }
        for hint in self.0.hints() {
            write!(f, " ({hint})")?;
        }
        Ok(())
    }
}

impl Error for UsageError {}
