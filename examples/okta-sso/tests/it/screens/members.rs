//! People, roles, invitations.

use serde_json::json;
use time::Duration;

use super::{Gallery, owner_of_nothing, signed_in};
use crate::{browser::Browser, lists::invite, world::World};

const MEMBERS: &str = "/members";

#[tokio::test]
async fn people() {
    let world = World::new().await;
    let mut gallery = Gallery::of("4-members");
    let mut first = owner_of_nothing(&world, org_domain::settings::Capabilities::NONE).await;
    let page = first.open(MEMBERS).await;
    gallery.keep("one", &page, &["Nora Newman", "None"]);
    let mut owner = signed_in(&world, "owner").await;
    let page = owner.open(MEMBERS).await;
    gallery.keep(
        "few",
        &page,
        &["Mia Meyer", "Deactivate", "Invite somebody"],
    );
    for number in 0..60 {
        let email = format!("person-{number:02}.with-a-rather-long-name@acme.example");
        let user = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": email,
            "name": { "givenName": "Person", "familyName": format!("Number {number} of many") },
            "emails": [{ "value": email, "primary": true }], "active": number % 7 != 0
        });
        let (status, made) = world.scim("POST", "/Users", Some(user)).await;
        assert_eq!(status, 201, "{made}");
    }
    let page = owner.open(MEMBERS).await;
    gallery.keep("many", &page, &["provisioned", "63 in all"]);
    let page = owner.open("/members?search=person-1").await;
    gallery.keep("found", &page, &["person-1", "10 found"]);
    let page = owner.open("/members?search=number%2017").await;
    gallery.keep("found-by-name", &page, &["person-17", "1 found"]);
    let page = owner.open("/members?search=nobody").await;
    gallery.keep("none-found", &page, &["begins like this", "Show everybody"]);
    let member = ("member", "Mia Meyer");
    let page = owner.open("/members?search=member").await;
    let page = owner.submit(&page, "/members/deactivate", &[]).await;
    assert!(page.says(member.1), "{}", page.body);
    gallery.keep("deactivated", &page, &["deactivated", "Reactivate"]);
    let mut admin = signed_in(&world, "admin").await;
    let page = admin.open("/members?search=owner").await;
    gallery.keep("as-admin", &page, &["Olive Owens"]);
}

#[tokio::test]
async fn invitations() {
    let world = World::new().await;
    let mut gallery = Gallery::of("4-members-invited");
    let mut owner = signed_in(&world, "owner").await;
    let page = owner.open("/members?invite=outsider%40acme.example").await;
    gallery.keep("prefilled", &page, &["value=\"outsider@acme.example\""]);
    let page = owner
        .submit(&page, "/members/invite", &[("role", "member")])
        .await;
    gallery.keep("link", &page, &["Pass this link on"]);
    let link = link_of(&page.body);
    let known = Browser::new(&world).open(&link).await;
    gallery.keep("known-person", &known, &["Confirm with its password"]);
    let page = owner
        .submit(
            &page,
            "/members/invite",
            &[("role", "member"), ("email", "outsider@acme.example")],
        )
        .await;
    gallery.keep("twice", &page, &["open invitation"]);
    let page = owner.open(MEMBERS).await;
    let page = owner
        .submit(
            &page,
            "/members/invite",
            &[("role", "member"), ("email", "nils@new.test")],
        )
        .await;
    let link = link_of(&page.body);
    let mut nils = Browser::new(&world);
    let join = nils.open(&link).await;
    gallery.keep("new-person", &join, &["Choose a password"]);
    let path = &link[link.find("/invitations/").unwrap()..];
    let weak = nils.submit(&join, path, &[("password", "short")]).await;
    gallery.keep("weak-password", &weak, &["role=\"alert\""]);
    world.pass(Duration::days(8));
    let mut owner = signed_in(&world, "owner").await;
    let page = owner.open(MEMBERS).await;
    gallery.keep("expired", &page, &["expired"]);
    let gone = nils.open(&link).await;
    gallery.keep("link-gone", &gone, &[]);
    let mut admin = signed_in(&world, "admin").await;
    let page = admin.open(MEMBERS).await;
    let page = admin
        .submit(
            &page,
            "/members/invite",
            &[("role", "member"), ("email", "admin@acme.example")],
        )
        .await;
    gallery.keep("member-already", &page, &["member already"]);
}

#[tokio::test]
async fn many_invitations() {
    let world = World::new().await;
    let mut gallery = Gallery::of("4-members-many-invited");
    invite(&world, 0..60).await;
    let mut owner = signed_in(&world, "owner").await;
    let page = owner.open(MEMBERS).await;
    gallery.keep("newest", &page, &["60 in all", "guest059", "Older"]);
    let at = page.body.find("invited=").unwrap();
    let place = &page.body[at..at + page.body[at..].find('#').unwrap()];
    let page = owner.open(&format!("{MEMBERS}?{place}")).await;
    gallery.keep("oldest", &page, &["60 in all", "guest000", "First page"]);
    let page = owner.open(&format!("{MEMBERS}?invited=0.x")).await;
    gallery.keep("none-older", &page, &["60 in all", "None is older"]);
}

fn link_of(body: &str) -> String {
    let at = body.find("http://127.0.0.1:4400/invitations/").unwrap();
    body[at..].split('<').next().unwrap().to_owned()
}
