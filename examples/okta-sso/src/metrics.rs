//! Counters of this process, in the Prometheus text format. No label names a person or an
//! organisation.

use std::fmt;

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

/// Labels of the request counter.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    room: &'static str,
    status: u16,
}

/// Labels of the request times.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Room {
    room: &'static str,
}

/// Labels of the sign-in counter.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct SignedIn {
    method: &'static str,
    code: String,
}

/// Upper bounds of request times, in seconds: from a cached read to what Okta gives up on.
const BOUNDS: [f64; 10] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0, 30.0];

/// The counters.
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<Room, Histogram, fn() -> Histogram>,
    sign_ins: Family<SignedIn, Counter>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("okta_sso");
        let requests = Family::default();
        let seconds =
            Family::new_with_constructor((|| Histogram::new(BOUNDS)) as fn() -> Histogram);
        let sign_ins = Family::default();
        registry.register("requests", "Requests answered", requests.clone());
        registry.register(
            "request_seconds",
            "Time from a whole request to its answer",
            seconds.clone(),
        );
        registry.register(
            "sign_ins",
            "Sign-ins decided, by method and code",
            sign_ins.clone(),
        );
        Self {
            registry,
            requests,
            seconds,
            sign_ins,
        }
    }
}

impl Metrics {
    /// Counts a request.
    pub fn answered(&self, room: &'static str, status: u16, took: std::time::Duration) {
        self.requests
            .get_or_create(&Answered { room, status })
            .inc();
        self.seconds
            .get_or_create(&Room { room })
            .observe(took.as_secs_f64());
    }

    /// Counts a sign-in; `code` is a stable code of the policy or of saml-sp.
    pub fn signed_in(&self, method: &'static str, code: &str) {
        self.sign_ins
            .get_or_create(&SignedIn {
                method,
                code: code.to_owned(),
            })
            .inc();
    }

    /// The text a scraper reads.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a String fails only if a metric's own encoding does; then nothing is shown.
        match encode(&mut text, &self.registry) {
            Ok(()) => text,
            Err(fmt::Error) => String::new(),
        }
    }
}
