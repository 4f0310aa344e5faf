//! Signing in, being refused, signing out, and what goes wrong on the way.

use http::StatusCode;
use saml_testkit::{Person, SpTarget};
use time::Duration;

use super::{Gallery, signed_in};
use crate::{
    browser::{Browser, Page},
    world::{BASE, IDP, World},
};

#[tokio::test]
async fn signing_in() {
    let world = World::new().await;
    let mut gallery = Gallery::of("1-sign-in");
    let mut browser = Browser::new(&world);
    let first = browser.open("/sign-in").await;
    gallery.keep("address", &first, &["E-mail address", "Continue"]);
    let page = browser
        .submit(&first, "/sign-in", &[("email", "not an address")])
        .await;
    gallery.keep("address-wrong", &page, &["role=\"alert\""]);
    let page = browser
        .submit(&first, "/sign-in", &[("email", "zoe@elsewhere.test")])
        .await;
    gallery.keep("password", &page, &["Sign in with password"]);
    let page = browser
        .submit(&page, "/sign-in/password", &[("password", "guess")])
        .await;
    gallery.keep("password-wrong", &page, &["do not belong together"]);
    let page = browser
        .submit(&first, "/sign-in", &[("email", "member@acme.example")])
        .await;
    gallery.keep("choice", &page, &["Continue with Single Sign-On"]);

    let mut owner = signed_in(&world, "owner").await;
    let page = owner.open("/settings/access/sso").await;
    owner
        .submit(&page, "/settings/access/sso/require", &[("to", "on")])
        .await;
    let page = browser
        .submit(&first, "/sign-in", &[("email", "member@acme.example")])
        .await;
    gallery.keep("sso-required", &page, &["Owner or Admin"]);
    let start = format!(
        "/security/sso/v2/authorize/?org_id={}&login_hint=member%40acme.example",
        world.org_id()
    );
    let asking = browser.open(&start).await;
    gallery.keep("provider", &asking, &["Sign in as this person"]);
    let path = okta_sso::demo::idp::SIGN_IN_PATH;
    let posting = browser
        .submit(&asking, path, &[("email", "member@acme.example")])
        .await;
    gallery.keep("on-the-way-back", &posting, &["Continue"]);
    let tile = browser.open(IDP).await;
    gallery.keep("provider-tile", &tile, &[]);
}

#[tokio::test]
async fn the_account() {
    let world = World::new().await;
    let mut gallery = Gallery::of("2-account");
    let page = Browser::new(&world).with_password("member").await;
    gallery.keep("by-password", &page, &["Hello, Mia", "With your password"]);
    let page = Browser::new(&world).with_sso("member@acme.example").await;
    gallery.keep("by-sso", &page, &["Key fingerprint", "our request"]);
    let page = Browser::new(&world).with_tile("admin@acme.example").await;
    gallery.keep(
        "by-tile",
        &page,
        &["the login began at the identity provider"],
    );
    let mut owner = signed_in(&world, "owner").await;
    let page = owner.open("/settings/access/sso").await;
    owner
        .submit(&page, "/settings/access/sso/require", &[("to", "on")])
        .await;
    let page = Browser::new(&world).with_password("owner").await;
    gallery.keep("fallback", &page, &["Password (fallback)"]);
    world.pass(Duration::minutes(11));
    let page = owner.open("/settings/access/sso").await;
    let confirm = owner
        .submit(&page, "/settings/access/sso/require", &[("to", "off")])
        .await;
    gallery.keep("confirm", &confirm, &["Confirm it is you"]);
    let page = owner
        .submit(&confirm, "/confirm", &[("password", "guess")])
        .await;
    gallery.keep("confirm-wrong", &page, &["role=\"alert\""]);
    let mut by_sso = Browser::new(&world);
    by_sso.with_sso("admin@acme.example").await;
    world.pass(Duration::minutes(11));
    let page = by_sso.open("/settings/access/sso").await;
    let confirm = by_sso
        .submit(&page, "/settings/access/sso/require", &[("to", "off")])
        .await;
    gallery.keep("confirm-sso", &confirm, &["Continue with Single Sign-On"]);
}

/// The page on which the provider's answer waits to be posted.
async fn answer_of(browser: &mut Browser<'_>, world: &World, email: &str) -> Page {
    let start = format!("/security/sso/v2/authorize/?org_id={}", world.org_id());
    let page = browser.open(&start).await;
    let path = okta_sso::demo::idp::SIGN_IN_PATH;
    browser.submit(&page, path, &[("email", email)]).await
}

#[tokio::test]
async fn being_refused() {
    let world = World::new().await;
    let mut gallery = Gallery::of("3-refused");
    let mut browser = Browser::new(&world);
    let page = browser.with_sso("somebody@elsewhere.test").await;
    gallery.keep(
        "domain-not-claimed",
        &page,
        &["You are not signed in", "Trace"],
    );
    let page = browser.with_sso("outsider@acme.example").await;
    gallery.keep("no-member", &page, &["You are not signed in"]);
    let posting = answer_of(&mut browser, &world, "member@acme.example").await;
    browser.deliver(&posting).await;
    let page = Browser::new(&world).deliver(&posting).await;
    gallery.keep("used-twice", &page, &["You are not signed in"]);
    let posting = answer_of(&mut browser, &world, "member@acme.example").await;
    world.pass(Duration::minutes(9));
    let page = browser.deliver(&posting).await;
    gallery.keep("too-late", &page, &["Continue with Single Sign-On"]);
    for_another_service(&world).await;
    let broken = [("SAMLResponse", "PGE+")];
    let page = browser.post("/sso/saml2", &broken).await;
    gallery.keep("unreadable", &page, &[]);

    let mut owner = signed_in(&world, "owner").await;
    let page = owner.open("/settings/access/sso").await;
    owner
        .submit(&page, "/settings/access/sso/require", &[("to", "on")])
        .await;
    let page = Browser::new(&world).with_password("member").await;
    gallery.keep("password", &page, &["Continue with Single Sign-On"]);
    let member = owner.open("/settings/access/sign-ins").await;
    gallery.keep("list", &member, &["sso_required", "domain_not_claimed"]);
    for (code, step) in [
        ("domain_not_claimed", "Claim a domain"),
        ("outsider_needs_invitation", "Invite by hand"),
        ("request_used", "How to mend it"),
        ("audience", "Compare with Okta"),
    ] {
        let at = member.body.find(&format!(">{code}"));
        let at = at.unwrap_or_else(|| panic!("no {code} in {}", member.body));
        let link = member.body[at..]
            .find("/settings/access/sign-ins/")
            .unwrap()
            + at;
        let path = member.body[link..].split('"').next().unwrap().to_owned();
        let page = owner.open(&path).await;
        gallery.keep(&format!("diagnosis-{code}"), &page, &[code, step]);
    }
    let mut member = signed_in_by_sso(&world).await;
    let page = member.open("/settings/access").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    gallery.keep("not-for-members", &page, &["Owner"]);
}

/// An answer that is meant for somebody else: a wrong "Audience URI" in Okta.
async fn for_another_service(world: &World) {
    let acs = format!(
        "{BASE}/security/sso/v2/authorize/?org_id={}",
        world.org_id()
    );
    let target = SpTarget::new(&acs, "https://another.example/")
        .destination(&format!("{BASE}/sso/saml2"))
        .recipient(&format!("{BASE}/sso/saml2"));
    let mia = Person::new("member@acme.example", "Mia", "Meyer");
    let idp = world.site.app().demo().unwrap().provider.test_idp().clone();
    let (message, _) = idp.response(&target, &mia, world.now()).post_fields();
    let page = Browser::new(world)
        .post(&acs, &[("SAMLResponse", &message)])
        .await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

async fn signed_in_by_sso(world: &World) -> Browser<'_> {
    let mut browser = Browser::new(world);
    browser.with_sso("member@acme.example").await;
    browser
}

#[tokio::test]
async fn signing_out() {
    let world = World::new().await;
    let mut gallery = Gallery::of("8-sign-out");
    let mut browser = Browser::new(&world);
    let page = browser.with_sso("member@acme.example").await;
    let asking = browser.submit(&page, "/sign-out/everywhere", &[]).await;
    gallery.keep("asking", &asking, &["Continue"]);
    let answering = browser.deliver(&asking).await;
    let done = browser.deliver(&answering).await;
    gallery.keep("everywhere", &done, &["Sign in again"]);
    let order = browser.open(IDP).await;
    let order = browser
        .submit(&order, "/logout", &[("email", "member@acme.example")])
        .await;
    let done = browser.deliver(&order).await;
    let page = browser.deliver(&done).await;
    gallery.keep("from-the-provider", &page, &[]);
    let again = browser.deliver(&order).await;
    gallery.keep("order-twice", &again, &[]);
}

#[tokio::test]
async fn failing() {
    let world = World::new().await;
    let mut gallery = Gallery::of("9-failure");
    let mut browser = Browser::new(&world);
    let page = browser.open("/nowhere").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    gallery.keep("404", &page, &["To the start"]);
    let page = browser.post("/account", &[]).await;
    gallery.keep("404-post", &page, &[]);
    let mut owner = signed_in(&world, "owner").await;
    let stale = owner.open("/settings/access/sso").await;
    let page = owner
        .post("/settings/access/sso/managed", &[("to", "on")])
        .await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    gallery.keep("403-form", &page, &["Nothing was changed"]);
    owner
        .submit(&stale, "/settings/access/sso/managed", &[("to", "off")])
        .await;
    let page = owner
        .submit(&stale, "/settings/access/sso/join", &[("to", "on")])
        .await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    gallery.keep("409", &page, &["Nothing"]);
    let page = owner.open("/settings/access/domains").await;
    let page = owner
        .submit(
            &page,
            "/settings/access/domains",
            &[("domain", "gmail.com")],
        )
        .await;
    gallery.keep("400-domain", &page, &[]);
    let first = browser.open("/sign-in").await;
    let second = browser
        .submit(&first, "/sign-in", &[("email", "zoe@elsewhere.test")])
        .await;
    let mut page = second.clone();
    for _ in 0..11 {
        page = browser
            .submit(&second, "/sign-in/password", &[("password", "guess")])
            .await;
    }
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    gallery.keep("429", &page, &["seconds"]);
    world.site.app().database().close().await;
    let page = owner.open(&format!("{BASE}/account")).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    gallery.keep("503", &page, &["Nothing was changed"]);
}
