//! Several writing statements as one.
//!
//! Each step becomes a common table expression that writes (`WITH s0 AS (INSERT ... RETURNING 1)`),
//! and the statement around them counts what each touched. A step that has to touch one row and
//! does not makes the count divide by nothing: an error, with which the server undoes all of it.
//! All steps see the database as it was before the first of them, so none may build on another.

use super::{Expect, Step, StoreError, Value};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use std::fmt::Write as _;

/// `division_by_zero`.
const UNMET: &str = "22012";

/// Why nothing was written.
pub(super) enum Failed {
    /// A step did not touch the one row it had to; which one is not known.
    Unmet,
    /// The database.
    Store(StoreError),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// One statement, and the values of all steps in their order.
pub(super) fn merged(steps: &[Step]) -> (String, Vec<Value>) {
    let (mut sql, mut select) = (String::with_capacity(1_024), String::new());
    let mut values = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let (before, between) = if number == 0 {
            ("WITH", " SELECT ")
        } else {
            (",", ", ")
        };
        // Writing to a text does not fail.
        write!(sql, "{before} s{number} AS (").ok();
        numbered_from(values.len(), &step.sql, &mut sql);
        sql.push_str(" RETURNING 1)");
        select.push_str(between);
        match step.expect {
            Expect::Any => write!(select, "(SELECT COUNT(*) FROM s{number})"),
            Expect::One => write!(
                select,
                "1 / (SELECT CASE COUNT(*) WHEN 1 THEN 1 ELSE 0 END FROM s{number})::bigint"
            ),
        }
        .ok();
        values.extend(step.values.iter().cloned());
    }
    sql.push_str(&select);
    (sql, values)
}

/// Copies a statement with its `$1` counted on from the values before it.
fn numbered_from(before: usize, sql: &str, into: &mut String) {
    let mut parts = sql.split('$');
    into.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = part.split_at_checked(digits).unwrap_or((part, ""));
        let number = number.parse::<usize>().unwrap_or_default() + before;
        write!(into, "${number}{rest}").ok();
    }
}

/// What each step touched.
pub(super) fn counts(
    rows: Result<Vec<PgRow>, StoreError>,
    steps: usize,
) -> Result<Vec<u64>, Failed> {
    let rows = match rows {
        Err(error) if error.is_state(UNMET) => return Err(Failed::Unmet),
        rows => rows?,
    };
    let row = rows
        .first()
        .ok_or_else(|| StoreError::corrupt("no row of one that is always there"))?;
    let count = |column| {
        let count: i64 = row.try_get(column).map_err(StoreError::from)?;
        Ok(count.unsigned_abs())
    };
    (0..steps).map(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::params;

    #[test]
    fn steps_become_one_statement_whose_values_are_counted_through() {
        let steps = [
            Step::new(
                "UPDATE r SET c = $1 WHERE id = $2 AND e > $1",
                params![1, "r"],
            )
            .expecting_one(),
            Step::new("INSERT INTO s (a) VALUES ($1)", params!["x"]),
        ];
        let (sql, values) = merged(&steps);
        assert_eq!(
            sql,
            "WITH s0 AS (UPDATE r SET c = $1 WHERE id = $2 AND e > $1 RETURNING 1), \
             s1 AS (INSERT INTO s (a) VALUES ($3) RETURNING 1) \
             SELECT 1 / (SELECT CASE COUNT(*) WHEN 1 THEN 1 ELSE 0 END FROM s0)::bigint, (SELECT COUNT(*) FROM s1)"
        );
        assert_eq!(values, params![1, "r", "x"]);
    }
}
