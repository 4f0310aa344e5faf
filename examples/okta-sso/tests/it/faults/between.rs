//! A line to a PostgreSQL server that can be cut around a commit: before the server hears of it, or
//! after it has committed and before its client hears of that.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// Where the line is cut. From the service's side both look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The server never gets the commit, and undoes what it has when the line is gone.
    Before,
    /// The server commits; its answer is lost.
    After,
}

/// What is to be done, and what was.
#[derive(Default)]
struct Orders {
    next: Option<Cut>,
    done: u32,
}

/// The line.
#[derive(Clone)]
pub struct Between {
    port: u16,
    orders: Arc<Mutex<Orders>>,
}

impl Between {
    /// A line to the server at this port.
    pub async fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let between = Self {
            port: listener.local_addr().unwrap().port(),
            orders: Arc::default(),
        };
        let orders = Arc::clone(&between.orders);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let orders = Arc::clone(&orders);
                tokio::spawn(async move {
                    let server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                    // What is small is sent at once, as the service and the server do.
                    for line in [&client, &server] {
                        line.set_nodelay(true).unwrap();
                    }
                    let (from_client, to_client) = client.into_split();
                    let (from_server, to_server) = server.into_split();
                    let lost = Arc::default();
                    let there = Forth {
                        to_server,
                        orders,
                        lost: Arc::clone(&lost),
                        units: HashSet::new(),
                    };
                    // Whichever ends first ends both.
                    tokio::select! {
                        () = there.carry(from_client) => {}
                        () = back(from_server, to_client, lost) => {}
                    }
                });
            }
        });
        between
    }

    pub fn url(&self) -> String {
        let port = self.port;
        format!("postgres://sso@127.0.0.1:{port}/postgres?sslmode=disable")
    }

    /// Cuts the line on which the next commit comes.
    pub fn cut(&self, cut: Cut) {
        self.orders.lock().unwrap().next = Some(cut);
    }

    /// How many lines were cut.
    pub fn cuts(&self) -> u32 {
        self.orders.lock().unwrap().done
    }
}

/// A message with its type and its length.
async fn message(from: &mut (impl AsyncRead + Unpin), has_type: bool) -> Option<Vec<u8>> {
    let head = if has_type { 5 } else { 4 };
    let mut message = vec![0; head];
    from.read_exact(&mut message).await.ok()?;
    let length = u32::from_be_bytes(message[head - 4..].try_into().unwrap());
    message.resize(head + length as usize - 4, 0);
    from.read_exact(&mut message[head..]).await.ok()?;
    Some(message)
}

/// Texts that end with a zero.
fn texts(body: &[u8]) -> impl Iterator<Item = String> {
    body.split(|byte| *byte == 0)
        .map(|text| String::from_utf8_lossy(text).into_owned())
}

/// From the service to the server.
struct Forth {
    to_server: tokio::net::tcp::OwnedWriteHalf,
    orders: Arc<Mutex<Orders>>,
    /// Whether what the server says from now on is lost.
    lost: Arc<Mutex<bool>>,
    /// Names of prepared statements that are whole units and commit by themselves.
    units: HashSet<String>,
}

impl Forth {
    async fn carry(mut self, mut client: impl AsyncRead + Unpin) {
        let mut has_type = false;
        while let Some(message) = message(&mut client, has_type).await {
            let commits = has_type && self.commits(message[0], &message[5..]);
            has_type = true;
            if commits {
                match self.next() {
                    Some(Cut::Before) => return,
                    Some(Cut::After) => *self.lost.lock().unwrap() = true,
                    None => {}
                }
            }
            if self.to_server.write_all(&message).await.is_err() {
                return;
            }
        }
    }

    fn next(&self) -> Option<Cut> {
        let mut orders = self.orders.lock().unwrap();
        let next = orders.next.take();
        orders.done += u32::from(next.is_some());
        next
    }

    /// Whether the server commits when it gets this.
    fn commits(&mut self, kind: u8, body: &[u8]) -> bool {
        let mut texts = texts(body);
        match kind {
            b'Q' => texts.next().unwrap() == "COMMIT",
            b'P' => {
                let (name, sql) = (texts.next().unwrap(), texts.next().unwrap());
                if sql.starts_with("WITH s0 AS (") {
                    self.units.insert(name);
                }
                false
            }
            b'B' => self.units.contains(&texts.nth(1).unwrap()),
            _ => false,
        }
    }
}

/// From the server to the service, up to the answer that is lost.
async fn back(
    mut server: impl AsyncRead + Unpin,
    mut client: tokio::net::tcp::OwnedWriteHalf,
    lost: Arc<Mutex<bool>>,
) {
    while let Some(message) = message(&mut server, true).await {
        if *lost.lock().unwrap() {
            assert_ne!(message[0], b'E', "the server commits");
            // It is ready for the next, so that this is behind it.
            if message[0] == b'Z' {
                return;
            }
        } else if client.write_all(&message).await.is_err() {
            return;
        }
    }
}
