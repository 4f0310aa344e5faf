//! `request` and `logout`.

use saml_testkit::{Person, TestIdp, TestKey};
use serde_json::Value;
use time::macros::datetime;

use crate::*;

const SLO: &str = "https://sp.test/slo";

/// One step of a logout: exit code and JSON.
fn logout(more: &[&str], stdin: &str) -> (Option<i32>, Value) {
    let issuer = TestIdp::okta().issuer().to_owned();
    let (key, certificate) = (
        file("slo.key", TestKey::Sp.private_key_pem()),
        file("slo.pem", TestKey::Sp.certificate_pem()),
    );
    let mut arguments = vec!["logout", "--idp-cert", &CERTIFICATE, "--issuer", &issuer];
    arguments.extend(["--signing-key", &key, "--signing-cert", &certificate]);
    arguments.extend([
        "--logout-url",
        SLO,
        "--logout-service",
        "https://idp.test/slo",
    ]);
    arguments.extend(["--now", NOW]);
    arguments.extend(SIDES);
    arguments.extend(more);
    let output = run(&arguments, stdin.as_bytes());
    let json = serde_json::from_str::<Value>(&text(&output)).unwrap_or(Value::Null);
    (output.status.code(), json)
}

/// A logout goes round by the commands alone: the session as `check` wrote it, our request, the
/// provider's answer.
#[test]
fn a_logout_goes_round() {
    let okta = TestIdp::okta();
    let checked = check(
        &response().octets(),
        &["--request-id", "_request1", "--format", "json"],
    );
    let checked: Value = serde_json::from_str(&text(&checked)).unwrap();
    let session = file("session.json", &checked["session"].to_string());
    let (code, sent) = logout(&["--session", &session], "");
    assert_eq!(code, Some(0));
    let url = sent["send"]["url"].as_str().unwrap();
    assert!(url.starts_with("https://idp.test/slo?SAMLRequest=") && url.contains("&Signature="));
    let record = file("record.json", &sent["record"].to_string());
    let id = sent["record"]["id"].as_str().unwrap();
    let now = datetime!(2026-01-31 12:00 UTC);
    let judge = ["--message", "-", "--record", record.as_str()];
    let answer = okta.logout_response(SLO, id, now);
    for message in [answer.redirect_url(), answer.form_body()] {
        let (code, verdict) = logout(&judge, &message);
        assert_eq!(
            (code, &verdict["complete"]),
            (Some(0), &Value::Bool(true)),
            "{verdict}"
        );
    }
    let (code, verdict) = logout(
        &judge,
        &okta.logout_response(SLO, "_other", now).redirect_url(),
    );
    assert_eq!(code, Some(1));
    assert_eq!(verdict["findings"][0]["code"], "in_response_to_mismatch");
    assert_eq!(
        logout(&["--message", "-"], &answer.redirect_url()).0,
        Some(2)
    );
}

/// The provider's request, and our answer to it.
#[test]
fn a_logout_that_arrives_is_judged_and_answered() {
    let (okta, now) = (TestIdp::okta(), datetime!(2026-01-31 12:00 UTC));
    let theirs = okta.logout_request(SLO, &Person::named("ann"), Some("_s1"), now);
    for message in [theirs.redirect_url(), theirs.form_body()] {
        let (code, verdict) = logout(&["--message", "-"], &message);
        assert_eq!(code, Some(0), "{verdict}");
        assert_eq!(verdict["session_indexes"][0], "_s1");
        assert!(
            verdict["answer"]["url"]
                .as_str()
                .unwrap()
                .contains("SAMLResponse=")
        );
    }
    let (code, verdict) = logout(&["--message", "-"], &theirs.unsigned().redirect_url());
    assert_eq!(code, Some(1));
    assert_eq!(verdict["findings"][0]["code"], "unsigned");
}

#[test]
fn a_request_is_made_and_signed_where_there_is_a_key() {
    let (key, certificate) = (
        file("request.key", TestKey::Sp.private_key_pem()),
        file("request.pem", TestKey::Sp.certificate_pem()),
    );
    let issuer = TestIdp::okta().issuer().to_owned();
    let request = |more: &[&str]| {
        let mut arguments = vec!["request", "--idp-metadata", &METADATA, "--issuer", &issuer];
        arguments.extend(SIDES);
        arguments.extend(more);
        let output = run(&arguments, b"");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let json: Value = serde_json::from_str(&text(&output)).unwrap();
        let seen = saml_testkit::AuthnRequestSeen::from_redirect(json["url"].as_str().unwrap());
        let seen = seen.unwrap();
        assert_eq!(seen.id(), json["request_id"].as_str().unwrap());
        json["url"].as_str().unwrap().to_owned()
    };
    assert!(!request(&[]).contains("&Signature="));
    assert!(
        request(&["--signing-key", &key, "--signing-cert", &certificate]).contains("&Signature=")
    );
    assert_ne!(
        request(&["--passive"]),
        request(&["--passive"]),
        "IDs are random"
    );
}
