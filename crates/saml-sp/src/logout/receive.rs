//! A logout that the identity provider asks for.
//!
//! The message may arrive in a hidden frame, without any cookie of ours, so it is the key of the
//! [`LogoutOrder`] that finds sessions and not the browser. An order without session index is about all
//! sessions of the user, also of those whose assertion is still on its way (Core 3.7.3.1).
//!
//! An encrypted name is opened after the signature has verified, like everything that is encrypted.

use time::OffsetDateTime;

use super::message::LogoutMessage;
use super::session::{SessionIdentity, SessionKey};
use super::verify::{envelope_findings, verified};
use crate::assertion::{Sequence, identifier, refuse, time_attribute, write_time};
use crate::binding::Role;
use crate::error::{Code, Finding, Rejection};
use crate::idp::Idp;
use crate::login::NameId;
use crate::message;
use crate::names::{ds, saml, samlp};
use crate::prove::Trust;
use crate::sp::ServiceProvider;
use crate::store::{FirstUse, ReplayKey, ReplayStore};
use crate::xml::Element;

/// A verified and checked logout request, not yet claimed.
#[derive(Debug)]
#[must_use = "redeem it, end the sessions and answer"]
pub struct PendingLogout {
    order: LogoutOrder,
    until: OffsetDateTime,
}

/// Which sessions must end. Made by [`PendingLogout::redeem`] only.
///
/// ```compile_fail
/// # fn f(pending: saml_sp::logout::PendingLogout) {
/// pending.key(); // not before it is claimed
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "end the sessions it names, then answer"]
pub struct LogoutOrder {
    pub(super) id: String,
    pub(super) issuer: String,
    pub(super) relay_state: Option<String>,
    key: SessionKey,
    name_id: NameId,
    session_indexes: Vec<String>,
}

impl ServiceProvider {
    /// Judge a logout request. `idp` is the one whose keys the host expects here.
    ///
    /// # Errors
    /// [`Code::Unsigned`] and every other code of signatures; then all that fail of
    /// [`Code::IssuerMismatch`], [`Code::DestinationMismatch`], [`Code::LogoutExpired`] and the
    /// times. An `EncryptedID` is opened with the keys of
    /// [`decryption`](crate::sp::ServiceProviderBuilder::decryption), after the signature; a
    /// `BaseID` is [`Code::NameIdMissing`].
    pub fn receive_logout(
        &self,
        idp: &Idp,
        message: &LogoutMessage,
        now: OffsetDateTime,
    ) -> Result<PendingLogout, Rejection> {
        idp.in_its_words(self.received(idp, message, now))
    }

    fn received(
        &self,
        idp: &Idp,
        message: &LogoutMessage,
        now: OffsetDateTime,
    ) -> Result<PendingLogout, Rejection> {
        // 1. The message is signed by a pinned key.
        let signed = verified(self, idp, message, Role::Request)?;
        // 2. Only the signed text is read.
        let document = message::document(signed.as_bytes(), &self.limits)?;
        let root = document.root();
        let keys = idp.pinned();
        let order = order(idp, root, message, &self.trust(&keys, idp.policy()))?;
        // 3. All checks hold.
        let mut findings = envelope_findings(self, idp, root, now)?;
        let end = time_attribute(root, "NotOnOrAfter")?;
        let skew = self.skew_for(idp);
        if let Some(end) = end.filter(|end| now >= end.saturating_add(skew)) {
            findings.push(
                Finding::new(Code::LogoutExpired)
                    .expected(format!("an end after {}", write_time(now)))
                    .seen(write_time(end))
                    .at("/LogoutRequest/@NotOnOrAfter"),
            );
        }
        let oldest = now.saturating_add(self.max_age);
        let until = end
            .map_or(oldest, |end| end.min(oldest))
            .saturating_add(skew);
        let pending = PendingLogout { order, until };
        Rejection::from_findings(findings).map_or(Ok(pending), Err)
    }
}

/// The request's children in schema order (Core 3.7.1): one name, then the sessions.
fn order(
    idp: &Idp,
    root: Element<'_>,
    message: &LogoutMessage,
    trust: &Trust<'_>,
) -> Result<LogoutOrder, Rejection> {
    let mut children = Sequence::of(root)?;
    let _ = children.optional(saml("Issuer"));
    let _ = children.optional(ds("Signature"));
    let _ = children.optional(samlp("Extensions"));
    let name = identifier(&mut children, trust)?;
    let mut session_indexes = Vec::new();
    while let Some(index) = children.optional(samlp("SessionIndex")) {
        session_indexes.push(
            index
                .text_only()
                .map_err(|error| refuse(index, &error))?
                .into_owned(),
        );
    }
    children.end()?;
    let name = name.ok_or_else(|| {
        Finding::new(Code::NameIdMissing)
            .expected("NameID")
            .at(root.path())
    })?;
    Ok(LogoutOrder {
        id: root
            .required_attribute("ID")
            .map_err(|error| refuse(root, &error))?
            .into_owned(),
        issuer: idp.issuer().to_owned(),
        relay_state: message.relay_state.clone(),
        key: SessionKey::new(idp.issuer(), &name),
        name_id: name,
        session_indexes,
    })
}

impl PendingLogout {
    /// Claim the request, so that the same message cannot end a later session.
    ///
    /// # Errors
    /// [`Code::Replayed`], [`Code::StoreFailed`].
    pub async fn redeem<R: ReplayStore>(
        self,
        replays: &R,
        now: OffsetDateTime,
    ) -> Result<LogoutOrder, Rejection> {
        let key = ReplayKey::new(&self.order.issuer, &self.order.id);
        match replays.claim(&key, self.until, now).await {
            Ok(FirstUse::First) => Ok(self.order),
            Ok(FirstUse::Replayed) => Err(Finding::new(Code::Replayed).at("redeem").into()),
            Err(error) => Err(Rejection::from(Code::StoreFailed).caused_by(error)),
        }
    }
}

impl LogoutOrder {
    /// The identity provider that asks.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The ID of its request, for the audit log.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The user, as the identity provider names them. Their sessions are those of [`key`](Self::key);
    /// this is for finding the account that the name is tied to.
    #[must_use]
    pub const fn name_id(&self) -> &NameId {
        &self.name_id
    }

    /// The key under which the user's sessions are indexed.
    #[must_use]
    pub const fn key(&self) -> SessionKey {
        self.key
    }

    /// The sessions that are named; none means all of this user (Core 3.7.3.1), also those whose
    /// assertion arrives later: remember the order until then.
    pub fn session_indexes(&self) -> impl Iterator<Item = &str> {
        self.session_indexes.iter().map(String::as_str)
    }

    /// Whether this session must end.
    #[must_use]
    pub fn ends(&self, session: &SessionIdentity) -> bool {
        let named = |index: &str| self.session_indexes.iter().any(|known| known == index);
        self.key == session.key()
            && (self.session_indexes.is_empty() || session.session_index().is_none_or(named))
    }
}
