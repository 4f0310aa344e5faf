//! What a host may demand beyond the defaults, or leave away: which parts are signed, whether the
//! user is named.

use saml_sp::idp::RequireSigned;
use saml_sp::login::Login;
use saml_sp::policy::Skew;
use saml_sp::{Code, Expected, Idp, NameId, Rejection, RequestStore as _};
use saml_testkit::{Element, Node, ResponseBuilder, Signing, TestIdp};
use time::Duration;

use crate::bench::*;

fn demanding(required: RequireSigned) -> Idp {
    let okta = TestIdp::okta();
    Idp::builder(okta.issuer())
        .certificate(okta.certificate_pem())
        .require_signed(required)
        .build()
        .unwrap()
}

fn outcome(required: RequireSigned, response: &ResponseBuilder) -> Vec<Code> {
    match log_in_at(&sp(), &demanding(required), response, &record(), NOW) {
        Ok(_) => Vec::new(),
        Err(rejection) => rejection.findings().map(|finding| finding.code()).collect(),
    }
}

#[test]
fn each_demand_for_signatures_holds() {
    use RequireSigned::{Assertion, Both, Either, Response};
    let missing = [Code::SignatureRequired];
    let table: [(RequireSigned, Signing, &[Code]); 12] = [
        (Either, Signing::Both, &[]),
        (Either, Signing::Response, &[]),
        (Either, Signing::Assertion, &[]),
        (Response, Signing::Both, &[]),
        (Response, Signing::Response, &[]),
        (Response, Signing::Assertion, &missing),
        (Assertion, Signing::Both, &[]),
        (Assertion, Signing::Response, &missing),
        (Assertion, Signing::Assertion, &[]),
        (Both, Signing::Both, &[]),
        (Both, Signing::Response, &missing),
        (Both, Signing::Assertion, &missing),
    ];
    for (required, signing, codes) in table {
        assert_eq!(
            outcome(required, &good().sign(signing)),
            codes,
            "{required:?} {signing:?}"
        );
    }
    for required in [Either, Response, Assertion, Both] {
        assert_eq!(
            outcome(required, &good().sign(Signing::None)),
            [Code::Unsigned]
        );
    }
}

/// With an unsigned Response demanded signed, an encrypted assertion is never opened: there is no
/// key here, and that is not what is told.
#[test]
fn an_unsigned_response_is_refused_before_any_key_is_used() {
    let sealed = good().encrypt(saml_testkit::Encryption::default());
    let unsigned = sealed.clone().sign(Signing::Assertion);
    assert_eq!(
        outcome(RequireSigned::Response, &unsigned),
        [Code::SignatureRequired]
    );
    assert_eq!(
        outcome(RequireSigned::Response, &sealed),
        [Code::DecryptionKeyMissing]
    );
}

fn unnamed(response: &ResponseBuilder) -> Result<Login<Option<NameId>>, Rejection> {
    let (replays, requests) = stores();
    ready(requests.put(&record())).unwrap();
    let (sp, expected) = (sp(), record());
    let pending = sp.accept_unnamed(&form(response), &idp(), Expected::Request(&expected), NOW)?;
    ready(pending.redeem(&replays, &requests, NOW))
}

#[test]
fn a_login_without_a_name_only_where_it_is_asked_for() {
    let nameless = good().without_name_id();
    assert_eq!(codes(log_in(&sp(), &nameless)), [Code::NameIdMissing]);
    let login = unnamed(&nameless).unwrap();
    assert_eq!(login.name_id(), None);
    assert_eq!(login.attributes().one("email").unwrap(), "alice@corp.test");
    assert_eq!(login.session(), None);
    assert!(login.named().is_none());
    // With a name it is the same login.
    let login = unnamed(&good()).unwrap();
    assert_eq!(
        login.session().unwrap(),
        log_in(&sp(), &good()).unwrap().session()
    );
    assert_eq!(login.named().unwrap(), log_in(&sp(), &good()).unwrap());
}

/// To cope without a name is not to take a broken one, nor to drop any other check.
#[test]
fn nothing_else_is_given_up_for_it() {
    let table: [(ResponseBuilder, &[Code]); 5] = [
        (good().name_id(""), &[Code::NameIdMissing]),
        (
            good().edit_at(&["saml2:Assertion"], |assertion| {
                drop(assertion.take("saml2:Subject"))
            }),
            &[Code::ConfirmationMissing],
        ),
        (
            good().edit_at(&["saml2:Assertion", "saml2:Subject"], |subject| {
                subject.take("saml2:NameID");
                subject
                    .children_mut()
                    .insert(0, Node::Element(Element::new("saml2:BaseID")));
            }),
            &[Code::NameIdMissing],
        ),
        (
            good().without_name_id().audience("urn:other"),
            &[Code::AudienceMismatch],
        ),
        (
            good().without_name_id().sign(Signing::None),
            &[Code::Unsigned],
        ),
    ];
    for (response, expected) in table {
        assert_eq!(codes(unnamed(&response)), expected);
    }
}

/// One provider's clock may be given more or less than the others'.
#[test]
fn a_provider_may_have_a_tolerance_of_its_own() {
    let okta = TestIdp::okta();
    let with = |minutes| {
        let skew = Skew::new(Duration::minutes(minutes)).unwrap();
        let builder = Idp::builder(okta.issuer()).certificate(okta.certificate_pem());
        builder.skew(skew).build().unwrap()
    };
    // Issued four minutes ahead of us; three are the default.
    let now = NOW - Duration::minutes(4);
    let at = |idp: &Idp| {
        let (sp, form, record) = (sp(), form(&good()), record());
        sp.accept(&form, idp, Expected::Request(&record), now)
            .map(drop)
    };
    assert!(codes(at(&idp())).contains(&Code::IssuedInFuture));
    assert!(codes(at(&with(3))).contains(&Code::IssuedInFuture));
    assert!(at(&with(5)).is_ok());
    assert!(codes(at(&with(0))).contains(&Code::IssuedInFuture));
}
