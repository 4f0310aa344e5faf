//! Forms that come back: what is wrong is said at the field it was typed in, what was typed is still
//! there, nothing has changed, and whoever mends the one value goes on.

mod settings;

use http::StatusCode;
use time::Duration;

use crate::{
    browser::{Browser, Page},
    screens::{Gallery, signed_in},
    world::World,
};

/// The element with this `id`, up to the end of its tag.
fn element<'a>(page: &'a Page, id: &str) -> &'a str {
    let at = page
        .body
        .find(&format!(" id=\"{id}\""))
        .unwrap_or_else(|| panic!("no {id}: {}", page.body));
    let start = page.body[..at].rfind('<').unwrap();
    let tag = &page.body[start..];
    &tag[..tag.find('>').unwrap()]
}

/// Asserts that complaints stand at these fields, and at no other, and that the first has the focus;
/// gives them.
fn complaints<'a>(page: &'a Page, fields: &[&str]) -> Vec<&'a str> {
    for mark in ["aria-invalid", "role=\"alert\""] {
        let found = page.body.matches(mark).count();
        assert_eq!(found, fields.len(), "{mark}: {}", page.body);
    }
    assert_eq!(page.body.matches("autofocus").count(), 1, "{}", page.body);
    assert!(element(page, fields[0]).contains("autofocus"), "{fields:?}");
    let said = fields.iter().map(|field| said_at(page, field));
    said.collect()
}

/// The one complaint on the page.
fn complaint<'a>(page: &'a Page, field: &str) -> &'a str {
    complaints(page, &[field])[0]
}

fn said_at<'a>(page: &'a Page, field: &str) -> &'a str {
    let tag = element(page, field);
    assert!(tag.contains("aria-invalid=\"true\""), "{field}: {tag}");
    let said_at = format!("{field}-wrong");
    let described = format!("aria-describedby=\"{said_at}\"");
    assert!(tag.contains(&described), "{tag}");
    text_of(page, &said_at)
}

/// What stands in the paragraph with this `id`.
fn text_of<'a>(page: &'a Page, id: &str) -> &'a str {
    let at = page.body.find(&format!("id=\"{id}\""));
    let text = &page.body[at.unwrap_or_else(|| panic!("no {id}: {}", page.body))..];
    let text = &text[text.find('>').unwrap() + 1..];
    &text[..text.find("</p>").unwrap()]
}

#[tokio::test]
async fn an_invitation_says_what_is_wrong_with_its_address() {
    let world = World::new().await;
    let mut gallery = Gallery::of("4-members-wrong");
    let mut owner = signed_in(&world, "owner").await;
    let form = owner.open("/members").await;
    let invite = async |owner: &mut Browser<'_>, email: &str| {
        let fields = [("email", email), ("role", "billing_admin")];
        owner.submit(&form, "/members/invite", &fields).await
    };
    let page = invite(&mut owner, "nils@new.test").await;
    assert!(page.says("Pass this link on"), "{}", page.body);
    for (typed, said) in [
        ("", "There is no address"),
        ("nils", "has no @"),
        ("nils@new@test", "more than one @"),
        ("nils@new", "After the @: The domain has no dot"),
        ("a <b@c.com>", "no address may hold"),
        ("Member@ACME.example", "a member already"),
        ("nils@new.test", "an open invitation for this address"),
    ] {
        let page = invite(&mut owner, typed).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{typed}");
        assert!(
            complaint(&page, "invite").contains(said),
            "{typed}: {}",
            complaint(&page, "invite")
        );
        let shown = typed.replace('<', "&lt;").replace('>', "&gt;");
        assert!(
            element(&page, "invite").contains(&format!("value=\"{shown}\"")),
            "{typed}"
        );
        assert!(
            page.says("value=\"billing_admin\" selected"),
            "{typed}: the role stays chosen"
        );
        gallery.keep(&said.replace(' ', "-"), &page, &[]);
    }
    // Somebody whom an Admin locked out is not invited a second time, but found.
    let list = owner.open("/members?search=mia").await;
    owner.submit(&list, "/members/deactivate", &[]).await;
    let page = invite(&mut owner, "member@acme.example").await;
    assert!(
        complaint(&page, "invite").contains("reactivate them"),
        "{}",
        page.body
    );
    let page = invite(&mut owner, "nora@new.test").await;
    assert!(page.says("Pass this link on"), "{}", page.body);
}

/// The limit on invitations is said at the form, in which everything stays, and at no field: nothing
/// that was typed is wrong.
#[tokio::test]
async fn too_many_invitations_are_said_at_the_form() {
    let world = World::new().await;
    let mut gallery = Gallery::of("4-members-too-many");
    let mut owner = signed_in(&world, "owner").await;
    let form = owner.open("/members?search=mia").await;
    let invite = async |owner: &mut Browser<'_>, n: usize| {
        let email = format!("n{n}@new.test");
        let fields = [("email", email.as_str()), ("role", "billing_admin")];
        owner.submit(&form, "/members/invite", &fields).await
    };
    for n in 0..10 {
        let page = invite(&mut owner, n).await;
        assert_eq!(page.status, StatusCode::OK, "{n}: {}", page.body);
    }
    let page = invite(&mut owner, 10).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(page.headers["retry-after"], "361");
    let said = text_of(&page, "invite-form-wrong");
    assert!(said.contains("wait 7 minutes"), "{said}");
    assert!(!page.says("aria-invalid"), "{}", page.body);
    assert!(element(&page, "invite").contains("value=\"n10@new.test\""));
    assert!(page.says("value=\"billing_admin\" selected"));
    let button = "autofocus aria-describedby=\"invite-form-wrong\">Make an invitation";
    assert!(page.says(button), "{}", page.body);
    assert!(page.says("10 in all"), "the eleventh was not made");
    assert!(page.says("1 found"), "the list is where it was");
    gallery.keep("invitations", &page, &[]);
    world.pass(Duration::seconds(361));
    let role = [("role", "billing_admin")];
    let page = owner.submit(&page, "/members/invite", &role).await;
    assert!(page.says("Pass this link on"), "{}", page.body);
    assert!(page.says("11 in all") && page.says("n10@new.test"));
}

#[tokio::test]
async fn a_role_that_may_not_be_given_is_said_at_the_role() {
    let world = World::new().await;
    let mut admin = signed_in(&world, "admin").await;
    let form = admin.open("/members").await;
    let fields = [("email", "nils@new.test"), ("role", "owner")];
    let page = admin.submit(&form, "/members/invite", &fields).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(complaint(&page, "invite-role").contains("above their own"));
    assert!(element(&page, "invite").contains("value=\"nils@new.test\""));
}

#[tokio::test]
async fn confirming_who_one_is_forgets_nothing_that_was_typed() {
    let world = World::new().await;
    let mut owner = signed_in(&world, "owner").await;
    let form = owner.open("/members").await;
    let list = owner.open("/members?search=mia").await;
    world.pass(Duration::minutes(11));
    let fields = [("email", "nils+x@new.test"), ("role", "admin")];
    let confirm = owner.submit(&form, "/members/invite", &fields).await;
    assert!(confirm.says("Confirm it is you"), "{}", confirm.body);
    let password = world.person("owner").password;
    let page = owner
        .submit(&confirm, "/confirm", &[("password", &password)])
        .await;
    assert!(
        element(&page, "invite").contains("value=\"nils+x@new.test\""),
        "{}",
        page.body
    );
    assert!(page.says("value=\"admin\" selected"), "{}", page.body);
    world.pass(Duration::minutes(11));
    let confirm = owner.submit(&list, "/members/deactivate", &[]).await;
    let page = owner
        .submit(&confirm, "/confirm", &[("password", &password)])
        .await;
    assert!(
        page.says("1 found") && page.says("Mia Meyer"),
        "{}",
        page.body
    );
}

/// Forms in a list lead back to the part of it they were in, also when they are refused.
#[tokio::test]
async fn a_list_is_left_where_it_was() {
    let world = World::new().await;
    let mut owner = signed_in(&world, "owner").await;
    let list = owner.open("/members?search=mia").await;
    let page = owner
        .submit(&list, "/members/role", &[("role", "admin")])
        .await;
    assert_eq!(page.url.split_once('?').unwrap().1, "search=mia");
    assert!(page.says("1 found") && page.says("value=\"admin\" selected"));
    let stale = owner
        .submit(&list, "/members/role", &[("role", "member")])
        .await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.body);
    let page = owner
        .submit(&page, "/members/role", &[("role", "king")])
        .await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(
        page.says("no such role") && page.says("1 found"),
        "{}",
        page.body
    );
    let mut admin = signed_in(&world, "admin").await;
    let list = admin.open("/members?search=mia").await;
    let page = admin.submit(&list, "/members/deactivate", &[]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(
        page.says("Only an Owner") && page.says("1 found"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn an_invited_person_types_their_name_once() {
    let world = World::new().await;
    let mut owner = signed_in(&world, "owner").await;
    let form = owner.open("/members").await;
    let fields = [("email", "nils@new.test"), ("role", "member")];
    let page = owner.submit(&form, "/members/invite", &fields).await;
    let at = page.body.find("/invitations/").unwrap();
    let path = page.body[at..].split('<').next().unwrap().to_owned();
    let mut nils = Browser::new(&world);
    let join = nils.open(&path).await;
    let names = [("given_name", "Nils \"N\""), ("family_name", "Holgersson")];
    let page = nils
        .submit(&join, &path, &[names[0], names[1], ("password", "short")])
        .await;
    assert!(
        complaint(&page, "password").contains("15"),
        "{}",
        complaint(&page, "password")
    );
    assert!(
        element(&page, "given").contains("value=\"Nils &quot;N&quot;\""),
        "{}",
        page.body
    );
    assert!(element(&page, "family").contains("value=\"Holgersson\""));
    let password = [("password", "a few words in a row")];
    let page = nils.submit(&page, &path, &password).await;
    assert!(
        page.says("Hello, Nils &quot;N&quot; Holgersson"),
        "{}",
        page.body
    );
}
