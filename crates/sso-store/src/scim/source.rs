//! The rows a query looks through, as one SELECT.

use super::columns::{OrderColumn, ResourceColumns, UserColumns, VISIBLE};
use crate::sql::{Engine, Value, params};
use org_domain::OrgId;
use scim_core::filter::{self, Bind, Bound, Exactness};
use scim_core::id::Kind;
use scim_core::query::{Place, Query, SortKey, SortOrder, Target};

/// A SELECT of kind, id, resource, version, created and modified, and its values.
pub(super) struct Source {
    sql: String,
    values: Vec<Value>,
    engine: Engine,
    /// Within one type an identifier is that of one row.
    has_one_type: bool,
    /// Whether the rows are just the matches.
    pub(super) exactness: Exactness,
}

/// An order the database can give.
#[derive(Clone, Copy)]
pub(super) struct Order {
    pub(super) column: OrderColumn,
    pub(super) direction: SortOrder,
}

impl Order {
    pub(super) const CREATION: Self = Self {
        column: OrderColumn::Created,
        direction: SortOrder::Ascending,
    };

    /// The order of a query, if the database can give it.
    pub(super) fn of(query: &Query) -> Option<Self> {
        let Some(sort) = &query.sort else {
            return Some(Self::CREATION);
        };
        match query.targets.as_slice() {
            [target] => OrderColumn::of(sort, &target.kind).map(|column| Self {
                column,
                direction: sort.order(),
            }),
            _ => None,
        }
    }
}

impl Order {
    const fn direction_word(self) -> &'static str {
        match self.direction {
            SortOrder::Ascending => "ASC",
            SortOrder::Descending => "DESC",
        }
    }
}

impl Source {
    /// The rows of every type that a query looks through.
    pub(super) fn of(org: &OrgId, query: &Query, engine: Engine) -> Self {
        let mut source = Self {
            sql: String::new(),
            values: params![org],
            engine,
            has_one_type: query.targets.len() == 1,
            exactness: Exactness::Exact,
        };
        for target in &query.targets {
            if !source.sql.is_empty() {
                source.sql.push_str(" UNION ALL ");
            }
            source.add(target, engine);
        }
        source
    }

    /// The rows of one type.
    fn add(&mut self, target: &Target, engine: Engine) {
        if target.kind == Kind::USER {
            self.sql.push_str(&format!(
                "SELECT 'User' AS kind, m.id AS id, m.resource AS resource, m.version AS version, \
                 m.created AS created, m.modified AS modified, m.user_name_key AS user_name_key \
                 FROM members m WHERE m.org = $1 AND {VISIBLE}"
            ));
            self.filter(target.filter.as_ref(), engine, &UserColumns);
        } else {
            self.values.push(target.kind.as_str().into());
            self.sql.push_str(&format!(
                "SELECT r.kind AS kind, r.id AS id, r.resource AS resource, r.version AS version, \
                 r.created AS created, r.modified AS modified, '' AS user_name_key \
                 FROM scim_resources r WHERE r.org = $1 AND r.kind = ${}",
                self.values.len()
            ));
            self.filter(
                target.filter.as_ref(),
                engine,
                &ResourceColumns(&target.kind),
            );
        }
    }

    /// The condition of a filter, as far as columns can decide it.
    fn filter(&mut self, filter: Option<&Bound>, engine: Engine, columns: &impl filter::Columns) {
        let Some(filter) = filter else { return };
        let engine = match engine {
            Engine::Postgres => filter::Engine::Postgres,
            Engine::Sqlite => filter::Engine::Sqlite,
        };
        let lowered = filter.lower(columns, engine, self.values.len() + 1);
        // A value neither engine's integers and texts can hold: look at the rows instead.
        let Some(binds) = lowered
            .binds
            .into_iter()
            .map(value)
            .collect::<Option<Vec<_>>>()
        else {
            self.exactness = Exactness::Superset;
            return;
        };
        self.sql.push_str(&format!(" AND {}", lowered.sql));
        self.values.extend(binds);
        if lowered.exactness == Exactness::Superset {
            self.exactness = Exactness::Superset;
        }
    }

    /// A page of rows with how many there are behind all pages, as one statement and so of one
    /// moment. There is always a row: an empty page is one without a kind.
    pub(super) fn counted_page(
        &self,
        order: Order,
        after: Option<&Place>,
        offset: u64,
        limit: u64,
    ) -> (String, Vec<Value>) {
        let (page, values) = self.page(order, after, offset, limit);
        let (count, _) = self.count();
        let (column, direction) = (order.column.name(), order.direction_word());
        let sql = format!(
            "SELECT page.kind, page.id, page.resource, page.version, page.created, page.modified, \
             page.user_name_key, counted.total FROM ({count}) AS counted LEFT JOIN ({page}) AS page ON 1 = 1 \
             ORDER BY page.{column} {direction}, page.id ASC"
        );
        (sql, values)
    }

    /// The rows of a part of the source.
    ///
    /// PostgreSQL reads the whole row of all that a page leaves out, unless it is asked for
    /// identifiers alone, which stand in the index; SQLite leaves out without reading.
    fn rows_of(&self, part: &str, order: Order, skips: bool) -> String {
        let (column, direction) = (order.column.name(), order.direction_word());
        if skips && self.engine == Engine::Postgres && self.has_one_type {
            format!(
                "SELECT found.kind, found.id, found.resource, found.version, found.created, found.modified, \
                 found.user_name_key FROM (SELECT id {part}) AS place JOIN ({}) AS found ON found.id = place.id \
                 ORDER BY found.{column} {direction}, found.id ASC",
                self.sql
            )
        } else {
            format!("SELECT kind, id, resource, version, created, modified, user_name_key {part}")
        }
    }

    /// Counts the rows.
    pub(super) fn count(&self) -> (String, Vec<Value>) {
        (
            format!("SELECT COUNT(*) AS total FROM ({}) AS found", self.sql),
            self.values.clone(),
        )
    }

    /// A page of rows behind a place.
    pub(super) fn page(
        &self,
        order: Order,
        after: Option<&Place>,
        offset: u64,
        limit: u64,
    ) -> (String, Vec<Value>) {
        let mut values = self.values.clone();
        let mut bind = |value: Value| {
            values.push(value);
            format!("${}", values.len())
        };
        let column = order.column.name();
        // Row values let an index be entered at the place; they cannot express two directions,
        // and ids ascend in either order.
        let behind = after
            .and_then(|place| Some((key_value(place)?, place.id.as_str())))
            .map(|(key, id)| {
                let (key, id) = (bind(key), bind(id.into()));
                match order.direction {
                    SortOrder::Ascending => format!("WHERE ({column}, id) > ({key}, {id})"),
                    SortOrder::Descending => {
                        format!("WHERE ({column} < {key} OR ({column} = {key} AND id > {id}))")
                    }
                }
            });
        let direction = order.direction_word();
        let skips = offset > 0;
        let (limit, offset) = (bind(clamp(limit).into()), bind(clamp(offset).into()));
        let part = format!(
            "FROM ({}) AS found {} ORDER BY {column} {direction}, id ASC LIMIT {limit} OFFSET {offset}",
            self.sql,
            behind.unwrap_or_default()
        );
        (self.rows_of(&part, order, skips), values)
    }
}

/// A number that both engines take for a LIMIT.
fn clamp(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The value of a place's key in a column of its order.
fn key_value(place: &Place) -> Option<Value> {
    match place.key.as_ref()? {
        SortKey::Date(date) => Some((*date).into()),
        SortKey::Text(text) => Some(text.as_str().into()),
        SortKey::Boolean(_) | SortKey::Number(_) => None,
    }
}

/// A NUL is an error to PostgreSQL, and no column here holds a double.
fn value(bind: Bind) -> Option<Value> {
    match bind {
        Bind::Boolean(flag) => Some(flag.into()),
        Bind::Integer(number) => Some(number.into()),
        Bind::Real(_) => None,
        Bind::Text(text) if text.contains('\0') => None,
        Bind::Text(text) => Some(text.into()),
    }
}
