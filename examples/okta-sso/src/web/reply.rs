//! A response under construction, with only the shapes this application sends.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use maud::Markup;

use super::Parts;

/// A response; security headers are added later, in one place, to all of them.
#[derive(Debug)]
pub struct Reply {
    response: Response<Bytes>,
}

impl Reply {
    fn new(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Self {
        let mut response = Response::new(body.into());
        *response.status_mut() = status;
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        Self { response }
    }

    /// An HTML page with status 200.
    pub fn page(markup: Markup) -> Self {
        Self::new(
            StatusCode::OK,
            "text/html; charset=utf-8",
            markup.into_string(),
        )
    }

    /// An HTML page whose [gaps](super::gap) a task of its own fills after the rest was sent. Proxies
    /// are asked to pass on what there is.
    pub fn in_parts<F>(markup: Markup, fill: impl FnOnce(Parts) -> F) -> Self
    where
        F: Future<Output = Parts> + Send + 'static,
    {
        let (first, parts, trail) = Parts::of(markup);
        let filled = fill(parts);
        tokio::spawn(async move { filled.await.end().await });
        let mut reply = Self::new(StatusCode::OK, "text/html; charset=utf-8", first);
        reply.response.extensions_mut().insert(trail);
        reply.header(HeaderName::from_static("x-accel-buffering"), "no")
    }

    /// Plain text with status 200.
    pub fn text(body: impl Into<Bytes>) -> Self {
        Self::new(StatusCode::OK, "text/plain; charset=utf-8", body)
    }

    /// A document of another media type, such as metadata or a stylesheet.
    pub fn document(kind: &'static str, body: impl Into<Bytes>) -> Self {
        Self::new(StatusCode::OK, kind, body)
    }

    /// `303 See Other`. A location that is no header value (it holds a control character)
    /// leads home instead.
    pub fn see_other(location: &str) -> Self {
        let target =
            HeaderValue::from_str(location).unwrap_or_else(|_| HeaderValue::from_static("/"));
        let mut reply = Self::new(
            StatusCode::SEE_OTHER,
            "text/plain; charset=utf-8",
            "See other\n",
        );
        reply
            .response
            .headers_mut()
            .insert(header::LOCATION, target);
        reply
    }

    /// With another status.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        *self.response.status_mut() = status;
        self
    }

    /// With a `Set-Cookie` line as made by [`Cookies`](crate::security::cookie::Cookies).
    #[must_use]
    pub fn cookie(mut self, line: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(line) {
            self.response
                .headers_mut()
                .append(header::SET_COOKIE, value);
        }
        self
    }

    /// With a header whose value is known to be one.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &'static str) -> Self {
        self.response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
        self
    }

    /// With a header built at run time; a value that is no header value is left out.
    #[must_use]
    pub fn header_text(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.response.headers_mut().insert(name, value);
        }
        self
    }

    /// Shown in frames of these origins and of no others.
    #[must_use]
    pub fn framed_by(mut self, origins: String) -> Self {
        crate::security::headers::may_be_framed_by(&mut self.response, origins);
        self
    }

    /// The finished response.
    pub fn into_http(self) -> Response<Bytes> {
        self.response
    }
}

impl From<Response<Bytes>> for Reply {
    fn from(response: Response<Bytes>) -> Self {
        Self { response }
    }
}
