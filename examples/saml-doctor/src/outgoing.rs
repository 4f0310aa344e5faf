//! `saml-doctor request` and `saml-doctor logout`: the messages that we send, to try an identity
//! provider without a service.

use saml_sp::binding::Delivery;
use saml_sp::idp::LogoutService;
use saml_sp::logout::{LogoutEnd, LogoutMessage, LogoutRecord, LogoutResult, SessionIdentity};
use saml_sp::random::RandomError;
use saml_sp::request::{NameIdPolicy, Passive};
use saml_sp::store::memory::MemoryReplayStore;
use saml_sp::{ForceAuthn, Idp, Rejection, ServiceProvider, StartOptions};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::args::{Logout, Request};
use crate::{Misuse, Outcome, check, input, report, sides};

/// The URL of a login request, and its ID.
pub(crate) fn request(args: &Request) -> Result<Outcome, Misuse> {
    let now = OffsetDateTime::now_utc();
    let sp = sides::ours_with_keys(&args.sp, &args.signing)?;
    let mut builder = sides::theirs(&args.idp, now)?;
    if let Some(url) = &args.sign_in.sign_in_url {
        builder = builder.sign_in_redirect(url);
    }
    let options = StartOptions::default()
        .passive(if args.passive {
            Passive::Yes
        } else {
            Passive::No
        })
        .force_authn(if args.force_authn {
            ForceAuthn::Yes
        } else {
            ForceAuthn::No
        });
    let options = match &args.name_id_format {
        Some(format) => options.name_id_policy(NameIdPolicy::Format(format.clone())),
        None => options,
    };
    let started = sp.start(&builder.build()?, &options, &mut random, now)?;
    Ok(said(&json!({
        "url": started.redirect_url(),
        "request_id": started.request().id().as_str(),
    })))
}

/// End a session, or judge a message about one.
pub(crate) fn logout(args: &Logout) -> Result<Outcome, Misuse> {
    let now = sides::instant(&args.clock)?;
    let sp = sides::ours_with_keys(&args.sp, &args.signing)?;
    let mut builder = sides::theirs(&args.idp, now)?;
    if let Some(url) = &args.logout_service {
        builder = builder.logout(LogoutService::redirect(url));
    }
    let idp = builder.build()?;
    if let Some(path) = &args.session {
        let session: SessionIdentity = serde_json::from_slice(&input::read(path)?)?;
        let started = sp.start_logout(&idp, &session, &mut random, now)?;
        return Ok(said(&json!({
            "send": delivery(started.delivery()),
            "record": started.record(),
        })));
    }
    let bytes = args.message.as_deref().map(input::read).transpose()?;
    let record: Option<LogoutRecord> = match &args.record {
        Some(path) => Some(serde_json::from_slice(&input::read(path)?)?),
        None => None,
    };
    judged(&sp, &idp, &bytes.unwrap_or_default(), record.as_ref(), now)
}

fn judged(
    sp: &ServiceProvider,
    idp: &Idp,
    bytes: &[u8],
    record: Option<&LogoutRecord>,
    now: OffsetDateTime,
) -> Result<Outcome, Misuse> {
    let message = match message(sp, bytes) {
        Ok(message) => message,
        Err(rejection) => return Ok(refused(&rejection)),
    };
    if !message.is_request() {
        let record =
            record.ok_or_else(|| Misuse("this is an answer: --record says to what".to_owned()))?;
        return Ok(match sp.finish_logout(idp, &message, record, now) {
            Ok(end) => said(
                &json!({ "accepted": true, "kind": "answer", "complete": end == LogoutEnd::Complete }),
            ),
            Err(rejection) => refused(&rejection),
        });
    }
    let replays = MemoryReplayStore::with_capacity(1);
    let order = sp
        .receive_logout(idp, &message, now)
        .and_then(|pending| check::ready(pending.redeem(&replays, now)));
    let order = match order {
        Ok(order) => order,
        Err(rejection) => return Ok(refused(&rejection)),
    };
    let indexes: Vec<_> = order.session_indexes().collect();
    let mut verdict = json!({ "accepted": true, "kind": "request", "session_indexes": indexes });
    if let Ok(answer) = sp.answer_logout(idp, &order, LogoutResult::Done, &mut random, now)
        && let Some(fields) = verdict.as_object_mut()
    {
        fields.insert("answer".to_owned(), delivery(&answer));
    }
    Ok(said(&verdict))
}

/// A form body, or the raw query of a redirect: only the latter is signed beside the message.
fn message(sp: &ServiceProvider, bytes: &[u8]) -> Result<LogoutMessage, Rejection> {
    let text = String::from_utf8_lossy(bytes.trim_ascii());
    let query = text.split_once('?').map_or(&*text, |(_, query)| query);
    let deflated = LogoutMessage::from_query(query, sp.limits());
    deflated.or_else(|error| {
        LogoutMessage::from_urlencoded(query.as_bytes(), sp.limits()).map_err(|_| error)
    })
}

fn delivery(delivery: &Delivery) -> Value {
    match delivery {
        Delivery::Redirect(url) => json!({ "url": url }),
        Delivery::Post(page) => json!({ "page": page.html() }),
    }
}

fn said(value: &Value) -> Outcome {
    Outcome {
        output: check::pretty(value).into_bytes(),
        accepted: true,
    }
}

fn refused(rejection: &Rejection) -> Outcome {
    Outcome {
        output: check::pretty(&report::refused_json(&rejection.report())).into_bytes(),
        accepted: false,
    }
}

fn random(bytes: &mut [u8]) -> Result<(), RandomError> {
    getrandom::fill(bytes).map_err(|error| RandomError::new(error.to_string()))
}
