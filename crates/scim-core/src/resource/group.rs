//! The typed view of a Group.

use super::{Attributes, Name, Value};

/// Reads a Group's attributes from the tree (RFC 7643 section 4.2).
///
/// ```
/// use scim_core::resource::{Attributes, Group, Name, Value};
///
/// let ann = Attributes::new().with(Name::VALUE, "u1");
/// let tree = Attributes::new()
///     .with(Name::DISPLAY_NAME, "Engineering")
///     .with(Name::MEMBERS, Value::Array(vec![Value::from(ann)]));
/// let group = Group::over(&tree);
/// assert_eq!(group.members().next().and_then(|m| m.value()), Some("u1"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Group<'r>(&'r Attributes);

/// One member of a Group.
#[derive(Debug, Clone, Copy)]
pub struct Member<'r>(&'r Value);

impl<'r> Group<'r> {
    /// Looks at these attributes as a Group's.
    #[must_use]
    pub const fn over(attributes: &'r Attributes) -> Self {
        Self(attributes)
    }

    /// `id`.
    #[must_use]
    pub fn id(self) -> Option<&'r str> {
        self.0.get(&Name::ID)?.as_str()
    }

    /// `displayName`.
    #[must_use]
    pub fn display_name(self) -> Option<&'r str> {
        self.0.get(&Name::DISPLAY_NAME)?.as_str()
    }

    /// `externalId`.
    #[must_use]
    pub fn external_id(self) -> Option<&'r str> {
        self.0.get(&Name::EXTERNAL_ID)?.as_str()
    }

    /// Entries of `members`.
    pub fn members(self) -> impl ExactSizeIterator<Item = Member<'r>> + use<'r> {
        let values = self.0.get(&Name::MEMBERS).map_or(&[][..], Value::elements);
        values.iter().map(Member)
    }
}

impl<'r> Member<'r> {
    /// `value`: the id of the member.
    #[must_use]
    pub fn value(self) -> Option<&'r str> {
        self.0.sub(&Name::VALUE)?.as_str()
    }

    /// `display`, as the client gave it.
    #[must_use]
    pub fn display(self) -> Option<&'r str> {
        self.0.sub(&Name::DISPLAY)?.as_str()
    }

    /// `type`: `User` or `Group`.
    #[must_use]
    pub fn kind(self) -> Option<&'r str> {
        self.0.sub(&Name::TYPE)?.as_str()
    }
}
