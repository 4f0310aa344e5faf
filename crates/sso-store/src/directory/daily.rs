//! How many entries of the logs a day had.

use super::log::SignInOutcome;
use crate::database::Database;
use crate::error::StoreError;
use crate::instant::micros;
use crate::sql::{Value, params};
use org_domain::OrgId;
use std::fmt::Write as _;
use time::{Date, Duration, OffsetDateTime};

/// What was counted of one day, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// How many entries say that it went well.
    pub well: u64,
    /// How many say that it was refused.
    pub refused: u64,
}

/// What is counted: a column of a log, and its two words.
struct Counted<'a> {
    table: &'static str,
    column: &'static str,
    well: &'a str,
    refused: &'a str,
}

impl Database {
    /// An organisation's attempts to sign in, counted for each of so many days up to `last`, the
    /// oldest first. Days without any are there with zeros.
    ///
    /// All entries of these days are counted, in the index alone: it takes longer the more there are.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn sign_ins_per_day(
        &self,
        org: &OrgId,
        last: Date,
        days: u8,
    ) -> Result<Vec<Day>, StoreError> {
        let counted = Counted {
            table: "sign_ins",
            column: "outcome",
            well: SignInOutcome::Accepted.name(),
            refused: SignInOutcome::Refused.name(),
        };
        self.per_day(org, &counted, last, days).await
    }

    /// As [`sign_ins_per_day`](Self::sign_ins_per_day), of the entries of the audit log of two
    /// kinds.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn audit_per_day(
        &self,
        org: &OrgId,
        (well, refused): (&str, &str),
        last: Date,
        days: u8,
    ) -> Result<Vec<Day>, StoreError> {
        let counted = Counted {
            table: "audit",
            column: "kind",
            well,
            refused,
        };
        self.per_day(org, &counted, last, days).await
    }

    /// When somebody last came in by this method, since an instant.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn last_accepted(
        &self,
        org: &OrgId,
        method: &str,
        since: OffsetDateTime,
    ) -> Result<Option<OffsetDateTime>, StoreError> {
        let sql = "SELECT at FROM sign_ins WHERE org = $1 AND at >= $2 AND outcome = $3 AND method = $4 \
                   ORDER BY at DESC, id DESC LIMIT 1";
        let values = params![org, since, SignInOutcome::Accepted.name(), method];
        let row = self.row(sql, values).await?;
        row.map(|row| row.instant(0)).transpose()
    }

    async fn per_day(
        &self,
        org: &OrgId,
        counted: &Counted<'_>,
        last: Date,
        days: u8,
    ) -> Result<Vec<Day>, StoreError> {
        let dates: Vec<Date> = (0..i64::from(days))
            .rev()
            .map(|back| last.saturating_sub(Duration::days(back)))
            .collect();
        if dates.is_empty() {
            return Ok(Vec::new());
        }
        let (sql, values) = counted.statement(org, &dates);
        let mut counts = vec![(0, 0); dates.len()];
        for row in self.rows(&sql, values).await? {
            let number = usize::try_from(row.get::<i64>(0)?).unwrap_or(usize::MAX);
            if let Some(day) = counts.get_mut(number) {
                *day = (row.get::<i64>(1)?, row.get::<i64>(2)?);
            }
        }
        let days = dates.into_iter().zip(counts);
        Ok(days
            .map(|(date, (well, refused))| Day {
                date,
                well: well.unsigned_abs(),
                refused: refused.unsigned_abs(),
            })
            .collect())
    }
}

impl Counted<'_> {
    /// One look into the index for each day: what lies in between needs no sorting, and no row of
    /// the table is read. The days' bounds are bound one by one.
    fn statement(&self, org: &OrgId, dates: &[Date]) -> (String, Vec<Value>) {
        let Self { table, column, .. } = self;
        let mut values = params![org, self.well, self.refused];
        let mut sql = String::with_capacity(200 * dates.len());
        for (number, date) in dates.iter().enumerate() {
            let from = micros(date.midnight().assume_utc());
            values.extend(params![from, from.saturating_add(DAY)]);
            let (union, until) = (if number == 0 { "" } else { " UNION ALL " }, values.len());
            // Writing to a text does not fail.
            write!(
                sql,
                "{union}SELECT CAST({number} AS BIGINT), COUNT(CASE WHEN {column} = $2 THEN 1 END), \
                 COUNT(CASE WHEN {column} = $3 THEN 1 END) FROM {table} \
                 WHERE org = $1 AND at >= ${} AND at < ${until}",
                until - 1,
            )
            .ok();
        }
        (sql, values)
    }
}

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;
