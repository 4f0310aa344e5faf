//! Fills `corpus/` from the test kit.

use fuzz::good;
use saml_testkit::defect::{Content, Defect, Harmless, Lexical, SignatureDefect, Wrapping};
use saml_testkit::{ResponseBuilder, Signing, TestIdp};
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
    put("metadata", "okta.xml", TestIdp::okta().metadata_xml().as_bytes())?;
    for (target, seeds) in TEXTS {
        for (number, seed) in seeds.iter().enumerate() {
            put(target, &format!("{number:03}"), seed.as_bytes())?;
        }
    }
    Ok(())
}

fn messages() -> Vec<(String, ResponseBuilder)> {
    let signings = [Signing::Both, Signing::Response, Signing::Assertion, Signing::None];
    let mut all: Vec<_> = signings.iter().map(|s| (format!("{s:?}"), good().sign(*s))).collect();
    all.extend(built(Harmless::ALL));
    all.extend(built(Wrapping::ALL));
    all.extend(built(SignatureDefect::ALL));
    all.extend(built(Content::ALL));
    all.extend(built(Lexical::ALL));
    all
}

fn built<D: Defect + Copy>(members: &[D]) -> impl Iterator<Item = (String, ResponseBuilder)> {
    members.iter().map(|d| (d.name().to_owned(), good().with(*d)))
}

fn put(target: &str, name: &str, octets: &[u8]) -> io::Result<()> {
    if octets.len() > MOST {
        return Ok(());
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
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
    ("domain", &["corp.test", "Bücher.example", "xn--bcher-kva.example", "a.b.c.co.uk.", "1.2.3.4"]),
    ("email", &["alice@corp.test", "\"a b\"@corp.test", "a@xn--bcher-kva.example", "a@b@c", "ä@ö.test"]),
    (
        "redirect",
        &["https://idp.test/sso?SAMLRequest=fZFPT8MwDMW%2FSuR7m%2FTvtqjtNDEhTQIJMeDALUsyFqmJS5xM8O3pOiYNCe3o5%2Bf3s%2B12%2Bel6drIhGfQNZ&RelayState=abc"],
    ),
];
