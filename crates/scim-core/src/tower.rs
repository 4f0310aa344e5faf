//! Ring three: a [`tower_service::Service`] (feature `tower`), for axum and
//! every other framework that mounts one.
//!
//! The service collects the body up to the configured limit, asks the host's
//! clock and random source for each request, and answers through
//! [`Scim::handle`]. The [`Outcome`](crate::events::Outcome) is in the response's
//! extensions, where a layer of the host finds what to end and what to log.
//!
//! Where the framework takes a prefix off the path before the service sees it, as
//! axum's `nest_service("/scim/v2", service)` does, say
//! [`mounted_at("")`](crate::config::Config::mounted_at); else every request is 404.

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes, BytesMut};
use http_body::{Body as HttpBody, Frame, SizeHint};
use time::OffsetDateTime;
use tower_service::Service;

use crate::auth::{RandomError, TokenStore};
use crate::engine::Scim;
use crate::guard::Guard;
use crate::message::Request;
use crate::store::Store;

/// Where the host's time comes from.
type Clock = dyn Fn() -> OffsetDateTime + Send + Sync;
/// Where the host's randomness comes from.
type Source = dyn Fn(&mut [u8]) -> Result<(), RandomError> + Send + Sync;

/// A [`Scim`] as a service: cheap to clone, one for each connection.
///
/// ```
/// use std::sync::Arc;
///
/// use scim_core::Scim;
/// use scim_core::auth::{Pepper, RandomError};
/// use scim_core::config::Config;
/// use scim_core::guard::AllowAll;
/// use scim_core::store::memory::MemoryStore;
/// use scim_core::tower::ScimService;
///
/// let store = Arc::new(MemoryStore::new(1_000));
/// let config = Config::new("https://app.example/scim/v2", Pepper::new([7; 32]))?;
/// let scim = Scim::new(config, store.clone(), store, AllowAll);
/// let service = ScimService::new(
///     scim,
///     time::OffsetDateTime::now_utc,
///     |bytes: &mut [u8]| getrandom::fill(bytes).map_err(|_| RandomError),
/// );
/// # Ok::<(), scim_core::config::ConfigError>(())
/// ```
pub struct ScimService<S, T, G> {
    inner: Arc<Inner<S, T, G>>,
}

struct Inner<S, T, G> {
    scim: Scim<S, T, G>,
    clock: Box<Clock>,
    random: Box<Source>,
}

impl<S, T, G> ScimService<S, T, G> {
    /// A service with the host's clock and random source.
    pub fn new(
        scim: Scim<S, T, G>,
        clock: impl Fn() -> OffsetDateTime + Send + Sync + 'static,
        random: impl Fn(&mut [u8]) -> Result<(), RandomError> + Send + Sync + 'static,
    ) -> Self {
        let inner = Inner {
            scim,
            clock: Box::new(clock),
            random: Box::new(random),
        };
        Self {
            inner: Arc::new(inner),
        }
    }
}

impl<S, T, G> Clone for ScimService<S, T, G> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
        }
    }
}

impl<S, T, G> fmt::Debug for ScimService<S, T, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScimService(..)")
    }
}

impl<S, T, G, B> Service<http::Request<B>> for ScimService<S, T, G>
where
    S: Store + 'static,
    T: TokenStore + 'static,
    G: Guard<S::Plan> + 'static,
    B: HttpBody + Send + 'static,
    B::Data: Send,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    /// Always ready; a rate is limited by [`Scim::limited_by`].
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let inner = self.inner.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let limit = inner.scim.config().limits().body.bytes;
            let Ok(body) = collected(body, limit).await else {
                return Ok(broken_off());
            };
            let request = Request::from(http::Request::from_parts(head, body));
            let mut random = |bytes: &mut [u8]| (inner.random)(bytes);
            let now = (inner.clock)();
            let response = inner.scim.handle(request, now, &mut random).await;
            Ok(http::Response::<Bytes>::from(response).map(Body::from))
        })
    }
}

/// Reads a body until it ends or is over the limit: one byte more is enough for
/// the engine to refuse it.
async fn collected<B: HttpBody>(body: B, limit: usize) -> Result<Bytes, B::Error> {
    let mut body = pin!(body);
    let mut out = BytesMut::new();
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        if let Ok(mut data) = frame?.into_data() {
            let room = limit.saturating_add(1).saturating_sub(out.len());
            let taken = data.remaining().min(room);
            out.extend_from_slice(&data.copy_to_bytes(taken));
        }
        if out.len() > limit {
            break;
        }
    }
    Ok(out.freeze())
}

/// The client went away in the middle of its body: nobody reads this.
fn broken_off() -> http::Response<Body> {
    let mut response = http::Response::new(Body::from(Bytes::new()));
    *response.status_mut() = http::StatusCode::BAD_REQUEST;
    response
}

/// The body of a response: at most one chunk.
#[derive(Debug, Default)]
pub struct Body(Option<Bytes>);

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self((!bytes.is_empty()).then_some(bytes))
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(Frame::data).map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.as_ref().map_or(0, Bytes::len) as u64)
    }
}
