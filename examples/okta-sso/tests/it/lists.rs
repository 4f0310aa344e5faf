//! Long lists, walked by their own links.

use okta_sso::pages::members;
use org_domain::{AccountId, Email, OrgId, Role};
use serde_json::json;
use sso_store::{
    Generate, InvitationId, MemberId, SignInId,
    directory::{AccountOrigin, NewAccount, NewInvitation, NewMember, NewSignIn, SignInOutcome},
};
use time::Duration;

use crate::{
    browser::{Browser, Page},
    world::World,
};

/// Where a link with these words leads.
fn link(page: &Page, words: &str) -> Option<String> {
    let end = page.body.find(&format!(">{words}</a>"))?;
    let tag = page.body[..end].rfind("href=\"")? + "href=\"".len();
    let address = &page.body[tag..];
    Some(address[..address.find('"')?].replace("&amp;", "&"))
}

/// Addresses of the made-up people, in the order of the page.
fn people(page: &Page, pattern: &str) -> Vec<String> {
    let found = page.body.match_indices(pattern).map(|(at, _)| {
        let rest = &page.body[at..];
        rest[..rest.find(".example").unwrap()].to_owned()
    });
    // Not what stands in the field of the search.
    let mut names: Vec<String> = found.filter(|name| name.len() < 12).collect();
    names.dedup();
    names
}

async fn attempts(world: &World, numbers: std::ops::Range<i64>) {
    for n in numbers {
        let at = world.now() - Duration::HOUR + Duration::seconds(n);
        let attempt = NewSignIn {
            id: SignInId::generate(at).unwrap(),
            org: Some(OrgId::new(&world.org_id()).unwrap()),
            account: None,
            method: "sso".to_owned(),
            outcome: SignInOutcome::Refused,
            code: "X".to_owned(),
            detail: json!({ "email": format!("try{n:03}@a.example") }).into(),
        };
        world
            .site
            .app()
            .database()
            .record_sign_in(&attempt, at)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn recent_sign_ins_are_walked_to_the_oldest_while_more_come() {
    let world = World::new().await;
    attempts(&world, 0..230).await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let mut page = owner.open("/settings/access/sign-ins").await;
    assert_eq!(link(&page, "First page"), None);
    let mut seen = Vec::new();
    let mut pages = 0;
    loop {
        pages += 1;
        seen.extend(people(&page, "try"));
        // Newer ones, which come before all pages that are still to be read.
        attempts(&world, 300 + pages..301 + pages).await;
        let Some(older) = link(&page, "Older") else {
            break;
        };
        page = owner.open(&older).await;
    }
    let expected: Vec<String> = (0..230).rev().map(|n| format!("try{n:03}@a")).collect();
    assert_eq!((pages, seen), (3, expected));
    let first = link(&page, "First page").unwrap();
    let newest = people(&owner.open(&first).await, "try");
    assert_eq!(newest.first().unwrap(), "try303@a");
}

/// So many members at a domain, all of one instant, so that something else parts them.
async fn crowd(world: &World, many: u32, domain: &str) {
    let mut tx = world.site.app().database().begin().await.unwrap();
    for n in 0..many {
        let account = NewAccount {
            id: AccountId::generate(world.now()).unwrap(),
            email: Email::parse(&format!("many+{n:03}@{domain}")).unwrap(),
            given_name: String::new(),
            family_name: String::new(),
            password_hash: None,
            origin: AccountOrigin::SignUp,
        };
        let member = NewMember {
            org: OrgId::new(&world.org_id()).unwrap(),
            id: MemberId::generate(world.now()).unwrap(),
            account: account.id.clone(),
            role: Role::Member,
        };
        tx.create_account(&account, world.now()).await.unwrap();
        tx.add_member(&member, world.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Whom requiring single sign-on would keep out is counted to the last, and the first are named.
#[tokio::test]
async fn the_dry_run_counts_everybody() {
    let world = World::new().await;
    crowd(&world, 230, "acme.example").await;
    crowd(&world, 260, "a.example").await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let page = owner.open("/settings/access/sso").await;
    for words in [
        "2 Owners and Admins",
        "231 members",
        "260 members at other domains: many+000@a.example",
        "many+049@a.example and others",
    ] {
        assert!(page.says(words), "{words}: {}", page.body);
    }
}

#[tokio::test]
async fn members_are_walked_within_what_was_searched_for() {
    let world = World::new().await;
    crowd(&world, 2 * members::PAGE + 1, "a.example").await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let mut page = owner.open("/members?search=many%2B").await;
    let mut seen = people(&page, "many+");
    let mut pages = 1;
    while let Some(later) = link(&page, "Later") {
        assert!(
            later.starts_with("/members?search=many%2B&after="),
            "{later}"
        );
        page = owner.open(&later).await;
        seen.extend(people(&page, "many+"));
        pages += 1;
    }
    assert!(page.says("101 found"), "{}", page.body);
    assert!(seen.is_sorted(), "in the order of the addresses");
    seen.dedup();
    assert_eq!((pages, seen.len()), (3, 101));
    assert_eq!(
        link(&page, "First page").unwrap(),
        "/members?search=many%2B"
    );
}

pub async fn invite(world: &World, numbers: std::ops::Range<i64>) {
    let mut tx = world.site.app().database().begin().await.unwrap();
    for n in numbers {
        let at = world.now() - Duration::HOUR + Duration::seconds(n);
        let new = NewInvitation {
            org: OrgId::new(&world.org_id()).unwrap(),
            id: InvitationId::generate(at).unwrap(),
            email: Email::parse(&format!("guest{n:03}@a.example")).unwrap(),
            role: Role::Member,
            invited_by: "test".to_owned(),
            expires: at + Duration::days(7),
        };
        tx.invite(&new, at).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Each list keeps the place of the other, and what is done in one leads back to both.
#[tokio::test]
async fn open_invitations_are_walked_to_the_oldest() {
    let world = World::new().await;
    let many = i64::from(2 * members::PAGE + 3);
    invite(&world, 0..many).await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let mut page = owner.open("/members?search=mia").await;
    assert!(page.says("103 in all, the newest first"), "{}", page.body);
    let mut seen = people(&page, "guest");
    let mut pages = 1;
    while let Some(older) = link(&page, "Older") {
        let place = older.strip_prefix("/members?search=mia&invited=").unwrap();
        assert!(place.ends_with("#invitations"), "{older}");
        // One that comes meanwhile is counted and is on none of these pages.
        invite(&world, many + pages..many + pages + 1).await;
        page = owner.open(&older).await;
        assert!(
            page.says(&format!("{} in all", many + pages)),
            "{}",
            page.body
        );
        assert!(
            page.says("Mia Meyer") && page.says("1 found"),
            "{}",
            page.body
        );
        seen.extend(people(&page, "guest"));
        pages += 1;
    }
    let expected: Vec<String> = (0..many).rev().map(|n| format!("guest{n:03}@a")).collect();
    assert_eq!((pages, seen), (3, expected));
    assert_eq!(
        link(&page, "First page").unwrap(),
        "/members?search=mia#invitations"
    );
    // The first on the page is revoked, and the other two are still there.
    let page = owner.submit(&page, "/members/revoke", &[]).await;
    assert_eq!(people(&page, "guest"), ["guest001@a", "guest000@a"]);
    assert!(
        page.says("1 found") && page.says("104 in all"),
        "{}",
        page.body
    );
    let page = owner.open("/members?invited=0.x").await;
    assert!(page.says("None is older than this place"), "{}", page.body);
    assert_eq!(link(&page, "First page").unwrap(), "/members#invitations");
}

/// Going on in the list of members keeps the place among the invitations.
#[tokio::test]
async fn two_lists_on_a_page_keep_each_others_place() {
    let world = World::new().await;
    crowd(&world, members::PAGE, "a.example").await;
    invite(&world, 0..i64::from(members::PAGE) + 1).await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let page = owner.open("/members").await;
    let page = owner.open(&link(&page, "Older").unwrap()).await;
    let later = link(&page, "Later").unwrap();
    let page = owner.open(&later).await;
    assert_eq!(people(&page, "guest"), ["guest000@a"], "{}", page.body);
    assert!(
        later.contains("invited=") && later.contains("&after="),
        "{later}"
    );
    let back = link(&page, "First page").unwrap();
    assert!(back.starts_with("/members?invited="), "{back}");
}

/// Whoever is looked for stands in the list once, whatever was typed of them.
#[tokio::test]
async fn a_member_is_found_by_name_or_address() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    for search in [
        "mia",
        "Meyer",
        "mia%20mey",
        "MEMBER%40acme",
        "%20mia%20",
        "mi%00a",
    ] {
        let page = owner.open(&format!("/members?search={search}")).await;
        assert_eq!(page.status.as_u16(), 200, "{search}");
        assert!(
            page.says("Mia Meyer") && page.says("1 found"),
            "{search}: {}",
            page.body
        );
        assert!(!page.says("Deactivate Olive"), "{search}");
    }
    let user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "oe@acme.example",
        "name": { "givenName": "\u{d6}zlem", "familyName": "\u{c7}elik" },
        "emails": [{ "value": "oe@acme.example", "primary": true }], "active": true
    });
    let (status, made) = world.scim("POST", "/Users", Some(user)).await;
    assert_eq!(status, 201, "{made}");
    for search in ["%C3%A7EL", "%C3%B6zlem%20%C3%A7", "OE%40"] {
        let page = owner.open(&format!("/members?search={search}")).await;
        assert!(
            page.says("\u{d6}zlem \u{c7}elik"),
            "{search}: {}",
            page.body
        );
        assert!(page.says("1 found"), "{search}");
    }
    let page = owner.open("/members?search=%3Cb%3Ex").await;
    assert!(page.says("value=\"&lt;b&gt;x\""), "{}", page.body);
    assert!(page.says("0 found"), "{}", page.body);
}

/// More sign-ins than any list would load, on several days: each day's bar has all of them.
#[tokio::test]
async fn a_chart_counts_all_of_a_day() {
    let world = World::new().await;
    let org = OrgId::new(&world.org_id()).unwrap();
    let mut tx = world.site.app().database().begin().await.unwrap();
    for (back, accepted, refused) in [(3, 1_200, 30), (1, 700, 400), (0, 3, 0), (14, 5_000, 0)] {
        let at = world.now() - Duration::days(back) - Duration::HOUR;
        for n in 0..accepted + refused {
            let outcome = if n < accepted {
                SignInOutcome::Accepted
            } else {
                SignInOutcome::Refused
            };
            let attempt = NewSignIn {
                id: SignInId::generate(at).unwrap(),
                org: Some(org.clone()),
                account: None,
                method: "sso".to_owned(),
                outcome,
                code: "X".to_owned(),
                detail: json!({}).into(),
            };
            tx.record_sign_in(&attempt, at).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let page = owner.open("/settings/access").await;
    // The Owner's own sign-in is one more of today's.
    assert!(page.says("1904 let in, 430 refused"), "{}", page.body);
    for bar in [">1.2k</text>", ">1.1k</text>", ">4</text>"] {
        assert!(page.says(bar), "{bar}: {}", page.body);
    }
    assert!(page.says("1 h ago"), "the last by single sign-on");
}

#[tokio::test]
async fn a_place_that_is_none_shows_the_first_page() {
    let world = World::new().await;
    attempts(&world, 0..2).await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    for path in [
        "/settings/access/sign-ins",
        "/settings/access/audit",
        "/settings/access/scim",
        "/members",
    ] {
        let whole = owner.open(path).await.body.len();
        for bad in ["", "50", "x.y", "5.%00", "9999999999999999999.x"] {
            let page = owner.open(&format!("{path}?after={bad}")).await;
            assert_eq!(
                (page.status.as_u16(), page.body.len()),
                (200, whole),
                "{path} {bad}"
            );
            assert_eq!(link(&page, "First page"), None, "{path} {bad}");
        }
    }
    let page = owner.open("/settings/access/sign-ins?after=0.x").await;
    assert!(page.says("Nothing older is kept."), "{}", page.body);
}
