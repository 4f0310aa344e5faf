//! A validating resolver on this machine, whose word about DNSSEC is taken.
//!
//! It is asked over TCP, so that nothing is cut off and nobody outside can slip an answer in, with
//! the AD bit set to hear whether it validated (RFC 6840 section 5.7). Where it fails, it is asked
//! again with checking disabled: an answer that is there only then had broken signatures.

use core::net::SocketAddr;
use core::time::Duration;

use hickory_resolver::proto::op::{Edns, Message, MessageType, Query, ResponseCode};
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Seen, plain};
use crate::proof::{Absence, Authentication, Doubt, MAX_ALIASES, TxtAnswer};

/// Whether the resolver is to look at signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Checking {
    Enabled,
    Disabled,
}

/// What the resolver says about the TXT records at an absolute name.
pub(super) async fn ask(resolver: SocketAddr, name: &str, patience: Duration) -> Seen {
    let Ok(name) = Name::from_ascii(format!("{name}.")) else {
        return Seen::unclear(Doubt::Malformed);
    };
    let exchange = |checking| exchange(resolver, &name, checking, patience);
    let message = match exchange(Checking::Enabled).await {
        Ok(message) => message,
        Err(doubt) => return Seen::unclear(doubt),
    };
    match message.metadata.response_code {
        ResponseCode::NoError | ResponseCode::NXDomain => read(&message, &name),
        ResponseCode::Refused => Seen::unclear(Doubt::Refused),
        ResponseCode::ServFail => match exchange(Checking::Disabled).await {
            Ok(unchecked) if is_statement(&unchecked) => Seen {
                answer: TxtAnswer::Bogus,
                ..Seen::unclear(Doubt::Forged)
            },
            _ => Seen::unclear(Doubt::ServerFailure),
        },
        _ => Seen::unclear(Doubt::Malformed),
    }
}

fn is_statement(message: &Message) -> bool {
    let code = message.metadata.response_code;
    matches!(code, ResponseCode::NoError | ResponseCode::NXDomain)
}

async fn exchange(
    resolver: SocketAddr,
    name: &Name,
    checking: Checking,
    patience: Duration,
) -> Result<Message, Doubt> {
    let question = question(name, checking);
    let bytes = question.to_vec().map_err(|_| Doubt::Malformed)?;
    let bytes = timeout(patience, send(resolver, &bytes))
        .await
        .map_err(|_| Doubt::Timeout)?
        .map_err(|_| Doubt::Network)?;
    let answer = Message::from_vec(&bytes).map_err(|_| Doubt::Malformed)?;
    let fits = answer.metadata.id == question.metadata.id
        && answer.metadata.message_type == MessageType::Response
        && !answer.metadata.truncation
        && answer.queries == question.queries;
    if fits {
        Ok(answer)
    } else {
        Err(Doubt::Malformed)
    }
}

fn question(name: &Name, checking: Checking) -> Message {
    let mut message = Message::query();
    message.metadata.recursion_desired = true;
    message.metadata.authentic_data = true;
    message.metadata.checking_disabled = checking == Checking::Disabled;
    message
        .queries
        .push(Query::query(name.clone(), RecordType::TXT));
    message.edns = Some(Edns::new());
    message
}

/// One message each way, with its length in front (RFC 1035 section 4.2.2).
async fn send(resolver: SocketAddr, question: &[u8]) -> std::io::Result<Vec<u8>> {
    let length = u16::try_from(question.len()).map_err(std::io::Error::other)?;
    let mut stream = TcpStream::connect(resolver).await?;
    let mut framed = length.to_be_bytes().to_vec();
    framed.extend_from_slice(question);
    stream.write_all(&framed).await?;
    let mut answer = vec![0; usize::from(stream.read_u16().await?)];
    stream.read_exact(&mut answer).await?;
    Ok(answer)
}

/// The texts at the end of the aliases. Records of other names are not looked at; an absence needs
/// the zone's SOA record.
fn read(message: &Message, name: &Name) -> Seen {
    let (aliases, end) = aliases(message, name);
    let at_end = message.answers.iter().filter(|record| record.name == end);
    let (mut texts, mut time_to_live) = (Vec::new(), None::<u32>);
    for record in at_end {
        if let RData::TXT(text) = &record.data {
            texts.push(text.txt_data.concat());
            time_to_live = Some(time_to_live.map_or(record.ttl, |least| least.min(record.ttl)));
        }
    }
    let authority = message
        .authorities
        .iter()
        .find_map(|record| match &record.data {
            RData::SOA(soa) => Some(record.ttl.min(soa.minimum)),
            _ => None,
        });
    let answer = match (texts.is_empty(), authority) {
        (false, _) => TxtAnswer::Present(texts),
        (true, None) => TxtAnswer::Indeterminate(Doubt::Malformed),
        (true, Some(_)) if message.metadata.response_code == ResponseCode::NXDomain => {
            TxtAnswer::Absent(Absence::NoName)
        }
        (true, Some(_)) => TxtAnswer::Absent(Absence::NoData),
    };
    Seen {
        answer,
        aliases,
        time_to_live: time_to_live.or(authority),
        authentication: if message.metadata.authentic_data {
            Authentication::Validated
        } else {
            Authentication::None
        },
    }
}

/// The names that the CNAME records of the answer lead to, one past the longest chain at most, and
/// the last of them.
fn aliases(message: &Message, name: &Name) -> (Vec<String>, Name) {
    let (mut aliases, mut end) = (Vec::new(), name.clone());
    while aliases.len() <= MAX_ALIASES {
        let next = message
            .answers
            .iter()
            .find_map(|record| match &record.data {
                RData::CNAME(alias) if record.name == end => Some(alias.0.clone()),
                _ => None,
            });
        let Some(next) = next else { break };
        aliases.push(plain(&next));
        end = next;
    }
    (aliases, end)
}
