//! Building one posted answer: what it says, how it is signed, what is wrong with it.

mod posted;

use crate::algorithm::{DigestAlgorithm, SignatureAlgorithm};
use crate::canonical::{Scope, scope_within};
use crate::defect::Defect;
use crate::encrypt::Encryption;
use crate::idp::TestIdp;
use crate::keys::TestKey;
use crate::message::Facts;
use crate::person::{Person, SpTarget};
use crate::sign::{Canonicalization, Covered, Signer, Signing};
use crate::tree::{Edit, Element, Node};
use std::fmt;
use std::sync::Arc;
use time::OffsetDateTime;

type OctetEdit = Arc<dyn Fn(Vec<u8>) -> Vec<u8> + Send + Sync>;

/// One Response under construction; made by [`TestIdp::response`].
///
/// Untouched it is what Okta posts: both signatures, RSA-SHA256, times around the given instant.
/// Each method changes one thing. Changes to content happen before signing, so the result is
/// properly signed and wrong in exactly that respect; [`Self::edit_signed`] changes what has
/// been signed already.
#[derive(Clone)]
pub struct ResponseBuilder {
    idp: TestIdp,
    target: SpTarget,
    person: Person,
    now: OffsetDateTime,
    serial: u64,
    signing: Signing,
    response_signer: Signer,
    assertion_signer: Signer,
    encryption: Option<Encryption>,
    relay_state: Option<String>,
    before: Vec<Edit>,
    between: Vec<Edit>,
    after: Vec<Edit>,
    octets: Vec<OctetEdit>,
}

impl fmt::Debug for ResponseBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBuilder")
            .field("target", &self.target)
            .field("signing", &self.signing)
            .finish_non_exhaustive()
    }
}

impl ResponseBuilder {
    pub(crate) fn new(
        idp: &TestIdp,
        target: &SpTarget,
        person: &Person,
        now: OffsetDateTime,
    ) -> Self {
        Self {
            target: target.clone(),
            person: person.clone(),
            now,
            serial: 0,
            signing: Signing::default(),
            response_signer: idp.signer(),
            assertion_signer: idp.signer(),
            encryption: None,
            relay_state: None,
            before: Vec::new(),
            between: Vec::new(),
            after: Vec::new(),
            octets: Vec::new(),
            idp: idp.clone(),
        }
    }

    /// Which elements are signed; both unless told otherwise.
    #[must_use]
    pub const fn sign(mut self, signing: Signing) -> Self {
        self.signing = signing;
        self
    }

    /// Signs with another key, whose certificate then stands in `KeyInfo`.
    #[must_use]
    pub const fn key(mut self, key: TestKey) -> Self {
        self.response_signer.key = key;
        self.assertion_signer.key = key;
        self
    }

    /// Signs the Response, but not the Assertion, with another key.
    #[must_use]
    pub const fn response_key(mut self, key: TestKey) -> Self {
        self.response_signer.key = key;
        self
    }

    /// Signs the Assertion, but not the Response, with another key.
    #[must_use]
    pub const fn assertion_key(mut self, key: TestKey) -> Self {
        self.assertion_signer.key = key;
        self
    }

    /// Signs with another algorithm; RSA-SHA256 unless told otherwise.
    #[must_use]
    pub const fn algorithm(mut self, algorithm: SignatureAlgorithm) -> Self {
        self.response_signer.algorithm = algorithm;
        self.assertion_signer.algorithm = algorithm;
        self
    }

    /// Another digest of the references; SHA-256 unless told otherwise.
    #[must_use]
    pub const fn digest(mut self, digest: DigestAlgorithm) -> Self {
        self.response_signer.digest = digest;
        self.assertion_signer.digest = digest;
        self
    }

    /// Another `PrefixList`; `None` leaves `InclusiveNamespaces` out. `xs` unless told otherwise.
    #[must_use]
    pub fn prefix_list(mut self, list: Option<&str>) -> Self {
        self.response_signer.prefixes = list.map(str::to_owned);
        self.assertion_signer.prefixes = list.map(str::to_owned);
        self
    }

    /// Encrypts the Assertion after it has been signed; what signs the Response covers the
    /// encrypted form.
    ///
    /// ```
    /// use saml_testkit::{Encryption, Person, SpTarget, TestIdp};
    /// use time::macros::datetime;
    ///
    /// let target = SpTarget::new("https://sp.test/acs", "https://sp.test/entity");
    /// let now = datetime!(2026-01-31 12:00 UTC);
    /// let xml = TestIdp::okta().response(&target, &Person::named("alice"), now).encrypt(Encryption::default()).xml();
    /// assert!(xml.contains("EncryptedAssertion") && !xml.contains("alice"));
    /// ```
    #[must_use]
    pub const fn encrypt(mut self, encryption: Encryption) -> Self {
        self.encryption = Some(encryption);
        self
    }

    /// The `RelayState` posted beside the Response; none unless told otherwise.
    #[must_use]
    pub fn relay_state(mut self, value: &str) -> Self {
        self.relay_state = Some(value.to_owned());
        self
    }

    /// Gives the message other ids. Two answers for the same person, request and instant are
    /// the same message unless their serials differ.
    #[must_use]
    pub const fn serial(mut self, serial: u64) -> Self {
        self.serial = serial;
        self
    }

    /// Changes the Response tree before it is signed.
    #[must_use]
    pub fn edit(mut self, change: impl Fn(&mut Element) + Send + Sync + 'static) -> Self {
        self.before.push(Edit::new(change));
        self
    }

    /// Changes the element under the Response that this path of child names leads to, before it
    /// is signed.
    ///
    /// # Panics
    /// When the message is built and has no such element: a defect that does not land would
    /// make a test pass for the wrong reason.
    #[must_use]
    pub fn edit_at(
        self,
        path: &'static [&'static str],
        change: impl Fn(&mut Element) + Send + Sync + 'static,
    ) -> Self {
        self.edit(move |root| change(reach(root, path)))
    }

    /// Changes the Response tree after it has been signed.
    #[must_use]
    pub fn edit_signed(mut self, change: impl Fn(&mut Element) + Send + Sync + 'static) -> Self {
        self.after.push(Edit::new(change));
        self
    }

    /// Changes the finished document text.
    #[must_use]
    pub fn edit_text(self, change: impl Fn(String) -> String + Send + Sync + 'static) -> Self {
        self.edit_octets(move |octets| match String::from_utf8(octets) {
            Ok(text) => change(text).into_bytes(),
            Err(other) => other.into_bytes(),
        })
    }

    /// Changes the finished document's octets.
    #[must_use]
    pub fn edit_octets(
        mut self,
        change: impl Fn(Vec<u8>) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        self.octets.push(Arc::new(change));
        self
    }

    /// Changes the Response tree between the signature of the Assertion and that of the Response.
    #[must_use]
    pub fn edit_between(mut self, change: impl Fn(&mut Element) + Send + Sync + 'static) -> Self {
        self.between.push(Edit::new(change));
        self
    }

    /// Changes every `ds:SignedInfo` before its signature value is made: the value is good, and
    /// what it vouches for is as changed.
    #[must_use]
    pub fn edit_signed_info(
        mut self,
        change: impl Fn(&mut Element) + Send + Sync + 'static,
    ) -> Self {
        let edit = Edit::new(change);
        self.response_signer.adjust.push(edit.clone());
        self.assertion_signer.adjust.push(edit);
        self
    }

    /// Another canonical form; exclusive unless told otherwise.
    #[must_use]
    pub const fn canonicalization(mut self, method: Canonicalization) -> Self {
        self.response_signer.method = method;
        self.assertion_signer.method = method;
        self
    }

    /// Builds one of the catalogued defects or attacks into the message.
    #[must_use]
    pub fn with(self, defect: impl Defect) -> Self {
        defect.apply(self)
    }

    /// The finished, signed tree.
    #[must_use]
    pub fn tree(&self) -> Element {
        self.assembled().0
    }

    /// What each signature covers, the Assertion's before the Response's.
    ///
    /// ```
    /// use saml_testkit::{Person, SpTarget, TestIdp};
    /// use time::macros::datetime;
    ///
    /// let target = SpTarget::new("https://sp.test/acs", "https://sp.test/entity");
    /// let now = datetime!(2026-01-31 12:00 UTC);
    /// let covered = TestIdp::okta().response(&target, &Person::named("alice"), now).covered();
    /// assert!(covered[0].octets.starts_with("<saml2:Assertion "));
    /// assert!(covered[1].octets.starts_with("<saml2p:Response "));
    /// ```
    #[must_use]
    pub fn covered(&self) -> Vec<Covered> {
        self.assembled().1
    }

    fn assembled(&self) -> (Element, Vec<Covered>) {
        let facts = Facts {
            issuer: self.idp.issuer(),
            target: &self.target,
            person: &self.person,
            now: self.now,
            serial: self.serial,
        };
        let (mut root, mut covered) = (facts.response(), Vec::new());
        self.before.iter().for_each(|edit| edit.apply(&mut root));
        if self.signing.covers_assertion() {
            covered = self.sign_assertions(&mut root);
        }
        if let Some(encryption) = self.encryption {
            let assertion = root
                .take("saml2:Assertion")
                .map(|a| encryption.envelope(&a.written()));
            root.children_mut().extend(assertion.map(Node::Element));
        }
        self.between.iter().for_each(|edit| edit.apply(&mut root));
        if self.signing.covers_response() {
            covered.push(self.response_signer.envelop(&mut root, &Scope::new()));
        }
        self.after.iter().for_each(|edit| edit.apply(&mut root));
        (root, covered)
    }

    fn sign_assertions(&self, root: &mut Element) -> Vec<Covered> {
        let scope = scope_within(&Scope::new(), root);
        let assertions = root
            .children_mut()
            .iter_mut()
            .filter_map(|node| match node {
                Node::Element(e) if e.name() == "saml2:Assertion" => Some(e),
                _ => None,
            });
        assertions
            .map(|e| self.assertion_signer.envelop(e, &scope))
            .collect()
    }
}

/// The element at the end of the path.
#[expect(
    clippy::panic,
    reason = "a defect that finds no place must stop the test that asked for it"
)]
pub(crate) fn reach<'a>(root: &'a mut Element, path: &[&str]) -> &'a mut Element {
    match root.at_mut(path) {
        Some(found) => found,
        None => panic!("the message has no {}", path.join("/")),
    }
}
