//! Active members by domain and role.

use crate::directory::{make_member, make_org};
use crate::engines::{on_both, t0};
use sso_store::Role;
use sso_store::directory::*;

on_both! {
    async fn active_members_are_counted_by_domain_and_role(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let other = make_org(database, "other").await;
        assert_eq!(database.headcounts(&acme).await.unwrap(), []);
        make_member(database, &acme, "olive@ACME.example", Role::Owner).await;
        make_member(database, &acme, "adam@away.example", Role::Admin).await;
        make_member(database, &acme, "mia@acme.example", Role::Member).await;
        make_member(database, &acme, "max@acme.example", Role::Member).await;
        make_member(database, &acme, "zoe@away.example", Role::Member).await;
        make_member(database, &acme, "Ben@away.example", Role::BillingAdmin).await;
        make_member(database, &acme, "lea@more.example", Role::Member).await;
        make_member(database, &other, "ned@away.example", Role::Member).await;
        let gone = make_member(database, &acme, "gil@away.example", Role::Member).await;
        let mut tx = database.begin().await.unwrap();
        tx.set_state(&acme, &gone.id, gone.version, MemberState::SuspendedByAdmin, t0()).await.unwrap();
        tx.commit().await.unwrap();
        let counts = database.headcounts(&acme).await.unwrap();
        let counts: Vec<_> = counts.iter().map(|c| (c.domain.as_str(), c.role, c.members)).collect();
        assert_eq!(counts, [
            ("acme.example", Role::Member, 2),
            ("acme.example", Role::Owner, 1),
            ("away.example", Role::Admin, 1),
            ("away.example", Role::BillingAdmin, 1),
            ("away.example", Role::Member, 1),
            ("more.example", Role::Member, 1),
        ]);
        let domains = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        for (held, limit, outside) in [
            (&["acme.example"][..], 9, &["Ben@away.example", "lea@more.example", "zoe@away.example"][..]),
            (&["acme.example"], 1, &["Ben@away.example"]),
            (&["acme.example", "away.example"], 9, &["lea@more.example"]),
            (&["acme.example", "away.example", "more.example"], 9, &[]),
            (&[], 2, &["Ben@away.example", "lea@more.example"]),
        ] {
            let found = database.outside_of(&acme, &domains(held), limit).await.unwrap();
            assert_eq!(found, domains(outside), "{held:?}");
        }
    }
}
