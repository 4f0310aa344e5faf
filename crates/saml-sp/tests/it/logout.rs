//! Single logout, both ways and by both bindings.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_sp::binding::Delivery;
use saml_sp::cert::{Certificate, PinnedKey};
use saml_sp::credential::SigningCredential;
use saml_sp::dsig::{Envelope, Keys, Nested};
use saml_sp::idp::LogoutService;
use saml_sp::logout::{LogoutEnd, LogoutMessage, LogoutOrder, LogoutResult, SessionIdentity};
use saml_sp::xml::{Document, Extras, Name};
use saml_sp::{
    Acs, AlgorithmPolicy, Code, CryptoProvider, Idp, Limits, Rejection, ServiceProvider,
};
use saml_testkit::{LogoutBuilder, Person, TestIdp, TestKey};
use time::Duration;

use crate::bench::*;

const SLO: &str = "https://sp.test/slo";
const IDP_SLO: &str = "https://idp.test/slo";
const IDP_DONE: &str = "https://idp.test/slo/done";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

pub(crate) fn credential() -> SigningCredential {
    let (key, certificate) = (TestKey::Sp.private_key_pem(), TestKey::Sp.certificate_pem());
    SigningCredential::from_pem(&CryptoProvider::rustcrypto(), key, certificate).unwrap()
}

pub(crate) fn signing_sp() -> ServiceProvider {
    ServiceProvider::builder(ENTITY)
        .acs(Acs::new(ACS))
        .crypto(CryptoProvider::rustcrypto())
        .signing(credential())
        .logout_url(SLO)
        .build()
        .unwrap()
}

fn idp_with(service: LogoutService) -> Idp {
    let test = TestIdp::okta();
    Idp::builder(test.issuer())
        .certificate(test.certificate_pem())
        .sign_in_redirect(test.sign_in_url())
        .logout(service)
        .build()
        .unwrap()
}

fn session(sp: &ServiceProvider) -> SessionIdentity {
    log_in(sp, &good()).unwrap().session()
}

/// The two ways a message of the test identity provider arrives.
fn both_ways(message: &LogoutBuilder) -> [Result<LogoutMessage, Rejection>; 2] {
    let limits = Limits::default();
    let url = message.redirect_url();
    let query = url.split_once('?').unwrap().1;
    [
        LogoutMessage::from_urlencoded(message.form_body().as_bytes(), &limits),
        LogoutMessage::from_query(query, &limits),
    ]
}

fn receive(message: &LogoutBuilder) -> Vec<Result<LogoutOrder, Rejection>> {
    let (sp, idp) = (signing_sp(), idp_with(LogoutService::post(IDP_SLO)));
    both_ways(message)
        .into_iter()
        .map(|message| {
            let pending = sp.receive_logout(&idp, &message?, NOW)?;
            ready(pending.redeem(&stores().0, NOW))
        })
        .collect()
}

fn request(index: Option<&str>) -> LogoutBuilder {
    TestIdp::okta().logout_request(SLO, &alice(), index, NOW)
}

#[test]
fn an_order_names_the_sessions_that_end() {
    let sp = signing_sp();
    let session = session(&sp);
    let index = session.session_index().unwrap().to_owned();
    for order in receive(&request(Some(&index))) {
        let order = order.unwrap();
        assert_eq!(order.key(), session.key());
        assert!(order.ends(&session));
        assert_eq!(
            order.session_indexes().collect::<Vec<_>>(),
            [index.as_str()]
        );
    }
    // Without an index all sessions of the user end; with another one this session stays.
    assert!(
        receive(&request(None))
            .into_iter()
            .all(|order| order.unwrap().ends(&session))
    );
    assert!(
        receive(&request(Some("_other")))
            .into_iter()
            .all(|order| !order.unwrap().ends(&session))
    );
    let bob = TestIdp::okta().logout_request(SLO, &Person::named("bob"), None, NOW);
    assert!(
        receive(&bob)
            .into_iter()
            .all(|order| !order.unwrap().ends(&session))
    );
}

#[test]
fn a_user_of_another_identity_provider_is_another_user() {
    let session = session(&signing_sp());
    let mut json = serde_json::to_value(&session).unwrap();
    json["issuer"] = "urn:other".into();
    let other: SessionIdentity = serde_json::from_value(json).unwrap();
    assert_ne!(other.key(), session.key());
    assert!(
        receive(&request(None))
            .into_iter()
            .all(|order| !order.unwrap().ends(&other))
    );
}

#[test]
fn what_is_wrong_has_its_code_by_both_bindings() {
    let name_id =
        |root: &mut saml_testkit::Element| root.first_mut("saml2:NameID").unwrap().set_text("");
    let table: [(LogoutBuilder, Code); 12] = [
        (request(None).unsigned(), Code::Unsigned),
        (
            request(None).edit(|root| root.set_attribute("Destination", "https://other.test/")),
            Code::DestinationMismatch,
        ),
        (
            request(None).edit(|root| {
                root.remove_attribute("Destination");
            }),
            Code::DestinationMissing,
        ),
        (
            request(None).edit(|root| root.set_attribute("NotOnOrAfter", "2026-01-31T11:57:00Z")),
            Code::LogoutExpired,
        ),
        (
            request(None).edit(|root| root.set_attribute("IssueInstant", "2026-01-31T12:03:01Z")),
            Code::IssuedInFuture,
        ),
        (
            request(None).edit(|root| root.set_attribute("IssueInstant", "2026-01-31T10:00:00Z")),
            Code::IssuedTooLongAgo,
        ),
        (
            request(None).edit(|root| root.set_attribute("Version", "1.1")),
            Code::VersionUnsupported,
        ),
        (
            request(None).edit(|root| {
                root.first_mut("saml2:Issuer")
                    .unwrap()
                    .set_text("urn:other")
            }),
            Code::IssuerMismatch,
        ),
        (
            request(None).edit(|root| drop(root.take("saml2:Issuer"))),
            Code::IssuerMissing,
        ),
        (
            request(None).edit(|root| drop(root.take("saml2:NameID"))),
            Code::NameIdMissing,
        ),
        (request(None).edit(name_id), Code::NameIdMissing),
        (
            TestIdp::okta().logout_response(SLO, "_1", NOW),
            Code::RootUnexpected,
        ),
    ];
    for (message, code) in table {
        for outcome in receive(&message) {
            assert_eq!(codes(outcome).first(), Some(&code), "{}", message.xml());
        }
    }
    for outcome in receive(&request(None).key(TestKey::Intruder)) {
        let code = outcome.unwrap_err().code();
        assert!(
            matches!(code, Code::SignatureKeyUnknown | Code::SignatureInvalid),
            "{code}"
        );
    }
}

#[cfg(feature = "encrypted-assertions")]
#[test]
fn an_encrypted_name_is_opened_after_the_signature() {
    use saml_testkit::Encryption;
    let session = session(&signing_sp());
    let sealed = || request(None).encrypt_name_id(Encryption::default());
    assert!(!sealed().xml().contains("<saml2:NameID"));
    let idp = idp_with(LogoutService::post(IDP_SLO));
    let opening = ServiceProvider::builder(ENTITY)
        .acs(Acs::new(ACS))
        .logout_url(SLO)
        .crypto(CryptoProvider::rustcrypto());
    let key =
        saml_sp::crypto::PrivateKey::from_pem(TestKey::Sp.private_key_pem().as_bytes()).unwrap();
    let key = CryptoProvider::rustcrypto().decryption_key(&key).unwrap();
    let opening = opening.decryption(key, None).build().unwrap();
    for message in both_ways(&sealed()).map(Result::unwrap) {
        let order = opening.receive_logout(&idp, &message, NOW).unwrap();
        let (replays, _) = stores();
        let order = ready(order.redeem(&replays, NOW)).unwrap();
        assert!(order.ends(&session), "the very session of the plain name");
    }
    // Without a key, and for an intruder, the private key is never touched.
    for outcome in receive(&sealed()) {
        assert_eq!(codes(outcome), [Code::DecryptionKeyMissing]);
    }
    for message in both_ways(&sealed().unsigned()).map(Result::unwrap) {
        assert_eq!(
            codes(opening.receive_logout(&idp, &message, NOW)),
            [Code::Unsigned]
        );
    }
    let base = request(None).edit(|root| {
        if let Some(name) = root.at_mut(&["saml2:NameID"]) {
            *name = saml_testkit::Element::new("saml2:BaseID").attribute("xmlns:saml2", ASSERTION);
        }
    });
    for message in both_ways(&base).map(Result::unwrap) {
        assert_eq!(
            codes(opening.receive_logout(&idp, &message, NOW)),
            [Code::NameIdMissing]
        );
    }
    // Two names are one too many, whichever comes first.
    let twice = request(None).edit(|root| {
        let name = root.first("saml2:NameID").unwrap().clone();
        root.insert_after("saml2:NameID", name);
    });
    for message in both_ways(&twice).map(Result::unwrap) {
        assert_eq!(
            codes(opening.receive_logout(&idp, &message, NOW)),
            [Code::ElementDuplicate]
        );
    }
}

#[test]
fn a_changed_query_is_refused() {
    let url = request(Some("_1")).relay_state("relay").redirect_url();
    let query = url.split_once('?').unwrap().1;
    let (sp, idp) = (signing_sp(), idp_with(LogoutService::post(IDP_SLO)));
    let receive = |query: &str| {
        let message = LogoutMessage::from_query(query, &Limits::default())?;
        sp.receive_logout(&idp, &message, NOW).map(drop)
    };
    assert!(receive(query).is_ok());
    // The order of parameters is the sender's own business, their values are not.
    let mut parts: Vec<_> = query.split('&').collect();
    parts.reverse();
    assert!(receive(&parts.join("&")).is_ok());
    for changed in [
        query.replace("RelayState=relay", "RelayState=other"),
        query.replace("&RelayState=relay", ""),
        query.replace("rsa-sha256", "rsa-sha512"),
        query.replacen("SAMLRequest=", "SAMLRequest=%20", 1),
    ] {
        assert_ne!(changed, query);
        assert!(receive(&changed).is_err(), "{changed}");
    }
    let unsigned = query.split_once("&SigAlg=").unwrap().0;
    assert_eq!(codes(receive(unsigned)), [Code::Unsigned]);
}

#[test]
fn an_order_is_redeemed_once() {
    let (sp, idp) = (signing_sp(), idp_with(LogoutService::post(IDP_SLO)));
    let (replays, _) = stores();
    let [posted, _] = both_ways(&request(None));
    let posted = posted.unwrap();
    let redeem = || {
        ready(
            sp.receive_logout(&idp, &posted, NOW)
                .unwrap()
                .redeem(&replays, NOW),
        )
    };
    assert!(redeem().is_ok());
    assert_eq!(codes(redeem()), [Code::Replayed]);
}

#[test]
fn the_issuer_can_be_peeked_at() {
    for message in both_ways(&request(None)) {
        let message = message.unwrap();
        assert!(message.is_request());
        assert_eq!(
            message.peek_issuer().unwrap().as_deref(),
            Some(TestIdp::okta().issuer())
        );
    }
}

/// The root of a message of ours, its signature verified by our own certificate.
fn verified(delivery: &Delivery, name: &str) -> String {
    let certificate = Certificate::parse(TestKey::Sp.certificate_pem().as_bytes()).unwrap();
    let key: &PinnedKey = certificate.key();
    let (keys, policy) = (Keys::trusted([key]), AlgorithmPolicy::default());
    let (crypto, limits) = (CryptoProvider::rustcrypto(), Limits::default());
    let Delivery::Post(page) = delivery else {
        panic!("not a page")
    };
    let (_, rest) = page.html().split_once("name=\"SAML").unwrap();
    let (_, rest) = rest.split_once("value=\"").unwrap();
    let xml = STANDARD.decode(rest.split_once('"').unwrap().0).unwrap();
    let document = Document::parse_bytes(&xml, &limits, Extras::Refused).unwrap();
    let envelope =
        Envelope::message(&document, Name::new(PROTOCOL, name), Nested::Refused).unwrap();
    let verified = envelope
        .candidate()
        .unwrap()
        .verify(&keys, &policy, &crypto, &limits)
        .unwrap();
    verified.signed_bytes(&crypto).unwrap().as_str().to_owned()
}

#[test]
fn our_request_repeats_the_name_byte_for_byte() {
    let sp = signing_sp();
    let person = Person::named("a<b>&\"c\u{e9}")
        .name_id_format("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent");
    let login = TestIdp::okta().response(&target(), &person, NOW).set(
        &["saml2:Assertion", "saml2:Subject", "saml2:NameID"],
        "NameQualifier",
        "q<",
    );
    let session = log_in(&sp, &login).unwrap().session();
    let idp = idp_with(LogoutService::post(IDP_SLO));
    let started = sp
        .start_logout(&idp, &session, &mut counter(), NOW)
        .unwrap();
    let text = verified(started.delivery(), "LogoutRequest");
    let document = Document::parse(&text, &Limits::default(), Extras::Refused).unwrap();
    let root = document.root();
    assert_eq!(root.attribute("Destination").as_deref(), Some(IDP_SLO));
    assert_eq!(
        root.attribute("ID").as_deref(),
        Some(started.record().id().as_str())
    );
    let name = root.one(Name::new(ASSERTION, "NameID")).unwrap();
    assert_eq!(name.text_only().unwrap(), "a<b>&\"cé");
    assert_eq!(name.attribute("NameQualifier").as_deref(), Some("q<"));
    assert_eq!(
        name.attribute("Format").as_deref(),
        session.name_id().format()
    );
    let index = root.one(Name::new(PROTOCOL, "SessionIndex")).unwrap();
    assert_eq!(
        Some(index.text_only().unwrap().as_ref()),
        session.session_index()
    );
    assert_eq!(
        root.one(Name::new(ASSERTION, "Issuer"))
            .unwrap()
            .text_only()
            .unwrap(),
        ENTITY
    );
}

#[test]
fn a_logout_of_ours_goes_round() {
    let sp = signing_sp();
    for service in [
        LogoutService::post(IDP_SLO),
        LogoutService::redirect(IDP_SLO),
    ] {
        let idp = idp_with(service);
        let started = sp
            .start_logout(&idp, &session(&sp), &mut counter(), NOW)
            .unwrap();
        let record: saml_sp::logout::LogoutRecord =
            serde_json::from_str(&serde_json::to_string(started.record()).unwrap()).unwrap();
        let answer = TestIdp::okta().logout_response(SLO, record.id().as_str(), NOW);
        for message in both_ways(&answer) {
            let message = message.unwrap();
            assert_eq!(
                sp.finish_logout(&idp, &message, &record, NOW).unwrap(),
                LogoutEnd::Complete
            );
            let late = sp.finish_logout(&idp, &message, &record, NOW + Duration::minutes(8));
            assert_eq!(codes(late), [Code::RequestExpired]);
        }
        let finish = |answer: &LogoutBuilder| {
            let [posted, _] = both_ways(answer);
            sp.finish_logout(&idp, &posted.unwrap(), &record, NOW)
        };
        let other = TestIdp::okta().logout_response(SLO, "_other", NOW);
        assert_eq!(codes(finish(&other)), [Code::InResponseToMismatch]);
        assert_eq!(codes(finish(&answer.clone().unsigned())), [Code::Unsigned]);
        let with_status = |top: &'static str, sub: Option<&'static str>| {
            answer.clone().edit(move |root| {
                let code = root
                    .at_mut(&["saml2p:Status", "saml2p:StatusCode"])
                    .unwrap();
                code.set_attribute(
                    "Value",
                    &format!("urn:oasis:names:tc:SAML:2.0:status:{top}"),
                );
                if let Some(sub) = sub {
                    let value = format!("urn:oasis:names:tc:SAML:2.0:status:{sub}");
                    let sub =
                        saml_testkit::Element::new("saml2p:StatusCode").attribute("Value", &value);
                    code.children_mut().push(saml_testkit::Node::Element(sub));
                }
            })
        };
        let partial = with_status("Responder", Some("PartialLogout"));
        assert_eq!(finish(&partial).unwrap(), LogoutEnd::Partial);
        let failed = with_status("Responder", Some("AuthnFailed"));
        assert_eq!(codes(finish(&failed)), [Code::LogoutIncomplete]);
    }
}

#[test]
fn we_always_answer_and_to_the_right_place() {
    let sp = signing_sp();
    let order = receive(&request(None).relay_state("theirs"))
        .remove(0)
        .unwrap();
    for (result, part) in [
        (LogoutResult::Done, "status:Success"),
        (LogoutResult::Partial, "status:PartialLogout"),
        (LogoutResult::Failed, "status:Responder"),
    ] {
        let idp = idp_with(LogoutService::post(IDP_SLO).answers_at(IDP_DONE));
        let answer = sp
            .answer_logout(&idp, &order, result, &mut counter(), NOW)
            .unwrap();
        let text = verified(&answer, "LogoutResponse");
        assert!(text.contains(part) && text.contains(IDP_DONE), "{text}");
        assert!(
            text.contains(&format!("InResponseTo=\"{}\"", request(None).id())),
            "{text}"
        );
        let Delivery::Post(page) = answer else {
            panic!()
        };
        assert!(page.html().contains("name=\"RelayState\" value=\"theirs\""));
        // In the hidden frame of the identity provider, and in nobody else's.
        let policy = page.content_security_policy();
        let (_, ancestors) = policy.split_once("frame-ancestors ").unwrap();
        let origin = IDP_SLO.split('/').take(3).collect::<Vec<_>>().join("/");
        assert!(ancestors.split(' ').any(|one| one == origin), "{policy}");
        assert!(!ancestors.contains("'none'"), "{policy}");
    }
    let idp = idp_with(LogoutService::redirect(IDP_SLO));
    let answer = sp
        .answer_logout(&idp, &order, LogoutResult::Done, &mut counter(), NOW)
        .unwrap();
    let Delivery::Redirect(url) = answer else {
        panic!()
    };
    assert!(
        url.starts_with(&format!("{IDP_SLO}?SAMLResponse=")) && url.contains("&Signature="),
        "{url}"
    );
}

#[test]
fn logout_needs_a_key_and_a_service() {
    let (unsigned, signing) = (sp(), signing_sp());
    let session = session(&unsigned);
    let start = |sp: &ServiceProvider, idp: &Idp| {
        sp.start_logout(idp, &session, &mut counter(), NOW)
            .unwrap_err()
            .code()
    };
    assert_eq!(
        start(&unsigned, &idp_with(LogoutService::post(IDP_SLO))),
        Code::SigningFailed
    );
    assert_eq!(start(&signing, &idp()), Code::ConfigInvalid);
    let mut json = serde_json::to_value(&session).unwrap();
    json["issuer"] = "urn:other".into();
    let other: SessionIdentity = serde_json::from_value(json).unwrap();
    let idp = idp_with(LogoutService::post(IDP_SLO));
    let error = signing
        .start_logout(&idp, &other, &mut counter(), NOW)
        .unwrap_err();
    assert_eq!(error.code(), Code::ConfigInvalid);
}
