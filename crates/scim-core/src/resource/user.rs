//! The typed view of a User.

use super::{Attributes, Name, Value};
use crate::fold::Key;

/// Whether a user may use the service: `active` (RFC 7643 section 4.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Activity {
    /// `active` is true.
    Active,
    /// `active` is false, or is not there.
    ///
    /// A create without it stores true, so it is missing only after a client
    /// removed it; taking that for inactive fails on the safe side.
    Inactive,
}

/// Reads a User's well-known attributes from the tree, whatever else is in it.
///
/// ```
/// use scim_core::resource::{Activity, Attributes, Name, User, Value};
///
/// let tree = Attributes::new()
///     .with(Name::USER_NAME, "Ann@acme.example")
///     .with(Name::ACTIVE, true);
/// let user = User::over(&tree);
/// assert_eq!(user.user_name(), Some("Ann@acme.example"));
/// assert_eq!(user.activity(), Activity::Active);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct User<'r>(&'r Attributes);

/// `name` (RFC 7643 section 4.1.1).
#[derive(Debug, Clone, Copy)]
pub struct PersonName<'r>(&'r Attributes);

/// One entry of `emails`, `phoneNumbers`, `roles` and their like.
#[derive(Debug, Clone, Copy)]
pub struct Plural<'r>(&'r Value);

impl<'r> User<'r> {
    /// Looks at these attributes as a User's.
    #[must_use]
    pub const fn over(attributes: &'r Attributes) -> Self {
        Self(attributes)
    }

    fn text(self, name: &Name) -> Option<&'r str> {
        self.0.get(name)?.as_str()
    }

    /// `id`.
    #[must_use]
    pub fn id(self) -> Option<&'r str> {
        self.text(&Name::ID)
    }

    /// `userName` in the spelling the client gave.
    #[must_use]
    pub fn user_name(self) -> Option<&'r str> {
        self.text(&Name::USER_NAME)
    }

    /// The comparison key of `userName`.
    #[must_use]
    pub fn user_name_key(self) -> Option<Key> {
        self.user_name().map(Key::of)
    }

    /// `externalId`.
    #[must_use]
    pub fn external_id(self) -> Option<&'r str> {
        self.text(&Name::EXTERNAL_ID)
    }

    /// `displayName`.
    #[must_use]
    pub fn display_name(self) -> Option<&'r str> {
        self.text(&Name::DISPLAY_NAME)
    }

    /// `active`, with its defined state when it is missing.
    #[must_use]
    pub fn activity(self) -> Activity {
        match self.0.get(&Name::ACTIVE) {
            Some(Value::Boolean(true)) => Activity::Active,
            _ => Activity::Inactive,
        }
    }

    /// `name`.
    #[must_use]
    pub fn name(self) -> Option<PersonName<'r>> {
        self.0.get(&Name::NAME)?.as_object().map(PersonName)
    }

    /// Entries of `emails`.
    pub fn emails(self) -> impl Iterator<Item = Plural<'r>> {
        self.plural(&Name::EMAILS)
    }

    /// Entries of `groups`, kept by the server from the Groups' members.
    pub fn groups(self) -> impl Iterator<Item = Plural<'r>> {
        self.plural(&Name::GROUPS)
    }

    /// Entries of any multi-valued attribute.
    pub fn plural(self, name: &Name) -> impl Iterator<Item = Plural<'r>> + use<'r> {
        let values = self.0.get(name).map_or(&[][..], Value::elements);
        values.iter().map(Plural)
    }

    /// The primary e-mail, else the one of type `work`, else the first.
    #[must_use]
    pub fn email(self) -> Option<&'r str> {
        self.emails()
            .find(|e| e.is_primary())
            .or_else(|| {
                self.emails()
                    .find(|e| e.kind().is_some_and(|k| k.eq_ignore_ascii_case("work")))
            })
            .or_else(|| self.emails().next())?
            .value()
    }

    /// An attribute of the Enterprise extension (RFC 7643 section 4.3).
    #[must_use]
    pub fn enterprise(self, name: &Name) -> Option<&'r Value> {
        self.0.get(&Name::ENTERPRISE_USER)?.sub(name)
    }
}

impl<'r> PersonName<'r> {
    fn text(self, name: &Name) -> Option<&'r str> {
        self.0.get(name)?.as_str()
    }

    /// `givenName`.
    #[must_use]
    pub fn given_name(self) -> Option<&'r str> {
        self.text(&Name::GIVEN_NAME)
    }

    /// `familyName`.
    #[must_use]
    pub fn family_name(self) -> Option<&'r str> {
        self.text(&Name::FAMILY_NAME)
    }

    /// `formatted`.
    #[must_use]
    pub fn formatted(self) -> Option<&'r str> {
        self.text(&Name::FORMATTED)
    }
}

impl<'r> Plural<'r> {
    /// `value`; a simple multi-valued attribute's element is its own value.
    #[must_use]
    pub fn value(self) -> Option<&'r str> {
        self.0
            .as_str()
            .or_else(|| self.0.sub(&Name::VALUE)?.as_str())
    }

    /// `type`.
    #[must_use]
    pub fn kind(self) -> Option<&'r str> {
        self.0.sub(&Name::TYPE)?.as_str()
    }

    /// `display`.
    #[must_use]
    pub fn display(self) -> Option<&'r str> {
        self.0.sub(&Name::DISPLAY)?.as_str()
    }

    /// `primary`; absent means false (RFC 7643 section 2.4).
    #[must_use]
    pub fn is_primary(self) -> bool {
        self.0.sub(&Name::PRIMARY) == Some(&Value::Boolean(true))
    }
}
