//! From an encrypted assertion to the octets of an assertion that a pinned key signed.
//!
//! What comes out is never trusted because it was encrypted: anybody can encrypt to a public key. It
//! must be covered by a signature, around the ciphertext or inside, and its structure is judged again
//! as if it had arrived in the clear.

use crate::crypto::CryptoProvider;
use crate::dsig::{Covers, Envelope, Keys, SignedBytes};
use crate::error::{Code, Finding};
use crate::xml::Name;

use super::decrypt::{Around, Decrypt, Plaintext};

const ENCRYPTED: Name<'_> = Name::new(
    "urn:oasis:names:tc:SAML:2.0:assertion",
    "EncryptedAssertion",
);

/// What stands around the encrypted assertion.
#[derive(Clone, Copy, Debug)]
pub enum Outer<'o, 'd> {
    /// A Response whose signature has been verified. The assertion may carry one too, which then
    /// must verify as well.
    Signed(&'o SignedBytes),
    /// A Response without a signature. The assertion must carry one.
    Unsigned(&'o Envelope<'d>),
}

/// Decrypts the one encrypted assertion and answers with the canonical octets that are covered by
/// a verified signature: its own, or the one around it.
///
/// # Errors
/// `AssertionMissing` when there is no encrypted assertion, `SignatureRequired` when a signed
/// Response is passed as unsigned, `Unsigned` when nothing is signed, what [`Decrypt::element`]
/// says, `EncryptionUnauthenticated` for CBC in an unsigned Response, and what verification says
/// of the assertion's own signature.
pub fn open(
    outer: Outer<'_, '_>,
    decrypt: &Decrypt<'_>,
    keys: &Keys<'_>,
    crypto: &CryptoProvider,
) -> Result<SignedBytes, Finding> {
    let plaintext = match outer {
        Outer::Signed(signed) => from_signed(signed, decrypt)?,
        Outer::Unsigned(envelope) => from_unsigned(envelope, decrypt)?,
    };
    let document = plaintext.document(decrypt.limits)?;
    let envelope = Envelope::assertion(&document)?;
    let around = match outer {
        Outer::Signed(signed) => Some(signed),
        Outer::Unsigned(_) => None,
    };
    if !envelope.is_signed()
        && let Some(around) = around
    {
        return around.within(envelope.root());
    }
    let own = envelope
        .candidate()?
        .verify(keys, decrypt.policy, crypto, decrypt.limits)?
        .signed_bytes(crypto)?;
    Ok(match around {
        Some(around) => own.inside(around),
        None => own,
    })
}

fn from_signed(signed: &SignedBytes, decrypt: &Decrypt<'_>) -> Result<Plaintext, Finding> {
    let document = signed.document(decrypt.limits)?;
    let root = document.root();
    let encrypted = root.optional(ENCRYPTED).ok().flatten();
    match encrypted.filter(|_| signed.covers() == Covers::Response) {
        Some(encrypted) => decrypt.run(encrypted, Around::Signed),
        None => Err(Finding::new(Code::AssertionMissing)),
    }
}

fn from_unsigned(envelope: &Envelope<'_>, decrypt: &Decrypt<'_>) -> Result<Plaintext, Finding> {
    // A signature that is there is verified first; only then is the private key touched.
    if envelope.is_root_signed() {
        return Err(Finding::new(Code::SignatureRequired).at(envelope.root().path()));
    }
    let encrypted = envelope.encrypted_assertion();
    let encrypted = encrypted.ok_or_else(|| Finding::new(Code::AssertionMissing))?;
    decrypt.run(encrypted, Around::Unsigned)
}
