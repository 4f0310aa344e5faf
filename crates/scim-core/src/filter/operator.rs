//! Comparison operators.

use std::fmt;

/// A comparison of RFC 7644 table 3; `pr` is [`Filter::Present`](super::Filter).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `co`: contains.
    Co,
    /// `eq`: equal.
    Eq,
    /// `ew`: ends with.
    Ew,
    /// `ge`: greater or equal.
    Ge,
    /// `gt`: greater.
    Gt,
    /// `le`: less or equal.
    Le,
    /// `lt`: less.
    Lt,
    /// `ne`: not equal.
    Ne,
    /// `sw`: starts with.
    Sw,
}

impl Operator {
    /// All operators.
    pub const ALL: [Self; 9] = [
        Self::Co,
        Self::Eq,
        Self::Ew,
        Self::Ge,
        Self::Gt,
        Self::Le,
        Self::Lt,
        Self::Ne,
        Self::Sw,
    ];

    /// The word of the RFC.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Co => "co",
            Self::Eq => "eq",
            Self::Ew => "ew",
            Self::Ge => "ge",
            Self::Gt => "gt",
            Self::Le => "le",
            Self::Lt => "lt",
            Self::Ne => "ne",
            Self::Sw => "sw",
        }
    }

    /// The operator of a word, in any case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let [a, b] = *word.as_bytes() else {
            return None;
        };
        Some(match [a | 0x20, b | 0x20] {
            [b'c', b'o'] => Self::Co,
            [b'e', b'q'] => Self::Eq,
            [b'e', b'w'] => Self::Ew,
            [b'g', b'e'] => Self::Ge,
            [b'g', b't'] => Self::Gt,
            [b'l', b'e'] => Self::Le,
            [b'l', b't'] => Self::Lt,
            [b'n', b'e'] => Self::Ne,
            [b's', b'w'] => Self::Sw,
            _ => return None,
        })
    }

    /// Whether it looks into a text.
    pub(super) const fn is_partial(self) -> bool {
        matches!(self, Self::Co | Self::Ew | Self::Sw)
    }

    /// Whether it needs an order.
    pub(super) const fn is_ordering(self) -> bool {
        matches!(self, Self::Ge | Self::Gt | Self::Le | Self::Lt)
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
