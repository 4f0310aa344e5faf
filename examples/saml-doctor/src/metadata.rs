//! `saml-doctor metadata`: what an identity provider's metadata says.

use std::fmt::Write as _;

use saml_sp::cert::Certificate;
use saml_sp::metadata::{IdpMetadata, Source};
use saml_sp::{CryptoProvider, Idp, Limits, Rejection};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use crate::args::{Format, Metadata};
use crate::{Misuse, Outcome, check, input, report, sides};

/// Read it as a service provider would, and tell what it would take over.
pub(crate) fn run(args: &Metadata) -> Result<Outcome, Misuse> {
    let now = sides::instant(&args.clock)?;
    let bytes = input::read(&args.file)?;
    let read = read(args, &bytes, now)?.and_then(|metadata| {
        let idp = metadata.to_idp();
        let idp = idp.map_err(|error| Rejection::from(error.into_finding()))?;
        Ok((metadata, idp))
    });
    let accepted = read.is_ok();
    let text = match (read, args.written.format) {
        (Ok((metadata, idp)), Format::Json) => check::pretty(&as_json(&metadata, &idp)),
        (Ok((metadata, idp)), Format::Text) => as_lines(&as_json(&metadata, &idp), "", ": "),
        (Ok((metadata, idp)), Format::Markdown) => {
            as_lines(&as_json(&metadata, &idp), "- **", "**: ")
        }
        (Err(rejection), Format::Json) => check::pretty(&report::refused_json(&rejection.report())),
        (Err(rejection), Format::Text) => rejection.report().text(),
        (Err(rejection), Format::Markdown) => rejection.report().markdown(),
    };
    Ok(Outcome {
        output: text.into_bytes(),
        accepted,
    })
}

fn read(
    args: &Metadata,
    bytes: &[u8],
    now: OffsetDateTime,
) -> Result<Result<IdpMetadata, Rejection>, Misuse> {
    let limits = Limits::default();
    let id = args.entity_id.as_deref();
    let (Some(path), Some(id)) = (&args.signed_by, id) else {
        return Ok(IdpMetadata::read(bytes, id, &limits, now));
    };
    let certificate = Certificate::parse(&input::read(path)?)?;
    let source = Source::signed_by([certificate.key().clone()], Duration::days(30));
    let crypto = CryptoProvider::rustcrypto();
    Ok(IdpMetadata::read_from(
        &source, bytes, id, &crypto, &limits, now,
    ))
}

fn as_json(metadata: &IdpMetadata, idp: &Idp) -> Value {
    let certificates: Vec<_> = metadata
        .certificates()
        .map(|certificate| {
            json!({
                "sha256": certificate.fingerprint().to_string(),
                "key": certificate.key().public().to_string(),
                "ends": certificate.not_after().to_string(),
            })
        })
        .collect();
    let passed_over: Vec<_> = metadata
        .passed_over(idp.policy())
        .iter()
        .map(|finding| json!({ "code": finding.code().name(), "seen": finding.seen_value() }))
        .collect();
    let logout = idp
        .logout()
        .map(|service| json!({ "location": service.location(), "answers": service.answers_to() }));
    json!({
        "entity_id": metadata.entity_id(),
        "vendor": idp.vendor().name(),
        "sign_in_redirect": idp.sign_in_redirect(),
        "sign_in_post": idp.sign_in_post(),
        "wants_signed_requests": metadata.wants_signed_requests(),
        "valid_until": metadata.valid_until().map(|end| end.to_string()),
        "logout": logout,
        "certificates": certificates,
        "passed_over": passed_over,
    })
}

/// The same as lines.
fn as_lines(json: &Value, before: &str, after: &str) -> String {
    let fields = json.as_object().into_iter().flatten();
    fields.fold(String::new(), |mut text, (name, value)| {
        let value = match value {
            Value::String(text) => saml_sp::error::printable(text),
            Value::Null => "none".to_owned(),
            other => other.to_string(),
        };
        let _ = writeln!(text, "{before}{name}{after}{value}");
        text
    })
}
