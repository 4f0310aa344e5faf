//! Logins begun at the service and answered by the test kit's provider, and the verification
//! of the very same answers without the service.

use crate::Outcome;
use crate::backend::Backend;
use crate::http::{Client, path};
use crate::rate::{Rates, WINDOW, measure, processor_time};
use crate::scim::address;
use crate::waiting::Waiting;
use clap::Args;
use saml_sp::random::RandomError;
use saml_sp::{Acs, AcsForm, Expected, Idp, RequestRecord, ServiceProvider, StartOptions};
use saml_testkit::{AuthnRequestSeen, Person, SpTarget, TestIdp};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::hint::black_box;
use std::time::Instant;
use time::OffsetDateTime;

/// The issuer of the demonstration's provider.
const ISSUER: &str = "http://www.okta.com/exkdemo0000000000001";
/// Where the verification alone pretends to be.
const BASE: &str = "http://127.0.0.1:4400";
const POSTBACK: &str = "/security/sso/v2/authorize/";
const REQUESTABLE: &str = "/sso/saml2";

/// Logins of people that `provision` has made.
#[derive(Args)]
pub(crate) struct Logins {
    /// The base URL of the service.
    #[arg(long)]
    base: String,
    /// The organisation.
    #[arg(long)]
    org: String,
    /// How many logins.
    #[arg(long)]
    count: u64,
    /// Of how many people.
    #[arg(long)]
    people: u64,
    /// Connections at once.
    #[arg(long, default_value_t = 64)]
    callers: u32,
    /// The process whose processor time is read.
    #[arg(long)]
    pid: Option<u32>,
    /// How answers are waited for.
    #[arg(long, value_enum, default_value_t = Waiting::Asleep)]
    waiting: Waiting,
    /// Sign each answer just before it is posted: a slower load that can last.
    #[arg(long)]
    sign_as_you_go: bool,
}

impl Logins {
    pub(crate) fn run(&self) -> Outcome<Value> {
        if self.sign_as_you_go {
            return self.steady();
        }
        let bodies = self.prepare()?;
        crate::note("answers are signed, measuring");
        let bodies = RefCell::new(bodies.into_iter());
        let rates = measure(
            self.clients()?,
            self.waiting,
            self.pid,
            &async |client: &mut Client| {
                let body = bodies.borrow_mut().next();
                match body {
                    Some(body) => post(client, &body).await,
                    None => Ok(false),
                }
            },
        )?;
        Ok(rates.report("logins"))
    }

    fn steady(&self) -> Outcome<Value> {
        let next = Cell::new(0);
        let rates = measure(
            self.clients()?,
            self.waiting,
            self.pid,
            &async |client: &mut Client| {
                let n = next.replace(next.get() + 1);
                if n >= self.count {
                    return Ok(false);
                }
                let body = self.begin(client, n).await?;
                post(client, &body).await
            },
        )?;
        Ok(rates.report("logins with their start"))
    }

    fn clients(&self) -> Outcome<Vec<Client>> {
        (0..self.callers)
            .map(|_| Client::new(&self.base, ""))
            .collect()
    }

    /// Begins every login and signs every answer.
    fn prepare(&self) -> Outcome<Vec<String>> {
        let (next, bodies) = (Cell::new(0), RefCell::new(Vec::new()));
        let clients = (0..4).map(|_| Client::new(&self.base, ""));
        let clients = clients.collect::<Outcome<_>>()?;
        measure(
            clients,
            Waiting::Asleep,
            None,
            &async |client: &mut Client| {
                let n = next.replace(next.get() + 1);
                if n >= self.count {
                    return Ok(false);
                }
                let body = self.begin(client, n).await?;
                bodies.borrow_mut().push(body);
                Ok(true)
            },
        )?;
        Ok(bodies.into_inner())
    }

    /// One login begun at the service, and the form that answers it.
    async fn begin(&self, client: &mut Client, n: u64) -> Outcome<String> {
        let path = format!("{POSTBACK}?org_id={}", self.org);
        let answer = client.get(&path).await?;
        let to = answer
            .location
            .ok_or_else(|| format!("no login was begun: {}", answer.status))?;
        let seen = AuthnRequestSeen::from_redirect(&to)?;
        let audience = format!("{}{POSTBACK}", self.base);
        let target = SpTarget::new(&format!("{}{REQUESTABLE}", self.base), &audience);
        let person = Person::new(&address(n % self.people.max(1)), "Person", "Number");
        let response = TestIdp::okta()
            .with_issuer(ISSUER)
            .response(
                &target.in_response_to(seen.id()),
                &person,
                OffsetDateTime::now_utc(),
            )
            .relay_state(seen.relay_state().unwrap_or_default());
        Ok(response.form_body())
    }
}

/// Only a redirect to where the login began is a login.
async fn post(client: &mut Client, body: &str) -> Outcome<bool> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let answer = client.post(REQUESTABLE, FORM, body.as_bytes()).await?;
    if answer.status == 303 {
        Ok(true)
    } else {
        let text = String::from_utf8_lossy(&answer.body);
        Err(format!(
            "no login but {} ({}): {text}",
            answer.status,
            path(REQUESTABLE)
        )
        .into())
    }
}

/// Verifies answers of the same shape, without the service around it, on this thread.
pub(crate) fn verify(windows: u32, backend: Backend) -> Outcome<Value> {
    let (requestable, audience) = (format!("{BASE}{REQUESTABLE}"), format!("{BASE}{POSTBACK}"));
    let kit = TestIdp::okta().with_issuer(ISSUER);
    let sp = ServiceProvider::builder(&audience)
        .acs(Acs::new(&requestable))
        .crypto(backend.provider())
        .build()?;
    let idp = Idp::from_parts(kit.certificate_pem(), kit.sign_in_url(), kit.issuer())?;
    let now = OffsetDateTime::now_utc();
    let answers = (0..100).map(|n| answer(&sp, &idp, &kit, n, now));
    let answers = answers.collect::<Outcome<Vec<_>>>()?;
    let (mut rates, mut all) = (Vec::new(), 0);
    let before = processor_time(std::process::id())?;
    for _ in 0..windows {
        let (begun, mut done) = (Instant::now(), 0_u64);
        while begun.elapsed() < WINDOW {
            for (record, body) in &answers {
                let form = AcsForm::from_urlencoded(black_box(body.as_bytes()), sp.limits())?;
                let pending = sp.accept(&form, &idp, Expected::Request(record), now)?;
                drop(black_box(pending));
                done += 1;
            }
        }
        rates.push(done as f64 / begun.elapsed().as_secs_f64());
        all += done;
    }
    Ok(Rates::of_this_process(rates, all, before)?.report(backend.name()))
}

fn answer(
    sp: &ServiceProvider,
    idp: &Idp,
    kit: &TestIdp,
    n: u64,
    now: OffsetDateTime,
) -> Outcome<(RequestRecord, String)> {
    let mut random = |octets: &mut [u8]| {
        octets
            .iter_mut()
            .zip(n.to_be_bytes().iter().cycle())
            .for_each(|(to, from)| *to = *from);
        Ok::<(), RandomError>(())
    };
    let started = sp.start(idp, &StartOptions::default(), &mut random, now)?;
    let record = started.request().clone();
    let target = SpTarget::new(&format!("{BASE}{REQUESTABLE}"), sp.entity_id())
        .in_response_to(record.id().as_str());
    let body = kit
        .response(&target, &Person::new(&address(n), "Person", "Number"), now)
        .relay_state(record.relay().as_str())
        .form_body();
    Ok((record, body))
}
