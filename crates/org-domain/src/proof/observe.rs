//! Several resolvers asked at once, and what they say together.

use core::future::Future;
use core::num::NonZeroU8;

use time::Duration;

use crate::proof::answer::{Doubt, TxtAnswer, Verdict};
use crate::proof::record::ProofRecord;

/// Longest chain of CNAME records followed: delegating a challenge takes one or two.
pub const MAX_ALIASES: usize = 8;

/// What one resolver saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// How the host names the resolver, for the doctor's report.
    pub resolver: String,
    /// Its answer.
    pub answer: TxtAnswer,
    /// Whether DNSSEC vouches for the answer.
    pub authentication: Authentication,
    /// The names that CNAME records led to, in order.
    pub aliases: Vec<String>,
    /// How long the answer may be kept by caches (for an absence, the negative time to live).
    pub time_to_live: Option<Duration>,
}

/// Whether DNSSEC vouches for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Authentication {
    /// The whole chain was validated.
    Validated,
    /// The zone is not signed, or the resolver does not validate.
    None,
}

/// What all resolvers saw at one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The name that was asked for, absolute, without a trailing dot.
    pub name: String,
    /// One entry for each resolver that was asked, including those that did not answer.
    pub sightings: Vec<Sighting>,
}

/// How many resolvers have to agree where DNSSEC does not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quorum(NonZeroU8);

impl Quorum {
    /// One resolver is enough: for tests, and for a resolver on the same machine that validates.
    pub const SINGLE: Self = Self(NonZeroU8::MIN);
    /// Two have to agree: ask three that see the Internet from different places, so that one of
    /// them may fail or be deceived.
    pub const TWO: Self = Self(NonZeroU8::MIN.saturating_add(1));

    /// As many as that.
    #[must_use]
    pub const fn of(count: NonZeroU8) -> Self {
        Self(count)
    }

    pub(crate) fn get(self) -> usize {
        usize::from(self.0.get())
    }
}

/// Something that looks TXT records up; the host's DNS client.
///
/// Implementations ask every resolver for the absolute name, follow CNAME records, bypass caches
/// where they can, and never fail: what goes wrong is a [`TxtAnswer::Indeterminate`]. Feature `hickory`
/// has one, `dns_hickory::HickoryLookup`; an own one is a translation of what a client answers:
///
/// ```
/// use org_domain::TxtAnswer;
/// use org_domain::proof::{Absence, Doubt, Observation, Sighting, TxtLookup};
/// # struct Client;
/// # enum Failed { NoSuchName, NoSuchRecord, TimedOut, Other }
/// # impl Client { async fn txt(&self, _: &str) -> Result<Vec<Vec<Vec<u8>>>, Failed> { Err(Failed::NoSuchName) } }
///
/// /// Your DNS clients, each at a resolver of its own.
/// struct Lookup(Vec<(&'static str, Client)>);
///
/// impl TxtLookup for Lookup {
///     async fn look(&self, name: &str) -> Observation {
///         let mut seen = Observation::of(name);
///         for (resolver, client) in &self.0 {
///             let answer = match client.txt(name).await {
///                 // The strings of one record belong together; a separator between them would not.
///                 Ok(records) => TxtAnswer::Present(records.into_iter().map(|strings| strings.concat()).collect()),
///                 Err(Failed::NoSuchName) => TxtAnswer::Absent(Absence::NoName),
///                 Err(Failed::NoSuchRecord) => TxtAnswer::Absent(Absence::NoData),
///                 Err(Failed::TimedOut) => TxtAnswer::Indeterminate(Doubt::Timeout),
///                 Err(Failed::Other) => TxtAnswer::Indeterminate(Doubt::Network),
///             };
///             seen.sightings.push(Sighting::new(*resolver, answer));
///         }
///         seen
///     }
/// }
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let lookup = Lookup(vec![("ours", Client), ("theirs", Client)]);
/// assert_eq!(lookup.look("_app-challenge.acme.com").await.sightings.len(), 2);
/// # }
/// ```
///
/// Give it to [`settle::check`](crate::settle::check) with [`Quorum::TWO`]; one resolver alone is
/// believed only with [`Quorum::SINGLE`].
pub trait TxtLookup: Send + Sync {
    /// Asks all resolvers for the TXT records at an absolute name without a trailing dot.
    fn look(&self, name: &str) -> impl Future<Output = Observation> + Send;
}

impl Sighting {
    /// What a resolver answered, not validated, without aliases and with no known time to live;
    /// where more is known, set the fields.
    #[must_use]
    pub fn new(resolver: impl Into<String>, answer: TxtAnswer) -> Self {
        Self {
            resolver: resolver.into(),
            answer,
            authentication: Authentication::None,
            aliases: Vec::new(),
            time_to_live: None,
        }
    }

    /// What this resolver says about the proof. A chain of aliases that loops or is too long says
    /// nothing.
    #[must_use]
    pub fn verdict(&self, record: &ProofRecord) -> Verdict {
        if self.is_alias_chain_broken() {
            return Verdict::Indeterminate(Doubt::AliasChain);
        }
        self.answer.verdict(record)
    }

    /// Whether the aliases loop or are too many to be believed.
    pub(crate) fn is_alias_chain_broken(&self) -> bool {
        let loops = self
            .aliases
            .iter()
            .enumerate()
            .any(|(at, name)| self.aliases.iter().skip(at + 1).any(|b| same(name, b)));
        loops || self.aliases.len() > MAX_ALIASES
    }
}

fn same(a: &str, b: &str) -> bool {
    a.trim_end_matches('.')
        .eq_ignore_ascii_case(b.trim_end_matches('.'))
}

impl Observation {
    /// Of this name, with nobody asked yet; push a [`Sighting`] for each resolver.
    #[must_use]
    pub fn of(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            sightings: Vec::new(),
        }
    }

    /// What the resolvers say together.
    ///
    /// 1. A failed validation anywhere is bogus: somebody may be tampering.
    /// 2. Validated statements decide by themselves, unless they contradict each other.
    /// 3. A proof needs the quorum. So does an absence, and nobody may have seen the proof: losing a
    ///    domain takes more than a stale cache.
    /// 4. Everything else is indeterminate.
    #[must_use]
    pub fn verdict(&self, record: &ProofRecord, quorum: Quorum) -> Verdict {
        let verdicts: Vec<(Verdict, Authentication)> = self
            .sightings
            .iter()
            .map(|seen| (seen.verdict(record), seen.authentication))
            .collect();
        let count = |wanted: Verdict, by: &dyn Fn(Authentication) -> bool| {
            verdicts
                .iter()
                .filter(|(verdict, how)| *verdict == wanted && by(*how))
                .count()
        };
        let (validated, anyhow) = (|how| how == Authentication::Validated, |_| true);
        if count(Verdict::Bogus, &anyhow) > 0 {
            return Verdict::Bogus;
        }
        match (
            count(Verdict::Proven, &validated),
            count(Verdict::Absent, &validated),
        ) {
            (1.., 0) => return Verdict::Proven,
            (0, 1..) if count(Verdict::Proven, &anyhow) == 0 => return Verdict::Absent,
            (1.., 1..) => return Verdict::Indeterminate(Doubt::Disagreement),
            (0, _) => {}
        }
        let (proven, absent) = (
            count(Verdict::Proven, &anyhow),
            count(Verdict::Absent, &anyhow),
        );
        if proven >= quorum.get() {
            Verdict::Proven
        } else if proven == 0 && absent >= quorum.get() {
            Verdict::Absent
        } else {
            Verdict::Indeterminate(self.doubt(&verdicts, proven + absent))
        }
    }

    /// The cause to report: the one doubt that all share, or disagreement.
    fn doubt(&self, verdicts: &[(Verdict, Authentication)], statements: usize) -> Doubt {
        let mut doubts = verdicts.iter().filter_map(|(verdict, _)| match verdict {
            Verdict::Indeterminate(doubt) => Some(*doubt),
            _ => None,
        });
        match doubts.next() {
            None if self.sightings.is_empty() => Doubt::Network,
            Some(first) if statements == 0 && doubts.all(|doubt| doubt == first) => first,
            _ => Doubt::Disagreement,
        }
    }
}
