//! Signing a message of our own: enveloped, RSA-SHA256 or better, exclusive canonical form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::c14n::{self, Form};
use crate::cert::Certificate;
use crate::crypto::{CryptoProvider, SigningKey};
use crate::error::{Code, Finding};
use crate::policy::Limits;
use crate::xml::{Document, Extras, Writer};

use super::{DS, ENVELOPED, ids};

/// What signs: a key, and the certificate to name in `KeyInfo`, if any.
#[derive(Clone, Copy)]
pub struct Signer<'s> {
    /// The key. Its algorithm also chooses the digest.
    pub key: &'s dyn SigningKey,
    /// The certificate that the receiver may have several of.
    pub certificate: Option<&'s Certificate>,
}

impl std::fmt::Debug for Signer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer")
            .field("algorithm", &self.key.algorithm())
            .finish_non_exhaustive()
    }
}

/// Signs the root of a message and puts the signature at byte `at`, which for SAML is directly
/// after the Issuer. The root must have an `ID`.
///
/// # Errors
/// `CanonicalFormInvalid` when `xml` is not a document or `at` is not a place in it, `IdInvalid`
/// without an ID, `AlgorithmUnknown` when the backend lacks the digest, `SignatureInvalid` when
/// the key fails.
///
/// ```
/// use saml_sp::CryptoProvider;
/// use saml_sp::crypto::{PrivateKey, SignatureAlgorithm};
/// use saml_sp::dsig::{Signer, sign};
///
/// # fn f(pem: &[u8]) -> Result<String, Box<dyn std::error::Error>> {
/// let crypto = CryptoProvider::rustcrypto();
/// let key = crypto.signing_key(&PrivateKey::from_pem(pem)?, SignatureAlgorithm::RsaSha256)?;
/// let xml = r#"<m ID="_1"><i></i><x></x></m>"#;
/// let at = xml.find("<x>").ok_or("no x")?;
/// let signed = sign(xml, at, Signer { key: &*key, certificate: None }, &crypto);
/// # signed.map_err(|f| f.code().name().into())
/// # }
/// ```
pub fn sign(
    xml: &str,
    at: usize,
    signer: Signer<'_>,
    crypto: &CryptoProvider,
) -> Result<String, Finding> {
    let unreadable = |reason: String| Finding::new(Code::CanonicalFormInvalid).seen(reason);
    let limits = Limits {
        xml_bytes: xml.len(),
        ..Limits::default()
    };
    let document = Document::parse(xml, &limits, Extras::Refused)
        .map_err(|error| unreadable(error.to_string()))?;
    let (before, after) = xml
        .split_at_checked(at)
        .ok_or_else(|| unreadable("no place for a signature".to_owned()))?;
    let id = ids::of(document.root())?;
    let algorithm = signer.key.algorithm();
    let mut hasher = crypto
        .hasher(algorithm.digest())
        .ok_or_else(|| Finding::new(Code::AlgorithmUnknown).seen(algorithm.digest().uri()))?;
    c14n::feed(document.root(), &Form::exclusive(), None, &mut |octets| {
        hasher.update(octets)
    })?;
    let info = signed_info(&id, signer.key, hasher.finish().as_bytes());
    let value = signer
        .key
        .sign(info.as_bytes())
        .map_err(|_| Finding::new(Code::SignatureInvalid))?;
    let signature = signature(&info, &value, signer.certificate);
    Ok([before, &signature, after].concat())
}

/// A `SignedInfo` that is its own canonical form.
fn signed_info(id: &str, key: &dyn SigningKey, digest: &[u8]) -> String {
    let exclusive = Form::exclusive();
    let mut writer = Writer::new();
    writer
        .open("ds:SignedInfo", &[("xmlns:ds", DS)])
        .leaf(
            "ds:CanonicalizationMethod",
            &[("Algorithm", exclusive.uri())],
            "",
        )
        .leaf(
            "ds:SignatureMethod",
            &[("Algorithm", key.algorithm().uri())],
            "",
        )
        .open("ds:Reference", &[("URI", &format!("#{id}"))])
        .open("ds:Transforms", &[])
        .leaf("ds:Transform", &[("Algorithm", ENVELOPED)], "")
        .leaf("ds:Transform", &[("Algorithm", exclusive.uri())], "")
        .close()
        .leaf(
            "ds:DigestMethod",
            &[("Algorithm", key.algorithm().digest().uri())],
            "",
        )
        .leaf("ds:DigestValue", &[], &STANDARD.encode(digest));
    // Nothing but constants, an ID and base64 was written.
    writer.finish().unwrap_or_default()
}

fn signature(info: &str, value: &[u8], certificate: Option<&Certificate>) -> String {
    // Inside `ds:Signature` the declaration on `SignedInfo` would be repeated; canonical form
    // keeps it on the element that is the apex, so the octets signed stay the same.
    let info = info.replacen(&format!(" xmlns:ds=\"{DS}\""), "", 1);
    let mut writer = Writer::new();
    writer
        .open("ds:Signature", &[("xmlns:ds", DS)])
        .raw(&info)
        .leaf("ds:SignatureValue", &[], &STANDARD.encode(value));
    if let Some(certificate) = certificate {
        writer
            .open("ds:KeyInfo", &[])
            .open("ds:X509Data", &[])
            .leaf(
                "ds:X509Certificate",
                &[],
                &STANDARD.encode(certificate.der()),
            );
    }
    writer.finish().unwrap_or_default()
}
