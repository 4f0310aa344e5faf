//! The listener: accepts connections, bounds them, reads requests whole, ends politely.

use std::{
    convert::Infallible,
    future::Future,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{body::Incoming as Streaming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_io_timeout::TimeoutStream;

use crate::{Cut, Site, web::Whole};

/// Bounds of the listener.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Connections at once; more wait in the system's queue. Default 1024, well below the
    /// usual limit of open files, and each may hold one body.
    pub connections: usize,
    /// Bytes of a body. Default 1 MiB: the largest thing sent here is a SCIM group with some
    /// ten thousand members, and the engines have smaller limits of their own.
    pub body: usize,
    /// Time for a request's head. Default 15 seconds; slower is an attack.
    pub head_time: Duration,
    /// Time for a body. Default 20 seconds, in which a slow line carries a whole megabyte.
    pub body_time: Duration,
    /// Time for the answer to a whole request. Default 30 seconds; with the body less than the
    /// minute that Okta waits.
    pub answer_time: Duration,
    /// Time in which whoever asked has to take something of the answer. Default 20 seconds; who
    /// takes nothing keeps a place that others wait for.
    pub stall: Duration,
    /// Time that running requests get when the service ends. Default 10 seconds.
    pub farewell: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 1024,
            body: 1024 * 1024,
            head_time: Duration::from_secs(15),
            body_time: Duration::from_secs(20),
            answer_time: Duration::from_secs(30),
            stall: Duration::from_secs(20),
            farewell: Duration::from_secs(10),
        }
    }
}

/// Serves until `stop` is done, then lets running requests end.
pub async fn serve(
    site: Site,
    listener: TcpListener,
    bounds: Bounds,
    stop: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(bounds.connections));
    let mut stop = std::pin::pin!(stop);
    loop {
        let next = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (place, listener.accept().await)
        };
        tokio::select! {
            () = &mut stop => break,
            (place, accepted) = next => match (place, accepted) {
                (Ok(place), Ok((stream, peer))) => connect(&site, stream, peer, bounds, &graceful, place),
                (_, Err(error)) => refused(&error).await,
                (Err(_), _) => break,
            }
        }
    }
    drop(listener);
    if timeout(bounds.farewell, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time and were cut off");
    }
}

/// Accepting failed, usually for want of file handles: waiting is all that helps.
async fn refused(error: &std::io::Error) {
    tracing::warn!(%error, "a connection could not be accepted");
    tokio::time::sleep(Duration::from_millis(50)).await;
}

fn connect(
    site: &Site,
    stream: TcpStream,
    peer: SocketAddr,
    bounds: Bounds,
    graceful: &GracefulShutdown,
    place: OwnedSemaphorePermit,
) {
    let site = site.clone();
    let service = service_fn(move |request| {
        let site = site.clone();
        async move { Ok::<_, Infallible>(Whole::of(answer(site, request, peer, bounds).await)) }
    });
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(bounds.stall));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head_time)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    let watched = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            tracing::debug!(%error, "connection ended");
        }
        drop(place);
    });
}

async fn answer(
    site: Site,
    request: Request<Streaming>,
    peer: SocketAddr,
    bounds: Bounds,
) -> Response<Bytes> {
    let began = Instant::now();
    let (parts, body) = request.into_parts();
    let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
    let cut = |cut| site.cut_short(cut, &method, &path, began.elapsed());
    let body = match read(body, bounds).await {
        Ok(body) => body,
        Err(unread) => return cut(unread),
    };
    let answer = Box::pin(site.call(Request::from_parts(parts, body), Some(peer.ip())));
    match timeout(bounds.answer_time, answer).await {
        Ok(response) => response,
        Err(_) => cut(Cut::Late),
    }
}

async fn read(body: Streaming, bounds: Bounds) -> Result<Bytes, Cut> {
    let whole = Limited::new(body, bounds.body).collect();
    match timeout(bounds.body_time, whole).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Cut::TooLarge),
        Ok(Err(_)) => Err(Cut::Unreadable),
        Err(_) => Err(Cut::TooSlow),
    }
}
