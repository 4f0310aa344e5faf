//! Ring one: a request and a response without any HTTP type.
//!
//! The engine reads only the parts of a request named here; a framework whose
//! types are not `http` 1.x fills them by hand. Feature `http` does it for
//! `http::Request<Bytes>`.

use bytes::Bytes;

use crate::events::Outcome;

/// Media type of every body this library writes (RFC 7644 section 3.1).
pub const SCIM_JSON: &str = "application/scim+json";

/// The methods SCIM gives a meaning to; anything else is answered 405.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Read one resource, list, discover.
    Get,
    /// As `GET`, with the head of its answer alone (RFC 9110 section 9.3.2).
    Head,
    /// Create, search, bulk.
    Post,
    /// Replace (RFC 7644 section 3.5.1).
    Put,
    /// Modify (RFC 7644 section 3.5.2).
    Patch,
    /// Remove (RFC 7644 section 3.6).
    Delete,
    /// Any other method.
    Other,
}

impl Method {
    /// Reads a method token; HTTP methods are case-sensitive.
    ///
    /// ```
    /// use scim_core::message::Method;
    /// assert_eq!(Method::parse("PATCH"), Method::Patch);
    /// assert_eq!(Method::parse("patch"), Method::Other);
    /// ```
    #[must_use]
    pub fn parse(token: &str) -> Self {
        match token {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "PATCH" => Self::Patch,
            "DELETE" => Self::Delete,
            _ => Self::Other,
        }
    }
}

/// A SCIM request as the engine reads it.
///
/// `Debug` leaves out the authorization header, the query and the body: the
/// first is a secret and the others hold personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// HTTP method.
    pub method: Method,
    /// Path of the request target, still percent-encoded, without the query.
    pub path: String,
    /// Query of the request target without `?`; empty when there is none.
    pub query: String,
    /// Head fields the engine knows.
    pub head: Head,
    /// The whole body; empty when there is none.
    pub body: Bytes,
}

/// The request head fields that mean something to a SCIM server.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// `Authorization`: `Bearer <token>`, or the raw token (Okta's header mode).
    pub authorization: Option<String>,
    /// `Accept`; a client that takes `application/json` only is answered in it.
    pub accept: Option<String>,
    /// `Content-Type`; needed only when there is a body.
    pub content_type: Option<String>,
    /// `If-Match` (RFC 7644 section 3.14).
    pub if_match: Option<String>,
    /// `If-None-Match` (RFC 7644 section 3.14).
    pub if_none_match: Option<String>,
    /// `Content-Encoding`; anything but `identity` is refused with 415.
    pub content_encoding: Option<String>,
}

impl Request {
    /// A request without head fields and body.
    ///
    /// `target` is the request target: a path, and a query after `?`.
    ///
    /// ```
    /// use scim_core::message::{Method, Request};
    ///
    /// let request = Request::new(Method::Get, "/scim/v2/Users?count=1").bearer("id.secret");
    /// assert_eq!(request.path, "/scim/v2/Users");
    /// assert_eq!(request.query, "count=1");
    /// ```
    #[must_use]
    pub fn new(method: Method, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            head: Head::default(),
            body: Bytes::new(),
        }
    }

    /// The same request with `Authorization: Bearer <token>`.
    #[must_use]
    pub fn bearer(mut self, token: &str) -> Self {
        self.head.authorization = Some(format!("Bearer {token}"));
        self
    }

    /// The same request with a JSON body and `Content-Type: application/scim+json`.
    #[must_use]
    pub fn json(mut self, body: impl Into<Bytes>) -> Self {
        self.head.content_type = Some(SCIM_JSON.to_owned());
        self.body = body.into();
        self
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Head")
            .field("content_type", &self.content_type)
            .field("if_match", &self.if_match)
            .field("if_none_match", &self.if_none_match)
            .finish_non_exhaustive()
    }
}

/// The engine's answer.
///
/// `Debug` leaves out the body, which holds personal data.
#[derive(Clone)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Head fields, names in lower case; `content-length` is left to the host, but
    /// for the answer to a `HEAD`, whose body the host does not see.
    pub headers: Vec<(&'static str, String)>,
    /// Body; empty for 204 and 304.
    pub body: Bytes,
    /// What happened, for the host: who asked, what changed, what to end.
    pub outcome: Outcome,
}

impl Response {
    /// The answer to a `HEAD`: the same without its body, whose length it tells.
    pub(crate) fn without_body(mut self) -> Self {
        if !self.body.is_empty() {
            let length = self.body.len().to_string();
            self.headers.push(("content-length", length));
            self.body = Bytes::new();
        }
        self
    }

    /// The value of a head field, by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.as_str())
    }
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}
