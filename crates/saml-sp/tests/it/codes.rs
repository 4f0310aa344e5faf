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

/// The form, the query, the limits, the message.
fn messages() -> Vec<Code> {
    let limits = Limits::default;
    let twice = good().edit_at(&["saml2:Assertion", "saml2:Conditions"], |conditions| {
        let new = || saml_testkit::Node::Element(saml_testkit::Element::new("saml2:OneTimeUse"));
        conditions.children_mut().extend([new(), new()]);
    });
    // A namespace name that is no absolute URI has no canonical form.
    let relative = good().edit_signed(|root| {
        let relative = saml_testkit::Element::new("rel:x").attribute("xmlns:rel", "../relative");
        let extensions = saml_testkit::Element::new("saml2p:Extensions").child(relative);
        root.children_mut()
            .insert(2, saml_testkit::Node::Element(extensions));
    });
    let mut codes = vec![
        posted(b"SAMLResponse=YQ%3D%3D&SAMLResponse=YQ%3D%3D"),
        posted(b"SAMLResponse=%ff"),
        posted(format!("SAMLResponse=YQ%3D%3D&RelayState={}", "r".repeat(3000)).as_bytes()),
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
        answered(&twice),
        answered(&relative),
        answered(&good().encrypt(saml_testkit::Encryption::default())),
    ];
    codes.extend(
        ErrorStatus::ALL
            .iter()
            .map(|status| answered(&good().error(*status, ""))),
    );
    for query in [
        "SAMLRequest=YQ%3D%3D",
        "SAMLRequest=YQ%3D%3D&SAMLEncoding=x",
    ] {
        codes.push(refused(LogoutMessage::from_query(query, &limits())));
    }
    codes
}

/// Keys and certificates.
fn keys() -> Vec<Code> {
    let okta = TestIdp::okta();
    let retired = Idp::builder(okta.issuer())
        .certificate(TestKey::IdpNext.certificate_pem())
        .certificate_in_state(okta.certificate_pem(), KeyState::Retired)
        .build()
        .unwrap();
    let own = Idp::from_parts(
        TestKey::Sp.certificate_pem(),
        okta.sign_in_url(),
        okta.issuer(),
    );
    let by_ourselves = form(&good().key(TestKey::Sp));
    let expected = record();
    let reflected = crate::logout::signing_sp().accept(
        &by_ourselves,
        &own.unwrap(),
        Expected::Request(&expected),
        NOW,
    );
    let der = TestKey::Idp.certificate_der();
    vec![
        by(&retired),
        unusable(Idp::builder("urn:idp").build()),
        unusable(nine_keys()),
        certified(b"not a certificate"),
        certified(&[der.as_slice(), b"x"].concat()),
        certified(ED25519.as_bytes()),
        certified(TestKey::IdpWeak.certificate_pem().as_bytes()),
        refused(reflected),
    ]
}

/// Requests, uses, tenants, logout.
fn states() -> Vec<Code> {
    let unasked = TestIdp::okta().response(&SpTarget::new(ACS, ENTITY), &alice(), NOW);
    let unnamed = sp().accept(&form(&unasked), &idp(), Expected::Request(&record()), NOW);
    vec![
        remembered(|parts| {
            parts.asked.force_authn = ForceAuthn::Yes;
            parts.issued_at = NOW + Duration::minutes(10);
        }),
        remembered(|parts| parts.asked.authn_contexts = vec!["urn:x".to_owned()]),
        remembered(|parts| parts.expires_at = NOW),
        remembered(|parts| parts.idp = "urn:other".to_owned()),
        remembered(|parts| parts.acs = "https://sp.test/".to_owned()),
        remembered(|parts| parts.browser = Some("digest".to_owned())),
        unsolicited(&unasked, &sp()),
        unsolicited(&good(), &welcoming()),
        refused(unnamed),
        redeemed(false, 1, 1),
        redeemed(true, 0, 1),
        redeemed(true, 1, 2),
        logged_out(|root| drop(root.take("saml2:Issuer"))),
        logged_out(|root| root.set_attribute("NotOnOrAfter", "2026-01-31T11:00:00Z")),
        incomplete_logout(),
        clue("org-9"),
        refused(Tenants::default().resolve(&Clues::default())),
        tenant_conflict(),
    ]
}

/// Metadata.
fn metadata() -> Vec<Code> {
    let (okta, limits) = (TestIdp::okta(), Limits::default());
    let good = || okta.metadata();
    let next = Certificate::parse(TestKey::IdpNext.certificate_pem().as_bytes()).unwrap();
    let source = Source::signed_by([next.key().clone()], Duration::days(1));
    let endless = good().signed_by(TestKey::IdpNext).xml();
    let crypto = CryptoProvider::rustcrypto();
    let endless = IdpMetadata::read_from(
        &source,
        endless.as_bytes(),
        okta.issuer(),
        &crypto,
        &limits,
        NOW,
    );
    let other = okta.clone().with_issuer("urn:other").metadata().xml();
    let other = IdpMetadata::read(other.as_bytes(), None, &limits, NOW).unwrap();
    let roleless = good().edit(|root| drop(root.take("md:IDPSSODescriptor")));
    vec![
        described(&good().valid_until(NOW), None),
        described(&good(), Some("urn:other")),
        described(&good().in_federation(vec![good()]), Some(okta.issuer())),
        described(&roleless, None),
        described(&good().without_keys(), None),
        described(
            &okta.clone().with_sign_in_url("http://idp.test/").metadata(),
            None,
        ),
        refused(endless),
        refused(other.apply(&idp())),
    ]
}

/// Settings and calls.
fn settings() -> Vec<Code> {
    let login = log_in(&sp(), &good()).unwrap();
    let missing = login.attributes().one("absent").map_err(Rejection::from);
    let mut broken = |_: &mut [u8]| Err(saml_sp::random::RandomError::new("none"));
    vec![
        refused(missing),
        unusable(ServiceProvider::builder("").build()),
        unusable(ServiceProvider::builder(ENTITY).acs(Acs::new("sp")).build()),
        unusable(Skew::new(Duration::hours(1))),
        unusable(sp().start(&idp(), &StartOptions::default(), &mut broken, NOW)),
        unusable(sp().metadata(saml_sp::metadata::SignMetadata::Yes, None)),
    ]
}

fn nine_keys() -> Result<Idp, UsageError> {
    let six = [
        TestKey::Idp,
        TestKey::IdpNext,
        TestKey::Intruder,
        TestKey::Sp,
        TestKey::IdpP256,
        TestKey::IdpP384,
    ];
    let many: String = six.iter().map(|key| key.certificate_pem()).collect();
    // Six, one and two: nine, which is one too many.
    let policy = saml_sp::AlgorithmPolicy::default().danger_allow_rsa_bits(1024);
    let builder = Idp::builder("urn:idp").policy(policy).certificate(&many);
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
    let by_fixture = [messages(), keys(), states(), metadata(), settings()].concat();
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
