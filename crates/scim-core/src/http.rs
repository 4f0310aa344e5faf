//! Ring two: `http` 1.x types in and out (feature `http`).

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use time::OffsetDateTime;

use crate::auth::{Random, TokenStore};
use crate::engine::Scim;
use crate::guard::Guard;
use crate::message::{Head, Method, Request, Response};
use crate::store::Store;

impl From<http::Request<Bytes>> for Request {
    fn from(request: http::Request<Bytes>) -> Self {
        let (parts, body) = request.into_parts();
        Self {
            method: Method::parse(parts.method.as_str()),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            head: Head::from(&parts.headers),
            body,
        }
    }
}

impl From<&HeaderMap> for Head {
    /// Reads the fields by name. A value that is not ASCII is taken as it can
    /// be read, so that a broken token is refused and not overlooked.
    fn from(headers: &HeaderMap) -> Self {
        // A field that is there twice means its values in a list (RFC 9110 section 5.3). Taking
        // the first would leave conditions out, and let something before us judge another token.
        let text = |name: HeaderName| {
            let values = headers.get_all(name).iter();
            let values: Vec<_> = values
                .map(|value| String::from_utf8_lossy(value.as_bytes()))
                .collect();
            (!values.is_empty()).then(|| values.join(", "))
        };
        Self {
            authorization: text(header::AUTHORIZATION),
            accept: text(header::ACCEPT),
            content_type: text(header::CONTENT_TYPE),
            if_match: text(header::IF_MATCH),
            if_none_match: text(header::IF_NONE_MATCH),
            content_encoding: text(header::CONTENT_ENCODING),
        }
    }
}

impl From<Response> for http::Response<Bytes> {
    /// The [`Outcome`](crate::events::Outcome) travels in the extensions.
    fn from(response: Response) -> Self {
        let mut out = Self::new(response.body);
        *out.status_mut() = http::StatusCode::from_u16(response.status)
            .unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in response.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                out.headers_mut()
                    .insert(HeaderName::from_static(name), value);
            }
        }
        out.extensions_mut().insert(response.outcome);
        out
    }
}

impl<S, T, G> Scim<S, T, G>
where
    S: Store,
    T: TokenStore,
    G: Guard<S::Plan>,
{
    /// Answers a request of the `http` crate; see [`handle`](Self::handle).
    pub async fn handle_http<R: Random + Send>(
        &self,
        request: http::Request<Bytes>,
        now: OffsetDateTime,
        random: &mut R,
    ) -> http::Response<Bytes> {
        self.handle(request.into(), now, random).await.into()
    }
}
