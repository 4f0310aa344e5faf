//! From names to definitions: what is bound can be asked without failing.

use std::borrow::Cow;
use std::cmp::Ordering;

use time::OffsetDateTime;

use super::{Filter, FilterError, FilterFault, Literal, Operator};
use crate::date;
use crate::dialect::{Reading, Tolerance};
use crate::fold::fold;
use crate::path::{Parts, Path, PathError, PathFault};
use crate::resource::{Name, Text};
use crate::schema::{Attribute, Case, ResourceType, Returned, Type};

/// What a filter on an attribute that the type does not have means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// The attribute has no value: a search at the root, where each type has
    /// attributes the others lack (RFC 7644 section 3.4.2.1).
    NoValue,
    /// 400 `invalidFilter`: the endpoint of one type. A client that asks for
    /// what is not there must not take an empty list for an answer.
    Refuse,
}

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
    const fn as_f64(self) -> f64 {
        match self {
            Self::Decimal(number) => number,
            Self::Integer(number) => number as f64,
        }
    }

    pub(super) fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => Some(a.cmp(&b)),
            (a, b) => a.as_f64().partial_cmp(&b.as_f64()),
        }
    }
}

impl Filter {
    /// Checks names, types and operators against a resource type.
    ///
    /// # Errors
    /// [`FilterError`] without a column: an attribute the type does not have
    /// (with [`Unknown::Refuse`]) or never returns, an operator its type does
    /// not have, a value of another type.
    pub fn bind(
        &self,
        resource_type: &ResourceType,
        unknown: Unknown,
        reading: &mut Reading,
    ) -> Result<Bound, FilterError> {
        let mut binder = Binder {
            resource_type: Some(resource_type),
            unknown,
            reading,
        };
        binder
            .node(self, None)
            .map(|node| Bound { node })
            .map_err(|fault| FilterError::new(0, fault))
    }

    /// Binds the filter in the brackets of a PATCH path to its list.
    pub(crate) fn bind_element(
        &self,
        list: &Attribute,
        reading: &mut Reading,
    ) -> Result<Bound, FilterError> {
        let mut binder = Binder {
            resource_type: None,
            unknown: Unknown::Refuse,
            reading,
        };
        binder
            .node(self, Some(list))
            .map(|node| Bound { node })
            .map_err(|fault| FilterError::new(0, fault))
    }
}

impl Bound {
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

struct Binder<'s, 'r> {
    /// `None` where only elements of a list are asked.
    resource_type: Option<&'s ResourceType>,
    unknown: Unknown,
    reading: &'r mut Reading,
}

/// What a path was found to be.
struct Found<'s> {
    place: Place,
    definition: Option<&'s Attribute>,
    /// Definition of the list, for brackets.
    attribute: Option<&'s Attribute>,
}

impl<'s> Binder<'s, '_> {
    fn node(&mut self, filter: &Filter, list: Option<&'s Attribute>) -> Result<Node, FilterFault> {
        Ok(match filter {
            Filter::And(filters) => Node::All(self.nodes(filters, list)?),
            Filter::Or(filters) => Node::Any(self.nodes(filters, list)?),
            Filter::Not(filter) => Node::Not(Box::new(self.node(filter, list)?)),
            Filter::Present(path) => match self.find(path, list)? {
                Some(found) => Node::Test(found.place, Test::Present),
                None => Node::Constant(false),
            },
            Filter::Compare {
                path,
                operator,
                value,
            } => self.compare(path, *operator, value, list)?,
            Filter::Elements { path, filter } => match self.find(path, None)? {
                Some(found) => self.elements(path, found, filter)?,
                None => Node::Constant(false),
            },
        })
    }

    fn nodes(
        &mut self,
        filters: &[Filter],
        list: Option<&'s Attribute>,
    ) -> Result<Vec<Node>, FilterFault> {
        filters.iter().map(|f| self.node(f, list)).collect()
    }

    fn elements(
        &mut self,
        path: &Path,
        found: Found<'s>,
        filter: &Filter,
    ) -> Result<Node, FilterFault> {
        let refuse = |why| Err(FilterFault::Incomparable(path.to_string().into(), why));
        let Some(list) = found.attribute.filter(|_| found.place.sub.is_none()) else {
            return refuse("brackets follow an attribute, not a sub-attribute");
        };
        let node = self.node(filter, Some(list))?;
        Ok(Node::Element(found.place, Box::new(node)))
    }

    fn compare(
        &mut self,
        path: &Path,
        operator: Operator,
        value: &Literal,
        list: Option<&'s Attribute>,
    ) -> Result<Node, FilterFault> {
        let Some(mut found) = self.find(path, list)? else {
            return Ok(Node::Constant(unassigned(operator, value)));
        };
        let refuse = |why| FilterFault::Incomparable(path.to_string().into(), why);
        if *value == Literal::Null {
            let present = Node::Test(found.place, Test::Present);
            return match operator {
                Operator::Eq => Ok(Node::Not(Box::new(present))),
                Operator::Ne => Ok(present),
                _ => Err(refuse("null can be compared by eq and ne only")),
            };
        }
        let definition = self
            .simple(&mut found)
            .ok_or_else(|| refuse("a complex attribute is compared by a sub-attribute"))?;
        let test = self.test(definition, operator, value).map_err(refuse)?;
        Ok(Node::Test(found.place, test))
    }

    /// A complex attribute without a sub-attribute stands for its `value`
    /// (`emails eq "x"`, Entra's `manager eq "id"`).
    fn simple(&self, found: &mut Found<'s>) -> Option<&'s Attribute> {
        let definition = found.definition?;
        if definition.kind != Type::Complex {
            return Some(definition);
        }
        let value = definition.sub(&Name::VALUE)?;
        found.place.sub = Some(Name::VALUE);
        Some(value)
    }

    fn test(
        &mut self,
        definition: &Attribute,
        operator: Operator,
        value: &Literal,
    ) -> Result<Test, &'static str> {
        match definition.kind {
            Type::Boolean => self.boolean(operator, value),
            Type::DateTime => match value {
                _ if operator.is_partial() => Err("a date has an order but no parts of text"),
                Literal::String(text) => date::parse(text)
                    .map(|date| Test::Date(operator, date))
                    .ok_or("the value must be a date and time, such as \"2026-01-31T08:00:00Z\""),
                _ => Err("the value must be a date and time in quotes"),
            },
            Type::Decimal | Type::Integer => match value {
                _ if operator.is_partial() => Err("a number has no parts of text"),
                Literal::Integer(number) => Ok(Test::Number(operator, Number::Integer(*number))),
                Literal::Decimal(number) => Ok(Test::Number(operator, Number::Decimal(*number))),
                _ => Err("the value must be a number"),
            },
            Type::Binary if operator.is_ordering() => Err("binary values have no order"),
            Type::Binary | Type::Reference | Type::String => match value {
                Literal::String(text) => Ok(text_test(definition.case, operator, text)),
                _ => Err("the value must be a text in double quotes"),
            },
            Type::Complex => Err("a complex attribute is compared by a sub-attribute"),
        }
    }

    fn boolean(&mut self, operator: Operator, value: &Literal) -> Result<Test, &'static str> {
        let equals = match operator {
            Operator::Eq => Equals::Eq,
            Operator::Ne => Equals::Ne,
            _ => return Err("a boolean can be compared by eq and ne only"),
        };
        let flag = match value {
            Literal::Boolean(flag) => Some(*flag),
            Literal::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Literal::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        };
        match (flag, value) {
            (Some(flag), Literal::Boolean(_)) => Ok(Test::Boolean(equals, flag)),
            (Some(flag), _) if self.reading.allows(Tolerance::StringBoolean) => {
                Ok(Test::Boolean(equals, flag))
            }
            _ => Err("the value must be true or false"),
        }
    }

    /// Finds what a path names; `None` where unknown attributes have no value.
    fn find(
        &mut self,
        path: &Path,
        list: Option<&'s Attribute>,
    ) -> Result<Option<Found<'s>>, FilterFault> {
        let found = match list {
            Some(list) => in_element(path, list),
            None => self.in_resource(path),
        };
        match found {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.fault() == PathFault::Malformed => Err(FilterFault::Path(error)),
            Err(error) => match self.unknown {
                Unknown::NoValue => Ok(None),
                Unknown::Refuse => Err(FilterFault::Path(error)),
            },
        }
    }

    fn in_resource(&self, path: &Path) -> Result<Found<'s>, PathError> {
        let unknown = || PathError::new(&path.to_string(), PathFault::Unknown);
        let resolved = self.resource_type.ok_or_else(unknown)?.resolve(path)?;
        let hidden = |a: Option<&Attribute>| a.is_some_and(|a| a.returned == Returned::Never);
        if hidden(resolved.attribute) || hidden(resolved.sub) {
            // As if it were not there: neither result nor time may tell of it.
            return Err(unknown());
        }
        let many = |a: &Attribute| a.is_multi();
        let several = resolved.attribute.is_some_and(many) || resolved.sub.is_some_and(many);
        Ok(Found {
            place: Place {
                extension: resolved.extension.cloned(),
                attribute: resolved.attribute.map(|a| a.name.clone()),
                sub: resolved.sub.map(|a| a.name.clone()),
                reach: if several { Reach::Many } else { Reach::One },
            },
            definition: resolved.leaf(),
            attribute: resolved.attribute,
        })
    }
}

/// A path inside brackets: a sub-attribute, or `value` for a simple list.
fn in_element<'s>(path: &Path, list: &'s Attribute) -> Result<Found<'s>, PathError> {
    let fault = |fault| PathError::new(&path.to_string(), fault);
    let Parts::Plain(name, None) = path.parts() else {
        return Err(fault(PathFault::NoSubAttribute));
    };
    let (sub, definition) = match list.kind {
        Type::Complex => {
            let sub = list.sub(name).filter(|sub| sub.returned != Returned::Never);
            let sub = sub.ok_or_else(|| fault(PathFault::NoSubAttribute))?;
            (Some(sub.name.clone()), sub)
        }
        _ if *name == Name::VALUE => (None, list),
        _ => return Err(fault(PathFault::NoSubAttribute)),
    };
    let several = sub.is_some() && definition.is_multi();
    Ok(Found {
        place: Place {
            extension: None,
            attribute: None,
            sub,
            reach: if several { Reach::Many } else { Reach::One },
        },
        definition: Some(definition),
        attribute: None,
    })
}

/// What a comparison with an attribute that has no value comes to.
fn unassigned(operator: Operator, value: &Literal) -> bool {
    match value {
        Literal::Null => operator == Operator::Eq,
        _ => operator == Operator::Ne,
    }
}

fn text_test(case: Case, operator: Operator, text: &str) -> Test {
    let prepared = match case {
        Case::Exact => Cow::Borrowed(text),
        Case::Ignored => fold(text),
    };
    Test::Text(operator, case, Text::from(prepared.as_ref()))
}
