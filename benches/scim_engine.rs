//! The SCIM engine from request to response, in memory, as ratios to floors of the same run.
//!
//! `cargo bench -p benches --bench scim_engine` prints a table, each row with its goal and
//! whether it is met:
//!
//! * **handle**: [`Scim::handle`] on one thread without a network, absolute.
//! * **100 x as many**: the same request at 100,000 users and at 1,000, at a group of 10,000
//!   members and at one of 100; goals: at most 1.5 times, 2 for the change of one member.
//! * **behind hyper**: requests per second of the engine behind hyper on one thread, and of a
//!   hyper server that answers the same bytes from a constant. A second thread keeps sixteen
//!   connections over loopback busy, one request on each at a time. Goals: at least 0.6 of the
//!   constant for a GET by id, 0.5 for `userName eq`, 0.4 for a PATCH of `active`.
//!
//! Times are the best of several short rounds, taken in turn, so that a busy neighbour does not
//! decide the ratio.

#[path = "scim_engine/server.rs"]
mod server;
mod table;

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::Criterion;
use scim_core::auth::{Pepper, RandomError, Slot, TokenRecord};
use scim_core::config::{Config, MemberRule};
use scim_core::guard::AllowAll;
use scim_core::message::{Method, Request, Response};
use scim_core::store::memory::MemoryStore;
use scim_core::{Scim, TenantId};
use server::{Client, Served, serve};
use table::{Goal, Row, shown};
use time::OffsetDateTime;
use tokio::runtime::Runtime;

type Engine = Scim<Arc<MemoryStore>, Arc<MemoryStore>, AllowAll>;

/// Rounds per job; the best counts.
const ROUNDS: u32 = 12;
/// Length of one round.
const ROUND: Duration = Duration::from_millis(60);
/// Connections, each with one request at a time.
const CONNECTIONS: usize = 16;

/// An engine with so many users, and one of them.
struct World {
    scim: Arc<Engine>,
    token: String,
    id: String,
    /// A group with a tenth as many members as there are users.
    group: String,
    /// How the user of that id is numbered.
    number: usize,
    runtime: Runtime,
}

/// A request and the share of the constant server it has to reach.
struct Job {
    name: &'static str,
    /// How it may grow with the number of users or members.
    growth: Goal,
    /// The share of the constant server it has to reach, if it is held against that.
    share: Option<f64>,
    method: Method,
    verb: &'static str,
    target: String,
    /// Sent in turn, so that a PATCH always changes something.
    bodies: [&'static str; 2],
}

const OFF: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":false}}]}"#;
const OUT: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"remove","path":"members[value eq \"m50\"]"}]}"#;
const IN: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","path":"members","value":[{"value":"m50"}]}]}"#;
const ON: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":true}}]}"#;

fn main() {
    let (few, many) = (World::new(1_000), World::new(100_000));
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(800))
        .configure_from_args();
    for job in few.jobs() {
        let mut at = 0;
        criterion.bench_function(&format!("handle {}", job.name), |bencher| {
            bencher.iter(|| few.ask(&job, &mut at));
        });
    }
    criterion.final_summary();
    let mut rows = handle_rows(&few);
    rows.extend(size_rows(&few, &many));
    rows.extend(hyper_rows(&few));
    table::print(&rows);
}

fn handle_rows(world: &World) -> Vec<Row> {
    let row = |job: Job| {
        let mut at = 0;
        let each = best(|| world.ask(&job, &mut at)).as_secs_f64();
        Row {
            name: format!("handle {}", job.name),
            ours: shown(each),
            floor: format!("{:.0}/s", 1.0 / each),
            ratio: 1.0,
            goal: Goal::Told,
        }
    };
    world.jobs().into_iter().map(row).collect()
}

/// The same request where there is a hundred times as much.
fn size_rows(few: &World, many: &World) -> Vec<Row> {
    let row = |(small, large): (Job, Job)| {
        let (mut a, mut b) = (0, 0);
        let (mut least, mut most) = (Duration::MAX, Duration::MAX);
        for _ in 0..ROUNDS {
            least = least.min(round(|| few.ask(&small, &mut a)));
            most = most.min(round(|| many.ask(&large, &mut b)));
        }
        let (least, most) = (least.as_secs_f64(), most.as_secs_f64());
        Row {
            name: format!("{}, 100 x as many", small.name),
            ours: shown(most),
            floor: shown(least),
            ratio: most / least,
            goal: small.growth,
        }
    };
    let jobs = few.jobs().into_iter().zip(many.jobs());
    jobs.map(row).collect()
}

fn hyper_rows(world: &World) -> Vec<Row> {
    let row = |job: Job| {
        let goal = job.share?;
        let answer = world.answer(&job);
        let ours = serve(Served::Engine(world.scim.clone()));
        let floor = serve(Served::Constant(Arc::new(answer)));
        let (mut ours, mut floor) = (Client::new(ours), Client::new(floor));
        let requests = world.requests(&job);
        let (mut best_ours, mut best_floor) = (0.0_f64, 0.0_f64);
        for _ in 0..ROUNDS {
            best_ours = best_ours.max(ours.rate(&requests));
            best_floor = best_floor.max(floor.rate(&requests));
        }
        Some(Row {
            name: format!("behind hyper {}", job.name),
            ours: format!("{best_ours:.0}/s"),
            floor: format!("{best_floor:.0}/s"),
            ratio: best_ours / best_floor,
            goal: Goal::AtLeast(goal),
        })
    };
    world.jobs().into_iter().filter_map(row).collect()
}

#[expect(
    clippy::expect_used,
    reason = "a bench ends at once when its input is wrong"
)]
impl World {
    fn new(users: usize) -> Self {
        let now = now();
        let pepper = Pepper::new([7; 32]);
        let store = Arc::new(MemoryStore::new(users + 2));
        let mut random = counting();
        let tenant = TenantId::new("acme");
        let (token, mut record) =
            TokenRecord::mint(tenant, Slot::First, None, &pepper, now, &mut random).expect("token");
        record.last_used = Some(now);
        store.put_token(record);
        let config = Config::new("http://127.0.0.1/scim/v2", pepper)
            .expect("config")
            .with_members(MemberRule::Any);
        let scim = Arc::new(Scim::new(config, store.clone(), store, AllowAll));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("runtime");
        let mut id = String::new();
        for n in 0..users {
            let request = Request::new(Method::Post, "/scim/v2/Users").bearer(&token.reveal());
            let created = runtime.block_on(scim.handle(request.json(user(n)), now, &mut random));
            assert_eq!(created.status, 201, "user {n} is created");
            if n == users / 2 {
                let place = created.header("location").expect("location");
                id = place.rsplit('/').next().expect("id").to_owned();
            }
        }
        let request = Request::new(Method::Post, "/scim/v2/Groups").bearer(&token.reveal());
        let made = scim.handle(request.json(group(users / 10)), now, &mut random);
        let made = runtime.block_on(made);
        assert_eq!(made.status, 201, "the group is created");
        let place = made.header("location").expect("location");
        let group = place.rsplit('/').next().expect("id").to_owned();
        let world = Self {
            scim,
            token: token.reveal(),
            id,
            group,
            number: users / 2,
            runtime,
        };
        for job in world.jobs().iter().filter(|job| job.method == Method::Get) {
            let answer = world.answer(job);
            let body = String::from_utf8_lossy(&answer.body);
            assert!(body.contains(&world.id), "{}: found in {body}", job.name);
        }
        world
    }

    fn jobs(&self) -> Vec<Job> {
        let get = |name, share, target| Job {
            name,
            growth: Goal::AtMost(1.5),
            share,
            method: Method::Get,
            verb: "GET",
            target,
            bodies: ["", ""],
        };
        let patch = |name, growth, share, target, bodies| Job {
            name,
            growth: Goal::AtMost(growth),
            share,
            method: Method::Patch,
            verb: "PATCH",
            target,
            bodies,
        };
        let half = self.number;
        let filter = |filter: &str| format!("/scim/v2/Users?filter={}", filter.replace(' ', "%20"));
        let user = format!("/scim/v2/Users/{}", self.id);
        let group = format!("/scim/v2/Groups/{}", self.group);
        let by_name = filter(&format!("userName eq %22User{half}@acme.example%22"));
        let by_external_id = filter(&format!("externalId eq %22e{half}%22"));
        vec![
            get("GET by id", Some(0.6), user.clone()),
            get(
                "userName eq",
                Some(0.5),
                by_name + "&startIndex=1&count=100",
            ),
            get("externalId eq", None, by_external_id),
            patch("PATCH active", 1.5, Some(0.4), user, [OFF, ON]),
            patch("PATCH one member", 2.0, None, group, [OUT, IN]),
        ]
    }

    fn request(&self, job: &Job, at: usize) -> Request {
        let request = Request::new(job.method, &job.target).bearer(&self.token);
        match job.bodies.get(at % 2).copied().unwrap_or_default() {
            "" => request,
            body => request.json(body),
        }
    }

    fn ask(&self, job: &Job, at: &mut usize) {
        *at += 1;
        let request = self.request(job, *at);
        let mut random = counting();
        let response = self
            .runtime
            .block_on(self.scim.handle(request, now(), &mut random));
        let done = matches!(response.status, 200 | 204);
        assert!(done, "{}: {}", job.name, response.status);
        black_box(response);
    }

    fn answer(&self, job: &Job) -> Response {
        let request = self.request(job, 0);
        self.runtime
            .block_on(self.scim.handle(request, now(), &mut counting()))
    }

    /// The bytes of both requests.
    fn requests(&self, job: &Job) -> [Vec<u8>; 2] {
        job.bodies.map(|body| {
            let head = format!(
                "{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n\
                 Accept: application/scim+json\r\nContent-Type: application/scim+json\r\n\
                 Content-Length: {}\r\n\r\n",
                job.verb,
                job.target,
                self.token,
                body.len()
            );
            [head.as_bytes(), body.as_bytes()].concat()
        })
    }
}

fn best(mut job: impl FnMut()) -> Duration {
    (0..ROUNDS)
        .map(|_| round(&mut job))
        .min()
        .unwrap_or_default()
}

/// The mean time of one call in one round.
fn round(mut job: impl FnMut()) -> Duration {
    let start = Instant::now();
    let mut calls = 0_u32;
    while start.elapsed() < ROUND {
        job();
        calls += 1;
    }
    start.elapsed() / calls
}

fn user(n: usize) -> String {
    format!(
        r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"user{n}@acme.example","externalId":"e{n}","name":{{"givenName":"Ann","familyName":"Lee"}},"displayName":"Ann Lee","locale":"en-US","emails":[{{"value":"user{n}@acme.example","type":"work","primary":true}}],"active":true}}"#
    )
}

/// A group of so many members, whom nobody knows.
fn group(members: usize) -> String {
    let member = |n: usize| format!(r#"{{"value":"m{n}"}}"#);
    let members: Vec<String> = (0..members).map(member).collect();
    format!(
        r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Eng","members":[{}]}}"#,
        members.join(",")
    )
}

/// Counted ids, so that the floor and the engine spend nothing on randomness.
fn counting() -> impl FnMut(&mut [u8]) -> Result<(), RandomError> + Send {
    use std::sync::atomic::{AtomicU64, Ordering};
    static DRAWN: AtomicU64 = AtomicU64::new(0);
    |bytes: &mut [u8]| {
        let drawn = DRAWN.fetch_add(1, Ordering::Relaxed);
        bytes.fill(0);
        for (to, from) in bytes.iter_mut().rev().zip(drawn.to_le_bytes()) {
            *to = from;
        }
        Ok(())
    }
}

fn now() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + time::Duration::days(20_000)
}
