//! From what an operation yields to the response that is sent.

use bytes::Bytes;

use crate::error::{Advice, Challenge, ScimError};
use crate::events::Outcome;
use crate::message::{Response, SCIM_JSON};
use crate::stored::Version;

/// What an operation yields: the response without its common parts.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Option<Bytes>,
    pub(super) location: Option<String>,
    pub(super) version: Option<Version>,
}

impl Reply {
    /// 200 with a body.
    pub(super) fn ok(body: impl Into<Bytes>) -> Self {
        Self {
            status: 200,
            body: Some(body.into()),
            location: None,
            version: None,
        }
    }

    /// 204, or any other status without a body.
    pub(super) fn empty(status: u16) -> Self {
        Self {
            status,
            body: None,
            location: None,
            version: None,
        }
    }

    /// The same with the place of the resource.
    pub(super) fn at(self, location: String) -> Self {
        Self {
            location: Some(location),
            ..self
        }
    }

    /// The same with the version of the resource.
    pub(super) fn of(self, version: Version) -> Self {
        Self {
            version: Some(version),
            ..self
        }
    }
}

/// Writes the response of an operation or of its refusal.
pub(super) fn respond(
    done: Result<Reply, ScimError>,
    accept: Option<&str>,
    mut outcome: Outcome,
) -> Response {
    let reply = done.unwrap_or_else(|error| {
        let reply = refusal(&error);
        outcome.refused = Some(error);
        reply
    });
    let mut headers = Vec::with_capacity(3);
    if let Some(advice) = outcome.refused.as_ref().and_then(advised) {
        headers.push(advice);
    }
    if reply.body.is_some() {
        headers.push(("content-type", media_type(accept).to_owned()));
    }
    if let Some(location) = reply.location {
        headers.push(("location", location));
    }
    if let Some(version) = reply.version {
        headers.push(("etag", version.to_string()));
    }
    let body = reply.body.unwrap_or_default();
    Response {
        status: reply.status,
        headers,
        body,
        outcome,
    }
}

fn refusal(error: &ScimError) -> Reply {
    Reply {
        status: error.status().code(),
        ..Reply::ok(error.to_json())
    }
}

/// The head field that goes with a refusal.
fn advised(error: &ScimError) -> Option<(&'static str, String)> {
    match error.advice() {
        Advice::None => None,
        Advice::Challenge(Challenge::Missing) => {
            Some(("www-authenticate", r#"Bearer realm="scim""#.to_owned()))
        }
        Advice::Challenge(Challenge::Invalid) => Some((
            "www-authenticate",
            r#"Bearer realm="scim", error="invalid_token""#.to_owned(),
        )),
        Advice::Allow(methods) => Some(("allow", methods.to_owned())),
        Advice::RetryAfter(seconds) => Some(("retry-after", seconds.to_string())),
    }
}

/// `application/json` for a client that accepts it and nothing of SCIM's own.
fn media_type(accept: Option<&str>) -> &'static str {
    let accept = accept.unwrap_or_default().to_ascii_lowercase();
    let plain = accept.contains("application/json") && !accept.contains("scim+json");
    if plain && !accept.contains("*/*") {
        "application/json"
    } else {
        SCIM_JSON
    }
}
