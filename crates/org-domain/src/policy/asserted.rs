//! The address in an assertion.

use crate::email::{Email, EmailError};

/// Why the asserted values give no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssertedEmailProblem {
    /// No value.
    #[error("no e-mail address was asserted")]
    Missing,
    /// Several values that name different addresses.
    #[error("several different e-mail addresses were asserted")]
    Several,
    /// A value that is no address.
    #[error("the asserted e-mail address cannot be used: {0}")]
    Unusable(EmailError),
}

/// Reads the values of the `email` attribute (or the NameID, where the host takes that).
///
/// The same address twice, in whatever spelling, is one address; two different ones are none: an
/// attacker who can add a value must not choose who they are.
///
/// ```
/// # use org_domain::policy::{AssertedEmailProblem, read_asserted_email};
/// assert!(read_asserted_email(["Ada@acme.com", "ada@ACME.com"]).is_ok());
/// let two = read_asserted_email(["ada@acme.com", "bob@acme.com"]);
/// assert_eq!(two, Err(AssertedEmailProblem::Several));
/// ```
///
/// # Errors
/// [`AssertedEmailProblem`]; the values are not repeated.
pub fn read_asserted_email<'a>(
    values: impl IntoIterator<Item = &'a str>,
) -> Result<Email, AssertedEmailProblem> {
    let mut found: Option<Email> = None;
    for value in values {
        let email = Email::parse(value).map_err(AssertedEmailProblem::Unusable)?;
        if found.as_ref().is_some_and(|first| *first != email) {
            return Err(AssertedEmailProblem::Several);
        }
        found.get_or_insert(email);
    }
    found.ok_or(AssertedEmailProblem::Missing)
}
