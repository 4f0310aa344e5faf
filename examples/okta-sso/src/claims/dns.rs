//! Who answers for the DNS.

use org_domain::{
    ClaimStore as _, Domain,
    dns_hickory::{HickoryLookup, SetupError},
    proof::{
        Authentication, HandleKey, Observation, Quorum, Sighting, TxtAnswer, TxtLookup,
        doctor::{Diagnosis, Examination, Questions, diagnose},
    },
    settle,
};
use sso_store::Database;
use std::net::SocketAddr;
use time::OffsetDateTime;

use super::fresh_token;
use crate::{demo::DOMAIN, web::Failure};

/// Three resolvers of three operators; two of them have to agree.
const PUBLIC: [([u8; 4], u16); 3] = [([9, 9, 9, 9], 53), ([1, 1, 1, 1], 53), ([8, 8, 8, 8], 53)];

/// The resolvers that are asked, and in the demonstration its own answers for its domain.
#[derive(Clone, Debug)]
pub struct Dns {
    resolvers: HickoryLookup,
    quorum: Quorum,
    demo: Option<Database>,
}

impl Dns {
    /// Asks these servers and the validating one, or three public ones when there are none. With
    /// one server altogether its word is enough: then it should be one that validates, close by.
    /// `demo` is the database whose claims of the demonstration's domain are answered for.
    ///
    /// # Errors
    /// [`SetupError`] when the client cannot be set up, or the validating one is not on this machine.
    pub fn new(
        servers: &[SocketAddr],
        validating: Option<SocketAddr>,
        demo: Option<Database>,
    ) -> Result<Self, SetupError> {
        let asked = match (servers, validating) {
            ([], None) => HickoryLookup::new(&PUBLIC.map(SocketAddr::from))?,
            (some, _) => HickoryLookup::new(some)?,
        };
        let resolvers = match validating {
            Some(close) => asked.and_validating(close)?,
            None => asked,
        };
        let quorum = if servers.len() + usize::from(validating.is_some()) == 1 {
            Quorum::SINGLE
        } else {
            Quorum::TWO
        };
        Ok(Self {
            resolvers,
            quorum,
            demo,
        })
    }

    /// How many resolvers have to agree.
    pub const fn quorum(&self) -> Quorum {
        self.quorum
    }

    /// How claims are looked after: these resolvers, their quorum, and the names in locks.
    pub const fn asked<'a>(&'a self, handles: &'a HandleKey) -> settle::Dns<'a, Self> {
        settle::Dns {
            lookup: self,
            quorum: self.quorum,
            handles,
        }
    }

    /// What is wrong with a claim's record or in its way, and what to do about it.
    ///
    /// # Errors
    /// [`Failure::Internal`] when the system gives no random bytes.
    pub async fn examine(
        &self,
        claim: &org_domain::Claim,
        handles: &HandleKey,
        now: OffsetDateTime,
    ) -> Result<Diagnosis, Failure> {
        let record = claim.record();
        let names = Questions::for_record(&record, claim.domain(), fresh_token()?);
        let (record_seen, doubled, wildcard, apex, lock) = tokio::join!(
            self.look(&names.record),
            self.look(&names.doubled),
            self.look(&names.wildcard),
            self.look(&names.apex),
            self.asked(handles).lock(claim),
        );
        let seen = Examination {
            record: record_seen,
            doubled,
            wildcard,
            apex,
            lock,
        };
        Ok(diagnose(&record, claim.domain(), &seen, now))
    }
}

impl TxtLookup for Dns {
    async fn look(&self, name: &str) -> Observation {
        if let Some(database) = &self.demo
            && name.ends_with(&format!(".{DOMAIN}"))
        {
            return from_claims(database, name, self.quorum).await;
        }
        self.resolvers.look(name).await
    }
}

/// The demonstration's own zone: it holds the record of every claim to its domain.
async fn from_claims(database: &Database, name: &str, quorum: Quorum) -> Observation {
    let claims = match Domain::parse(DOMAIN) {
        Ok(domain) => database.claims_to(&domain).await.unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    let records = claims
        .iter()
        .map(org_domain::Claim::record)
        .filter(|record| record.name() == name);
    let texts: Vec<Vec<u8>> = records.map(|record| record.value().into_bytes()).collect();
    let answer = match texts.is_empty() {
        true => TxtAnswer::Absent(org_domain::proof::Absence::NoName),
        false => TxtAnswer::Present(texts),
    };
    let sighting = |place: u8| Sighting {
        resolver: format!("demonstration {place}"),
        answer: answer.clone(),
        authentication: Authentication::None,
        aliases: Vec::new(),
        time_to_live: None,
    };
    let voices = if quorum == Quorum::SINGLE { 1 } else { 2 };
    Observation {
        name: name.to_owned(),
        sightings: (1..=voices).map(sighting).collect(),
    }
}
