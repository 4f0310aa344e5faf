//! Reading what a service provider asks.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use miniz_oxide::deflate::compress_to_vec;
use saml_testkit::{AuthnRequestSeen, SpTarget};

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

#[test]
fn what_is_no_request_is_an_error() {
    let bomb = url(&" ".repeat(70_000));
    for bad in [
        "",
        "https://idp.test/sso",
        "?SAMLRequest=%%%",
        "?SAMLRequest=AAAA",
        &bomb,
        &url("<a/>"),
        &url("<a>"),
    ] {
        assert!(AuthnRequestSeen::from_redirect(bad).is_err(), "{:.40}", bad);
    }
    assert!(AuthnRequestSeen::from_form("SAMLRequest=AAAA").is_err());
}
