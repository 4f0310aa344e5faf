//! Domain claims against a name server of the test's own.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use http::StatusCode;
use time::Duration;
use tokio::net::UdpSocket;

use crate::{browser::Browser, world::World};

/// TXT records by name; every other name is absent, with the zone's SOA as proof.
#[derive(Clone, Default)]
struct Zone(Arc<Mutex<HashMap<String, String>>>);

impl Zone {
    async fn serve(&self) -> SocketAddr {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let zone = self.clone();
        tokio::spawn(async move {
            let mut buffer = [0_u8; 1500];
            while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
                let _ = socket.send_to(&zone.answer(&buffer[..length]), peer).await;
            }
        });
        address
    }

    fn publish(&self, name: &str, value: &str) {
        self.0
            .lock()
            .unwrap()
            .insert(name.to_ascii_lowercase(), value.to_owned());
    }

    fn withdraw(&self, name: &str) {
        self.0.lock().unwrap().remove(&name.to_ascii_lowercase());
    }

    fn answer(&self, query: &[u8]) -> Vec<u8> {
        let mut labels = Vec::new();
        let mut at = 12;
        while query[at] != 0 {
            let end = at + 1 + usize::from(query[at]);
            labels.push(String::from_utf8_lossy(&query[at + 1..end]).into_owned());
            at = end;
        }
        let end = at + 5;
        let is_txt = query[at + 2] == 16;
        let text = self
            .0
            .lock()
            .unwrap()
            .get(&labels.join(".").to_ascii_lowercase())
            .cloned()
            .filter(|_| is_txt);
        let mut out = query[..2].to_vec();
        out.extend([
            0x84,
            if text.is_some() { 0 } else { 3 },
            0,
            1,
            0,
            u8::from(text.is_some()),
            0,
            u8::from(text.is_none()),
            0,
            0,
        ]);
        out.extend(&query[12..end]);
        let (kind, data) = match text {
            Some(text) => (
                16,
                [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat(),
            ),
            None => (6, [&[0, 0][..], &[0; 20]].concat()),
        };
        out.extend([0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 60]);
        out.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        out.extend(data);
        out
    }
}

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
