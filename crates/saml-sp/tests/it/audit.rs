//! Events for an audit log: enough to ask the identity provider, and nothing of the person.

use saml_sp::audit::AuditEvent;
use saml_testkit::{Signing, TestIdp};

use crate::bench::*;

/// What is personal in every answer of the bench.
const PERSONAL: [&str; 4] = ["alice", "corp.test", "Archer", "Alice"];

fn line(event: &AuditEvent) -> serde_json::Value {
    let text = serde_json::to_string(event).unwrap();
    for word in PERSONAL {
        assert!(!text.contains(word), "{text}");
    }
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_login_tells_what_proved_it() {
    let login = log_in(&sp(), &good()).unwrap();
    let event = line(&AuditEvent::from(&login).with_trace("t\n1"));
    assert_eq!(event["event"], "session.logged_in");
    assert_eq!(event["trace"], "t\\u{a}1");
    assert_eq!(event["issuer"], TestIdp::okta().issuer());
    assert_eq!(event["tenant"], "org-1");
    assert_eq!(event["request"], REQUEST);
    assert_eq!(event["message"], login.assertion_id());
    assert!(event["algorithm"].as_str().unwrap().ends_with("rsa-sha256"));
    assert_eq!(event["key"], login.proof().key().unwrap().to_string());
    assert_eq!(event["encrypted"], false);
    assert!(event.get("codes").is_none() && event.get("sessions").is_none());
}

#[test]
fn a_refusal_tells_every_code() {
    let wrong = good()
        .audience("urn:other")
        .recipient("https://other.test/");
    let event = line(&AuditEvent::from(&log_in(&sp(), &wrong).unwrap_err()));
    assert_eq!(event["event"], "session.login_failed");
    let codes = serde_json::json!(["audience_mismatch", "recipient_mismatch"]);
    assert_eq!(event["codes"], codes);
    assert_eq!(event["fault"], "idp_admin");
    assert!(event.get("issuer").is_none());
    let unsigned = log_in(&sp(), &good().sign(Signing::None)).unwrap_err();
    assert_eq!(line(&AuditEvent::from(&unsigned))["codes"][0], "unsigned");
}

#[test]
fn a_logout_tells_who_asks() {
    let request = TestIdp::okta().logout_request("https://sp.test/slo", &alice(), Some("_s"), NOW);
    let message = saml_sp::logout::LogoutMessage::from_urlencoded(
        request.form_body().as_bytes(),
        sp().limits(),
    );
    let pending = crate::logout::signing_sp().receive_logout(&idp(), &message.unwrap(), NOW);
    let order = ready(pending.unwrap().redeem(&stores().0, NOW)).unwrap();
    let event = line(&AuditEvent::from(&order));
    assert_eq!(event["event"], "session.logout_ordered");
    assert_eq!(event["issuer"], TestIdp::okta().issuer());
    assert_eq!(event["message"], request.id());
    assert_eq!(event["sessions"], 1);
}
