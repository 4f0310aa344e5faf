//! Where an operation acts: `PATH` of RFC 7644 figure 7.

use std::fmt;

use super::PatchFault;
use crate::dialect::{Dialect, Reading, Vendor};
use crate::filter::{self, Filter};
use crate::path::Path;
use crate::resource::Name;

/// A path of a PATCH operation, perhaps with a filter that chooses entries.
///
/// ```
/// use scim_core::patch::Target;
///
/// let target = Target::parse(r#"emails[type eq "work"].value"#)?;
/// assert_eq!(target.to_string(), r#"emails[type eq "work"].value"#);
/// assert!(Target::parse("").is_err(), "an empty path is not an absent one");
/// # Ok::<(), scim_core::patch::PatchFault>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub(super) path: Path,
    pub(super) filter: Option<Filter>,
    /// The sub-attribute behind the brackets; without brackets it is in `path`.
    pub(super) sub: Option<Name>,
}

impl Target {
    /// Reads a path by the grammar of the RFC.
    ///
    /// # Errors
    /// [`PatchFault::Path`] or [`PatchFault::Filter`].
    pub fn parse(text: &str) -> Result<Self, PatchFault> {
        let mut reading = Dialect::of(Vendor::Strict).reading();
        Self::parse_in(text, &filter::Limits::default(), &mut reading)
    }

    /// Reads a path in a client's dialect.
    ///
    /// # Errors
    /// [`PatchFault::Path`] or [`PatchFault::Filter`].
    pub fn parse_in(
        text: &str,
        limits: &filter::Limits,
        reading: &mut Reading,
    ) -> Result<Self, PatchFault> {
        if !text.contains('[') {
            return Ok(Self::from(Path::parse(text)?));
        }
        let (path, filter, sub) = filter::value_path(text, limits, reading)?;
        Ok(Self {
            path,
            filter: Some(filter),
            sub,
        })
    }

    /// The attribute path before the brackets.
    #[must_use]
    pub const fn path(&self) -> &Path {
        &self.path
    }

    /// The filter in brackets.
    #[must_use]
    pub const fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }
}

impl From<Path> for Target {
    fn from(path: Path) -> Self {
        Self {
            path,
            filter: None,
            sub: None,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)?;
        if let Some(filter) = &self.filter {
            write!(f, "[{filter}]")?;
        }
        match &self.sub {
            Some(sub) => write!(f, ".{sub}"),
            None => Ok(()),
        }
    }
}
