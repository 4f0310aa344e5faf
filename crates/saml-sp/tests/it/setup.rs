//! What is entered in Okta agrees however it is written, and doubts are raised before the first
//! login.

use saml_sp::idp::{KeyState, LogoutService, SignRequests};
use saml_sp::metadata::SignMetadata;
use saml_sp::request::NameIdPolicy;
use saml_sp::setup::{LintKind, OktaSetup, Value, lint, lint_request};
use saml_sp::{Acs, AlgorithmPolicy, CryptoProvider, Idp, ServiceProvider, StartOptions};
use saml_testkit::{TestIdp, TestKey};
use time::macros::datetime;

use crate::bench::*;

const SHARED: &str = "https://sso.sp.test/saml2";

fn seed_sp() -> ServiceProvider {
    ServiceProvider::builder(ENTITY)
        .acs(
            Acs::new(ACS)
                .accept_destination(SHARED)
                .accept_recipient(SHARED)
                .requestable(SHARED),
        )
        .crypto(CryptoProvider::rustcrypto())
        .signing(crate::logout::credential())
        .logout_url("https://sp.test/slo")
        .build()
        .unwrap()
}

#[test]
fn checklist_api_body_terraform_and_metadata_agree() {
    let sp = seed_sp();
    let setup = OktaSetup::new(&sp, "Reports \"${x}\"");
    let (checklist, body, terraform) =
        (setup.checklist(), setup.apps_api_body(), setup.terraform());
    let sign_on = &body["settings"]["signOn"];
    let find = |key: &str| match key.split_once('.') {
        Some((object, key)) => sign_on[object][key].clone(),
        None => sign_on[key].clone(),
    };
    let mut texts = 0;
    for setting in setup.settings() {
        let label = setting.label();
        match setting.value() {
            Value::Text(text) => {
                texts += 1;
                assert_eq!(find(setting.key()), text.as_str(), "{label}");
                assert!(
                    checklist.contains(&format!("**{label}**: `{text}`")),
                    "{label}"
                );
                assert!(
                    terraform.contains(&format!("= \"{}\"", text.replace("${", "$${"))),
                    "{label} in {terraform}"
                );
            }
            Value::Flag(flag) => {
                assert_eq!(find(setting.key()), *flag, "{label}");
                assert!(checklist.contains(label) && terraform.contains(&format!("= {flag}")));
            }
            Value::Urls(urls) => {
                assert_eq!(find(setting.key())[0]["url"], urls[0].as_str());
                assert!(checklist.contains(&urls[0]) && terraform.contains(&urls[0]));
            }
            Value::Certificate(base64) => {
                assert_eq!(find(setting.key())["x5c"][0], base64.as_str());
                assert!(checklist.contains(base64) && terraform.contains(base64));
            }
            Value::Attributes(_) => {
                for (index, name) in ["email", "firstName", "lastName"].iter().enumerate() {
                    assert_eq!(find(setting.key())[index]["name"], *name);
                    assert!(checklist.contains(&format!("`{name}` = `user.{name}`")));
                    assert!(terraform.contains(&format!("name = \"{name}\"")));
                }
            }
            other => panic!("{other:?} is not compared"),
        }
    }
    assert!(texts >= 8);
    assert_eq!(sign_on["ssoAcsUrl"], ACS);
    assert_eq!(sign_on["recipient"], SHARED);
    assert_eq!(sign_on["destination"], SHARED);
    assert_eq!(sign_on["audience"], ENTITY);
    assert_eq!(sign_on["slo"]["enabled"], true);
    assert_eq!(sign_on["attributeStatements"][0]["values"][0], "user.email");
    assert!(
        terraform.contains("label = \"Reports \\\"$${x}\\\"\""),
        "{terraform}"
    );
    let metadata = sp.metadata(SignMetadata::No, None).unwrap();
    for shared in [
        ACS.replace('&', "&amp;"),
        SHARED.to_owned(),
        ENTITY.to_owned(),
        "https://sp.test/slo".to_owned(),
    ] {
        assert!(metadata.contains(&shared), "{shared} in {metadata}");
    }
    assert!(metadata.contains(sign_on["spCertificate"]["x5c"][0].as_str().unwrap()));
}

#[test]
fn what_okta_is_told_is_what_we_accept() {
    let sp = seed_sp();
    let body = OktaSetup::new(&sp, "app").apps_api_body();
    let field = |key: &str| body["settings"]["signOn"][key].as_str().unwrap().to_owned();
    let target = saml_testkit::SpTarget::new(&field("ssoAcsUrl"), &field("audience"))
        .destination(&field("destination"))
        .recipient(&field("recipient"))
        .in_response_to(REQUEST);
    assert!(log_in(&sp, &TestIdp::okta().response(&target, &alice(), NOW)).is_ok());
}

fn kinds(sp: &ServiceProvider, idp: &Idp, now: time::OffsetDateTime) -> Vec<LintKind> {
    lint(sp, idp, now)
        .iter()
        .map(|doubt| doubt.kind())
        .collect()
}

#[test]
fn a_sound_pair_raises_no_doubt() {
    assert_eq!(kinds(&sp(), &idp(), NOW), []);
}

#[test]
fn every_doubt_is_raised() {
    let test = TestIdp::okta();
    let build = |url: &str| {
        let builder = ServiceProvider::builder(ENTITY).acs(Acs::new(url));
        builder
            .crypto(CryptoProvider::rustcrypto())
            .danger_allow_http()
            .build()
            .unwrap()
    };
    let long = format!("https://sp.test/{}", "a".repeat(1024));
    assert_eq!(
        kinds(&build("https://my_sp.test/acs?org_id=1"), &idp(), NOW),
        [LintKind::AcsHostUnderscore]
    );
    assert_eq!(
        kinds(&build("http://sp.test/acs"), &idp(), NOW),
        [LintKind::AcsPlainHttp]
    );
    assert_eq!(kinds(&build(&long), &idp(), NOW), [LintKind::AcsTooLong]);

    let builder = || {
        Idp::builder(test.issuer())
            .certificate(test.certificate_pem())
            .sign_in_redirect(test.sign_in_url())
    };
    let with = |builder: saml_sp::idp::IdpBuilder| kinds(&sp(), &builder.build().unwrap(), NOW);
    assert_eq!(
        with(builder().sign_requests(SignRequests::Required)),
        [LintKind::SigningKeyMissing]
    );
    assert_eq!(
        with(builder().logout(LogoutService::post("https://idp.test/slo"))),
        [LintKind::LogoutIncomplete]
    );
    assert_eq!(
        with(Idp::builder(test.issuer()).certificate(test.certificate_pem())),
        [LintKind::SignInMissing]
    );
    let policy = AlgorithmPolicy::default()
        .danger_allow_rsa_bits(1024)
        .danger_allow_sha1();
    assert_eq!(
        with(builder().policy(policy)),
        [LintKind::SmallKeysAllowed, LintKind::WeakAlgorithmAllowed]
    );
    let next = Idp::builder(test.issuer())
        .certificate_in_state(test.certificate_pem(), KeyState::Next)
        .sign_in_redirect(test.sign_in_url());
    assert_eq!(with(next), [LintKind::NoActiveKey]);

    let end = idp().keys().next().unwrap().certificate().not_after();
    assert_eq!(
        kinds(&sp(), &idp(), end - time::Duration::days(1)),
        [LintKind::CertificateExpiresSoon]
    );
    assert_eq!(
        kinds(&sp(), &idp(), end + time::Duration::days(1)),
        [LintKind::CertificateExpired]
    );
    assert_eq!(
        kinds(&sp(), &idp(), datetime!(2000-01-01 0:00 UTC)),
        [LintKind::CertificateNotYetValid]
    );

    let own = builder()
        .certificate(TestKey::Sp.certificate_pem())
        .build()
        .unwrap();
    assert!(kinds(&crate::logout::signing_sp(), &own, NOW).contains(&LintKind::KeyReflected));
    let late = kinds(
        &crate::logout::signing_sp(),
        &idp(),
        datetime!(2500-01-01 0:00 UTC),
    );
    assert!(late.contains(&LintKind::OwnCertificateExpires));
}

/// What Okta refuses where it verifies requests, and what it takes.
#[test]
fn a_request_that_okta_would_refuse_is_doubted() {
    let kinds = |sp: &ServiceProvider, idp: &Idp, options: &StartOptions| {
        let doubts = lint_request(sp, idp, options);
        doubts.iter().map(|doubt| doubt.kind()).collect::<Vec<_>>()
    };
    let wanting = |issuer: &str, sign| {
        let builder = Idp::builder(issuer).certificate(TestIdp::okta().certificate_pem());
        builder.sign_requests(sign).build().unwrap()
    };
    let okta = wanting(TestIdp::okta().issuer(), SignRequests::Required);
    let format = StartOptions::default().name_id_policy(NameIdPolicy::Format("urn:f".to_owned()));
    assert_eq!(kinds(&seed_sp(), &okta, &format), []);
    let any = StartOptions::default().name_id_policy(NameIdPolicy::AnyFormat);
    for options in [StartOptions::default(), any] {
        assert_eq!(
            kinds(&seed_sp(), &okta, &options),
            [LintKind::NameIdFormatNotNamed]
        );
    }
    let indexed = seed_sp()
        .for_acs(Acs::new(ACS).requestable_by_index(1))
        .unwrap();
    assert_eq!(kinds(&indexed, &okta, &format), [LintKind::AcsNotNamed]);
    // Elsewhere, and where requests need not be signed, both are fine.
    let other = wanting("urn:idp", SignRequests::Required);
    let optional = wanting(TestIdp::okta().issuer(), SignRequests::Optional);
    for idp in [other, optional] {
        assert_eq!(kinds(&indexed, &idp, &StartOptions::default()), []);
    }
}
