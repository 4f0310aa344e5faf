//! What a filter becomes when it is bound: places, tests, and nothing to look up.

use std::cmp::Ordering;

use time::OffsetDateTime;

use super::Operator;
use crate::resource::{Name, Text};
use crate::schema::Case;

/// A filter bound to a resource type: names resolved, values prepared.
///
/// ```
/// use scim_core::dialect::Dialect;
/// use scim_core::filter::{Filter, Unknown};
/// use scim_core::id::Kind;
/// use scim_core::json::Limits;
/// use scim_core::resource::Resource;
/// use scim_core::schema::Registry;
///
/// let registry = Registry::standard();
/// let users = registry.by_kind(&Kind::USER).ok_or("no users")?;
/// let bound = Filter::parse(r#"userName eq "ANN""#)?
///     .bind(users, Unknown::Refuse, &mut Dialect::default().reading())?;
/// let ann = Resource::parse(br#"{"userName":"Ann"}"#, &Limits::default())?;
/// assert!(bound.matches(&ann));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    pub(super) node: Node,
}

/// A value that every match must have: what an index is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Equality<'b> {
    /// The attribute, never one of an extension.
    pub attribute: &'b Name,
    /// The sub-attribute.
    pub sub: Option<&'b Name>,
    /// The value; the key of it ([`fold`](crate::fold)) where case is ignored.
    pub value: &'b str,
    /// Which of the two.
    pub case: Case,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    All(Vec<Self>),
    Any(Vec<Self>),
    Constant(bool),
    /// One element of the list satisfies the node, whose places are in it.
    Element(Place, Box<Self>),
    Not(Box<Self>),
    Test(Place, Test),
}

/// Where the values are.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    pub(super) extension: Option<Name>,
    /// `None`: the element itself, or a sub-attribute of it.
    pub(super) attribute: Option<Name>,
    pub(super) sub: Option<Name>,
    pub(super) reach: Reach,
}

/// Whether a place holds one value or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Many,
    One,
}

/// What is asked of a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    Boolean(Equals, bool),
    Date(Operator, OffsetDateTime),
    Number(Operator, Number),
    Present,
    /// The text is folded when case is ignored.
    Text(Operator, Case, Text),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Equals {
    Eq,
    Ne,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    Decimal(f64),
    Integer(i64),
}

impl Number {
    #[expect(
        clippy::cast_precision_loss,
        reason = "compared as doubles when one of them is"
    )]
    /// The value as a double.
    const fn as_f64(self) -> f64 {
        match self {
            Self::Decimal(number) => number,
            Self::Integer(number) => number as f64,
        }
    }

    /// The order of two numbers, exact between integers.
    pub(super) fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => Some(a.cmp(&b)),
            (a, b) => a.as_f64().partial_cmp(&b.as_f64()),
        }
    }
}

impl Node {
    fn concerns(&self, attribute: &Name) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|p| p.concerns(attribute)),
            Self::Not(inner) => inner.concerns(attribute),
            Self::Element(place, _) | Self::Test(place, _) => {
                place.attribute.as_ref() == Some(attribute)
            }
            Self::Constant(_) => false,
        }
    }
}

impl Bound {
    /// Whether it looks at an attribute, be it at a part of it.
    #[must_use]
    pub fn concerns(&self, attribute: &Name) -> bool {
        self.node.concerns(attribute)
    }

    /// The equalities that every match satisfies: the filter itself, or parts
    /// joined by `and`. A store may look one of them up in an index and ask
    /// [`Bound::matches`] of what it finds.
    pub fn equalities(&self) -> impl Iterator<Item = Equality<'_>> {
        let parts = match &self.node {
            Node::All(parts) => parts.as_slice(),
            single => std::slice::from_ref(single),
        };
        parts.iter().filter_map(|part| match part {
            Node::Test(place, Test::Text(Operator::Eq, case, value)) => Some(Equality {
                attribute: place
                    .attribute
                    .as_ref()
                    .filter(|_| place.extension.is_none())?,
                sub: place.sub.as_ref(),
                value,
                case: *case,
            }),
            _ => None,
        })
    }
}
