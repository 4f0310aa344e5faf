//! Sorting: the order of RFC 7644 section 3.4.2.3.

use std::cmp::Ordering;

use super::{Case, ResourceType, Type};
use crate::date;
use crate::fold::fold;
use crate::path::{Path, PathError, PathFault};
use crate::resource::{Name, Resource, Text, Value};

/// Which way to sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SortOrder {
    /// Smallest first, resources without a value last. The default.
    #[default]
    Ascending,
    /// Greatest first, resources without a value first.
    Descending,
}

/// A sort by one attribute, bound to a resource type.
///
/// A multi-valued attribute sorts by its primary value, else by its first. Text
/// sorts by the key that filters and uniqueness use where case is ignored.
#[derive(Debug, Clone, PartialEq)]
pub struct Sort {
    extension: Option<Name>,
    attribute: Name,
    sub: Option<Name>,
    kind: Type,
    case: Case,
    order: SortOrder,
}

/// What a resource is sorted by.
#[derive(Debug, Clone, PartialEq)]
pub enum SortKey {
    /// A boolean; false first.
    Boolean(bool),
    /// A date, in nanoseconds since 1970.
    Date(i128),
    /// A number.
    Number(f64),
    /// No value.
    Missing,
    /// A text; folded where case is ignored.
    Text(Text),
}

impl SortKey {
    /// The order of two keys, smallest first and missing last.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Boolean(a), Self::Boolean(b)) => a.cmp(b),
            (Self::Date(a), Self::Date(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (a, b) => (*a == Self::Missing).cmp(&(*b == Self::Missing)),
        }
    }
}

impl Sort {
    /// A sort by that path.
    ///
    /// # Errors
    /// [`PathError`] when the type has no such attribute, or the path is an
    /// extension or a complex attribute without a `value`.
    pub fn new(
        resource_type: &ResourceType,
        path: &Path,
        order: SortOrder,
    ) -> Result<Self, PathError> {
        let unknown = || PathError::new(&path.to_string(), PathFault::Unknown);
        let resolved = resource_type.resolve(path)?;
        let attribute = resolved.attribute.ok_or_else(unknown)?;
        let leaf =
            match (resolved.sub, attribute.kind) {
                (Some(sub), _) => Some(sub),
                (None, Type::Complex) => {
                    let value = attribute.sub(&Name::VALUE);
                    Some(value.ok_or_else(|| {
                        PathError::new(&path.to_string(), PathFault::NoSubAttribute)
                    })?)
                }
                (None, _) => None,
            };
        let definition = leaf.unwrap_or(attribute);
        if definition.returned == super::Returned::Never {
            return Err(unknown());
        }
        Ok(Self {
            extension: resolved.extension.cloned(),
            attribute: attribute.name.clone(),
            sub: leaf.map(|sub| sub.name.clone()),
            kind: definition.kind,
            case: definition.case,
            order,
        })
    }

    /// The attribute: extension, attribute, sub-attribute. For a store that has
    /// a column of it.
    #[must_use]
    pub const fn place(&self) -> (Option<&Name>, &Name, Option<&Name>) {
        (self.extension.as_ref(), &self.attribute, self.sub.as_ref())
    }

    /// Which way.
    #[must_use]
    pub const fn order(&self) -> SortOrder {
        self.order
    }

    /// What a resource is sorted by.
    #[must_use]
    pub fn key(&self, resource: &Resource) -> SortKey {
        self.value(resource)
            .map_or(SortKey::Missing, |v| self.key_of(v))
    }

    /// The order of two resources; equal ones are for the caller to order by id.
    #[must_use]
    pub fn compare(&self, a: &SortKey, b: &SortKey) -> Ordering {
        match self.order {
            SortOrder::Ascending => a.compare(b),
            SortOrder::Descending => b.compare(a),
        }
    }

    /// The value a resource is sorted by: of a list, the primary one or the first.
    fn value<'r>(&self, resource: &'r Resource) -> Option<&'r Value> {
        let tree = resource.attributes();
        let home = match &self.extension {
            Some(urn) => tree.get(urn)?.as_object()?,
            None => tree,
        };
        let values = home.get(&self.attribute)?.elements();
        let primary = |v: &&Value| v.sub(&Name::PRIMARY) == Some(&Value::Boolean(true));
        let chosen = values.iter().find(primary).or_else(|| values.first())?;
        match &self.sub {
            Some(sub) => chosen.sub(sub),
            None => Some(chosen),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "ties of huge integers are broken by id"
    )]
    /// The key of a value, by the type of the attribute.
    fn key_of(&self, value: &Value) -> SortKey {
        match value {
            Value::Boolean(flag) => SortKey::Boolean(*flag),
            Value::Integer(number) => SortKey::Number(*number as f64),
            Value::Decimal(number) => SortKey::Number(*number),
            Value::String(text) if self.kind == Type::DateTime => date::parse(text)
                .map_or(SortKey::Missing, |d| {
                    SortKey::Date(d.unix_timestamp_nanos())
                }),
            Value::String(text) if self.case == Case::Exact => SortKey::Text(text.clone()),
            Value::String(text) => SortKey::Text(Text::from(fold(text).as_ref())),
            Value::Null | Value::Array(_) | Value::Object(_) => SortKey::Missing,
        }
    }
}
