//! Where an answer is posted, by which browser, and whose it is.

use http::StatusCode;
use okta_sso::config::BaseUrl;
use org_domain::{OrgId, Settings};
use saml_testkit::{Person, SpTarget, TestIdp};
use sso_store::directory::NewOrganisation;
use time::Duration;

use crate::{
    browser::{Browser, Page},
    world::{BASE, World},
};

const SECURE: &str = "https://127.0.0.1:4400";

async fn secure_world() -> World {
    World::configured(|config| config.base_url = BaseUrl::parse(SECURE).unwrap()).await
}

/// A login begun by a browser, up to the page that posts the answer.
async fn begun(browser: &mut Browser<'_>, org: &str) -> Page {
    let start = format!("{SECURE}/security/sso/v2/authorize/?org_id={org}");
    let page = browser.open(&start).await;
    let path = okta_sso::demo::idp::SIGN_IN_PATH;
    browser
        .submit(&page, path, &[("email", "member@acme.example")])
        .await
}

#[tokio::test]
async fn a_login_is_finished_by_the_browser_that_began_it() {
    let world = secure_world().await;
    let mut attacker = Browser::new(&world);
    let planted = begun(&mut attacker, &world.org_id()).await;
    let line = attacker
        .lines
        .iter()
        .find(|line| line.starts_with("__Host-login-"));
    let line = line.expect("a cookie that binds the login");
    assert!(
        line.ends_with("Path=/; HttpOnly; SameSite=None; Secure"),
        "{line}"
    );

    let mut victim = Browser::new(&world);
    let refused = victim.deliver(&planted).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    assert!(
        refused.says("org_id="),
        "a way to start again: {}",
        refused.body
    );
    assert!(
        !victim
            .open(&format!("{SECURE}/account"))
            .await
            .says("Hello")
    );
    let mut owner = Browser::new(&world);
    owner.open(SECURE).await;

    let welcome = attacker.deliver(&planted).await;
    assert!(
        welcome.says("Hello, Mia"),
        "the same answer, the right browser: {}",
        welcome.body
    );
    let over = attacker
        .lines
        .iter()
        .filter(|line| line.contains("Max-Age=0"));
    assert!(over.count() >= 1, "the cookie of a login that is over goes");
}

#[tokio::test]
async fn two_logins_in_two_tabs_do_not_disturb_each_other() {
    let world = secure_world().await;
    let mut browser = Browser::new(&world);
    let first = begun(&mut browser, &world.org_id()).await;
    let second = begun(&mut browser, &world.org_id()).await;
    assert!(browser.deliver(&second).await.says("Hello, Mia"));
    assert!(browser.deliver(&first).await.says("Hello, Mia"));
}

/// What a login that nobody asked for would look like at an address.
async fn unasked(world: &World, idp: &TestIdp, acs: &str) -> Page {
    let target = SpTarget::new(acs, &format!("{BASE}/security/sso/v2/authorize/"))
        .destination(&format!("{BASE}/sso/saml2"))
        .recipient(&format!("{BASE}/sso/saml2"));
    let person = Person::new("member@acme.example", "Mia", "Meyer");
    let (message, _) = idp.response(&target, &person, world.now()).post_fields();
    let mut browser = Browser::new(world);
    let page = browser.post(acs, &[("SAMLResponse", &message)]).await;
    browser.follow(page).await
}

fn provider(world: &World) -> TestIdp {
    world.site.app().demo().unwrap().provider.test_idp().clone()
}

#[tokio::test]
async fn an_answer_nobody_asked_for_is_taken_at_either_address() {
    let world = World::new().await;
    let idp = provider(&world);
    let postback = format!(
        "{BASE}/security/sso/v2/authorize/?org_id={}",
        world.org_id()
    );
    let requestable = format!("{BASE}/sso/saml2");
    for acs in [&postback, &requestable] {
        let page = unasked(&world, &idp, acs).await;
        assert!(page.says("Hello, Mia"), "{acs}: {}", page.body);
        world.pass(Duration::seconds(1));
    }
    let stranger = idp.clone().with_issuer("http://www.okta.com/exkstranger");
    for acs in [&postback, &requestable] {
        let page = unasked(&world, &stranger, acs).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{acs}");
    }
}

#[tokio::test]
async fn an_issuer_of_two_organizations_points_to_neither() {
    let world = World::new().await;
    let database = world.site.app().database();
    let org = OrgId::new(&world.org_id()).unwrap();
    let settings = database.settings::<Settings>(&org).await.unwrap().unwrap();
    let second = NewOrganisation {
        id: OrgId::new("second").unwrap(),
        name: "Second".to_owned(),
    };
    let issuer = okta_sso::sso::issuers::kept(&settings.value);
    let mut tx = database.begin().await.unwrap();
    tx.create_organisation(&second, &settings.value, issuer, world.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let idp = provider(&world);
    let page = unasked(&world, &idp, &format!("{BASE}/sso/saml2")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.body);
    let postback = format!("{BASE}/security/sso/v2/authorize/?org_id={org}");
    let page = unasked(&world, &idp, &postback).await;
    assert!(
        page.says("Hello, Mia"),
        "the address says whose it is: {}",
        page.body
    );
}

#[tokio::test]
async fn an_answer_to_one_organizations_request_is_not_taken_at_anothers_address() {
    let world = World::new().await;
    let database = world.site.app().database();
    let org = OrgId::new(&world.org_id()).unwrap();
    let settings = database.settings::<Settings>(&org).await.unwrap().unwrap();
    let second = NewOrganisation {
        id: OrgId::new("second").unwrap(),
        name: "Second".to_owned(),
    };
    let issuer = okta_sso::sso::issuers::kept(&settings.value);
    let mut tx = database.begin().await.unwrap();
    tx.create_organisation(&second, &settings.value, issuer, world.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut browser = Browser::new(&world);
    let start = format!("/security/sso/v2/authorize/?org_id={org}");
    let page = browser.open(&start).await;
    let path = okta_sso::demo::idp::SIGN_IN_PATH;
    let posting = browser
        .submit(&page, path, &[("email", "member@acme.example")])
        .await;
    let fields = posting.form(&format!("{BASE}/sso/saml2"));
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let wrong = "/security/sso/v2/authorize/?org_id=second";
    let refused = browser.post(wrong, &fields).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(browser.deliver(&posting).await.says("Hello, Mia"));
}

/// An answer posted from an address, as a browser sends it.
fn posted(message: &str) -> http::Request<bytes::Bytes> {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("SAMLResponse", message)
        .finish();
    http::Request::builder()
        .method("POST")
        .uri("/sso/saml2")
        .header("host", "127.0.0.1:4400")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.into())
        .unwrap()
}

/// A company of thousands may share an address: answers that are good are not counted, and those
/// that are not shut out nobody but themselves.
#[tokio::test]
async fn refused_answers_of_an_address_run_out_and_good_ones_do_not() {
    let world = World::new().await;
    let idp = provider(&world);
    let company = "203.0.113.7".parse().ok();
    let good = || {
        let acs = format!("{BASE}/sso/saml2");
        let audience = format!("{BASE}/security/sso/v2/authorize/");
        let person = Person::new("member@acme.example", "Mia", "Member");
        let target = SpTarget::new(&acs, &audience);
        idp.response(&target, &person, world.now()).post_fields().0
    };
    for n in 0..70 {
        let answer = world.site.call(posted(&good()), company).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{n}");
        world.pass(Duration::milliseconds(1));
    }
    for n in 0..60 {
        let answer = world.site.call(posted("bm90IFhNTA=="), company).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{n}");
    }
    let waits = world.site.call(posted("bm90IFhNTA=="), company).await;
    assert_eq!(waits.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(waits.headers().contains_key("retry-after"));
    let answer = world.site.call(posted(&good()), company).await;
    assert_eq!(
        answer.status(),
        StatusCode::SEE_OTHER,
        "a good answer from the same address"
    );
    let elsewhere = "203.0.113.8".parse().ok();
    let answer = world.site.call(posted("bm90IFhNTA=="), elsewhere).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN, "another address");
}

#[tokio::test]
async fn logins_begun_from_an_address_run_out_and_come_back() {
    let world = World::new().await;
    let start = || {
        http::Request::builder()
            .uri(format!(
                "/security/sso/v2/authorize/?org_id={}",
                world.org_id()
            ))
            .header("host", "127.0.0.1:4400")
            .body(bytes::Bytes::new())
            .unwrap()
    };
    let company = "203.0.113.7".parse().ok();
    for n in 0..300 {
        let begun = world.site.call(start(), company).await;
        assert_eq!(begun.status(), StatusCode::SEE_OTHER, "{n}");
    }
    let waits = world.site.call(start(), company).await;
    assert_eq!(waits.status(), StatusCode::TOO_MANY_REQUESTS);
    world.pass(Duration::seconds(1));
    assert_eq!(
        world.site.call(start(), company).await.status(),
        StatusCode::SEE_OTHER
    );
}

const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";

/// A name that is another one at every login would tie an account to nothing: the login after it
/// would be a conflict that nobody can mend.
#[tokio::test]
async fn a_transient_name_is_refused_before_it_ties_anybody() {
    let world = World::new().await;
    let idp = provider(&world);
    let acs = format!(
        "{BASE}/security/sso/v2/authorize/?org_id={}",
        world.org_id()
    );
    let target = SpTarget::new(&acs, &format!("{BASE}/security/sso/v2/authorize/"))
        .destination(&format!("{BASE}/sso/saml2"))
        .recipient(&format!("{BASE}/sso/saml2"));
    let mia = Person::new("member@acme.example", "Mia", "Meyer");
    let passing = mia
        .clone()
        .name_id("_one-of-many")
        .name_id_format(TRANSIENT);
    for (person, status) in [(&passing, StatusCode::FORBIDDEN), (&mia, StatusCode::OK)] {
        let (message, _) = idp.response(&target, person, world.now()).post_fields();
        let mut browser = Browser::new(&world);
        let page = browser.post(&acs, &[("SAMLResponse", &message)]).await;
        let page = browser.follow(page).await;
        assert_eq!(page.status, status, "{}", page.body);
        world.pass(Duration::seconds(1));
    }
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let list = owner.open("/settings/access/sign-ins").await;
    assert!(list.says("name_id_transient"), "{}", list.body);
    let at = list.body.find("/settings/access/sign-ins/").unwrap();
    let mut texts = list.body[at..]
        .match_indices("/settings/access/sign-ins/")
        .map(|(from, _)| list.body[at + from..].split('"').next().unwrap().to_owned());
    let mut told = false;
    for path in texts.by_ref().take(3).collect::<Vec<_>>() {
        told |= owner
            .open(&path)
            .await
            .says("set &quot;Name ID format&quot; to Unspecified");
    }
    assert!(told, "the diagnosis says what to change");
}
