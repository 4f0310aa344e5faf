//! What has to be remembered of a session to end it later.
//!
//! Logout compares names by all their parts: the same value under another format or qualifier is
//! another user. The key is a digest, so it can be indexed, has one size, and tells nothing.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::login::{Login, NameId, Naming};

/// The identity that a session was opened for. Store it with the session (serde); logout messages
/// are built from it, so that the name matches byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionIdentity {
    issuer: String,
    name_id: NameId,
    session_index: Option<String>,
}

/// A key to find the sessions of one user at one identity provider: a digest of issuer and all
/// parts of the name. Index sessions by it; several sessions may have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionKey([u8; 32]);

impl SessionKey {
    pub(crate) fn new(issuer: &str, name_id: &NameId) -> Self {
        let optional = |part: Option<&str>| part.map(str::to_owned);
        let parts = [
            Some(issuer.to_owned()),
            Some(name_id.value().to_owned()),
            // An absent format means the unspecified one (Core 2.2.2).
            Some(name_id.format().unwrap_or(NameId::UNSPECIFIED).to_owned()),
            optional(name_id.name_qualifier()),
            optional(name_id.sp_name_qualifier()),
        ];
        let mut digest = Sha256::new();
        for part in parts {
            match part {
                Some(text) => {
                    digest.update([1]);
                    digest.update((text.len() as u64).to_be_bytes());
                    digest.update(text.as_bytes());
                }
                None => digest.update([0]),
            }
        }
        Self(digest.finalize().into())
    }

    /// The 32 bytes, for a column with an index.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl SessionIdentity {
    /// The identity provider's entity id.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The user's name there.
    #[must_use]
    pub const fn name_id(&self) -> &NameId {
        &self.name_id
    }

    /// The identity provider's name of the session.
    #[must_use]
    pub fn session_index(&self) -> Option<&str> {
        self.session_index.as_deref()
    }

    /// The key to index the session by.
    #[must_use]
    pub fn key(&self) -> SessionKey {
        SessionKey::new(&self.issuer, &self.name_id)
    }
}

impl SessionIdentity {
    fn of<N: Naming>(login: &Login<N>, name_id: &NameId) -> Self {
        Self {
            issuer: login.issuer().to_owned(),
            name_id: name_id.clone(),
            session_index: login.session_index().map(str::to_owned),
        }
    }
}

impl Login {
    /// What to store with the session, for single logout.
    #[must_use]
    pub fn session(&self) -> SessionIdentity {
        SessionIdentity::of(self, self.name_id())
    }
}

impl Login<Option<NameId>> {
    /// What to store with the session, for single logout; none without a name to log out.
    #[must_use]
    pub fn session(&self) -> Option<SessionIdentity> {
        self.name_id().map(|name| SessionIdentity::of(self, name))
    }
}
