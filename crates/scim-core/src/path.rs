//! Attribute paths: `userName`, `name.familyName`, `urn:…:User:manager.value`.

#[cfg(test)]
mod tests;

use std::fmt;

use crate::error::{ScimError, ScimType};
use crate::resource::{Name, Text};

/// A path to an attribute or sub-attribute (`attrPath` of RFC 7644 figure 1).
///
/// A path that starts with a URN cannot be split without knowing the schemas:
/// `urn:…:2.0:User` may be an extension or an attribute `User`. Such a path is
/// kept whole and taken apart by
/// [`ResourceType::resolve`](crate::schema::ResourceType::resolve), longest
/// schema first. All parts compare without case (section 3.10).
///
/// ```
/// use scim_core::path::Path;
///
/// assert_eq!(Path::parse("NAME.familyname")?, Path::parse("name.familyName")?);
/// assert_eq!(Path::parse("name.familyName")?.to_string(), "name.familyName");
/// assert!(Path::parse("name.familyName.x").is_err());
/// # Ok::<(), scim_core::path::PathError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path(Form);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Form {
    Plain {
        attribute: Name,
        sub: Option<Name>,
    },
    /// Names compare without case, which is what a URN path needs.
    Urn(Name),
}

/// How a path is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts<'p> {
    /// An attribute, perhaps a sub-attribute of it.
    Plain(&'p Name, Option<&'p Name>),
    /// A URN, perhaps with an attribute and sub-attribute behind it.
    Urn(&'p str),
}

/// A path that cannot be read, or names nothing; carries the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathError {
    path: Text,
    fault: PathFault,
}

/// What is wrong with a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathFault {
    /// Not the grammar of RFC 7644 figure 1.
    Malformed,
    /// The attribute has no sub-attributes, or not this one.
    NoSubAttribute,
    /// No attribute or extension of the resource type has this name.
    Unknown,
}

impl Path {
    /// Reads a path without a value filter.
    ///
    /// # Errors
    /// [`PathError`] with [`PathFault::Malformed`].
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let malformed = || PathError::new(text, PathFault::Malformed);
        if is_urn(text) {
            let fits =
                |b: u8| b.is_ascii_graphic() && !matches!(b, b'[' | b']' | b'"' | b'(' | b')');
            let ends = text.ends_with([':', '.']);
            return if text.bytes().all(fits) && !ends {
                Ok(Self(Form::Urn(Name::new(text))))
            } else {
                Err(malformed())
            };
        }
        let (attribute, sub) = match text.split_once('.') {
            Some((attribute, sub)) => (attribute, Some(sub)),
            None => (text, None),
        };
        let sound = Name::is_attribute_name(attribute) && sub.is_none_or(Name::is_attribute_name);
        if !sound {
            return Err(malformed());
        }
        Ok(Self(Form::Plain {
            attribute: Name::new(attribute),
            sub: sub.map(Name::new),
        }))
    }

    /// The path of a sub-attribute.
    #[must_use]
    pub const fn of_sub(attribute: Name, sub: Name) -> Self {
        Self(Form::Plain {
            attribute,
            sub: Some(sub),
        })
    }

    /// How the path is written.
    #[must_use]
    pub fn parts(&self) -> Parts<'_> {
        match &self.0 {
            Form::Plain { attribute, sub } => Parts::Plain(attribute, sub.as_ref()),
            Form::Urn(urn) => Parts::Urn(urn.as_str()),
        }
    }
}

/// Whether a path starts like a URN.
pub(crate) fn is_urn(text: &str) -> bool {
    text.get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
}

impl From<Name> for Path {
    fn from(name: Name) -> Self {
        Self(if name.is_urn() {
            Form::Urn(name)
        } else {
            Form::Plain {
                attribute: name,
                sub: None,
            }
        })
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parts() {
            Parts::Plain(attribute, None) => write!(f, "{attribute}"),
            Parts::Plain(attribute, Some(sub)) => write!(f, "{attribute}.{sub}"),
            Parts::Urn(urn) => f.write_str(urn),
        }
    }
}

impl PathError {
    pub(crate) fn new(path: &str, fault: PathFault) -> Self {
        let cut = path
            .char_indices()
            .nth(120)
            .map_or(path.len(), |(at, _)| at);
        Self {
            path: path.get(..cut).unwrap_or_default().into(),
            fault,
        }
    }

    /// What is wrong.
    #[must_use]
    pub const fn fault(&self) -> PathFault {
        self.fault
    }

    /// The path as sent, at most 120 characters of it.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.as_str();
        match self.fault {
            PathFault::Malformed => write!(f, "`{path}` is not an attribute path"),
            PathFault::NoSubAttribute => {
                write!(f, "`{path}` names no sub-attribute of its attribute")
            }
            PathFault::Unknown => write!(f, "`{path}` is no attribute of this resource type"),
        }
    }
}

impl std::error::Error for PathError {}

impl From<PathError> for ScimError {
    /// 400 `invalidPath`.
    fn from(error: PathError) -> Self {
        Self::bad_request(ScimType::InvalidPath, error.to_string())
    }
}
