//! Reading what a service provider asks.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use miniz_oxide::deflate::compress_to_vec;
use saml_testkit::{AuthnRequestSeen, LogoutRequestSeen, Person, SpTarget, TestIdp, TestKey};

const REQUEST: &str = r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r1" Version="2.0" IssueInstant="2026-01-31T12:00:00Z" Destination="https://idp.test/sso" ForceAuthn="true" AssertionConsumerServiceURL="https://sp.test/acs?a=1&amp;b=2"><saml:Issuer>https://sp.test/?a&amp;b&#61;1</saml:Issuer><samlp:NameIDPolicy Format="urn:f"/><samlp:RequestedAuthnContext><saml:AuthnContextClassRef>urn:c1</saml:AuthnContextClassRef><saml:AuthnContextClassRef>urn:c2</saml:AuthnContextClassRef></samlp:RequestedAuthnContext></samlp:AuthnRequest>"#;

fn url(xml: &str) -> String {
    let deflated = STANDARD.encode(compress_to_vec(xml.as_bytes(), 6));
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("SAMLRequest", &deflated)
        .append_pair("RelayState", "a b&c")
        .finish();
    format!("https://idp.test/sso?{query}")
}

#[test]
fn a_redirect_is_read_whole() {
    let seen = AuthnRequestSeen::from_redirect(&url(REQUEST)).unwrap();
    assert_eq!(
        (seen.id(), seen.issuer()),
        ("_r1", "https://sp.test/?a&b=1")
    );
    assert_eq!(seen.acs_url(), Some("https://sp.test/acs?a=1&b=2"));
    assert_eq!(
        (seen.destination(), seen.relay_state()),
        (Some("https://idp.test/sso"), Some("a b&c"))
    );
    assert_eq!((seen.force_authn(), seen.is_passive()), (true, false));
    assert_eq!(
        (seen.name_id_format(), seen.contexts()),
        (
            Some("urn:f"),
            &["urn:c1".to_owned(), "urn:c2".to_owned()][..]
        )
    );
    assert_eq!(seen.issue_instant(), "2026-01-31T12:00:00Z");
    let target = SpTarget::of_request(&seen, "https://unused.test");
    assert_eq!(
        (target.acs.as_str(), target.in_response_to.as_deref()),
        ("https://sp.test/acs?a=1&b=2", Some("_r1"))
    );
}

#[test]
fn a_post_is_read_whole() {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("SAMLRequest", &STANDARD.encode(REQUEST))
        .append_pair("RelayState", "r")
        .finish();
    let seen = AuthnRequestSeen::from_form(&body).unwrap();
    assert_eq!((seen.id(), seen.relay_state()), ("_r1", Some("r")));
}

const LOGOUT: &str = r#"<p:LogoutRequest xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" ID="_l1" Version="2.0" IssueInstant="2026-01-31T12:00:00Z" NotOnOrAfter="2026-01-31T12:05:00Z" Destination="https://idp.test/slo"><a:Issuer>https://sp.test/</a:Issuer><a:NameID Format="urn:f" NameQualifier="q" SPNameQualifier="s">a&lt;b</a:NameID><p:SessionIndex>_1</p:SessionIndex><p:SessionIndex>_2</p:SessionIndex></p:LogoutRequest>"#;

#[test]
fn a_logout_is_read_whole_by_either_binding() {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("SAMLRequest", &STANDARD.encode(LOGOUT))
        .append_pair("RelayState", "a b&c")
        .finish();
    let by_redirect = LogoutRequestSeen::from_redirect(&url(LOGOUT)).unwrap();
    let seen = LogoutRequestSeen::from_form(&body).unwrap();
    assert_eq!(seen, by_redirect);
    assert_eq!((seen.id(), seen.issuer()), ("_l1", "https://sp.test/"));
    assert_eq!(seen.destination(), Some("https://idp.test/slo"));
    assert_eq!(seen.issue_instant(), "2026-01-31T12:00:00Z");
    assert_eq!(seen.not_on_or_after(), Some("2026-01-31T12:05:00Z"));
    assert_eq!(
        (seen.name_id(), seen.name_id_format()),
        ("a<b", Some("urn:f"))
    );
    assert_eq!(
        (seen.name_qualifier(), seen.sp_name_qualifier()),
        (Some("q"), Some("s"))
    );
    assert_eq!(seen.session_indexes(), ["_1", "_2"]);
    assert_eq!((seen.relay_state(), seen.xml()), (Some("a b&c"), LOGOUT));
}

#[test]
fn who_signed_a_logout_is_told() {
    let now = time::macros::datetime!(2026-01-31 12:00 UTC);
    let request =
        TestIdp::okta().logout_request("https://idp.test/slo", &Person::named("a"), None, now);
    let signed = LogoutRequestSeen::from_redirect(&request.redirect_url()).unwrap();
    assert!(signed.is_signed_by(TestKey::Idp) && !signed.is_signed_by(TestKey::Sp));
    let plain = LogoutRequestSeen::from_redirect(&request.unsigned().redirect_url()).unwrap();
    assert!(!plain.is_signed_by(TestKey::Idp));
}

/// Two people who are signed out at one instant get two messages.
#[test]
fn logouts_of_one_instant_have_ids_of_their_own() {
    let now = time::macros::datetime!(2026-01-31 12:00 UTC);
    let okta = TestIdp::okta();
    let id = |name: &str| {
        okta.logout_request("https://sp.test", &Person::named(name), None, now)
            .id()
    };
    assert_eq!(id("a"), id("a"));
    assert_ne!(id("a"), id("b"));
    let answer = |to: &str| okta.logout_response("https://sp.test", to, now).id();
    assert_ne!(answer("_1"), answer("_2"));
}

#[test]
fn what_is_no_request_is_an_error() {
    let bomb = url(&" ".repeat(70_000));
    let of_another_kind = "no samlp:AuthnRequest with ID and Issuer";
    for (bad, why) in [
        ("", "no SAMLRequest"),
        ("https://idp.test/sso", "no SAMLRequest"),
        (
            "?SAMLRequest=%%%",
            "not base64: Invalid symbol 37, offset 0.",
        ),
        (
            "?SAMLRequest=AAAA",
            "SAMLRequest is not one raw DEFLATE stream",
        ),
        (&bomb, "it inflates to more than 65536 bytes"),
        (&url("<a/>"), of_another_kind),
        (&url(LOGOUT), of_another_kind),
        (&url("<a>&b;</a>"), "an undefined entity"),
    ] {
        let refused = AuthnRequestSeen::from_redirect(bad)
            .unwrap_err()
            .to_string();
        assert_eq!(
            refused,
            format!("not a request that can be read: {why}"),
            "{bad:.40}"
        );
    }
    let refused = AuthnRequestSeen::from_form("SAMLRequest=AAAA").unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("not a request that can be read: {of_another_kind}")
    );
    let refused = LogoutRequestSeen::from_redirect(&url(REQUEST)).unwrap_err();
    let why = "no samlp:LogoutRequest with ID, Issuer and NameID";
    assert_eq!(
        refused.to_string(),
        format!("not a request that can be read: {why}")
    );
}
