//! Evaluation in memory.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;

use super::Operator;
use super::bound::{Bound, Equals, Node, Number, Place, Reach, Test};
use crate::date;
use crate::fold::fold;
use crate::resource::{Attributes, Resource, Value};
use crate::schema::Case;

impl Bound {
    /// Whether a resource satisfies the filter.
    #[must_use]
    pub fn matches(&self, resource: &Resource) -> bool {
        let subject = Subject::Resource(resource.attributes());
        self.node.holds(subject, &mut Folds::default())
    }

    /// Whether one element satisfies the filter in brackets it was bound from.
    pub(crate) fn matches_element(&self, element: &Value) -> bool {
        self.node
            .holds(Subject::Element(element), &mut Folds::default())
    }
}

/// What a filter is asked about.
#[derive(Clone, Copy)]
enum Subject<'v> {
    Element(&'v Value),
    Resource(&'v Attributes),
}

/// From this length on the key of a text is kept while a filter is evaluated: a thousand comparisons
/// with one long text would else make its key a thousand times.
const LONG: usize = 256;

/// The keys of long texts, by where the text is.
#[derive(Default)]
struct Folds(HashMap<(*const u8, usize), String>);

impl Folds {
    fn of<'f>(&'f mut self, text: &'f str) -> Cow<'f, str> {
        if text.len() < LONG {
            return fold(text);
        }
        let place = (text.as_ptr(), text.len());
        let key = self.0.entry(place);
        Cow::Borrowed(key.or_insert_with(|| fold(text).into_owned()))
    }
}

impl Node {
    fn holds(&self, subject: Subject<'_>, folds: &mut Folds) -> bool {
        match self {
            Self::Test(place, test) => place.holds(subject, test, folds),
            Self::All(nodes) => nodes.iter().all(|node| node.holds(subject, folds)),
            Self::Any(nodes) => nodes.iter().any(|node| node.holds(subject, folds)),
            Self::Not(node) => !node.holds(subject, folds),
            Self::Constant(outcome) => *outcome,
            Self::Element(place, node) => place.value(subject).elements().iter().any(|element| {
                !element.is_absent() && node.holds(Subject::Element(element), folds)
            }),
        }
    }
}

impl Place {
    /// The attribute's value, before its sub-attribute.
    fn value<'v>(&self, subject: Subject<'v>) -> &'v Value {
        let tree = match subject {
            Subject::Element(element) => return element,
            Subject::Resource(tree) => tree,
        };
        let home = match &self.extension {
            None => Some(tree),
            Some(urn) => tree.get(urn).and_then(Value::as_object),
        };
        match (&self.attribute, home) {
            (Some(attribute), Some(home)) => home.get(attribute),
            (None, Some(_)) => self.extension.as_ref().and_then(|urn| tree.get(urn)),
            (_, None) => None,
        }
        .unwrap_or(&Value::Null)
    }

    fn holds(&self, subject: Subject<'_>, test: &Test, folds: &mut Folds) -> bool {
        let value = self.value(subject);
        match (&self.sub, self.reach) {
            (None, Reach::One) => test.holds_one(value, folds),
            (Some(sub), Reach::One) => {
                test.holds_one(value.sub(sub).unwrap_or(&Value::Null), folds)
            }
            (None, Reach::Many) => test.holds_any(value.elements().iter(), folds),
            (Some(sub), Reach::Many) => {
                let inner = value
                    .elements()
                    .iter()
                    .filter_map(|element| element.sub(sub));
                test.holds_any(inner.flat_map(Value::elements), folds)
            }
        }
    }
}

impl Test {
    /// One place: without a value there, `ne` holds and nothing else.
    fn holds_one(&self, value: &Value, folds: &mut Folds) -> bool {
        if value.is_absent() {
            self.holds_for_none()
        } else {
            self.holds(value, folds)
        }
    }

    /// Several values: any of them; if there are none, as for one place.
    fn holds_any<'v>(&self, values: impl Iterator<Item = &'v Value>, folds: &mut Folds) -> bool {
        let mut present = values.filter(|value| !value.is_absent()).peekable();
        if present.peek().is_none() {
            return self.holds_for_none();
        }
        present.any(|value| self.holds(value, folds))
    }

    /// What the test comes to where there is no value: `ne` holds, nothing else does.
    fn holds_for_none(&self) -> bool {
        match self {
            Self::Present => false,
            Self::Boolean(equals, _) => *equals == Equals::Ne,
            Self::Date(operator, _) | Self::Number(operator, _) | Self::Text(operator, ..) => {
                *operator == Operator::Ne
            }
        }
    }

    fn holds(&self, value: &Value, folds: &mut Folds) -> bool {
        match (self, value) {
            (Self::Text(operator, case, literal), Value::String(text)) => {
                text_holds(*operator, *case, text, literal, folds)
            }
            (Self::Boolean(equals, flag), Value::Boolean(value)) => {
                (value == flag) == (*equals == Equals::Eq)
            }
            (Self::Date(operator, literal), Value::String(text)) => {
                let order = date::parse(text).map(|date| date.cmp(literal));
                ordered(*operator, order)
            }
            (Self::Number(operator, literal), Value::Integer(number)) => {
                ordered(*operator, Number::Integer(*number).compare(*literal))
            }
            (Self::Number(operator, literal), Value::Decimal(number)) => {
                ordered(*operator, Number::Decimal(*number).compare(*literal))
            }
            (Self::Present, Value::String(text)) => !text.is_empty(),
            (Self::Present, _) => true,
            // A stored value of another type equals nothing.
            _ => self.holds_for_none(),
        }
    }
}

/// Whether an order is the one an operator asks for; `None`, which two values of
/// different types have, is no equality.
fn ordered(operator: Operator, order: Option<Ordering>) -> bool {
    match operator {
        Operator::Eq => order == Some(Ordering::Equal),
        Operator::Ne => order != Some(Ordering::Equal),
        Operator::Gt => order == Some(Ordering::Greater),
        Operator::Lt => order == Some(Ordering::Less),
        Operator::Ge => order.is_some_and(Ordering::is_ge),
        Operator::Le => order.is_some_and(Ordering::is_le),
        Operator::Co | Operator::Ew | Operator::Sw => false,
    }
}

/// `literal` is folded already where case is ignored.
fn text_holds(
    operator: Operator,
    case: Case,
    text: &str,
    literal: &str,
    folds: &mut Folds,
) -> bool {
    if case == Case::Ignored {
        match operator {
            Operator::Eq => return same_key(text, literal, folds),
            Operator::Ne => return !same_key(text, literal, folds),
            _ => {}
        }
    }
    let text = match case {
        Case::Exact => Cow::Borrowed(text),
        Case::Ignored => folds.of(text),
    };
    match operator {
        Operator::Co => text.contains(literal),
        Operator::Ew => text.ends_with(literal),
        Operator::Sw => text.starts_with(literal),
        ordering => ordered(ordering, Some(text.as_ref().cmp(literal))),
    }
}

/// Whether the key of a text is this key, without building it for ASCII.
fn same_key(text: &str, key: &str, folds: &mut Folds) -> bool {
    if text.is_ascii() {
        text.eq_ignore_ascii_case(key)
    } else {
        folds.of(text) == key
    }
}

#[cfg(test)]
mod tests;
