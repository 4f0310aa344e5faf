//! The conversations that scim-core keeps of real clients, held with a service over SQL.

use crate::directory::make_org;
use crate::engines::{self, Bench, PEPPER, t0};
use crate::scim::admit;
use crate::transcript::{Service, replay_all, report};
use scim_core::auth::RandomError;
use scim_core::config::Config;
use scim_core::dialect::{Dialect, Vendor};
use scim_core::guard::{Change, Facet, Guard, GuardError, Verdict};
use scim_core::id::Kind;
use scim_core::resource::Resource;
use scim_core::{Request, Response, Scim, TenantId};
use sso_store::directory::{AccountOrigin, NewAccount};
use sso_store::{
    AccessChange, AccountFate, AccountId, AdmittedAccount, Database, Email, Generate, MemberChange,
    MemberPlan, Pepper, Role, StoreError,
};
use std::path::Path;
use std::sync::Mutex;
use time::{Duration, OffsetDateTime};

const BASE: &str = "https://app.example/scim/v2";

/// Lets everybody in, at whatever domain, as the transcripts expect.
struct Welcome(Database);

/// An address to hold an account by, for the userNames of transcripts that are none.
fn address_of(resource: &Resource) -> Email {
    let user = resource.as_user();
    let name = user.user_name().unwrap_or_default();
    Email::parse(name).unwrap_or_else(|_| {
        let local: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        Email::parse(&format!("u{local}@no-address.example")).unwrap()
    })
}

impl Welcome {
    async fn account(
        &self,
        next: &Resource,
        now: OffsetDateTime,
    ) -> Result<AdmittedAccount, StoreError> {
        let email = address_of(next);
        if let Some(known) = self.0.account_by_email(&email).await? {
            return Ok(AdmittedAccount::Existing(known.id));
        }
        Ok(AdmittedAccount::New(NewAccount {
            id: AccountId::generate(now)?,
            email,
            given_name: String::new(),
            family_name: String::new(),
            password_hash: None,
            origin: AccountOrigin::Scim,
        }))
    }
}

impl Guard<MemberPlan> for Welcome {
    async fn judge(
        &self,
        _tenant: &TenantId,
        change: &Change<'_>,
        now: OffsetDateTime,
    ) -> Result<Verdict<MemberPlan>, GuardError> {
        if *change.kind() != Kind::USER {
            return Ok(Verdict::Allow(MemberPlan::Nothing));
        }
        Ok(Verdict::Allow(match change {
            Change::Create { next, .. } => {
                admit(self.account(next, now).await.map_err(GuardError::new)?)
            }
            Change::Replace { next, .. } => MemberPlan::Change(MemberChange {
                access: match () {
                    () if change.touches(Facet::Deactivate) => Some(AccessChange::Suspend),
                    () if change.touches(Facet::Reactivate) => {
                        Some(AccessChange::Reactivate(Role::Member))
                    }
                    () => None,
                },
                email: change.touches(Facet::UserName).then(|| address_of(next)),
                names: None,
            }),
            _ => MemberPlan::Remove(AccountFate::Keep),
        }))
    }
}

/// A service of one tenant; each request comes a second after the one before.
struct Talk {
    scim: Scim<Database, Database, Welcome>,
    now: Mutex<OffsetDateTime>,
    _bench: Bench,
}

impl Talk {
    async fn answer(&self, request: Request) -> Response {
        let now = {
            let mut now = self.now.lock().unwrap();
            *now += Duration::SECOND;
            *now
        };
        let mut random = |bytes: &mut [u8]| getrandom::fill(bytes).map_err(|_| RandomError);
        self.scim.handle(request, now, &mut random).await
    }
}

async fn service(
    bench: Bench,
    dialect: &str,
) -> Service<impl AsyncFn(Request) -> Response + use<>> {
    let database = bench.database.clone();
    let acme = make_org(&database, "acme").await;
    let mut tx = database.begin().await.unwrap();
    let token = tx
        .mint_token(&acme, "test", None, Duration::ZERO, t0())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let vendor = Vendor::from_word(dialect).unwrap();
    let config = Config::new(BASE, Pepper::new(PEPPER).for_scim_tokens())
        .unwrap()
        .with_dialect(Dialect::of(vendor));
    let scim = Scim::new(
        config,
        database.clone(),
        database.clone(),
        Welcome(database),
    );
    let talk = Talk {
        scim,
        now: Mutex::new(t0()),
        _bench: bench,
    };
    Service {
        base_url: BASE.to_owned(),
        base_path: "/scim/v2".to_owned(),
        token: token.reveal(),
        handle: async move |request| talk.answer(request).await,
    }
}

fn transcripts() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../scim-core/tests/data/transcripts")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_client_gets_what_it_needs_from_sqlite() {
    let (files, failures) = Box::pin(replay_all(&transcripts(), async |dialect: &str| {
        service(engines::sqlite().await, dialect).await
    }))
    .await;
    assert!(files >= 30, "only {files} transcripts found");
    assert!(
        failures.is_empty(),
        "{} of {files} fail:\n{}",
        failures.len(),
        report(&failures)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_client_gets_what_it_needs_from_postgres() {
    if engines::empty_postgres().await.is_none() {
        return;
    }
    let open = async |dialect: &str| service(engines::postgres().await.unwrap(), dialect).await;
    let (files, failures) = Box::pin(replay_all(&transcripts(), open)).await;
    assert!(files >= 30, "only {files} transcripts found");
    assert!(
        failures.is_empty(),
        "{} of {files} fail:\n{}",
        failures.len(),
        report(&failures)
    );
}
