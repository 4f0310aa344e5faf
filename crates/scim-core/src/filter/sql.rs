//! Writing a bound filter as a SQL condition.

use time::OffsetDateTime;

use super::Operator;
use super::bound::{Equals, Node, Number, Place, Reach, Test};
use super::lower::{Bind, Column, Columns, Engine, Exactness, Form, Home};
use crate::resource::Name;
use crate::schema::Case;

/// A part has no column.
struct NoColumn;

pub(super) struct Writer<'c, C> {
    columns: &'c C,
    engine: Engine,
    first: usize,
    sql: String,
    binds: Vec<Bind>,
}

impl<'c, C: Columns> Writer<'c, C> {
    pub(super) const fn new(columns: &'c C, engine: Engine, first: usize) -> Self {
        Self {
            columns,
            engine,
            first,
            sql: String::new(),
            binds: Vec::new(),
        }
    }

    /// The condition and the values of its parameters.
    pub(super) fn into_parts(self) -> (String, Vec<Bind>) {
        (self.sql, self.binds)
    }

    /// Writes a condition that every match satisfies.
    pub(super) fn weaker(&mut self, node: &Node) -> Exactness {
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

    /// Writes a condition that holds for the matches and nothing else.
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

    /// Parts joined by a word, in parentheses.
    fn list(&mut self, parts: &[Node], word: &str) -> Result<(), NoColumn> {
        for (at, part) in parts.iter().enumerate() {
            self.sql.push_str(if at == 0 { "(" } else { word });
            self.exact(part)?;
        }
        self.sql.push(')');
        Ok(())
    }

    /// The column of a place, if the store has one.
    fn column(&self, place: &Place, sub: Option<&Name>) -> Result<Column, NoColumn> {
        let attribute = place.attribute.as_ref().ok_or(NoColumn)?;
        self.columns
            .column(place.extension.as_ref(), attribute, sub)
            .ok_or(NoColumn)
    }

    /// One comparison: of the row, or of the rows that point to it.
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
            // An element without one is none of the values that differ.
            self.exists(key, owner, from, |w| {
                w.sql
                    .push_str(&format!("{} IS NOT NULL AND ", column.expression));
                w.predicate(&column, test)
            })?;
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

    /// Finds the one table that all columns of a filter in brackets are in. In two
    /// tables, nothing says that two rows are one entry.
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

    /// Writes a filter in brackets against the rows of its table.
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

    /// Comparisons of text. Parts of text avoid LIKE: its wildcards would have to be
    /// escaped, and SQLite's ignores case.
    fn text(&mut self, x: &str, operator: Operator, text: &str) {
        if operator == Operator::Sw {
            return self.begins(x, text);
        }
        if operator.is_partial() {
            let p = self.bind(Bind::Text(text.to_owned()));
            let condition = match (operator, self.engine) {
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

    /// Text that begins so: a range, which an index is entered by.
    fn begins(&mut self, x: &str, prefix: &str) {
        self.sql.push('(');
        self.text(x, Operator::Ge, prefix);
        if let Some(behind) = behind(prefix) {
            self.sql.push_str(" AND ");
            self.text(x, Operator::Lt, &behind);
        }
        self.sql.push(')');
    }

    /// A comparison that is true or false and never NULL.
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

    /// Puts a value aside and hands back its parameter.
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

/// The least text, in the order of code points, behind all that begin so; `None`
/// when none is.
fn behind(prefix: &str) -> Option<String> {
    let mut text: Vec<char> = prefix.chars().collect();
    while let Some(last) = text.pop() {
        let next = match last {
            '\u{D7FF}' => Some('\u{E000}'),
            _ => char::from_u32(u32::from(last).saturating_add(1)),
        };
        if let Some(next) = next {
            text.push(next);
            return Some(text.into_iter().collect());
        }
    }
    None
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

#[cfg(test)]
mod tests;
