//! Near misses, through the whole flow: what is nearly right is refused, and the report says how
//! it differs. Each row changes one thing of an answer that is accepted as it is.

use saml_sp::idp::KeyState;
use saml_sp::{Code, Expected, Idp, Rejection};
use saml_testkit::{Person, ResponseBuilder, Signing, TestIdp, TestKey};
use time::Duration;

use crate::bench::*;

/// The refusal of what `change` makes of the good answer.
fn refused(change: impl FnOnce(ResponseBuilder) -> ResponseBuilder) -> Rejection {
    log_in(&sp(), &change(good())).unwrap_err()
}

/// Whether some finding of this code carries a note with these words.
fn says(rejection: &Rejection, code: Code, words: &str) -> bool {
    rejection
        .findings()
        .filter(|finding| finding.code() == code)
        .any(|finding| finding.hints().any(|hint| hint.contains(words)))
}

#[test]
fn slips_in_an_audience_are_named() {
    let table = [
        ("https://sp.test/entity/", "trailing slash"),
        ("http://sp.test/entity", "http and https"),
        ("https://sp.test/Entity", "letter case"),
        ("https://sp.test:8443/entity", "port"),
        ("https://sp.test:443/entity", "default port"),
        ("https://sp.example/entity", "host name"),
        ("https://sp.test/%65ntity", "percent-encoding"),
        (ACS, "this is our ACS URL"),
    ];
    for (audience, words) in table {
        let rejection = refused(|answer| answer.audience(audience));
        assert!(
            says(&rejection, Code::AudienceMismatch, words),
            "{audience}"
        );
    }
    // White space at the ends does not count in a URI, so it is no miss at all.
    assert!(log_in(&sp(), &good().audience(" https://sp.test/entity\n")).is_ok());
}

#[test]
fn slips_in_recipient_and_destination_are_named() {
    let table = [
        ("https://sp.test/acs/?org_id=1", "differs only by the path"),
        ("http://sp.test/acs?org_id=1", "http and https"),
        ("https://sp.test/ACS?org_id=1", "letter case"),
        ("https://sp.test:444/acs?org_id=1", "port"),
        ("https://sp.test/acs?org_id=2", "differs only by the query"),
        ("http://sp.test:8080/acs?org_id=1", "scheme and port"),
        (ENTITY, "swapped"),
    ];
    for (url, words) in table {
        let rejection = refused(|answer| answer.recipient(url).destination(url));
        for code in [Code::RecipientMismatch, Code::DestinationMismatch] {
            assert!(says(&rejection, code, words), "{url} {code}");
        }
    }
}

#[test]
fn slips_in_an_issuer_are_named() {
    let okta = TestIdp::okta();
    let (slash, sibling) = (
        format!("{}/", okta.issuer()),
        "http://www.okta.com/exkother",
    );
    for (issuer, words) in [
        (slash.as_str(), "trailing slash"),
        (sibling, "another one than configured"),
        (
            "https://www.okta.com/exktestkit0000000001",
            "http and https",
        ),
    ] {
        let rejection = refused(|answer| answer.issuer(issuer));
        assert!(says(&rejection, Code::IssuerMismatch, words), "{issuer}");
    }
    // The sign-in URL entered where the issuer belongs.
    let url = "https://corp.okta.com/app/sp/exktestkit0000000001/sso/saml";
    let idp = Idp::from_parts(okta.certificate_pem(), url, url).unwrap();
    let rejection = log_in_at(&sp(), &idp, &good(), &record(), NOW).unwrap_err();
    assert!(says(
        &rejection,
        Code::IssuerMismatch,
        "looks like the sign-in URL"
    ));
}

/// The pinned thing is the key: a certificate that was issued anew for it changes nothing, in
/// either direction.
#[test]
fn the_right_key_in_another_certificate_is_right() {
    let reissued = include_str!("../data/certificates/reissued.pem");
    let okta = TestIdp::okta();
    assert_ne!(reissued.trim(), okta.certificate_pem().trim());
    let idp = Idp::from_parts(reissued, okta.sign_in_url(), okta.issuer()).unwrap();
    let login = log_in_at(&sp(), &idp, &good(), &record(), NOW).unwrap();
    assert_eq!(login.name_id().value(), "alice@corp.test");
}

/// Unsigned, wrongly signed, signed by another key, by a retired key, and changed after signing
/// are five different things to mend.
#[test]
fn what_is_wrong_with_a_signature_is_told_apart() {
    use saml_testkit::defect::SignatureDefect::{DigestMismatch, ResponseSignatureBroken};
    assert_eq!(refused(|a| a.sign(Signing::None)).code(), Code::Unsigned);
    let broken = refused(|answer| answer.with(ResponseSignatureBroken));
    assert_eq!(broken.code(), Code::SignatureInvalid);
    let other = refused(|answer| answer.key(TestKey::IdpNext));
    assert_eq!(other.code(), Code::SignatureKeyUnknown);
    let finding = other.findings().next().unwrap();
    assert!(finding.expected_value().is_some() && finding.seen_value().is_some());
    assert_ne!(finding.expected_value(), finding.seen_value());
    let okta = TestIdp::okta();
    let retired = Idp::from_parts(
        TestKey::IdpNext.certificate_pem(),
        okta.sign_in_url(),
        okta.issuer(),
    );
    let retired = retired
        .unwrap()
        .with_certificate(okta.certificate_pem(), KeyState::Retired);
    let retired = log_in_at(&sp(), &retired.unwrap(), &good(), &record(), NOW).unwrap_err();
    assert_eq!(retired.code(), Code::SignatureKeyRetired);
    assert_eq!(
        refused(|a| a.with(DigestMismatch)).code(),
        Code::DigestMismatch
    );
}

#[test]
fn the_distance_of_the_clocks_is_measured() {
    let at = |now| {
        let (sp, idp, record) = (sp(), idp(), late_record());
        sp.accept(&form(&good()), &idp, Expected::Request(&record), now)
            .map(drop)
    };
    assert!(at(NOW).is_ok());
    let ahead = at(NOW - Duration::seconds(412)).unwrap_err();
    assert!(
        says(&ahead, Code::IssuedInFuture, "about 412 s ahead"),
        "{:?}",
        ahead.report()
    );
    let behind = at(NOW + Duration::seconds(700)).unwrap_err();
    assert!(
        says(&behind, Code::Expired, "about 700 s behind"),
        "{:?}",
        behind.report()
    );
}

/// A request that is open for long enough.
fn late_record() -> saml_sp::RequestRecord {
    let mut parts = parts();
    parts.issued_at = NOW - Duration::minutes(20);
    parts.expires_at = NOW + Duration::minutes(20);
    parts.into()
}

/// What the report tells about a missing attribute, by what was sent in its place.
#[test]
fn slips_in_attributes_are_named() {
    let told = |person: Person| {
        let answer = TestIdp::okta().response(&target(), &person, NOW);
        let login = log_in(&sp(), &answer).unwrap();
        let rejection = Rejection::from(login.attributes().one("email").unwrap_err());
        assert_eq!(rejection.code(), Code::AttributeUnusable);
        rejection.report().text()
    };
    let without = || alice().without_attribute("email");
    let uri = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/email";
    let table = [
        (
            without().attribute("Email", &["a@b.test"]),
            "`Email` is there: names must match in letter case",
        ),
        (
            without().attribute("EMAIL", &["a@b.test"]),
            "`EMAIL` is there",
        ),
        (
            without().attribute(uri, &["a@b.test"]),
            "carry no namespace",
        ),
        // `user.mail` is Entra's name; in Okta it gives nothing, so no attribute is sent.
        (
            without(),
            "in Okta the address is `user.email`, not `user.mail`",
        ),
        (without().attribute("email", &[""]), "has no value"),
        (
            without().attribute("email", &["a@b.test", "c@d.test"]),
            "has 2 values",
        ),
    ];
    for (person, words) in table {
        let report = told(person);
        assert!(report.contains(words), "{words}: {report}");
        assert!(!report.contains("a@b.test"), "no value is told");
    }
}

/// The report of a refusal speaks of the console of the provider that is configured.
#[test]
fn the_fix_is_told_in_the_provider_s_own_words() {
    let okta = TestIdp::okta();
    let table = [
        (
            okta.issuer(),
            "Okta: General › SAML Settings › Edit › Audience URI (SP Entity ID)",
        ),
        (
            "https://sts.windows.net/8f0c/",
            "Entra: Single sign-on › Basic SAML Configuration › Identifier (Entity ID)",
        ),
        (
            "https://accounts.google.com/o/saml2?idpid=C1",
            "Google: Service provider details › Entity ID",
        ),
        (
            "http://fs.corp.test/adfs/services/trust",
            "AD FS: Properties › Identifiers › Relying party identifiers",
        ),
        (
            "https://app.onelogin.com/saml/metadata/1",
            "OneLogin: Configuration › Audience (EntityID)",
        ),
        ("urn:idp", "look for: audience, or entity id"),
    ];
    for (issuer, words) in table {
        let idp = Idp::builder(issuer)
            .certificate(okta.certificate_pem())
            .build()
            .unwrap();
        let mut parts = parts();
        parts.idp = issuer.to_owned();
        let answer = good().issuer(issuer).audience("urn:other");
        let rejection = log_in_at(&sp(), &idp, &answer, &parts.into(), NOW).unwrap_err();
        assert_eq!(rejection.code(), Code::AudienceMismatch);
        let report = rejection.report().text();
        assert!(report.contains(words), "{report}");
    }
    let told = Idp::builder("urn:idp").certificate(okta.certificate_pem());
    let told = told.vendor(saml_sp::error::Vendor::AdFs).build().unwrap();
    assert_eq!(told.vendor().label(), "AD FS");
}
