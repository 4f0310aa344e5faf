//! The database busy, full, gone, slow, silent, out of connections, seen from outside: whoever asks
//! is told to come back, nothing is half written, and the same request succeeds afterwards, in the
//! same process.

mod between;
mod outcome;
mod postgres;
mod sqlite;
mod unsettled;

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use okta_sso::{demo::idp::SIGN_IN_PATH, server::Bounds};
use serde_json::{Value, json};
use sso_store::{Durability, OpenOptions};

use crate::{
    browser::{Browser, Page},
    program::{OFF, body, user},
    rows::number,
    world::{Ground, World},
};

/// What a login or a SCIM write leaves in the database.
const ROWS: [&str; 12] = [
    "accounts",
    "audit",
    "identity_links",
    "member_emails",
    "members",
    "provisioning_issues",
    "saml_replays",
    "saml_requests WHERE claimed IS NOT NULL",
    "scim_changes",
    "sessions",
    "sign_ins",
    "tombstones",
];

/// What still works while the fault lasts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Fails,
    /// Writing fails for as long as somebody else holds a lock.
    GoesOn,
    /// Writing fails for a reason that keeps everybody from it.
    GoesOnAlone,
}

/// Waits for nothing long, so that no test does.
fn impatient(url: &str) -> Ground {
    Ground {
        url: url.to_owned(),
        options: OpenOptions {
            patience: Duration::from_millis(400),
            statement: Duration::from_millis(800),
            durability: Durability::PowerLoss,
            connections: Some(3),
        },
    }
}

async fn count_rows(url: &str) -> Vec<(&'static str, i64)> {
    let mut counted = Vec::new();
    for table in ROWS {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        counted.push((table, number(url, &sql).await));
    }
    counted
}

/// Somebody signed in, somebody on the way in, and a provisioning client.
struct People<'w> {
    world: &'w World,
    inside: Browser<'w>,
    arriving: Browser<'w>,
    answer: Page,
    /// Somebody whom Okta deactivates, as SCIM knows them.
    leaving: String,
}

impl<'w> People<'w> {
    async fn of(world: &'w World) -> Self {
        let mut inside = Browser::new(world);
        let page = inside.with_sso("member@acme.example").await;
        assert!(page.says("Hello, Mia"), "{}", page.body);
        let mut arriving = Browser::new(world);
        let start = format!("/security/sso/v2/authorize/?org_id={}", world.org_id());
        let page = arriving.open(&start).await;
        let answer = arriving
            .submit(&page, SIGN_IN_PATH, &[("email", "new.hire@acme.example")])
            .await;
        let made = world
            .scim("POST", "/Users", Some(person("lea@acme.example")))
            .await
            .1;
        Self {
            world,
            inside,
            arriving,
            answer,
            leaving: format!("/Users/{}", made["id"].as_str().unwrap()),
        }
    }

    async fn scim(&self, method: &str, path: &str, body: Option<Value>) -> Response<Bytes> {
        let token = self
            .world
            .site
            .app()
            .demo()
            .unwrap()
            .keep
            .scim_token
            .clone();
        self.world.scim_raw(&token, method, path, body).await
    }

    async fn create(&self) -> Response<Bytes> {
        let zoe = person("zoe@acme.example");
        self.scim("POST", "/Users", Some(zoe)).await
    }

    async fn deactivate(&self) -> Response<Bytes> {
        let off = serde_json::from_str(OFF).unwrap();
        self.scim("PATCH", &self.leaving, Some(off)).await
    }

    async fn is_active(&self) -> bool {
        let read = self.scim("GET", &self.leaving, None).await;
        body(&read)["active"].as_bool().unwrap()
    }

    async fn during(&mut self, reading: Reading) {
        let (inside, arriving) = (&mut self.inside, &mut self.arriving);
        let (page, posted) = tokio::join!(inside.get("/account"), arriving.deliver(&self.answer));
        if reading != Reading::Fails {
            assert!(page.says("Hello, Mia"), "{}", page.body);
        } else {
            assert_page_to_come_back(&page);
        }
        assert_page_to_come_back(&posted);
        let certain = posted.says("Nothing was changed");
        assert!(
            certain || reading == Reading::Fails,
            "a database that can be read says what it did: {}",
            posted.body
        );
        assert!(!posted.headers.contains_key("set-cookie"), "nobody is in");
        let list = "/Users?filter=userName%20eq%20%22zoe%40acme.example%22";
        let (listed, created, left) = tokio::join!(
            self.scim("GET", list, None),
            self.create(),
            self.deactivate()
        );
        if reading != Reading::Fails {
            assert_eq!(listed.status(), StatusCode::OK);
        } else {
            assert_scim_to_come_back(&listed);
        }
        assert_scim_to_come_back(&created);
        assert_scim_to_come_back(&left);
        self.machines(reading).await;
    }

    async fn machines(&self, reading: Reading) {
        let mut probe = Browser::new(self.world);
        let (alive, ready) = (probe.get("/healthz").await, probe.get("/readyz").await);
        assert_eq!(alive.status, StatusCode::OK, "the process is alive");
        match reading {
            Reading::GoesOn => assert_eq!(ready.status, StatusCode::OK, "a lock passes"),
            Reading::GoesOnAlone => {
                assert_reading_alone(ready.status, &ready.headers, ready.body.as_bytes());
            }
            Reading::Fails => {
                assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
                assert!(ready.body.contains("the database does not answer"));
                assert!(seconds_to_wait(&ready.headers) > 0);
            }
        }
    }

    /// The very requests that were turned away.
    async fn after(&mut self) {
        assert!(self.inside.get("/account").await.says("Hello, Mia"));
        let welcome = self.arriving.deliver(&self.answer).await;
        assert!(
            welcome.says("Hello, New Hire"),
            "the answer was not used up by the failure: {}",
            welcome.body
        );
        let again = Browser::new(self.world).deliver(&self.answer).await;
        assert_eq!(again.status, StatusCode::FORBIDDEN, "but now it is");
        let list = "/Users?filter=userName%20eq%20%22zoe%40acme.example%22";
        let listed = body(&self.scim("GET", list, None).await);
        assert_eq!(listed["totalResults"], 0, "no half user: {listed}");
        assert_eq!(self.create().await.status(), StatusCode::CREATED);
        assert_eq!(self.create().await.status(), StatusCode::CONFLICT);
        assert!(self.is_active().await, "what was refused did not happen");
        assert!(self.deactivate().await.status().is_success());
        assert!(!self.is_active().await);
    }
}

fn person(email: &str) -> Value {
    serde_json::from_str(&user(email)).unwrap()
}

fn seconds_to_wait(headers: &http::HeaderMap) -> u32 {
    let value = headers.get("retry-after").expect("a Retry-After");
    value.to_str().unwrap().parse().unwrap()
}

fn assert_reading_alone(status: StatusCode, headers: &http::HeaderMap, body: &[u8]) {
    let text = String::from_utf8_lossy(body);
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{text}");
    assert_eq!(text, "reading works, writing does not\n");
    assert!(seconds_to_wait(headers) > 0);
}

fn assert_page_to_come_back(page: &Page) {
    assert_eq!(
        page.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "{}",
        page.body
    );
    assert!(seconds_to_wait(&page.headers) > 0);
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    let unsure = page.says("not certain whether your change was made");
    assert!(page.says("Nothing was changed") != unsure, "{}", page.body);
}

fn assert_scim_to_come_back(answer: &Response<Bytes>) {
    let text = String::from_utf8_lossy(answer.body());
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{text}");
    assert!(seconds_to_wait(answer.headers()) > 0);
    assert_eq!(answer.headers()["content-type"], "application/scim+json");
    let error: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(error["status"], "503");
    assert_eq!(
        error["schemas"],
        json!(["urn:ietf:params:scim:api:messages:2.0:Error"])
    );
}

/// Asks until the database can be used again, which is looked for once a second.
async fn until_ready(world: &World) {
    let mut probe = Browser::new(world);
    let ready = async {
        while probe.get("/readyz").await.status != StatusCode::OK {
            tokio::task::yield_now().await;
        }
    };
    let bound = Duration::from_secs(120);
    let back = tokio::time::timeout(bound, ready).await;
    back.expect("the service came back");
}

async fn listening(url: &str) -> World {
    let world = World::at(&impatient(url), |_| ()).await;
    world.listening(Bounds::default()).await
}

/// One fault from its beginning to what is left of it.
async fn endure<F>(
    url: &str,
    reading: Reading,
    begin: impl AsyncFnOnce() -> F,
    end: impl AsyncFnOnce(F),
) {
    let world = listening(url).await;
    let mut people = People::of(&world).await;
    let before = count_rows(url).await;
    let fault = begin().await;
    people.during(reading).await;
    // Twice, so that the first failure leaves nothing behind that the second trips over.
    people.during(reading).await;
    end(fault).await;
    until_ready(&world).await;
    assert_eq!(count_rows(url).await, before, "nothing is half written");
    people.after().await;
}
