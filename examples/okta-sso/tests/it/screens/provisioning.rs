//! SCIM, the overview, sign-ins and audit, from nothing to everything.

use org_domain::settings::Capabilities;
use serde_json::json;
use time::Duration;

use super::{Gallery, owner_of_nothing, signed_in};
use crate::{browser::Browser, world::World};

const SCIM: &str = "/settings/access/scim";

#[tokio::test]
async fn with_nothing_set_up() {
    let world = World::new().await;
    let mut gallery = Gallery::of("5-empty");
    let mut nora = owner_of_nothing(&world, Capabilities::ENTERPRISE).await;
    for (name, path, texts) in [
        ("overview", "/settings/access", &["Claim a domain"][..]),
        ("domains", "/settings/access/domains", &["Claim a domain"]),
        (
            "sso",
            "/settings/access/sso",
            &["Postback URL", "three values first"],
        ),
        ("scim", SCIM, &["None yet", "Enterprise plan"]),
        ("sign-ins", "/settings/access/sign-ins", &[]),
        ("audit", "/settings/access/audit", &[]),
    ] {
        let page = nora.open(path).await;
        gallery.keep(name, &page, texts);
    }
}

#[tokio::test]
async fn without_the_plan() {
    let world = World::new().await;
    let mut gallery = Gallery::of("5-no-plan");
    let mut nora = owner_of_nothing(&world, Capabilities::NONE).await;
    for (name, path) in [("sso", "/settings/access/sso"), ("scim", SCIM)] {
        let page = nora.open(path).await;
        gallery.keep(name, &page, &["Your plan does not include"]);
    }
}

#[tokio::test]
async fn tokens_and_people_who_could_not_be_added() {
    let world = World::new().await;
    let mut gallery = Gallery::of("7-scim");
    let mut owner = signed_in(&world, "owner").await;
    let page = owner.open(SCIM).await;
    gallery.keep("one-token", &page, &["never used", "Make a new token"]);
    let page = owner
        .submit(&page, "/settings/access/scim/token", &[("overlap", "24")])
        .await;
    gallery.keep("shown-once", &page, &["Copy this token into Okta now"]);
    let page = owner.open(SCIM).await;
    gallery.keep("two-tokens", &page, &["ends"]);
    for email in ["outsider@acme.example", "zoe@elsewhere.test"] {
        let user = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": email, "active": true });
        assert!(world.scim("POST", "/Users", Some(user)).await.0 >= 400);
    }
    let page = owner.open(SCIM).await;
    gallery.keep(
        "issues",
        &page,
        &["outsider@acme.example", "Invite", "Dismiss"],
    );
    let page = owner.open("/settings/access").await;
    gallery.keep("overview-issues", &page, &["2 people", "0 done, 2 refused"]);
    world.pass(Duration::days(2));
    let mut owner = signed_in(&world, "owner").await;
    let page = owner.open(SCIM).await;
    gallery.keep("old-token-ended", &page, &["Make a new token"]);
    world.pass(Duration::days(350));
    let mut owner = signed_in(&world, "owner").await;
    let page = owner.open(SCIM).await;
    gallery.keep("ends-soon", &page, &["ends soon"]);
    let page = owner.open("/settings/access").await;
    gallery.keep("overview-ends-soon", &page, &["ends soon"]);
}

#[tokio::test]
async fn what_happened() {
    let world = World::new().await;
    let mut gallery = Gallery::of("7-history");
    for day in 0..14 {
        for number in 0..=(day % 5) {
            let who = format!("person{number}@acme.example");
            Browser::new(&world).with_sso(&who).await;
        }
        if day % 3 == 0 {
            Browser::new(&world).with_sso("zoe@elsewhere.test").await;
        }
        if day < 13 {
            world.pass(Duration::days(1));
        }
    }
    let mut owner = signed_in(&world, "owner").await;
    let page = owner.open("/settings/access").await;
    gallery.keep("overview", &page, &["let in", "refused"]);
    let page = owner.open("/settings/access/sign-ins").await;
    gallery.keep("sign-ins", &page, &["person1@acme.example"]);
    let at = page.body.rfind("/settings/access/sign-ins/").unwrap();
    let path = page.body[at..].split('"').next().unwrap().to_owned();
    let page = owner.open(&path).await;
    gallery.keep("let-in", &page, &["What was proven"]);
    let page = owner.open("/settings/access/sso").await;
    owner
        .submit(&page, "/settings/access/sso/managed", &[("to", "off")])
        .await;
    let page = owner.open("/settings/access/domains").await;
    owner
        .submit(
            &page,
            "/settings/access/domains",
            &[("domain", "acme-labs.com")],
        )
        .await;
    let page = owner.open("/members").await;
    owner
        .submit(
            &page,
            "/members/invite",
            &[("role", "member"), ("email", "nils@new.test")],
        )
        .await;
    let page = owner.open("/settings/access/audit").await;
    gallery.keep("audit", &page, &["owner@acme.example"]);
}
