//! Single logout, both ways.

use http::StatusCode;

use crate::{
    browser::{Browser, Page},
    rows::number,
    world::{IDP, World},
};

#[tokio::test]
async fn signing_out_here_signs_out_at_the_provider() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let page = browser.with_sso("member@acme.example").await;
    let asking = browser.submit(&page, "/sign-out/everywhere", &[]).await;
    assert!(asking.says("SAMLRequest"), "{}", asking.body);
    assert!(
        !browser.open("/account").await.says("Hello"),
        "the session here is over first"
    );
    let answering = browser.deliver(&asking).await;
    let done = browser.deliver(&answering).await;
    assert!(
        done.says("Your session here and at your identity provider is over"),
        "{}",
        done.body
    );
}

#[tokio::test]
async fn the_provider_ends_every_session_of_one_person_without_a_cookie() {
    let world = World::new().await;
    let (mut first, mut second, mut other) = (
        Browser::new(&world),
        Browser::new(&world),
        Browser::new(&world),
    );
    first.with_sso("member@acme.example").await;
    second.with_tile("member@acme.example").await;
    other.with_sso("admin@acme.example").await;

    let mut provider = Browser::new(&world);
    let page = provider.open(IDP).await;
    let order = provider
        .submit(&page, "/logout", &[("email", "member@acme.example")])
        .await;
    let answer = provider.deliver(&order).await;
    let done = provider.deliver(&answer).await;
    assert!(
        done.says("Every service ended the sessions"),
        "{}",
        done.body
    );
    for browser in [&mut first, &mut second] {
        assert!(!browser.open("/account").await.says("Hello"));
    }
    assert!(other.open("/account").await.says("Hello, Adam"));

    let again = provider.deliver(&order).await;
    assert_eq!(
        again.status,
        StatusCode::BAD_REQUEST,
        "an order is taken once"
    );
}

#[tokio::test]
async fn an_unsigned_order_ends_nothing() {
    let world = World::new().await;
    let mut member = Browser::new(&world);
    member.with_sso("member@acme.example").await;
    let provider = world.site.app().demo().unwrap().provider.test_idp().clone();
    let person = saml_testkit::Person::new("member@acme.example", "Mia", "Meyer");
    let url = format!("{}/sso/logout/{}", crate::world::BASE, world.org_id());
    let good = provider.logout_request(&url, &person, None, world.now());
    for (order, ends) in [
        (good.clone().unsigned(), false),
        (good.clone().key(saml_testkit::TestKey::Intruder), false),
        (good, true),
    ] {
        let answer = bring(&world, &url, &order).await;
        assert_eq!(answer.status == StatusCode::OK, ends, "{}", answer.body);
        assert_eq!(member.open("/account").await.says("Hello"), !ends);
    }
}

/// A name that nobody has entered by: the provider gets its answer, which says that there is nothing
/// left of what it wanted ended, and no session ends; not that of an account with this very address,
/// which came in by its password. The name of somebody who is in differs in nothing else, and ends one.
#[tokio::test]
async fn an_order_for_a_name_that_is_nobodys_is_answered_and_ends_nothing() {
    let world = World::new().await;
    let mut member = Browser::new(&world);
    member.with_sso("member@acme.example").await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let url = world.url();
    let sessions = async || number(&url, "SELECT COUNT(*) FROM sessions").await;
    let before = sessions().await;
    for (name, ends, entries) in [
        ("nobody@acme.example", 0, 1),
        ("owner@acme.example", 0, 2),
        ("member@acme.example", 1, 1),
    ] {
        let there = sessions().await;
        let (answer, order) = order_for(&world, name).await;
        assert_eq!(answer.status, StatusCode::OK, "{name}: {}", answer.body);
        assert_answers(&world, &answer, &order);
        assert_eq!(there - sessions().await, ends, "{name}");
        let kind = "kind = 'single_logout'";
        let noted = format!(
            "SELECT COUNT(*) FROM audit WHERE {kind} AND detail = '{{\"sessions\":{ends}}}'"
        );
        assert_eq!(number(&url, &noted).await, entries, "{name}: so the log");
        assert_eq!(
            member.open("/account").await.says("Hello"),
            ends == 0,
            "{name}"
        );
    }
    assert_eq!(before - sessions().await, 1);
    assert!(owner.open("/account").await.says("Hello, Olive"));
}

/// Brings a signed order about a name, as the identity provider does; gives the answer and the
/// order's id.
async fn order_for(world: &World, name: &str) -> (Page, String) {
    let provider = world.site.app().demo().unwrap().provider.test_idp().clone();
    let person = saml_testkit::Person::new(name, "Some", "Body");
    let url = format!("{}/sso/logout/{}", crate::world::BASE, world.org_id());
    let order = provider.logout_request(&url, &person, None, world.now());
    let answer = bring(world, &url, &order).await;
    (answer, order.id())
}

async fn bring(world: &World, url: &str, order: &saml_testkit::LogoutBuilder) -> Page {
    let body = order.form_body();
    let fields: Vec<(String, String)> = form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    Browser::new(world).post(url, &fields).await
}

/// A signed LogoutResponse to this order with the status of success (Core 3.7.3.2).
fn assert_answers(world: &World, page: &Page, order: &str) {
    let action = world.site.app().demo().unwrap().provider.logout_url();
    let fields = page.form(&action);
    let (_, message) = fields
        .iter()
        .find(|(name, _)| name == "SAMLResponse")
        .unwrap_or_else(|| panic!("no answer: {}", page.body));
    let xml = data_encoding::BASE64.decode(message.as_bytes()).unwrap();
    let xml = String::from_utf8(xml).unwrap();
    for text in [
        "LogoutResponse".to_owned(),
        format!("InResponseTo=\"{order}\""),
        format!("Destination=\"{action}\""),
        "urn:oasis:names:tc:SAML:2.0:status:Success".to_owned(),
        "SignatureValue".to_owned(),
    ] {
        assert!(xml.contains(&text), "{text}: {xml}");
    }
}

#[tokio::test]
async fn without_a_key_of_its_own_the_service_offers_none() {
    let world = World::configured(|config| config.service_key = None).await;
    let mut browser = Browser::new(&world);
    let page = browser.with_sso("member@acme.example").await;
    assert!(page.says("Hello, Mia") && !page.says("/sign-out/everywhere"));
    let answer = browser
        .get(&format!("/sso/logout/{}", world.org_id()))
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

/// The policy's word on frames, and the older header's.
fn frames(page: &Page) -> (String, Option<String>) {
    let text = |name| {
        page.headers
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
    };
    let policy = text("content-security-policy").unwrap();
    let word = policy
        .split(';')
        .find_map(|part| part.trim().strip_prefix("frame-ancestors "))
        .unwrap()
        .to_owned();
    (word, text("x-frame-options"))
}

#[tokio::test]
async fn the_logout_address_alone_is_framed_and_by_the_provider_alone() {
    let world = World::new().await;
    let mut member = Browser::new(&world);
    member.with_sso("member@acme.example").await;
    let mut provider = Browser::new(&world);
    let page = provider.open(IDP).await;
    let fields = [("email", "member@acme.example"), ("how", "frame")];
    let outer = provider.submit(&page, "/logout", &fields).await;
    assert!(
        outer.says("<iframe src=\"/logout/frame?email="),
        "{}",
        outer.body
    );
    let inner = provider
        .open(&format!("{IDP}/logout/frame?email=member%40acme.example"))
        .await;
    let answer = provider.deliver(&inner).await;
    assert!(answer.says("SAMLResponse"), "{}", answer.body);
    assert_eq!(frames(&answer), (IDP.to_owned(), None));
    assert!(
        !member.open("/account").await.says("Hello"),
        "no cookie was needed"
    );

    let deny = ("'none'".to_owned(), Some("DENY".to_owned()));
    let unknown = member.get("/sso/logout/nobody").await;
    let nothing = member.get(&format!("/sso/logout/{}", world.org_id())).await;
    assert_eq!(nothing.status, StatusCode::BAD_REQUEST);
    for page in [
        unknown,
        nothing,
        member.get("/sign-in").await,
        member.get("/sso/certificate.pem").await,
        member.post("/sso/saml2", &[("SAMLResponse", "x")]).await,
    ] {
        assert_eq!(frames(&page), deny, "{}", page.url);
    }
}

#[tokio::test]
async fn logout_goes_to_the_address_that_was_entered() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let action = "/settings/access/sso/connection";
    let elsewhere = format!("{IDP}/another/shape");
    let page = owner.open("/settings/access/sso").await;
    let page = owner
        .submit(&page, action, &[("logout_url", &elsewhere)])
        .await;
    assert!(page.says(&elsewhere), "{}", page.body);
    let mut member = Browser::new(&world);
    let home = member.with_sso("member@acme.example").await;
    let asking = member.submit(&home, "/sign-out/everywhere", &[]).await;
    assert!(
        asking.says(&format!("action=\"{elsewhere}\"")),
        "{}",
        asking.body
    );

    let refused = owner
        .submit(&page, action, &[("logout_url", "http://idp.example/")])
        .await;
    assert!(
        refused.says("Single Logout URL: it must be an https URL"),
        "{}",
        refused.body
    );
    let page = owner.open("/settings/access/sso").await;
    owner.submit(&page, action, &[("logout_url", "")]).await;
    let home = member.with_sso("member@acme.example").await;
    assert!(home.says("Hello, Mia") && !home.says("/sign-out/everywhere"));
}
