#![no_main]
//! Octets as the body of every writing request to the SCIM engine.

use fuzz::{NOW, now_or_never};
use libfuzzer_sys::fuzz_target;
use scim_core::auth::{Pepper, RandomError, Slot, TokenRecord};
use scim_core::config::Config;
use scim_core::guard::AllowAll;
use scim_core::message::{Method, Request, Response};
use scim_core::store::memory::MemoryStore;
use scim_core::{Scim, TenantId};
use std::sync::Arc;

const USER: &str = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob@corp.test","active":true,"name":{"givenName":"Bob"},"emails":[{"value":"bob@corp.test","type":"work","primary":true}]}"#;
const GROUP: &str =
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Staff"}"#;

struct World {
    scim: Scim<Arc<MemoryStore>, Arc<MemoryStore>, AllowAll>,
    token: String,
    drawn: u8,
}

impl World {
    fn new() -> Self {
        let pepper = Pepper::new([7; 32]);
        let store = Arc::new(MemoryStore::new(1_000));
        let mut fixed = |bytes: &mut [u8]| {
            bytes.fill(1);
            Ok::<(), RandomError>(())
        };
        let (token, record) = TokenRecord::mint(
            TenantId::new("acme"),
            Slot::First,
            None,
            &pepper,
            NOW,
            &mut fixed,
        )
        .expect("a token");
        store.put_token(record);
        let config =
            Config::new("https://app.test/scim/v2", pepper).expect("a sound configuration");
        Self {
            scim: Scim::new(config, store.clone(), store, AllowAll),
            token: token.reveal().to_string(),
            drawn: 0,
        }
    }

    fn send(&mut self, method: Method, path: &str, body: &[u8]) -> Response {
        let target = format!("/scim/v2{path}");
        let request = Request::new(method, &target)
            .bearer(&self.token)
            .json(body.to_vec());
        self.drawn = self.drawn.wrapping_add(1);
        let seed = self.drawn;
        let mut counted = move |bytes: &mut [u8]| {
            bytes.fill(seed);
            Ok::<(), RandomError>(())
        };
        let response = now_or_never(self.scim.handle(request, NOW, &mut counted));
        assert!(
            (200..500).contains(&response.status),
            "{} {path}: {}",
            response.status,
            text(&response)
        );
        let parsed: Option<serde_json::Value> = serde_json::from_slice(&response.body).ok();
        assert!(
            response.body.is_empty() || parsed.is_some_and(|v| v.is_object()),
            "not JSON: {}",
            text(&response)
        );
        response
    }
}

fn text(response: &Response) -> String {
    String::from_utf8_lossy(&response.body).into_owned()
}

fn id(response: &Response) -> String {
    let body: serde_json::Value = serde_json::from_slice(&response.body).expect("a resource");
    body["id"].as_str().expect("an id").to_owned()
}

fuzz_target!(|octets: &[u8]| {
    let mut world = World::new();
    let user = id(&world.send(Method::Post, "/Users", USER.as_bytes()));
    let group = id(&world.send(Method::Post, "/Groups", GROUP.as_bytes()));
    world.send(Method::Post, "/Users", octets);
    world.send(Method::Post, "/Groups", octets);
    world.send(Method::Post, "/.search", octets);
    world.send(Method::Post, "/Users/.search", octets);
    for (method, path) in [
        (Method::Put, format!("/Users/{user}")),
        (Method::Patch, format!("/Users/{user}")),
        (Method::Put, format!("/Groups/{group}")),
        (Method::Patch, format!("/Groups/{group}")),
    ] {
        let before = world.send(Method::Get, &path, b"");
        let answer = world.send(method, &path, octets);
        if answer.status >= 400 {
            let after = world.send(Method::Get, &path, b"");
            assert_eq!(
                text(&before),
                text(&after),
                "a refused write changed something"
            );
        }
    }
    world.send(Method::Post, "/Bulk", octets);
    world.send(Method::Get, "/Users", b"");
});
