//! The contract of scim-core's stores, and what the plan of a write does to membership and account.

use crate::directory::{address, make_member, make_org, session};
use crate::engines::{self, Bench, number, on_both, t0};
use scim_core::events::{Action, ChangeRecord};
use scim_core::filter::Filter;
use scim_core::guard::Change;
use scim_core::id::{Kind, ResourceId, TenantId, TxnId};
use scim_core::query::{Load, PageRequest, Query, Target};
use scim_core::resource::{Attributes, Name, Resource, Value};
use scim_core::schema::Registry;
use scim_core::store::contract::{self, Fixture};
use scim_core::store::{Commit, Store, Stored, Version, Written};
use sso_store::directory::{
    AccountOrigin, MemberState, NewAccount, NewAuditEntry, NewInvitation, Page,
};
use sso_store::{
    AccessChange, AccountFate, AccountId, Admission, AdmittedAccount, Database, Generate,
    InvitationId, MemberChange, MemberId, MemberPlan, Role,
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

fn tenant() -> TenantId {
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

async fn find(
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

fn bind(filter: &str, resource_type: &scim_core::schema::ResourceType) -> scim_core::filter::Bound {
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

fn all() -> PageRequest {
    PageRequest::Index {
        start: 1,
        count: 100,
    }
}

fn refused_with(written: &Written) -> u16 {
    match written {
        Written::Refused(refusal) => refusal.status.code(),
        other => panic!("{other:?}"),
    }
}

on_both! {
    async fn an_admitted_person_has_an_account_and_a_membership(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        database.record_issue(&acme, "Ann@acme.example", "domain_not_claimed", "claim it", t0()).await.unwrap();
        let ann = user("u1", "Ann@acme.example");
        let account = scim_account("Ann@acme.example");
        assert_eq!(create(database, &ann, admit(AdmittedAccount::New(account.clone()))).await, Written::Done);
        let member = database.member_by_account(&acme, &account.id).await.unwrap().unwrap();
        assert_eq!((member.role, member.state, member.scim_linked), (Role::Member, MemberState::Active, true));
        assert_eq!((member.id.as_str(), member.external_id.as_deref()), ("u1", Some("ext-u1")));
        assert_eq!(database.account(&account.id).await.unwrap().unwrap().password_hash, None);
        assert!(database.issues(&acme, &Page::default()).await.unwrap().entries.is_empty(), "success closes the issue");
        let log = database.scim_changes(&acme, &Page::default()).await.unwrap().entries;
        assert_eq!((log.len(), log[0].action, log[0].attributes.len()), (1, Action::Create, 2));
    }

    async fn a_refused_create_leaves_no_account(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        create(database, &user("u1", "ann@acme.example"), admit(AdmittedAccount::New(scim_account("ann@acme.example")))).await;
        // The name is taken, the address of the account is not.
        let account = scim_account("ann2@acme.example");
        let twice = create(database, &user("u2", "ANN@acme.example"), admit(AdmittedAccount::New(account.clone()))).await;
        assert!(matches!(twice, Written::Conflict(_)), "{twice:?}");
        assert!(database.account(&account.id).await.unwrap().is_none());
        assert_eq!(database.scim_changes(&acme, &Page::default()).await.unwrap().entries.len(), 1);
    }

    async fn an_address_that_got_an_account_meanwhile_conflicts(bench: Bench) {
        let database = &bench.database;
        make_org(database, "acme").await;
        let other = make_org(database, "other").await;
        make_member(database, &other, "ann@acme.example", Role::Owner).await;
        let plan = admit(AdmittedAccount::New(scim_account("ann@acme.example")));
        assert!(matches!(create(database, &user("u1", "ann@acme.example"), plan).await, Written::Conflict(_)));
        assert!(get(database, Kind::USER, "u1").await.is_none());
    }

    async fn deactivation_ends_sessions_and_invitations_and_reactivation_brings_the_same_member_back(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        make_member(database, &acme, "owner@acme.example", Role::Owner).await;
        let ann = user("u1", "ann@acme.example");
        let account = scim_account("ann@acme.example");
        create(database, &ann, admit(AdmittedAccount::New(account.clone()))).await;
        let cookie = database.start_session(&session(&account.id, Some(&acme)), t0()).await.unwrap();
        let invitation = NewInvitation {
            org: acme.clone(),
            id: InvitationId::generate(t0()).unwrap(),
            email: address("ann@acme.example"),
            role: Role::Admin,
            invited_by: "owner".into(),
            expires: t0() + Duration::DAY,
        };
        let mut tx = database.begin().await.unwrap();
        let link = tx.invite(&invitation, t0()).await.unwrap();
        tx.commit().await.unwrap();

        let off = with(&ann, Name::ACTIVE, false);
        assert_eq!(replace(database, &off, ann.version(), access(AccessChange::Suspend)).await, Written::Done);
        let member = database.member_by_account(&acme, &account.id).await.unwrap().unwrap();
        assert_eq!(member.state, MemberState::SuspendedByScim);
        assert!(database.session(cookie.reveal(), t0()).await.unwrap().is_none());
        assert!(database.invitation(link.reveal(), t0()).await.unwrap().is_none());
        assert_eq!(find(database, Kind::USER, "active eq false", all()).await, (1, vec!["u1".into()]), "still listed");

        let on = with(&off, Name::ACTIVE, true);
        let plan = access(AccessChange::Reactivate(Role::Member));
        assert_eq!(replace(database, &on, off.version(), plan).await, Written::Done);
        let back = database.member_by_account(&acme, &account.id).await.unwrap().unwrap();
        assert_eq!((back.id, back.state, back.version), (member.id, MemberState::Active, 3));
    }

    async fn the_last_owner_is_neither_deactivated_nor_deleted(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let plan = MemberPlan::Admit(Admission {
            account: AdmittedAccount::New(scim_account("ann@acme.example")),
            role: Role::Owner,
        });
        let ann = user("u1", "ann@acme.example");
        create(database, &ann, plan).await;
        let off = with(&ann, Name::ACTIVE, false);
        assert_eq!(refused_with(&replace(database, &off, ann.version(), access(AccessChange::Suspend)).await), 403);
        assert_eq!(refused_with(&delete(database, &ann, AccountFate::Keep).await), 403);
        assert_eq!(get(database, Kind::USER, "u1").await, Some(ann.clone()), "nothing changed");
        make_member(database, &acme, "second@acme.example", Role::Owner).await;
        assert_eq!(replace(database, &off, ann.version(), access(AccessChange::Suspend)).await, Written::Done);
    }

    async fn two_owners_deactivated_at_once_leave_one(bench: Bench) {
        let database = &bench.database;
        make_org(database, "acme").await;
        let mut owners = Vec::new();
        for id in ["u1", "u2"] {
            let email = format!("{id}@acme.example");
            let account = AdmittedAccount::New(scim_account(&email));
            let owner = user(id, &email);
            create(database, &owner, MemberPlan::Admit(Admission { account, role: Role::Owner })).await;
            owners.push(owner);
        }
        let tasks: Vec<_> = owners
            .into_iter()
            .map(|owner| {
                let database = database.clone();
                tokio::spawn(async move {
                    let off = with(&owner, Name::ACTIVE, false);
                    replace(&database, &off, owner.version(), access(AccessChange::Suspend)).await
                })
            })
            .collect();
        let mut done = 0;
        for task in tasks {
            match task.await.unwrap() {
                Written::Done => done += 1,
                other => assert_eq!(refused_with(&other), 403),
            }
        }
        assert_eq!(done, 1);
    }

    async fn a_lock_by_an_admin_is_not_lifted(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        make_member(database, &acme, "owner@acme.example", Role::Owner).await;
        let ann = user("u1", "ann@acme.example");
        create(database, &ann, admit(AdmittedAccount::New(scim_account("ann@acme.example")))).await;
        let mut tx = database.begin().await.unwrap();
        let id = MemberId::new("u1");
        tx.set_state(&acme, &id, 1, MemberState::SuspendedByAdmin, t0()).await.unwrap();
        tx.commit().await.unwrap();
        let locked = get(database, Kind::USER, "u1").await.unwrap();
        assert_eq!(locked.resource().get(&Name::ACTIVE), Some(&Value::Boolean(false)), "the resource says so too");
        let on = with(&locked, Name::ACTIVE, true);
        let plan = access(AccessChange::Reactivate(Role::Member));
        assert_eq!(refused_with(&replace(database, &on, locked.version(), plan).await), 403);
        assert_eq!(database.member(&acme, &id).await.unwrap().unwrap().state, MemberState::SuspendedByAdmin);
    }

    async fn an_audit_entry_is_written_with_its_change_or_not_at_all(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let ann = user("u1", "ann@acme.example");
        let entry = |kind: &str| NewAuditEntry {
            org: Some(acme.clone()),
            actor: "scim".to_owned(),
            kind: kind.to_owned(),
            subject: "u1".to_owned(),
            detail: serde_json::Value::Null,
        };
        let kinds = || async {
            let log = database.audit_log(&acme, &Page::default()).await.unwrap().entries;
            log.into_iter().map(|entry| entry.kind).collect::<Vec<_>>()
        };
        let account = scim_account("ann@acme.example");
        let plan = admit(AdmittedAccount::New(account.clone())).audited(entry("made"));
        assert_eq!(create(database, &ann, plan).await, Written::Done);
        assert_eq!(kinds().await, ["made"]);
        let twice = user("u2", "ann@acme.example");
        let plan = admit(AdmittedAccount::New(scim_account("ann@acme.example"))).audited(entry("twice"));
        assert!(matches!(create(database, &twice, plan).await, Written::Conflict(_)));
        let off = with(&ann, Name::ACTIVE, false);
        let plan = access(AccessChange::Suspend).audited(entry("off"));
        assert!(replace(database, &off, Version::new(9), plan.clone()).await != Written::Done);
        assert_eq!(kinds().await, ["made"], "what did not happen is not noted");
        assert_eq!(replace(database, &off, ann.version(), plan).await, Written::Done);
        let mut noted = kinds().await;
        noted.sort();
        assert_eq!(noted, ["made", "off"]);
    }

    async fn a_new_address_moves_the_account_and_ends_its_sessions(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let ann = user("u1", "ann@acme.example");
        let account = scim_account("ann@acme.example");
        create(database, &ann, admit(AdmittedAccount::New(account.clone()))).await;
        make_member(database, &acme, "taken@acme.example", Role::Owner).await;
        let cookie = database.start_session(&session(&account.id, None), t0()).await.unwrap();
        let moved = |to: &str| {
            let next = with(&ann, Name::USER_NAME, to);
            let plan = MemberPlan::Change(MemberChange {
                email: Some(address(to)),
                names: Some(("Anna".into(), "Lee".into())),
                ..MemberChange::default()
            });
            (next, plan)
        };
        let (next, plan) = moved("taken@acme.example");
        assert!(matches!(replace(database, &next, ann.version(), plan).await, Written::Conflict(_)));
        assert!(database.session(cookie.reveal(), t0()).await.unwrap().is_some(), "nothing changed");
        assert_eq!(database.account(&account.id).await.unwrap().unwrap().given_name, "Ann");

        let (next, plan) = moved("anna@acme.example");
        assert_eq!(replace(database, &next, ann.version(), plan).await, Written::Done);
        let kept = database.account_by_email(&address("anna@acme.example")).await.unwrap().unwrap();
        assert_eq!((kept.id, kept.given_name.as_str()), (account.id, "Anna"));
        assert!(database.session(cookie.reveal(), t0()).await.unwrap().is_none());
    }

    async fn an_account_is_deleted_only_when_provisioning_made_it_and_nobody_else_has_it(bench: Bench) {
        let database = &bench.database;
        let (acme, other) = (make_org(database, "acme").await, make_org(database, "other").await);
        let alone = (user("u1", "alone@acme.example"), scim_account("alone@acme.example"));
        create(database, &alone.0, admit(AdmittedAccount::New(alone.1.clone()))).await;
        delete(database, &alone.0, AccountFate::DeleteIfUnused).await;
        assert!(database.account(&alone.1.id).await.unwrap().is_none());

        let shared = (user("u2", "shared@acme.example"), scim_account("shared@acme.example"));
        create(database, &shared.0, admit(AdmittedAccount::New(shared.1.clone()))).await;
        let mut tx = database.begin().await.unwrap();
        let elsewhere = sso_store::directory::NewMember {
            org: other,
            id: MemberId::generate(t0()).unwrap(),
            account: shared.1.id.clone(),
            role: Role::Member,
        };
        tx.add_member(&elsewhere, t0()).await.unwrap();
        tx.commit().await.unwrap();
        delete(database, &shared.0, AccountFate::DeleteIfUnused).await;
        assert!(database.account(&shared.1.id).await.unwrap().is_some());
        assert!(database.tombstone(&acme, &shared.1.id).await.unwrap().is_some());

        let by_hand = make_member(database, &acme, "hand@acme.example", Role::Member).await;
        make_member(database, &acme, "owner@acme.example", Role::Owner).await;
        let linked = Stored::new(
            Kind::USER, ResourceId::new(by_hand.id.as_str()),
            user("x", "hand@acme.example").resource().clone(), Version::new(2), by_hand.created, t0(),
        );
        assert_eq!(replace(database, &linked, Version::FIRST, MemberPlan::Nothing).await, Written::Done);
        assert_eq!(delete(database, &linked, AccountFate::DeleteIfUnused).await, Written::Done);
        assert!(database.account(&by_hand.account).await.unwrap().is_some());
    }

    async fn groups_keep_their_members_in_order_and_lose_the_deleted(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        make_member(database, &acme, "owner@acme.example", Role::Owner).await;
        for id in ["u1", "u2", "u3"] {
            let email = format!("{id}@acme.example");
            create(database, &user(id, &email), admit(AdmittedAccount::New(scim_account(&email)))).await;
        }
        let mut current = group("g1", "Engineering", &["u1", "u2", "u3"]);
        assert_eq!(create(database, &current, MemberPlan::Nothing).await, Written::Done);
        assert_eq!(get(database, Kind::GROUP, "g1").await, Some(current.clone()));
        // Removed from the middle and added at the end; reversed; emptied; filled again.
        for members in [&["u1", "u3", "u4"][..], &["u4", "u3", "u1"], &[], &["u2", "u1"]] {
            let list = group("x", "x", members).resource().get(&Name::MEMBERS).cloned().unwrap();
            let next = with(&current, Name::MEMBERS, list);
            assert_eq!(replace(database, &next, current.version(), MemberPlan::Nothing).await, Written::Done);
            let ids = |stored: &Stored| -> Vec<String> {
                stored.resource().as_group().members().filter_map(|m| m.value().map(str::to_owned)).collect()
            };
            assert_eq!(ids(&get(database, Kind::GROUP, "g1").await.unwrap()), members);
            current = next;
        }
        let u1 = get(database, Kind::USER, "u1").await.unwrap();
        assert_eq!(delete(database, &u1, AccountFate::Keep).await, Written::Done);
        let after = get(database, Kind::GROUP, "g1").await.unwrap();
        assert_eq!(after.version(), current.version().next(), "the group changed");
        assert_eq!(after.resource().as_group().members().len(), 1);
        assert_eq!(find(database, Kind::GROUP, "members eq \"u2\"", all()).await, (1, vec!["g1".into()]));
        assert_eq!(find(database, Kind::GROUP, "members eq \"u1\"", all()).await.0, 0);
        let without = Load::Without(vec![Name::MEMBERS]);
        let light = database.get(&tenant(), &Kind::GROUP, &ResourceId::new("g1"), &without).await.unwrap().unwrap();
        assert_eq!(light.resource().as_group().members().len(), 0);
    }

    async fn filters_find_the_same_by_column_and_by_search(bench: Bench) {
        let database = &bench.database;
        make_org(database, "acme").await;
        for (id, name, title) in [("u1", "Ann@acme.example", "Boss"), ("u2", "bob@acme.example", "Clerk"), ("u3", "cy@acme.example", "Clerk")] {
            let user = with(&user(id, name), Name::new("title"), title);
            let user = Stored::new(Kind::USER, user.id().clone(), user.resource().clone(), Version::FIRST, user.created(), user.created());
            create(database, &user, admit(AdmittedAccount::New(scim_account(name)))).await;
        }
        let cases: [(&str, &[&str]); 11] = [
            (r#"userName eq "ANN@acme.example""#, &["u1"]),
            (r#"userName sw "b" or userName ew "CY@ACME.EXAMPLE""#, &["u2", "u3"]),
            (r#"externalId eq "ext-u2""#, &["u2"]),
            (r#"externalId eq "EXT-u2""#, &[]),
            (r#"emails[type eq "work"].value eq "cy@acme.example""#, &["u3"]),
            (r#"emails.value co "@acme""#, &["u1", "u2", "u3"]),
            (r#"title eq "clerk""#, &["u2", "u3"]),
            (r#"title eq "clerk" and userName eq "bob@acme.example""#, &["u2"]),
            (r#"not (title eq "clerk")"#, &["u1"]),
            (r#"id eq "u3""#, &["u3"]),
            (r#"active eq true and meta.created pr"#, &["u1", "u2", "u3"]),
        ];
        for (filter, ids) in cases {
            let (total, found) = find(database, Kind::USER, filter, all()).await;
            assert_eq!((total, found), (ids.len() as u64, ids.iter().map(|id| (*id).to_owned()).collect()), "{filter}");
        }
        let second = PageRequest::Index { start: 2, count: 1 };
        assert_eq!(find(database, Kind::USER, r#"title eq "clerk""#, second).await, (2, vec!["u3".into()]));
    }

    async fn people_added_by_hand_are_found_at_claimed_domains_and_guests_are_not(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let ann = make_member(database, &acme, "ann@acme.example", Role::Owner).await;
        make_member(database, &acme, "guest@elsewhere.example", Role::Member).await;
        assert_eq!(find(database, Kind::USER, "active eq true", all()).await.0, 0, "no domain is held yet");
        crate::claims::hold(database, &acme, "acme.example").await;
        let lookup = r#"userName eq "Ann@acme.example""#;
        assert_eq!(find(database, Kind::USER, lookup, all()).await, (1, vec![ann.id.to_string()]));
        assert_eq!(find(database, Kind::USER, "active eq true", all()).await.0, 1);
        let stored = get(database, Kind::USER, ann.id.as_str()).await.unwrap();
        assert_eq!(stored.resource().as_user().email(), Some("ann@acme.example"));
        assert_eq!(stored.resource().as_user().name().unwrap().given_name(), Some("Ann"));
        // Adopted, it stays in sight though the domain is lost.
        let adopted = with(&stored, Name::EXTERNAL_ID, "00u1");
        assert_eq!(replace(database, &adopted, stored.version(), MemberPlan::Nothing).await, Written::Done);
        let member = database.member(&acme, &ann.id).await.unwrap().unwrap();
        assert_eq!((member.scim_linked, member.external_id.as_deref(), member.role), (true, Some("00u1"), Role::Owner));
    }

    /// Values that indexes hold, at the longest and a byte over it, in letters that do not
    /// compress; values that no index holds may be longer.
    async fn what_no_index_can_hold_is_refused_alike(bench: Bench) {
        let database = &bench.database;
        make_org(database, "acme").await;
        let text = |length: usize| {
            let mut state = 7_u32;
            let letter = |_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                char::from(b'a' + u8::try_from(state >> 24).unwrap() % 26)
            };
            (0..length).map(letter).collect::<String>()
        };
        let fresh = |stored: &Stored| Stored::new(stored.kind().clone(), stored.id().clone(), stored.resource().clone(), Version::FIRST, stored.created(), stored.created());
        for (at, name) in [Name::DISPLAY_NAME, Name::EXTERNAL_ID].into_iter().enumerate() {
            let team = |id: &str, length| fresh(&with(&group(id, "Team", &[]), name.clone(), text(length)));
            let longest = team(&format!("g{at}"), 1024);
            assert_eq!(create(database, &longest, MemberPlan::Nothing).await, Written::Done, "{name}");
            let over = create(database, &team("over", 1025), MemberPlan::Nothing).await;
            assert_eq!(refused_with(&over), 400, "{name}");
            let over = with(&longest, name.clone(), text(5000));
            assert_eq!(refused_with(&replace(database, &over, Version::FIRST, MemberPlan::Nothing).await), 400);
        }
        let long = |id: &str, name: &str, title: usize, external: usize| {
            let person = with(&user(id, name), Name::new("title"), text(title));
            fresh(&with(&person, Name::EXTERNAL_ID, text(external)))
        };
        let plan = |name: &str| admit(AdmittedAccount::New(scim_account(name)));
        let ann = long("u1", "ann@acme.example", 9000, 1024);
        assert_eq!(create(database, &ann, plan("ann@acme.example")).await, Written::Done);
        let bob = long("u2", "bob@acme.example", 1, 1025);
        assert_eq!(refused_with(&create(database, &bob, plan("bob@acme.example")).await), 400);
        let named = format!("{}@acme.example", text(1100));
        let cid = fresh(&user("u3", &named));
        assert_eq!(refused_with(&create(database, &cid, plan("cid@acme.example")).await), 400);
    }

    async fn a_nul_is_refused_with_a_reason_on_both_engines(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let account = scim_account("ann@acme.example");
        let nul = user("u1", "an\0n@acme.example");
        let refused = create(database, &nul, admit(AdmittedAccount::New(account.clone()))).await;
        assert_eq!(refused_with(&refused), 400);
        assert!(database.account(&account.id).await.unwrap().is_none(), "nothing changed");
        let plain = user("u1", "ann@acme.example");
        assert_eq!(create(database, &plain, admit(AdmittedAccount::New(account))).await, Written::Done);
        let team = group("g1", "Te\0am", &[]);
        assert_eq!(refused_with(&create(database, &team, MemberPlan::Nothing).await), 400);
        assert!(get(database, Kind::USER, "u\0").await.is_none());
        database.record_issue(&acme, "an\0n@acme.example", "code", "detail", t0()).await.unwrap();
        assert_eq!(database.issues(&acme, &Page::default()).await.unwrap().entries.len(), 1);
    }
}
