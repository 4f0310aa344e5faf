//! The operations measured: what a login, a provisioning client and an Admin's page ask for.

use crate::fill::{Town, address, issuer_of, member, org};
use saml_sp::record::{Asked, RecordParts, RelayHandle, RequestId, RequestRecord};
use saml_sp::store::{ReplayKey, ReplayStore, RequestStore};
use scim_core::dialect::{Dialect, Vendor};
use scim_core::events::{Action, ChangeRecord};
use scim_core::filter::{Filter, Unknown};
use scim_core::id::{Kind, ResourceId, TenantId, TxnId};
use scim_core::query::{Load, PageRequest, Query, Target, Total};
use scim_core::resource::{Activity, Name, Value};
use scim_core::schema::Registry;
use scim_core::store::{Commit, Page, Store, Stored};
use serde_json::json;
use sso_store::directory::{
    self, IssuerOwner, MemberFilter, NewSession, NewSignIn, SignInOutcome, SsoSubject,
};
use sso_store::{
    AccessChange, AccountId, Database, Entry, Generate, MemberChange, MemberPlan, OrgId, Role,
    SignInId,
};
use std::error::Error;
use time::{Duration, OffsetDateTime};

type Done = Result<(), Box<dyn Error + Send + Sync>>;

/// One of the operations.
#[derive(Clone, Copy)]
pub(crate) enum Job {
    CountedPage,
    DeepList,
    DeepPage,
    FirstPage,
    Get,
    Issuer,
    List,
    Login,
    Lookup,
    NextPage,
    Replay,
    Search,
    Switch,
}

/// What is measured, in this order.
pub(crate) const WORK: &[(&str, Job)] = &[
    ("SCIM GET by id", Job::Get),
    ("SCIM look-up: userName eq", Job::Lookup),
    ("SCIM page of 100 by index, first", Job::FirstPage),
    ("SCIM page of 100 by index, deep in a tenth", Job::DeepPage),
    ("SCIM page of 100 by cursor, deep in a tenth", Job::NextPage),
    ("the same with its total counted anew", Job::CountedPage),
    ("SCIM filter without a column, 1,000 people", Job::Search),
    ("SCIM PATCH active, off and on", Job::Switch),
    ("assertion claimed", Job::Replay),
    ("login: request, then one unit", Job::Login),
    ("organisation of an issuer", Job::Issuer),
    ("member list page of 50, first", Job::List),
    ("member list page of 50, deep in a tenth", Job::DeepList),
];

fn instant(n: u32) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::milliseconds(i64::from(n))
}

/// Spreads consecutive numbers over all people.
fn person(town: Town, n: u32) -> u32 {
    n.wrapping_mul(2_654_435_761) % town.people
}

fn tenant(n: u32) -> TenantId {
    TenantId::new(org(n))
}

impl Job {
    pub(crate) async fn run(self, database: &Database, town: Town, n: u32) -> Done {
        let who = person(town, n);
        match self {
            Self::Get => get(database, town, who).await.map(drop),
            Self::Lookup => {
                let filter = format!("userName eq \"{}\"", address(town, who));
                expect(&query(database, town.home(who), &filter, first()).await?, 1)
            }
            Self::FirstPage => page(database, 1 + n % (town.organisations - 1), first()).await,
            Self::DeepPage => {
                let start = u64::from(1 + who % town.big().saturating_sub(100).max(1));
                page(database, 0, PageRequest::Index { start, count: 100 }).await
            }
            Self::NextPage => behind(database, town, who, Total::NotAsked).await,
            Self::CountedPage => behind(database, town, who, Total::Counted).await,
            Self::Search => {
                let filter = format!("name.familyName eq \"Family{who}\"");
                let home = town.home(who);
                let other = if home == 0 { 1 } else { home };
                query(database, other, &filter, first()).await.map(drop)
            }
            Self::Switch => switch(database, town, who, n).await,
            Self::Replay => claim(database, n).await,
            Self::Login => login(database, town, who, n).await,
            Self::Issuer => issuer(database, town, n).await,
            Self::DeepList => deep_list(database, town, who).await,
            Self::List => {
                let home = OrgId::new(&org(town.home(who)))?;
                database
                    .members(&home, &MemberFilter::default(), &Default::default())
                    .await?;
                Ok(())
            }
        }
    }
}

const fn first() -> PageRequest {
    PageRequest::Index {
        start: 1,
        count: 100,
    }
}

/// The place behind person `n`, in the store's own words for the order of creation.
fn place(n: u32) -> scim_core::query::Position {
    let created = i128::from(n) * 1_000;
    scim_core::query::Position::new(json!(["date", created.to_string(), member(n)]).to_string())
}

fn expect(page: &Page, count: usize) -> Done {
    if page.resources.len() == count {
        Ok(())
    } else {
        Err(format!("{} of {count} found", page.resources.len()).into())
    }
}

async fn get(
    database: &Database,
    town: Town,
    who: u32,
) -> Result<Stored, Box<dyn Error + Send + Sync>> {
    let id = ResourceId::new(member(who));
    let found = database
        .get(&tenant(town.home(who)), &Kind::USER, &id, &Load::All)
        .await?;
    found.ok_or_else(|| format!("{id} is not there").into())
}

async fn query(
    database: &Database,
    org: u32,
    filter: &str,
    page: PageRequest,
) -> Result<Page, Box<dyn Error + Send + Sync>> {
    let registry = Registry::standard();
    let users = registry.by_kind(&Kind::USER).ok_or("no users")?;
    let mut reading = Dialect::of(Vendor::Strict).reading();
    let bound = Filter::parse(filter)?.bind(users, Unknown::Refuse, &mut reading)?;
    let mut query = Query::new([], page);
    query.targets = vec![Target {
        kind: Kind::USER,
        filter: Some(bound),
    }];
    Ok(database.query(&tenant(org), &query).await?)
}

async fn page(database: &Database, org: u32, page: PageRequest) -> Done {
    walk(database, org, &Query::new([Kind::USER], page)).await
}

/// A page behind somebody of the largest organisation.
async fn behind(database: &Database, town: Town, who: u32, total: Total) -> Done {
    let after = place(who % town.big().saturating_sub(100).max(1));
    let page = PageRequest::From {
        after: Some(after),
        count: 100,
    };
    let mut query = Query::new([Kind::USER], page);
    query.total = total;
    walk(database, 0, &query).await
}

async fn walk(database: &Database, org: u32, query: &Query) -> Done {
    let found = database.query(&tenant(org), query).await?;
    if found.resources.is_empty() {
        Err("an empty page".into())
    } else {
        Ok(())
    }
}

/// Reads a person, turns `active` round and writes it with its plan, as a PATCH does.
async fn switch(database: &Database, town: Town, who: u32, n: u32) -> Done {
    let current = get(database, town, who).await?;
    let on = current.resource().as_user().activity() == Activity::Inactive;
    let mut resource = current.resource().clone();
    resource
        .attributes_mut()
        .insert(Name::ACTIVE, Value::from(on));
    let next = Stored::new(
        Kind::USER,
        current.id().clone(),
        resource,
        current.version().next(),
        current.created(),
        instant(n),
    );
    let access = if on {
        AccessChange::Reactivate(Role::Member)
    } else {
        AccessChange::Suspend
    };
    let plan = MemberPlan::Change(MemberChange {
        access: Some(access),
        ..MemberChange::default()
    });
    let record = ChangeRecord {
        txn: TxnId::new(n.to_string()),
        token: None,
        at: instant(n),
        kind: Kind::USER,
        id: current.id().clone(),
        external_id: None,
        action: Action::Modify,
        attributes: vec!["active".to_owned()],
        activation: None,
    };
    let commit = Commit::new(&plan, &record);
    // Another caller may have switched the same person meanwhile, which is an answer too.
    database
        .replace(&tenant(town.home(who)), &next, current.version(), &commit)
        .await?;
    Ok(())
}

async fn claim(database: &Database, n: u32) -> Done {
    let key = ReplayKey::new("https://idp.example", &n.to_string());
    let _first = ReplayStore::claim(
        database,
        &key,
        instant(n) + Duration::minutes(8),
        instant(n),
    )
    .await?;
    Ok(())
}

fn request(n: u32) -> Result<RequestRecord, &'static str> {
    Ok(RecordParts {
        id: RequestId::new(format!("_{n:032x}")),
        idp: "http://www.okta.com/exk1".to_owned(),
        tenant: "org00001".to_owned(),
        acs: "https://sp.example/acs?org_id=1".to_owned(),
        relay: RelayHandle::new(format!("relay-{n}")).ok_or("no handle")?,
        return_to: None,
        issued_at: instant(n),
        expires_at: instant(n) + Duration::minutes(15),
        asked: Asked::default(),
        browser: None,
    }
    .into())
}

/// All that a login through an identity provider writes: the request, and then the claims, the
/// session and the log in one unit. And the look-up of the member.
async fn login(database: &Database, town: Town, who: u32, n: u32) -> Done {
    let (record, home, now) = (request(n)?, OrgId::new(&org(town.home(who)))?, instant(n));
    database.put(&record).await?;
    let unit = database.login();
    let key = ReplayKey::new("https://idp.example", &format!("login-{n}"));
    let _first = ReplayStore::claim(&unit, &key, now + Duration::minutes(8), now).await?;
    let _first = RequestStore::claim(&unit, record.id(), now).await?;
    let account = AccountId::new(&format!("a{who:08}"))?;
    database
        .member_by_account(&home, &account)
        .await?
        .ok_or("no member")?;
    unit.enter(&entry(who, n, home, account)?, now).await?;
    Ok(())
}

fn entry(
    who: u32,
    n: u32,
    org: OrgId,
    account: AccountId,
) -> Result<Entry, Box<dyn Error + Send + Sync>> {
    let now = instant(n);
    Ok(Entry {
        session: NewSession {
            account: account.clone(),
            org: Some(org.clone()),
            method: "sso".to_owned(),
            sso: Some(SsoSubject {
                issuer: "idp".to_owned(),
                name_id: member(who),
                session_index: Some(format!("_{n}")),
            }),
            detail: json!({"csrf": "0123456789abcdef"}).into(),
            expires: now + Duration::hours(8),
        },
        sign_in: NewSignIn {
            id: SignInId::generate(now)?,
            org: Some(org),
            account: Some(account),
            method: "sso".to_owned(),
            outcome: SignInOutcome::Accepted,
            code: "S5".to_owned(),
            detail: json!({}).into(),
        },
        audit: Vec::new(),
    })
}

/// The organisation of an issuer, as for an answer nobody asked for.
async fn issuer(database: &Database, town: Town, n: u32) -> Done {
    let number = n % town.organisations;
    match database.organisation_of_issuer(&issuer_of(number)).await? {
        IssuerOwner::One(found) if found.as_str() == org(number) => Ok(()),
        other => Err(format!("{other:?}").into()),
    }
}

/// A page of the members list, anywhere in the first organisation.
async fn deep_list(database: &Database, town: Town, who: u32) -> Done {
    let n = who % town.big().saturating_sub(100).max(1);
    let after = format!("{n}.{}", member(n)).parse()?;
    let page = directory::Page {
        after: Some(after),
        limit: 50,
    };
    let home = OrgId::new(&org(0))?;
    let all = MemberFilter::default();
    match database.members(&home, &all, &page).await?.entries.len() {
        50 => Ok(()),
        other => Err(format!("{other} of 50").into()),
    }
}
