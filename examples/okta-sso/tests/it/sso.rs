//! Single sign-on: started here, started at the provider, refused.

use http::StatusCode;
use org_domain::{Email, OrgId};
use sso_store::directory::NewIdentityLink;
use time::Duration;

use crate::{
    browser::Browser,
    world::{BASE, IDP, World},
};

#[tokio::test]
async fn a_login_started_here_ends_signed_in_with_its_evidence() {
    let world = World::new().await;
    let page = Browser::new(&world).with_sso("member@acme.example").await;
    assert_eq!(page.status, StatusCode::OK);
    for text in [
        "Hello, Mia Meyer",
        "Single Sign-On",
        "http://www.okta.com/exkdemo0000000000001",
        "our request",
        "verified",
    ] {
        assert!(page.says(text), "{text} is not in {}", page.body);
    }
}

#[tokio::test]
async fn the_tile_signs_in_without_a_request() {
    let world = World::new().await;
    let page = Browser::new(&world).with_tile("member@acme.example").await;
    assert!(page.says("Hello, Mia Meyer"), "{}", page.body);
    assert!(page.says("the login began at the identity provider"));
}

#[tokio::test]
async fn somebody_new_becomes_a_member_by_signing_in() {
    let world = World::new().await;
    let page = Browser::new(&world).with_sso("new.hire@acme.example").await;
    assert!(page.says("Hello, New Hire"), "{}", page.body);
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    assert!(owner.open("/members").await.says("new.hire@acme.example"));
}

#[tokio::test]
async fn an_address_at_an_unclaimed_domain_is_refused_with_a_trace_only_admins_can_open() {
    let world = World::new().await;
    let page = Browser::new(&world)
        .with_sso("somebody@elsewhere.test")
        .await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let at = page.body.find("/settings/access/sign-ins/").unwrap();
    let path = page.body[at..].split('"').next().unwrap().to_owned();

    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let diagnosis = owner.open(&path).await;
    assert!(diagnosis.says("domain_not_claimed"), "{}", diagnosis.body);

    let mut member = Browser::new(&world);
    member.with_password("member").await;
    assert_eq!(member.open(&path).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_answer_is_taken_once() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let page = browser
        .open(&format!(
            "/security/sso/v2/authorize/?org_id={}",
            world.org_id()
        ))
        .await;
    let path = okta_sso::demo::idp::SIGN_IN_PATH;
    let posting = browser
        .submit(&page, path, &[("email", "member@acme.example")])
        .await;
    assert!(browser.deliver(&posting).await.says("Hello"));
    let again = Browser::new(&world).deliver(&posting).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_refused() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let page = browser
        .open(&format!(
            "/security/sso/v2/authorize/?org_id={}",
            world.org_id()
        ))
        .await;
    let path = okta_sso::demo::idp::SIGN_IN_PATH;
    let posting = browser
        .submit(&page, path, &[("email", "member@acme.example")])
        .await;
    world.pass(Duration::minutes(9));
    assert_eq!(
        browser.deliver(&posting).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn the_three_okta_fields_differ_as_the_settings_page_says() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let page = browser
        .open(&format!(
            "/security/sso/v2/authorize/?org_id={}",
            world.org_id()
        ))
        .await;
    assert!(page.url.starts_with(IDP));
    let path = okta_sso::demo::idp::SIGN_IN_PATH;
    let posting = browser
        .submit(&page, path, &[("email", "member@acme.example")])
        .await;
    assert!(posting.says(&format!("action=\"{BASE}/sso/saml2\"")));
    let tile = browser.open(IDP).await;
    let posting = browser
        .submit(&tile, "/tile", &[("email", "member@acme.example")])
        .await;
    assert!(posting.says(&format!(
        "action=\"{BASE}/security/sso/v2/authorize/?org_id={}\"",
        world.org_id()
    )));
}

#[tokio::test]
async fn no_cookie_is_needed_where_the_answer_is_posted() {
    let world = World::new().await;
    let mut starting = Browser::new(&world);
    let page = starting
        .open(&format!(
            "/security/sso/v2/authorize/?org_id={}",
            world.org_id()
        ))
        .await;
    let path = okta_sso::demo::idp::SIGN_IN_PATH;
    let posting = starting
        .submit(&page, path, &[("email", "member@acme.example")])
        .await;
    // The browser's cookies are not sent with a cross-site POST; a browser without any shows that.
    assert!(
        Browser::new(&world)
            .deliver(&posting)
            .await
            .says("Hello, Mia")
    );
}

#[tokio::test]
async fn an_unknown_organisation_has_no_sign_on() {
    let world = World::new().await;
    let page = Browser::new(&world)
        .get("/security/sso/v2/authorize/?org_id=nobody")
        .await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_tile_that_would_link_an_account_is_started_again_from_here_without_a_second_choice() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let page = owner.open("/settings/access/sso").await;
    owner
        .submit(&page, "/settings/access/sso/join", &[("to", "on")])
        .await;
    let mut browser = Browser::new(&world);
    let posting = browser.with_tile("outsider@acme.example").await;
    assert!(
        posting.url.starts_with(IDP),
        "the service asked the provider: {}",
        posting.url
    );
    assert!(browser.deliver(&posting).await.says("Hello, Otto Ostrow"));
    let mut stranger = Browser::new(&world);
    assert!(
        stranger
            .with_tile("new.hire@acme.example")
            .await
            .says("Hello, New Hire")
    );
}

#[tokio::test]
async fn an_account_that_is_no_member_needs_an_invitation() {
    let world = World::new().await;
    let mut outsider = Browser::new(&world);
    let page = outsider.with_sso("outsider@acme.example").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.body);
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let page = owner.open("/settings/access/sign-ins").await;
    assert!(page.says("outsider_needs_invitation"), "{}", page.body);
}

/// Ties one more name to somebody's account, as if they had signed in with it.
async fn also_known_as(world: &World, local: &str, issuer: &str, name_id: &str) {
    let database = world.site.app().database();
    let email = Email::parse(&world.person(local).email).unwrap();
    let account = database.account_by_email(&email).await.unwrap().unwrap();
    let org = OrgId::new(&world.org_id()).unwrap();
    let mut transaction = database.begin().await.unwrap();
    transaction.unlink_account(&org, &account.id).await.unwrap();
    let link = NewIdentityLink {
        org,
        issuer: issuer.to_owned(),
        name_id: name_id.to_owned(),
        account: account.id,
    };
    transaction.link_identity(&link, world.now()).await.unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn a_replaced_provider_locks_no_member_out_and_makes_nobody_an_administrator() {
    const FORMER: &str = "http://www.okta.com/exkformer";
    const PRESENT: &str = "http://www.okta.com/exkdemo0000000000001";
    let world = World::new().await;
    also_known_as(&world, "member", FORMER, "mia-of-old").await;
    let page = Browser::new(&world).with_sso("member@acme.example").await;
    assert!(page.says("Hello, Mia Meyer"), "{}", page.body);

    let page = Browser::new(&world).with_sso("admin@acme.example").await;
    assert!(page.says("Hello, "), "{}", page.body);

    for (local, issuer) in [("member", PRESENT), ("admin", FORMER)] {
        let world = World::new().await;
        also_known_as(&world, local, issuer, "another-name").await;
        let email = world.person(local).email;
        let page = Browser::new(&world).with_sso(&email).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.body);
        let mut owner = Browser::new(&world);
        owner.with_password("owner").await;
        let page = owner.open("/settings/access/sign-ins").await;
        assert!(page.says("identity_conflict"), "{local}: {}", page.body);
    }

    also_known_as(&world, "admin", FORMER, "ada-of-old").await;
    let mut admin = Browser::new(&world);
    admin.with_password("admin").await;
    let page = admin.with_sso("admin@acme.example").await;
    assert!(
        page.says("our request"),
        "from their own session: {}",
        page.body
    );
}
