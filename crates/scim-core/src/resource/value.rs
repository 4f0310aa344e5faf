//! One JSON value of a resource.

use super::{Attributes, Text};

/// A value of the attribute tree.
///
/// The tree is what a body says, so `Null` and the empty array are values here;
/// in the state of a resource both mean "no value" (RFC 7643 section 2.5), see
/// [`Value::is_absent`]. `Debug` shows shapes, not contents.
///
/// ```
/// use scim_core::resource::Value;
///
/// assert!(Value::Array(vec![]).is_absent());
/// assert!(!Value::from("").is_absent());
/// assert_eq!(Value::from("Ann").as_str(), Some("Ann"));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// JSON `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number without fraction and exponent (RFC 7643 section 2.3.4).
    Integer(i64),
    /// Any other number (RFC 7643 section 2.3.3).
    Decimal(f64),
    /// A string; dates, references and binary values are strings too.
    String(Text),
    /// An array: the values of a multi-valued attribute, in their order.
    Array(Vec<Self>),
    /// An object: the sub-attributes of a complex value.
    Object(Attributes),
}

impl Value {
    /// Whether this means "no value" in the state of a resource: `null`, the
    /// empty array, or an array of nothing but nulls (RFC 7643 section 2.5).
    ///
    /// The empty object counts as absent as well; the empty string does not:
    /// Okta blanks an attribute by sending one and expects it to be taken.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Array(values) => values.iter().all(Self::is_absent),
            Self::Object(fields) => fields.iter().all(|(_, value)| value.is_absent()),
            _ => false,
        }
    }

    /// The string, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Boolean(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The integer, if it is one.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The elements, if it is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(values) => Some(values),
            _ => None,
        }
    }

    /// The fields, if it is an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&Attributes> {
        match self {
            Self::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// The fields to change, if it is an object.
    #[must_use]
    pub fn as_object_mut(&mut self) -> Option<&mut Attributes> {
        match self {
            Self::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// The fields to change; a value of another shape becomes an empty object
    /// first.
    pub fn make_object(&mut self) -> &mut Attributes {
        if !matches!(self, Self::Object(_)) {
            *self = Self::Object(Attributes::new());
        }
        match self {
            Self::Object(fields) => fields,
            #[expect(clippy::unreachable, reason = "made an object just above")]
            _ => unreachable!(),
        }
    }

    /// The elements of an array, or the one value that is none, or nothing for
    /// `null`: how single and multi-valued attributes read alike.
    #[must_use]
    pub fn elements(&self) -> &[Self] {
        match self {
            Self::Null => &[],
            Self::Array(values) => values,
            single => std::slice::from_ref(single),
        }
    }

    /// The sub-attribute of that name, if this is an object that has it.
    #[must_use]
    pub fn sub(&self, name: &super::Name) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// What kind of JSON this is, for error texts: `a string`, `an object`.
    #[must_use]
    pub fn shape(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Integer(_) => "an integer",
            Self::Decimal(_) => "a decimal number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(Text::from(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(Text::from(text))
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Boolean(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<Attributes> for Value {
    fn from(fields: Attributes) -> Self {
        Self::Object(fields)
    }
}

impl<V: Into<Self>> FromIterator<V> for Value {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        Self::Array(values.into_iter().map(Into::into).collect())
    }
}
