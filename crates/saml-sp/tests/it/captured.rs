//! A response that Okta itself produced in 2016.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_sp::c14n::{Form, Prefixes, octets};
use saml_sp::record::RequestId;
use saml_sp::xml::{Document, Extras, Name};
use saml_sp::{
    Acs, AcsForm, Code, CryptoProvider, Expected, Idp, Limits, Rejection, RequestStore,
    ServiceProvider,
};
use saml_testkit::TestIdp;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use crate::bench::{codes, parts, ready, stores};
use crate::shared::shared;

const NOW: OffsetDateTime = datetime!(2016-07-25 23:21 UTC);
const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const ISSUER: &str = "http://www.okta.com/exk659aytfMeNI49v0h7";
const ACS: &str = "http://localhost:8080/v1/_saml_callback";
const REQUEST: &str = "_15f66d2d-628b-4d9b-a99e-089d8da862e1";
const AUDIENCE: &str = "\"123\"";

/// Everything that can be configured, right unless changed.
pub(crate) struct Setup {
    pub(crate) xml: Vec<u8>,
    certificate: Vec<u8>,
    issuer: &'static str,
    audience: &'static str,
    acs: Acs,
    request: &'static str,
    pub(crate) now: OffsetDateTime,
}

impl Setup {
    /// `None` where the vectors are not installed.
    pub(crate) fn new() -> Option<Self> {
        let xml = shared("vectors/okta/plain-both-signed.xml")?;
        let certificate = shared("vectors/okta/plain-both-signed.idp.pem")?;
        let acs = Acs::new(ACS);
        let (issuer, audience, request, now) = (ISSUER, AUDIENCE, REQUEST, NOW);
        Some(Self {
            xml,
            certificate,
            issuer,
            audience,
            acs,
            request,
            now,
        })
    }

    pub(crate) fn sp(&self) -> ServiceProvider {
        ServiceProvider::builder(self.audience)
            .acs(self.acs.clone())
            .crypto(CryptoProvider::rustcrypto())
            .build()
            .unwrap()
    }

    pub(crate) fn idp(&self) -> Idp {
        Idp::from_parts(&self.certificate, "https://okta.test/sso", self.issuer).unwrap()
    }

    fn accept(&self) -> Result<saml_sp::PendingLogin, Rejection> {
        let (sp, idp) = (self.sp(), self.idp());
        let form = AcsForm::from_fields(STANDARD.encode(&self.xml), None, sp.limits())?;
        sp.accept(&form, &idp, Expected::Request(&self.record()), self.now)
    }

    pub(crate) fn record(&self) -> saml_sp::RequestRecord {
        let mut parts = parts();
        parts.id = RequestId::new(self.request);
        parts.idp = self.issuer.to_owned();
        parts.acs = self.acs.listening().to_owned();
        parts.issued_at = self.now - Duration::minutes(2);
        parts.expires_at = self.now + Duration::minutes(13);
        parts.into()
    }
}

#[test]
fn accepted_at_its_instant() {
    let Some(setup) = Setup::new() else { return };
    let pending = setup.accept().unwrap();
    let (replays, requests) = stores();
    ready(requests.put(&setup.record())).unwrap();
    let login = ready(pending.redeem(&replays, &requests, NOW)).unwrap();
    assert_eq!(login.name_id().value(), "russellhaering");
    assert_eq!(
        login.name_id().format(),
        Some("urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified")
    );
    assert_eq!(
        login.attributes().one("username").unwrap(),
        "russell.haering@scaleft.com"
    );
    assert_eq!(login.session_index(), Some(REQUEST));
    assert_eq!(
        login.authn_instant(),
        datetime!(2016-07-25 23:20:14.859 UTC)
    );
    assert_eq!(login.assertion_id(), "id12433943338016269283631347");
    assert_eq!(login.proof().signatures().count(), 2);
    assert!(login.proof().covers_response());
}

/// One thing that is configured wrongly.
type Change = fn(&mut Setup);

#[test]
fn refused_each_with_its_own_code() {
    let table: [(Change, &[Code]); 9] = [
        (
            |setup| setup.now += Duration::days(1),
            &[
                Code::Expired,
                Code::ConfirmationExpired,
                Code::IssuedTooLongAgo,
                Code::IssuedTooLongAgo,
            ],
        ),
        (
            |setup| setup.now -= Duration::days(1),
            &[
                Code::NotYetValid,
                Code::IssuedInFuture,
                Code::IssuedInFuture,
                Code::AuthnInFuture,
            ],
        ),
        (
            |setup| setup.certificate = TestIdp::okta().certificate_pem().into(),
            &[Code::SignatureKeyUnknown],
        ),
        (|setup| setup.audience = "123", &[Code::AudienceMismatch]),
        (
            |setup| setup.acs = Acs::new("http://localhost:8080/other").accept_destination(ACS),
            &[Code::RecipientMismatch],
        ),
        (
            |setup| setup.acs = Acs::new("http://localhost:8080/other").accept_recipient(ACS),
            &[Code::DestinationMismatch],
        ),
        (
            |setup| setup.request = "_15f66d2d-628b-4d9b-a99e-089d8da862e2",
            &[Code::InResponseToMismatch, Code::InResponseToMismatch],
        ),
        (
            |setup| setup.issuer = "http://www.okta.com/exk659aytfMeNI49v0h8",
            &[Code::IssuerMismatch, Code::IssuerMismatch],
        ),
        (
            |setup| {
                setup.xml = String::from_utf8(setup.xml.clone())
                    .unwrap()
                    .replace("status:Success", "status:Responder")
                    .into()
            },
            &[Code::StatusNotSuccess],
        ),
    ];
    for (change, expected) in table {
        let Some(mut setup) = Setup::new() else {
            return;
        };
        change(&mut setup);
        assert_eq!(codes(setup.accept()), expected);
    }
}

/// What the outer signature's digest covers: the canonical form of the Response without that
/// signature. `None` when the text is no Response any more.
fn covered(xml: &[u8]) -> Option<Vec<u8>> {
    let document = Document::parse_bytes(xml, &Limits::default(), Extras::Refused).ok()?;
    let signature = document.root().one(Name::new(DS, "Signature")).ok()?;
    let limits = Limits::default();
    let form = Form {
        prefixes: Prefixes::parse("xs", &limits).unwrap(),
        ..Form::exclusive()
    };
    octets(document.root(), &form, Some(signature)).ok()
}

/// Every byte from the root's name on lies inside the signed Response. One that is changed makes
/// a refusal, unless the signed form stays the same: a namespace declared again without need, and
/// the hint in the outer `KeyInfo`, which no digest can cover and nobody trusts.
#[test]
fn no_single_byte_can_be_changed() {
    let Some(mut setup) = Setup::new() else {
        return;
    };
    let good = setup.xml.clone();
    let start = good
        .windows(6)
        .position(|window| window == b"saml2p")
        .unwrap();
    let signed = covered(&good).unwrap();
    let mut refused = 0;
    for (at, byte) in good.iter().copied().enumerate().skip(start) {
        setup.xml[at] = if byte == b'x' { b'y' } else { b'x' };
        match setup.accept() {
            Err(_) => refused += 1,
            Ok(_) => assert_eq!(covered(&setup.xml).as_ref(), Some(&signed), "byte {at}"),
        }
        setup.xml[at] = byte;
    }
    assert!(
        refused > good.len() / 2,
        "only {refused} of {} refused",
        good.len()
    );
}
