//! Which signatures are demanded of an identity provider.

use crate::dsig::{Covers, Envelope, SignatureProof};
use crate::error::{Code, Finding};

/// Which signatures an identity provider must make, beyond the one that is always needed.
///
/// Whatever is chosen, every signature that is there must verify.
///
/// ```
/// use saml_sp::{Idp, idp::RequireSigned};
/// # let okta = saml_testkit::TestIdp::okta();
/// let idp = Idp::builder(okta.issuer())
///     .certificate(okta.certificate_pem())
///     .require_signed(RequireSigned::Response)
///     .build()?;
/// assert_eq!(idp.require_signed(), RequireSigned::Response);
/// # Ok::<(), saml_sp::error::UsageError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[expect(clippy::exhaustive_enums, reason = "there are two places to sign")]
pub enum RequireSigned {
    /// On the Response or on its assertion. The default: each alone covers what is read, and
    /// identity providers differ in which they make.
    #[default]
    Either,
    /// On the Response: status, destination and the ciphertext of an encrypted assertion are then
    /// the identity provider's word (IIP-SP13). "Response: Signed" in Okta.
    Response,
    /// On the assertion itself, so that it can be kept as evidence on its own. "Assertion
    /// Signature: Signed" in Okta.
    Assertion,
    /// On both.
    Both,
}

impl RequireSigned {
    const fn response(self) -> bool {
        matches!(self, Self::Response | Self::Both)
    }

    const fn assertion(self) -> bool {
        matches!(self, Self::Assertion | Self::Both)
    }

    /// Refuse an unsigned Response at once, before any key is used.
    pub(crate) fn before(self, envelope: &Envelope<'_>) -> Result<(), Finding> {
        let closed = envelope.encrypted_assertion().is_some();
        let signed_inside = envelope.is_signed() || closed;
        if self.response() && signed_inside && !envelope.is_root_signed() {
            return Err(missing("a signature on the Response", "/Response"));
        }
        Ok(())
    }

    /// Hold the signatures that verified to the demand.
    pub(crate) fn after(self, proofs: &[SignatureProof]) -> Result<(), Finding> {
        let covers = |part| proofs.iter().any(|proof| proof.covers == part);
        if self.response() && !covers(Covers::Response) {
            return Err(missing("a signature on the Response", "/Response"));
        }
        if self.assertion() && !covers(Covers::Assertion) {
            return Err(missing(
                "a signature on the Assertion",
                "/Response/Assertion",
            ));
        }
        Ok(())
    }
}

fn missing(expected: &str, place: &str) -> Finding {
    Finding::new(Code::SignatureRequired)
        .expected(expected)
        .at(place)
}
