//! What protects a browser session: cross-site forms, headers, roles, rates.

use bytes::Bytes;
use http::{Request, StatusCode};

use crate::{browser::Browser, world::World};

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let world = World::new().await;
    let post = |name: &'static str, value: &'static str| {
        Request::builder()
            .method("POST")
            .uri("/sign-in")
            .header("host", "127.0.0.1:4400")
            .header("content-type", "application/x-www-form-urlencoded")
            .header(name, value)
            .body(Bytes::from_static(b"email=a%40acme.example"))
            .unwrap()
    };
    for (name, value, status) in [
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-site", 403),
        ("sec-fetch-site", "same-origin", 200),
        ("origin", "https://evil.test", 403),
        ("origin", "null", 403),
        ("origin", "http://127.0.0.1:4400", 200),
    ] {
        assert_eq!(
            world.call(post(name, value)).await.status().as_u16(),
            status,
            "{name}: {value}"
        );
    }
}

#[tokio::test]
async fn a_form_without_the_sessions_token_changes_nothing() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    let page = owner.with_password("owner").await;
    assert_eq!(
        owner.post("/sign-out", &[("csrf", "guess")]).await.status,
        StatusCode::FORBIDDEN
    );
    assert!(owner.open("/account").await.says("Hello, Olive"));
    owner.submit(&page, "/sign-out", &[]).await;
    assert!(!owner.open("/account").await.says("Hello, Olive"));
}

#[tokio::test]
async fn every_page_carries_its_headers() {
    let world = World::new().await;
    for path in ["/sign-in", "/nothing", "/style.css", "/healthz"] {
        let page = Browser::new(&world).get(path).await;
        let policy = page
            .headers
            .get("content-security-policy")
            .unwrap()
            .to_str()
            .unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(page.headers["x-content-type-options"], "nosniff", "{path}");
        assert!(
            !page.body.contains("style=\""),
            "{path}: the policy allows no inline style"
        );
    }
}

#[tokio::test]
async fn guessing_a_password_is_slowed_down() {
    let world = World::new().await;
    let guess = [
        ("email", "owner@acme.example"),
        ("password", "a wrong password"),
    ];
    for _ in 0..10 {
        assert_eq!(
            Browser::new(&world)
                .post("/sign-in/password", &guess)
                .await
                .status,
            StatusCode::OK
        );
    }
    let page = Browser::new(&world).post("/sign-in/password", &guess).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(page.headers.contains_key("retry-after"));
    world.pass(time::Duration::seconds(7));
    assert_eq!(
        Browser::new(&world)
            .post("/sign-in/password", &guess)
            .await
            .status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn anothers_guessing_keeps_nobody_out_of_their_own_browser() {
    let world = World::new().await;
    let owner = world.person("owner");
    let right = [
        ("email", owner.email.as_str()),
        ("password", owner.password.as_str()),
    ];
    let mut own = Browser::new(&world);
    own.with_password("owner").await;
    let mut colleague = Browser::new(&world);
    colleague.with_password("admin").await;
    let mut guesser = Browser::new(&world);
    for _ in 0..10 {
        guesser
            .post("/sign-in/password", &[right[0], ("password", "wrong")])
            .await;
    }
    let page = own.post("/sign-in/password", &right).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "a browser known before");
    for (who, browser) in [
        ("a stranger", &mut guesser),
        ("a colleague", &mut colleague),
    ] {
        let page = browser.post("/sign-in/password", &right).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "{who}");
    }
    for _ in 0..10 {
        own.post("/sign-in/password", &[right[0], ("password", "wrong")])
            .await;
    }
    let page = own.post("/sign-in/password", &right).await;
    assert_eq!(
        page.status,
        StatusCode::TOO_MANY_REQUESTS,
        "a known browser is counted too"
    );
}

#[tokio::test]
async fn the_return_path_stays_here() {
    let world = World::new().await;
    for to in [
        "https://evil.test/",
        "//evil.test/",
        "/\\evil.test",
        "javascript:alert(1)",
    ] {
        let person = world.person("member");
        let fields = [
            ("email", person.email.as_str()),
            ("password", person.password.as_str()),
            ("to", to),
        ];
        let page = Browser::new(&world)
            .post("/sign-in/password", &fields)
            .await;
        assert_eq!(page.headers["location"], "/account", "{to}");
    }
}

#[tokio::test]
async fn an_admin_neither_touches_owners_nor_makes_them() {
    let world = World::new().await;
    let mut admin = Browser::new(&world);
    admin.with_password("admin").await;
    let page = admin.open("/members").await;
    let refused = admin
        .submit(
            &page,
            "/members/invite",
            &[("email", "x@partner.test"), ("role", "owner")],
        )
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let allowed = admin
        .submit(
            &page,
            "/members/invite",
            &[("email", "x@partner.test"), ("role", "admin")],
        )
        .await;
    assert!(allowed.says("Pass this link on"));
}

#[tokio::test]
async fn metrics_and_health_answer() {
    let world = World::new().await;
    Browser::new(&world).with_password("member").await;
    assert!(Browser::new(&world).get("/readyz").await.says("ready"));
    let page = Browser::new(&world).get("/metrics").await;
    assert!(
        page.says("okta_sso_requests_total{room=\"sign-in\""),
        "{}",
        page.body
    );
    assert!(!page.says("acme.example"), "no personal data in metrics");
}

#[tokio::test]
async fn addresses_are_counted_unless_they_are_this_machine() {
    let world = World::new().await;
    let post = || {
        Request::builder()
            .method("POST")
            .uri("/sso/saml2")
            .header("host", "127.0.0.1:4400")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from_static(b"SAMLResponse=x"))
            .unwrap()
    };
    for (peer, slowed) in [("203.0.113.7", true), ("127.0.0.1", false)] {
        let mut last = StatusCode::OK;
        for _ in 0..61 {
            last = world.site.call(post(), peer.parse().ok()).await.status();
        }
        assert_eq!(last == StatusCode::TOO_MANY_REQUESTS, slowed, "{peer}");
    }
}

#[tokio::test]
async fn without_its_database_the_service_says_when_to_come_back() {
    let world = World::new().await;
    let mut member = Browser::new(&world);
    member.with_password("member").await;
    world.site.app().database().close().await;
    for path in ["/account", "/readyz"] {
        let page = member.get(path).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(page.headers.contains_key("retry-after"), "{path}");
    }
    assert_eq!(world.scim("GET", "/Users", None).await.0, 503);
    assert_eq!(
        member.get("/healthz").await.status,
        StatusCode::OK,
        "the process itself is alive"
    );
}

#[tokio::test]
async fn roles_and_locks_ask_who_it_is_after_ten_minutes() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let member = world.person("member").email;
    let page = owner.open("/members").await;
    let form = page.form("/members/role");
    assert!(!form.is_empty());
    world.pass(time::Duration::minutes(11));
    for (action, fields) in [
        ("/members/role", vec![("role", "admin")]),
        ("/members/deactivate", vec![]),
        (
            "/members/invite",
            vec![("email", "boss@acme.example"), ("role", "owner")],
        ),
    ] {
        let asked = owner.submit(&page, action, &fields).await;
        assert!(asked.says("Confirm it is you"), "{action}: {}", asked.body);
    }
    let harmless = [("email", "clerk@acme.example"), ("role", "member")];
    let invited = owner.submit(&page, "/members/invite", &harmless).await;
    assert!(invited.says("/invitations/"), "{}", invited.body);
    assert!(invited.says(&member));
}
