//! The owner's lock: a TXT record by which whoever runs the DNS says which organisation may claim
//! the domain, or that none may.
//!
//! It works like CAA (RFC 8659) with an account URI (RFC 8657): absent, everybody may try; present,
//! only who is named. The organisation is named by a keyed hash, so that the record tells strangers
//! nothing, while the administrator of the service sees the same handle on the claim's page.

use core::fmt;

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::domain::Domain;
use crate::ident::OrgId;
use crate::proof::answer::{Doubt, TxtAnswer, is_too_large};
use crate::proof::observe::{Authentication, Observation, Quorum, Sighting};
use crate::proof::record::{AppLabel, without_wrapping};

/// 100 bit of the hash: far beyond guessing, short enough to compare by eye.
const HANDLE_CHARS: usize = 20;

/// The service's key for the names by which organisations are known in DNS records. Keep it as long
/// as locks are to be honoured; all processes of one service have the same.
#[derive(Clone)]
pub struct HandleKey([u8; 32]);

impl HandleKey {
    /// With 32 random bytes, or bytes derived from a secret that the service keeps.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The name of an organisation.
    #[must_use]
    pub fn handle(&self, org: &OrgId) -> OrgHandle {
        // A key shorter than the hash's block is filled up with zeros (RFC 2104 section 2).
        let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
        for (into, from) in block.iter_mut().zip(self.0) {
            *into = from;
        }
        let mut mac = Hmac::<Sha256>::new(&block);
        mac.update(b"org-domain handle\0");
        mac.update(org.as_str().as_bytes());
        let mut text = BASE32_NOPAD.encode(&mac.finalize().into_bytes());
        text.truncate(HANDLE_CHARS);
        text.make_ascii_lowercase();
        OrgHandle(text.into_boxed_str())
    }
}

impl fmt::Debug for HandleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandleKey(..)")
    }
}

/// An organisation's public name in DNS records: a keyed hash of its identifier
/// ([`HandleKey::handle`]).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrgHandle(Box<str>);

impl OrgHandle {
    /// The handle.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OrgHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrgHandle({})", self.0)
    }
}

/// What the owner of a domain allows.
///
/// ```
/// # use org_domain::{OrgId, proof::{HandleKey, OwnerLock}};
/// let key = HandleKey::new([7; 32]);
/// let ours = key.handle(&OrgId::new("o1")?);
/// let theirs = key.handle(&OrgId::new("o2")?);
/// assert!(OwnerLock::read([]).allows(&ours));
/// let pinned = format!("v=1 org={}", ours.as_str());
/// assert!(OwnerLock::read([pinned.as_bytes()]).allows(&ours));
/// assert!(!OwnerLock::read([pinned.as_bytes()]).allows(&theirs));
/// assert!(!OwnerLock::read([b"v=1 claims=none".as_slice()]).allows(&ours));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnerLock {
    /// No lock: everybody who can prove the domain may claim it.
    Open,
    /// Only these organisations; nobody where the list is empty.
    Only(Vec<OrgHandle>),
}

impl OwnerLock {
    /// The name at which the lock stands: `_<app>-policy.<domain>`.
    #[must_use]
    pub fn name(app: &AppLabel, domain: &Domain) -> String {
        format!("_{}-policy.{domain}", app.as_str())
    }

    /// Reads the TXT records at that name. Records without `v=1` are not ours. A record with `v=1`
    /// that names nobody, or says `claims=none`, or that cannot be read, locks: who writes a lock
    /// with a slip of the pen wants it shut.
    #[must_use]
    pub fn read<'a>(texts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut locked = false;
        let mut handles = Vec::new();
        for text in texts {
            let text = String::from_utf8_lossy(without_wrapping(text));
            let mut words = text.split([' ', ';', '\t']).filter(|word| !word.is_empty());
            if words.next() != Some("v=1") {
                continue;
            }
            locked = true;
            handles.extend(
                words
                    .filter_map(|word| word.strip_prefix("org="))
                    .map(|name| OrgHandle(name.into())),
            );
        }
        if locked {
            Self::Only(handles)
        } else {
            Self::Open
        }
    }

    /// Whether the organisation may claim the domain.
    #[must_use]
    pub fn allows(&self, org: &OrgHandle) -> bool {
        match self {
            Self::Open => true,
            Self::Only(handles) => handles.contains(org),
        }
    }
}

/// What a domain's lock looks like to one organisation, a moment before it acts or is verified.
///
/// Neither [`crate::policy::permit_claim`] nor [`crate::ClaimEvent::Checked`] can be made without it.
/// Whoever starts a claim or accepts a domain has to have looked, and so has the check that would
/// turn a claim into a verified one; everything else may say [`LockStanding::NotLooked`].
///
/// The lock is asked when a domain is taken, as a certification authority asks CAA when it issues
/// (RFC 8659 section 3): one that is published later revokes nothing. To end a claim that is
/// verified, remove its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LockStanding {
    /// Nobody looked, because nothing that was asked for takes the domain.
    NotLooked,
    /// There is no lock: whoever proves the domain may have it.
    Absent,
    /// The lock names this organisation.
    ForUs,
    /// The lock names others, or nobody.
    ForOthers,
    /// Nothing can be said. A claim may be started, for it gives nothing; the domain cannot be taken
    /// until the lock can be read, as with CAA records (RFC 8659 section 3).
    Indeterminate(Doubt),
}

impl LockStanding {
    /// Every word of [`LockStanding::as_str`], for tables.
    pub const WORDS: [&'static str; 5] = [
        "not_looked",
        "absent",
        "for_us",
        "for_others",
        "indeterminate",
    ];

    /// The word that the tables use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotLooked => "not_looked",
            Self::Absent => "absent",
            Self::ForUs => "for_us",
            Self::ForOthers => "for_others",
            Self::Indeterminate(_) => "indeterminate",
        }
    }
}

impl OwnerLock {
    /// What the resolvers together say about the lock, as one organisation sees it.
    ///
    /// A lock against the organisation counts as soon as one resolver has seen it: a stale cache
    /// elsewhere must not open what the owner shut. Everything else needs the quorum, or an answer
    /// that DNSSEC vouches for.
    ///
    /// ```
    /// # use org_domain::{OrgId, TxtAnswer, proof::*};
    /// # let ours = HandleKey::new([7; 32]).handle(&OrgId::new("o1")?);
    /// let sighting = |answer| Sighting {
    ///     resolver: "a".to_owned(),
    ///     answer,
    ///     authentication: Authentication::None,
    ///     aliases: Vec::new(),
    ///     time_to_live: None,
    /// };
    /// let none = TxtAnswer::Absent(Absence::NoName);
    /// let shut = TxtAnswer::Present(vec![b"v=1 claims=none".to_vec()]);
    /// let seen = |sightings| Observation { name: "_app-policy.acme.com".to_owned(), sightings };
    /// let standing = |seen| OwnerLock::standing(&seen, Quorum::TWO, &ours);
    /// assert_eq!(standing(seen(vec![sighting(none.clone()), sighting(none.clone())])), LockStanding::Absent);
    /// assert_eq!(standing(seen(vec![sighting(none.clone()), sighting(shut)])), LockStanding::ForOthers);
    /// assert!(matches!(standing(seen(vec![sighting(none)])), LockStanding::Indeterminate(_)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn standing(seen: &Observation, quorum: Quorum, org: &OrgHandle) -> LockStanding {
        let (mut open, mut ours, mut vouched) = (0_usize, 0_usize, false);
        let mut doubt = None;
        for sighting in &seen.sightings {
            match Self::from_sighting(sighting) {
                Err(cause) => doubt = doubt.or(Some(cause)),
                Ok(lock) if !lock.allows(org) => return LockStanding::ForOthers,
                Ok(lock) => {
                    vouched |= sighting.authentication == Authentication::Validated;
                    match lock {
                        Self::Open => open += 1,
                        Self::Only(_) => ours += 1,
                    }
                }
            }
        }
        if open + ours < quorum.get() && !vouched {
            return LockStanding::Indeterminate(doubt.unwrap_or(Doubt::Disagreement));
        }
        if ours > 0 {
            LockStanding::ForUs
        } else {
            LockStanding::Absent
        }
    }

    fn from_sighting(sighting: &Sighting) -> Result<Self, Doubt> {
        if sighting.is_alias_chain_broken() {
            return Err(Doubt::AliasChain);
        }
        match &sighting.answer {
            TxtAnswer::Present(texts) if is_too_large(texts) => Err(Doubt::TooLarge),
            TxtAnswer::Present(texts) => Ok(Self::read(texts.iter().map(Vec::as_slice))),
            TxtAnswer::Absent(_) => Ok(Self::Open),
            TxtAnswer::Indeterminate(doubt) => Err(*doubt),
            TxtAnswer::Bogus => Err(Doubt::Forged),
        }
    }
}
