//! A client that keeps its connection: just enough of HTTP/1.1 for one server and many requests.
//!
//! It connects with its first request and not before: a server that serves one connection at a
//! time would wait for the first word on one while all others stand in its queue.

use crate::Outcome;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// One connection.
pub(crate) struct Client {
    authority: String,
    /// None before the first request, and after an answer with which the server closes.
    stream: Option<BufReader<TcpStream>>,
    headers: String,
}

/// What the service answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Client {
    /// For the authority of a base URL. `headers` are sent with every request.
    pub(crate) fn new(base: &str, headers: &str) -> Outcome<Self> {
        Ok(Self {
            authority: authority(base)?.to_owned(),
            stream: None,
            headers: headers.to_owned(),
        })
    }

    /// Reads a path.
    pub(crate) async fn get(&mut self, path: &str) -> Outcome<Answer> {
        self.send("GET", path, "", b"").await
    }

    /// Posts a body.
    pub(crate) async fn post(&mut self, path: &str, kind: &str, body: &[u8]) -> Outcome<Answer> {
        let head = format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len());
        self.send("POST", path, &head, body).await
    }

    async fn send(&mut self, method: &str, path: &str, head: &str, body: &[u8]) -> Outcome<Answer> {
        let (authority, headers) = (&self.authority, &self.headers);
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nHost: {authority}\r\n{headers}{head}\r\n")
                .into_bytes();
        request.extend_from_slice(body);
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(authority).await?,
        };
        stream.get_mut().write_all(&request).await?;
        let (answer, after) = timeout(PATIENCE, read(&mut stream)).await??;
        if let After::Kept = after {
            self.stream = Some(stream);
        }
        Ok(answer)
    }
}

/// What the server does with the connection after its answer.
enum After {
    Kept,
    Closed,
}

async fn read(stream: &mut BufReader<TcpStream>) -> Outcome<(Answer, After)> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let mut closes = line.starts_with("HTTP/1.0");
    let status = line.split(' ').nth(1).ok_or("no status")?.parse()?;
    let (mut length, mut location) = (0_usize, None);
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse()?;
        } else if name.eq_ignore_ascii_case("connection") {
            closes = value.trim().eq_ignore_ascii_case("close");
        } else if name.eq_ignore_ascii_case("location") {
            location = Some(value.trim().to_owned());
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let answer = Answer {
        status,
        location,
        body,
    };
    let after = if closes { After::Closed } else { After::Kept };
    Ok((answer, after))
}

async fn connect(authority: &str) -> Outcome<BufReader<TcpStream>> {
    let stream = TcpStream::connect(authority).await?;
    stream.set_nodelay(true)?;
    Ok(BufReader::with_capacity(16 * 1024, stream))
}

/// `host:port` of a URL.
fn authority(base: &str) -> Outcome<&str> {
    let rest = base.strip_prefix("http://").ok_or("a base URL with http")?;
    Ok(rest.split('/').next().unwrap_or(rest))
}

/// The path of a URL, with its query.
pub(crate) fn path(url: &str) -> &str {
    url.find("://")
        .and_then(|at| url.get(at + 3..))
        .and_then(|rest| rest.find('/').and_then(|at| rest.get(at..)))
        .unwrap_or("/")
}
