//! `saml-doctor check`: judge a response as a service provider would.

use saml_sp::crypto::PrivateKey;
use saml_sp::record::{Asked, RecordParts, RelayHandle, RequestId};
use saml_sp::store::memory::{MemoryReplayStore, MemoryRequestStore};
use saml_sp::{
    AcsForm, Code, CryptoProvider, Expected, Finding, Idp, Login, Rejection, Report, RequestRecord,
    RequestStore, ServiceProvider,
};
use time::{Duration, OffsetDateTime};

use crate::args::{Allowance, Check, Format};
use crate::{Misuse, Outcome, input, report, sides};

/// Judge one response.
pub(crate) fn run(args: &Check) -> Result<Outcome, Misuse> {
    let now = sides::instant(&args.clock)?;
    let sp = service_provider(args)?;
    let bytes = input::read(&args.file)?;
    let idp = match sides::theirs_built(&args.idp, now)? {
        // A key that is too small is a reason to refuse what it signed, not misuse.
        Err(error) if error.code() == Code::KeyWeak => Err(Rejection::from(error.into_finding())),
        other => Ok(other?),
    };
    let verdict = idp.and_then(|idp| {
        let form = input::form(&bytes, sp.limits()).map_err(|r| r.from_vendor(idp.vendor()))?;
        judge(args, &sp, &idp, &form, now)
    });
    let accepted = verdict.is_ok();
    let text = match (verdict, args.written.format) {
        (Ok((login, notes)), Format::Json) => {
            pretty(&report::accepted_json(&login, notes.as_ref()))
        }
        (Ok((login, notes)), Format::Text) => report::accepted_text(&login, notes.as_ref()),
        (Ok((login, notes)), Format::Markdown) => report::accepted_markdown(&login, notes.as_ref()),
        (Err(rejection), Format::Json) => pretty(&report::refused_json(&rejection.report())),
        (Err(rejection), Format::Text) => rejection.report().text(),
        (Err(rejection), Format::Markdown) => rejection.report().markdown(),
    };
    Ok(Outcome {
        output: text.into_bytes(),
        accepted,
    })
}

pub(crate) fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

/// Our side. Without a word about the request, both kinds of answer are looked at, and none is
/// accepted.
fn service_provider(args: &Check) -> Result<ServiceProvider, Misuse> {
    let builder = sides::ours(&args.sp, None);
    let builder = args.sp_key.iter().try_fold(builder, |builder, path| {
        let key = PrivateKey::from_pem(&input::read(path)?)?;
        let key = CryptoProvider::rustcrypto().decryption_key(&key)?;
        Ok::<_, Misuse>(builder.decryption(key, None))
    })?;
    Ok(builder.allow_idp_initiated().build()?)
}

/// A login, and what would have refused it without `--allow expired`.
type Verdict = (Login, Option<Report>);

fn judge(
    args: &Check,
    sp: &ServiceProvider,
    idp: &Idp,
    form: &AcsForm,
    now: OffsetDateTime,
) -> Result<Verdict, Rejection> {
    if args.request_id.is_none() && !args.idp_initiated {
        return Err(unasked(args, sp, idp, form, now)?);
    }
    match log_in(args, sp, idp, form, now) {
        Ok(login) => Ok((login, None)),
        Err(rejection) if args.idp.allow.contains(&Allowance::Expired) && only_late(&rejection) => {
            let issued = form.peek()?.issue_instant();
            log_in(args, sp, idp, form, issued).map(|login| (login, Some(rejection.report())))
        }
        Err(rejection) => Err(rejection),
    }
}

/// Whether time is the only thing that is wrong.
fn only_late(rejection: &Rejection) -> bool {
    rejection.findings().all(|finding| {
        matches!(
            finding.code(),
            Code::Expired
                | Code::ConfirmationExpired
                | Code::IssuedTooLongAgo
                | Code::SessionExpired
        )
    })
}

/// Nobody said which answer is expected, so it is refused; with everything else that would be
/// wrong if it answered the request it names, or none if it names none.
fn unasked(
    args: &Check,
    sp: &ServiceProvider,
    idp: &Idp,
    form: &AcsForm,
    now: OffsetDateTime,
) -> Result<Rejection, Rejection> {
    let facts = form.peek().map_err(|r| r.from_vendor(idp.vendor()))?;
    let claimed = facts.in_response_to();
    let finding =
        Finding::new(Code::UnsolicitedForbidden).expected("--request-id or --idp-initiated");
    let (finding, record) = match claimed {
        Some(id) => (
            finding
                .seen(format!("an answer to the request {id}"))
                .hint("say --request-id with this ID if the service provider made that request"),
            Some(record(args, id, now)),
        ),
        None => (
            finding
                .seen("an answer to no request")
                .hint("say --idp-initiated if logins may begin at the identity provider"),
            None,
        ),
    };
    let expected = record
        .as_ref()
        .map_or(Expected::IdpInitiated, Expected::Request);
    let others = match sp.accept(form, idp, expected, now) {
        Ok(_) => vec![finding.hint("everything else about it holds")],
        Err(rejection) => std::iter::once(finding)
            .chain(rejection.findings().cloned())
            .collect(),
    };
    Rejection::from_findings(others)
        .map(|rejection| rejection.from_vendor(idp.vendor()))
        .ok_or_else(|| Code::UnsolicitedForbidden.into())
}

fn log_in(
    args: &Check,
    sp: &ServiceProvider,
    idp: &Idp,
    form: &AcsForm,
    now: OffsetDateTime,
) -> Result<Login, Rejection> {
    let record = args.request_id.as_ref().map(|id| record(args, id, now));
    let expected = record
        .as_ref()
        .map_or(Expected::IdpInitiated, Expected::Request);
    let pending = sp.accept(form, idp, expected, now)?;
    let (replays, requests) = (
        MemoryReplayStore::with_capacity(1),
        MemoryRequestStore::with_capacity(1),
    );
    ready(async {
        if let Some(record) = &record {
            let stored = requests.put(record).await;
            stored.map_err(|error| Rejection::from(Code::StoreFailed).caused_by(error))?;
        }
        pending.redeem(&replays, &requests, now).await
    })
}

/// The request that `--request-id` stands for: just sent, and nothing special asked.
fn record(args: &Check, id: &str, now: OffsetDateTime) -> RequestRecord {
    RecordParts {
        id: RequestId::new(id),
        idp: args.idp.issuer.clone(),
        tenant: String::new(),
        acs: args.sp.acs.clone(),
        relay: RelayHandle::from_request(&RequestId::new(id)),
        return_to: None,
        issued_at: now,
        expires_at: now.saturating_add(Duration::minutes(1)),
        asked: Asked::default(),
        browser: None,
    }
    .into()
}

/// Run a future that never waits: memory stores answer at once.
pub(crate) fn ready<T>(future: impl Future<Output = Result<T, Rejection>>) -> Result<T, Rejection> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => Err(Code::StoreFailed.into()),
    }
}
