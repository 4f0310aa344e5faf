//! xmlsec1 and this crate agree, both ways: it verifies what the test provider signs, and what
//! it signs from a template is accepted here.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use saml_sp::store::memory::{MemoryReplayStore, MemoryRequestStore};
use saml_sp::{Acs, AcsForm, Code, CryptoProvider, Expected, Idp, Rejection, ServiceProvider};
use saml_testkit::{Person, ResponseBuilder, Signing, SpTarget, TestIdp, TestKey};
use time::OffsetDateTime;
use time::macros::datetime;

const NOW: OffsetDateTime = datetime!(2026-01-31 12:00 UTC);
const ACS: &str = "https://sp.test/acs?org_id=1";
const ENTITY: &str = "https://sp.test/entity";
const OF_RESPONSE: &str = "/*[local-name()='Response']/*[local-name()='Signature']";
const OF_ASSERTION: &str =
    "/*[local-name()='Response']/*[local-name()='Assertion']/*[local-name()='Signature']";

fn installed() -> bool {
    let found = Command::new("xmlsec1")
        .arg("--version")
        .output()
        .is_ok_and(|o| o.status.success());
    let required = std::env::var_os("CI_REQUIRE_COUNTERPARTS").is_some_and(|value| value == "1");
    assert!(found || !required, "xmlsec1 is required and not installed");
    if !found {
        println!("skipped: xmlsec1 is not installed");
    }
    found
}

/// A file that goes away with the value.
struct Scratch(PathBuf);

impl Scratch {
    fn new(content: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "interop-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&path, content).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

fn xmlsec(action: &str, key: &[&str], pem: &str, node: &str, xml: &str) -> Option<String> {
    let (pem, xml) = (Scratch::new(pem), Scratch::new(xml));
    let output = Command::new("xmlsec1")
        .arg(action)
        .args([
            "--id-attr:ID",
            "urn:oasis:names:tc:SAML:2.0:protocol:Response",
        ])
        .args([
            "--id-attr:ID",
            "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
        ])
        .args(["--node-xpath", node])
        .args(key)
        .arg(&pem.0)
        .arg(&xml.0)
        .output()
        .unwrap();
    output
        .status
        .success()
        .then(|| String::from_utf8(output.stdout).unwrap())
}

fn verifies(xml: &str, certificate: &str, node: &str) -> bool {
    let rsa = ["--enabled-key-data", "rsa", "--pubkey-cert-pem"];
    xmlsec("--verify", &rsa, certificate, node, xml).is_some()
}

/// Puts a template behind the issuer of the Response or of the Assertion and lets xmlsec1 fill it.
fn signed_by_xmlsec(xml: &str, node: &str, key: TestKey) -> String {
    let (from, nth) = if node == OF_RESPONSE {
        ("<saml2p:Response ", 0)
    } else {
        ("<saml2:Assertion ", 1)
    };
    let id = xml
        .split(from)
        .nth(1)
        .unwrap()
        .split(" ID=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let issuers: Vec<_> = xml.match_indices("</saml2:Issuer>").collect();
    let at = issuers[nth].0 + issuers[nth].1.len();
    let template = format!("{}{}{}", &xml[..at], template(id), &xml[at..]);
    let pem = key.private_key_pem();
    xmlsec("--sign", &["--privkey-pem"], pem, node, &template).expect("xmlsec1 fills the template")
}

fn template(id: &str) -> String {
    format!(
        r##"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
<ds:Reference URI="#{id}"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"><ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="xs"/></ds:Transform></ds:Transforms>
<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference></ds:SignedInfo>
<ds:SignatureValue/></ds:Signature>"##
    )
}

fn builder() -> ResponseBuilder {
    let person = Person::new("alice@corp.test", "Alice <&>\"'", "Archer\u{a0}\u{1f511}").groups(3);
    TestIdp::okta().response(&SpTarget::new(ACS, ENTITY), &person, NOW)
}

async fn login(xml: &str) -> Result<(String, String), Rejection> {
    let kit = TestIdp::okta();
    let sp = ServiceProvider::builder(ENTITY)
        .acs(Acs::new(ACS))
        .crypto(CryptoProvider::rustcrypto())
        .allow_idp_initiated()
        .build()
        .unwrap();
    let idp = Idp::from_parts(kit.certificate_pem(), kit.sign_in_url(), kit.issuer()).unwrap();
    let form = AcsForm::from_fields(base64(xml), None, sp.limits())?;
    let pending = sp.accept(&form, &idp, Expected::IdpInitiated, NOW)?;
    let stores = (
        MemoryReplayStore::with_capacity(8),
        MemoryRequestStore::with_capacity(8),
    );
    let login = pending.redeem(&stores.0, &stores.1, NOW).await?;
    let first = login.attributes().one("firstName").unwrap().to_owned();
    Ok((login.name_id().value().to_owned(), first))
}

fn base64(xml: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(xml)
}

fn alice() -> (String, String) {
    ("alice@corp.test".to_owned(), "Alice <&>\"'".to_owned())
}

#[tokio::test]
async fn what_the_test_provider_signs_both_verify() {
    if !installed() {
        return;
    }
    let pem = TestIdp::okta().certificate_pem();
    for (signing, response, assertion) in [
        (Signing::Both, true, true),
        (Signing::Response, true, false),
        (Signing::Assertion, false, true),
    ] {
        let xml = builder().sign(signing).xml();
        assert_eq!(verifies(&xml, pem, OF_RESPONSE), response, "{signing:?}");
        assert_eq!(verifies(&xml, pem, OF_ASSERTION), assertion, "{signing:?}");
        assert_eq!(login(&xml).await.unwrap(), alice(), "{signing:?}");
    }
}

#[tokio::test]
async fn what_xmlsec_signs_is_accepted() {
    if !installed() {
        return;
    }
    let plain = builder().sign(Signing::None).xml();
    let response = signed_by_xmlsec(&plain, OF_RESPONSE, TestKey::Idp);
    let assertion = signed_by_xmlsec(&plain, OF_ASSERTION, TestKey::Idp);
    let both = signed_by_xmlsec(&assertion, OF_RESPONSE, TestKey::Idp);
    for xml in [&response, &assertion, &both] {
        assert_eq!(login(xml).await.unwrap(), alice());
    }
    assert_eq!(login(&plain).await.unwrap_err().code(), Code::Unsigned);
}

#[tokio::test]
async fn what_xmlsec_signs_with_another_key_is_refused() {
    if !installed() {
        return;
    }
    let plain = builder().sign(Signing::None).xml();
    for node in [OF_RESPONSE, OF_ASSERTION] {
        let xml = signed_by_xmlsec(&plain, node, TestKey::Intruder);
        assert!(verifies(&xml, TestKey::Intruder.certificate_pem(), node));
        let good = signed_by_xmlsec(&plain, node, TestKey::Idp);
        assert_eq!(login(&good).await.unwrap(), alice());
        let code = login(&xml).await.unwrap_err().code();
        assert!(
            matches!(code, Code::SignatureInvalid | Code::SignatureKeyUnknown),
            "{code:?}"
        );
    }
}
