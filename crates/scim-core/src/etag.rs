//! Conditional requests: `If-Match` and `If-None-Match` (RFC 7644 section 3.14).
//!
//! Versions are weak tags of the form `W/"3"`. Clients send back what they were
//! given, some without `W/`, some without quotes; all three are one version
//! here, for a weak comparison is what SCIM needs (there is one representation
//! per version).

use crate::error::{ScimError, Status};
use crate::stored::Version;

/// The condition of a request head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// No such header: always fulfilled.
    Absent,
    /// `*`: any stored version.
    Any,
    /// One of these versions; tags that no server of ours issued match nothing.
    OneOf(Vec<Version>),
}

impl Condition {
    /// Reads the header's list of tags.
    ///
    /// ```
    /// use scim_core::etag::Condition;
    /// use scim_core::store::Version;
    ///
    /// let condition = Condition::parse(Some(r#"W/"3", "7""#));
    /// assert_eq!(condition, Condition::OneOf(vec![Version::new(3), Version::new(7)]));
    /// assert_eq!(Condition::parse(None), Condition::Absent);
    /// ```
    #[must_use]
    pub fn parse(header: Option<&str>) -> Self {
        match header.map(str::trim) {
            None => Self::Absent,
            Some("*") => Self::Any,
            Some(list) => Self::OneOf(list.split(',').filter_map(tag).collect()),
        }
    }

    /// Whether `version` fulfils it; an absent condition is fulfilled.
    #[must_use]
    pub fn holds_for(&self, version: Version) -> bool {
        match self {
            Self::Absent | Self::Any => true,
            Self::OneOf(versions) => versions.contains(&version),
        }
    }

    /// Refuses a write whose `If-Match` names another version.
    ///
    /// # Errors
    /// 412.
    pub fn require(&self, version: Version) -> Result<(), ScimError> {
        if self.holds_for(version) {
            Ok(())
        } else {
            Err(stale())
        }
    }

    /// Whether a read with this `If-None-Match` is answered 304.
    #[must_use]
    pub fn spares(&self, version: Version) -> bool {
        *self != Self::Absent && self.holds_for(version)
    }
}

/// Both conditions of a request head (RFC 9110 section 13.2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conditions {
    /// `If-Match`: one of these versions, or the request is refused.
    pub if_match: Condition,
    /// `If-None-Match`: none of these versions, or a read is answered 304 and a
    /// write is refused.
    pub if_none_match: Condition,
}

impl Conditions {
    /// No condition.
    pub const NONE: Self = Self {
        if_match: Condition::Absent,
        if_none_match: Condition::Absent,
    };

    /// `If-Match` alone, as a bulk operation has it in `version`.
    #[must_use]
    pub const fn matching(if_match: Condition) -> Self {
        Self {
            if_match,
            if_none_match: Condition::Absent,
        }
    }

    /// Refuses a write on a version that a condition does not let through.
    ///
    /// # Errors
    /// 412.
    pub fn require(&self, version: Version) -> Result<(), ScimError> {
        self.if_match.require(version)?;
        if self.if_none_match.spares(version) {
            return Err(stale());
        }
        Ok(())
    }
}

/// 412: the resource is not in the version the client knows.
#[must_use]
pub fn stale() -> ScimError {
    ScimError::new(
        Status::PreconditionFailed,
        "the resource has changed since that version; read it again",
    )
}

/// One tag, in any of the spellings clients use.
fn tag(text: &str) -> Option<Version> {
    let text = text.trim();
    let text = text.strip_prefix("W/").unwrap_or(text);
    let digits = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(text);
    let canonical = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    canonical
        .then(|| digits.parse().ok().map(Version::new))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_version() {
        for header in [r#"W/"3""#, r#""3""#, "3", r#""x", W/"3""#, "*"] {
            assert!(
                Condition::parse(Some(header))
                    .require(Version::new(3))
                    .is_ok(),
                "{header}"
            );
        }
        for header in [
            r#"W/"4""#,
            r#""03""#,
            r#""+3""#,
            "",
            r#""99999999999999999999999""#,
        ] {
            let refused = Condition::parse(Some(header))
                .require(Version::new(3))
                .unwrap_err();
            assert_eq!(refused, stale(), "{header}");
        }
    }

    #[test]
    fn only_a_matching_tag_spares_the_body() {
        assert!(!Condition::parse(None).spares(Version::FIRST));
        assert!(Condition::parse(Some(r#"W/"1""#)).spares(Version::FIRST));
        assert!(!Condition::parse(Some(r#"W/"2""#)).spares(Version::FIRST));
    }
}
