//! A page that is sent in parts: what is known at once, and the rest as it becomes known.
//!
//! Pages have no script, so this is how one shows that something is going on. The page is written
//! whole with gaps in it; what stands before the first gap is sent, and a task fills the gaps. The
//! browser shows what it has, and a live region in which a gap stands reads out what arrives.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::Response;
use hyper::body::{Body, Frame, SizeHint};
use maud::{Markup, PreEscaped};
use tokio::sync::mpsc::{Receiver, Sender, channel};

const GAP: &str = "<!-- more -->";

/// A place in a page that is filled later.
pub const fn gap() -> PreEscaped<&'static str> {
    PreEscaped(GAP)
}

/// The rest of a page, for whoever fills its gaps.
#[derive(Debug)]
pub struct Parts {
    rest: std::vec::IntoIter<String>,
    to: Sender<Bytes>,
}

impl Parts {
    /// Cuts a page at its gaps: what to send at once, the filler of the rest, and where it arrives.
    pub(super) fn of(page: Markup) -> (String, Self, Trail) {
        let pieces: Vec<String> = page
            .into_string()
            .split(GAP)
            .map(ToOwned::to_owned)
            .collect();
        let mut rest = pieces.into_iter();
        let first = rest.next().unwrap_or_default();
        let (to, from) = channel(4);
        let trail = Trail(Arc::new(Mutex::new(Some(from))));
        (first, Self { rest, to }, trail)
    }

    /// Adds something to the present gap. Gives whether anybody is still there.
    pub async fn add(&self, markup: Markup) -> bool {
        self.to.send(markup.into_string().into()).await.is_ok()
    }

    /// Goes on to the next gap.
    pub async fn next(&mut self) -> bool {
        match self.rest.next() {
            Some(piece) => self.to.send(piece.into()).await.is_ok(),
            None => false,
        }
    }

    /// Sends what is left of the page.
    pub(super) async fn end(mut self) {
        while self.next().await {}
    }
}

/// Where the rest of a response comes from; among its extensions.
#[derive(Clone, Debug)]
pub struct Trail(Arc<Mutex<Option<Receiver<Bytes>>>>);

impl Trail {
    /// Takes the rest of a response out of it, where it has one.
    pub fn take(response: &mut Response<Bytes>) -> Option<Receiver<Bytes>> {
        let trail = response.extensions_mut().remove::<Self>()?;
        trail
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

/// A body that was known at once, with or without more that comes later.
#[derive(Debug)]
pub struct Whole {
    first: Option<Bytes>,
    rest: Option<Receiver<Bytes>>,
}

impl Whole {
    /// The response as it is sent.
    pub fn of(mut response: Response<Bytes>) -> Response<Self> {
        let rest = Trail::take(&mut response);
        response.map(|first| Self {
            first: Some(first).filter(|first| !first.is_empty()),
            rest,
        })
    }
}

impl Body for Whole {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        let Some(rest) = &mut self.rest else {
            return Poll::Ready(None);
        };
        let next = ready!(rest.poll_recv(context));
        Poll::Ready(next.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_none() && self.rest.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.first, &self.rest) {
            (_, Some(_)) => SizeHint::default(),
            (first, None) => SizeHint::with_exact(
                first
                    .as_ref()
                    .map_or(0, |first| u64::try_from(first.len()).unwrap_or(u64::MAX)),
            ),
        }
    }
}
