//! The order of a list: `sortBy` and `sortOrder` (RFC 7644 section 3.4.2.3).

use std::cmp::Ordering;

use time::OffsetDateTime;

use super::SortOrder;
use crate::date;
use crate::error::{ScimError, ScimType};
use crate::fold::fold;
use crate::path::Path;
use crate::resource::{Attributes, Name, Resource, Value};
use crate::schema::{Attribute, Case, ResourceType, Returned, Type};

/// A sort order bound to a resource type.
///
/// Of several values the primary one counts, else the first. Text compares by
/// its folded key where the schema ignores case, byte for byte elsewhere; dates
/// compare in time, `false` before `true`. Without a value a resource comes
/// last in ascending order and first in descending order. Ties are for the
/// store to break by id.
///
/// ```
/// use scim_core::Kind;
/// use scim_core::path::Path;
/// use scim_core::query::{Sort, SortOrder};
/// use scim_core::schema::Registry;
///
/// let registry = Registry::standard();
/// let users = registry.by_kind(&Kind::USER).ok_or("no users")?;
/// let sort = Sort::bind(&Path::parse("name.familyName")?, SortOrder::Ascending, users)?;
/// assert_eq!(sort.attribute().as_str(), "name");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Sort {
    extension: Option<Name>,
    attribute: Name,
    sub: Option<Name>,
    kind: Type,
    case: Case,
    order: SortOrder,
}

/// What resources are ordered by. Values of one [`Sort`] are of one sort.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
pub enum SortKey {
    /// `false` before `true`.
    Boolean(bool),
    /// By value.
    Number(f64),
    /// By time.
    Date(OffsetDateTime),
    /// By bytes; folded where the schema ignores case.
    Text(String),
}

impl Sort {
    /// Finds what a path names in a resource type.
    ///
    /// # Errors
    /// 400 `invalidPath` for an attribute the type does not have or never
    /// returns, and for a complex one without a `value`.
    pub fn bind(
        path: &Path,
        order: SortOrder,
        resource_type: &ResourceType,
    ) -> Result<Self, ScimError> {
        let refuse = |why: &str| {
            ScimError::bad_request(ScimType::InvalidPath, format!("`sortBy`: `{path}` {why}"))
        };
        let resolved = resource_type.resolve(path)?;
        let attribute = resolved
            .attribute
            .ok_or_else(|| refuse("is no attribute"))?;
        let (leaf, sub) = leaf(attribute, resolved.sub)
            .ok_or_else(|| refuse("is complex; sort by a sub-attribute of it"))?;
        if attribute.returned == Returned::Never || leaf.returned == Returned::Never {
            return Err(refuse("is never returned"));
        }
        Ok(Self {
            extension: resolved.extension.cloned(),
            attribute: attribute.name.clone(),
            sub,
            kind: leaf.kind,
            case: leaf.case,
            order,
        })
    }

    /// The URN of the extension it is in, if any.
    #[must_use]
    pub fn extension(&self) -> Option<&Name> {
        self.extension.as_ref()
    }

    /// The attribute.
    #[must_use]
    pub fn attribute(&self) -> &Name {
        &self.attribute
    }

    /// The sub-attribute, `value` when the client named a complex one.
    #[must_use]
    pub fn sub(&self) -> Option<&Name> {
        self.sub.as_ref()
    }

    /// Whether case counts.
    #[must_use]
    pub fn case(&self) -> Case {
        self.case
    }

    /// The direction.
    #[must_use]
    pub fn order(&self) -> SortOrder {
        self.order
    }

    /// What a resource is ordered by; `None` when it has no value.
    #[must_use]
    pub fn key(&self, resource: &Resource) -> Option<SortKey> {
        let mut home: &Attributes = resource.attributes();
        if let Some(urn) = &self.extension {
            home = home.get(urn)?.as_object()?;
        }
        let value = chosen(home.get(&self.attribute)?)?;
        let value = match &self.sub {
            Some(sub) if value.as_object().is_some() => value.sub(sub)?,
            _ => value,
        };
        self.key_of(value)
    }

    /// The order of two keys, direction and missing values taken into account.
    #[must_use]
    pub fn compare(&self, a: Option<&SortKey>, b: Option<&SortKey>) -> Ordering {
        let ascending = match (a, b) {
            (Some(a), Some(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        match self.order {
            SortOrder::Ascending => ascending,
            SortOrder::Descending => ascending.reverse(),
        }
    }

    fn key_of(&self, value: &Value) -> Option<SortKey> {
        match (self.kind, value) {
            (Type::DateTime, Value::String(text)) => date::parse(text).map(SortKey::Date),
            (_, Value::String(text)) if self.case == Case::Ignored => {
                Some(SortKey::Text(fold(text).into_owned()))
            }
            (_, Value::String(text)) => Some(SortKey::Text(text.as_str().to_owned())),
            (_, Value::Boolean(flag)) => Some(SortKey::Boolean(*flag)),
            (_, Value::Integer(number)) => {
                #[expect(clippy::cast_precision_loss, reason = "an order, not a value")]
                let number = *number as f64;
                Some(SortKey::Number(number))
            }
            (_, Value::Decimal(number)) => Some(SortKey::Number(*number)),
            _ => None,
        }
    }
}

/// The definition that is compared: the sub-attribute, or the `value` of a
/// complex attribute.
fn leaf<'s>(
    attribute: &'s Attribute,
    sub: Option<&'s Attribute>,
) -> Option<(&'s Attribute, Option<Name>)> {
    match sub {
        Some(sub) => Some((sub, Some(sub.name.clone()))),
        None if attribute.kind == Type::Complex => {
            Some((attribute.sub(&Name::VALUE)?, Some(Name::VALUE)))
        }
        None => Some((attribute, None)),
    }
}

/// Of a list the primary value, else the first; of anything else itself.
fn chosen(value: &Value) -> Option<&Value> {
    let elements = value.elements();
    let primary = |element: &&Value| element.sub(&Name::PRIMARY) == Some(&Value::Boolean(true));
    elements.iter().find(primary).or_else(|| elements.first())
}
