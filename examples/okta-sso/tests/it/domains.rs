//! Domain claims against a name server of the test's own.

use http::StatusCode;
use org_domain::{ClaimStore as _, claim::StateName};
use time::Duration;
use tokio::net::UdpSocket;

use crate::{
    browser::{Browser, Page},
    world::World,
    zone::Zone,
};

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

const LOCK: &str = "_okta-sso-policy.acme-labs.com";
const CLAIM: [(&str, &str); 1] = [("domain", "acme-labs.com")];

/// The lock that names the demonstration's organisation.
fn lock_for_us(world: &World) -> String {
    let org = org_domain::OrgId::new(&world.org_id()).unwrap();
    let handle = world.site.app().handles().handle(&org);
    format!("v=1 org={}", handle.as_str())
}

/// An Owner on the page of domains.
async fn owner_of(world: &World) -> (Browser<'_>, Page) {
    let mut owner = Browser::new(world);
    owner.with_password("owner").await;
    let page = owner.open("/settings/access/domains").await;
    (owner, page)
}

/// Claims the domain and gives the record that is shown for it.
async fn claimed(owner: &mut Browser<'_>, page: &Page) -> (Page, String, String) {
    let page = owner.submit(page, "/settings/access/domains", &CLAIM).await;
    let name = shown(&page.body, "_okta-sso-challenge.acme-labs.com");
    let value = shown(&page.body[page.body.find(&name).unwrap()..], "token=");
    (page, name, value)
}

async fn check(owner: &mut Browser<'_>, world: &World, page: &Page) -> Page {
    world.pass(Duration::minutes(1));
    owner
        .submit(page, "/settings/access/domains/check", &CLAIM)
        .await
}

async fn state(world: &World) -> StateName {
    let org = org_domain::OrgId::new(&world.org_id()).unwrap();
    let domain = org_domain::Domain::parse("acme-labs.com").unwrap();
    let claim = world.site.app().database().load(&org, &domain).await;
    claim.unwrap().unwrap().state().name()
}

#[tokio::test]
async fn a_domain_locked_for_others_is_not_even_started_on() {
    let zone = Zone::default();
    let server = zone.serve().await;
    let world = World::configured(|config| config.dns = vec![server]).await;
    let (mut owner, page) = owner_of(&world).await;
    zone.publish(LOCK, "v=1 claims=none");
    let refused = owner
        .submit(&page, "/settings/access/domains", &CLAIM)
        .await;
    assert!(
        refused.says("lets only other organizations claim it"),
        "{}",
        refused.body
    );
    zone.publish(LOCK, &lock_for_us(&world));
    let page = owner.open("/settings/access/domains").await;
    claimed(&mut owner, &page).await;
}

#[tokio::test]
async fn a_lock_published_after_the_start_keeps_the_proof_from_counting() {
    let zone = Zone::default();
    let server = zone.serve().await;
    let world = World::configured(|config| config.dns = vec![server]).await;
    let (mut owner, page) = owner_of(&world).await;
    let (page, name, value) = claimed(&mut owner, &page).await;
    zone.publish(&name, &value);
    zone.publish(LOCK, "v=1 claims=none");
    let kept_out = check(&mut owner, &world, &page).await;
    assert!(kept_out.says("locked for others"), "{}", kept_out.body);
    assert!(kept_out.says("Whoever runs the DNS has to name your organization"));
    assert!(
        kept_out.says(&lock_for_us(&world)),
        "what the lock has to say"
    );
    world.pass(Duration::hours(13));
    okta_sso::claims::check_due(world.site.app()).await.unwrap();
    assert_eq!(state(&world).await, StateName::Pending);
    let outside = Browser::new(&world).with_sso("ann@acme-labs.com").await;
    assert_eq!(outside.status, StatusCode::FORBIDDEN);

    zone.publish(LOCK, &lock_for_us(&world));
    let (mut owner, page) = owner_of(&world).await;
    let proven = check(&mut owner, &world, &page).await;
    assert!(proven.says("the record is there"), "{}", proven.body);
    assert_eq!(state(&world).await, StateName::Verified);
    let inside = Browser::new(&world).with_sso("ann@acme-labs.com").await;
    assert!(inside.says("Hello, Ann"));
}

#[tokio::test]
async fn a_claim_starts_while_the_dns_is_out_of_reach() {
    let nobody = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let server = nobody.local_addr().unwrap();
    drop(nobody);
    let world = World::configured(|config| config.dns = vec![server]).await;
    let (mut owner, page) = owner_of(&world).await;
    let (page, name, value) = claimed(&mut owner, &page).await;
    assert!(page.says("waiting for the record"), "{}", page.body);
    let unclear = check(&mut owner, &world, &page).await;
    assert!(unclear.says("could not tell"), "{}", unclear.body);
    assert!(unclear.says("lock record could not be read"));
    assert_eq!(state(&world).await, StateName::Pending);
    assert!(
        unclear.says(&name) && unclear.says(&value),
        "the same record"
    );
}

#[tokio::test]
async fn a_lock_that_cannot_be_read_keeps_the_proof_waiting() {
    let zone = Zone::default();
    let server = zone.serve().await;
    let world = World::configured(|config| config.dns = vec![server]).await;
    let (mut owner, page) = owner_of(&world).await;
    zone.fail(LOCK);
    let (page, name, value) = claimed(&mut owner, &page).await;
    zone.publish(&name, &value);
    let unclear = check(&mut owner, &world, &page).await;
    assert!(unclear.says("The record is there."), "{}", unclear.body);
    assert!(unclear.says("lock record could not be read"));
    assert_eq!(state(&world).await, StateName::Pending);
    zone.withdraw(LOCK);
    let proven = check(&mut owner, &world, &page).await;
    assert!(proven.says("the record is there"), "{}", proven.body);
    assert_eq!(state(&world).await, StateName::Verified);
}
