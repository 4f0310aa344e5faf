//! Fills `corpus/` from the test kit.

use fuzz::{LOGOUT, NOW, good, person};
use saml_testkit::defect::{Content, Defect, Harmless, Lexical, SignatureDefect, Wrapping};
use saml_testkit::{ResponseBuilder, Signing, TestIdp, TestKey};
use std::fs;
use std::io;
use std::path::Path;

/// Larger seeds slow a fuzzer down more than they teach it, in bytes.
const MOST: usize = 32 * 1024;

fn main() -> io::Result<()> {
    let messages = messages();
    for (name, message) in &messages {
        put("acs_form", name, message.form_body().as_bytes())?;
        for target in ["acs_form", "xml", "c14n"] {
            put(target, &format!("{name}.xml"), &message.octets())?;
        }
    }
    metadata()?;
    logout()?;
    for key in [TestKey::Idp, TestKey::IdpP256, TestKey::IdpP384] {
        put(
            "certificate",
            &format!("{key:?}.pem"),
            key.certificate_pem().as_bytes(),
        )?;
        put(
            "certificate",
            &format!("{key:?}.der"),
            &key.certificate_der(),
        )?;
        put(
            "certificate",
            &format!("{key:?}.txt"),
            key.certificate_lines().as_bytes(),
        )?;
    }
    for (target, seeds) in TEXTS {
        for (number, seed) in seeds.iter().enumerate() {
            put(target, &format!("{number:03}"), seed.as_bytes())?;
        }
    }
    Ok(())
}

fn metadata() -> io::Result<()> {
    let okta = || TestIdp::okta().metadata();
    let other = TestIdp::okta()
        .with_issuer("http://www.okta.com/exkother")
        .metadata();
    let slo = "https://idp.test/slo";
    for (name, built) in [
        ("okta", okta()),
        (
            "rollover",
            okta()
                .key(TestKey::IdpNext, Some("signing"))
                .key(TestKey::IdpP256, None),
        ),
        (
            "logout",
            okta()
                .logout(slo, Some(slo))
                .wants_signed_requests()
                .valid_until(NOW),
        ),
        (
            "federation",
            okta()
                .in_federation(vec![other])
                .signed_by(TestKey::IdpNext),
        ),
        ("keyless", okta().without_keys()),
    ] {
        put("metadata", &format!("{name}.xml"), built.xml().as_bytes())?;
    }
    Ok(())
}

fn logout() -> io::Result<()> {
    let idp = TestIdp::okta();
    let request = idp
        .logout_request(LOGOUT, &person(), Some("_s1"), NOW)
        .relay_state("r");
    let response = idp.logout_response(LOGOUT, "_r1", NOW);
    for (name, built) in [
        ("request", request.clone()),
        ("response", response),
        ("unsigned", request.unsigned()),
    ] {
        put("logout", name, built.form_body().as_bytes())?;
        let url = built.redirect_url();
        put(
            "logout",
            &format!("{name}.query"),
            url.split('?').nth(1).unwrap_or("").as_bytes(),
        )?;
    }
    Ok(())
}

fn messages() -> Vec<(String, ResponseBuilder)> {
    let signings = [
        Signing::Both,
        Signing::Response,
        Signing::Assertion,
        Signing::None,
    ];
    let mut all: Vec<_> = signings
        .iter()
        .map(|s| (format!("{s:?}"), good().sign(*s)))
        .collect();
    all.extend(built(Harmless::ALL));
    all.extend(built(Wrapping::ALL));
    all.extend(built(SignatureDefect::ALL));
    all.extend(built(Content::ALL));
    all.extend(built(Lexical::ALL));
    all
}

fn built<D: Defect + Copy>(members: &[D]) -> impl Iterator<Item = (String, ResponseBuilder)> {
    members
        .iter()
        .map(|d| (d.name().to_owned(), good().with(*d)))
}

fn put(target: &str, name: &str, octets: &[u8]) -> io::Result<()> {
    if octets.len() > MOST {
        return Ok(());
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(name), octets)
}

const TEXTS: &[(&str, &[&str])] = &[
    (
        "scim_json",
        &[
            r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"alice@corp.test","name":{"givenName":"Alice","familyName":"Archer"},"emails":[{"primary":true,"value":"alice@corp.test","type":"work"}],"displayName":"Alice Archer","locale":"en-US","externalId":"00u1","groups":[],"password":"x","active":true}"#,
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":false}}]}"#,
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Add","path":"emails[type eq \"work\"].value","value":"a@b.test"},{"op":"remove","path":"name.givenName"}]}"#,
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":"userName eq \"a\"","startIndex":1,"count":10}"#,
            r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Staff","members":[{"value":"1"}]}"#,
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{"method":"POST","path":"/Users","bulkId":"q","data":{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"b@corp.test"}}]}"#,
        ],
    ),
    (
        "scim_patch",
        &[
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"active","value":"False"}]}"#,
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"name","value":{"givenName":"Bob"}},{"op":"add","path":"emails","value":[{"value":"x@y.test","type":"home"}]}]}"#,
        ],
    ),
    (
        "scim_filter",
        &[
            r#"userName eq "alice@corp.test""#,
            r#"emails[type eq "work" and value co "@corp.test"] or not (active eq false)"#,
            r#"meta.lastModified gt "2026-01-31T12:00:00Z" and urn:ietf:params:scim:schemas:core:2.0:User:name.familyName sw "A""#,
            "title pr",
        ],
    ),
    (
        "domain",
        &[
            "corp.test",
            "Bücher.example",
            "xn--bcher-kva.example",
            "a.b.c.co.uk.",
            "1.2.3.4",
        ],
    ),
    (
        "email",
        &[
            "alice@corp.test",
            "\"a b\"@corp.test",
            "a@xn--bcher-kva.example",
            "a@b@c",
            "ä@ö.test",
        ],
    ),
    (
        "redirect",
        &[
            "https://idp.test/sso?SAMLRequest=fZFPT8MwDMW%2FSuR7m%2FTvtqjtNDEhTQIJMeDALUsyFqmJS5xM8O3pOiYNCe3o5%2Bf3s%2B12%2Bel6drIhGfQNZ&RelayState=abc",
        ],
    ),
];
