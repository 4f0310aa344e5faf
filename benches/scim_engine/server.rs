//! A hyper server on a thread of its own, and a client that keeps it busy.

use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use scim_core::message::Response;

use crate::{CONNECTIONS, Engine, ROUND, counting, now};

/// What a server answers with.
#[derive(Clone)]
pub(crate) enum Served {
    Engine(Arc<Engine>),
    Constant(Arc<Response>),
}

impl Served {
    async fn answer(&self, request: http::Request<Incoming>) -> http::Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let body = body
            .collect()
            .await
            .map(http_body_util::Collected::to_bytes);
        let request = http::Request::from_parts(head, body.unwrap_or_default());
        let response: http::Response<Bytes> = match self {
            Self::Engine(scim) => scim.handle_http(request, now(), &mut counting()).await,
            Self::Constant(response) => Response::clone(response).into(),
        };
        response.map(Full::new)
    }
}

/// Starts a server on one thread of its own.
#[expect(
    clippy::expect_used,
    reason = "a bench ends at once when its input is wrong"
)]
pub(crate) fn serve(served: Served) -> SocketAddr {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()
            .expect("runtime");
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
                .await
                .expect("bind");
            send.send(listener.local_addr().expect("address"))
                .expect("send");
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).expect("nodelay");
                let served = served.clone();
                tokio::spawn(async move {
                    let service = service_fn(move |request| {
                        let served = served.clone();
                        async move { Ok::<_, Infallible>(served.answer(request).await) }
                    });
                    let server = http1::Builder::new();
                    drop(server.serve_connection(TokioIo::new(stream), service).await);
                });
            }
        });
    });
    receive.recv().expect("address")
}

/// Connections to one server.
pub(crate) struct Client(Vec<Connection>);

/// A connection and what was read of it beyond the last response.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

#[expect(
    clippy::expect_used,
    reason = "a bench ends at once when its input is wrong"
)]
impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let connect = |_| {
            let stream = TcpStream::connect(address).expect("connect");
            stream.set_nodelay(true).expect("nodelay");
            Connection {
                stream,
                buffer: Vec::new(),
            }
        };
        Self((0..CONNECTIONS).map(connect).collect())
    }

    /// Requests answered per second of one round.
    pub(crate) fn rate(&mut self, requests: &[Vec<u8>; 2]) -> f64 {
        let start = Instant::now();
        let mut answered = 0.0;
        for request in requests.iter().cycle() {
            if start.elapsed() >= ROUND {
                break;
            }
            for connection in &mut self.0 {
                connection.stream.write_all(request).expect("write");
            }
            for connection in &mut self.0 {
                connection.response();
                answered += 1.0;
            }
        }
        answered / start.elapsed().as_secs_f64()
    }
}

#[expect(
    clippy::expect_used,
    reason = "a bench ends at once when its input is wrong"
)]
impl Connection {
    /// Reads one response, whose status has to be 200.
    fn response(&mut self) {
        let end = loop {
            match self
                .buffer
                .windows(4)
                .position(|window| window == b"\r\n\r\n")
            {
                Some(end) => break end + 4,
                None => self.more(),
            }
        };
        let head = String::from_utf8_lossy(self.buffer.get(..end).expect("head")).to_lowercase();
        assert!(head.starts_with("http/1.1 200"), "{head}");
        let length = head.split_once("content-length: ").expect("length").1;
        let length = length
            .lines()
            .next()
            .expect("line")
            .trim()
            .parse::<usize>()
            .expect("number");
        while self.buffer.len() < end + length {
            self.more();
        }
        self.buffer.drain(..end + length);
    }

    fn more(&mut self) {
        let mut chunk = [0; 64 * 1024];
        let read = self.stream.read(&mut chunk).expect("read");
        assert!(read > 0, "the server went away");
        self.buffer
            .extend_from_slice(chunk.get(..read).expect("chunk"));
    }
}
