//! `saml-doctor check`: judge a response as a service provider would.

use saml_sp::crypto::PrivateKey;
use saml_sp::error::UsageError;
use saml_sp::metadata::{IdpMetadata, Source};
use saml_sp::record::{Asked, RecordParts, RelayHandle, RequestId};
use saml_sp::store::memory::{MemoryReplayStore, MemoryRequestStore};
use saml_sp::{
    Acs, AcsForm, AlgorithmPolicy, Code, CryptoProvider, Expected, Idp, Limits, Login, Rejection,
    Report, RequestRecord, RequestStore, ServiceProvider,
};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::args::{Allowance, Check, Format};
use crate::{Misuse, Outcome, input, report};

/// Judge one response.
pub(crate) fn run(args: &Check) -> Result<Outcome, Misuse> {
    let now = OffsetDateTime::parse(&args.now, &Rfc3339)
        .map_err(|error| Misuse(format!("--now {}: {error}", args.now)))?;
    let sp = service_provider(args)?;
    let bytes = input::read(&args.file)?;
    let idp = match identity_provider(args, now)? {
        // A key that is too small is a reason to refuse what it signed, not misuse.
        Err(error) if error.code() == Code::KeyWeak => Err(Rejection::from(error.into_finding())),
        other => Ok(other?),
    };
    let verdict = idp.and_then(|idp| {
        let form = input::form(&bytes, sp.limits())?;
        judge(args, &sp, &idp, &form, now)
    });
    let accepted = verdict.is_ok();
    let text = match (verdict, args.format) {
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

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

fn service_provider(args: &Check) -> Result<ServiceProvider, Misuse> {
    let acs = Acs::new(&args.acs);
    let acs = args.destination.iter().fold(acs, Acs::accept_destination);
    let acs = args.recipient.iter().fold(acs, Acs::accept_recipient);
    // Nothing is sent or received here, so a plain http URL is only a text to compare.
    let builder = ServiceProvider::builder(&args.audience)
        .acs(acs)
        .crypto(CryptoProvider::rustcrypto())
        .danger_allow_http();
    let builder = args.sp_key.iter().try_fold(builder, |builder, path| {
        let key = PrivateKey::from_pem(&input::read(path)?)?;
        let key = CryptoProvider::rustcrypto().decryption_key(&key)?;
        Ok::<_, Misuse>(builder.decryption(key, None))
    })?;
    let builder = if args.idp_initiated {
        builder.allow_idp_initiated()
    } else {
        builder
    };
    Ok(builder.build()?)
}

fn policy(allow: &[Allowance]) -> AlgorithmPolicy {
    allow.iter().fold(
        AlgorithmPolicy::default(),
        |policy, allowance| match allowance {
            Allowance::Sha1 => policy.danger_allow_sha1(),
            Allowance::Rsa1024 => policy.danger_allow_rsa_bits(1024),
            Allowance::CbcUnsigned => policy.danger_allow_cbc_unsigned(),
            Allowance::Rsa15 => policy.danger_allow_rsa_1_5(),
            Allowance::Expired => policy,
        },
    )
}

/// The outer error is misuse; the inner one says what is wrong with the values.
fn identity_provider(args: &Check, now: OffsetDateTime) -> Result<Result<Idp, UsageError>, Misuse> {
    let builder = match &args.idp_metadata {
        Some(path) => {
            let bytes = input::read(path)?;
            // Nothing is sent to the addresses in it, so they may be plain http.
            let source = Source::transport().danger_allow_http();
            let (crypto, limits) = (CryptoProvider::rustcrypto(), Limits::default());
            IdpMetadata::read_from(&source, &bytes, &args.issuer, &crypto, &limits, now)
                .map_err(|rejection| {
                    Misuse(format!("--idp-metadata: {}", rejection.report().text()))
                })?
                .to_builder()
        }
        None => {
            let mut builder = Idp::builder(&args.issuer);
            for path in &args.idp_cert {
                builder = builder.certificate(input::read(path)?);
            }
            builder
        }
    };
    Ok(builder.policy(policy(&args.allow)).build())
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
    match log_in(args, sp, idp, form, now) {
        Ok(login) => Ok((login, None)),
        Err(rejection) if args.allow.contains(&Allowance::Expired) && only_late(&rejection) => {
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
        idp: args.issuer.clone(),
        tenant: String::new(),
        acs: args.acs.clone(),
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
fn ready<T>(future: impl Future<Output = Result<T, Rejection>>) -> Result<T, Rejection> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => Err(Code::StoreFailed.into()),
    }
}
