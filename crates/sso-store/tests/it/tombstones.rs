//! What is remembered of memberships that provisioning removed.

use crate::directory::{address, make_org};
use crate::engines::{PEPPER, on_both, org, t0};
use crate::older;
use crate::scim::{admit, create, delete, get, scim_account, user, with};
use scim_core::id::Kind;
use scim_core::resource::Name;
use scim_core::store::{Stored, Version, Written};
use sso_store::directory::{MemberState, NewAccount, NewMember};
use sso_store::{AccountFate, AdmittedAccount, MemberPlan};
use sso_store::{AccountId, Database, Generate, MemberId, OrgId, Pepper, Role};
use time::Duration;

/// A new person with this client's name for them.
fn person(id: &str, email: &str, external_id: &str) -> Stored {
    let named = with(&user(id, email), Name::EXTERNAL_ID, external_id);
    let (created, resource) = (named.created(), named.resource().clone());
    Stored::new(
        Kind::USER,
        named.id().clone(),
        resource,
        Version::FIRST,
        created,
        created,
    )
}

/// Creates somebody, locks them out or not, and removes them.
async fn come_and_go(
    database: &Database,
    acme: &OrgId,
    person: &Stored,
    account: &NewAccount,
    state: MemberState,
) {
    let plan = admit(AdmittedAccount::New(account.clone()));
    assert_eq!(create(database, person, plan).await, Written::Done);
    let mut tx = database.begin().await.unwrap();
    tx.set_state(acme, &MemberId::new(person.id().as_str()), 1, state, t0())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let changed = get(database, Kind::USER, person.id().as_str())
        .await
        .unwrap();
    assert_eq!(
        delete(database, &changed, AccountFate::Keep).await,
        Written::Done
    );
}

on_both! {
    /// A name used again belongs to another person; what is known of the first stays.
    async fn another_person_under_the_same_name_hides_no_tombstone(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let (ann, bob) = (scim_account("ann@acme.example"), scim_account("bob@acme.example"));
        come_and_go(database, &acme, &person("u1", "ann@acme.example", "00u1"), &ann, MemberState::SuspendedByAdmin).await;
        come_and_go(database, &acme, &person("u2", "bob@acme.example", "00u1"), &bob, MemberState::Active).await;
        for (account, member, state) in [(&ann, "u1", MemberState::SuspendedByAdmin), (&bob, "u2", MemberState::Active)] {
            let left = database.tombstone(&acme, &account.id).await.unwrap().unwrap();
            assert_eq!((left.external_id.as_deref(), left.member.as_str(), left.state), (Some("00u1"), member, state));
            assert!(!format!("{left:?}").contains("00u1"), "a name is personal");
        }
        // He returns; she is as she was.
        let again = person("u3", "bob@acme.example", "00u1");
        let plan: MemberPlan = admit(AdmittedAccount::Existing(bob.id.clone()));
        assert_eq!(create(database, &again, plan).await, Written::Done);
        assert!(database.tombstone(&acme, &bob.id).await.unwrap().is_none());
        assert!(database.tombstone(&acme, &ann.id).await.unwrap().is_some());
        let other = make_org(database, "other").await;
        assert!(database.tombstone(&other, &ann.id).await.unwrap().is_none());
    }

    async fn who_is_added_by_hand_leaves_the_tombstone_behind(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let ann = scim_account("ann@acme.example");
        come_and_go(database, &acme, &person("u1", "ann@acme.example", "00u1"), &ann, MemberState::SuspendedByAdmin).await;
        let new = NewMember {
            org: acme.clone(), id: MemberId::generate(t0()).unwrap(), account: ann.id.clone(), role: Role::Member,
        };
        let mut tx = database.begin().await.unwrap();
        tx.add_member(&new, t0()).await.unwrap();
        drop(tx);
        assert!(database.was_deprovisioned(&acme, &ann.id).await.unwrap(), "nothing happened");
        let mut tx = database.begin().await.unwrap();
        tx.add_member(&new, t0()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!database.was_deprovisioned(&acme, &ann.id).await.unwrap());
        assert_eq!(database.account_by_email(&address("ann@acme.example")).await.unwrap().unwrap().id, ann.id);
    }

    async fn who_has_no_name_is_remembered_too(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let ann = scim_account("ann@acme.example");
        let mut nameless = user("u1", "ann@acme.example").resource().clone();
        nameless.attributes_mut().remove(&Name::EXTERNAL_ID);
        let whole = user("u1", "ann@acme.example");
        let nameless = Stored::new(Kind::USER, whole.id().clone(), nameless, Version::FIRST, whole.created(), whole.created());
        come_and_go(database, &acme, &nameless, &ann, MemberState::SuspendedByAdmin).await;
        let left = database.tombstone(&acme, &ann.id).await.unwrap().unwrap();
        assert_eq!((left.external_id, left.state), (None, MemberState::SuspendedByAdmin));
    }

    async fn a_deleted_member_leaves_a_tombstone_that_brings_the_account_back(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let ann = user("u1", "ann@acme.example");
        let account = scim_account("ann@acme.example");
        create(database, &ann, admit(AdmittedAccount::New(account.clone()))).await;
        assert_eq!(delete(database, &ann, AccountFate::Keep).await, Written::Done);
        assert!(database.account(&account.id).await.unwrap().is_some());
        let tombstone = database.tombstone(&acme, &account.id).await.unwrap().unwrap();
        assert_eq!((tombstone.external_id.as_deref(), tombstone.member.as_str()), (Some("ext-u1"), "u1"));
        assert!(database.was_deprovisioned(&acme, &account.id).await.unwrap());
        let again = with(&user("u2", "ann@acme.example"), Name::EXTERNAL_ID, "ext-u1");
        let again = Stored::new(Kind::USER, again.id().clone(), again.resource().clone(), Version::FIRST, again.created(), again.created());
        assert_eq!(create(database, &again, admit(AdmittedAccount::Existing(account.id.clone()))).await, Written::Done);
        assert!(database.tombstone(&acme, &account.id).await.unwrap().is_none());
        assert!(!database.was_deprovisioned(&acme, &account.id).await.unwrap());
        assert_eq!(database.member_by_account(&acme, &account.id).await.unwrap().unwrap().id.as_str(), "u2");
    }

    /// Removing somebody and creating them anew is no way around a lock.
    async fn a_tombstone_remembers_a_lock_by_an_admin(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        for (n, state) in [MemberState::Active, MemberState::SuspendedByScim, MemberState::SuspendedByAdmin].into_iter().enumerate() {
            for fate in [AccountFate::Keep, AccountFate::DeleteIfUnused] {
                let id = format!("u{n}{fate:?}");
                let person = user(&id, &format!("{id}@acme.example"));
                let account = scim_account(&format!("{id}@acme.example"));
                create(database, &person, admit(AdmittedAccount::New(account.clone()))).await;
                let mut tx = database.begin().await.unwrap();
                tx.set_state(&acme, &MemberId::new(&id), 1, state, t0()).await.unwrap();
                tx.commit().await.unwrap();
                let changed = get(database, Kind::USER, &id).await.unwrap();
                assert_eq!(delete(database, &changed, fate).await, Written::Done);

                let tombstone = database.tombstone(&acme, &account.id).await.unwrap();
                let kept = database.account(&account.id).await.unwrap().is_some();
                if fate == AccountFate::DeleteIfUnused && state != MemberState::SuspendedByAdmin {
                    assert!(tombstone.is_none() && !kept, "{state:?} {fate:?}");
                } else {
                    assert_eq!(tombstone.map(|tombstone| tombstone.state), Some(state), "{fate:?}");
                    assert!(kept, "{state:?} {fate:?}");
                }
            }
        }
    }
}

/// How many migrations there were while tombstones had the client's name for a key.
const BEFORE: usize = 8;

/// Whose tombstones there are in the older schema: (organisation, name, account, instant, state).
/// Ann has one, Bob two under two names, Cid has begun again, and Dee has one in each of two
/// organisations.
const OLD: [(&str, &str, &str, i64, &str); 6] = [
    ("acme", "00u1", "ann", 10, "suspended_admin"),
    ("acme", "00u2", "bob", 10, "suspended_admin"),
    ("acme", "00u3", "bob", 20, "active"),
    ("acme", "00u4", "cid", 10, "suspended_admin"),
    ("acme", "00u1b", "dee", 10, "active"),
    ("other", "00u1", "dee", 11, "suspended_scim"),
];

fn rows() -> Vec<String> {
    let mut rows = Vec::new();
    for org in ["acme", "other"] {
        rows.push(format!(
            "INSERT INTO organisations (id, name, settings, settings_version, created) VALUES ('{org}', 'O', '{{}}', 1, 5)"
        ));
    }
    for name in ["ann", "bob", "cid", "dee"] {
        rows.push(format!(
            "INSERT INTO accounts (id, email, email_key, given_name, family_name, origin, created, modified) \
             VALUES ('{name}', '{name}@acme.example', '{name}@acme.example', '', '', 'scim', 1, 1)"
        ));
    }
    rows.push(
        "INSERT INTO members (org, id, account, role, state, user_name, user_name_key, domain, external_id, active, \
         scim_linked, resource, version, created, modified) VALUES ('acme', 'm9', 'cid', 'member', 'active', \
         'cid@acme.example', 'cid@acme.example', 'acme.example', NULL, 1, 0, '{}', 1, 1, 1)"
            .to_owned(),
    );
    for (org, name, account, at, state) in OLD {
        rows.push(format!(
            "INSERT INTO tombstones (org, external_id, account, member, removed, state) \
             VALUES ('{org}', '{name}', '{account}', 'm-{name}', {at}, '{state}')"
        ));
    }
    rows
}

async fn opened_by_this_build(url: &str) {
    let database = Database::open(url, Pepper::new(PEPPER)).await.unwrap();
    database.migrate().await.unwrap();
    for (at, account, expected) in [
        (
            "acme",
            "ann",
            Some(("00u1", 10, MemberState::SuspendedByAdmin)),
        ),
        ("acme", "bob", Some(("00u3", 20, MemberState::Active))),
        ("acme", "cid", None),
        ("acme", "dee", Some(("00u1b", 10, MemberState::Active))),
        (
            "other",
            "dee",
            Some(("00u1", 11, MemberState::SuspendedByScim)),
        ),
        ("other", "ann", None),
    ] {
        let account = AccountId::new(account).unwrap();
        let left = database.tombstone(&org(at), &account).await.unwrap();
        let left = left.as_ref().map(|left| {
            let since = (left.removed - time::OffsetDateTime::UNIX_EPOCH) / Duration::MICROSECOND;
            assert_eq!(
                left.member.as_str(),
                format!("m-{}", left.external_id.as_deref().unwrap())
            );
            (
                left.external_id.as_deref().unwrap(),
                since.round() as i64,
                left.state,
            )
        });
        assert_eq!(left, expected, "{at} {account:?}");
    }
    database.close().await;
}

#[tokio::test]
async fn tombstones_of_an_older_schema_are_carried_over_on_sqlite() {
    let (url, directory) = older::on_sqlite(BEFORE, rows()).await;
    opened_by_this_build(&url).await;
    std::fs::remove_dir_all(directory).unwrap();
}

#[tokio::test]
async fn tombstones_of_an_older_schema_are_carried_over_on_postgres() {
    if let Some(url) = older::on_postgres(BEFORE, rows()).await {
        opened_by_this_build(&url).await;
    }
}
