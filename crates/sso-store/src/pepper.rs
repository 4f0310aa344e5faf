//! The host's secret key, and the digests made with it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// The host's secret for digests at rest: 32 bytes or more from outside the database.
///
/// Session cookies, invitation links and SCIM tokens are stored as HMAC-SHA-256 under this
/// key, so a stolen copy of the database opens nothing. Keep it in a key file or a secret
/// store, never beside the backup: losing it ends every session, invitation and SCIM token;
/// nothing else.
///
/// ```
/// # use sso_store::Pepper;
/// let pepper = Pepper::new([7; 32]);
/// assert_eq!(format!("{pepper:?}"), "Pepper(..)");
/// ```
#[derive(Clone)]
pub struct Pepper([u8; 32]);

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pepper(..)")
    }
}

/// What a digest is for: the label keeps a session's digest from ever being a token's.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    Canary,
    Host,
    Invitation,
    ScimTokens,
    Session,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Canary => b"sso-store canary",
            Self::Host => b"sso-store host",
            Self::Invitation => b"sso-store invitation",
            Self::ScimTokens => b"sso-store scim tokens",
            Self::Session => b"sso-store session",
        }
    }
}

impl Pepper {
    /// Takes 32 secret bytes as they come from the operating system's generator.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The key derived from this one under which scim-core makes and checks the digests of
    /// SCIM tokens; give it to the engine.
    #[must_use]
    pub fn for_scim_tokens(&self) -> scim_core::auth::Pepper {
        scim_core::auth::Pepper::new(self.mac(Purpose::ScimTokens, b""))
    }

    /// A tag over a value of the host's own, such as a cookie that only this installation can have
    /// made. `label` says what the tag is for, so that one kind never passes for another; it may
    /// not hold a zero byte, which ends it.
    #[must_use]
    pub fn tag(&self, label: &str, value: &[u8]) -> [u8; 32] {
        let mut text = label.as_bytes().to_vec();
        text.push(0);
        text.extend_from_slice(value);
        self.mac(Purpose::Host, &text)
    }

    pub(crate) fn digest(&self, purpose: Purpose, secret: &[u8]) -> Vec<u8> {
        self.mac(purpose, secret).to_vec()
    }

    fn mac(&self, purpose: Purpose, secret: &[u8]) -> [u8; 32] {
        // HMAC fills a short key up to the block size with zeros; done here, nothing can fail.
        let mut block = [0_u8; 64];
        block
            .iter_mut()
            .zip(self.0)
            .for_each(|(byte, key)| *byte = key);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(purpose.label());
        mac.update(&[0]);
        mac.update(secret);
        mac.finalize().into_bytes().into()
    }
}
