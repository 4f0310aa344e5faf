//! The load a process is under when it is killed: logins and provisioning, each acknowledged
//! by a line on standard output only when the store has said it is done.

use crate::directory::session;
use crate::engines::{PEPPER, org, t0};
use crate::scim::{access, admit, create, replace, scim_account, user, with};
use saml_sp::store::{FirstUse, ReplayKey, ReplayStore, RequestStore, contract};
use scim_core::resource::Name;
use scim_core::store::Written;
use serde_json::json;
use sso_store::directory::{NewSignIn, SignInOutcome};
use sso_store::{
    AccessChange, AccountId, AdmittedAccount, Database, Entry, Generate, Pepper, SignInId,
};
use std::io::Write;
use time::Duration;

pub(crate) const URL: &str = "SSO_STORE_TEST_LOAD_URL";

/// What was acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ack {
    /// The login of this number has a session with this cookie.
    Login(String, String),
    /// The user of this number was deactivated.
    Off(String),
    /// The user of this number was created.
    User(String),
}

impl Ack {
    fn say(&self) {
        let line = match self {
            Self::Login(n, cookie) => format!("\nack login {n} {cookie}\n"),
            Self::Off(n) => format!("\nack off {n}\n"),
            Self::User(n) => format!("\nack user {n}\n"),
        };
        std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
    }

    pub(crate) fn hear(line: &str) -> Option<Self> {
        let mut words = line.strip_prefix("ack ")?.split(' ').map(str::to_owned);
        let (kind, n) = (words.next()?, words.next()?);
        match kind.as_str() {
            "login" => Some(Self::Login(n, words.next()?)),
            "off" => Some(Self::Off(n)),
            _ => Some(Self::User(n)),
        }
    }
}

/// Runs until it is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by the fault tests in a process of its own"]
async fn under_load() {
    let url = std::env::var(URL).unwrap();
    let database = Database::open(&url, Pepper::new(PEPPER)).await.unwrap();
    database.migrate().await.unwrap();
    let person = database
        .account_by_email(&crate::directory::address("ann@acme.example"))
        .await
        .unwrap()
        .unwrap();
    let round = std::process::id();
    let mut tasks = Vec::new();
    for worker in 0..4 {
        let (one, other, account) = (database.clone(), database.clone(), person.id.clone());
        tasks.push(tokio::spawn(async move {
            for n in 0.. {
                login(&one, &account, &format!("{round}-{worker}-{n}")).await;
            }
        }));
        tasks.push(tokio::spawn(async move {
            for n in 0.. {
                provision(&other, &format!("{round}-{worker}-{n}")).await;
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

pub(crate) fn assertion(n: &str) -> ReplayKey {
    ReplayKey::new("https://idp.example", n)
}

async fn login(database: &Database, account: &AccountId, n: &str) {
    let record = contract::sample(&format!("_{n}"), &format!("relay-{n}"));
    let now = record.issued_at();
    database.put(&record).await.unwrap();
    let unit = database.login();
    let request = RequestStore::claim(&unit, record.id(), now).await.unwrap();
    let answer = ReplayStore::claim(&unit, &assertion(n), t0() + Duration::DAY, now).await;
    assert_eq!(
        (request, answer.unwrap()),
        (FirstUse::First, FirstUse::First)
    );
    let entry = Entry {
        session: session(account, Some(&org("acme"))),
        sign_in: sign_in(account),
        audit: Vec::new(),
    };
    let cookie = unit.enter(&entry, now).await.unwrap();
    Ack::Login(n.to_owned(), cookie.reveal().to_owned()).say();
}

fn sign_in(account: &AccountId) -> NewSignIn {
    NewSignIn {
        id: SignInId::generate(t0()).unwrap(),
        org: Some(org("acme")),
        account: Some(account.clone()),
        method: "sso".into(),
        outcome: SignInOutcome::Accepted,
        code: "S5".into(),
        detail: json!({}).into(),
    }
}

async fn provision(database: &Database, n: &str) {
    let email = format!("p{n}@acme.example");
    let new = user(n, &email);
    let created = create(
        database,
        &new,
        admit(AdmittedAccount::New(scim_account(&email))),
    )
    .await;
    assert_eq!(created, Written::Done);
    Ack::User(n.to_owned()).say();
    let off = with(&new, Name::ACTIVE, false);
    assert_eq!(
        replace(database, &off, new.version(), access(AccessChange::Suspend)).await,
        Written::Done
    );
    Ack::Off(n.to_owned()).say();
}
