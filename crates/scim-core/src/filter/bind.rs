//! From names to definitions: what is bound can be asked without failing.

use std::borrow::Cow;

use super::bound::{Bound, Equals, Node, Number, Place, Reach, Test};
use super::{Filter, FilterError, FilterFault, Literal, Operator};
use crate::date;
use crate::dialect::{Reading, Tolerance};
use crate::fold::fold;
use crate::id::Kind;
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

/// Why a filter cannot ask for [derived](Binder::is_derived) groups, and what can.
const DERIVED: &str = "users cannot be filtered by their groups; filter /Groups by `members.value`";

impl Filter {
    /// Checks names, types and operators against a resource type.
    ///
    /// # Errors
    /// [`FilterError`] without a column: an attribute the type does not have
    /// (with [`Unknown::Refuse`]) or never returns, an operator its type does
    /// not have, a value of another type; the `groups` of a user, which only the
    /// groups know.
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
    /// One node; `list` is the list whose brackets it stands in, if any.
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

    /// Each of several filters, in their order.
    fn nodes(
        &mut self,
        filters: &[Filter],
        list: Option<&'s Attribute>,
    ) -> Result<Vec<Node>, FilterFault> {
        filters.iter().map(|f| self.node(f, list)).collect()
    }

    /// A filter in brackets: its paths are looked up in the list's definition, not in
    /// the resource.
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

    /// A comparison. `null` becomes presence or absence; a complex attribute is asked
    /// for its `value`.
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

    /// What is asked of a value of this definition, prepared so that nothing has to be
    /// folded or parsed again when it is asked.
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

    /// A comparison with true or false; a text of one of the two is tolerated.
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
            None => self
                .in_resource(path)
                .or_else(|error| self.in_extension(path).ok_or(error)),
        };
        match found {
            Ok(found) if self.is_derived(&found) => {
                Err(FilterFault::Incomparable(path.to_string().into(), DERIVED))
            }
            Ok(found) => Ok(Some(found)),
            Err(error) if error.fault() == PathFault::Malformed => Err(FilterFault::Path(error)),
            Err(error) => match self.unknown {
                Unknown::NoValue => Ok(None),
                Unknown::Refuse => Err(FilterFault::Path(error)),
            },
        }
    }

    /// The `groups` of a user (RFC 7643 section 4.1.2) are read from the groups when
    /// they are shown. No store keeps them with the user, so that a filter would find
    /// nobody, and say so as if it were true.
    fn is_derived(&self, found: &Found<'_>) -> bool {
        let users = self.resource_type.is_some_and(|t| *t.kind() == Kind::USER);
        users
            && found.place.extension.is_none()
            && found.place.attribute.as_ref() == Some(&Name::GROUPS)
    }

    /// An attribute named without the URN of the one extension that has it.
    fn in_extension(&mut self, path: &Path) -> Option<Found<'s>> {
        let Parts::Plain(name, _) = path.parts() else {
            return None;
        };
        let mut having = self.resource_type?.extensions().iter();
        let extension = having.find(|e| e.schema.attribute(name).is_some())?;
        let alone = having.all(|e| e.schema.attribute(name).is_none());
        if !alone || !self.reading.allows(Tolerance::BareExtensionAttribute) {
            return None;
        }
        let qualified = format!("{}:{path}", extension.schema.id());
        self.in_resource(&Path::parse(&qualified).ok()?).ok()
    }

    /// A path from the top of a resource. What is never returned counts as unknown.
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

/// A comparison of text; the literal is folded here once.
fn text_test(case: Case, operator: Operator, text: &str) -> Test {
    let prepared = match case {
        Case::Exact => Cow::Borrowed(text),
        Case::Ignored => fold(text),
    };
    Test::Text(operator, case, Text::from(prepared.as_ref()))
}
