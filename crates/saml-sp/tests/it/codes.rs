//! Every code can be reached through the public API: by a row of `data/refusals.csv`, or by one of
//! the fixtures below.

use saml_sp::cert::Certificate;
use saml_sp::error::UsageError;
use saml_sp::idp::{KeyState, LogoutService};
use saml_sp::logout::LogoutMessage;
use saml_sp::metadata::{IdpMetadata, Source};
use saml_sp::policy::Skew;
use saml_sp::record::RecordParts;
use saml_sp::store::memory::MemoryReplayStore;
use saml_sp::tenants::{Clues, Tenants};
use saml_sp::{
    Acs, AcsForm, Code, CryptoProvider, Expected, ForceAuthn, Idp, Limits, Rejection, RequestStore,
    ServiceProvider, StartOptions,
};
use saml_testkit::defect::ErrorStatus;
use saml_testkit::{MetadataBuilder, ResponseBuilder, SpTarget, TestIdp, TestKey};
use time::Duration;

use crate::bench::*;

fn refused<T>(result: Result<T, Rejection>) -> Code {
    match result {
        Ok(_) => panic!("this should be refused"),
        Err(rejection) => rejection.code(),
    }
}

fn unusable<T>(result: Result<T, UsageError>) -> Code {
    match result {
        Ok(_) => panic!("this should be unusable"),
        Err(error) => error.code(),
    }
}

fn posted(body: &[u8]) -> Code {
    refused(AcsForm::from_urlencoded(body, &Limits::default()))
}

fn limited(limits: Limits) -> Code {
    let sp = ServiceProvider::builder(ENTITY)
        .acs(Acs::new(ACS))
        .limits(limits);
    let sp = sp.crypto(CryptoProvider::rustcrypto()).build().unwrap();
    refused(log_in(&sp, &good()))
}

fn answered(response: &ResponseBuilder) -> Code {
    refused(log_in(&sp(), response))
}

fn remembered(change: impl Fn(&mut RecordParts)) -> Code {
    let mut parts = parts();
    change(&mut parts);
    refused(sp().accept(
        &form(&good()),
        &idp(),
        Expected::Request(&parts.into()),
        NOW,
    ))
}

fn by(idp: &Idp) -> Code {
    refused(sp().accept(&form(&good()), idp, Expected::Request(&record()), NOW))
}

fn redeemed(stored: bool, places: usize, times: usize) -> Code {
    let (sp, idp, record) = (sp(), idp(), record());
    let (replays, mut last) = (MemoryReplayStore::with_capacity(places), None);
    for _ in 0..times {
        let (_, requests) = stores();
        if stored {
            ready(requests.put(&record)).unwrap();
        }
        let pending = sp
            .accept(&form(&good()), &idp, Expected::Request(&record), NOW)
            .unwrap();
        last = Some(ready(pending.redeem(&replays, &requests, NOW)));
    }
    refused(last.unwrap())
}

fn described(builder: &MetadataBuilder, id: Option<&str>) -> Code {
    refused(IdpMetadata::read(
        builder.xml().as_bytes(),
        id,
        &Limits::default(),
        NOW,
    ))
}

fn certified(pasted: &[u8]) -> Code {
    unusable(Idp::from_parts(
        pasted,
        TestIdp::okta().sign_in_url(),
        "urn:idp",
    ))
}

fn logged_out(edit: fn(&mut saml_testkit::Element)) -> Code {
    let message = TestIdp::okta()
        .logout_request("https://sp.test/slo", &alice(), None, NOW)
        .edit(edit);
    let message =
        LogoutMessage::from_urlencoded(message.form_body().as_bytes(), &Limits::default());
    let service = LogoutService::post("https://idp.test/slo");
    let idp = Idp::builder(TestIdp::okta().issuer()).certificate(TestIdp::okta().certificate_pem());
    let idp = idp.logout(service).build().unwrap();
    refused(crate::logout::signing_sp().receive_logout(&idp, &message.unwrap(), NOW))
}

fn incomplete_logout() -> Code {
    let (sp, idp) = (
        crate::logout::signing_sp(),
        Idp::builder(TestIdp::okta().issuer()),
    );
    let idp = idp
        .certificate(TestIdp::okta().certificate_pem())
        .logout(LogoutService::post("https://idp.test/slo"))
        .build()
        .unwrap();
    let session = log_in(&sp, &good()).unwrap().session();
    let started = sp
        .start_logout(&idp, &session, &mut counter(), NOW)
        .unwrap();
    let id = started.record().id().as_str();
    let answer = TestIdp::okta()
        .logout_response("https://sp.test/slo", id, NOW)
        .edit(|root| {
            let code = root
                .at_mut(&["saml2p:Status", "saml2p:StatusCode"])
                .unwrap();
            code.set_attribute("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder");
        });
    let answer = LogoutMessage::from_urlencoded(answer.form_body().as_bytes(), &Limits::default());
    refused(sp.finish_logout(&idp, &answer.unwrap(), started.record(), NOW))
}

fn unsolicited(response: &ResponseBuilder, sp: &ServiceProvider) -> Code {
    refused(sp.accept(&form(response), &idp(), Expected::IdpInitiated, NOW))
}

fn welcoming() -> ServiceProvider {
    let builder = ServiceProvider::builder(ENTITY)
        .acs(Acs::new(ACS))
        .allow_idp_initiated();
    builder
        .crypto(CryptoProvider::rustcrypto())
        .build()
        .unwrap()
}

fn clue(address: &str) -> Code {
    let mut tenants = Tenants::default();
    tenants.add("org-1", TestIdp::okta().issuer()).unwrap();
    tenants.add("org-2", "urn:other").unwrap();
    let record = record();
    let clues = Clues {
        address: Some(address),
        request: Some(&record),
        message: None,
    };
    refused(tenants.resolve(&clues))
}

/// A fixture for each code that no row of the table reaches.
fn fixtures() -> Vec<Code> {
    let limits = Limits::default;
    let expired = || TestIdp::okta().metadata().valid_until(NOW);
    let next = Certificate::parse(TestKey::IdpNext.certificate_pem().as_bytes()).unwrap();
    let both = || TestIdp::okta().certificate_pem();
    let retired = Idp::builder(TestIdp::okta().issuer())
        .certificate(TestKey::IdpNext.certificate_pem())
        .certificate_in_state(both(), KeyState::Retired)
        .build()
        .unwrap();
    let twice = |name: &'static str| {
        good().edit_at(
            &["saml2:Assertion", "saml2:Conditions"],
            move |conditions| {
                let new = || saml_testkit::Node::Element(saml_testkit::Element::new(name));
                conditions.children_mut().extend([new(), new()]);
            },
        )
    };
    let mut many = String::new();
    for key in [
        TestKey::Idp,
        TestKey::IdpNext,
        TestKey::Intruder,
        TestKey::Sp,
        TestKey::IdpP256,
        TestKey::IdpP384,
    ] {
        many.push_str(key.certificate_pem());
    }
    let der = Certificate::parse(both().as_bytes())
        .unwrap()
        .der()
        .to_vec();
    let source = Source::signed_by([next.key().clone()], Duration::days(1));
    let endless = TestIdp::okta().metadata().signed_by(TestKey::IdpNext).xml();
    let from_source = IdpMetadata::read_from(
        &source,
        endless.as_bytes(),
        TestIdp::okta().issuer(),
        &CryptoProvider::rustcrypto(),
        &limits(),
        NOW,
    );
    let other = TestIdp::okta().with_issuer("urn:other").metadata().xml();
    let other = IdpMetadata::read(other.as_bytes(), None, &limits(), NOW).unwrap();
    let unsolicited_answer = TestIdp::okta().response(&SpTarget::new(ACS, ENTITY), &alice(), NOW);
    vec![
        posted(b"SAMLResponse=YQ%3D%3D&SAMLResponse=YQ%3D%3D"),
        posted(b"SAMLResponse=%ff"),
        posted(format!("SAMLResponse=YQ%3D%3D&RelayState={}", "r".repeat(3000)).as_bytes()),
        refused(LogoutMessage::from_query("SAMLRequest=YQ%3D%3D", &limits())),
        refused(LogoutMessage::from_query(
            "SAMLRequest=YQ%3D%3D&SAMLEncoding=x",
            &limits(),
        )),
        limited(Limits {
            nodes: 20,
            ..limits()
        }),
        limited(Limits {
            namespaces: 1,
            ..limits()
        }),
        limited(Limits {
            name_bytes: 3,
            ..limits()
        }),
        limited(Limits {
            prefixes: 0,
            ..limits()
        }),
        answered(&good().error(ErrorStatus::NoPassive, "")),
        answered(&good().error(ErrorStatus::AuthnFailed, "")),
        answered(&good().error(ErrorStatus::RequestDenied, "")),
        answered(&good().error(ErrorStatus::NoAuthnContext, "")),
        answered(&good().error(ErrorStatus::InvalidNameIdPolicy, "")),
        answered(&twice("saml2:OneTimeUse")),
        answered(&good().encrypt(saml_testkit::Encryption::default())),
        // A namespace name that is no absolute URI has no canonical form.
        answered(&good().edit_signed(|root| {
            let relative =
                saml_testkit::Element::new("rel:x").attribute("xmlns:rel", "../relative");
            let extensions = saml_testkit::Element::new("saml2p:Extensions").child(relative);
            root.children_mut()
                .insert(2, saml_testkit::Node::Element(extensions));
        })),
        by(&retired),
        unusable(Idp::builder("urn:idp").build()),
        unusable(
            Idp::builder("urn:idp")
                .certificate(TestKey::IdpWeak.certificate_pem())
                .build(),
        ),
        unusable(nine_keys(&many)),
        certified(b"not a certificate"),
        certified(&[der.as_slice(), b"x"].concat()),
        certified(ED25519.as_bytes()),
        refused(
            crate::logout::signing_sp().accept(
                &form(&good().key(TestKey::Sp)),
                &Idp::from_parts(
                    TestKey::Sp.certificate_pem(),
                    "https://idp.test/",
                    TestIdp::okta().issuer(),
                )
                .unwrap(),
                Expected::Request(&record()),
                NOW,
            ),
        ),
        logged_out(|root| drop(root.take("saml2:Issuer"))),
        logged_out(|root| root.set_attribute("NotOnOrAfter", "2026-01-31T11:00:00Z")),
        incomplete_logout(),
        clue("org-9"),
        refused(Tenants::default().resolve(&Clues::default())),
        tenant_conflict(),
        remembered(|parts| {
            parts.asked.force_authn = ForceAuthn::Yes;
            parts.issued_at = NOW + Duration::minutes(10);
        }),
        remembered(|parts| parts.asked.authn_contexts = vec!["urn:x".to_owned()]),
        remembered(|parts| parts.expires_at = NOW),
        remembered(|parts| parts.idp = "urn:other".to_owned()),
        remembered(|parts| parts.acs = "https://sp.test/".to_owned()),
        remembered(|parts| parts.browser = Some("digest".to_owned())),
        unsolicited(&unsolicited_answer, &sp()),
        unsolicited(&good(), &welcoming()),
        refused(sp().accept(
            &form(&unsolicited_answer),
            &idp(),
            Expected::Request(&record()),
            NOW,
        )),
        redeemed(false, 1, 1),
        redeemed(true, 0, 1),
        redeemed(true, 1, 2),
        described(&expired(), None),
        described(&TestIdp::okta().metadata(), Some("urn:other")),
        described(
            &TestIdp::okta()
                .metadata()
                .in_federation(vec![TestIdp::okta().metadata()]),
            Some(TestIdp::okta().issuer()),
        ),
        described(
            &TestIdp::okta()
                .metadata()
                .edit(|root| drop(root.take("md:IDPSSODescriptor"))),
            None,
        ),
        described(&TestIdp::okta().metadata().without_keys(), None),
        described(
            &TestIdp::okta()
                .with_sign_in_url("http://idp.test/")
                .metadata(),
            None,
        ),
        refused(from_source),
        refused(other.apply(&idp())),
        unusable(ServiceProvider::builder("").build()),
        unusable(ServiceProvider::builder(ENTITY).acs(Acs::new("sp")).build()),
        unusable(Skew::new(Duration::hours(1))),
        unusable(sp().start(
            &idp(),
            &StartOptions::default(),
            &mut |_: &mut [u8]| Err(saml_sp::random::RandomError::new("none")),
            NOW,
        )),
        unusable(sp().metadata(saml_sp::metadata::SignMetadata::Yes, None)),
    ]
}

fn nine_keys(many: &str) -> Result<Idp, UsageError> {
    // Six, one and two: nine, which is one too many.
    let policy = saml_sp::AlgorithmPolicy::default().danger_allow_rsa_bits(1024);
    let builder = Idp::builder("urn:idp").policy(policy).certificate(many);
    let builder = builder.certificate(TestKey::IdpWeak.certificate_pem());
    EXTRA
        .iter()
        .fold(builder, |builder, pem| builder.certificate(pem))
        .build()
}

fn tenant_conflict() -> Code {
    let mut tenants = Tenants::default();
    tenants.add("org-1", "urn:idp").unwrap();
    unusable(tenants.add("org-2", "urn:idp"))
}

/// A certificate with a key of a kind that is not supported.
const ED25519: &str = include_str!("../data/certificates/ed25519.pem");
/// Two more certificates, to get beyond the most that are taken.
const EXTRA: [&str; 2] = [
    include_str!("../data/certificates/extra-1.pem"),
    include_str!("../data/certificates/extra-2.pem"),
];

/// Codes that only hosts of single layers can reach, and the tests that do.
const ELSEWHERE: [(Code, &str); 1] = [(
    Code::SignatureRequired,
    "xmlenc::a_signed_response_passed_as_unsigned_never_reaches_the_private_key",
)];

#[test]
fn every_code_has_a_fixture_that_reaches_it() {
    let by_table: Vec<&str> = include_str!("data/refusals.csv")
        .lines()
        .filter_map(|line| line.rsplit(',').next())
        .flat_map(str::split_whitespace)
        .collect();
    let by_fixture = fixtures();
    let unreached: Vec<_> = Code::ALL
        .iter()
        .filter(|code| {
            !by_table.contains(&code.name())
                && !by_fixture.contains(code)
                && !ELSEWHERE.iter().any(|(elsewhere, _)| elsewhere == *code)
        })
        .collect();
    assert!(unreached.is_empty(), "no fixture reaches {unreached:?}");
    for (_, test) in ELSEWHERE {
        let (module, function) = test.split_once("::").unwrap();
        assert!(crate::conformance::exists(module, function), "{test}");
    }
}
