//! `lint`, `setup`, `metadata`, and the help.

use saml_testkit::{TestIdp, TestKey};
use serde_json::Value;
use time::macros::datetime;

use crate::*;

#[test]
fn lint_raises_doubts_before_the_first_login() {
    let issuer = TestIdp::okta().issuer().to_owned();
    let lint = |more: &[&str]| {
        let mut arguments = vec!["lint", "--issuer", &issuer, "--now", NOW];
        arguments.extend(SIDES);
        arguments.extend(more);
        run(&arguments, b"")
    };
    let url = TestIdp::okta().sign_in_url().to_owned();
    let fine = lint(&["--idp-cert", &CERTIFICATE, "--sign-in-url", &url]);
    assert_eq!(fine.status.code(), Some(0), "{}", text(&fine));
    assert_eq!(text(&fine), "No doubts.\n");
    let metadata = lint(&["--idp-metadata", &METADATA]);
    assert_eq!(metadata.status.code(), Some(0), "{}", text(&metadata));
    let doubted = lint(&["--idp-cert", &CERTIFICATE]);
    assert_eq!(doubted.status.code(), Some(1));
    assert!(text(&doubted).contains("sign_in_missing"));
    let weak = lint(&[
        "--idp-cert",
        &CERTIFICATE,
        "--sign-in-url",
        &url,
        "--allow",
        "sha1",
        "--format",
        "json",
    ]);
    let json: Value = serde_json::from_str(&text(&weak)).unwrap();
    assert_eq!(json["doubts"][0]["kind"], "weak_algorithm_allowed");
    assert!(json["doubts"][0]["advice"].as_str().unwrap().len() > 10);
    // The same key on both sides.
    let (key, certificate) = (
        file("own.key", TestKey::Idp.private_key_pem()),
        file("own.pem", TestKey::Idp.certificate_pem()),
    );
    let own = lint(&[
        "--idp-cert",
        &CERTIFICATE,
        "--sign-in-url",
        &url,
        "--signing-key",
        &key,
        "--signing-cert",
        &certificate,
    ]);
    assert!(text(&own).contains("key_reflected"), "{}", text(&own));
    assert_eq!(
        lint(&["--idp-cert", &CERTIFICATE, "--signing-key", &key])
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn setup_writes_the_same_settings_in_four_forms() {
    let (key, certificate) = (
        file("sp.key", TestKey::Sp.private_key_pem()),
        file("sp.pem", TestKey::Sp.certificate_pem()),
    );
    let setup = |more: &[&str]| {
        let mut arguments = vec![
            "setup",
            "--app",
            "Reports",
            "--signing-key",
            &key,
            "--signing-cert",
            &certificate,
            "--logout-url",
            "https://sp.test/slo",
        ];
        arguments.extend(SIDES);
        arguments.extend(more);
        let output = run(&arguments, b"");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        text(&output)
    };
    let checklist = setup(&["--form", "checklist"]);
    assert!(checklist.contains(&format!("**Audience URI (SP Entity ID)**: `{AUDIENCE}`")));
    assert!(checklist.contains("`email` = `user.email`"));
    let body: Value = serde_json::from_str(&setup(&["--form", "api"])).unwrap();
    assert_eq!(body["settings"]["signOn"]["ssoAcsUrl"], ACS);
    assert_eq!(
        body["settings"]["signOn"]["slo"]["logoutUrl"],
        "https://sp.test/slo"
    );
    let terraform = setup(&["--form", "terraform"]);
    assert!(terraform.contains(&format!("audience = \"{AUDIENCE}\"")));
    let metadata = setup(&["--form", "metadata"]);
    assert!(metadata.contains(&format!("entityID=\"{AUDIENCE}\"")) && metadata.contains(ACS));
    assert!(metadata.contains("SingleLogoutService"));
    let all = setup(&[]);
    for part in [&checklist, &terraform, &metadata] {
        assert!(all.contains(part.as_str()));
    }
    let other = setup(&["--form", "checklist", "--attribute", "mail=user.login"]);
    assert!(other.contains("`mail` = `user.login`") && !other.contains("user.email"));
    let wrong = [&["setup", "--attribute", "x"], SIDES.as_slice()].concat();
    assert_eq!(run(&wrong, b"").status.code(), Some(2));
}

#[test]
fn metadata_is_read_and_told() {
    let okta = TestIdp::okta();
    let read = |xml: &str, more: &[&str]| {
        run(
            &[&["metadata", "-", "--now", NOW], more].concat(),
            xml.as_bytes(),
        )
    };
    let output = read(&okta.metadata_xml(), &["--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    let json: Value = serde_json::from_str(&text(&output)).unwrap();
    assert_eq!(json["entity_id"], okta.issuer());
    assert_eq!(json["sign_in_redirect"], okta.sign_in_url());
    assert_eq!(json["vendor"], "okta");
    assert_eq!(json["certificates"].as_array().unwrap().len(), 1);
    assert!(text(&read(&okta.metadata_xml(), &[])).contains("entity_id: "));
    let other = read(&okta.metadata_xml(), &["--entity-id", "urn:other"]);
    assert_eq!(other.status.code(), Some(1));
    assert!(text(&other).contains("metadata_entity_missing"));
    // A signature is demanded on request.
    let signer = file("federation.pem", TestKey::IdpNext.certificate_pem());
    let demand = ["--entity-id", okta.issuer(), "--signed-by", &signer];
    let end = datetime!(2026-02-07 12:00 UTC);
    let signed = okta
        .metadata()
        .valid_until(end)
        .signed_by(TestKey::IdpNext)
        .xml();
    assert_eq!(read(&signed, &demand).status.code(), Some(0));
    let unsigned = read(&okta.metadata_xml(), &demand);
    assert_eq!(unsigned.status.code(), Some(1));
    assert!(text(&unsigned).contains("unsigned"));
}

#[test]
fn help_explains_every_command() {
    let help = text(&run(&["--help"], b""));
    for command in [
        "request",
        "logout",
        "check",
        "lint",
        "setup",
        "metadata",
        "xml",
        "c14n",
        "sends nothing",
    ] {
        assert!(help.contains(command), "{command}: {help}");
    }
    for command in ["check", "lint", "setup", "metadata", "xml", "c14n"] {
        let output = run(&[command, "--help"], b"");
        assert_eq!(output.status.code(), Some(0), "{command}");
        assert!(text(&output).contains("Usage:"), "{command}");
    }
}
