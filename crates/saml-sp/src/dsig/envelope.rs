//! Stage one: what stands where.

use crate::error::{Code, Finding};
use crate::xml::{Document, Element, Name};

use super::candidate::Candidate;
use super::{ASSERTION, ENCRYPTED, ISSUER, RESPONSE, SIGNATURE, ids};

/// Whether elements inside the message may carry signatures of their own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Nested {
    /// Any signature but the message's own (and, in a Response, its assertion's) is refused.
    Refused,
    /// They are ignored: what they cover is covered by the message's signature or by none. For
    /// metadata, where members of a federation sign their own entry.
    Ignored,
}

/// A document that is the expected message, with assertions and signatures in their places.
/// Nothing is verified yet.
#[derive(Clone, Debug)]
pub struct Envelope<'d> {
    root: Element<'d>,
    assertion: Option<Element<'d>>,
    encrypted: Option<Element<'d>>,
    root_signature: Option<Element<'d>>,
    assertion_signature: Option<Element<'d>>,
}

impl<'d> Envelope<'d> {
    /// A `samlp:Response` with at most one assertion, plain or encrypted, as a direct child.
    ///
    /// # Errors
    /// `RootUnexpected`, `IdDuplicate`, `IdInvalid`, `IdForeign`, `AssertionMisplaced`,
    /// `AssertionDuplicate`, `SignatureMisplaced` or `SignatureDuplicate`.
    pub fn response(document: &'d Document<'_>) -> Result<Self, Finding> {
        let root = expect_root(document, RESPONSE)?;
        ids::unique(document)?;
        let assertion = only(root, ASSERTION)?;
        let encrypted = only(root, ENCRYPTED)?;
        if let (Some(_), Some(second)) = (assertion, encrypted) {
            return Err(finding(Code::AssertionDuplicate, second));
        }
        let envelope = Self {
            root,
            assertion,
            encrypted,
            root_signature: signature_of(root)?,
            assertion_signature: assertion.map(signature_of).transpose()?.flatten(),
        };
        envelope.nothing_elsewhere(document, Nested::Refused)?;
        Ok(envelope)
    }

    /// Any other message whose root is signed as a whole: a logout message, a metadata file.
    ///
    /// # Errors
    /// As [`Envelope::response`]; an assertion anywhere is misplaced.
    pub fn message(
        document: &'d Document<'_>,
        name: Name<'_>,
        nested: Nested,
    ) -> Result<Self, Finding> {
        let root = expect_root(document, name)?;
        ids::unique(document)?;
        let root_signature = signature_of(root)?;
        let envelope = Self {
            root,
            assertion: None,
            encrypted: None,
            root_signature,
            assertion_signature: None,
        };
        envelope.nothing_elsewhere(document, nested)?;
        Ok(envelope)
    }

    /// An assertion on its own, such as the plaintext of an encrypted one.
    ///
    /// # Errors
    /// As [`Envelope::response`]; another assertion inside it is misplaced.
    pub fn assertion(document: &'d Document<'_>) -> Result<Self, Finding> {
        Self::message(document, ASSERTION, Nested::Refused)
    }

    /// The root element. Unverified.
    #[must_use]
    pub fn root(&self) -> Element<'d> {
        self.root
    }

    /// The plain assertion of a Response. Unverified: good for a report, never for a login.
    #[must_use]
    pub fn plain_assertion(&self) -> Option<Element<'d>> {
        self.assertion
    }

    /// The encrypted assertion of a Response.
    #[must_use]
    pub fn encrypted_assertion(&self) -> Option<Element<'d>> {
        self.encrypted
    }

    /// Whether the root itself carries a signature.
    #[must_use]
    pub fn is_root_signed(&self) -> bool {
        self.root_signature.is_some()
    }

    /// Whether anything that can be verified now carries a signature.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.root_signature.is_some() || self.assertion_signature.is_some()
    }

    /// Stage two: the signatures that all have to verify.
    ///
    /// # Errors
    /// `Unsigned` when there is none.
    pub fn candidate(self) -> Result<Candidate<'d>, Finding> {
        let assertion = self.assertion.zip(self.assertion_signature);
        let signed: Vec<_> = self
            .root_signature
            .map(|signature| (self.root, signature))
            .into_iter()
            .chain(assertion)
            .collect();
        if signed.is_empty() {
            return Err(finding(Code::Unsigned, self.root).expected("a signature"));
        }
        Candidate::new(signed)
    }

    /// No assertion, no message and no signature anywhere but in the places already found.
    fn nothing_elsewhere(&self, document: &'d Document<'_>, nested: Nested) -> Result<(), Finding> {
        let namespaces = [ASSERTION.namespace, RESPONSE.namespace, SIGNATURE.namespace];
        for element in document.elements_in(&namespaces) {
            let found = Some(element);
            let is_message = element.is(RESPONSE) || element.is(ASSERTION) || element.is(ENCRYPTED);
            if is_message
                && element != self.root
                && found != self.assertion
                && found != self.encrypted
            {
                return Err(finding(Code::AssertionMisplaced, element));
            }
            let own = found == self.root_signature || found == self.assertion_signature;
            if nested == Nested::Refused && element.is(SIGNATURE) && !own {
                return Err(finding(Code::SignatureMisplaced, element));
            }
        }
        Ok(())
    }
}

fn expect_root<'d>(document: &'d Document<'_>, name: Name<'_>) -> Result<Element<'d>, Finding> {
    let root = document.root();
    if root.is(name) {
        return Ok(root);
    }
    Err(finding(Code::RootUnexpected, root)
        .expected(format!("{} in {}", name.local, name.namespace))
        .seen(format!(
            "{} in {}",
            root.name().local,
            root.name().namespace
        )))
}

/// The only direct child of this name, if there is one.
fn only<'d>(root: Element<'d>, name: Name<'_>) -> Result<Option<Element<'d>>, Finding> {
    let mut found = root.children_named(name);
    let first = found.next();
    match found.next() {
        Some(second) => Err(finding(Code::AssertionDuplicate, second).expected("one assertion")),
        None => Ok(first),
    }
}

/// The signature of an element: a direct child that follows nothing but an Issuer.
fn signature_of(element: Element<'_>) -> Result<Option<Element<'_>>, Finding> {
    let mut found = element.children_named(SIGNATURE);
    let Some(signature) = found.next() else {
        return Ok(None);
    };
    if let Some(second) = found.next() {
        return Err(finding(Code::SignatureDuplicate, second).expected("one signature"));
    }
    let before = element.children().take_while(|child| *child != signature);
    match before.into_iter().find(|child| !child.is(ISSUER)) {
        Some(_) => Err(finding(Code::SignatureMisplaced, signature)
            .expected("the signature directly after the Issuer")),
        None => Ok(Some(signature)),
    }
}

pub(super) fn finding(code: Code, at: Element<'_>) -> Finding {
    Finding::new(code).at(place(at))
}

/// Path and position, for a report.
pub(super) fn place(element: Element<'_>) -> String {
    format!("{} at {}", element.path(), element.position())
}
