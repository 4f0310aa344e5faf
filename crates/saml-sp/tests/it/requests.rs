//! What is sent.

use saml_sp::request::{LoginHint, NameIdPolicy, Passive};
use saml_sp::{Acs, Code, CryptoProvider, ForceAuthn, ServiceProvider, StartOptions};
use saml_testkit::AuthnRequestSeen;

use crate::bench::*;

fn seen(sp: &ServiceProvider, options: &StartOptions) -> AuthnRequestSeen {
    let started = sp.start(&idp(), options, &mut counter(), NOW).unwrap();
    assert!(
        started
            .redirect_url()
            .starts_with(saml_testkit::TestIdp::okta().sign_in_url())
    );
    AuthnRequestSeen::from_redirect(started.redirect_url()).unwrap()
}

#[test]
fn a_plain_request_says_what_it_must() {
    let seen = seen(&sp(), &StartOptions::default());
    assert_eq!(seen.issuer(), ENTITY);
    assert_eq!(seen.acs_url(), Some(ACS));
    assert_eq!(
        seen.destination(),
        Some(saml_testkit::TestIdp::okta().sign_in_url())
    );
    assert_eq!(seen.issue_instant(), "2026-01-31T12:00:00.000Z");
    assert_eq!(seen.relay_state().map(str::len), Some(32));
    assert!(!seen.force_authn() && !seen.is_passive());
    assert_eq!(seen.name_id_format(), None);
    assert!(!seen.xml().contains("NameIDPolicy"), "{}", seen.xml());
    assert!(seen.contexts().is_empty());
}

#[test]
fn everything_that_is_asked_is_sent_in_schema_order() {
    let options = StartOptions::default()
        .force_authn(ForceAuthn::Yes)
        .passive(Passive::Yes)
        .name_id_policy(NameIdPolicy::Format(saml_sp::NameId::EMAIL.to_owned()))
        .authn_context("urn:x:mfa")
        .authn_context("urn:x:<&\"hardware")
        .login_hint(LoginHint::Subject {
            name_id: "a<b@corp.test".to_owned(),
            format: None,
        });
    let seen = seen(&sp(), &options);
    assert!(seen.force_authn() && seen.is_passive());
    assert_eq!(seen.name_id_format(), Some(saml_sp::NameId::EMAIL));
    assert_eq!(seen.contexts(), ["urn:x:mfa", "urn:x:<&\"hardware"]);
    let xml = seen.xml();
    let at = |name: &str| xml.find(name).unwrap_or_else(|| panic!("{name} in {xml}"));
    assert!(at("Issuer") < at("Subject"));
    assert!(at("Subject") < at("NameIDPolicy"));
    assert!(at("NameIDPolicy") < at("RequestedAuthnContext"));
    assert!(xml.contains("a&lt;b@corp.test"), "{xml}");
}

#[test]
fn the_acs_is_named_by_url_index_or_not_at_all() {
    let sp_of = |acs| {
        let builder = ServiceProvider::builder(ENTITY).crypto(CryptoProvider::rustcrypto());
        builder.acs(acs).build().unwrap()
    };
    let url = "https://sso.sp.test/saml2";
    let by_url = seen(
        &sp_of(Acs::new(ACS).requestable(url)),
        &StartOptions::default(),
    );
    assert_eq!(by_url.acs_url(), Some(url));
    let by_index = seen(
        &sp_of(Acs::new(ACS).requestable_by_index(7)),
        &StartOptions::default(),
    );
    assert_eq!(by_index.acs_url(), None);
    assert!(
        by_index
            .xml()
            .contains("AssertionConsumerServiceIndex=\"7\"")
    );
    assert!(!by_index.xml().contains("ProtocolBinding"));
    let unnamed = seen(
        &sp_of(Acs::new(ACS).not_named_in_requests()),
        &StartOptions::default(),
    );
    assert!(!unnamed.xml().contains("AssertionConsumerService"));
}

#[test]
fn a_login_hint_can_be_a_parameter() {
    let hint = LoginHint::Parameter {
        name: "login_hint".to_owned(),
        value: "a&b@c".to_owned(),
    };
    let options = StartOptions::default().login_hint(hint);
    let started = sp().start(&idp(), &options, &mut counter(), NOW).unwrap();
    assert!(started.redirect_url().ends_with("&login_hint=a%26b%40c"));
}

#[test]
fn unusable_options_start_nothing() {
    let start = |options: StartOptions| {
        sp().start(&idp(), &options, &mut counter(), NOW)
            .unwrap_err()
            .code()
    };
    let options = StartOptions::default;
    assert_eq!(
        start(options().acs("https://sp.test/other")),
        Code::ConfigInvalid
    );
    assert_eq!(
        start(options().lifetime(time::Duration::seconds(59))),
        Code::ConfigDuration
    );
    assert_eq!(
        start(options().lifetime(time::Duration::days(2))),
        Code::ConfigDuration
    );
    assert_eq!(
        start(options().authn_context("urn:\u{0}")),
        Code::ConfigInvalid
    );
}

#[test]
fn ids_are_random_and_well_formed() {
    let sp = sp();
    let mut random = counter();
    let mut start = || {
        sp.start(&idp(), &StartOptions::default(), &mut random, NOW)
            .unwrap()
    };
    let (one, two) = (start(), start());
    let id = one.request().id().as_str();
    assert_eq!(id, "_0102030405060708090a0b0c0d0e0f10");
    assert_ne!(id, two.request().id().as_str());
    assert_ne!(one.request().relay(), two.request().relay());
    assert!(one.request().relay().as_str().len() <= 80);
    assert!(!one.redirect_url().contains("return_to"));
}

#[test]
fn a_failing_random_source_starts_nothing() {
    use saml_sp::random::RandomError;
    let mut broken = |_: &mut [u8]| Err(RandomError::new("no entropy"));
    let error = sp()
        .start(&idp(), &StartOptions::default(), &mut broken, NOW)
        .unwrap_err();
    assert_eq!(error.code(), Code::RandomFailed);
    assert!(error.to_string().contains("no entropy"));
}

#[test]
fn requests_are_signed_whenever_there_is_a_key() {
    let sp = crate::logout::signing_sp();
    let seen = seen(&sp, &StartOptions::default());
    assert!(seen.is_signed_by(saml_testkit::TestKey::Sp));
    assert!(!seen.is_signed_by(saml_testkit::TestKey::Idp));
    let unsigned = self::seen(&crate::bench::sp(), &StartOptions::default());
    assert!(!unsigned.is_signed_by(saml_testkit::TestKey::Sp));
}

#[test]
fn an_identity_provider_that_wants_signatures_gets_them_or_nothing() {
    use saml_sp::idp::SignRequests;
    let test = saml_testkit::TestIdp::okta();
    let idp = saml_sp::Idp::builder(test.issuer())
        .certificate(test.certificate_pem())
        .sign_in_redirect(test.sign_in_url())
        .sign_requests(SignRequests::Required)
        .build()
        .unwrap();
    let start =
        |sp: &ServiceProvider| sp.start(&idp, &StartOptions::default(), &mut counter(), NOW);
    assert!(start(&crate::logout::signing_sp()).is_ok());
    assert_eq!(start(&sp()).unwrap_err().code(), Code::SigningFailed);
}

#[test]
fn a_request_can_be_posted() {
    let test = saml_testkit::TestIdp::okta();
    let idp = saml_sp::Idp::builder(test.issuer())
        .certificate(test.certificate_pem())
        .sign_in_post("https://idp.test/post")
        .build()
        .unwrap();
    let started = crate::logout::signing_sp()
        .start_by_post(&idp, &StartOptions::default(), &mut counter(), NOW)
        .unwrap();
    let html = started.page().html();
    let value = |name: &str| {
        let (_, rest) = html
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap();
        rest.split_once('"')
            .unwrap()
            .0
            .replace('+', "%2B")
            .replace('=', "%3D")
    };
    let body = format!(
        "SAMLRequest={}&RelayState={}",
        value("SAMLRequest"),
        value("RelayState")
    );
    let seen = AuthnRequestSeen::from_form(&body).unwrap();
    assert_eq!(seen.id(), started.request().id().as_str());
    assert_eq!(seen.relay_state(), Some(started.request().relay().as_str()));
    assert_eq!(seen.destination(), Some("https://idp.test/post"));
    assert!(
        seen.xml().contains("</saml:Issuer><ds:Signature "),
        "{}",
        seen.xml()
    );
    assert_eq!(
        sp().start(&idp, &StartOptions::default(), &mut counter(), NOW)
            .unwrap_err()
            .code(),
        Code::ConfigInvalid
    );
}
