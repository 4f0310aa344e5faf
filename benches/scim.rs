//! Reading, writing, filtering and patching SCIM resources, as ratios to hand-written code.
//!
//! `cargo bench -p benches --bench scim` first lets criterion measure each job, then prints a
//! table: for each job our time, the floor's, the ratio, and whether its goal is met. Every floor is measured in the same
//! run, in turn with the job. Times are the best of many short rounds, so that a busy neighbour
//! does not decide the ratio.
//!
//! * **parse**, **write**: a User of about 900 bytes; floor: a plain serde struct of just its
//!   attributes.
//! * **filter parse**: floor (to be beaten ten times): crate `scim_v2` 1.0 on the same text, or
//!   on the nearest it can read.
//! * **filter parse, 10 x the length**: 1,000 terms against 100; linear is 10.
//! * **match**: per user over 100,000 users; floor: a closure over the same storage form.
//! * **patch**: parse and apply `active = false`; floor: the same by hand on a
//!   `serde_json::Value`, and one copy of it.
//! * **look up**: a hash map from the key of a filter, at 1,000 and 100,000 users.

#[path = "scim/by_hand.rs"]
mod by_hand;
#[path = "scim/rows.rs"]
mod rows;
mod table;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use criterion::Criterion;
use scim_core::Kind;
use scim_core::dialect::{Dialect, Vendor};
use scim_core::filter::{Bound, Filter, Limits, Unknown};
use scim_core::json;
use scim_core::resource::Resource;
use scim_core::schema::{Projection, Registry, ResourceType};
use table::Goal;

/// How long a job and its floor are measured in all; the best round of each counts.
const TOTAL: Duration = Duration::from_secs(2);
/// Length of one round of one kind: short, so that some round has the core to itself.
const ROUND: Duration = Duration::from_micros(200);

const USER: &str = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"id":"2819c223-7f76-453a-919d-413861904646","externalId":"00u1a2b3c4d5e6f7g8h9","userName":"user@acme.example","name":{"formatted":"Ms. Ann J. Lee","familyName":"Lee","givenName":"Ann"},"displayName":"Ann Lee","title":"Tour Guide","preferredLanguage":"en-US","locale":"en-US","timezone":"Europe/Berlin","active":true,"emails":[{"value":"ann@acme.example","type":"work","primary":true},{"value":"ann@home.example","type":"home"}],"phoneNumbers":[{"value":"tel:+49-30-1234567","type":"work"}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"701984","department":"Tours","manager":{"value":"26118915-6090-4610-87e4-49d8ca9f808d"}},"meta":{"resourceType":"User","created":"2026-01-23T04:56:22Z","lastModified":"2026-05-13T04:42:34Z","version":"W/\"a330bc54f0671c9\""}}"#;

const SIMPLE: &str = r#"userName eq "ann@acme.example""#;
const COMPLEX: &str = r#"userName sw "a" and (active eq true or title pr) and emails[type eq "work" and value co "@acme.example"]"#;

const DEACTIVATE: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":false}}]}"#;

struct World {
    users: std::sync::Arc<ResourceType>,
    projection: Projection,
    resource: Resource,
    plain: by_hand::Plain,
    tree: serde_json::Value,
    crowd: Vec<Resource>,
    simple: Bound,
    complex: Bound,
    few: HashMap<String, usize>,
    many: HashMap<String, usize>,
}

type Job<'w> = Box<dyn Fn() + 'w>;

/// A job, its floor, and how often the job does its work in one call.
struct Row<'w> {
    name: &'static str,
    work: u32,
    goal: Goal,
    job: Job<'w>,
    floor: Job<'w>,
}

fn main() {
    let world = World::new();
    let rows = world.rows();
    let mut criterion = Criterion::default().configure_from_args().sample_size(20);
    for row in &rows {
        criterion.bench_function(row.name, |b| b.iter(|| (row.job)()));
    }
    criterion.final_summary();
    if !std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        table::print(&measured(&rows));
    }
}

/// Measures each job and its floor in turn.
fn measured(rows: &[Row<'_>]) -> Vec<table::Row> {
    let measured = rows.iter().map(|row| {
        let [ours, floor] = best([&row.job, &row.floor]).map(|time| time.as_secs_f64());
        let each = |time: f64| table::shown(time / f64::from(row.work));
        table::Row {
            name: row.name.to_owned(),
            ours: each(ours),
            floor: each(floor),
            ratio: ours / floor,
            goal: row.goal,
        }
    });
    measured.collect()
}

/// The best time of one call of each, measured in turn.
fn best(jobs: [&Job<'_>; 2]) -> [Duration; 2] {
    let mut out = [Duration::MAX; 2];
    let begin = Instant::now();
    while begin.elapsed() < TOTAL {
        for (job, best) in jobs.iter().zip(&mut out) {
            let start = Instant::now();
            let mut calls = 0_u32;
            while calls == 0 || start.elapsed() < ROUND {
                job();
                calls += 1;
            }
            *best = (*best).min(start.elapsed() / calls);
        }
    }
    out
}

#[expect(
    clippy::expect_used,
    reason = "a bench ends at once when its input is wrong"
)]
impl World {
    fn new() -> Self {
        let registry = Registry::standard();
        let users = registry.by_kind(&Kind::USER).expect("users").clone();
        let crowd: Vec<Resource> = (0..100_000).map(one_of_many).collect();
        let keys = |n: usize| -> HashMap<String, usize> {
            let numbered = crowd.iter().take(n).enumerate();
            numbered
                .map(|(at, user)| (user.user_name_key().expect("name").as_str().to_owned(), at))
                .collect()
        };
        Self {
            projection: Projection::default_of(&users),
            resource: parse(USER),
            plain: serde_json::from_str(USER).expect("plain"),
            tree: serde_json::from_str(USER).expect("tree"),
            simple: bind(r#"userName eq "USER77777@acme.example""#, &users),
            complex: bind(COMPLEX, &users),
            few: keys(1_000),
            many: keys(100_000),
            crowd,
            users,
        }
    }
}

#[expect(
    clippy::expect_used,
    reason = "a bench ends at once when its input is wrong"
)]
fn parse(text: &str) -> Resource {
    Resource::parse(text.as_bytes(), &json::Limits::default()).expect("resource")
}

#[expect(
    clippy::expect_used,
    reason = "a bench ends at once when its input is wrong"
)]
fn bind(text: &str, users: &ResourceType) -> Bound {
    let mut reading = Dialect::of(Vendor::Strict).reading();
    let filter = Filter::parse_in(text, &Limits::default(), &mut reading).expect("filter");
    filter
        .bind(users, Unknown::Refuse, &mut reading)
        .expect("bound")
}

fn one_of_many(n: usize) -> Resource {
    let first = ["a", "b", "user"].get(n % 3).copied().unwrap_or("user");
    let domain = if n.is_multiple_of(2) { "acme" } else { "other" };
    let name = if n == 77_777 { "user" } else { first };
    let text = USER
        .replace("user@acme.example", &format!("{name}{n}@acme.example"))
        .replace("ann@acme.example", &format!("{name}{n}@{domain}.example"))
        .replace(
            "\"active\":true",
            if n.is_multiple_of(5) {
                "\"active\":false"
            } else {
                "\"active\":true"
            },
        )
        .replace(
            "\"title\":\"Tour Guide\",",
            if n.is_multiple_of(7) {
                ""
            } else {
                "\"title\":\"Tour Guide\","
            },
        );
    parse(&text)
}
