//! One attribute definition and its characteristics (RFC 7643 sections 2.2, 7).

use std::borrow::Cow;

use crate::resource::{Name, Value};

macro_rules! words {
    ($(#[$doc:meta])* $enum:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $enum { $($(#[$variant_doc])* $variant,)* }

        impl $enum {
            /// The word of RFC 7643 section 7.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The characteristic of that word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

words! {
    /// The data type of an attribute (RFC 7643 section 2.3).
    Type {
        /// Base64 text.
        Binary = "binary",
        /// `true` or `false`.
        Boolean = "boolean",
        /// An object of sub-attributes; never inside another complex one.
        Complex = "complex",
        /// `xsd:dateTime` text with date and time.
        DateTime = "dateTime",
        /// Any number.
        Decimal = "decimal",
        /// A number without fraction and exponent.
        Integer = "integer",
        /// A URI or URI reference.
        Reference = "reference",
        /// Text. The default.
        String = "string",
    }
}

words! {
    /// Who may write an attribute, and when.
    Mutability {
        /// Set on create or while empty, then fixed.
        Immutable = "immutable",
        /// Set by the server only; ignored in a create or replace.
        ReadOnly = "readOnly",
        /// Free. The default.
        ReadWrite = "readWrite",
        /// Taken but never given back.
        WriteOnly = "writeOnly",
    }
}

words! {
    /// When an attribute is in a response.
    Returned {
        /// In every response, whatever is asked for.
        Always = "always",
        /// Unless excluded or others are asked for. The default.
        Default = "default",
        /// In no response, and not in a filter either.
        Never = "never",
        /// Only when asked for by name.
        Request = "request",
    }
}

words! {
    /// Over what a value must be unique.
    Uniqueness {
        /// Beyond this server; enforced like `server`.
        Global = "global",
        /// Nothing. The default.
        None = "none",
        /// The resources of one tenant and type.
        Server = "server",
    }
}

/// How many values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cardinality {
    /// One, or none.
    Single,
    /// A list.
    Multiple,
}

/// Whether a value must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Presence {
    /// May be left out. The default.
    Optional,
    /// Must be there and must not be blank.
    Required,
}

/// Whether case tells values apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Case {
    /// `A` and `a` differ.
    Exact,
    /// `A` and `a` are one value, see [`fold`](crate::fold). The default.
    Ignored,
}

/// What `canonicalValues` mean (RFC 7643 section 7 leaves it to the server).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Canonical {
    /// Suggestions: other values are taken too. The default.
    Suggested,
    /// Other values are refused.
    Enforced,
}

/// What leaving an attribute out of a PUT means (RFC 7644 section 3.5.1 leaves
/// it to the server).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Omitted {
    /// It is cleared. The default.
    Clear,
    /// It stays as it is. `active` has this: a profile update must not
    /// reactivate a deactivated user.
    Keep,
}

/// How text is prepared before it is stored (RFC 7644 section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preparation {
    /// Taken as it is. The default.
    None,
    /// A user name: control characters, invisible characters and blanks at the
    /// ends are refused, so that two names that look alike are not two names.
    UserName,
}

/// An attribute definition.
///
/// Built from a type, defaults as in RFC 7643 section 2.2: optional, single,
/// case ignored, read-write, returned by default, not unique.
///
/// ```
/// use scim_core::schema::{Attribute, Returned, Type};
///
/// let badge = Attribute::new("badgeNumber", Type::String).required().returned(Returned::Request);
/// assert_eq!(badge.kind, Type::String);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Its name.
    pub name: Name,
    /// Its data type.
    pub kind: Type,
    /// One value or a list.
    pub cardinality: Cardinality,
    /// Optional or required.
    pub presence: Presence,
    /// Whether case counts when its values are compared.
    pub case: Case,
    /// Who may write it.
    pub mutability: Mutability,
    /// When it is in a response.
    pub returned: Returned,
    /// Over what it is unique.
    pub uniqueness: Uniqueness,
    /// Values a client is advised to use, see [`Attribute::canonical`].
    pub canonical_values: Vec<Cow<'static, str>>,
    /// Whether other values are refused.
    pub canonical: Canonical,
    /// For [`Type::Reference`]: what it may point to.
    pub reference_types: Vec<Cow<'static, str>>,
    /// What it is, for people.
    pub description: Cow<'static, str>,
    /// For [`Type::Complex`]: what is in it.
    pub sub_attributes: Vec<Self>,
    /// What leaving it out of a PUT means.
    pub omitted: Omitted,
    /// The value a create stores when it leaves the attribute out.
    pub default: Option<Value>,
    /// How its text is prepared.
    pub preparation: Preparation,
}

impl Attribute {
    /// A definition with the defaults of RFC 7643 section 2.2. References and
    /// binary values are case-exact (sections 2.3.6 and 2.3.7).
    #[must_use]
    pub fn new(name: impl Into<Name>, kind: Type) -> Self {
        let case = match kind {
            Type::Reference | Type::Binary => Case::Exact,
            _ => Case::Ignored,
        };
        Self {
            name: name.into(),
            kind,
            cardinality: Cardinality::Single,
            presence: Presence::Optional,
            case,
            mutability: Mutability::ReadWrite,
            returned: Returned::Default,
            uniqueness: Uniqueness::None,
            canonical_values: Vec::new(),
            canonical: Canonical::Suggested,
            reference_types: Vec::new(),
            description: Cow::Borrowed(""),
            sub_attributes: Vec::new(),
            omitted: Omitted::Clear,
            default: None,
            preparation: Preparation::None,
        }
    }

    /// A complex attribute of these sub-attributes.
    #[must_use]
    pub fn complex(name: impl Into<Name>, sub_attributes: Vec<Self>) -> Self {
        Self {
            sub_attributes,
            ..Self::new(name, Type::Complex)
        }
    }

    /// The same, multi-valued.
    #[must_use]
    pub fn multi(self) -> Self {
        Self {
            cardinality: Cardinality::Multiple,
            ..self
        }
    }

    /// The same, required.
    #[must_use]
    pub fn required(self) -> Self {
        Self {
            presence: Presence::Required,
            ..self
        }
    }

    /// The same, case-exact.
    #[must_use]
    pub fn exact(self) -> Self {
        Self {
            case: Case::Exact,
            ..self
        }
    }

    /// The same with another mutability.
    #[must_use]
    pub fn mutability(self, mutability: Mutability) -> Self {
        Self { mutability, ..self }
    }

    /// The same with another rule of return.
    #[must_use]
    pub fn returned(self, returned: Returned) -> Self {
        Self { returned, ..self }
    }

    /// The same, unique over a tenant's resources of the type.
    #[must_use]
    pub fn unique(self) -> Self {
        Self {
            uniqueness: Uniqueness::Server,
            ..self
        }
    }

    /// The same with suggested values.
    #[must_use]
    pub fn suggests(self, values: &[&'static str]) -> Self {
        Self {
            canonical_values: values.iter().copied().map(Cow::Borrowed).collect(),
            ..self
        }
    }

    /// The same, pointing to these types.
    #[must_use]
    pub fn refers_to(self, types: &[&'static str]) -> Self {
        Self {
            reference_types: types.iter().copied().map(Cow::Borrowed).collect(),
            ..self
        }
    }

    /// The same with a description.
    #[must_use]
    pub fn about(self, description: &'static str) -> Self {
        Self {
            description: Cow::Borrowed(description),
            ..self
        }
    }

    /// The definition of a sub-attribute.
    #[must_use]
    pub fn sub(&self, name: &Name) -> Option<&Self> {
        self.sub_attributes.iter().find(|sub| sub.name == *name)
    }

    /// Whether it is a list.
    #[must_use]
    pub fn is_multi(&self) -> bool {
        self.cardinality == Cardinality::Multiple
    }

    /// Whether only the server writes it.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.mutability == Mutability::ReadOnly
    }
}
