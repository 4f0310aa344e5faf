//! `check`, `xml` and `c14n`.

use base64::Engine as _;
use saml_testkit::{Person, SpTarget, TestIdp, TestKey};
use serde_json::Value;
use time::macros::datetime;

use crate::*;

#[test]
fn every_way_of_pasting_is_understood() {
    let (value, _) = response().post_fields();
    let wrapped = value
        .as_bytes()
        .chunks(76)
        .map(|line| [line, b"\r\n"].concat())
        .collect::<Vec<_>>()
        .concat();
    let ways: [Vec<u8>; 5] = [
        response().octets(),
        [b"\n\xef\xbb\xbf".as_slice(), &response().octets()].concat(),
        value.clone().into_bytes(),
        wrapped,
        response().relay_state("r").form_body().into_bytes(),
    ];
    for pasted in ways {
        let output = check(&pasted, &["--request-id", "_request1", "--format", "json"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        let json: Value = serde_json::from_str(&text(&output)).unwrap();
        assert_eq!(json["accepted"], true);
        assert_eq!(json["name_id"], "ann@corp.test");
        assert_eq!(json["attributes"]["email"][0], "ann@corp.test");
        assert_eq!(json["findings"], serde_json::json!([]));
        assert!(json["name_id_format"].is_string() && json["session_index"].is_string());
    }
}

#[test]
fn a_refusal_is_one_and_names_the_findings() {
    let wrong = response().audience("https://sp.test/entity/");
    let output = check(
        wrong.form_body().as_bytes(),
        &["--request-id", "_request1", "--format", "json"],
    );
    assert_eq!(output.status.code(), Some(1));
    let json: Value = serde_json::from_str(&text(&output)).unwrap();
    assert_eq!(json["accepted"], false);
    let finding = &json["findings"][0];
    assert_eq!(finding["code"], "audience_mismatch");
    assert_eq!(finding["fault"], "idp_admin");
    assert_eq!(finding["expected"], AUDIENCE);
    assert_eq!(finding["seen"], "https://sp.test/entity/");
    assert!(finding["place"].as_str().unwrap().contains("Audience"));
    assert!(finding["fix"].as_str().unwrap().contains("audience"));
    assert!(!text(&output).contains("ann@corp.test"));
    for format in ["text", "markdown"] {
        let output = check(
            wrong.form_body().as_bytes(),
            &["--request-id", "_request1", "--format", format],
        );
        assert!(
            text(&output).contains("Audience URI (SP Entity ID)"),
            "{}",
            text(&output)
        );
    }
}

/// Without a word about the request it is refused, and the report is of use all the same.
#[test]
fn an_answer_to_an_unknown_request_is_refused_with_everything_that_is_known() {
    let output = check(&response().octets(), &[]);
    assert_eq!(output.status.code(), Some(1));
    let report = text(&output);
    for words in [
        "unsolicited_forbidden",
        "the request _request1",
        "--request-id",
        "everything else about it holds",
    ] {
        assert!(report.contains(words), "{words}: {report}");
    }
    assert!(
        !report.contains("ann@corp.test"),
        "nothing of the user is told: {report}"
    );
    let wrong = response().audience("https://sp.test/entity/").octets();
    let json: Value = serde_json::from_str(&text(&check(&wrong, &["--format", "json"]))).unwrap();
    assert_eq!(json["accepted"], false);
    assert_eq!(json["name_id"], Value::Null);
    let codes: Vec<_> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["code"].clone())
        .collect();
    assert_eq!(codes, ["unsolicited_forbidden", "audience_mismatch"]);
    // An answer to no request, and one that is not even signed.
    let target = SpTarget::new(ACS, AUDIENCE);
    let unasked = TestIdp::okta().response(
        &target,
        &Person::named("ann"),
        datetime!(2026-01-31 12:00 UTC),
    );
    let report = text(&check(&unasked.octets(), &[]));
    assert!(
        report.contains("--idp-initiated") && report.contains("everything else"),
        "{report}"
    );
    let unsigned = unasked.sign(saml_testkit::Signing::None).octets();
    let output = check(&unsigned, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("\nunsigned\n"));
}

/// The report speaks of the console that the issuer betrays, or the one that is said.
#[test]
fn the_report_names_the_field_of_the_provider() {
    let wrong = response().audience("urn:other").octets();
    let report = text(&check(&wrong, &["--request-id", "_request1"]));
    assert!(
        report.contains("Okta: General › SAML Settings › Edit › Audience URI"),
        "{report}"
    );
    let report = text(&check(
        &wrong,
        &["--request-id", "_request1", "--vendor", "entra"],
    ));
    assert!(
        report.contains("Entra: Single sign-on › Basic SAML Configuration"),
        "{report}"
    );
    assert_eq!(check(&wrong, &["--vendor", "acme"]).status.code(), Some(2));
}

#[test]
fn a_login_begun_at_the_identity_provider_is_accepted_on_demand() {
    let target = SpTarget::new(ACS, AUDIENCE);
    let now = datetime!(2026-01-31 12:00 UTC);
    let unsolicited = TestIdp::okta()
        .response(&target, &Person::named("ann"), now)
        .octets();
    assert_eq!(
        check(&unsolicited, &["--idp-initiated"]).status.code(),
        Some(0)
    );
    assert_eq!(
        check(&response().octets(), &["--idp-initiated"])
            .status
            .code(),
        Some(1)
    );
}

#[test]
fn what_is_relaxed_is_named() {
    let late = [
        "--request-id",
        "_request1",
        "--now",
        "2030-01-01T00:00:00Z",
        "--format",
        "json",
    ];
    assert_eq!(check(&response().octets(), &late).status.code(), Some(1));
    let allowed = [&late[..], &["--allow", "expired"]].concat();
    let output = check(&response().octets(), &allowed);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let json: Value = serde_json::from_str(&text(&output)).unwrap();
    assert_eq!(json["findings"][0]["code"], "expired");
    let wrong = response().audience("urn:other").octets();
    assert_eq!(check(&wrong, &allowed).status.code(), Some(1));
}

#[test]
fn metadata_serves_instead_of_a_certificate() {
    let issuer = TestIdp::okta().issuer().to_owned();
    let arguments = [
        "check",
        "-",
        "--idp-metadata",
        METADATA.as_str(),
        "--issuer",
        &issuer,
        "--audience",
        AUDIENCE,
        "--acs",
        ACS,
        "--now",
        NOW,
        "--request-id",
        "_request1",
    ];
    assert_eq!(run(&arguments, &response().octets()).status.code(), Some(0));
    let signed_by_another = response().key(TestKey::Intruder).octets();
    assert_eq!(run(&arguments, &signed_by_another).status.code(), Some(1));
}

#[test]
fn misuse_is_two() {
    let good = response().octets();
    for more in [
        ["--now", "yesterday"].as_slice(),
        &["--allow", "everything"],
        &["--format", "html"],
        &["--request-id", "_1", "--idp-initiated"],
        &["--idp-cert", "/does/not/exist"],
    ] {
        let output = check(&good, more);
        assert_eq!(output.status.code(), Some(2), "{more:?}");
        assert!(output.stdout.is_empty(), "{more:?}");
    }
    assert_eq!(
        run(&["check", "/does/not/exist"], b"").status.code(),
        Some(2)
    );
    assert_eq!(run(&[], b"").status.code(), Some(2));
    assert_eq!(run(&["--help"], b"").status.code(), Some(0));
}

#[test]
fn xml_says_line_column_and_reason() {
    assert_eq!(run(&["xml", "-"], b"<a/>").status.code(), Some(0));
    let refused = run(&["xml", "-"], b"<a>\n  <b></a>");
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        text(&refused).contains("line 2, column "),
        "{}",
        text(&refused)
    );
    let with_both = b"<?go?><a><!-- c --></a>";
    assert_eq!(run(&["xml", "-"], with_both).status.code(), Some(1));
    assert_eq!(
        run(&["xml", "-", "--allow", "comments"], with_both)
            .status
            .code(),
        Some(1)
    );
    assert_eq!(
        run(&["xml", "-", "--allow", "comments,pi"], with_both)
            .status
            .code(),
        Some(0)
    );
}

#[test]
fn c14n_writes_octets() {
    let document =
        b"<?go?>\n<a xmlns:x='urn:x' xmlns:xs='urn:xs'><!-- c --><x:b ID='1' z='1' y='2'/></a>\n";
    let octets = |arguments: &[&str]| {
        let output = run(&[&["c14n", "-"], arguments].concat(), document);
        assert_eq!(output.status.code(), Some(0));
        text(&output)
    };
    let child = r#"<x:b xmlns:x="urn:x" ID="1" y="2" z="1"></x:b>"#;
    assert_eq!(octets(&[]), format!("<?go?>\n<a>{child}</a>"));
    assert_eq!(
        octets(&["--with-comments"]),
        format!("<?go?>\n<a><!-- c -->{child}</a>")
    );
    assert_eq!(octets(&["--id", "1"]), child);
    assert_eq!(
        octets(&["--id", "1", "--prefixes", "xs #default"]),
        r#"<x:b xmlns:x="urn:x" xmlns:xs="urn:xs" ID="1" y="2" z="1"></x:b>"#
    );
    assert_eq!(
        octets(&["--id", "1", "--inclusive"]),
        r#"<x:b xmlns:x="urn:x" xmlns:xs="urn:xs" ID="1" y="2" z="1"></x:b>"#
    );
    assert_eq!(
        run(&["c14n", "-", "--id", "2"], document).status.code(),
        Some(2)
    );
    assert_eq!(run(&["c14n", "-"], b"<a>").status.code(), Some(1));
}

#[test]
fn a_value_that_is_no_base64_is_refused_with_a_hint() {
    let encoded_twice =
        base64::engine::general_purpose::STANDARD.encode(response().post_fields().0);
    let output = check(encoded_twice.as_bytes(), &["--request-id", "_request1"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn an_encrypted_assertion_is_opened_with_the_key_given() {
    let key = file("sp.key.pem", TestKey::Sp.private_key_pem());
    let response = response().encrypt(saml_testkit::Encryption::default());
    let arguments = ["--request-id", "_request1", "--format", "json"];
    assert_eq!(check(&response.octets(), &arguments).status.code(), Some(1));
    let with_key = [&arguments[..], &["--sp-key", &key]].concat();
    let output = check(&response.octets(), &with_key);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
}

#[test]
fn a_browser_s_recording_is_searched_for_the_newest_answer() {
    let (value, _) = response().post_fields();
    let (older, _) = response().audience("urn:old").post_fields();
    let escaped = value
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    let entry =
        |data: Value| serde_json::json!({ "request": { "method": "POST", "postData": data } });
    let recordings = [
        serde_json::json!({ "log": { "entries": [
            entry(serde_json::json!({ "params": [{ "name": "SAMLResponse", "value": older }] })),
            entry(serde_json::json!({ "params": [{ "name": "RelayState", "value": "r" }, { "name": "SAMLResponse", "value": value }] })),
            { "request": { "method": "GET" } },
        ] } }),
        serde_json::json!({ "log": { "entries": [
            entry(serde_json::json!({ "text": format!("RelayState=r&SAMLResponse={escaped}") })),
        ] } }),
        serde_json::json!({ "requests": [
            { "method": "POST", "post": [["SAMLResponse", older]] },
            { "method": "POST", "post": [["RelayState", "r"], ["SAMLResponse", value]] },
            { "method": "GET" },
        ] }),
        // An export that left the posted values out.
        serde_json::json!({ "requests": [
            { "method": "POST", "saml": response().xml(), "protocol": "SAML-P" },
            { "method": "GET" },
        ] }),
    ];
    for recording in recordings {
        let output = check(
            recording.to_string().as_bytes(),
            &["--request-id", "_request1", "--format", "json"],
        );
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    }
    let empty = check(br#"{"log":{"entries":[]}}"#, &["--request-id", "_request1"]);
    assert_eq!(empty.status.code(), Some(1));
    assert!(text(&empty).contains("form_field_missing"));
}

#[test]
fn a_small_key_is_a_refusal_and_can_be_allowed() {
    let weak = file("weak.pem", TestKey::IdpWeak.certificate_pem());
    let issuer = TestIdp::okta().issuer().to_owned();
    let arguments = [
        "check",
        "-",
        "--idp-cert",
        &weak,
        "--issuer",
        &issuer,
        "--audience",
        AUDIENCE,
        "--acs",
        ACS,
        "--now",
        NOW,
        "--request-id",
        "_request1",
        "--format",
        "json",
    ];
    let response = response().key(TestKey::IdpWeak).octets();
    let refused = run(&arguments, &response);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused).contains("key_weak"), "{}", text(&refused));
    let allowed = [&arguments[..], &["--allow", "rsa-1024"]].concat();
    assert_eq!(run(&allowed, &response).status.code(), Some(0));
}

#[test]
fn metadata_may_name_plain_http() {
    let metadata = TestIdp::okta()
        .with_sign_in_url("http://idp.test/sso")
        .metadata_xml();
    let metadata = file("plain.xml", &metadata);
    let issuer = TestIdp::okta().issuer().to_owned();
    let arguments = [
        "check",
        "-",
        "--idp-metadata",
        &metadata,
        "--issuer",
        &issuer,
        "--audience",
        AUDIENCE,
        "--acs",
        ACS,
        "--now",
        NOW,
        "--request-id",
        "_request1",
    ];
    assert_eq!(run(&arguments, &response().octets()).status.code(), Some(0));
}
