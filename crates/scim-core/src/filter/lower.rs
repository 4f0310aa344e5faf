//! From a bound filter to SQL: text with numbered parameters, values apart.
//!
//! The store says where its values are ([`Columns`]); what has no column is not
//! lowered. A conjunction can do without such a part and then selects more than
//! asked ([`Exactness::Superset`]): the store asks
//! [`Bound::matches`](super::Bound::matches) of what it reads. No value of a
//! request ever becomes part of the text.

use time::OffsetDateTime;

use super::Operator;
use super::bind::{Bound, Equals, Node, Number, Place, Reach, Test};
use crate::resource::Name;
use crate::schema::Case;

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
    expression: String,
    form: Form,
    home: Home,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Home {
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
        let mut writer = Writer {
            columns,
            engine,
            first,
            sql: String::new(),
            binds: Vec::new(),
        };
        let exactness = writer.weaker(&self.node);
        Lowered {
            sql: writer.sql,
            binds: writer.binds,
            exactness,
        }
    }
}

/// A part has no column.
struct NoColumn;

struct Writer<'c, C> {
    columns: &'c C,
    engine: Engine,
    first: usize,
    sql: String,
    binds: Vec<Bind>,
}

impl<C: Columns> Writer<'_, C> {
    /// Writes a condition that every match satisfies.
    fn weaker(&mut self, node: &Node) -> Exactness {
        let Node::All(parts) = node else {
            return if self.attempt(node) {
                Exactness::Exact
            } else {
                self.sql.push_str("1 = 1");
                Exactness::Superset
            };
        };
        let mut exactness = Exactness::Exact;
        for (at, part) in parts.iter().enumerate() {
            self.sql.push_str(if at == 0 { "(" } else { " AND " });
            if self.weaker(part) == Exactness::Superset {
                exactness = Exactness::Superset;
            }
        }
        self.sql.push(')');
        exactness
    }

    /// Writes the exact condition, or nothing.
    fn attempt(&mut self, node: &Node) -> bool {
        let (text, binds) = (self.sql.len(), self.binds.len());
        let done = self.exact(node).is_ok();
        if !done {
            self.sql.truncate(text);
            self.binds.truncate(binds);
        }
        done
    }

    fn exact(&mut self, node: &Node) -> Result<(), NoColumn> {
        match node {
            Node::All(parts) => self.list(parts, " AND "),
            Node::Any(parts) => self.list(parts, " OR "),
            Node::Constant(outcome) => {
                self.sql.push_str(if *outcome { "1 = 1" } else { "1 = 0" });
                Ok(())
            }
            Node::Not(inner) => {
                self.sql.push_str("NOT (");
                self.exact(inner)?;
                self.sql.push(')');
                Ok(())
            }
            Node::Test(place, test) => self.test(place, test),
            Node::Element(place, inner) => self.element(place, inner),
        }
    }

    fn list(&mut self, parts: &[Node], word: &str) -> Result<(), NoColumn> {
        for (at, part) in parts.iter().enumerate() {
            self.sql.push_str(if at == 0 { "(" } else { word });
            self.exact(part)?;
        }
        self.sql.push(')');
        Ok(())
    }

    fn column(&self, place: &Place, sub: Option<&Name>) -> Result<Column, NoColumn> {
        let attribute = place.attribute.as_ref().ok_or(NoColumn)?;
        self.columns
            .column(place.extension.as_ref(), attribute, sub)
            .ok_or(NoColumn)
    }

    fn test(&mut self, place: &Place, test: &Test) -> Result<(), NoColumn> {
        let column = self.column(place, place.sub.as_ref())?;
        let Home::Table { key, owner, from } = &column.home else {
            return match place.reach {
                Reach::One => self.predicate(&column, test),
                Reach::Many => Err(NoColumn),
            };
        };
        if test.wants_absence() {
            // Without any value `ne` holds as well.
            self.sql.push_str("(NOT ");
            self.exists(key, owner, from, |w| {
                w.sql.push_str(&column.expression);
                w.sql.push_str(" IS NOT NULL");
                Ok(())
            })?;
            self.sql.push_str(" OR ");
            self.exists(key, owner, from, |w| w.predicate(&column, test))?;
            self.sql.push(')');
            return Ok(());
        }
        self.exists(key, owner, from, |w| w.predicate(&column, test))
    }

    /// A filter in brackets, when all its columns are of one table.
    fn element(&mut self, place: &Place, inner: &Node) -> Result<(), NoColumn> {
        let mut table = None;
        self.same_table(place, inner, &mut table)?;
        let Some(Home::Table { key, owner, from }) = table else {
            return Err(NoColumn);
        };
        self.exists(&key, &owner, &from, |w| w.inside(place, inner))
    }

    fn same_table(
        &self,
        place: &Place,
        node: &Node,
        table: &mut Option<Home>,
    ) -> Result<(), NoColumn> {
        match node {
            Node::All(parts) | Node::Any(parts) => parts
                .iter()
                .try_for_each(|p| self.same_table(place, p, table)),
            Node::Not(inner) => self.same_table(place, inner, table),
            Node::Constant(_) => Ok(()),
            Node::Element(..) => Err(NoColumn),
            Node::Test(inner, _) => {
                let column = self.column(place, inner.sub.as_ref())?;
                match table {
                    Some(home) if *home != column.home => Err(NoColumn),
                    _ => {
                        *table = Some(column.home);
                        Ok(())
                    }
                }
            }
        }
    }

    fn inside(&mut self, place: &Place, node: &Node) -> Result<(), NoColumn> {
        match node {
            Node::All(parts) | Node::Any(parts) => {
                let word = if matches!(node, Node::All(_)) {
                    " AND "
                } else {
                    " OR "
                };
                for (at, part) in parts.iter().enumerate() {
                    self.sql.push_str(if at == 0 { "(" } else { word });
                    self.inside(place, part)?;
                }
                self.sql.push(')');
                Ok(())
            }
            Node::Not(inner) => {
                self.sql.push_str("NOT (");
                self.inside(place, inner)?;
                self.sql.push(')');
                Ok(())
            }
            Node::Test(inner, test) => {
                let column = self.column(place, inner.sub.as_ref())?;
                self.predicate(&column, test)
            }
            Node::Constant(_) => self.exact(node),
            Node::Element(..) => Err(NoColumn),
        }
    }

    /// `key IN (SELECT owner FROM from WHERE …)`: the inner index leads.
    fn exists(
        &mut self,
        key: &str,
        owner: &str,
        from: &str,
        condition: impl FnOnce(&mut Self) -> Result<(), NoColumn>,
    ) -> Result<(), NoColumn> {
        let lower = from.to_ascii_lowercase();
        let joint = if lower.contains(" where ") {
            "AND"
        } else {
            "WHERE"
        };
        self.sql
            .push_str(&format!("({key} IN (SELECT {owner} FROM {from} {joint} "));
        condition(self)?;
        self.sql.push_str("))");
        Ok(())
    }

    /// One value against one column; never NULL, so that `NOT` means not.
    fn predicate(&mut self, column: &Column, test: &Test) -> Result<(), NoColumn> {
        let x = column.expression.as_str();
        match (test, column.form) {
            (Test::Present, Form::Exact | Form::Folded) => {
                self.sql
                    .push_str(&format!("({x} IS NOT NULL AND {x} <> '')"));
            }
            (Test::Present, _) => self.sql.push_str(&format!("({x} IS NOT NULL)")),
            (Test::Boolean(equals, flag), Form::Boolean) => {
                let operator = match equals {
                    Equals::Eq => Operator::Eq,
                    Equals::Ne => Operator::Ne,
                };
                self.compare(x, operator, Bind::Boolean(*flag));
            }
            (Test::Date(operator, date), Form::UnixMicros) => {
                let micros = micros(*date).ok_or(NoColumn)?;
                self.compare(x, *operator, Bind::Integer(micros));
            }
            (Test::Number(operator, number), Form::Number) => {
                let bind = match number {
                    Number::Integer(number) => Bind::Integer(*number),
                    Number::Decimal(number) => Bind::Real(*number),
                };
                self.compare(x, *operator, bind);
            }
            (Test::Text(operator, Case::Exact, text), Form::Exact)
            | (Test::Text(operator, Case::Ignored, text), Form::Folded) => {
                self.text(x, *operator, text);
            }
            _ => return Err(NoColumn),
        }
        Ok(())
    }

    fn text(&mut self, x: &str, operator: Operator, text: &str) {
        if operator.is_partial() {
            let p = self.bind(Bind::Text(text.to_owned()));
            let condition = match (operator, self.engine) {
                (Operator::Sw, _) => format!("substr({x}, 1, length({p})) = {p}"),
                (Operator::Ew, _) => format!(
                    "length({x}) >= length({p}) AND substr({x}, length({x}) - length({p}) + 1) = {p}"
                ),
                (_, Engine::Sqlite) => format!("instr({x}, {p}) > 0"),
                (_, Engine::Postgres) => format!("strpos({x}, {p}) > 0"),
            };
            self.sql
                .push_str(&format!("({x} IS NOT NULL AND {condition})"));
            return;
        }
        let bind = Bind::Text(text.to_owned());
        match self.engine {
            // Code point order, whatever collation the database was made with.
            Engine::Postgres if operator.is_ordering() => {
                self.compare(&format!("{x} COLLATE \"C\""), operator, bind);
            }
            _ => self.compare(x, operator, bind),
        }
    }

    fn compare(&mut self, x: &str, operator: Operator, bind: Bind) {
        let p = self.bind(bind);
        let sign = match operator {
            Operator::Ge => ">=",
            Operator::Gt => ">",
            Operator::Le => "<=",
            Operator::Lt => "<",
            Operator::Ne => {
                self.sql.push_str(&format!("({x} IS NULL OR {x} <> {p})"));
                return;
            }
            Operator::Co | Operator::Eq | Operator::Ew | Operator::Sw => "=",
        };
        self.sql
            .push_str(&format!("({x} IS NOT NULL AND {x} {sign} {p})"));
    }

    fn bind(&mut self, bind: Bind) -> String {
        self.binds.push(bind);
        format!("${}", self.first + self.binds.len() - 1)
    }
}

impl Test {
    /// Whether it holds where there is no value.
    fn wants_absence(&self) -> bool {
        match self {
            Self::Present => false,
            Self::Boolean(equals, _) => *equals == Equals::Ne,
            Self::Date(operator, _) | Self::Number(operator, _) | Self::Text(operator, ..) => {
                *operator == Operator::Ne
            }
        }
    }
}

/// Microseconds since 1970; `None` when the date has a finer part, which a
/// column of microseconds cannot be compared with exactly.
fn micros(date: OffsetDateTime) -> Option<i64> {
    let nanos = date.unix_timestamp_nanos();
    if nanos % 1000 == 0 {
        i64::try_from(nanos / 1000).ok()
    } else {
        None
    }
}
