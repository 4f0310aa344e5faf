//! Single logout messages from the identity provider, by either front-channel binding.

use crate::algorithm::SignatureAlgorithm;
use crate::canonical::Scope;
use crate::idp::TestIdp;
use crate::keys::TestKey;
use crate::message::{issuer, status};
use crate::names::{ASSERTION, PROTOCOL, SUCCESS};
use crate::person::Person;
use crate::sign::Signer;
use crate::stamp::{id, instant};
use crate::tree::{Edit, Element};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use miniz_oxide::deflate::compress_to_vec;
use time::{Duration, OffsetDateTime};

/// A `LogoutRequest` or `LogoutResponse` under construction.
///
/// ```
/// use saml_testkit::{Person, TestIdp};
/// use time::macros::datetime;
///
/// let now = datetime!(2026-01-31 12:00 UTC);
/// let alice = Person::new("alice@corp.test", "Alice", "Archer");
/// let request = TestIdp::okta().logout_request("https://sp.test/slo", &alice, Some("_r1"), now);
/// assert!(request.form_body().starts_with("SAMLRequest="));
/// assert!(request.redirect_url().contains("&Signature="));
/// ```
#[derive(Clone, Debug)]
pub struct LogoutBuilder {
    field: &'static str,
    destination: String,
    root: Element,
    signer: Option<Signer>,
    relay_state: Option<String>,
    before: Vec<Edit>,
    after: Vec<Edit>,
}

impl TestIdp {
    /// A signed `LogoutRequest` for the person, naming the session when given.
    #[must_use]
    pub fn logout_request(
        &self,
        destination: &str,
        person: &Person,
        session_index: Option<&str>,
        now: OffsetDateTime,
    ) -> LogoutBuilder {
        let name_id = Element::new("saml2:NameID")
            .attribute("xmlns:saml2", ASSERTION)
            .attribute("Format", &person.name_id_format)
            .text(&person.name_id);
        let mut root = self
            .logout("saml2p:LogoutRequest", &person.name_id, destination, now)
            .attribute("NotOnOrAfter", &instant(now + Duration::minutes(5)))
            .child(issuer(self.issuer()))
            .child(name_id);
        if let Some(session) = session_index {
            root = root.child(Element::new("saml2p:SessionIndex").text(session));
        }
        self.built("SAMLRequest", destination, root)
    }

    /// A signed, successful `LogoutResponse` to the request of this id.
    #[must_use]
    pub fn logout_response(
        &self,
        destination: &str,
        in_response_to: &str,
        now: OffsetDateTime,
    ) -> LogoutBuilder {
        let root = self
            .logout("saml2p:LogoutResponse", in_response_to, destination, now)
            .attribute("InResponseTo", in_response_to)
            .child(issuer(self.issuer()))
            .child(status(SUCCESS));
        self.built("SAMLResponse", destination, root)
    }

    /// `about`: who is signed out, or what is answered, so that two messages of one instant differ.
    fn logout(&self, name: &str, about: &str, destination: &str, now: OffsetDateTime) -> Element {
        let at = now.unix_timestamp_nanos().to_string();
        Element::new(name)
            .attribute("xmlns:saml2p", PROTOCOL)
            .attribute("Destination", destination)
            .attribute("ID", &id(&[name, self.issuer(), about, &at]))
            .attribute("IssueInstant", &instant(now))
            .attribute("Version", "2.0")
    }

    fn built(&self, field: &'static str, destination: &str, root: Element) -> LogoutBuilder {
        let mut signer = self.signer();
        signer.prefixes = None;
        LogoutBuilder {
            field,
            destination: destination.to_owned(),
            root,
            signer: Some(signer),
            relay_state: None,
            before: Vec::new(),
            after: Vec::new(),
        }
    }
}

impl LogoutBuilder {
    /// Signs nothing, in neither binding.
    #[must_use]
    pub fn unsigned(mut self) -> Self {
        self.signer = None;
        self
    }

    /// Signs with another key.
    #[must_use]
    pub fn key(mut self, key: TestKey) -> Self {
        if let Some(signer) = &mut self.signer {
            signer.key = key;
        }
        self
    }

    /// Signs with another algorithm; RSA-SHA256 unless told otherwise.
    #[must_use]
    pub fn algorithm(mut self, algorithm: SignatureAlgorithm) -> Self {
        if let Some(signer) = &mut self.signer {
            signer.algorithm = algorithm;
        }
        self
    }

    /// The `RelayState` beside the message.
    #[must_use]
    pub fn relay_state(mut self, value: &str) -> Self {
        self.relay_state = Some(value.to_owned());
        self
    }

    /// Changes the message before it is signed.
    #[must_use]
    pub fn edit(mut self, change: impl Fn(&mut Element) + Send + Sync + 'static) -> Self {
        self.before.push(Edit::new(change));
        self
    }

    /// Changes the message after it has been signed; only the POST binding signs the message.
    #[must_use]
    pub fn edit_signed(mut self, change: impl Fn(&mut Element) + Send + Sync + 'static) -> Self {
        self.after.push(Edit::new(change));
        self
    }

    /// The message's id.
    #[must_use]
    pub fn id(&self) -> String {
        self.plain().attribute_value("ID").unwrap_or("").to_owned()
    }

    fn plain(&self) -> Element {
        let mut root = self.root.clone();
        self.before.iter().for_each(|edit| edit.apply(&mut root));
        root
    }

    /// The document as the POST binding carries it, with its enveloped signature.
    #[must_use]
    pub fn xml(&self) -> String {
        let mut root = self.plain();
        if let Some(signer) = &self.signer {
            signer.envelop(&mut root, &Scope::new());
        }
        self.after.iter().for_each(|edit| edit.apply(&mut root));
        root.written()
    }

    /// The body of the POST binding.
    #[must_use]
    pub fn form_body(&self) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair(self.field, &STANDARD.encode(self.xml()));
        if let Some(state) = &self.relay_state {
            form.append_pair("RelayState", state);
        }
        form.finish()
    }

    /// The URL of the Redirect binding: the deflated message without enveloped signature, and
    /// the signature over the query.
    #[must_use]
    pub fn redirect_url(&self) -> String {
        let deflated = compress_to_vec(self.plain().written().as_bytes(), 6);
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair(self.field, &STANDARD.encode(deflated));
        if let Some(state) = &self.relay_state {
            query.append_pair("RelayState", state);
        }
        let mut query = match &self.signer {
            Some(signer) => query.append_pair("SigAlg", signer.algorithm.uri()).finish(),
            None => query.finish(),
        };
        if let Some(signer) = &self.signer {
            let value = STANDARD.encode(signer.algorithm.sign(signer.key, query.as_bytes()));
            let signature: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            query = format!("{query}&Signature={signature}");
        }
        let joint = if self.destination.contains('?') {
            '&'
        } else {
            '?'
        };
        format!("{}{joint}{query}", self.destination)
    }
}
