//! Domain claims against a name server of the test's own.

use http::StatusCode;
use time::Duration;

use crate::{browser::Browser, world::World, zone::Zone};

fn shown(body: &str, start: &str) -> String {
    let at = body
        .find(start)
        .unwrap_or_else(|| panic!("{start} is not in {body}"));
    body[at..].split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_domain_is_proven_by_its_record_and_lost_without_it() {
    let zone = Zone::default();
    let server = zone.serve().await;
    let world = World::configured(|config| config.dns = vec![server]).await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let page = owner.open("/settings/access/domains").await;
    let page = owner
        .submit(
            &page,
            "/settings/access/domains",
            &[("domain", "acme-labs.com")],
        )
        .await;
    let name = shown(&page.body, "_okta-sso-challenge.acme-labs.com");
    let value = shown(&page.body[page.body.find(&name).unwrap()..], "token=");

    let check = [("domain", "acme-labs.com")];
    let missing = owner
        .submit(&page, "/settings/access/domains/check", &check)
        .await;
    assert!(
        missing.says("There is no TXT record at this name yet"),
        "{}",
        missing.body
    );
    zone.publish(&format!("{name}.acme-labs.com"), &value);
    world.pass(Duration::minutes(1));
    let doubled = owner
        .submit(&page, "/settings/access/domains/check", &check)
        .await;
    assert!(doubled.says("one level too deep"), "{}", doubled.body);
    zone.publish(&name, &value);
    world.pass(Duration::minutes(1));
    let proven = owner
        .submit(&page, "/settings/access/domains/check", &check)
        .await;
    assert!(proven.says("the record is there"), "{}", proven.body);
    assert!(
        Browser::new(&world)
            .with_sso("ann@acme-labs.com")
            .await
            .says("Hello, Ann")
    );

    zone.withdraw(&name);
    for _ in 0..14 {
        world.pass(Duration::hours(27));
        okta_sso::claims::check_due(world.site.app()).await.unwrap();
    }
    okta_sso::claims::carry_out_effects(world.site.app())
        .await
        .unwrap();
    let refused = Browser::new(&world).with_sso("ben@acme-labs.com").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "the claim lapsed");
    assert!(
        Browser::new(&world)
            .with_sso("cora@acme.example")
            .await
            .says("Hello, Cora"),
        "others are untouched"
    );
}

#[tokio::test]
async fn testers_may_turn_the_domain_rule_off_and_nobody_else() {
    let user = |email: &str| serde_json::json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": email, "active": true });
    let strict = World::new().await;
    assert_eq!(
        strict
            .scim("POST", "/Users", Some(user("x@anything.test")))
            .await
            .0,
        400
    );
    let open =
        World::configured(|config| config.domains = okta_sso::config::DomainPolicy::UnsafeAny)
            .await;
    let (status, made) = open
        .scim("POST", "/Users", Some(user("x@anything.test")))
        .await;
    assert_eq!(status, 201, "{made}");
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    assert_eq!(open.scim("GET", &path, None).await.0, 200);

    let name = "0b7c2f9e-no-address";
    assert_eq!(strict.scim("POST", "/Users", Some(user(name))).await.0, 400);
    let (status, made) = open.scim("POST", "/Users", Some(user(name))).await;
    assert_eq!(
        (status, made["userName"].as_str()),
        (201, Some(name)),
        "{made}"
    );
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    assert_eq!(open.scim("PUT", &path, Some(user("renamed"))).await.0, 200);
    let (_, read) = open.scim("GET", &path, None).await;
    assert_eq!(read["userName"], "renamed");

    let group = serde_json::json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Eng" });
    let add = serde_json::json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "add", "path": "members", "value": [{ "value": "nobody" }] }]
    });
    for (world, expected) in [(&strict, 400), (&open, 200)] {
        let (status, made) = world.scim("POST", "/Groups", Some(group.clone())).await;
        assert_eq!(status, 201, "{made}");
        let path = format!("/Groups/{}", made["id"].as_str().unwrap());
        let (status, answer) = world.scim("PATCH", &path, Some(add.clone())).await;
        assert_eq!(status, expected, "{answer}");
    }
}

#[tokio::test]
async fn a_locked_domain_is_claimed_by_the_named_organization_only() {
    let zone = Zone::default();
    let server = zone.serve().await;
    let world = World::configured(|config| config.dns = vec![server]).await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let page = owner.open("/settings/access/domains").await;
    let claim = [("domain", "acme-labs.com")];
    zone.publish("_okta-sso-policy.acme-labs.com", "v=1 claims=none");
    let refused = owner
        .submit(&page, "/settings/access/domains", &claim)
        .await;
    assert!(
        refused.says("lets only other organizations claim it"),
        "{}",
        refused.body
    );
    let handle = world
        .site
        .app()
        .handles()
        .handle(&org_domain::OrgId::new(&world.org_id()).unwrap())
        .unwrap();
    zone.publish(
        "_okta-sso-policy.acme-labs.com",
        &format!("v=1 org={}", handle.as_str()),
    );
    let page = owner.open("/settings/access/domains").await;
    let taken = owner
        .submit(&page, "/settings/access/domains", &claim)
        .await;
    assert!(
        taken.says("_okta-sso-challenge.acme-labs.com"),
        "{}",
        taken.body
    );
}
