//! The DNS client, on hickory-resolver. The only part of the crate that opens sockets.
//!
//! Every resolver is asked by itself, for the absolute name (no search list), without a cache and
//! without the hosts file, over UDP with random letter case, then over TCP where UDP fails or the
//! answer is cut off. What goes wrong becomes a [`TxtAnswer::Indeterminate`]; an absence counts only
//! with the zone's SOA record in the answer (RFC 2308), so that a lame server revokes nothing.
//!
//! DNSSEC is left to the resolvers, because validating in this process would bring C or assembler
//! into the build (both of hickory's DNSSEC features do). What a resolver far away says about
//! signatures proves nothing, so it is not listened to: those are asked several at once, and a broken
//! zone's SERVFAIL is indeterminate. A validating resolver on this machine is believed, where the
//! host names one: see [`HickoryLookup::and_validating`].

mod validating;

use core::net::SocketAddr;
use core::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError, NoRecords};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::proof::{
    Absence, Authentication, Doubt, MAX_ALIASES, Observation, Sighting, TxtAnswer, TxtLookup,
};

/// How long one question to one resolver may take before it is asked again: two seconds, well over
/// a round trip around the world.
const QUESTION_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a resolver may take altogether, aliases and repetitions included.
const RESOLVER_TIMEOUT: Duration = Duration::from_secs(10);

/// The client could not be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The client of a resolver could not be built.
    #[error("the DNS client could not be set up")]
    Client,
    /// The resolver that is to be believed is not on this machine.
    #[error("a resolver is believed about DNSSEC only at a loopback address")]
    NotLoopback,
}

/// How patient the client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For one question: 2 seconds by default.
    pub question: Duration,
    /// For one resolver altogether: 10 seconds by default.
    pub resolver: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            question: QUESTION_TIMEOUT,
            resolver: RESOLVER_TIMEOUT,
        }
    }
}

/// Looks TXT records up at several resolvers at once.
///
/// Give it three that see the Internet from different places, and ask with
/// [`crate::proof::Quorum::TWO`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), org_domain::dns_hickory::SetupError> {
/// use org_domain::dns_hickory::HickoryLookup;
/// let resolvers = [([9, 9, 9, 9], 53), ([1, 1, 1, 1], 53), ([8, 8, 8, 8], 53)].map(Into::into);
/// let dns = HickoryLookup::new(&resolvers)?;
/// # let _ = dns; Ok(()) }
/// ```
#[derive(Clone)]
pub struct HickoryLookup {
    resolvers: Vec<(String, Voice)>,
    patience: Patience,
}

/// One resolver, and what of its word is taken.
#[derive(Clone)]
enum Voice {
    /// Its answers, as one voice of several.
    Plain(Box<TokioResolver>),
    /// Its AD bit too. The address is a loopback one.
    Validating(SocketAddr),
}

impl core::fmt::Debug for HickoryLookup {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list()
            .entries(self.resolvers.iter().map(|(name, _)| name))
            .finish()
    }
}

impl HickoryLookup {
    /// A client of these resolvers. Call it within a Tokio runtime.
    ///
    /// # Errors
    /// [`SetupError`] where the client cannot be built.
    pub fn new(resolvers: &[SocketAddr]) -> Result<Self, SetupError> {
        Self::with_patience(resolvers, Patience::default())
    }

    /// A client of these resolvers with other timeouts.
    ///
    /// # Errors
    /// [`SetupError`] where the client cannot be built.
    pub fn with_patience(resolvers: &[SocketAddr], patience: Patience) -> Result<Self, SetupError> {
        let built = resolvers.iter().map(|address| {
            let resolver = build(*address, patience.question)?;
            Ok((address.to_string(), Voice::Plain(Box::new(resolver))))
        });
        Ok(Self {
            resolvers: built.collect::<Result<_, SetupError>>()?,
            patience,
        })
    }

    /// Adds a resolver that validates DNSSEC and whose AD bit is believed: an answer that it vouches
    /// for decides by itself ([`Authentication::Validated`]), a zone with broken signatures is
    /// [`TxtAnswer::Bogus`], and an answer from an unsigned zone is one voice like the others.
    ///
    /// Only a loopback address is taken, such as that of an unbound or knot-resolver of your own: the
    /// bit is a promise without a signature, worth as much as the way to who gives it (RFC 4035
    /// section 4.9.3). Nothing here can tell whether the resolver really validates.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), org_domain::dns_hickory::SetupError> {
    /// use org_domain::dns_hickory::{HickoryLookup, SetupError};
    /// let dns = HickoryLookup::new(&[])?.and_validating(([127, 0, 0, 1], 53).into())?;
    /// let far = HickoryLookup::new(&[])?.and_validating(([9, 9, 9, 9], 53).into());
    /// assert!(matches!(far, Err(SetupError::NotLoopback)));
    /// # let _ = dns; Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`SetupError::NotLoopback`] for any other address.
    pub fn and_validating(mut self, resolver: SocketAddr) -> Result<Self, SetupError> {
        if !resolver.ip().to_canonical().is_loopback() {
            return Err(SetupError::NotLoopback);
        }
        let name = format!("{resolver} (validating)");
        self.resolvers.push((name, Voice::Validating(resolver)));
        Ok(self)
    }
}

/// Every default that matters is set by hand.
fn build(address: SocketAddr, question: Duration) -> Result<TokioResolver, SetupError> {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = address.port();
        connection
    });
    let server = NameServerConfig::new(address.ip(), true, connections.into());
    let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
    let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    *builder.options_mut() = options(question);
    builder.build().map_err(|_| SetupError::Client)
}

fn options(question: Duration) -> ResolverOpts {
    let mut options = ResolverOpts::default();
    options.timeout = question;
    options.attempts = 1;
    options.edns0 = true;
    options.cache_size = 0;
    options.use_hosts_file = ResolveHosts::Never;
    options.preserve_intermediates = true;
    options.try_tcp_on_error = true;
    options.case_randomization = true;
    options.num_concurrent_reqs = 1;
    options
}

impl TxtLookup for HickoryLookup {
    async fn look(&self, name: &str) -> Observation {
        let mut tasks = JoinSet::new();
        for (at, (_, voice)) in self.resolvers.iter().enumerate() {
            let (voice, name, patience) = (voice.clone(), name.to_owned(), self.patience);
            tasks.spawn(async move {
                let seen = timeout(patience.resolver, voice.ask(&name, patience)).await;
                (at, seen.unwrap_or_else(|_| Seen::unclear(Doubt::Timeout)))
            });
        }
        let mut seen: Vec<Option<Seen>> = self.resolvers.iter().map(|_| None).collect();
        while let Some(done) = tasks.join_next().await {
            if let Ok((at, answer)) = done
                && let Some(place) = seen.get_mut(at)
            {
                *place = Some(answer);
            }
        }
        let sightings = self
            .resolvers
            .iter()
            .zip(seen)
            .map(|((resolver, _), seen)| {
                seen.unwrap_or_else(|| Seen::unclear(Doubt::Network))
                    .sighting(resolver.clone())
            });
        Observation {
            name: name.to_owned(),
            sightings: sightings.collect(),
        }
    }
}

impl Voice {
    async fn ask(&self, name: &str, patience: Patience) -> Seen {
        match self {
            Self::Plain(resolver) => ask(resolver, name).await,
            Self::Validating(resolver) => validating::ask(*resolver, name, patience.question).await,
        }
    }
}

/// What one resolver said, before it has a name.
struct Seen {
    answer: TxtAnswer,
    aliases: Vec<String>,
    time_to_live: Option<u32>,
    authentication: Authentication,
}

impl Seen {
    fn unclear(doubt: Doubt) -> Self {
        Self {
            answer: TxtAnswer::Indeterminate(doubt),
            aliases: Vec::new(),
            time_to_live: None,
            authentication: Authentication::None,
        }
    }

    fn sighting(self, resolver: String) -> Sighting {
        Sighting {
            resolver,
            answer: self.answer,
            authentication: self.authentication,
            aliases: self.aliases,
            time_to_live: self
                .time_to_live
                .map(|seconds| time::Duration::seconds(i64::from(seconds))),
        }
    }
}

async fn ask(resolver: &TokioResolver, name: &str) -> Seen {
    let Ok(name) = Name::from_ascii(format!("{name}.")) else {
        return Seen::unclear(Doubt::Malformed);
    };
    match resolver.lookup(name.clone(), RecordType::TXT).await {
        Ok(lookup) => read(&lookup),
        Err(NetError::Dns(DnsError::NoRecordsFound(none))) => absent(resolver, name, &none).await,
        Err(error) => Seen::unclear(doubt(&error)),
    }
}

/// The texts, each record's strings joined, and the aliases that led to them.
fn read(lookup: &Lookup) -> Seen {
    let (mut texts, mut aliases, mut time_to_live) = (Vec::new(), Vec::new(), None::<u32>);
    for record in lookup.answers() {
        match &record.data {
            RData::TXT(text) => texts.push(text.txt_data.concat()),
            RData::CNAME(alias) => aliases.push(plain(&alias.0)),
            _ => continue,
        }
        time_to_live = Some(time_to_live.map_or(record.ttl, |least| least.min(record.ttl)));
    }
    let answer = if texts.is_empty() {
        TxtAnswer::Absent(Absence::NoData)
    } else {
        TxtAnswer::Present(texts)
    };
    Seen {
        answer,
        aliases,
        time_to_live,
        authentication: Authentication::None,
    }
}

/// There is no record. That counts with the zone's SOA only, and the aliases are followed by hand:
/// a loop of aliases looks like an absence too.
async fn absent(resolver: &TokioResolver, name: Name, none: &NoRecords) -> Seen {
    let aliases = match follow(resolver, name).await {
        Ok(aliases) => aliases,
        Err(doubt) => return Seen::unclear(doubt),
    };
    let absence = match none.response_code {
        ResponseCode::NXDomain => Absence::NoName,
        _ => Absence::NoData,
    };
    let answer = if none.soa.is_some() || !aliases.is_empty() {
        TxtAnswer::Absent(absence)
    } else {
        TxtAnswer::Indeterminate(Doubt::Malformed)
    };
    Seen {
        answer,
        aliases,
        time_to_live: none.negative_ttl,
        authentication: Authentication::None,
    }
}

/// The names that CNAME records lead to. Ends at a repetition or one past the longest chain, both of
/// which [`Sighting::verdict`] recognises.
async fn follow(resolver: &TokioResolver, mut name: Name) -> Result<Vec<String>, Doubt> {
    let mut aliases: Vec<String> = Vec::new();
    while aliases.len() <= MAX_ALIASES {
        let lookup = match resolver.lookup(name.clone(), RecordType::CNAME).await {
            Ok(lookup) => lookup,
            Err(NetError::Dns(DnsError::NoRecordsFound(_))) => break,
            Err(error) => return Err(doubt(&error)),
        };
        let next = lookup
            .answers()
            .iter()
            .find_map(|record| match &record.data {
                RData::CNAME(alias) if record.name == name => Some(alias.0.clone()),
                _ => None,
            });
        let Some(next) = next else { break };
        let text = plain(&next);
        let is_repetition = aliases.contains(&text);
        aliases.push(text);
        if is_repetition {
            break;
        }
        name = next;
    }
    Ok(aliases)
}

/// The name without its final dot and without the letter case that the question was sent in.
fn plain(name: &Name) -> String {
    name.to_ascii().trim_end_matches('.').to_ascii_lowercase()
}

fn doubt(error: &NetError) -> Doubt {
    match error {
        NetError::Timeout => Doubt::Timeout,
        NetError::Dns(DnsError::ResponseCode(ResponseCode::Refused)) => Doubt::Refused,
        NetError::Dns(DnsError::ResponseCode(ResponseCode::ServFail)) => Doubt::ServerFailure,
        NetError::Dns(_) | NetError::Proto(_) => Doubt::Malformed,
        _ => Doubt::Network,
    }
}
