//! Why a proof is not seen, and what to do about it.

use core::fmt;

use time::{Duration, OffsetDateTime};

use crate::domain::Domain;
use crate::proof::answer::{Doubt, TxtAnswer, Verdict};
use crate::proof::lock::LockStanding;
use crate::proof::observe::Observation;
use crate::proof::record::{ProofRecord, without_wrapping};
use crate::proof::token::Token;

/// The names that the doctor wants looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Questions {
    /// Where the record should be.
    pub record: String,
    /// Where it ends up when a panel adds the zone to a name that has it already.
    pub doubled: String,
    /// A name that nobody can have published: whatever answers there is a wildcard.
    pub wildcard: String,
    /// The domain itself, where people publish by mistake.
    pub apex: String,
}

/// What was seen at those names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examination {
    /// At [`Questions::record`].
    pub record: Observation,
    /// At [`Questions::doubled`].
    pub doubled: Observation,
    /// At [`Questions::wildcard`].
    pub wildcard: Observation,
    /// At [`Questions::apex`].
    pub apex: Observation,
    /// What the owner's lock looks like to the organisation ([`crate::proof::OwnerLock::standing`]).
    pub lock: LockStanding,
}

/// One thing that the doctor found, with what mends it in [`fmt::Display`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Symptom {
    /// The record is there. Nothing to do.
    Healthy,
    /// Nothing is there at all.
    NothingThere,
    /// Other TXT records are there, but not this one.
    OthersOnly {
        /// How many.
        count: usize,
    },
    /// The record is one label too deep: the panel added the zone by itself.
    DoubledZone {
        /// What to enter instead.
        enter: String,
    },
    /// The record is at the domain itself.
    AtApex,
    /// A wildcard answers for the record's name.
    Wildcard,
    /// A token is there, but an older one or another organisation's.
    OtherToken,
    /// The token is there in upper case.
    TokenCase,
    /// The token is there without what belongs in front of it.
    MissingPrefix {
        /// What belongs there.
        prefix: String,
    },
    /// The name is an alias for another, which has no such record.
    Delegated {
        /// Where the aliases end.
        to: String,
    },
    /// Some resolvers see it and some do not: it is on its way.
    Spreading {
        /// Who sees it.
        seen_by: Vec<String>,
        /// Who does not.
        not_yet: Vec<String>,
    },
    /// A resolver could not tell.
    Unclear {
        /// Which.
        resolver: String,
        /// Why.
        doubt: Doubt,
    },
    /// DNSSEC validation failed.
    Bogus {
        /// At which resolver.
        resolver: String,
    },
    /// The owner's lock names other organisations, or none: the record counts for nothing.
    Locked,
    /// The owner's lock could not be read: the record counts once it can.
    LockUnclear {
        /// Why.
        doubt: Doubt,
    },
}

/// The doctor's report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// What was found, most useful first.
    pub symptoms: Vec<Symptom>,
    /// The host to enter in a panel that adds the zone by itself; the full name elsewhere.
    pub relative_host: String,
    /// When it makes sense to look again: when the caches have forgotten.
    pub look_again_at: OffsetDateTime,
}

impl Questions {
    /// The names for a record. `nonce` makes the wildcard name unguessable; a fresh token will do.
    #[must_use]
    pub fn for_record(record: &ProofRecord, domain: &Domain, nonce: Token) -> Self {
        let mut label = nonce.to_text();
        label.truncate(20);
        Self {
            record: record.name().to_owned(),
            doubled: format!("{}.{domain}", record.name()),
            wildcard: format!("_{label}.{domain}"),
            apex: domain.to_string(),
        }
    }
}

/// Reads an examination. Pure: the same observations give the same report.
#[must_use]
pub fn diagnose(
    record: &ProofRecord,
    domain: &Domain,
    seen: &Examination,
    now: OffsetDateTime,
) -> Diagnosis {
    let mut symptoms = Vec::new();
    let (mut seen_by, mut not_yet) = (Vec::new(), Vec::new());
    for sighting in &seen.record.sightings {
        let resolver = sighting.resolver.clone();
        match sighting.verdict(record) {
            Verdict::Proven => seen_by.push(resolver),
            Verdict::Absent => not_yet.push(resolver),
            Verdict::Indeterminate(doubt) => symptoms.push(Symptom::Unclear { resolver, doubt }),
            Verdict::Bogus => symptoms.push(Symptom::Bogus { resolver }),
        }
    }
    let found = match (seen_by.is_empty(), not_yet.is_empty()) {
        (false, true) => vec![Symptom::Healthy],
        (false, false) => vec![Symptom::Spreading { seen_by, not_yet }],
        (true, false) => misplaced(record, domain, seen),
        (true, true) => Vec::new(),
    };
    symptoms.splice(0..0, found);
    match seen.lock {
        LockStanding::ForOthers => symptoms.insert(0, Symptom::Locked),
        LockStanding::Indeterminate(doubt) => symptoms.push(Symptom::LockUnclear { doubt }),
        LockStanding::NotLooked | LockStanding::Absent | LockStanding::ForUs => {}
    }
    let relative_host = relative_host(record, domain);
    Diagnosis {
        symptoms,
        relative_host,
        look_again_at: now.saturating_add(longest_cache(&seen.record)),
    }
}

/// The name without the zone; `@` for the zone itself.
fn relative_host(record: &ProofRecord, domain: &Domain) -> String {
    let host = record
        .name()
        .strip_suffix(domain.as_str())
        .unwrap_or_else(|| record.name());
    let host = host.trim_end_matches('.');
    if host.is_empty() {
        "@".to_owned()
    } else {
        host.to_owned()
    }
}

/// The record is definitely not where it should be: look for where, and how, it is instead.
fn misplaced(record: &ProofRecord, domain: &Domain, seen: &Examination) -> Vec<Symptom> {
    let mut symptoms = Vec::new();
    if texts(&seen.doubled).any(|text| record.is_in(text)) {
        symptoms.push(Symptom::DoubledZone {
            enter: relative_host(record, domain),
        });
    }
    if record.name() != domain.as_str() && texts(&seen.apex).any(|text| record.is_in(text)) {
        symptoms.push(Symptom::AtApex);
    }
    symptoms.extend(texts(&seen.record).find_map(|text| misspelt(record, text)));
    let wildcard: Vec<&[u8]> = texts(&seen.wildcard).collect();
    if !wildcard.is_empty() && texts(&seen.record).all(|text| wildcard.contains(&text)) {
        symptoms.push(Symptom::Wildcard);
    }
    let end = seen
        .record
        .sightings
        .iter()
        .find_map(|sighting| sighting.aliases.last());
    symptoms.extend(end.map(|to| Symptom::Delegated { to: to.clone() }));
    if symptoms.is_empty() {
        let count = texts(&seen.record).count();
        symptoms.push(if count == 0 {
            Symptom::NothingThere
        } else {
            Symptom::OthersOnly { count }
        });
    }
    symptoms
}

/// A text that is nearly the record.
fn misspelt(record: &ProofRecord, text: &[u8]) -> Option<Symptom> {
    let text = without_wrapping(text);
    let prefix = record.prefix();
    let Some(rest) = text.strip_prefix(prefix.as_bytes()) else {
        return record
            .token()
            .matches(text)
            .then(|| Symptom::MissingPrefix {
                prefix: prefix.to_owned(),
            });
    };
    let word = rest
        .split(u8::is_ascii_whitespace)
        .next()
        .unwrap_or_default();
    if record.token().matches(&word.to_ascii_lowercase()) {
        Some(Symptom::TokenCase)
    } else {
        Some(Symptom::OtherToken)
    }
}

/// Every text that any resolver saw.
fn texts(observation: &Observation) -> impl Iterator<Item = &[u8]> {
    observation
        .sightings
        .iter()
        .flat_map(|sighting| match &sighting.answer {
            TxtAnswer::Present(texts) => texts.as_slice(),
            _ => &[],
        })
        .map(Vec::as_slice)
}

/// At least a minute, at most a day, whatever the zone says.
fn longest_cache(observation: &Observation) -> Duration {
    let longest = observation
        .sightings
        .iter()
        .filter_map(|sighting| sighting.time_to_live)
        .max();
    longest
        .unwrap_or(Duration::minutes(5))
        .clamp(Duration::minutes(1), Duration::days(1))
}

impl Symptom {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::NothingThere => "nothing_there",
            Self::OthersOnly { .. } => "others_only",
            Self::DoubledZone { .. } => "doubled_zone",
            Self::AtApex => "at_apex",
            Self::Wildcard => "wildcard",
            Self::OtherToken => "other_token",
            Self::TokenCase => "token_case",
            Self::MissingPrefix { .. } => "missing_prefix",
            Self::Delegated { .. } => "delegated",
            Self::Spreading { .. } => "spreading",
            Self::Unclear { .. } => "unclear",
            Self::Bogus { .. } => "bogus",
            Self::Locked => "locked",
            Self::LockUnclear { .. } => "lock_unclear",
        }
    }
}

impl fmt::Display for Symptom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Healthy => f.write_str("The record is there."),
            Self::NothingThere => f.write_str("There is no TXT record at this name yet. Publish it, and save the zone."),
            Self::OthersOnly { count } => write!(f, "There are {count} other TXT records at this name. Add this one beside them."),
            Self::DoubledZone { enter } => {
                write!(f, "Your DNS panel adds the domain by itself, so the record is one level too deep. Enter `{enter}` as the host.")
            }
            Self::AtApex => f.write_str("The record is at the domain itself. Publish it at the name shown instead."),
            Self::Wildcard => f.write_str("A wildcard record of the domain answers for this name. A record of its own will be found before it."),
            Self::OtherToken => f.write_str("The record carries another token: an older one, or another organization's. Replace it by the value shown."),
            Self::TokenCase => f.write_str("The token was changed to upper case. Publish the value exactly as shown."),
            Self::MissingPrefix { prefix } => write!(f, "The record is missing `{prefix}` before the token."),
            Self::Delegated { to } => write!(f, "The name is an alias for {to}, where the record is missing. Publish it there, or remove the alias."),
            Self::Spreading { seen_by, not_yet } => {
                write!(f, "The record is spreading: seen by {}, not yet by {}.", seen_by.join(", "), not_yet.join(", "))
            }
            Self::Unclear { resolver, doubt } => write!(f, "{resolver} could not tell ({doubt}). Nothing is lost; we look again."),
            Self::Bogus { resolver } => {
                write!(f, "{resolver} found the DNSSEC signatures of the domain broken. Mend them: nothing can be proven until then.")
            }
            Self::Locked => f.write_str("A lock record in the domain's DNS lets only other organizations claim it. Whoever runs the DNS has to name your organization in it, or remove it."),
            Self::LockUnclear { doubt } => write!(f, "The domain's lock record could not be read ({doubt}). The claim is verified once it can be; we look again."),
        }
    }
}
