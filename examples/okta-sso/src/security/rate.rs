//! Token buckets in memory: so many tries at once, so many more with time.
//!
//! Each process counts for itself, so with several processes the figures multiply; they are
//! there to make guessing slow, and passwords and tokens are long enough to bear that.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use time::{Duration, OffsetDateTime};

use crate::web::Failure;

/// What is being tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Asking DNS for a claim's record by hand: one per 30 seconds, bursts of 5.
    CheckClaim,
    /// Sending invitations: 10 an hour.
    Invite,
    /// Making SCIM tokens: 5 an hour.
    MintToken,
    /// Trying a password: 10 at once, then one per 6 seconds.
    Password,
    /// SAML responses that were refused: 60 at once, then 10 a second.
    PostResponse,
    /// Refused SCIM tokens: 30 at once, then one a second.
    ScimToken,
    /// Beginning single sign-on, which writes a row and may sign: 300 at once, then 30 a second,
    /// for a whole company may share an address.
    StartLogin,
}

impl Action {
    /// Tries at once, and the time after which one more is given.
    const fn allowance(self) -> (f64, Duration) {
        match self {
            Self::CheckClaim => (5.0, Duration::seconds(30)),
            Self::Invite => (10.0, Duration::minutes(6)),
            Self::MintToken => (5.0, Duration::minutes(12)),
            Self::Password => (10.0, Duration::seconds(6)),
            Self::PostResponse => (60.0, Duration::milliseconds(100)),
            Self::ScimToken => (30.0, Duration::seconds(1)),
            Self::StartLogin => (300.0, Duration::milliseconds(33)),
        }
    }
}

/// Who tries: an address, an account, an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// A network address; IPv6 addresses count by their /64, which is one household.
    Address(IpAddr),
    /// Anything the caller names.
    Named(String),
}

impl Who {
    /// An address as rate limits see it.
    pub fn address(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::Address(address),
            IpAddr::V6(six) => {
                let network = u128::from(six) & !u128::from(u64::MAX);
                Self::Address(IpAddr::V6(network.into()))
            }
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: OffsetDateTime,
}

/// Most buckets kept; above it, full ones are dropped, and if none is full everybody waits.
const MOST: usize = 100_000;

/// The buckets of this process.
#[derive(Debug, Default)]
pub struct Rates {
    buckets: Mutex<HashMap<(Action, Who), Bucket>>,
}

impl Rates {
    /// Takes one try out of the bucket of an address. An unknown address and a loopback one, which
    /// is a proxy on this machine, say nothing about who asks and are not counted; behind a proxy,
    /// let it name the address (see [`Peers`](crate::config::Peers)).
    ///
    /// # Errors
    /// As [`spend`](Self::spend).
    pub fn spend_address(
        &self,
        action: Action,
        peer: Option<IpAddr>,
        now: OffsetDateTime,
    ) -> Result<(), Failure> {
        match peer.filter(|peer| !peer.is_loopback()) {
            Some(peer) => self.spend(action, Who::address(peer), now),
            None => Ok(()),
        }
    }

    /// Takes one try out of a bucket.
    ///
    /// # Errors
    /// [`Failure::TooMany`] with the seconds until the next.
    pub fn spend(&self, action: Action, who: Who, now: OffsetDateTime) -> Result<(), Failure> {
        let (most, refill) = action.allowance();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST {
            buckets.retain(|(action, _), bucket| !bucket.is_full(*action, now));
            if buckets.len() >= MOST {
                return Err(Failure::TooMany(60));
            }
        }
        let bucket = buckets.entry((action, who)).or_insert(Bucket {
            left: most,
            at: now,
        });
        bucket.left = bucket.left_at(action, now);
        bucket.at = now;
        if bucket.left < 1.0 {
            let wait = refill.as_seconds_f64() * (1.0 - bucket.left);
            return Err(Failure::TooMany(
                Duration::seconds_f64(wait).whole_seconds().unsigned_abs() + 1,
            ));
        }
        bucket.left -= 1.0;
        Ok(())
    }
}

impl Bucket {
    fn left_at(self, action: Action, now: OffsetDateTime) -> f64 {
        let (most, refill) = action.allowance();
        let passed = (now - self.at).max(Duration::ZERO);
        (self.left + passed.as_seconds_f64() / refill.as_seconds_f64()).min(most)
    }

    fn is_full(self, action: Action, now: OffsetDateTime) -> bool {
        self.left_at(action, now) >= action.allowance().0
    }
}
