#![no_main]
//! PATCH bodies against a stored user, without the engine around it.

use libfuzzer_sys::fuzz_target;
use scim_core::dialect::{Dialect, Vendor};
use scim_core::json::Limits;
use scim_core::patch::{Effect, Patch};
use scim_core::schema::Registry;
use scim_core::{Kind, Resource};

const USER: &[u8] = br#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"1","userName":"bob@corp.test","active":true,"name":{"givenName":"Bob","familyName":"Baker"},"emails":[{"value":"bob@corp.test","type":"work","primary":true},{"value":"b@home.test","type":"home"}]}"#;

fuzz_target!(|octets: &[u8]| {
    let registry = Registry::standard();
    let users = registry.by_kind(&Kind::USER).expect("users are standard");
    let limits = Limits::default();
    let current = Resource::parse(USER, &limits).expect("a user");
    let Ok(body) = Resource::parse(octets, &limits) else {
        return;
    };
    for vendor in [Vendor::Strict, Vendor::Okta] {
        let mut reading = Dialect::of(vendor).reading();
        let Ok(patch) = Patch::parse(body.clone().into_attributes(), &mut reading) else {
            continue;
        };
        let Ok(patched) = patch.apply(&current, users, &mut reading) else {
            continue;
        };
        let next = patched.next.into_resource();
        assert_eq!(patched.effect == Effect::Unchanged, next == current);
        assert_eq!(
            Resource::parse(&next.to_json(), &limits).as_ref(),
            Ok(&next),
            "does not read back"
        );
    }
});
