//! The test kit's defects of logout messages and of metadata, each with its code; their twins are
//! accepted.

use saml_sp::logout::LogoutMessage;
use saml_sp::metadata::IdpMetadata;
use saml_sp::{Code, Limits, Rejection};
use saml_testkit::defect::{LogoutDefect, MetadataDefect};
use saml_testkit::{LogoutBuilder, TestIdp};

use crate::bench::*;

fn request() -> LogoutBuilder {
    TestIdp::okta().logout_request("https://sp.test/slo", &alice(), None, NOW)
}

fn receive(request: &LogoutBuilder) -> Result<(), Rejection> {
    let body = request.form_body();
    let message = LogoutMessage::from_urlencoded(body.as_bytes(), &Limits::default())?;
    crate::logout::signing_sp()
        .receive_logout(&idp(), &message, NOW)
        .map(drop)
}

pub(crate) const fn of_logout(defect: LogoutDefect) -> Option<Code> {
    use LogoutDefect as D;
    Some(match defect {
        D::Unsigned => Code::Unsigned,
        D::IntruderKey => Code::SignatureKeyUnknown,
        D::DestinationOther => Code::DestinationMismatch,
        D::DestinationMissing => Code::DestinationMissing,
        D::Expired => Code::LogoutExpired,
        D::VersionOther => Code::VersionUnsupported,
        D::IssuerOther => Code::IssuerMismatch,
        D::IssuerMissing => Code::IssuerMissing,
        D::NameIdMissing | D::NameIdEmpty | D::BaseId => Code::NameIdMissing,
        D::NameIdTwice => Code::ElementDuplicate,
        D::OriginalInExtensions => Code::SignatureMisplaced,
        D::ForgedKeepsSignature => Code::ReferenceTarget,
        _ => return None,
    })
}

#[test]
fn every_defect_of_a_logout_request_has_its_code() {
    assert!(receive(&request()).is_ok());
    for defect in LogoutDefect::ALL {
        let refused = receive(&request().with(*defect));
        assert_eq!(
            refused.err().map(|r| r.code()),
            of_logout(*defect),
            "{defect:?}"
        );
    }
}

pub(crate) const fn of_metadata(defect: MetadataDefect) -> Option<Code> {
    use MetadataDefect as D;
    Some(match defect {
        D::Expired => Code::MetadataExpired,
        D::WithoutKeys | D::EncryptionKeyOnly => Code::MetadataKeyMissing,
        D::UnknownKeyUse => Code::ValueInvalid,
        D::WeakKey => Code::KeyWeak,
        D::WithoutRole | D::OldProtocol => Code::MetadataRoleMissing,
        D::TwoRoles => Code::MetadataEntityDuplicate,
        D::WithoutSignOn | D::ScriptAddress | D::PlainHttp => Code::MetadataEndpoint,
        D::EntityIdMissing => Code::AttributeMissing,
        _ => return None,
    })
}

#[test]
fn every_defect_of_metadata_has_its_code() {
    let read = |xml: &str| {
        let read = IdpMetadata::read(xml.as_bytes(), None, &Limits::default(), NOW);
        read.map_err(|rejection| rejection.code())
            .and_then(|metadata| metadata.to_idp().map_err(|error| error.code()))
    };
    assert!(read(&TestIdp::okta().metadata_xml()).is_ok());
    for defect in MetadataDefect::ALL {
        let xml = TestIdp::okta().metadata().with(*defect).xml();
        assert_eq!(read(&xml).err(), of_metadata(*defect), "{defect:?}");
    }
}
