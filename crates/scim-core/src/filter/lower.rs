//! From a bound filter to SQL: text with numbered parameters, values apart.
//!
//! The store says where its values are ([`Columns`]); what has no column is not
//! lowered. A conjunction can do without such a part and then selects more than
//! asked ([`Exactness::Superset`]): the store asks
//! [`Bound::matches`](super::Bound::matches) of what it reads. No value of a
//! request ever becomes part of the text.

use super::bound::Bound;
use super::sql::Writer;
use crate::resource::Name;

/// The SQL spoken, where the two differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// PostgreSQL.
    Postgres,
    /// SQLite.
    Sqlite,
}

/// A store's answer where an attribute is.
///
/// ```
/// use scim_core::filter::{Column, Columns, Form};
/// use scim_core::resource::Name;
///
/// struct Members;
///
/// impl Columns for Members {
///     fn column(&self, extension: Option<&Name>, attribute: &Name, sub: Option<&Name>) -> Option<Column> {
///         match (extension, attribute.as_str(), sub.map(Name::as_str)) {
///             (None, "userName", None) => Some(Column::one("m.user_name_key", Form::Folded)),
///             (None, "active", None) => Some(Column::one("m.active", Form::Boolean)),
///             (None, "emails", Some("value")) => Some(Column::many(
///                 "m.id", "e.member", "member_emails e", "e.value_key", Form::Folded)),
///             _ => None,
///         }
///     }
/// }
/// ```
pub trait Columns {
    /// The column of an attribute or sub-attribute, `None` where there is none.
    /// A complex attribute that is asked for presence has no column.
    fn column(
        &self,
        extension: Option<&Name>,
        attribute: &Name,
        sub: Option<&Name>,
    ) -> Option<Column>;
}

/// Where the values of an attribute are. The texts are the store's own SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub(super) expression: String,
    pub(super) form: Form,
    pub(super) home: Home,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Home {
    /// In the row itself.
    Row,
    /// In rows of another table that point to it.
    Table {
        key: String,
        owner: String,
        from: String,
    },
}

/// How a column holds its values. A column is NULL where there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// Boolean.
    Boolean,
    /// Text as the client wrote it: compares exactly.
    Exact,
    /// The [`Key`](crate::fold::Key) of the text: compares without case.
    Folded,
    /// A number.
    Number,
    /// Microseconds since 1970 in UTC, as a 64-bit integer.
    UnixMicros,
}

impl Column {
    /// A value in the row itself; `expression` is usually a column name.
    #[must_use]
    pub fn one(expression: impl Into<String>, form: Form) -> Self {
        Self {
            expression: expression.into(),
            form,
            home: Home::Row,
        }
    }

    /// Values in rows of another table: `key` of the row is `owner` in `from`,
    /// and `expression` is the value there. `from` may end in a `WHERE` of the
    /// store's own, such as one on the tenant.
    #[must_use]
    pub fn many(
        key: impl Into<String>,
        owner: impl Into<String>,
        from: impl Into<String>,
        expression: impl Into<String>,
        form: Form,
    ) -> Self {
        Self {
            expression: expression.into(),
            form,
            home: Home::Table {
                key: key.into(),
                owner: owner.into(),
                from: from.into(),
            },
        }
    }
}

/// A value to be bound to a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Bind {
    /// A boolean.
    Boolean(bool),
    /// A 64-bit integer.
    Integer(i64),
    /// A double.
    Real(f64),
    /// A text.
    Text(String),
}

/// Whether the SQL selects just the matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exactness {
    /// All matches and nothing else.
    Exact,
    /// All matches and perhaps others: ask [`Bound::matches`] of each.
    Superset,
}

/// A condition for a `WHERE`.
#[derive(Debug, Clone, PartialEq)]
pub struct Lowered {
    /// The condition, with parameters `$n`.
    pub sql: String,
    /// The values of the parameters, the first for `$first`.
    pub binds: Vec<Bind>,
    /// Whether the condition is the whole filter.
    pub exactness: Exactness,
}

impl Bound {
    /// Writes the filter as a condition; parameters are numbered from `first`.
    ///
    /// Never fails: what has no column makes the condition weaker, down to
    /// `1 = 1` with [`Exactness::Superset`].
    #[must_use]
    pub fn lower(&self, columns: &impl Columns, engine: Engine, first: usize) -> Lowered {
        let mut writer = Writer::new(columns, engine, first);
        let exactness = writer.weaker(&self.node);
        let (sql, binds) = writer.into_parts();
        Lowered {
            sql,
            binds,
            exactness,
        }
    }
}
