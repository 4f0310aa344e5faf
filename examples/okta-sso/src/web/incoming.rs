//! A request as the handlers see it: whole, bounded and already read.

use std::net::IpAddr;

use bytes::Bytes;
use http::{HeaderMap, Method, header, request::Parts};

use super::{Failure, Form};

/// One request whose body has been read within the server's limit.
#[derive(Debug)]
pub struct Incoming {
    parts: Parts,
    body: Bytes,
    peer: Option<IpAddr>,
}

impl Incoming {
    /// Takes a request apart; `peer` is the address rate limits count by, `None` in tests.
    pub fn new(request: http::Request<Bytes>, peer: Option<IpAddr>) -> Self {
        let (parts, body) = request.into_parts();
        Self { parts, body, peer }
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.parts.method
    }

    /// The path without the query.
    pub fn path(&self) -> &str {
        self.parts.uri.path()
    }

    /// The query text, empty when there is none.
    pub fn query_text(&self) -> &str {
        self.parts.uri.query().unwrap_or_default()
    }

    /// The first value of a query parameter, percent-decoded.
    pub fn query(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.query_text().as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The address that a proxy in front of this process says the request came from.
    fn forwarded_for(&self) -> Option<IpAddr> {
        let last = self
            .parts
            .headers
            .get_all("x-forwarded-for")
            .iter()
            .next_back()?;
        last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
    }

    /// The request as from the address the proxy names, if it names one.
    #[must_use]
    pub fn by_forwarded_peer(self) -> Self {
        let peer = self.forwarded_for().or(self.peer);
        Self { peer, ..self }
    }

    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// A header as text; `None` when absent or not text.
    pub fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    }

    /// The host the client asked for, lower case and without its port.
    pub fn host(&self) -> String {
        let named = self
            .header(header::HOST)
            .or_else(|| self.parts.uri.host())
            .unwrap_or_default();
        let without_port = match named.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => named,
        };
        without_port.to_ascii_lowercase()
    }

    /// The value of a cookie. With several of one name the first is taken.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.parts
            .headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// The address the request came from, as far as the server can know it.
    pub fn peer(&self) -> Option<IpAddr> {
        self.peer
    }

    /// The body.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The body read as a URL-encoded or multipart form.
    ///
    /// # Errors
    /// [`Failure::Bad`] for another content type or a form that cannot be read.
    pub async fn form(&self) -> Result<Form, Failure> {
        let kind = self.header(header::CONTENT_TYPE).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            return Form::from_multipart(kind, self.body.clone()).await;
        }
        if kind.starts_with("application/x-www-form-urlencoded") {
            return Ok(Form::from_urlencoded(&self.body));
        }
        Err(Failure::Bad("This address takes a form.".to_owned()))
    }

    /// The request again, for engines that speak `http` themselves.
    pub fn into_http(self) -> http::Request<Bytes> {
        http::Request::from_parts(self.parts, self.body)
    }
}
