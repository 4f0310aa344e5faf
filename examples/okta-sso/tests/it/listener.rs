//! The listener against clients that are slow, silent, greedy or in the way of an end.

use std::{net::SocketAddr, time::Duration};

use okta_sso::server::Bounds;
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use sso_store::{Durability, OpenOptions};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::world::{Files, Ground, World};

/// How long a test waits for what has to happen; a bound, never a pause.
const PATIENCE: Duration = Duration::from_secs(20);
/// Short enough for a test.
const SHORT: Duration = Duration::from_millis(300);
/// Longer than a test waits.
const LONG: Duration = Duration::from_secs(600);

/// Nothing runs out but what a test shortens.
fn generous() -> Bounds {
    Bounds {
        connections: 64,
        body: 4096,
        head_time: LONG,
        body_time: LONG,
        answer_time: LONG,
        stall: LONG,
        farewell: LONG,
    }
}

async fn listening(bounds: Bounds) -> World {
    World::new().await.listening(bounds).await
}

async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

/// What comes until the other side closes. A reset counts as its end.
async fn to_the_end(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let mut piece = [0; 4096];
    let reading = async {
        while let Ok(length @ 1..) = stream.read(&mut piece).await {
            all.extend_from_slice(&piece[..length]);
        }
    };
    timeout(PATIENCE, reading).await.expect("it is closed");
    String::from_utf8_lossy(&all).into_owned()
}

async fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = connect(address).await;
    // What is too much may be refused before all of it was sent.
    stream.write_all(request).await.ok();
    to_the_end(&mut stream).await
}

/// The head of an answer without keeping the connection.
async fn one_answer(stream: &mut TcpStream) -> String {
    let mut piece = [0; 4096];
    let length = timeout(PATIENCE, stream.read(&mut piece)).await;
    String::from_utf8_lossy(&piece[..length.unwrap().unwrap()]).into_owned()
}

const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

fn post(path: &str, head: &str, body: &str) -> Vec<u8> {
    format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{head}\r\n{body}")
        .into_bytes()
}

#[tokio::test]
async fn a_head_that_trickles_in_is_cut_off() {
    let world = listening(Bounds {
        head_time: SHORT,
        ..generous()
    })
    .await;
    let mut stream = connect(world.address()).await;
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\n")
        .await
        .unwrap();
    let trickle = async {
        let mut piece = [0; 64];
        loop {
            if stream.write_all(b"X-A: b\r\n").await.is_err() {
                return;
            }
            let heard = timeout(SHORT / 20, stream.read(&mut piece)).await;
            if let Ok(Ok(0) | Err(_)) = heard {
                return;
            }
        }
    };
    timeout(PATIENCE, trickle).await.expect("it is cut off");
    let mut quick = connect(world.address()).await;
    quick.write_all(HEALTH).await.unwrap();
    assert!(one_answer(&mut quick).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed_before_and_after_an_answer() {
    let world = listening(Bounds {
        head_time: SHORT,
        ..generous()
    })
    .await;
    let mut silent = connect(world.address()).await;
    assert_eq!(to_the_end(&mut silent).await, "");
    let mut kept = connect(world.address()).await;
    kept.write_all(HEALTH).await.unwrap();
    let answer = to_the_end(&mut kept).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_waited_for_so_long() {
    let world = listening(Bounds {
        body_time: SHORT,
        ..generous()
    })
    .await;
    let half = "Content-Length: 9\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let page = exchange(world.address(), &post("/sign-in", half, "emai")).await;
    assert!(page.starts_with("HTTP/1.1 408"), "{page}");
    assert!(page.contains("x-content-type-options"), "{page}");
    let scim = exchange(world.address(), &post("/scim/v2/Users", half, "{")).await;
    assert!(scim.starts_with("HTTP/1.1 408"), "{scim}");
    assert!(scim.contains("application/scim+json"), "{scim}");
    assert!(scim.contains(r#""status":"408""#), "{scim}");
    let whole = exchange(world.address(), &post("/sign-in", half, "email=a@b")).await;
    assert!(whole.starts_with("HTTP/1.1 200"), "{whole}");
}

#[tokio::test]
async fn a_body_over_the_bound_is_refused_whether_it_says_its_length_or_not() {
    let world = listening(generous()).await;
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    for (length, status) in [(4096, "200"), (4097, "413")] {
        let body = format!("email={}", "a".repeat(length - 6));
        let plain = format!("{form}Content-Length: {length}\r\n");
        let chunked = format!("{form}Transfer-Encoding: chunked\r\n");
        let chunks = format!("{length:x}\r\n{body}\r\n0\r\n\r\n");
        for (head, body) in [(plain, body), (chunked, chunks)] {
            let answer = exchange(world.address(), &post("/sign-in", &head, &body)).await;
            let expected = format!("HTTP/1.1 {status}");
            assert!(answer.starts_with(&expected), "{length} {head}: {answer}");
        }
    }
    let head = "Content-Type: application/scim+json\r\nContent-Length: 5000\r\n";
    let refused = exchange(
        world.address(),
        &post("/scim/v2/Users", head, &" ".repeat(5000)),
    )
    .await;
    assert!(refused.starts_with("HTTP/1.1 413"), "{refused}");
    assert!(refused.contains(r#""status":"413""#), "{refused}");
}

#[tokio::test]
async fn a_head_over_the_bounds_is_refused() {
    let world = listening(generous()).await;
    let with = |more: &str| {
        format!("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{more}\r\n")
    };
    let long = |length| format!("X-Long: {}\r\n", "a".repeat(length));
    let many = |number| "X-A: b\r\n".repeat(number);
    for (more, status) in [
        (long(48 * 1024), "200"),
        (long(192 * 1024), "431"),
        (many(90), "200"),
        (many(200), "431"),
    ] {
        let answer = exchange(world.address(), with(&more).as_bytes()).await;
        let expected = format!("HTTP/1.1 {status}");
        assert!(answer.starts_with(&expected), "{} {answer}", more.len());
    }
}

#[tokio::test]
async fn whoever_takes_no_answer_gives_up_the_place() {
    let world = listening(Bounds {
        stall: SHORT,
        connections: 1,
        ..generous()
    })
    .await;
    let mut greedy = connect(world.address()).await;
    let asking = async {
        let request = b"GET /style.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(64);
        // Never reads: in the end every buffer between the two is full.
        while greedy.write_all(&request).await.is_ok() {}
    };
    timeout(PATIENCE, asking).await.expect("it is cut off");
    let mut next = connect(world.address()).await;
    next.write_all(HEALTH).await.unwrap();
    assert!(one_answer(&mut next).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn more_connections_than_there_is_room_for_wait() {
    let world = listening(Bounds {
        connections: 2,
        ..generous()
    })
    .await;
    let one = connect(world.address()).await;
    let mut other = connect(world.address()).await;
    other.write_all(HEALTH).await.unwrap();
    assert!(one_answer(&mut other).await.starts_with("HTTP/1.1 200"));
    let mut third = connect(world.address()).await;
    third.write_all(HEALTH).await.unwrap();
    let mut piece = [0; 16];
    let waits = timeout(SHORT, third.read(&mut piece)).await;
    assert!(waits.is_err(), "there is no place yet");
    drop(one);
    assert!(one_answer(&mut third).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn an_end_lets_running_requests_end_and_takes_no_new_ones() {
    let mut world = listening(generous()).await;
    let head = "Content-Length: 9\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let mut running = connect(world.address()).await;
    let begun = post("/sign-in", head, "emai");
    running.write_all(&begun).await.unwrap();
    let mut idle = connect(world.address()).await;
    idle.write_all(HEALTH).await.unwrap();
    assert!(one_answer(&mut idle).await.starts_with("HTTP/1.1 200"));

    let ended = world.stop();
    assert_eq!(to_the_end(&mut idle).await, "", "idle ones are closed");
    let refused = async { while TcpStream::connect(world.address()).await.is_ok() {} };
    timeout(PATIENCE, refused).await.expect("nobody listens");
    assert!(!ended.is_finished(), "somebody is not done yet");
    running.write_all(b"l=a@b").await.unwrap();
    let answer = to_the_end(&mut running).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    timeout(PATIENCE, ended).await.unwrap().unwrap();
}

#[tokio::test]
async fn an_end_does_not_wait_for_ever() {
    let mut world = listening(Bounds {
        farewell: SHORT,
        ..generous()
    })
    .await;
    let mut running = connect(world.address()).await;
    running
        .write_all(&post("/sign-in", "Content-Length: 9\r\n", "emai"))
        .await
        .unwrap();
    timeout(PATIENCE, world.stop()).await.unwrap().unwrap();
}

/// The answer is later than the bound because the database is; whoever asks is told to come back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_takes_too_long_is_a_503() {
    let files = Files::new();
    let url = format!("sqlite:{}", files.data().display());
    let ground = Ground {
        url: url.clone(),
        options: OpenOptions {
            patience: LONG,
            durability: Durability::ProcessLoss,
            ..OpenOptions::default()
        },
    };
    let world = World::at(&ground, |_| ()).await;
    let world = world
        .listening(Bounds {
            answer_time: SHORT,
            ..generous()
        })
        .await;
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let token = world.site.app().demo().unwrap().keep.scim_token.clone();
    let scim = format!(
        "GET /scim/v2/Users HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    let answer = exchange(world.address(), scim.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains("retry-after: 5"), "{answer}");
    assert!(answer.contains(r#""status":"503""#), "{answer}");
    let start = format!(
        "GET /security/sso/v2/authorize/?org_id={} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        world.org_id()
    );
    let page = exchange(world.address(), start.as_bytes()).await;
    assert!(page.starts_with("HTTP/1.1 503"), "{page}");
    assert!(page.contains("retry-after: 5"), "{page}");
    assert!(page.contains("Back in a moment"), "{page}");
    other.execute("ROLLBACK").await.unwrap();
    let answer = exchange(world.address(), scim.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
