//! What the plan of a write does to membership and account.

use crate::directory::{address, make_member, make_org, session};
use crate::engines::{on_both, t0};
use crate::scim::{
    access, admit, all, create, delete, find, get, refused_with, replace, scim_account, user, with,
};
use scim_core::events::Action;
use scim_core::id::{Kind, ResourceId};
use scim_core::resource::{Name, Value};
use scim_core::store::{Stored, Version, Written};
use sso_store::directory::{MemberState, NewAuditEntry, NewInvitation, Page};
use sso_store::{
    AccessChange, AccountFate, Admission, AdmittedAccount, Generate, InvitationId, MemberChange,
    MemberId, MemberPlan, Role,
};
use time::Duration;

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
}
