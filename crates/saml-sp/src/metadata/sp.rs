//! Our own metadata.
//!
//! Written from the configuration alone. What is not configured is not advertised: an identity
//! provider that finds a logout address will use it.

use time::OffsetDateTime;

use crate::acs::{Acs, Requested};
use crate::assertion::write_time;
use crate::cert::Certificate;
use crate::error::UsageError;
use crate::names::{METADATA_NS, POST_BINDING, PROTOCOL_NS, REDIRECT_BINDING, SIGNATURE_NS};
use crate::record::hex;
use crate::request::finish;
use crate::sp::ServiceProvider;
use crate::xml::Writer;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// Whether our metadata carries a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "it does or it does not")]
pub enum SignMetadata {
    /// It does not. The default; https protects it.
    #[default]
    No,
    /// It does; needs a signing key.
    Yes,
}

impl ServiceProvider {
    /// Our metadata: entity id, keys by use, every ACS with an index and one default, single logout
    /// if there is an address and a key for it. Nothing is advertised that is not supported.
    ///
    /// The same configuration gives the same octets, so a cache and a diff work. Serve it as
    /// `application/samlmetadata+xml` at an address that stays; many identity providers take the
    /// address and look again.
    ///
    /// ```
    /// # use saml_sp::{Acs, CryptoProvider, ServiceProvider, metadata::SignMetadata};
    /// # let sp = ServiceProvider::builder("https://sp.example").acs(Acs::new("https://sp.example/acs"))
    /// #     .crypto(CryptoProvider::rustcrypto()).build()?;
    /// let xml = sp.metadata(SignMetadata::No, None)?;
    /// assert!(xml.contains("entityID=\"https://sp.example\"") && xml.contains("https://sp.example/acs"));
    /// assert!(!xml.contains("SingleLogoutService")); // there is no key to sign logout with
    /// # Ok::<(), saml_sp::error::UsageError>(())
    /// ```
    ///
    /// # Errors
    /// [`Code::SigningFailed`](crate::Code::SigningFailed) when it is to be signed and there is no
    /// key; [`Code::ConfigInvalid`](crate::Code::ConfigInvalid) for a value that XML cannot carry.
    pub fn metadata(
        &self,
        sign: SignMetadata,
        valid_until: Option<OffsetDateTime>,
    ) -> Result<String, UsageError> {
        let id = self.metadata_id();
        let end = valid_until.map(write_time);
        let mut attributes = vec![("xmlns:md", METADATA_NS)];
        if sign == SignMetadata::Yes {
            attributes.push(("ID", &id));
        }
        attributes.push(("entityID", &self.entity_id));
        attributes.extend(end.as_deref().map(|end| ("validUntil", end)));
        let mut writer = Writer::new();
        writer.open("md:EntityDescriptor", &attributes);
        self.role(&mut writer);
        let xml = finish(writer)?;
        match sign {
            SignMetadata::No => Ok(xml),
            SignMetadata::Yes => {
                // The signature is the first child (Metadata 2.3.2).
                let at = xml.find('>').map_or(0, |at| at.saturating_add(1));
                self.signer()?.envelop_at(&xml, at, &self.crypto)
            }
        }
    }

    /// The same for the same entity, so that unchanged metadata stays byte for byte the same.
    fn metadata_id(&self) -> String {
        let digest = hex(&Sha256::digest(self.entity_id.as_bytes()));
        format!("_{}", digest.get(..32).unwrap_or(&digest))
    }

    fn role(&self, writer: &mut Writer) {
        let signs = if self.signing.is_some() {
            "true"
        } else {
            "false"
        };
        let attributes = [
            ("AuthnRequestsSigned", signs),
            ("WantAssertionsSigned", "true"),
            ("protocolSupportEnumeration", PROTOCOL_NS),
        ];
        writer.open("md:SPSSODescriptor", &attributes);
        if let Some(signing) = &self.signing {
            key_descriptor(writer, "signing", signing.certificate());
        }
        for certificate in &self.encryption_certificates {
            key_descriptor(writer, "encryption", certificate);
        }
        if let (Some(url), Some(_)) = (self.logout_urls.first(), &self.signing) {
            for binding in [REDIRECT_BINDING, POST_BINDING] {
                let attributes = [("Binding", binding), ("Location", url.as_str())];
                writer.leaf("md:SingleLogoutService", &attributes, "");
            }
        }
        for (index, url, is_default) in self.consumers() {
            let index = index.to_string();
            let mut attributes = vec![
                ("Binding", POST_BINDING),
                ("Location", url),
                ("index", index.as_str()),
            ];
            if is_default {
                attributes.push(("isDefault", "true"));
            }
            writer.leaf("md:AssertionConsumerService", &attributes, "");
        }
        writer.close();
    }

    /// Every URL that an answer may be asked to, with its index; the first is the default.
    fn consumers(&self) -> Vec<(u16, &str, bool)> {
        let mut list: Vec<(u16, &str, bool)> = Vec::new();
        let wanted = |acs: &Acs| match acs.requested() {
            Requested::Index(index) => Some(*index),
            _ => None,
        };
        let taken: Vec<u16> = self.acs().filter_map(wanted).collect();
        let mut free = (0..u16::MAX).filter(|index| !taken.contains(index));
        for acs in self.acs() {
            let urls = std::iter::once(acs.listening()).chain(acs.requested_url());
            for url in urls {
                if list.iter().any(|(_, known, _)| *known == url) {
                    continue;
                }
                let own = wanted(acs).filter(|_| url == acs.listening());
                let Some(index) = own.or_else(|| free.next()) else {
                    return list;
                };
                list.push((index, url, list.is_empty()));
            }
        }
        list
    }
}

fn key_descriptor(writer: &mut Writer, purpose: &str, certificate: &Certificate) {
    writer
        .open("md:KeyDescriptor", &[("use", purpose)])
        .open("ds:KeyInfo", &[("xmlns:ds", SIGNATURE_NS)])
        .open("ds:X509Data", &[])
        .leaf(
            "ds:X509Certificate",
            &[],
            &STANDARD.encode(certificate.der()),
        )
        .close()
        .close()
        .close();
}
