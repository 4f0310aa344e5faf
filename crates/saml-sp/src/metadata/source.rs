//! How far a source of metadata is trusted, and what is demanded of it.
//!
//! Two kinds of trust, as two constructors, so that a signature cannot be forgotten: a file from the
//! identity provider itself, or one that a known key has signed. Only what that signature covers is
//! read then, from the very octets that were digested.

use time::{Duration, OffsetDateTime};

use super::select::{Selected, select};
use crate::assertion::write_time;
use crate::cert::PinnedKey;
use crate::crypto::CryptoProvider;
use crate::dsig::{Envelope, Keys, Nested};
use crate::error::{Code, Finding, Rejection};
use crate::message;
use crate::policy::{AlgorithmPolicy, Limits};
use crate::url::PlainHttp;
use crate::xml::{Document, Extras, Name};

/// Where metadata comes from.
///
/// ```
/// use saml_sp::metadata::Source;
/// let okta = Source::transport();                              // a file, or https and its server
/// # let key = saml_sp::cert::Certificate::parse(saml_testkit::TestIdp::okta().certificate_pem().as_bytes()).unwrap().key().clone();
/// let federation = Source::signed_by([key], time::Duration::days(14)); // whoever delivers it
/// ```
#[derive(Clone, Debug)]
pub struct Source {
    keys: Vec<PinnedKey>,
    longest: Option<Duration>,
    plain: PlainHttp,
}

impl Source {
    /// Trusted as it arrives: a file that an admin uploaded, or what came by https from the
    /// identity provider itself. Okta's metadata is unsigned and has no end, so this is for Okta.
    #[must_use]
    pub const fn transport() -> Self {
        Self {
            keys: Vec::new(),
            longest: None,
            plain: PlainHttp::LoopbackOnly,
        }
    }

    /// Trusted by a signature of one of these keys, got in another way (IIP-MD03). `validUntil`
    /// must be there and at most `longest` away (IIP-MD04).
    #[must_use]
    pub fn signed_by(keys: impl IntoIterator<Item = PinnedKey>, longest: Duration) -> Self {
        Self {
            keys: keys.into_iter().collect(),
            longest: Some(longest),
            plain: PlainHttp::LoopbackOnly,
        }
    }

    /// Take `http` addresses on any host, for tools that send nothing there.
    #[must_use]
    pub const fn danger_allow_http(mut self) -> Self {
        self.plain = PlainHttp::Allowed;
        self
    }

    /// Where `http` is taken.
    pub(super) const fn plain(&self) -> PlainHttp {
        self.plain
    }

    /// Run `read` on the entity that is meant, once everything that is demanded holds.
    pub(super) fn with_entity<T>(
        &self,
        bytes: &[u8],
        entity_id: Option<&str>,
        crypto: Option<&CryptoProvider>,
        limits: &Limits,
        now: OffsetDateTime,
        read: impl FnOnce(Selected<'_>) -> Result<T, Rejection>,
    ) -> Result<T, Rejection> {
        let limits = limits.of_metadata();
        let document = Document::parse_bytes(bytes, &limits, Extras::Allowed)
            .map_err(|error| message::refuse(&error))?;
        let (Some(longest), Some(crypto)) = (self.longest, crypto) else {
            return read(current(select(document.root(), entity_id)?, now)?);
        };
        let name = document.root().name();
        let name = Name::new(name.namespace, name.local);
        let envelope = Envelope::message(&document, name, Nested::Ignored)?;
        let keys = Keys::trusted(&self.keys);
        let policy = AlgorithmPolicy::default();
        let verified = envelope
            .candidate()?
            .verify(&keys, &policy, crypto, &limits)?;
        let signed = verified.signed_bytes(crypto)?;
        let document = signed.document_with(&limits, Extras::Allowed)?;
        let selected = current(select(document.root(), entity_id)?, now)?;
        let latest = now.saturating_add(longest);
        if selected.valid_until.is_none_or(|end| end > latest) {
            return Err(Finding::new(Code::MetadataValidity)
                .expected(format!("an end before {}", write_time(latest)))
                .seen(
                    selected
                        .valid_until
                        .map_or_else(|| "none".to_owned(), write_time),
                )
                .at(selected.entity.path())
                .into());
        }
        read(selected)
    }
}

/// Metadata past its end is refused, signed or not.
fn current(selected: Selected<'_>, now: OffsetDateTime) -> Result<Selected<'_>, Rejection> {
    match selected.valid_until {
        Some(end) if end <= now => Err(Finding::new(Code::MetadataExpired)
            .expected(format!("an end after {}", write_time(now)))
            .seen(write_time(end))
            .at(selected.entity.path())
            .into()),
        _ => Ok(selected),
    }
}
