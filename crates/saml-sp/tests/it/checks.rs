//! The checks at their edges, and the state between request and answer.

use saml_sp::metadata::{IdpMetadata, Source};
use saml_sp::policy::Skew;
use saml_sp::record::Asked;
use saml_sp::{
    Acs, Code, CryptoProvider, Expected, ForceAuthn, Limits, PendingLogin, Rejection,
    ServiceProvider, StartOptions,
};
use saml_testkit::defect::ErrorStatus;
use saml_testkit::{Element, Node, ResponseBuilder, Signing, SpTarget, TestIdp};
use time::Duration;

use crate::bench::*;

const SUBJECT: &[&str] = &["saml2:Assertion", "saml2:Subject"];
const CONDITIONS: &[&str] = &["saml2:Assertion", "saml2:Conditions"];
const DATA: &[&str] = &[
    "saml2:Assertion",
    "saml2:Subject",
    "saml2:SubjectConfirmation",
    "saml2:SubjectConfirmationData",
];

fn accept(sp: &ServiceProvider, response: &ResponseBuilder) -> Result<PendingLogin, Rejection> {
    sp.accept(&form(response), &idp(), Expected::Request(&record()), NOW)
}

fn sp_with_skew(seconds: i64) -> ServiceProvider {
    ServiceProvider::builder(ENTITY)
        .acs(Acs::new(ACS))
        .crypto(CryptoProvider::rustcrypto())
        .skew(Skew::new(Duration::seconds(seconds)).unwrap())
        .build()
        .unwrap()
}

fn milliseconds(count: i64) -> Duration {
    Duration::milliseconds(count)
}

#[test]
fn windows_are_half_open_and_widened_by_the_skew() {
    for skew in [0, 180] {
        let sp = sp_with_skew(skew);
        let skew = Duration::seconds(skew);
        let minute = Duration::minutes(1);
        // The end is exclusive.
        let ended = |at| good().conditions(NOW - Duration::minutes(9), at);
        assert!(accept(&sp, &ended(NOW - skew + milliseconds(1))).is_ok());
        assert_eq!(codes(accept(&sp, &ended(NOW - skew))), [Code::Expired]);
        // The start is inclusive.
        let begun = |at| good().conditions(at, NOW + Duration::minutes(9));
        assert!(accept(&sp, &begun(NOW + skew)).is_ok());
        assert_eq!(
            codes(accept(&sp, &begun(NOW + skew + milliseconds(1)))),
            [Code::NotYetValid]
        );
        // So are those of the confirmation and of the session.
        let until = |at| good().confirmation_until(at);
        assert!(accept(&sp, &until(NOW - skew + milliseconds(1))).is_ok());
        assert_eq!(
            codes(accept(&sp, &until(NOW - skew))),
            [Code::ConfirmationExpired]
        );
        let session = |at| good().session_until(at);
        assert!(accept(&sp, &session(NOW + minute)).is_ok());
        assert_eq!(
            codes(accept(&sp, &session(NOW - skew))),
            [Code::SessionExpired]
        );
        let instant = |at| good().authn_instant(at);
        assert!(accept(&sp, &instant(NOW + skew)).is_ok());
        assert_eq!(
            codes(accept(&sp, &instant(NOW + skew + milliseconds(1)))),
            [Code::AuthnInFuture]
        );
    }
}

#[test]
fn far_away_times_do_not_overflow() {
    let end = time::macros::datetime!(9999-12-31 23:59:59 UTC);
    let login = log_in(
        &sp(),
        &good()
            .confirmation_until(end)
            .conditions(NOW, end)
            .session_until(end),
    );
    assert_eq!(login.unwrap().session_not_on_or_after(), Some(end));
    let early = good().set(CONDITIONS, "NotBefore", "0001-01-01T00:00:00Z");
    assert!(log_in(&sp(), &early).is_ok());
    let (sp, idp, record) = (sp(), idp(), record());
    for now in [
        time::PrimitiveDateTime::MAX.assume_utc(),
        time::PrimitiveDateTime::MIN.assume_utc(),
    ] {
        assert!(
            sp.accept(&form(&good()), &idp, Expected::Request(&record), now)
                .is_err()
        );
    }
}

#[test]
fn skew_and_age_are_bounded() {
    assert!(Skew::new(Duration::minutes(5)).is_ok());
    for wrong in [
        Duration::seconds(-1),
        Duration::seconds(301),
        Duration::days(3650),
    ] {
        assert_eq!(Skew::new(wrong).unwrap_err().code(), Code::ConfigDuration);
    }
    let built = |age| {
        let builder = ServiceProvider::builder(ENTITY).acs(Acs::new(ACS));
        builder
            .crypto(CryptoProvider::rustcrypto())
            .max_age(age)
            .build()
    };
    assert!(built(Duration::hours(2)).is_ok());
    for wrong in [Duration::seconds(59), Duration::days(2)] {
        assert_eq!(built(wrong).unwrap_err().code(), Code::ConfigDuration);
    }
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let builder = || ServiceProvider::builder(ENTITY).crypto(CryptoProvider::rustcrypto());
    let code = |builder: saml_sp::sp::ServiceProviderBuilder| builder.build().unwrap_err().code();
    assert_eq!(code(builder()), Code::ConfigInvalid);
    assert_eq!(
        code(builder().acs(Acs::new("http://sp.test/acs"))),
        Code::ConfigUrl
    );
    assert_eq!(
        code(builder().acs(Acs::new(ACS).accept_recipient("sp.test"))),
        Code::ConfigUrl
    );
    assert!(
        builder()
            .acs(Acs::new("http://sp.test/acs"))
            .danger_allow_http()
            .build()
            .is_ok()
    );
    for id in ["", " urn:sp", "urn:\nsp", &"a".repeat(1025)] {
        let empty = ServiceProvider::builder(id).acs(Acs::new(ACS));
        assert_eq!(
            code(empty.crypto(CryptoProvider::rustcrypto())),
            Code::ConfigInvalid,
            "{id:?}"
        );
    }
    assert_eq!(
        code(ServiceProvider::builder(ENTITY).acs(Acs::new(ACS))),
        Code::ConfigInvalid
    );
}

#[test]
fn audiences_are_ored_and_restrictions_anded() {
    let restriction = |audiences: &[&str]| {
        let texts = audiences
            .iter()
            .map(|text| Element::new("saml2:Audience").text(text));
        texts.fold(Element::new("saml2:AudienceRestriction"), Element::child)
    };
    let with = |restrictions: Vec<Element>| {
        good().edit_at(CONDITIONS, move |conditions| {
            conditions.children_mut().clear();
            conditions
                .children_mut()
                .extend(restrictions.iter().cloned().map(Node::Element));
        })
    };
    let other = "https://other.test/entity";
    for good in [
        vec![restriction(&[ENTITY])],
        vec![restriction(&[other, ENTITY])],
        vec![restriction(&[ENTITY]), restriction(&[other, ENTITY])],
        vec![restriction(&["\n  https://sp.test/entity\t"])],
    ] {
        assert!(accept(&sp(), &with(good)).is_ok());
    }
    for (bad, code) in [
        (
            vec![restriction(&[ENTITY]), restriction(&[other])],
            Code::AudienceMismatch,
        ),
        (
            vec![restriction(&[other]), restriction(&[ENTITY])],
            Code::AudienceMismatch,
        ),
        (
            vec![restriction(&["https://sp.test/entit"])],
            Code::AudienceMismatch,
        ),
        (
            vec![restriction(&["https://sp.test/entity.evil.test"])],
            Code::AudienceMismatch,
        ),
        (
            vec![restriction(&[
                "https://sp.test/entity https://sp.test/entity",
            ])],
            Code::AudienceMismatch,
        ),
        (vec![restriction(&[])], Code::AudienceMissing),
        (vec![], Code::AudienceMissing),
    ] {
        assert_eq!(codes(accept(&sp(), &with(bad))), [code]);
    }
}

#[test]
fn one_time_use_and_proxy_restriction_may_stand_once() {
    let with = |names: &'static [&'static str]| {
        good().edit_at(CONDITIONS, move |conditions| {
            let new = names.iter().map(|name| Node::Element(Element::new(name)));
            conditions.children_mut().extend(new);
        })
    };
    assert!(
        accept(
            &sp(),
            &with(&["saml2:OneTimeUse", "saml2:ProxyRestriction"])
        )
        .is_ok()
    );
    for twice in [
        &["saml2:OneTimeUse", "saml2:OneTimeUse"],
        &["saml2:ProxyRestriction", "saml2:ProxyRestriction"],
    ] {
        assert_eq!(
            codes(accept(&sp(), &with(twice))),
            [Code::ConditionDuplicate]
        );
    }
}

#[test]
fn one_good_bearer_confirmation_is_enough() {
    let second = |change: fn(&mut Element)| {
        good().edit_at(SUBJECT, move |subject| {
            let mut copy = subject.first("saml2:SubjectConfirmation").unwrap().clone();
            change(&mut copy);
            subject.insert_after("saml2:NameID", copy);
        })
    };
    fn data(copy: &mut Element) -> &mut Element {
        copy.first_mut("saml2:SubjectConfirmationData").unwrap()
    }
    assert!(
        accept(
            &sp(),
            &second(|c| data(c).set_attribute("Recipient", "https://x.test"))
        )
        .is_ok()
    );
    assert!(
        accept(
            &sp(),
            &second(|c| c.set_attribute("Method", "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"))
        )
        .is_ok()
    );
    // Two bad ones do not add up: recipient from one, request from the other.
    let split = good()
        .set(DATA, "Recipient", "https://x.test")
        .edit_at(SUBJECT, |subject| {
            let mut copy = subject.first("saml2:SubjectConfirmation").unwrap().clone();
            data(&mut copy).set_attribute("Recipient", ACS);
            data(&mut copy).set_attribute("InResponseTo", "_other");
            subject.insert_after("saml2:SubjectConfirmation", copy);
        });
    assert_eq!(codes(accept(&sp(), &split)), [Code::RecipientMismatch]);
}

#[test]
fn the_three_addresses_of_the_seed_may_differ() {
    let shared = "https://sso.sp.test/saml2";
    let sp = sp();
    let elsewhere = sp
        .for_acs(
            Acs::new(ACS)
                .accept_destination(shared)
                .accept_recipient(shared),
        )
        .unwrap();
    let target = target().destination(shared).recipient(shared);
    let answer = TestIdp::okta().response(&target, &alice(), NOW);
    assert!(accept(&elsewhere, &answer).is_ok());
    assert_eq!(
        codes(accept(&sp, &answer)),
        [Code::DestinationMismatch, Code::RecipientMismatch]
    );
    // Neither alias stands in for the other.
    for (acs, code) in [
        (
            Acs::new(ACS).accept_destination(shared),
            Code::RecipientMismatch,
        ),
        (
            Acs::new(ACS).accept_recipient(shared),
            Code::DestinationMismatch,
        ),
    ] {
        assert_eq!(codes(accept(&sp.for_acs(acs).unwrap(), &answer)), [code]);
    }
}

#[test]
fn an_unsigned_response_may_leave_its_destination_out_but_not_lie() {
    let unsigned = good().sign(Signing::Assertion);
    let without = unsigned.clone().edit_signed(|root| {
        root.remove_attribute("Destination");
    });
    assert!(accept(&sp(), &without).is_ok());
    let lying =
        unsigned.edit_signed(|root| root.set_attribute("Destination", "https://other.test/"));
    assert_eq!(codes(accept(&sp(), &lying)), [Code::DestinationMismatch]);
}

#[test]
fn a_login_begun_at_the_identity_provider_needs_two_yes() {
    let allowing = ServiceProvider::builder(ENTITY)
        .acs(Acs::new(ACS))
        .crypto(CryptoProvider::rustcrypto())
        .allow_idp_initiated()
        .build()
        .unwrap();
    let unsolicited = TestIdp::okta().response(&SpTarget::new(ACS, ENTITY), &alice(), NOW);
    let initiated = |sp: &ServiceProvider, response: &ResponseBuilder| {
        sp.accept(&form(response), &idp(), Expected::IdpInitiated, NOW)
    };
    let login = initiated(&allowing, &unsolicited).unwrap();
    let (replays, requests) = stores();
    let login = ready(login.redeem(&replays, &requests, NOW)).unwrap();
    assert_eq!((login.request_id(), login.tenant()), (None, None));
    // Used once, like any other.
    let again = initiated(&allowing, &unsolicited).unwrap();
    assert_eq!(
        codes(ready(again.redeem(&replays, &requests, NOW))),
        [Code::Replayed]
    );
    // Not allowed here; not expected here; an answer to a request is none.
    assert_eq!(
        codes(initiated(&sp(), &unsolicited)),
        [Code::UnsolicitedForbidden]
    );
    assert_eq!(
        codes(accept(&allowing, &unsolicited)),
        [Code::InResponseToMissing, Code::InResponseToMissing]
    );
    assert_eq!(
        codes(initiated(&allowing, &good())),
        [
            Code::UnsolicitedAnswersRequest,
            Code::UnsolicitedAnswersRequest
        ]
    );
}

#[test]
fn the_request_must_be_for_this_place_and_not_too_old() {
    let with = |change: fn(&mut saml_sp::record::RecordParts)| {
        let mut parts = parts();
        change(&mut parts);
        codes(sp().accept(
            &form(&good()),
            &idp(),
            Expected::Request(&parts.into()),
            NOW,
        ))
    };
    assert_eq!(with(|parts| parts.expires_at = NOW), [Code::RequestExpired]);
    assert_eq!(
        with(|parts| parts.idp = "urn:other".to_owned()),
        [Code::RequestForOtherIdp]
    );
    assert_eq!(
        with(|parts| parts.acs = "https://sp.test/acs?org_id=2".to_owned()),
        [Code::RequestForOtherAcs]
    );
}

#[test]
fn a_fresh_authentication_is_fresh() {
    let mut parts = parts();
    parts.asked.force_authn = ForceAuthn::Yes;
    let record = parts.into();
    let at = |instant| {
        let response = good().authn_instant(instant);
        sp().accept(&form(&response), &idp(), Expected::Request(&record), NOW)
    };
    let earliest = record.issued_at() - Duration::minutes(3);
    assert!(at(earliest).is_ok());
    assert_eq!(codes(at(earliest - milliseconds(1))), [Code::AuthnTooOld]);
    // Nobody who did not ask is held to it.
    assert!(accept(&sp(), &good().authn_instant(NOW - Duration::days(1))).is_ok());
}

#[test]
fn a_requested_context_is_enforced() {
    let asking = |classes: &[&str]| {
        let mut asked = Asked::default();
        asked.authn_contexts = classes.iter().map(|class| (*class).to_owned()).collect();
        let mut parts = parts();
        parts.asked = asked;
        sp().accept(
            &form(&good()),
            &idp(),
            Expected::Request(&parts.into()),
            NOW,
        )
    };
    let password = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
    assert!(asking(&[password]).is_ok());
    assert!(asking(&["urn:x:mfa", password]).is_ok());
    assert_eq!(codes(asking(&["urn:x:mfa"])), [Code::AuthnContextMismatch]);
}

#[test]
fn error_statuses_have_their_codes_and_messages() {
    let table = [
        (ErrorStatus::AuthnFailed, Code::StatusAuthnFailed),
        (ErrorStatus::NoPassive, Code::StatusNoPassive),
        (ErrorStatus::RequestDenied, Code::StatusRequestDenied),
        (ErrorStatus::InvalidNameIdPolicy, Code::StatusNameIdPolicy),
        (ErrorStatus::NoAuthnContext, Code::StatusNoAuthnContext),
        (ErrorStatus::VersionMismatch, Code::StatusNotSuccess),
    ];
    for (status, code) in table {
        for signing in [Signing::Response, Signing::None] {
            let answer = good().error(status, "User is not assigned").sign(signing);
            let rejection = accept(&sp(), &answer).unwrap_err();
            assert_eq!(rejection.code(), code, "{status:?} {signing:?}");
            assert!(rejection.report().text().contains("User is not assigned"));
        }
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let wrong = good()
        .audience("https://sp.test/entity/")
        .recipient("http://sp.test/acs?org_id=1")
        .destination("https://sp.test:8443/acs?org_id=1")
        .issuer("http://www.okta.com/exkanother")
        .confirmation_until(NOW - Duration::hours(1));
    let rejection = accept(&sp(), &wrong).unwrap_err();
    let found: Vec<_> = rejection.findings().map(|finding| finding.code()).collect();
    assert_eq!(
        found,
        [
            Code::IssuerMismatch,
            Code::IssuerMismatch,
            Code::DestinationMismatch,
            Code::AudienceMismatch,
            Code::RecipientMismatch,
            Code::ConfirmationExpired,
        ]
    );
    let text = rejection.report().text();
    for part in [
        "both are Okta applications",
        "differs only by the port",
        "differs only by a trailing slash",
        "differs only by http and https",
        "Audience URI (SP Entity ID)",
        "/Response/Assertion/Conditions/AudienceRestriction/Audience",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("alice"), "{text}");
    assert_eq!(rejection.to_string(), Rejection::PUBLIC_TEXT);
}

#[test]
fn swapped_fields_are_named() {
    let hint = |response: &ResponseBuilder| accept(&sp(), response).unwrap_err().report().text();
    assert!(hint(&good().audience(ACS)).contains("this is our ACS URL"));
    assert!(hint(&good().destination(ENTITY)).contains("this is our entity id"));
    assert!(hint(&good().recipient(ENTITY)).contains("this is our entity id"));
    let ahead = good().set(&[], "IssueInstant", "2026-01-31T12:10:00Z");
    assert!(hint(&ahead).contains("clock is about 600 s ahead"));
}

#[test]
fn a_key_of_ours_is_no_key_of_theirs() {
    use saml_testkit::TestKey;
    let own = saml_sp::Idp::from_parts(
        TestKey::Sp.certificate_pem(),
        TestIdp::okta().sign_in_url(),
        TestIdp::okta().issuer(),
    )
    .unwrap();
    let by_ourselves = form(&good().key(TestKey::Sp));
    let signing = crate::logout::signing_sp();
    let accept =
        |sp: &ServiceProvider| sp.accept(&by_ourselves, &own, Expected::Request(&record()), NOW);
    assert_eq!(codes(accept(&signing)), [Code::KeyReflected]);
    assert!(accept(&sp()).is_ok());
}

/// The caller's clock may be anything that can be represented, in any zone.
#[test]
fn no_instant_makes_it_panic() {
    use time::{PrimitiveDateTime, UtcOffset};
    let zones = [
        UtcOffset::UTC,
        UtcOffset::from_hms(23, 59, 59).unwrap(),
        UtcOffset::from_hms(-23, -59, -59).unwrap(),
    ];
    let okta = TestIdp::okta();
    let crypto = CryptoProvider::rustcrypto();
    for zone in zones {
        for local in [PrimitiveDateTime::MIN, PrimitiveDateTime::MAX] {
            let now = local.assume_offset(zone);
            let refused = log_in_at(&sp(), &idp(), &good(), &record(), now);
            assert!(refused.is_err(), "{now:?}");
            let mut random = counter();
            let started = sp().start(&idp(), &StartOptions::default(), &mut random, now);
            assert!(started.is_ok());
            let metadata = IdpMetadata::read(
                okta.metadata_xml().as_bytes(),
                None,
                &Limits::default(),
                now,
            );
            let _ = metadata.unwrap().next_fetch(now);
            let key = saml_sp::cert::Certificate::parse(okta.certificate_pem().as_bytes()).unwrap();
            let source = Source::signed_by([key.key().clone()], Duration::MAX);
            let signed = okta.metadata().signed_by(saml_testkit::TestKey::Idp).xml();
            let read = IdpMetadata::read_from(
                &source,
                signed.as_bytes(),
                okta.issuer(),
                &crypto,
                &Limits::default(),
                now,
            );
            assert_eq!(codes(read), [Code::MetadataValidity]);
            let _ = saml_sp::setup::lint(&sp(), &idp(), now);
            assert!(
                sp().metadata(saml_sp::metadata::SignMetadata::No, Some(now))
                    .is_ok()
            );
        }
    }
}
