//! Keeping an identity provider up to date: when to fetch again, and what a new file changes.
//! Nothing is fetched here, and nothing is taken over without the caller.
//!
//! A refresh is a plan and a decision: `next_fetch` says when, the host fetches, `apply` says what
//! would change. A changed entity id is refused, because it would make the users of one identity
//! provider those of another.

use time::{Duration, OffsetDateTime};

use super::IdpMetadata;
use crate::cert::Fingerprint;
use crate::error::{Code, Finding, Rejection};
use crate::idp::{Idp, IdpBuilder, KeyState, TrustedKey, usable};

/// What new metadata would change. Fit for an audit log and for asking an admin.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct MetadataChanges {
    /// Keys that are new, by the fingerprint of their certificate.
    pub keys_added: Vec<Fingerprint>,
    /// Keys that are no longer in the metadata and would be retired.
    pub keys_retired: Vec<Fingerprint>,
    /// Addresses that change, as `what: old -> new`.
    pub endpoints: Vec<String>,
}

impl MetadataChanges {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}

impl IdpMetadata {
    /// When to fetch again what was fetched at `fetched`: after the file's own `cacheDuration`, kept
    /// between 5 minutes and a day, and in any case when half of its validity is over.
    ///
    /// ```
    /// # use saml_sp::{Limits, metadata::IdpMetadata};
    /// # let (test, now) = (saml_testkit::TestIdp::okta(), time::OffsetDateTime::UNIX_EPOCH);
    /// # let metadata = IdpMetadata::read(test.metadata_xml().as_bytes(), None, &Limits::default(), now)?;
    /// assert_eq!(metadata.next_fetch(now), now + time::Duration::days(1));
    /// # Ok::<(), saml_sp::Rejection>(())
    /// ```
    #[must_use]
    pub fn next_fetch(&self, fetched: OffsetDateTime) -> OffsetDateTime {
        let most = Duration::days(1);
        let wait = self
            .cache_duration
            .unwrap_or(most)
            .clamp(Duration::minutes(5), most);
        let next = fetched.saturating_add(wait);
        match self.valid_until {
            Some(end) => next.min(fetched.saturating_add((end - fetched) / 2)),
            None => next,
        }
    }

    /// What this metadata would change in `idp`, and the identity provider it would become. Keys
    /// that are gone are retired at once; keys that are new are trusted at once, since identity
    /// providers switch without warning.
    ///
    /// Nothing is taken over by this call. Look at the changes first: a new key is what an attacker
    /// who controls the address would bring, so an admin may want to be asked.
    ///
    /// ```
    /// # use saml_sp::{Idp, Limits, metadata::IdpMetadata};
    /// # use saml_testkit::{TestIdp, TestKey};
    /// # let test = TestIdp::okta();
    /// # let now = time::macros::datetime!(2026-01-31 12:00 UTC);
    /// let idp = Idp::from_parts(test.certificate_pem(), test.sign_in_url(), test.issuer())?;
    /// let file = test.metadata().key(TestKey::IdpNext, Some("signing")).xml();
    /// let metadata = IdpMetadata::read(file.as_bytes(), Some(idp.issuer()), &Limits::default(), now)?;
    /// let (next, changes) = metadata.apply(&idp)?;
    /// assert_eq!((changes.keys_added.len(), changes.keys_retired.len()), (1, 0));
    /// assert_eq!(next.keys().count(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Code::MetadataIssuerChanged`] for metadata of another entity; as
    /// [`IdpBuilder::build`] when the result is unusable.
    pub fn apply(&self, idp: &Idp) -> Result<(Idp, MetadataChanges), Rejection> {
        if self.entity_id != idp.issuer() {
            return Err(Finding::new(Code::MetadataIssuerChanged)
                .expected(idp.issuer())
                .seen(&self.entity_id)
                .into());
        }
        let mut changes = MetadataChanges::default();
        let mut builder = IdpBuilder::from(idp.clone());
        for certificate in usable(&self.certificates, idp.policy()) {
            let known = idp
                .keys()
                .find(|key| key.certificate().key() == certificate.key());
            if known.is_none_or(|key| key.state() == KeyState::Retired) {
                changes.keys_added.push(certificate.fingerprint());
                builder = builder.trusted(TrustedKey::new(certificate.clone(), KeyState::Active));
            }
        }
        for key in idp.keys().filter(|key| key.state() != KeyState::Retired) {
            if self
                .certificates
                .iter()
                .all(|new| new.key() != key.certificate().key())
            {
                changes.keys_retired.push(key.certificate().fingerprint());
                let retired = TrustedKey::new(key.certificate().clone(), KeyState::Retired);
                builder = builder.trusted(retired);
            }
        }
        let next = self
            .endpoints(builder)
            .build()
            .map_err(|e| Rejection::from(e.into_finding()))?;
        changes.endpoints = differences(idp, &next);
        Ok((next, changes))
    }
}

fn differences(old: &Idp, new: &Idp) -> Vec<String> {
    let logout = |idp: &Idp| {
        idp.logout()
            .map(|service| format!("{} {}", service.location(), service.answers_to()))
    };
    let text = |url: Option<&str>| url.unwrap_or("none").to_owned();
    let pairs = [
        (
            "sign-in by redirect",
            text(old.sign_in_redirect()),
            text(new.sign_in_redirect()),
        ),
        (
            "sign-in by POST",
            text(old.sign_in_post()),
            text(new.sign_in_post()),
        ),
        (
            "logout",
            text(logout(old).as_deref()),
            text(logout(new).as_deref()),
        ),
    ];
    let changed = pairs.into_iter().filter(|(_, old, new)| old != new);
    changed
        .map(|(what, old, new)| format!("{what}: {old} -> {new}"))
        .collect()
}
