//! Resources as they are found: groups with their members, filters, and what cannot be kept.

use crate::directory::{make_member, make_org};
use crate::engines::{on_both, t0};
use crate::scim::{
    admit, all, bind, create, delete, find, get, group, refused_with, replace, scim_account,
    tenant, user, with,
};
use scim_core::id::{Kind, ResourceId};
use scim_core::query::{Load, PageRequest, Position, Query, Target, Total};
use scim_core::resource::Name;
use scim_core::schema::Registry;
use scim_core::store::{Page as Found, Store, Stored, Version, Written};
use sso_store::directory::Page;
use sso_store::{AccountFate, AdmittedAccount, Database, MemberPlan, Role};

/// A page of groups with no more than so many members together.
async fn groups(
    database: &Database,
    page: PageRequest,
    most: u64,
    filter: Option<&str>,
    total: Total,
) -> Found {
    let registry = Registry::standard();
    let of = registry.by_kind(&Kind::GROUP).unwrap();
    let mut query = Query::new([], page);
    query.targets = vec![Target {
        kind: Kind::GROUP,
        filter: filter.map(|filter| bind(filter, of)),
    }];
    query.most_members = most;
    query.total = total;
    database.query(&tenant(), &query).await.unwrap()
}

fn names(page: &Found) -> Vec<&str> {
    page.resources
        .iter()
        .map(|stored| stored.id().as_str())
        .collect()
}

on_both! {
    /// By an index and by looking at each, from a number and from a place on.
    async fn a_page_of_groups_ends_where_members_would_be_too_many(bench: Bench) {
        let database = &bench.database;
        make_org(database, "acme").await;
        let sizes = [("g1", 3), ("g2", 2), ("g3", 0), ("g4", 9), ("g5", 1)];
        for (id, size) in sizes {
            let members: Vec<String> = (0..size).map(|n| format!("u{n}")).collect();
            let members: Vec<&str> = members.iter().map(String::as_str).collect();
            assert_eq!(create(database, &group(id, id, &members), MemberPlan::Nothing).await, Written::Done);
        }
        for filter in [None, Some(r#"displayName sw "g""#), Some(r#"not (members.display eq "x")"#)] {
            let whole = PageRequest::Index { start: 1, count: 9 };
            let page = groups(database, whole, 1_000, filter, Total::Counted).await;
            assert_eq!((names(&page).len(), page.total), (5, 5), "{filter:?}");
            let (mut seen, mut after) = (Vec::new(), None::<Position>);
            let mut pages = 0;
            loop {
                let total = if after.is_none() { Total::Counted } else { Total::NotAsked };
                let from = PageRequest::From { after, count: 9 };
                let page = groups(database, from, 5, filter, total).await;
                assert!(!page.resources.is_empty(), "{filter:?}");
                assert!(total == Total::NotAsked || page.total == 5, "{filter:?}");
                for stored in &page.resources {
                    let size = sizes.iter().find(|(id, _)| *id == stored.id().as_str()).unwrap().1;
                    assert_eq!(stored.resource().as_group().members().len(), size, "with all of its members");
                }
                seen.extend(names(&page).into_iter().map(str::to_owned));
                pages += 1;
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(seen, ["g1", "g2", "g3", "g4", "g5"], "{filter:?}");
            assert!((2..=4).contains(&pages), "{filter:?}: {pages}");
            let start = PageRequest::Index { start: 4, count: 9 };
            let page = groups(database, start, 5, filter, Total::Counted).await;
            assert_eq!((names(&page), page.total), (vec!["g4"], 5), "{filter:?}: the first comes in any case");
        }
        // Who does not want members is not given fewer groups for them.
        let mut query = Query::new([Kind::GROUP], PageRequest::Index { start: 1, count: 9 });
        (query.most_members, query.load) = (1, Load::Without(vec![Name::MEMBERS]));
        assert_eq!(database.query(&tenant(), &query).await.unwrap().resources.len(), 5);
    }

    /// Which is where a walk takes its time.
    async fn a_page_behind_a_place_need_not_be_counted(bench: Bench) {
        let database = &bench.database;
        make_org(database, "acme").await;
        for id in ["u1", "u2", "u3"] {
            let email = format!("{id}@acme.example");
            create(database, &user(id, &email), admit(AdmittedAccount::New(scim_account(&email)))).await;
        }
        for (total, counted) in [(Total::Counted, 3), (Total::NotAsked, 0)] {
            let (mut seen, mut after) = (Vec::new(), None::<Position>);
            loop {
                let mut query = Query::new([Kind::USER], PageRequest::From { after, count: 2 });
                query.total = total;
                let page = database.query(&tenant(), &query).await.unwrap();
                assert_eq!(page.total, counted);
                seen.extend(names(&page).into_iter().map(str::to_owned));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(seen, ["u1", "u2", "u3"], "{total:?}");
        }
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
