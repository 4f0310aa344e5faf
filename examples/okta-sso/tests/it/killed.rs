//! The program killed in the middle of logins and provisioning: what it acknowledged is there,
//! no answer counts twice, nothing is half there.

use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use http::StatusCode;
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinHandle,
};

use crate::{
    program::{Client, OFF, Program, body, free_port, user},
    rows::number,
    server::{Server, fresh_directory},
};

/// What no finished transaction leaves behind.
pub const HALVES: [&str; 7] = [
    "SELECT COUNT(*) FROM accounts a WHERE a.origin IN ('scim', 'just_in_time') AND NOT EXISTS \
     (SELECT 1 FROM members m WHERE m.account = a.id)",
    "SELECT COUNT(*) FROM members m WHERE m.scim_linked = 1 AND NOT EXISTS \
     (SELECT 1 FROM scim_changes c WHERE c.org = m.org AND c.id = m.id AND c.action = 'create')",
    "SELECT COUNT(*) FROM members m WHERE m.scim_linked = 1 AND NOT EXISTS \
     (SELECT 1 FROM member_emails e WHERE e.org = m.org AND e.member = m.id)",
    "SELECT COUNT(*) FROM scim_changes c WHERE NOT EXISTS \
     (SELECT 1 FROM members m WHERE m.org = c.org AND m.id = c.id)",
    "SELECT ABS((SELECT COUNT(*) FROM sessions) - (SELECT COUNT(*) FROM sign_ins WHERE outcome = 'accepted'))",
    "SELECT ABS((SELECT COUNT(*) FROM sessions) - (SELECT COUNT(*) FROM saml_replays))",
    "SELECT ABS((SELECT COUNT(*) FROM sessions) - \
     (SELECT COUNT(*) FROM saml_requests WHERE claimed IS NOT NULL))",
];

/// What was sent, and what of it was acknowledged.
#[derive(Default)]
struct Said {
    /// Forms, and the session cookie of those that were let in.
    logins: Vec<(String, Option<String>)>,
    /// Addresses, and what was acknowledged of them.
    users: Vec<(String, User)>,
}

#[derive(Clone, PartialEq)]
enum User {
    Sent,
    Created(String),
    Off(String),
}

struct Load {
    client: Client,
    said: Arc<Mutex<Said>>,
    acknowledged: UnboundedSender<()>,
    enough: Arc<AtomicBool>,
}

impl Load {
    /// Signs in over and over, as a member and as people who come for the first time, until the
    /// program is gone.
    async fn sign_in(self, worker: &str) {
        for n in 0.. {
            if self.enough.load(Ordering::Relaxed) {
                return;
            }
            let email = match n % 2 {
                0 => "member@acme.example".to_owned(),
                _ => format!("{worker}-{n}@acme.example"),
            };
            let Ok(form) = self.client.answer_for(&email).await else {
                return;
            };
            let place = {
                let mut said = self.said.lock().unwrap();
                said.logins.push((form.clone(), None));
                said.logins.len() - 1
            };
            let Ok(reply) = self.client.post_answer(&form).await else {
                return;
            };
            assert_eq!(reply.status(), StatusCode::SEE_OTHER);
            let cookie = reply.headers()["set-cookie"].to_str().unwrap();
            let cookie = cookie.split(';').next().unwrap().to_owned();
            self.said.lock().unwrap().logins[place].1 = Some(cookie);
            self.acknowledged.send(()).ok();
        }
    }

    /// Creates people and deactivates them, until the program is gone.
    async fn provision(self, worker: &str) {
        for n in 0.. {
            if self.enough.load(Ordering::Relaxed) {
                return;
            }
            let email = format!("{worker}-{n}@acme.example");
            let place = {
                let mut said = self.said.lock().unwrap();
                said.users.push((email.clone(), User::Sent));
                said.users.len() - 1
            };
            let acknowledge = |user| {
                self.said.lock().unwrap().users[place].1 = user;
                self.acknowledged.send(()).ok();
            };
            let Ok(reply) = self.client.scim("POST", "/Users", &user(&email)).await else {
                return;
            };
            assert_eq!(reply.status(), StatusCode::CREATED);
            let id = body(&reply)["id"].as_str().unwrap().to_owned();
            acknowledge(User::Created(id.clone()));
            let path = format!("/Users/{id}");
            let Ok(reply) = self.client.scim("PATCH", &path, OFF).await else {
                return;
            };
            assert!(reply.status().is_success());
            acknowledge(User::Off(id));
        }
    }
}

/// A load on programs, three browsers and three provisioning clients on each.
struct Loaded {
    said: Arc<Mutex<Said>>,
    heard: UnboundedReceiver<()>,
    enough: Arc<AtomicBool>,
    workers: Vec<JoinHandle<()>>,
}

impl Loaded {
    fn begin(clients: &[&Client], round: usize) -> Self {
        let (said, enough) = (Arc::default(), Arc::default());
        let (acknowledged, heard) = unbounded_channel();
        let mut workers = Vec::new();
        for (place, client) in clients.iter().enumerate() {
            for worker in 0..3 {
                let load = || Load {
                    client: (*client).clone(),
                    said: Arc::clone(&said),
                    acknowledged: acknowledged.clone(),
                    enough: Arc::clone(&enough),
                };
                let (one, other) = (load(), load());
                let name = format!("{round}-{place}-{worker}");
                let names = (format!("l{name}"), format!("p{name}"));
                workers.push(tokio::spawn(async move { one.sign_in(&names.0).await }));
                workers.push(tokio::spawn(async move { other.provision(&names.1).await }));
            }
        }
        Self {
            said,
            heard,
            enough,
            workers,
        }
    }

    /// Waits for so many acknowledgements.
    async fn hear(&mut self, number: usize) {
        for _ in 0..number {
            self.heard.recv().await.expect("the load goes on");
        }
    }

    async fn end(self) -> Said {
        self.enough.store(true, Ordering::Relaxed);
        for worker in self.workers {
            worker.await.unwrap();
        }
        let said = Arc::into_inner(self.said).unwrap().into_inner().unwrap();
        let (logins, writes, under_way) = said.count();
        println!("{logins} logins and {writes} writes acknowledged, {under_way} under way");
        assert!(logins > 5 && writes > 5, "both were under load");
        said
    }
}

impl Said {
    /// How many logins and writes were acknowledged, and how many were under way.
    fn count(&self) -> (usize, usize, usize) {
        let logins = self.logins.iter().filter(|(_, cookie)| cookie.is_some());
        let users = self.users.iter().filter(|(_, user)| *user != User::Sent);
        let (logins, users) = (logins.count(), users.count());
        let under_way = self.logins.len() + self.users.len() - logins - users;
        (logins, users, under_way)
    }

    /// Each acknowledged login is known by its cookie, and no answer counts (again).
    async fn verify_logins(&self, client: &Client) {
        for (form, cookie) in &self.logins {
            let again = client.post_answer(form).await.unwrap().status();
            match cookie {
                Some(cookie) => {
                    let page = client.get("/account", cookie).await.unwrap();
                    assert_eq!(page.status(), StatusCode::OK, "a session was lost");
                    assert_eq!(again, StatusCode::FORBIDDEN, "an answer counted twice");
                }
                // Nobody was told: it counted or it did not, and from now on it does not.
                None => assert!(matches!(
                    again,
                    StatusCode::SEE_OTHER | StatusCode::FORBIDDEN
                )),
            }
            let third = client.post_answer(form).await.unwrap().status();
            assert_eq!(third, StatusCode::FORBIDDEN, "an answer counted twice");
        }
    }

    async fn verify_users(&self, client: &Client) {
        for (email, user) in &self.users {
            let filter: String =
                form_urlencoded::byte_serialize(format!("userName eq \"{email}\"").as_bytes())
                    .collect();
            let listed = client
                .scim("GET", &format!("/Users?filter={filter}"), "")
                .await;
            let listed = body(&listed.unwrap());
            let found = listed["Resources"].as_array().unwrap();
            match user {
                User::Sent => assert!(found.len() < 2, "{listed}"),
                User::Created(id) | User::Off(id) => {
                    assert_eq!(found[0]["id"], *id.as_str(), "a user was lost");
                }
            }
            for whole in found {
                assert_eq!(whole["emails"][0]["value"], *email.as_str());
                assert_eq!(whole["name"]["givenName"], "Load");
            }
            if matches!(user, User::Off(_)) {
                assert_eq!(found[0]["active"], false, "a deactivation was lost");
            }
        }
    }
}

async fn survive(data: &str, url: &str, key: &Path) {
    let free = free_port();
    for (round, enough) in [60, 101].into_iter().enumerate() {
        let program = Program::start(data, key, free);
        let mut load = Loaded::begin(&[&program.client], round);
        load.hear(enough).await;
        program.kill();
        let said = load.end().await;
        for sql in HALVES {
            assert_eq!(number(url, sql).await, 0, "{sql}");
        }
        let program = Program::start(data, key, free);
        said.verify_logins(&program.client).await;
        said.verify_users(&program.client).await;
        for sql in HALVES {
            assert_eq!(number(url, sql).await, 0, "{sql}");
        }
        program.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    let folder = fresh_directory();
    let file = folder.join("data.db");
    let data = file.to_str().unwrap();
    survive(data, &format!("sqlite:{data}"), &folder.join("key")).await;
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    let Some(server) = Server::start_or_skip() else {
        return;
    };
    let folder = fresh_directory();
    survive(&server.url(), &server.url(), &folder.join("key")).await;
    std::fs::remove_dir_all(folder).unwrap();
}

/// One of two is killed; the other never notices, and knows what the first acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_on_postgres() {
    let Some(server) = Server::start_or_skip() else {
        return;
    };
    let (folder, url) = (fresh_directory(), server.url());
    let key = folder.join("key");
    let one = Program::start(&url, &key, free_port());
    let other = one.beside(&url, &key);
    let mut load = Loaded::begin(&[&one.client, &other.client], 0);
    load.hear(80).await;
    one.kill();
    load.hear(40).await;
    let said = load.end().await;
    for sql in HALVES {
        assert_eq!(number(&url, sql).await, 0, "{sql}");
    }
    said.verify_logins(&other.client).await;
    said.verify_users(&other.client).await;
    other.kill();
    std::fs::remove_dir_all(folder).unwrap();
}
