//! Reading, writing, filtering and patching SCIM resources, as ratios to hand-written code.
//!
//! `cargo bench -p benches --bench scim` first lets criterion measure each job, then prints one
//! line per job with our time, the floor's, and the ratio. Every floor is measured in the same
//! run, in turn with the job. Times are the best of many short rounds, so that a busy neighbour
//! does not decide the ratio.
//!
//! * **parse**, **write**: a User of about 900 bytes; floor: a plain serde struct of just its
//!   attributes.
//! * **filter parse**: floor (to be beaten ten times): crate `scim_v2` 1.0 on the same text, or
//!   on the nearest it can read.
//! * **match**: per user over 100,000 users; floor: a closure over the same storage form.
//! * **patch**: parse and apply `active = false`; floor: the same by hand on a
//!   `serde_json::Value`, and one copy of it.
//! * **look up**: a hash map from the key of a filter, at 1,000 and 100,000 users.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;
use scim_core::dialect::{Dialect, Vendor};
use scim_core::filter::{Bound, Filter, Limits, Unknown};
use scim_core::json;
use scim_core::patch::Patch;
use scim_core::resource::{Name, Resource, Value};
use scim_core::schema::{Projection, Registry, ResourceType};
use scim_core::{Kind, fold};
use serde::{Deserialize, Serialize};

/// How long a job and its floor are measured in all; the best round of each counts.
const TOTAL: Duration = Duration::from_secs(2);
/// Length of one round of one kind: short, so that some round has the core to itself.
const ROUND: Duration = Duration::from_micros(200);

const USER: &str = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"id":"2819c223-7f76-453a-919d-413861904646","externalId":"00u1a2b3c4d5e6f7g8h9","userName":"user@acme.example","name":{"formatted":"Ms. Ann J. Lee","familyName":"Lee","givenName":"Ann"},"displayName":"Ann Lee","title":"Tour Guide","preferredLanguage":"en-US","locale":"en-US","timezone":"Europe/Berlin","active":true,"emails":[{"value":"ann@acme.example","type":"work","primary":true},{"value":"ann@home.example","type":"home"}],"phoneNumbers":[{"value":"tel:+49-30-1234567","type":"work"}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"701984","department":"Tours","manager":{"value":"26118915-6090-4610-87e4-49d8ca9f808d"}},"meta":{"resourceType":"User","created":"2026-01-23T04:56:22Z","lastModified":"2026-05-13T04:42:34Z","version":"W/\"a330bc54f0671c9\""}}"#;

const SIMPLE: &str = r#"userName eq "ann@acme.example""#;
const COMPLEX: &str = r#"userName sw "a" and (active eq true or title pr) and emails[type eq "work" and value co "@acme.example"]"#;

const DEACTIVATE: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":false}}]}"#;

/// The attributes of [`USER`] and nothing else, as one would write them down.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Plain {
    schemas: Vec<String>,
    id: Option<String>,
    external_id: Option<String>,
    user_name: String,
    name: Option<PlainName>,
    display_name: Option<String>,
    title: Option<String>,
    preferred_language: Option<String>,
    locale: Option<String>,
    timezone: Option<String>,
    active: Option<bool>,
    emails: Option<Vec<PlainEntry>>,
    phone_numbers: Option<Vec<PlainEntry>>,
    #[serde(rename = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")]
    enterprise: Option<PlainEnterprise>,
    meta: Option<PlainMeta>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlainName {
    formatted: Option<String>,
    family_name: Option<String>,
    given_name: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct PlainEntry {
    value: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    primary: Option<bool>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlainEnterprise {
    employee_number: Option<String>,
    department: Option<String>,
    manager: Option<PlainManager>,
}

#[derive(Serialize, Deserialize)]
struct PlainManager {
    value: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlainMeta {
    resource_type: String,
    created: String,
    last_modified: String,
    version: String,
}

struct World {
    users: std::sync::Arc<ResourceType>,
    projection: Projection,
    resource: Resource,
    plain: Plain,
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
    goal: &'static str,
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
        print(&rows);
    }
}

#[expect(
    clippy::print_stdout,
    reason = "the ratios are the output of this program"
)]
fn print(rows: &[Row<'_>]) {
    println!(
        "\n{:<22} {:>12} {:>12} {:>8}   goal",
        "job", "ours", "floor", "ratio"
    );
    for row in rows {
        let [ours, floor] = best([&row.job, &row.floor]);
        let each = |t: Duration| t.as_secs_f64() * 1e9 / f64::from(row.work);
        let ratio = ours.as_secs_f64() / floor.as_secs_f64();
        println!(
            "{:<22} {:>9.1} ns {:>9.1} ns {ratio:>8.2}   {}",
            row.name,
            each(ours),
            each(floor),
            row.goal
        );
    }
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

    fn rows(&self) -> Vec<Row<'_>> {
        let mut rows = self.body_rows();
        rows.extend(self.filter_rows());
        rows.extend(self.match_rows());
        rows.push(self.patch_row());
        rows.extend(self.look_up_rows());
        rows
    }

    fn body_rows(&self) -> Vec<Row<'_>> {
        vec![
            Row {
                name: "parse",
                work: 1,
                goal: "1.5",
                job: Box::new(|| drop(black_box(parse(black_box(USER))))),
                floor: Box::new(|| {
                    drop(black_box(serde_json::from_slice::<Plain>(black_box(
                        USER.as_bytes(),
                    ))));
                }),
            },
            Row {
                name: "write",
                work: 1,
                goal: "1.3",
                job: Box::new(|| drop(black_box(self.resource.to_json()))),
                floor: Box::new(|| drop(black_box(serde_json::to_vec(&self.plain)))),
            },
            Row {
                name: "write projected",
                work: 1,
                goal: "",
                job: Box::new(|| {
                    let mut out = Vec::with_capacity(1024);
                    self.projection.write(&self.resource, &mut out);
                    drop(black_box(out));
                }),
                floor: Box::new(|| drop(black_box(serde_json::to_vec(&self.plain)))),
            },
        ]
    }

    fn filter_rows(&self) -> Vec<Row<'_>> {
        let row = |name, text: &'static str, peer: &'static str| Row {
            name,
            work: 1,
            goal: "0.1",
            job: Box::new(move || drop(black_box(Filter::parse(black_box(text))))),
            floor: Box::new(move || {
                let parsed = black_box(peer).parse::<scim_v2::filter::Filter>();
                assert!(parsed.is_ok(), "the peer reads its filter");
                drop(black_box(parsed));
            }),
        };
        vec![
            row("filter parse", SIMPLE, SIMPLE),
            row("filter parse complex", COMPLEX, COMPLEX),
            Row {
                name: "filter parse and bind",
                work: 1,
                goal: "",
                job: Box::new(|| drop(black_box(bind(black_box(SIMPLE), &self.users)))),
                floor: Box::new(|| drop(black_box(Filter::parse(black_box(SIMPLE))))),
            },
        ]
    }

    fn match_rows(&self) -> Vec<Row<'_>> {
        let count = |bound: &Bound| self.crowd.iter().filter(|u| bound.matches(u)).count();
        assert_eq!(count(&self.simple), 1, "one user has the name");
        assert_eq!(
            count(&self.complex),
            self.crowd.iter().filter(|u| complex_by_hand(u)).count(),
            "both find the same"
        );
        vec![
            Row {
                name: "match userName eq",
                work: 100_000,
                goal: "3.0",
                job: Box::new(move || {
                    black_box(count(&self.simple));
                }),
                floor: Box::new(|| {
                    let by_hand = |u: &&Resource| {
                        let name = u.get(&Name::USER_NAME).and_then(Value::as_str);
                        name.is_some_and(|n| n.eq_ignore_ascii_case("user77777@acme.example"))
                    };
                    black_box(self.crowd.iter().filter(by_hand).count());
                }),
            },
            Row {
                name: "match complex",
                work: 100_000,
                goal: "3.0",
                job: Box::new(move || {
                    black_box(count(&self.complex));
                }),
                floor: Box::new(|| {
                    black_box(self.crowd.iter().filter(|u| complex_by_hand(u)).count());
                }),
            },
        ]
    }

    fn patch_row(&self) -> Row<'_> {
        Row {
            name: "patch active",
            work: 1,
            goal: "2.0",
            job: Box::new(|| {
                let mut reading = Dialect::of(Vendor::Okta).reading();
                let body = json::object(black_box(DEACTIVATE).as_bytes(), &json::Limits::default());
                let patch = Patch::parse(body.expect("body"), &mut reading).expect("patch");
                let next = patch.apply(&self.resource, &self.users, &mut reading);
                drop(black_box(next.expect("next")));
            }),
            floor: Box::new(|| {
                let patch: serde_json::Value =
                    serde_json::from_str(black_box(DEACTIVATE)).expect("patch");
                let mut next = self.tree.clone();
                let operations = patch
                    .get("Operations")
                    .and_then(serde_json::Value::as_array);
                for operation in operations.into_iter().flatten() {
                    let value = operation
                        .get("value")
                        .and_then(serde_json::Value::as_object);
                    let fields = value.into_iter().flatten();
                    for (name, value) in fields {
                        if let Some(object) = next.as_object_mut() {
                            object.insert(name.clone(), value.clone());
                        }
                    }
                }
                drop(black_box(next));
            }),
        }
    }

    fn look_up_rows(&self) -> Vec<Row<'_>> {
        let look = |map: &HashMap<String, usize>| {
            let equality = self.simple.equalities().next().expect("equality");
            black_box(map.get(equality.value));
        };
        vec![Row {
            name: "look up of 100,000",
            work: 1,
            goal: "1.5",
            job: Box::new(move || look(&self.many)),
            floor: Box::new(move || look(&self.few)),
        }]
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

/// The key of a text value.
fn text(value: Option<&Value>) -> Option<std::borrow::Cow<'_, str>> {
    value.and_then(Value::as_str).map(fold::fold)
}

/// [`COMPLEX`] as one would write it for this storage form.
fn complex_by_hand(user: &Resource) -> bool {
    let starts = text(user.get(&Name::USER_NAME)).is_some_and(|n| n.starts_with('a'));
    if !starts {
        return false;
    }
    let active = user.get(&Name::ACTIVE) == Some(&Value::Boolean(true));
    if !active && user.get(&Name::TITLE).is_none_or(Value::is_absent) {
        return false;
    }
    let emails = user.get(&Name::EMAILS).map_or(&[][..], Value::elements);
    emails.iter().any(|email| {
        text(email.sub(&Name::TYPE)).is_some_and(|t| t == "work")
            && text(email.sub(&Name::VALUE)).is_some_and(|v| v.contains("@acme.example"))
    })
}
