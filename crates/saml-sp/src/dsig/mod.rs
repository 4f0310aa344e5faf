//! XML signatures on SAML messages: from an unverified document to the octets that were signed.
//!
//! The stages, each a type that only the stage before it makes:
//!
//! 1. [`Envelope`]: the document is the expected message; every ID is unique; assertions and
//!    signatures stand only where they may, at most one each.
//! 2. [`Candidate`]: at least one signature is there, and each is on the message or its assertion.
//! 3. [`VerifiedSignedInfo`]: each signature has the one allowed form, an allowed algorithm, and
//!    verifies with a pinned key; what it refers to was read from the canonical octets of its
//!    `SignedInfo`, and is the element that holds it.
//! 4. [`SignedBytes`]: the digests match. These octets, and nothing else, are read afterwards.
//!
//! `KeyInfo` never contributes to trust. There is no dereferencing of anything but `#` and the ID
//! of the element that holds the signature, no XPath, no XSLT, no HMAC, no `ds:Object`.

mod candidate;
mod envelope;
mod grammar;
mod ids;
mod keys;
mod octets;
mod sign;
mod signed_info;
mod verify;

pub use candidate::Candidate;
pub use envelope::{Envelope, Nested};
pub use keys::Keys;
pub use octets::{Covers, SignatureProof, SignedBytes};
pub use sign::{Signer, sign};
pub use verify::VerifiedSignedInfo;

use crate::xml::Name;

/// The namespace of XML Signature.
const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// The namespace of Exclusive XML Canonicalization, in which `InclusiveNamespaces` is.
const EC: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const ASSERTION: Name<'_> = Name::new("urn:oasis:names:tc:SAML:2.0:assertion", "Assertion");
const ENCRYPTED: Name<'_> = Name::new(
    "urn:oasis:names:tc:SAML:2.0:assertion",
    "EncryptedAssertion",
);
const ISSUER: Name<'_> = Name::new("urn:oasis:names:tc:SAML:2.0:assertion", "Issuer");
const RESPONSE: Name<'_> = Name::new("urn:oasis:names:tc:SAML:2.0:protocol", "Response");
const SIGNATURE: Name<'_> = ds("Signature");

const fn ds(local: &str) -> Name<'_> {
    Name::new(DS, local)
}
