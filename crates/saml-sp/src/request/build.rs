//! The XML of an `AuthnRequest`, in schema order and canonical form.
//!
//! Elements are written in the order of the schema, and every value is escaped by the writer; there is
//! no place where text from outside becomes markup. IDs begin with an underscore and carry 128 random
//! bits, since whoever guesses one could prepare an answer to it.

use time::OffsetDateTime;

use super::{LoginHint, NameIdPolicy, Passive, StartOptions};
use crate::acs::{Acs, Requested};
use crate::assertion::write_time;
use crate::error::{Code, Finding, UsageError};
use crate::names::{ASSERTION_NS, POST_BINDING, PROTOCOL_NS};
use crate::random::Random;
use crate::record::{ForceAuthn, RequestId, hex};
use crate::xml::Writer;

/// Everything an `AuthnRequest` says.
#[derive(Debug)]
pub(crate) struct AuthnRequest<'a> {
    pub(crate) id: &'a RequestId,
    pub(crate) issuer: &'a str,
    pub(crate) destination: &'a str,
    pub(crate) acs: &'a Acs,
    pub(crate) options: &'a StartOptions,
    pub(crate) now: OffsetDateTime,
}

impl AuthnRequest<'_> {
    /// The document, unsigned.
    pub(crate) fn xml(&self) -> Result<String, UsageError> {
        let mut writer = Writer::new();
        let index = self.index();
        let instant = write_time(self.now);
        writer.open(
            "samlp:AuthnRequest",
            &self.attributes(index.as_deref(), &instant),
        );
        writer.leaf("saml:Issuer", &[("xmlns:saml", ASSERTION_NS)], self.issuer);
        self.subject(&mut writer);
        self.name_id_policy(&mut writer);
        self.authn_contexts(&mut writer);
        finish(writer)
    }

    fn index(&self) -> Option<String> {
        match self.acs.requested() {
            Requested::Index(index) => Some(index.to_string()),
            _ => None,
        }
    }

    /// In canonical order: the declaration, then the attributes by name. An index excludes URL and
    /// binding (Core 3.4.1).
    fn attributes<'b>(
        &'b self,
        index: Option<&'b str>,
        instant: &'b str,
    ) -> Vec<(&'b str, &'b str)> {
        let mut list = vec![("xmlns:samlp", PROTOCOL_NS)];
        let url = self.acs.requested_url();
        list.extend(index.map(|index| ("AssertionConsumerServiceIndex", index)));
        list.extend(url.map(|url| ("AssertionConsumerServiceURL", url)));
        list.push(("Destination", self.destination));
        if self.options.force_authn == ForceAuthn::Yes {
            list.push(("ForceAuthn", "true"));
        }
        list.push(("ID", self.id.as_str()));
        if self.options.passive == Passive::Yes {
            list.push(("IsPassive", "true"));
        }
        list.push(("IssueInstant", instant));
        if url.is_some() {
            list.push(("ProtocolBinding", POST_BINDING));
        }
        list.push(("Version", "2.0"));
        list
    }

    /// A subject without confirmation (Profiles 4.1.4.1).
    fn subject(&self, writer: &mut Writer) {
        if let Some(LoginHint::Subject { name_id, format }) = &self.options.login_hint {
            let format: Vec<_> = format
                .iter()
                .map(|format| ("Format", format.as_str()))
                .collect();
            writer
                .open("saml:Subject", &[("xmlns:saml", ASSERTION_NS)])
                .leaf("saml:NameID", &format, name_id)
                .close();
        }
    }

    fn name_id_policy(&self, writer: &mut Writer) {
        match &self.options.name_id_policy {
            NameIdPolicy::Omit => {}
            NameIdPolicy::AnyFormat => {
                writer.leaf("samlp:NameIDPolicy", &[("AllowCreate", "true")], "");
            }
            NameIdPolicy::Format(format) => {
                let attributes = [("AllowCreate", "true"), ("Format", format.as_str())];
                writer.leaf("samlp:NameIDPolicy", &attributes, "");
            }
        }
    }

    fn authn_contexts(&self, writer: &mut Writer) {
        if self.options.authn_contexts.is_empty() {
            return;
        }
        writer.open("samlp:RequestedAuthnContext", &[("Comparison", "exact")]);
        for class in &self.options.authn_contexts {
            writer.leaf(
                "saml:AuthnContextClassRef",
                &[("xmlns:saml", ASSERTION_NS)],
                class,
            );
        }
        writer.close();
    }
}

/// The text of a message of ours.
pub(crate) fn finish(writer: Writer) -> Result<String, UsageError> {
    writer.finish().map_err(|error| {
        Finding::new(Code::ConfigInvalid)
            .expected("values that XML can carry")
            .hint(error.to_string())
            .into()
    })
}

/// `_` and 128 random bits in hexadecimal (Core 1.3.4).
pub(crate) fn fresh_id(random: &mut dyn Random) -> Result<RequestId, UsageError> {
    Ok(RequestId::new(format!("_{}", random_hex(random)?)))
}

/// 128 random bits in hexadecimal.
pub(crate) fn random_hex(random: &mut dyn Random) -> Result<String, UsageError> {
    let mut bytes = [0_u8; 16];
    random.fill(&mut bytes).map_err(|error| {
        let cause = std::error::Error::source(&error).map_or_else(String::new, ToString::to_string);
        UsageError::from(Finding::new(Code::RandomFailed).hint(crate::error::printable(&cause)))
    })?;
    Ok(hex(&bytes))
}
