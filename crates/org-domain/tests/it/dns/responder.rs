//! A DNS server of a hundred lines that does what the first label of the question says.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};
use tokio::task::JoinHandle;

const TXT: u16 = 16;
const CNAME: u16 = 5;
const SOA: u16 = 6;

/// What to send back.
enum Reply {
    Nothing,
    Message(Vec<u8>),
    /// Kept until the next question comes, and sent before its answer.
    Late(Vec<u8>),
}

pub(super) struct Responder {
    pub(super) address: SocketAddr,
    pub(super) questions: Arc<AtomicUsize>,
    tasks: [JoinHandle<()>; 2],
}

impl Drop for Responder {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Responder {
    pub(super) async fn start() -> Self {
        let (udp, tcp) = both_sockets().await;
        let address = udp.local_addr().unwrap();
        let questions = Arc::new(AtomicUsize::new(0));
        let tasks = [
            tokio::spawn(serve_udp(udp, Arc::clone(&questions))),
            tokio::spawn(serve_tcp(tcp)),
        ];
        Self {
            address,
            questions,
            tasks,
        }
    }
}

/// A port that is free for both: what is free for datagrams may be taken for connections.
async fn both_sockets() -> (UdpSocket, TcpListener) {
    loop {
        let udp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = udp.local_addr().unwrap();
        match TcpListener::bind(address).await {
            Ok(tcp) => return (udp, tcp),
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse),
        }
    }
}

async fn serve_udp(socket: UdpSocket, questions: Arc<AtomicUsize>) {
    let mut late: Option<Vec<u8>> = None;
    let mut buffer = [0; 4096];
    while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
        questions.fetch_add(1, Ordering::Relaxed);
        if let Some(old) = late.take() {
            socket.send_to(&old, from).await.unwrap();
        }
        match reply(&buffer[..length], false) {
            Reply::Nothing => {}
            Reply::Message(message) => {
                socket.send_to(&message, from).await.unwrap();
            }
            Reply::Late(message) => late = Some(message),
        }
    }
}

async fn serve_tcp(listener: TcpListener) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let Ok(length) = stream.read_u16().await else {
            continue;
        };
        let mut question = vec![0; usize::from(length)];
        if stream.read_exact(&mut question).await.is_err() {
            continue;
        }
        if let Reply::Message(message) = reply(&question, true) {
            let length = u16::try_from(message.len()).unwrap();
            stream.write_u16(length).await.unwrap();
            stream.write_all(&message).await.unwrap();
        }
    }
}

struct Question<'a> {
    id: &'a [u8],
    wire: &'a [u8],
    labels: Vec<String>,
    kind: u16,
    /// Whether whoever asks wants to hear about DNSSEC (the AD bit).
    wants_ad: bool,
    /// Whether signatures are not to be looked at (the CD bit).
    unchecked: bool,
}

fn parse(message: &[u8]) -> Question<'_> {
    let (mut at, mut labels) = (12, Vec::new());
    while message[at] != 0 {
        let length = usize::from(message[at]);
        labels.push(String::from_utf8_lossy(&message[at + 1..=at + length]).to_ascii_lowercase());
        at += length + 1;
    }
    let kind = u16::from_be_bytes([message[at + 1], message[at + 2]]);
    Question {
        id: &message[..2],
        wire: &message[12..at + 5],
        labels,
        kind,
        wants_ad: message[3] & AD != 0,
        unchecked: message[3] & 0x10 != 0,
    }
}

/// The AD bit in the fourth octet of a message.
const AD: u8 = 0x20;

/// The same message, with the AD bit where it was asked for.
fn vouched(question: &Question<'_>, mut message: Vec<u8>) -> Reply {
    if question.wants_ad {
        message[3] |= AD;
    }
    Reply::Message(message)
}

/// One record: its owner (a pointer to the question, or a name of its own), its type and its data.
fn record(owner: &[u8], kind: u16, data: &[u8]) -> Vec<u8> {
    let mut out = owner.to_vec();
    out.extend(kind.to_be_bytes());
    out.extend([0, 1, 0, 0, 0, 60]);
    out.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
    out.extend(data);
    out
}

const QUESTION: &[u8] = &[0xc0, 12];

pub(super) fn wire_name(name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for label in name.split('.').filter(|label| !label.is_empty()) {
        out.push(u8::try_from(label.len()).unwrap());
        out.extend(label.as_bytes());
    }
    out.push(0);
    out
}

fn txt(strings: &[&[u8]]) -> Vec<u8> {
    let data: Vec<u8> = strings
        .iter()
        .flat_map(|text| [&[u8::try_from(text.len()).unwrap()], *text].concat())
        .collect();
    record(QUESTION, TXT, &data)
}

fn soa() -> Vec<u8> {
    let mut data = [wire_name("ns.zone.test"), wire_name("admin.zone.test")].concat();
    for number in [1_u32, 3600, 600, 86400, 30] {
        data.extend(number.to_be_bytes());
    }
    record(&wire_name("zone.test"), SOA, &data)
}

fn message(
    question: &Question<'_>,
    code: u8,
    truncated: bool,
    answers: &[Vec<u8>],
    authority: &[Vec<u8>],
) -> Vec<u8> {
    let mut out = question.id.to_vec();
    out.push(0x84 | if truncated { 0x02 } else { 0 });
    out.push(0x80 | code);
    for count in [1, answers.len(), authority.len(), 0] {
        out.extend(u16::try_from(count).unwrap().to_be_bytes());
    }
    out.extend(question.wire);
    out.extend(answers.concat());
    out.extend(authority.concat());
    out
}

fn reply(bytes: &[u8], over_tcp: bool) -> Reply {
    let question = parse(bytes);
    let say = |code, answers: &[Vec<u8>], authority: &[Vec<u8>]| {
        Reply::Message(message(&question, code, false, answers, authority))
    };
    let first = question.labels[0].clone();
    let alias = |to: &str| record(QUESTION, CNAME, &wire_name(to));
    if let Some(signed) = from_a_signed_zone(&question, &first) {
        return signed;
    }
    match first.as_str() {
        "other-id" => {
            let mut wrong = message(&question, 0, false, &[txt(&[b"token=here"])], &[]);
            wrong[0] ^= 0xff;
            Reply::Message(wrong)
        }
        "servfail" => say(2, &[], &[]),
        "refused" => say(5, &[], &[]),
        "silent" => Reply::Nothing,
        "late" => Reply::Late(message(&question, 0, false, &[txt(&[b"token=late"])], &[])),
        "truncated" if over_tcp => say(0, &[txt(&[b"token=complete"])], &[]),
        "truncated" => Reply::Message(message(&question, 0, true, &[txt(&[b"token=cut"])], &[])),
        "cutoff" if over_tcp => Reply::Nothing,
        "cutoff" => Reply::Message(message(&question, 0, true, &[txt(&[b"token=cut"])], &[])),
        "nodata" => say(0, &[], &[soa()]),
        "nxdomain" => say(3, &[], &[soa()]),
        "lame" => say(0, &[], &[]),
        "garbage" => Reply::Message(bytes[..10].to_vec()),
        "loop-a" => say(0, &[alias("loop-b.zone.test")], &[]),
        "loop-b" => say(0, &[alias("loop-a.zone.test")], &[]),
        "dangling" => say(
            if question.kind == TXT { 3 } else { 0 },
            &[alias("nxdomain.zone.test")],
            &[soa()],
        ),
        "delegated" => say(0, &[alias("present.zone.test")], &[]),
        "multi" => say(
            0,
            &[txt(&[b"v=spf1", b" -all"]), txt(&[b"token=", b"ab", b"cd"])],
            &[],
        ),
        "many" if over_tcp => say(0, &vec![txt(&[b"another record"]); 300], &[]),
        "many" => Reply::Message(message(&question, 0, true, &[], &[])),
        hop if hop.starts_with("hop") => {
            let number: usize = hop[3..].parse().unwrap();
            say(0, &[alias(&format!("hop{}.zone.test", number + 1))], &[])
        }
        _ if question.kind == TXT => say(0, &[txt(&[b"token=here"])], &[]),
        _ => say(0, &[], &[soa()]),
    }
}

/// What a validating resolver makes of signed zones, sound and broken.
fn from_a_signed_zone(question: &Question<'_>, first: &str) -> Option<Reply> {
    let good = |code, answers: &[Vec<u8>], authority: &[Vec<u8>]| {
        vouched(question, message(question, code, false, answers, authority))
    };
    let plain =
        |code, answers: &[Vec<u8>]| Reply::Message(message(question, code, false, answers, &[]));
    let end = wire_name("elsewhere.zone.test");
    let text = |owner: &[u8]| record(owner, TXT, b"\x0atoken=here");
    Some(match first {
        "signed" => good(0, &[txt(&[b"token=here"])], &[]),
        "signed-gone" => good(3, &[], &[soa()]),
        "signed-alias" => good(0, &[record(QUESTION, CNAME, &end), text(&end)], &[]),
        "stranger" => good(0, &[text(&wire_name("evil.test"))], &[]),
        "bogus" if !question.unchecked => plain(2, &[]),
        "bogus" => plain(0, &[txt(&[b"token=forged"])]),
        _ => return None,
    })
}
