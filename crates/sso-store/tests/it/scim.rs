//! The contract of scim-core's stores, and the steps of the tests about resources.

use crate::directory::{address, make_org};
use crate::engines::{self, Bench, number, t0};
use scim_core::events::{Action, ChangeRecord};
use scim_core::filter::Filter;
use scim_core::guard::Change;
use scim_core::id::{Kind, ResourceId, TenantId, TxnId};
use scim_core::query::{Load, PageRequest, Query, Target};
use scim_core::resource::{Attributes, Name, Resource, Value};
use scim_core::schema::Registry;
use scim_core::store::contract::{self, Fixture};
use scim_core::store::{Commit, Store, Stored, Version, Written};
use sso_store::directory::{AccountOrigin, NewAccount};
use sso_store::{
    AccessChange, AccountFate, AccountId, Admission, AdmittedAccount, Database, Generate,
    MemberChange, MemberPlan, Role,
};
use std::collections::HashMap;
use std::sync::Mutex;
use time::Duration;

pub(crate) fn scim_account(email: &str) -> NewAccount {
    NewAccount {
        id: AccountId::generate(t0()).unwrap(),
        email: address(email),
        given_name: "Ann".into(),
        family_name: "Lee".into(),
        password_hash: None,
        origin: AccountOrigin::Scim,
    }
}

pub(crate) fn admit(account: AdmittedAccount) -> MemberPlan {
    MemberPlan::Admit(Admission {
        account,
        role: Role::Member,
    })
}

/// A guard that lets everybody in, for the contract: an address that the other tenant has
/// provisioned is the same person.
struct Open {
    bench: Bench,
    known: Mutex<HashMap<String, (TenantId, AccountId)>>,
}

impl Fixture for Open {
    type Store = Database;

    fn store(&self) -> &Database {
        &self.bench.database
    }

    fn tenants(&self) -> [TenantId; 2] {
        [TenantId::new("a"), TenantId::new("b")]
    }

    fn plan(&self, tenant: &TenantId, change: &Change<'_>) -> MemberPlan {
        match change {
            Change::Create { next, .. } if *change.kind() == Kind::USER => {
                let name = next.as_user().user_name().unwrap();
                let new = scim_account(name);
                let mut known = self.known.lock().unwrap();
                let entry = known
                    .entry(name.to_lowercase())
                    .or_insert_with(|| (tenant.clone(), new.id.clone()));
                if entry.0 == *tenant {
                    admit(AdmittedAccount::New(new))
                } else {
                    admit(AdmittedAccount::Existing(entry.1.clone()))
                }
            }
            Change::Replace { next, .. } if *change.kind() == Kind::USER => {
                MemberPlan::Change(MemberChange {
                    email: next.as_user().user_name().map(address),
                    ..MemberChange::default()
                })
            }
            Change::Delete { .. } if *change.kind() == Kind::USER => {
                MemberPlan::Remove(AccountFate::DeleteIfUnused)
            }
            _ => MemberPlan::Nothing,
        }
    }
}

async fn open(bench: Bench) -> Open {
    make_org(&bench.database, "a").await;
    make_org(&bench.database, "b").await;
    Open {
        bench,
        known: Mutex::default(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_keeps_the_contract_of_scim_stores() {
    Box::pin(contract::check(async || {
        open(engines::sqlite().await).await
    }))
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_keeps_the_contract_of_scim_stores() {
    if engines::empty_postgres().await.is_some() {
        Box::pin(contract::check(async || {
            open(engines::postgres().await.unwrap()).await
        }))
        .await
        .unwrap();
    }
}

pub(crate) fn user(id: &str, user_name: &str) -> Stored {
    let name = Attributes::new()
        .with(Name::GIVEN_NAME, "Ann")
        .with(Name::FAMILY_NAME, "Lee");
    let email = Attributes::new()
        .with(Name::VALUE, user_name)
        .with(Name::TYPE, "work")
        .with(Name::PRIMARY, true);
    let tree = Attributes::new()
        .with(Name::USER_NAME, user_name)
        .with(Name::NAME, name)
        .with(Name::EXTERNAL_ID, format!("ext-{id}"))
        .with(Name::EMAILS, Value::Array(vec![email.into()]))
        .with(Name::ACTIVE, true);
    let at = t0() + Duration::seconds(number().into());
    Stored::new(
        Kind::USER,
        ResourceId::new(id),
        Resource::new(tree),
        Version::FIRST,
        at,
        at,
    )
}

pub(crate) fn group(id: &str, name: &str, members: &[&str]) -> Stored {
    let members = members
        .iter()
        .map(|id| Value::from(Attributes::new().with(Name::VALUE, *id)))
        .collect();
    let tree = Attributes::new()
        .with(Name::DISPLAY_NAME, name)
        .with(Name::MEMBERS, Value::Array(members));
    let at = t0() + Duration::seconds(number().into());
    Stored::new(
        Kind::GROUP,
        ResourceId::new(id),
        Resource::new(tree),
        Version::FIRST,
        at,
        at,
    )
}

/// The next version with one attribute set.
pub(crate) fn with(current: &Stored, name: Name, value: impl Into<Value>) -> Stored {
    let mut resource = current.resource().clone();
    resource.attributes_mut().insert(name, value.into());
    let (kind, id) = (current.kind().clone(), current.id().clone());
    let modified = current.last_modified() + Duration::SECOND;
    Stored::new(
        kind,
        id,
        resource,
        current.version().next(),
        current.created(),
        modified,
    )
}

fn record(stored: &Stored, action: Action) -> ChangeRecord {
    ChangeRecord {
        txn: TxnId::new(number().to_string()),
        token: None,
        at: stored.last_modified(),
        kind: stored.kind().clone(),
        id: stored.id().clone(),
        external_id: stored.resource().external_id().map(str::to_owned),
        action,
        attributes: vec!["active".into(), "userName".into()],
        activation: None,
    }
}

pub(crate) fn tenant() -> TenantId {
    TenantId::new("acme")
}

pub(crate) async fn create(database: &Database, new: &Stored, plan: MemberPlan) -> Written {
    let record = record(new, Action::Create);
    database
        .create(&tenant(), new, &Commit::new(&plan, &record))
        .await
        .unwrap()
}

pub(crate) async fn replace(
    database: &Database,
    next: &Stored,
    read: Version,
    plan: MemberPlan,
) -> Written {
    let record = record(next, Action::Replace);
    database
        .replace(&tenant(), next, read, &Commit::new(&plan, &record))
        .await
        .unwrap()
}

pub(crate) async fn delete(database: &Database, current: &Stored, fate: AccountFate) -> Written {
    let (record, plan) = (record(current, Action::Delete), MemberPlan::Remove(fate));
    let commit = Commit::new(&plan, &record);
    database
        .delete(
            &tenant(),
            current.kind(),
            current.id(),
            current.version(),
            &commit,
        )
        .await
        .unwrap()
}

pub(crate) fn access(access: AccessChange) -> MemberPlan {
    MemberPlan::Change(MemberChange {
        access: Some(access),
        ..MemberChange::default()
    })
}

pub(crate) async fn get(database: &Database, kind: Kind, id: &str) -> Option<Stored> {
    database
        .get(&tenant(), &kind, &ResourceId::new(id), &Load::All)
        .await
        .unwrap()
}

pub(crate) async fn find(
    database: &Database,
    kind: Kind,
    filter: &str,
    page: PageRequest,
) -> (u64, Vec<String>) {
    let registry = Registry::standard();
    let resource_type = registry.by_kind(&kind).unwrap();
    let mut query = Query::new([], page);
    query.targets = vec![Target {
        filter: Some(bind(filter, resource_type)),
        kind,
    }];
    let page = database.query(&tenant(), &query).await.unwrap();
    (
        page.total,
        page.resources
            .iter()
            .map(|stored| stored.id().to_string())
            .collect(),
    )
}

pub(crate) fn bind(
    filter: &str,
    resource_type: &scim_core::schema::ResourceType,
) -> scim_core::filter::Bound {
    let mut reading = scim_core::Dialect::of(scim_core::dialect::Vendor::Strict).reading();
    Filter::parse(filter)
        .unwrap()
        .bind(
            resource_type,
            scim_core::filter::Unknown::Refuse,
            &mut reading,
        )
        .unwrap()
}

pub(crate) fn all() -> PageRequest {
    PageRequest::Index {
        start: 1,
        count: 100,
    }
}

pub(crate) fn refused_with(written: &Written) -> u16 {
    match written {
        Written::Refused(refusal) => refusal.status.code(),
        other => panic!("{other:?}"),
    }
}
