//! Passwords, sessions, invitations.

use http::StatusCode;
use time::Duration;

use crate::{
    browser::{Browser, Page},
    world::World,
};

#[tokio::test]
async fn a_password_opens_the_account_page_and_says_so() {
    let world = World::new().await;
    let page = Browser::new(&world).with_password("member").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.says("Hello, Mia Meyer"));
    assert!(page.says("With your password"));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_look_alike() {
    let world = World::new().await;
    let mut answers = Vec::new();
    for email in ["member@acme.example", "nobody@acme.example"] {
        let mut browser = Browser::new(&world);
        let page = browser
            .post(
                "/sign-in/password",
                &[("email", email), ("password", "wrong horse battery")],
            )
            .await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.says("do not belong together"));
        answers.push(
            page.body
                .split("<aside")
                .next()
                .unwrap()
                .replace(email, "")
                .replace(
                    &form_urlencoded::byte_serialize(email.as_bytes()).collect::<String>(),
                    "",
                ),
        );
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn the_second_page_offers_sso_by_the_domain_alone() {
    let world = World::new().await;
    for (email, offered) in [
        ("member@acme.example", true),
        ("nobody@acme.example", true),
        ("x@other.test", false),
    ] {
        let page = Browser::new(&world)
            .post("/sign-in", &[("email", email)])
            .await;
        assert_eq!(
            page.says("Continue with Single Sign-On"),
            offered,
            "{email}"
        );
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let page = browser.with_password("member").await;
    browser.submit(&page, "/sign-out", &[]).await;
    assert!(
        browser
            .open("/account")
            .await
            .says("Your organization decides how")
    );
}

#[tokio::test]
async fn a_session_ends_after_its_time() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.with_password("member").await;
    world.pass(Duration::hours(11));
    assert!(browser.open("/account").await.says("Hello"));
    world.pass(Duration::hours(2));
    assert!(!browser.open("/account").await.says("Hello"));
}

#[tokio::test]
async fn an_invited_stranger_becomes_a_member_once() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let page = owner.open("/members").await;
    let page = owner
        .submit(
            &page,
            "/members/invite",
            &[("email", "guest@partner.test"), ("role", "member")],
        )
        .await;
    let link = invitation_link(&page);
    let mut guest = Browser::new(&world);
    let form = guest.open(&link).await;
    let weak = guest.submit(&form, &link, &[("password", "short")]).await;
    assert!(weak.says("at least 15 characters"));
    let fields = [
        ("given_name", "Gus"),
        ("family_name", "Gast"),
        ("password", "a long enough password"),
    ];
    let page = guest.submit(&form, &link, &fields).await;
    assert!(page.says("Hello, Gus Gast"), "{}", page.body);
    assert_eq!(
        Browser::new(&world).get(&link).await.status,
        StatusCode::NOT_FOUND
    );
}

fn invitation_link(page: &Page) -> String {
    let at = page
        .body
        .find("/invitations/")
        .unwrap_or_else(|| panic!("{}", page.body));
    page.body[at..].split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn whoever_invites_cannot_guess_the_invited_persons_password() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let outsider = world.person("outsider");
    let page = owner.open("/members").await;
    let invite = [("email", outsider.email.as_str()), ("role", "member")];
    let page = owner.submit(&page, "/members/invite", &invite).await;
    let link = invitation_link(&page);
    for _ in 0..10 {
        let page = owner
            .post(&link, &[("password", "a wrong guess, again")])
            .await;
        assert!(
            page.says("not the password of this account"),
            "{}",
            page.body
        );
    }
    let right = [("password", outsider.password.as_str())];
    let page = owner.post(&link, &right).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    world.pass(Duration::seconds(7));
    let page = Browser::new(&world).post(&link, &right).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let world = World::new().await;
    let (token, person) = (
        world.site.app().demo().unwrap().keep.scim_token.clone(),
        world.person("member"),
    );
    let world = world.restart().await;
    assert_eq!(world.site.app().demo().unwrap().keep.scim_token, token);
    assert_eq!(world.person("member").password, person.password);
    assert!(
        Browser::new(&world)
            .with_password("member")
            .await
            .says("Hello, Mia")
    );
    assert_eq!(world.scim("GET", "/Users?count=1", None).await.0, 200);
}

#[tokio::test]
async fn a_lost_demo_file_gives_new_passwords_and_a_second_token() {
    let world = World::new().await;
    let old = world.site.app().demo().unwrap().keep.scim_token.clone();
    std::fs::remove_file(world.files.keep()).unwrap();
    let world = world.restart().await;
    assert_ne!(world.site.app().demo().unwrap().keep.scim_token, old);
    assert_eq!(world.scim("GET", "/Users?count=1", None).await.0, 200);
    assert_eq!(
        world.scim_with(&old, "GET", "/Users?count=1", None).await.0,
        200,
        "the old one goes on for a week"
    );
    assert!(
        Browser::new(&world)
            .with_password("owner")
            .await
            .says("Hello, Olive")
    );
}
