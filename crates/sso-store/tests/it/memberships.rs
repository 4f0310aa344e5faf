//! Memberships outside of provisioning: the last Owner, locks, versions, lists.

use crate::directory::{address, make_member, make_org, session};
use crate::engines::{on_both, t0};
use sso_store::directory::{MemberFilter, MemberState, NewInvitation, NewMember, Page};
use sso_store::{Generate, InvitationId, MemberId, Role, Rule, StoreError};

on_both! {
    async fn the_last_active_owner_stays(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let ann = make_member(database, &acme, "ann@acme.example", Role::Owner).await;
        let bob = make_member(database, &acme, "bob@acme.example", Role::Admin).await;

        let mut tx = database.begin().await.unwrap();
        let demoted = tx.set_role(&acme, &ann.id, ann.version, Role::Admin, t0()).await;
        assert!(matches!(demoted, Err(StoreError::Rule(Rule::LastOwner))), "{demoted:?}");
        drop(tx);
        let mut tx = database.begin().await.unwrap();
        let locked = tx.set_state(&acme, &ann.id, ann.version, MemberState::SuspendedByAdmin, t0()).await;
        assert!(matches!(locked, Err(StoreError::Rule(Rule::LastOwner))));
        drop(tx);
        let mut tx = database.begin().await.unwrap();
        assert!(matches!(tx.remove_member(&acme, &ann.id).await, Err(StoreError::Rule(Rule::LastOwner))));
        drop(tx);

        // With a second Owner the same three are allowed.
        let mut tx = database.begin().await.unwrap();
        tx.set_role(&acme, &bob.id, bob.version, Role::Owner, t0()).await.unwrap();
        tx.set_role(&acme, &ann.id, ann.version, Role::Admin, t0()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(database.member(&acme, &ann.id).await.unwrap().unwrap().role, Role::Admin);
    }

    async fn two_owners_who_leave_at_once_leave_one(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let ann = make_member(database, &acme, "ann@acme.example", Role::Owner).await;
        let bob = make_member(database, &acme, "bob@acme.example", Role::Owner).await;
        let tasks: Vec<_> = [ann, bob]
            .into_iter()
            .map(|owner| {
                let (database, acme) = (database.clone(), acme.clone());
                tokio::spawn(async move {
                    let mut tx = database.begin().await?;
                    tx.remove_member(&acme, &owner.id).await?;
                    tx.commit().await
                })
            })
            .collect();
        let mut gone = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(()) => gone += 1,
                Err(StoreError::Rule(Rule::LastOwner)) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(gone, 1);
        let owners = MemberFilter { role: Some(Role::Owner), state: Some(MemberState::Active) };
        assert_eq!(database.count_members(&acme, &owners).await.unwrap(), 1);
    }

    async fn suspension_ends_sessions_and_invitations_here_and_only_here(bench: Bench) {
        let database = &bench.database;
        let (acme, other) = (make_org(database, "acme").await, make_org(database, "other").await);
        make_member(database, &acme, "owner@acme.example", Role::Owner).await;
        let ann = make_member(database, &acme, "ann@acme.example", Role::Member).await;
        let mut tx = database.begin().await.unwrap();
        let elsewhere = NewMember {
            org: other.clone(),
            id: MemberId::generate(t0()).unwrap(),
            account: ann.account.clone(),
            role: Role::Member,
        };
        tx.add_member(&elsewhere, t0()).await.unwrap();
        let email = address("ann@acme.example");
        for org in [&acme, &other] {
            let new = NewInvitation {
                org: org.clone(),
                id: InvitationId::generate(t0()).unwrap(),
                email: email.clone(),
                role: Role::Admin,
                invited_by: "owner".into(),
                expires: t0() + time::Duration::days(7),
            };
            tx.invite(&new, t0()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let here = database.start_session(&session(&ann.account, Some(&acme)), t0()).await.unwrap();
        let there = database.start_session(&session(&ann.account, Some(&other)), t0()).await.unwrap();

        let mut tx = database.begin().await.unwrap();
        tx.set_state(&acme, &ann.id, ann.version, MemberState::SuspendedByAdmin, t0()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(database.session(here.reveal(), t0()).await.unwrap().is_none());
        assert!(database.session(there.reveal(), t0()).await.unwrap().is_some());
        assert!(database.invitation_for(&acme, &email, t0()).await.unwrap().is_none());
        assert!(database.invitation_for(&other, &email, t0()).await.unwrap().is_some());
        let suspended = database.member_by_account(&acme, &ann.account).await.unwrap().unwrap();
        assert_eq!((suspended.state, suspended.version), (MemberState::SuspendedByAdmin, 2));
        assert_eq!(database.memberships(&ann.account).await.unwrap().len(), 2);
    }

    async fn a_member_changed_meanwhile_is_stale(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        make_member(database, &acme, "owner@acme.example", Role::Owner).await;
        let ann = make_member(database, &acme, "ann@acme.example", Role::Member).await;
        let mut tx = database.begin().await.unwrap();
        tx.set_role(&acme, &ann.id, ann.version, Role::Admin, t0()).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = database.begin().await.unwrap();
        let late = tx.set_state(&acme, &ann.id, ann.version, MemberState::SuspendedByAdmin, t0()).await;
        assert!(matches!(late, Err(StoreError::Stale)));
    }

    async fn members_are_listed_by_filter_and_page(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let ann = make_member(database, &acme, "ann@acme.example", Role::Owner).await;
        let bob = make_member(database, &acme, "Bob@acme.example", Role::Member).await;
        let outsider = make_org(database, "other").await;
        make_member(database, &outsider, "bo@other.example", Role::Member).await;
        let all = database.members(&acme, &MemberFilter::default(), &Page::default()).await.unwrap().entries;
        assert_eq!(all.iter().map(|m| &m.id).collect::<Vec<_>>(), [&ann.id, &bob.id]);
        let first = database.members(&acme, &MemberFilter::default(), &Page::first(1)).await.unwrap();
        assert_eq!(first.entries, [ann]);
        let behind = Page { after: first.next, limit: 5 };
        let second = database.members(&acme, &MemberFilter::default(), &behind).await.unwrap();
        assert_eq!((&second.entries[..], second.next), (std::slice::from_ref(&bob), None));
        let none = MemberFilter { state: Some(MemberState::SuspendedByScim), ..MemberFilter::default() };
        assert_eq!(database.count_members(&acme, &none).await.unwrap(), 0);
    }
}
