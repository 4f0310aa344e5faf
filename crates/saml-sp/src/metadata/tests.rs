//! Reading metadata.

use saml_testkit::TestIdp;
use time::OffsetDateTime;
use time::macros::datetime;

use super::*;
use crate::{Code, Limits};

const NOW: OffsetDateTime = datetime!(2026-01-31 12:00 UTC);

fn read(xml: &str, id: Option<&str>) -> Result<IdpMetadata, Code> {
    IdpMetadata::read(xml.as_bytes(), id, &Limits::default(), NOW).map_err(|r| r.code())
}

#[test]
fn okta_metadata_is_read() {
    let test = TestIdp::okta();
    let metadata = read(&test.metadata_xml(), Some(test.issuer())).unwrap();
    assert_eq!(metadata.entity_id(), test.issuer());
    let idp = metadata.to_idp().unwrap();
    assert_eq!(idp.sign_in_redirect(), Some(test.sign_in_url()));
    assert_eq!(idp.keys().count(), 1);
}

#[test]
fn the_wanted_entity_must_be_there_once() {
    let test = TestIdp::okta();
    let one = test.metadata_xml();
    let at = one.find("<md:EntityDescriptor").unwrap();
    let body = one.get(at..).unwrap();
    let open =
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\"><!-- a -->";
    let two = format!("{open}{body}{body}</md:EntitiesDescriptor>");
    let nested = format!("{open}{open}{body}</md:EntitiesDescriptor></md:EntitiesDescriptor>");
    assert_eq!(
        read(&one, Some("urn:other")),
        Err(Code::MetadataEntityMissing)
    );
    assert_eq!(
        read(&two, Some(test.issuer())),
        Err(Code::MetadataEntityDuplicate)
    );
    assert_eq!(read(&two, None), Err(Code::MetadataEntityDuplicate));
    assert!(read(&nested, Some(test.issuer())).is_ok());
    assert!(read(&nested, None).is_ok());
}

#[test]
fn defects_have_their_codes() {
    let test = TestIdp::okta();
    let good = test.metadata_xml();
    let entity = "<md:EntityDescriptor ";
    let table = [
        (
            good.replace(
                entity,
                "<md:EntityDescriptor validUntil=\"2026-01-31T12:00:00Z\" ",
            ),
            Code::MetadataExpired,
        ),
        (
            good.replace("use=\"signing\"", "use=\"encryption\""),
            Code::MetadataKeyMissing,
        ),
        (
            good.replace("use=\"signing\"", "use=\"both\""),
            Code::ValueInvalid,
        ),
        (
            good.replace("IDPSSODescriptor", "SPSSODescriptor"),
            Code::MetadataRoleMissing,
        ),
        (
            good.replace("SingleSignOnService", "SingleSignOffService"),
            Code::MetadataEndpoint,
        ),
        (
            good.replace("Location=\"https:", "Location=\"javascript:"),
            Code::MetadataEndpoint,
        ),
        (
            good.replace("EntityDescriptor", "EntityDescription"),
            Code::RootUnexpected,
        ),
        ("<!DOCTYPE x>".to_owned() + &good, Code::XmlDoctype),
    ];
    for (xml, code) in table {
        assert_ne!(xml, good, "{code}");
        assert_eq!(read(&xml, None), Err(code));
    }
    let later = good.replace(
        entity,
        "<md:EntityDescriptor validUntil=\"2026-01-31T12:00:00.001Z\" ",
    );
    assert!(read(&later, None).is_ok());
}

#[test]
fn white_space_around_addresses_means_nothing() {
    let test = TestIdp::okta();
    let good = test.metadata_xml();
    let spaced = good
        .replace("Location=\"", "Location=\" ")
        .replace(test.sign_in_url(), &format!("{}\n ", test.sign_in_url()))
        .replace(test.issuer(), &format!(" {}&#10;", test.issuer()));
    assert_eq!(
        read(&spaced, Some(test.issuer())).map(|m| m.to_idp()),
        read(&good, None).map(|m| m.to_idp())
    );
    let inside = good.replace(test.sign_in_url(), "https://idp.test/a b");
    assert_eq!(read(&inside, None), Err(Code::MetadataEndpoint));
}

#[test]
fn another_entity_s_mistake_spoils_nothing() {
    let test = TestIdp::okta();
    let good = test.metadata_xml();
    let at = good.find("<md:EntityDescriptor").unwrap();
    let body = good.get(at..).unwrap();
    let xmlns = "xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\"";
    let with = |until: &str, group: &str| {
        let other = format!("<md:EntityDescriptor entityID=\"urn:other\" validUntil=\"{until}\"/>");
        format!("<md:EntitiesDescriptor {xmlns}{group}>{other}{body}</md:EntitiesDescriptor>")
    };
    for until in ["2026-02-31T00:00:00Z", "tomorrow", "2020-01-01T00:00:00Z"] {
        assert!(
            read(&with(until, ""), Some(test.issuer())).is_ok(),
            "{until}"
        );
    }
    let whole = with("2030-01-01T00:00:00Z", " validUntil=\"tomorrow\"");
    assert_eq!(read(&whole, Some(test.issuer())), Err(Code::TimeInvalid));
}
