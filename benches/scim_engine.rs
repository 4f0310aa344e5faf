//! The SCIM engine from request to response, in memory, as ratios to floors of the same run.
//!
//! `cargo bench -p benches --bench scim_engine` prints one line per job:
//!
//! * **handle**: [`Scim::handle`] on one thread without a network, absolute.
//! * **look up**: the same request at 100,000 users and at 1,000; goal: at most 1.5 times.
//! * **behind hyper**: requests per second of the engine behind hyper on one thread, and of a
//!   hyper server that answers the same bytes from a constant. A second thread keeps sixteen
//!   connections over loopback busy, one request on each at a time. Goals: at least 0.6 of the
//!   constant for a GET by id, 0.5 for `userName eq`, 0.4 for a PATCH of `active`.
//!
//! Times are the best of several short rounds, taken in turn, so that a busy neighbour does not
//! decide the ratio.

use std::convert::Infallible;
use std::hint::black_box;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use criterion::Criterion;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use scim_core::auth::{Pepper, RandomError, Slot, TokenRecord};
use scim_core::config::Config;
use scim_core::guard::AllowAll;
use scim_core::message::{Method, Request, Response};
use scim_core::store::memory::MemoryStore;
use scim_core::{Scim, TenantId};
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
    /// How the user of that id is numbered.
    number: usize,
    runtime: Runtime,
}

/// A request and the share of the constant server it has to reach.
struct Job {
    name: &'static str,
    goal: &'static str,
    method: Method,
    verb: &'static str,
    target: String,
    /// Sent in turn, so that a PATCH always changes something.
    bodies: [&'static str; 2],
}

const OFF: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":false}}]}"#;
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
    handle_rows(&few);
    look_up_rows(&few, &many);
    hyper_rows(&few);
}

fn handle_rows(world: &World) {
    for job in world.jobs() {
        let mut at = 0;
        let each = best(|| world.ask(&job, &mut at));
        let rate = 1.0 / each.as_secs_f64();
        say(&format!(
            "handle {:<24} {each:>9.2?}   {rate:>9.0} per second",
            job.name
        ));
    }
}

fn look_up_rows(few: &World, many: &World) {
    let jobs = few.jobs().into_iter().zip(many.jobs());
    for (small, large) in jobs.filter(|(job, _)| job.method == Method::Get) {
        let (mut a, mut b) = (0, 0);
        let (mut least, mut most) = (Duration::MAX, Duration::MAX);
        for _ in 0..ROUNDS {
            least = least.min(round(|| few.ask(&small, &mut a)));
            most = most.min(round(|| many.ask(&large, &mut b)));
        }
        let ratio = most.as_secs_f64() / least.as_secs_f64();
        say(&format!(
            "look up {:<23} {most:>9.2?} of 100,000, {least:>9.2?} of 1,000, {ratio:.2} (goal at most 1.50)",
            small.name
        ));
    }
}

fn hyper_rows(world: &World) {
    for job in world.jobs().into_iter().filter(|job| !job.goal.is_empty()) {
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
        say(&format!(
            "behind hyper {:<18} {best_ours:>7.0} per second, constant {best_floor:>7.0}, {:.2} (goal at least {})",
            job.name,
            best_ours / best_floor,
            job.goal
        ));
    }
}

#[expect(
    clippy::expect_used,
    reason = "a bench ends at once when its input is wrong"
)]
impl World {
    fn new(users: usize) -> Self {
        let now = now();
        let pepper = Pepper::new([7; 32]);
        let store = Arc::new(MemoryStore::new(users + 1));
        let mut random = counting();
        let tenant = TenantId::new("acme");
        let (token, mut record) =
            TokenRecord::mint(tenant, Slot::First, None, &pepper, now, &mut random).expect("token");
        record.last_used = Some(now);
        store.put_token(record);
        let config = Config::new("http://127.0.0.1/scim/v2", pepper).expect("config");
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
        let world = Self {
            scim,
            token: token.reveal(),
            id,
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
        let get = |name, goal, target| Job {
            name,
            goal,
            method: Method::Get,
            verb: "GET",
            target,
            bodies: ["", ""],
        };
        let half = self.number;
        let filter = |filter: &str| format!("/scim/v2/Users?filter={}", filter.replace(' ', "%20"));
        vec![
            get("GET by id", "0.60", format!("/scim/v2/Users/{}", self.id)),
            get(
                "userName eq",
                "0.50",
                filter(&format!("userName eq %22User{half}@acme.example%22"))
                    + "&startIndex=1&count=100",
            ),
            get(
                "externalId eq",
                "",
                filter(&format!("externalId eq %22e{half}%22")),
            ),
            Job {
                name: "PATCH active",
                goal: "0.40",
                method: Method::Patch,
                verb: "PATCH",
                target: format!("/scim/v2/Users/{}", self.id),
                bodies: [OFF, ON],
            },
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
        assert_eq!(response.status, 200, "{}", job.name);
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

/// What a server answers with.
#[derive(Clone)]
enum Served {
    Engine(Arc<Engine>),
    Constant(Arc<Response>),
}

impl Served {
    async fn answer(&self, request: http::Request<Incoming>) -> http::Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let body = body
            .collect()
            .await
            .map(http_body_util::Collected::to_bytes);
        let request = http::Request::from_parts(head, body.unwrap_or_default());
        let response: http::Response<Bytes> = match self {
            Self::Engine(scim) => scim.handle_http(request, now(), &mut counting()).await,
            Self::Constant(response) => Response::clone(response).into(),
        };
        response.map(Full::new)
    }
}

/// Starts a server on one thread of its own.
#[expect(
    clippy::expect_used,
    reason = "a bench ends at once when its input is wrong"
)]
fn serve(served: Served) -> SocketAddr {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()
            .expect("runtime");
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
                .await
                .expect("bind");
            send.send(listener.local_addr().expect("address"))
                .expect("send");
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).expect("nodelay");
                let served = served.clone();
                tokio::spawn(async move {
                    let service = service_fn(move |request| {
                        let served = served.clone();
                        async move { Ok::<_, Infallible>(served.answer(request).await) }
                    });
                    let server = http1::Builder::new();
                    drop(server.serve_connection(TokioIo::new(stream), service).await);
                });
            }
        });
    });
    receive.recv().expect("address")
}

/// Connections to one server.
struct Client(Vec<Connection>);

/// A connection and what was read of it beyond the last response.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

#[expect(
    clippy::expect_used,
    reason = "a bench ends at once when its input is wrong"
)]
impl Client {
    fn new(address: SocketAddr) -> Self {
        let connect = |_| {
            let stream = TcpStream::connect(address).expect("connect");
            stream.set_nodelay(true).expect("nodelay");
            Connection {
                stream,
                buffer: Vec::new(),
            }
        };
        Self((0..CONNECTIONS).map(connect).collect())
    }

    /// Requests answered per second of one round.
    fn rate(&mut self, requests: &[Vec<u8>; 2]) -> f64 {
        let start = Instant::now();
        let mut answered = 0.0;
        for request in requests.iter().cycle() {
            if start.elapsed() >= ROUND {
                break;
            }
            for connection in &mut self.0 {
                connection.stream.write_all(request).expect("write");
            }
            for connection in &mut self.0 {
                connection.response();
                answered += 1.0;
            }
        }
        answered / start.elapsed().as_secs_f64()
    }
}

#[expect(
    clippy::expect_used,
    reason = "a bench ends at once when its input is wrong"
)]
impl Connection {
    /// Reads one response, whose status has to be 200.
    fn response(&mut self) {
        let end = loop {
            match self
                .buffer
                .windows(4)
                .position(|window| window == b"\r\n\r\n")
            {
                Some(end) => break end + 4,
                None => self.more(),
            }
        };
        let head = String::from_utf8_lossy(self.buffer.get(..end).expect("head")).to_lowercase();
        assert!(head.starts_with("http/1.1 200"), "{head}");
        let length = head.split_once("content-length: ").expect("length").1;
        let length = length
            .lines()
            .next()
            .expect("line")
            .trim()
            .parse::<usize>()
            .expect("number");
        while self.buffer.len() < end + length {
            self.more();
        }
        self.buffer.drain(..end + length);
    }

    fn more(&mut self) {
        let mut chunk = [0; 64 * 1024];
        let read = self.stream.read(&mut chunk).expect("read");
        assert!(read > 0, "the server went away");
        self.buffer
            .extend_from_slice(chunk.get(..read).expect("chunk"));
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

#[expect(clippy::print_stdout, reason = "the report of the bench")]
fn say(line: &str) {
    println!("{line}");
}
