//! Members by address, and looked for by address or name.

use crate::directory::{make_org, new_account};
use crate::engines::{on_both, org, t0};
use sso_store::directory::*;
use sso_store::{Database, Generate, MemberId, Role};

async fn add(database: &Database, whose: &str, email: &str, given: &str, family: &str) {
    let mut tx = database.begin().await.unwrap();
    let account = NewAccount {
        given_name: given.into(),
        family_name: family.into(),
        ..new_account(email)
    };
    tx.create_account(&account, t0()).await.unwrap();
    let new = NewMember {
        org: org(whose),
        id: MemberId::generate(t0()).unwrap(),
        account: account.id,
        role: Role::Member,
    };
    tx.add_member(&new, t0()).await.unwrap();
    tx.commit().await.unwrap();
}

/// The addresses a search finds, page by page, and how many it says there are.
async fn found(database: &Database, search: &str) -> (Vec<String>, u64) {
    let (acme, mut page, mut all) = (org("acme"), Page::first(2), Vec::new());
    loop {
        let listed = database.roster(&acme, search, &page).await.unwrap();
        all.extend(listed.entries.iter().map(|member| member.user_name.clone()));
        // As it goes through a link.
        let Some(next) = listed.next else { break };
        page.after = Some(next.to_string().parse().unwrap());
    }
    let counted = database.count_roster(&acme, search).await.unwrap();
    (all, counted)
}

on_both! {
    async fn people_are_listed_by_address_and_found_by_address_or_name(bench: Bench) {
        let database = &bench.database;
        make_org(database, "acme").await;
        make_org(database, "other").await;
        for (email, given, family) in [
            ("zoe@acme.example", "Zo\u{eb}", "Anders"),
            ("Mia.Meyer@acme.example", "Mia", "Meyer"),
            ("ann@acme.example", "Ann", "Miller"),
            ("meyerling@acme.example", "", ""),
            ("oe@acme.example", "\u{d6}zlem", "\u{d6}zil"),
            ("100%@acme.example", "Per", "Cent_"),
            ("e1@acme.example", "Rene\u{301}", "E\u{301}clair"),
            ("sofos@acme.example", "\u{3a3}\u{39f}\u{3a6}\u{399}\u{391}", "\u{3a3}\u{39f}\u{3a6}\u{39f}\u{3a3}"),
            ("wide@acme.example", "\u{ff37}ide", "Stra\u{df}e"),
        ] {
            add(database, "acme", email, given, family).await;
        }
        add(database, "other", "mia@other.example", "Mia", "Meyer").await;
        let everybody = [
            "100%@acme.example", "Mia.Meyer@acme.example", "ann@acme.example", "meyerling@acme.example",
            "oe@acme.example", "zoe@acme.example", "e1@acme.example", "sofos@acme.example", "wide@acme.example",
        ];
        let mut in_order = everybody.map(str::to_owned).to_vec();
        in_order.sort_by_key(|address| address.to_lowercase());
        assert_eq!(found(database, "").await, (in_order, 9));
        for (search, wanted) in [
            ("mia", &["Mia.Meyer@acme.example"][..]),
            ("MIA.m", &["Mia.Meyer@acme.example"]),
            ("Mia Mey", &["Mia.Meyer@acme.example"]),
            ("meyer", &["meyerling@acme.example", "Mia.Meyer@acme.example"]),
            ("MI", &["ann@acme.example", "Mia.Meyer@acme.example"]),
            ("zo\u{eb} a", &["zoe@acme.example"]),
            ("\u{d6}z", &["oe@acme.example"]),
            ("\u{f6}ZIL", &["oe@acme.example"]),
            ("\u{f6}zlem \u{d6}", &["oe@acme.example"]),
            ("\u{d6}zx", &[]),
            ("ZO\u{cb} A", &["zoe@acme.example"]),
            ("\u{c9}CL", &["e1@acme.example"]),
            ("ren\u{e9} \u{e9}", &["e1@acme.example"]),
            ("\u{3c3}\u{3bf}\u{3c6}\u{3bf}\u{3c2}", &["sofos@acme.example"]),
            ("wide s", &["wide@acme.example"]),
            ("STRA\u{df}E", &["wide@acme.example"]),
            ("strasse", &[]),
            ("an", &["ann@acme.example", "zoe@acme.example"]),
            ("100%", &["100%@acme.example"]),
            ("cent_", &["100%@acme.example"]),
            ("%", &[]),
            ("acme", &[]),
            ("' OR 1=1 --", &[]),
        ] {
            let wanted: Vec<String> = wanted.iter().map(|&address| address.to_owned()).collect();
            let count = wanted.len() as u64;
            assert_eq!(found(database, search).await, (wanted, count), "{search}");
        }
    }

    /// A search goes on through everybody who may be meant and is not.
    async fn who_is_meant_is_found_behind_many_who_are_not(bench: Bench) {
        let database = &bench.database;
        make_org(database, "acme").await;
        for n in 0..40 {
            let family = if n % 13 == 12 { "\u{d6}zil" } else { "\u{c5}berg" };
            add(database, "acme", &format!("n{n:02}@acme.example"), "Kim", family).await;
        }
        let wanted: Vec<String> = [12, 25, 38].map(|n| format!("n{n}@acme.example")).to_vec();
        assert_eq!(found(database, "\u{f6}z").await, (wanted, 3));
        assert_eq!(found(database, "KIM \u{e5}").await.1, 37);
        assert_eq!(found(database, "\u{e5}x").await, (Vec::new(), 0));
    }
}
