//! Access Security: domains, Okta's values, Require Single Sign-On, tokens.

use http::StatusCode;
use time::Duration;

use crate::{browser::Browser, world::World};

const SSO: &str = "/settings/access/sso";

#[tokio::test]
async fn requiring_sso_refuses_a_members_password_and_admits_an_owners() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    let mut member = Browser::new(&world);
    member.with_password("member").await;
    owner.with_password("owner").await;
    let page = owner.open(SSO).await;
    let page = owner
        .submit(&page, "/settings/access/sso/require", &[("to", "on")])
        .await;
    assert!(page.says("Stop requiring it"), "{}", page.body);

    assert!(
        !member.open("/account").await.says("Hello"),
        "the session by password ended"
    );
    let refused = member.with_password("member").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.says("Continue with Single Sign-On"));
    assert!(
        member
            .with_sso("member@acme.example")
            .await
            .says("Hello, Mia")
    );

    let mut again = Browser::new(&world);
    let page = again.with_password("owner").await;
    assert!(
        page.says("Hello, Olive") && page.says("fallback"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_sensitive_change_asks_who_it_is_after_ten_minutes() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    world.pass(Duration::minutes(11));
    let page = owner.open(SSO).await;
    let confirm = owner
        .submit(&page, "/settings/access/sso/require", &[("to", "on")])
        .await;
    assert!(confirm.says("Confirm it is you"), "{}", confirm.body);
    let password = world.person("owner").password;
    let page = owner
        .submit(&confirm, "/confirm", &[("password", &password)])
        .await;
    let page = owner
        .submit(&page, "/settings/access/sso/require", &[("to", "on")])
        .await;
    assert!(page.says("Stop requiring it"));
}

#[tokio::test]
async fn a_domain_is_claimed_with_a_record_to_publish() {
    let world = World::new().await;
    let mut admin = Browser::new(&world);
    admin.with_password("admin").await;
    let page = admin.open("/settings/access/domains").await;
    assert!(page.says("verified"));
    let page = admin
        .submit(
            &page,
            "/settings/access/domains",
            &[("domain", "Acme-Labs.com")],
        )
        .await;
    assert!(
        page.says("_okta-sso-challenge.acme-labs.com") && page.says("waiting for the record"),
        "{}",
        page.body
    );
    let refused = admin
        .submit(
            &page,
            "/settings/access/domains",
            &[("domain", "gmail.com")],
        )
        .await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_new_token_is_shown_once_and_works_beside_the_old_one() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let page = owner.open("/settings/access/scim").await;
    let page = owner
        .submit(&page, "/settings/access/scim/token", &[("overlap", "24")])
        .await;
    let at = page
        .body
        .find("scim1.")
        .unwrap_or_else(|| panic!("{}", page.body));
    let token = page.body[at..].split('<').next().unwrap().to_owned();
    assert_eq!(
        world
            .scim_with(&token, "GET", "/Users?count=1", None)
            .await
            .0,
        200
    );
    assert_eq!(world.scim("GET", "/Users?count=1", None).await.0, 200);
    world.pass(Duration::hours(25));
    assert_eq!(
        world.scim("GET", "/Users?count=1", None).await.0,
        401,
        "the overlap is over"
    );
    assert_eq!(
        world
            .scim_with(&token, "GET", "/Users?count=1", None)
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn the_test_login_counts_only_for_oneself() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    for (who, counts) in [("member@acme.example", false), ("owner@acme.example", true)] {
        let page = owner.open(SSO).await;
        let provider = owner.submit(&page, "/settings/access/sso/test", &[]).await;
        let result = owner.choose(&provider, who).await;
        assert!(result.says("The test login works"), "{}", result.body);
        assert_eq!(result.says("The test counts"), counts);
        assert!(
            owner.open("/account").await.says("Hello, Olive"),
            "the session stays whose it was"
        );
    }
}

#[tokio::test]
async fn new_values_stand_by_until_they_are_tested() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let page = owner.open(SSO).await;
    let values = [
        ("sign_in_url", "https://acme.okta.com/app/x/sso/saml"),
        ("issuer", "http://www.okta.com/exknew"),
    ];
    let page = owner
        .submit(&page, "/settings/access/sso/connection", &values)
        .await;
    assert!(page.says("New values, standing by"), "{}", page.body);
    let page = owner
        .submit(&page, "/settings/access/sso/promote", &[])
        .await;
    assert!(
        page.says("has to sign in once with these values first"),
        "{}",
        page.body
    );
    assert!(
        Browser::new(&world)
            .with_sso("member@acme.example")
            .await
            .says("Hello, Mia")
    );
}

#[tokio::test]
async fn members_do_not_see_settings() {
    let world = World::new().await;
    let mut member = Browser::new(&world);
    member.with_password("member").await;
    for path in [
        "/members",
        "/settings/access",
        SSO,
        "/settings/access/scim",
        "/settings/access/audit",
    ] {
        assert_eq!(
            member.open(path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    for path in [
        "/members",
        "/settings/access",
        SSO,
        "/settings/access/scim",
        "/settings/access/audit",
        "/settings/access/sign-ins",
    ] {
        assert_eq!(owner.open(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn settings_can_be_carried_as_a_file_within_the_rules() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let file = owner.open("/settings/access/settings.json").await.body;
    assert!(
        file.contains("exkdemo0000000000001") && !file.contains("scim1."),
        "{file}"
    );
    let page = owner.open(SSO).await;
    for (text, said) in [
        (file.replace("allowed", "bounced"), "Okta manages everybody"),
        (file.replace("\"join\"", "\"joins\""), "unknown field"),
        ("nonsense".to_owned(), "The file"),
    ] {
        let answer = owner
            .submit(&page, "/settings/access/import", &[("settings", &text)])
            .await;
        assert!(answer.says(said), "{said}: {}", answer.body);
    }
    assert!(
        owner
            .open("/settings/access/settings.json")
            .await
            .says("bounced"),
        "the good file was taken"
    );

    let mut member = Browser::new(&world);
    member.with_password("member").await;
    assert_eq!(
        member.open("/settings/access/settings.json").await.status,
        StatusCode::FORBIDDEN
    );
}
