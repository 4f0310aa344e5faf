//! A filter lowered to SQL finds what the same filter finds in memory, on both engines.

mod made_up;

use crate::engines;
use scim_core::date;
use scim_core::dialect::{Dialect, Vendor};
use scim_core::filter::{Bind, Bound, Column, Columns, Engine, Exactness, Filter, Form, Unknown};
use scim_core::fold::fold;
use scim_core::id::Kind;
use scim_core::resource::{Name, Resource, Value};
use scim_core::schema::{Attribute, ResourceType, Schema, Type};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};
use std::collections::BTreeSet;

use made_up::{Dice, filter, thing};

/// Value, type, weight and flag of one tag.
type Tag = (Option<String>, Option<String>, Option<f64>, Option<bool>);

const THINGS: usize = 120;
const FILTERS: usize = 1500;

/// Attributes of every type, single and in a list, and one that has no column.
fn things_type() -> ResourceType {
    let part = |name: &str, kind| Attribute::new(name, kind);
    let tags = vec![
        part("value", Type::String),
        part("type", Type::String),
        part("weight", Type::Decimal),
        part("flag", Type::Boolean),
    ];
    let schema = Schema::new(
        "urn:example:thing:1.0:Thing",
        "Thing",
        vec![
            part("label", Type::String),
            part("code", Type::String).exact(),
            part("on", Type::Boolean),
            part("made", Type::DateTime),
            part("size", Type::Decimal),
            part("slots", Type::Integer),
            part("note", Type::String),
            Attribute::complex("tags", tags).multi(),
        ],
    );
    ResourceType::new(Kind::new("Thing"), "/Things", schema)
}

struct Tables;

impl Columns for Tables {
    fn column(
        &self,
        _extension: Option<&Name>,
        attribute: &Name,
        sub: Option<&Name>,
    ) -> Option<Column> {
        let one = |column: &str, form| Some(Column::one(format!("t.{column}"), form));
        let many = |column: &str, form| {
            Some(Column::many(
                "t.id",
                "g.thing",
                "tags g WHERE 1 = 1",
                format!("g.{column}"),
                form,
            ))
        };
        match (attribute.as_str(), sub.map(Name::as_str)) {
            ("id", None) => one("id", Form::Exact),
            ("label", None) => one("label", Form::Folded),
            ("code", None) => one("code", Form::Exact),
            ("on", None) => one("is_on", Form::Boolean),
            ("made", None) => one("made", Form::UnixMicros),
            ("size", None) => one("size", Form::Number),
            ("slots", None) => one("slots", Form::Number),
            ("tags", Some("value")) => many("value", Form::Folded),
            ("tags", Some("type")) => many("kind", Form::Folded),
            ("tags", Some("weight")) => many("weight", Form::Number),
            ("tags", Some("flag")) => many("flag", Form::Boolean),
            _ => None,
        }
    }
}

const SCHEMA: &str = "CREATE TABLE t (id TEXT PRIMARY KEY, label TEXT, code TEXT, is_on BOOLEAN, \
    made BIGINT, size DOUBLE PRECISION, slots BIGINT); \
    CREATE TABLE tags (thing TEXT NOT NULL, value TEXT, kind TEXT, weight DOUBLE PRECISION, flag BOOLEAN)";

/// What a row holds of a thing.
struct Fields {
    id: String,
    label: Option<String>,
    code: Option<String>,
    on: Option<bool>,
    made: Option<i64>,
    size: Option<f64>,
    slots: Option<i64>,
    tags: Vec<Tag>,
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Decimal(number) => Some(*number),
        _ => None,
    }
}

fn fields(thing: &Resource) -> Fields {
    let get = |name: &str| thing.get(&Name::new(name));
    let text = |name: &str| get(name).and_then(Value::as_str);
    let micros = |text: &str| {
        let nanos = date::parse(text).unwrap().unix_timestamp_nanos();
        i64::try_from(nanos / 1000).unwrap()
    };
    let tags = get("tags").map_or(&[][..], Value::elements).iter();
    let key = |text: &str| fold(text).into_owned();
    Fields {
        id: thing.id().unwrap().to_owned(),
        label: text("label").map(key),
        code: text("code").map(str::to_owned),
        on: get("on").and_then(Value::as_bool),
        made: text("made").map(micros),
        size: get("size").and_then(number),
        slots: get("slots").and_then(Value::as_integer),
        tags: tags
            .map(|tag| {
                let sub = |name: &str| tag.sub(&Name::new(name));
                (
                    sub("value").and_then(Value::as_str).map(key),
                    sub("type").and_then(Value::as_str).map(key),
                    sub("weight").and_then(number),
                    sub("flag").and_then(Value::as_bool),
                )
            })
            .collect(),
    }
}

/// Fills the tables, asks every filter of both, compares.
macro_rules! compare_on {
    ($connection:expr, $engine:expr) => {{
        let connection = $connection;
        connection.execute(SCHEMA).await.unwrap();
        let mut dice = Dice(0x5EED_0BAD_CAFE);
        let things: Vec<Resource> = (0..THINGS).map(|n| thing(&mut dice, n)).collect();
        for thing in &things {
            let row = fields(thing);
            sqlx::query("INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6, $7)")
                .bind(&row.id)
                .bind(row.label)
                .bind(row.code)
                .bind(row.on)
                .bind(row.made)
                .bind(row.size)
                .bind(row.slots)
                .execute(&mut *connection)
                .await
                .unwrap();
            for (value, kind, weight, flag) in row.tags {
                sqlx::query("INSERT INTO tags VALUES ($1, $2, $3, $4, $5)")
                    .bind(&row.id)
                    .bind(value)
                    .bind(kind)
                    .bind(weight)
                    .bind(flag)
                    .execute(&mut *connection)
                    .await
                    .unwrap();
            }
        }
        let resource_type = things_type();
        let (mut exact, mut all) = (0, 0);
        for _ in 0..FILTERS {
            let text = filter(&mut dice, 3, false);
            let bound = bind(&text, &resource_type);
            let lowered = bound.lower(&Tables, $engine, 1);
            let sql = format!("SELECT t.id FROM t WHERE {}", lowered.sql);
            // Not kept for reuse: one text may come with an integer now and a double later, and
            // a kept statement has the types of its first values.
            let mut query = sqlx::query(AssertSqlSafe(sql.clone())).persistent(false);
            for bind in lowered.binds {
                query = match bind {
                    Bind::Boolean(flag) => query.bind(flag),
                    Bind::Integer(number) => query.bind(number),
                    Bind::Real(number) => query.bind(number),
                    Bind::Text(text) => query.bind(text),
                };
            }
            let rows = query.fetch_all(&mut *connection).await;
            let rows = rows.unwrap_or_else(|e| panic!("{text}\n{sql}\n{e}"));
            let found: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();
            let expected: BTreeSet<String> = matching(&things, &bound);
            all += 1;
            if lowered.exactness == Exactness::Exact {
                exact += 1;
                assert_eq!(found, expected, "{text}\n{sql}");
            } else {
                assert!(found.is_superset(&expected), "{text}\n{sql}");
            }
        }
        assert!(
            exact * 2 > all,
            "{exact} of {all} filters were lowered whole"
        );
    }};
}

fn bind(text: &str, resource_type: &ResourceType) -> Bound {
    let mut reading = Dialect::of(Vendor::Strict).reading();
    let filter = Filter::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
    let bound = filter.bind(resource_type, Unknown::Refuse, &mut reading);
    bound.unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn matching(things: &[Resource], bound: &Bound) -> BTreeSet<String> {
    let found = things.iter().filter(|thing| bound.matches(thing));
    found.map(|thing| thing.id().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn sqlite_finds_what_memory_finds() {
    let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    compare_on!(&mut connection, Engine::Sqlite);
}

#[tokio::test]
async fn postgres_finds_what_memory_finds() {
    if let Some(url) = engines::empty_postgres().await {
        let mut connection = PgConnection::connect(&url).await.unwrap();
        compare_on!(&mut connection, Engine::Postgres);
    }
}
