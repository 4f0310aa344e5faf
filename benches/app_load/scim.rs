//! Provisioning and reading by SCIM, of this service and of its peer alike.

use crate::Outcome;
use crate::http::{Client, path};
use crate::rate::measure;
use crate::waiting::Waiting;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Where, and as whom.
#[derive(Args)]
pub(crate) struct Endpoint {
    /// The base URL of the SCIM endpoint.
    #[arg(long)]
    base: String,
    /// Its bearer token, if it wants one.
    #[arg(long)]
    token: Option<String>,
    /// Connections at once.
    #[arg(long, default_value_t = 32)]
    callers: u32,
    /// The process whose processor time is read.
    #[arg(long)]
    pid: Option<u32>,
    /// How answers are waited for.
    #[arg(long, value_enum, default_value_t = Waiting::Asleep)]
    waiting: Waiting,
}

impl Endpoint {
    fn clients(&self) -> Outcome<Vec<Client>> {
        let headers = self.token.as_ref().map_or_else(String::new, |token| {
            format!("Authorization: Bearer {token}\r\n")
        });
        (0..self.callers)
            .map(|_| Client::new(&self.base, &headers))
            .collect()
    }
}

/// Users are created; their ids go into a file.
#[derive(Args)]
pub(crate) struct Provision {
    #[command(flatten)]
    endpoint: Endpoint,
    /// How many.
    #[arg(long)]
    count: u64,
    /// Where the ids go, one a line.
    #[arg(long)]
    ids: PathBuf,
}

/// The address of the n-th user.
pub(crate) fn address(n: u64) -> String {
    format!("person{n}@acme.example")
}

fn user(n: u64) -> String {
    let address = address(n);
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": address, "externalId": format!("ext-{n}"), "active": true, "displayName": format!("Person {n}"),
        "name": { "givenName": "Person", "familyName": format!("Number {n}") },
        "emails": [{ "value": address, "type": "work", "primary": true }],
        "title": "Engineer", "locale": "en-US", "timezone": "Europe/Berlin",
        "phoneNumbers": [{ "value": "+49 30 000000", "type": "work" }],
    })
    .to_string()
}

impl Provision {
    pub(crate) fn run(&self) -> Outcome<Value> {
        let endpoint = &self.endpoint;
        let (next, ids) = (Cell::new(0), RefCell::new(Vec::new()));
        let path = format!("{}/Users", path(&endpoint.base).trim_end_matches('/'));
        let (clients, waiting) = (endpoint.clients()?, endpoint.waiting);
        let rates = measure(
            clients,
            waiting,
            endpoint.pid,
            &async |client: &mut Client| {
                let n = next.replace(next.get() + 1);
                if n >= self.count {
                    return Ok(false);
                }
                let body = user(n);
                let answer = client.post(&path, "application/scim+json", body.as_bytes());
                let answer = answer.await?;
                let created: Value = serde_json::from_slice(&answer.body)?;
                let id = created.get("id").and_then(Value::as_str);
                let id = id.ok_or_else(|| format!("{}: {created}", answer.status))?;
                ids.borrow_mut().push(id.to_owned());
                Ok(true)
            },
        )?;
        std::fs::write(&self.ids, ids.into_inner().join("\n"))?;
        Ok(rates.report("create"))
    }
}

/// What is read.
#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// One user by id.
    Get,
    /// One user by `userName eq`.
    Lookup,
}

/// Users are read for a while.
#[derive(Args)]
pub(crate) struct Read {
    #[command(flatten)]
    endpoint: Endpoint,
    /// What.
    #[arg(long, value_enum)]
    what: What,
    /// The file that `provision` wrote.
    #[arg(long)]
    ids: PathBuf,
    /// For how long.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
}

impl Read {
    pub(crate) fn run(&self) -> Outcome<Value> {
        let ids = std::fs::read_to_string(&self.ids)?;
        let base = path(&self.endpoint.base).trim_end_matches('/').to_owned();
        let paths: Vec<String> = match self.what {
            What::Get => ids.lines().map(|id| format!("{base}/Users/{id}")).collect(),
            What::Lookup => (0..ids.lines().count() as u64)
                .map(|n| format!("{base}/Users?filter=userName%20eq%20%22{}%22", address(n)))
                .collect(),
        };
        let next = Cell::new(0_usize);
        let (clients, waiting) = (self.endpoint.clients()?, self.endpoint.waiting);
        let end = Instant::now() + Duration::from_secs_f64(self.seconds);
        let rates = measure(
            clients,
            waiting,
            self.endpoint.pid,
            &async |client: &mut Client| {
                if Instant::now() >= end {
                    return Ok(false);
                }
                // A stride without a factor in common with usual sizes spreads the reads.
                let n = next.replace(next.get() + 7_919) % paths.len().max(1);
                let answer = client.get(paths.get(n).ok_or("no ids")?).await?;
                if answer.status != 200 {
                    return Err(format!("{}", answer.status).into());
                }
                Ok(true)
            },
        )?;
        Ok(rates.report(match self.what {
            What::Get => "get",
            What::Lookup => "look-up",
        }))
    }
}
