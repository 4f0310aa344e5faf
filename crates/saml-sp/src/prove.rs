//! From an envelope to what a pinned key signed, in the clear or behind encryption.

use std::sync::Arc;

use crate::crypto::{CryptoProvider, DecryptionKey};
use crate::dsig::{Candidate, Envelope, Keys, SignedBytes};
use crate::error::{Code, Finding, Rejection};
use crate::policy::{AlgorithmPolicy, Limits};
use crate::xml::Element;

/// What verification needs.
#[derive(Clone, Copy)]
pub(crate) struct Trust<'a> {
    pub(crate) keys: &'a Keys<'a>,
    pub(crate) policy: &'a AlgorithmPolicy,
    pub(crate) crypto: &'a CryptoProvider,
    pub(crate) limits: &'a Limits,
    /// Our own keys, for what is encrypted.
    pub(crate) decryption: &'a [Arc<dyn DecryptionKey>],
}

/// A Response all of whose visible signatures are good. An encrypted assertion is still closed,
/// and no private key has been used.
#[derive(Debug)]
pub(crate) struct Outside<'d> {
    envelope: Envelope<'d>,
    signed: Option<SignedBytes>,
}

/// The signed octets of an assertion, and of its Response if that is signed. The only input of
/// the assertion reader.
#[derive(Debug)]
pub(crate) struct Proven {
    signed: SignedBytes,
    /// The signed Response that a decrypted assertion came in.
    response: Option<SignedBytes>,
    was_encrypted: bool,
}

/// A Response with its signatures where they may stand, and at least one that has to verify before
/// an assertion is read. None has been looked at.
#[derive(Debug)]
pub(crate) struct Posed<'d> {
    envelope: Envelope<'d>,
    candidate: Option<Candidate<'d>>,
}

impl<'d> Posed<'d> {
    /// Find the signatures; a plain assertion must be covered by one.
    pub(crate) fn of(envelope: Envelope<'d>) -> Result<Self, Finding> {
        if envelope.plain_assertion().is_none() && envelope.encrypted_assertion().is_none() {
            return Err(Finding::new(Code::AssertionMissing)
                .expected("one Assertion")
                .at(envelope.root().path()));
        }
        let closed = envelope.encrypted_assertion().is_some();
        let candidate = if closed && !envelope.is_root_signed() {
            None
        } else {
            Some(envelope.clone().candidate()?)
        };
        Ok(Self {
            envelope,
            candidate,
        })
    }

    /// The plain assertion. Unverified: it can only be a reason to refuse.
    pub(crate) fn plain_assertion(&self) -> Option<Element<'d>> {
        self.envelope.plain_assertion()
    }

    /// Whether the Response itself carries a signature.
    pub(crate) fn is_root_signed(&self) -> bool {
        self.envelope.is_root_signed()
    }

    /// Verify every signature in the clear.
    pub(crate) fn verify(self, trust: &Trust<'_>) -> Result<Outside<'d>, Finding> {
        let signed = match self.candidate {
            Some(candidate) => {
                let verified =
                    candidate.verify(trust.keys, trust.policy, trust.crypto, trust.limits)?;
                Some(verified.signed_bytes(trust.crypto)?)
            }
            None => None,
        };
        Ok(Outside {
            envelope: self.envelope,
            signed,
        })
    }
}

impl Outside<'_> {
    /// Open the assertion if it is encrypted, and verify what is signed inside.
    pub(crate) fn open(self, trust: &Trust<'_>) -> Result<Proven, Finding> {
        match (self.envelope.encrypted_assertion(), self.signed) {
            (None, Some(signed)) => Ok(Proven {
                signed,
                response: None,
                was_encrypted: false,
            }),
            (None, None) => Err(Finding::new(Code::Unsigned)),
            (Some(encrypted), response) => {
                if trust.decryption.is_empty() {
                    return Err(Finding::new(Code::DecryptionKeyMissing).at(encrypted.path()));
                }
                let signed = decrypt(&self.envelope, response.as_ref(), trust)?;
                Ok(Proven {
                    signed,
                    response,
                    was_encrypted: true,
                })
            }
        }
    }
}

#[cfg(feature = "encrypted-assertions")]
fn decrypt(
    envelope: &Envelope<'_>,
    response: Option<&SignedBytes>,
    trust: &Trust<'_>,
) -> Result<SignedBytes, Finding> {
    use crate::xmlenc::{Decrypt, Outer, open};
    let keys: Vec<&dyn DecryptionKey> = trust.decryption.iter().map(|key| &**key).collect();
    let decrypt = Decrypt {
        keys: &keys,
        policy: trust.policy,
        limits: trust.limits,
    };
    let outer = response.map_or(Outer::Unsigned(envelope), Outer::Signed);
    open(outer, &decrypt, trust.keys, trust.crypto)
}

#[cfg(not(feature = "encrypted-assertions"))]
fn decrypt(
    envelope: &Envelope<'_>,
    _: Option<&SignedBytes>,
    _: &Trust<'_>,
) -> Result<SignedBytes, Finding> {
    Err(Finding::new(Code::EncryptedElement)
        .at(envelope.root().path())
        .hint("this build lacks the feature `encrypted-assertions`"))
}

impl Trust<'_> {
    /// Open an encrypted element that stands inside signed octets, and read what it holds.
    #[cfg(feature = "encrypted-assertions")]
    pub(crate) fn with_opened<T>(
        &self,
        encrypted: Element<'_>,
        read: impl FnOnce(Element<'_>) -> Result<T, Rejection>,
    ) -> Result<T, Rejection> {
        use crate::xmlenc::Decrypt;
        let keys: Vec<&dyn DecryptionKey> = self.decryption.iter().map(|key| &**key).collect();
        let decrypt = Decrypt {
            keys: &keys,
            policy: self.policy,
            limits: self.limits,
        };
        let plaintext = decrypt.element(encrypted)?;
        read(plaintext.document(self.limits)?.root())
    }

    /// Without the feature nothing is opened.
    #[cfg(not(feature = "encrypted-assertions"))]
    pub(crate) fn with_opened<T>(
        &self,
        encrypted: Element<'_>,
        _: impl FnOnce(Element<'_>) -> Result<T, Rejection>,
    ) -> Result<T, Rejection> {
        let keys = self.decryption.len();
        Err(Finding::new(Code::EncryptedElement)
            .at(encrypted.path())
            .hint(format!(
                "{keys} keys, but this build lacks the feature `encrypted-assertions`"
            ))
            .into())
    }
}

impl Proven {
    /// The signed octets: an assertion, or a Response with one inside.
    pub(crate) const fn signed(&self) -> &SignedBytes {
        &self.signed
    }

    /// The signed Response around a decrypted assertion, if it is signed.
    pub(crate) const fn response(&self) -> Option<&SignedBytes> {
        self.response.as_ref()
    }

    /// Whether it had to be decrypted.
    pub(crate) const fn was_encrypted(&self) -> bool {
        self.was_encrypted
    }
}

impl std::fmt::Debug for Trust<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trust")
            .field("keys", self.keys)
            .finish_non_exhaustive()
    }
}
