//! Names that look like other names (UTS 39), so that a claim can be sent to review.
//!
//! Skeletons are compared with skeletons and never with names: the skeleton of `microsoft` is not
//! `microsoft`.

use unicode_security::confusable_detection::skeleton;

use crate::domain::Domain;

/// The skeleton of a name: equal for names that look alike. Index live claims by it.
///
/// ```
/// # use org_domain::{Domain, confusable};
/// let latin = Domain::parse("paypal.com")?;
/// let cyrillic = Domain::parse("\u{440}\u{430}\u{443}\u{440}\u{430}l.com")?;
/// assert_ne!(latin, cyrillic);
/// assert_eq!(confusable::skeleton_of(&latin), confusable::skeleton_of(&cyrillic));
/// # Ok::<(), org_domain::DomainError>(())
/// ```
#[must_use]
pub fn skeleton_of(domain: &Domain) -> String {
    skeleton(&domain.to_unicode()).collect()
}

/// The first of the names that looks like `domain` without being it.
///
/// Pass the names that other organisations hold; start the claim with
/// [`crate::Claim::start_in_review`] when one is found.
#[must_use]
pub fn lookalike<'a>(
    domain: &Domain,
    held: impl IntoIterator<Item = &'a Domain>,
) -> Option<&'a Domain> {
    let wanted = skeleton_of(domain);
    held.into_iter()
        .find(|other| *other != domain && skeleton_of(other) == wanted)
}
