//! Replays recorded conversations: requests of a client, responses it needs.
//!
//! A transcript is a JSON file with `steps`; each step has a `request` and what
//! the `response` has to be. It is written for any service: the suite of this
//! crate replays the files against the store in memory, others against theirs.
//!
//! - `request`: `method`, `target` (below the base path), `headers`, `body`,
//!   and `token`: absent for a Bearer token, `raw` for the token without a
//!   scheme, `none`, or a literal `Authorization` header.
//! - `response`: `status` (a number or a list), `headers`, `body`: every member
//!   named has to be there with this value, arrays element by element; `absent`:
//!   JSON pointers that must not lead anywhere; `empty`: true when no body.
//! - In expected values `{*}` is any value but null and the empty string.
//! - `save`: names for values of the body, by JSON pointer, or by `etag`; later
//!   steps use them as `{name}`. `{base}` is the public base URL.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use scim_core::message::{Head, Method};
use scim_core::{Request, Response};
use serde_json::Value;

/// What a transcript is replayed against: one tenant of a fresh service.
pub struct Service<H> {
    /// Public base URL, as in `meta.location`.
    pub base_url: String,
    /// Path under which the service answers.
    pub base_path: String,
    /// A valid token of the tenant.
    pub token: String,
    /// Answers one request.
    pub handle: H,
}

/// Replays every transcript below `dir`, each against a service opened for its
/// `dialect`; returns the failures, file and step named, and how many files.
pub async fn replay_all<H: AsyncFn(Request) -> Response>(
    dir: &Path,
    open: impl AsyncFn(&str) -> Service<H>,
) -> (usize, Vec<String>) {
    let mut failures = Vec::new();
    let files = files_below(dir);
    for file in &files {
        let name = file.strip_prefix(dir).unwrap_or(file).display().to_string();
        let text = std::fs::read_to_string(file).unwrap();
        let transcript: Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let dialect = transcript["dialect"].as_str().unwrap_or("generic");
        let service = open(dialect).await;
        if let Err(why) = replay(&transcript, &service).await {
            failures.push(format!("{name}: {why}"));
        }
    }
    (files.len(), failures)
}

/// Replays one transcript up to the first step that fails.
pub async fn replay<H: AsyncFn(Request) -> Response>(
    transcript: &Value,
    service: &Service<H>,
) -> Result<(), String> {
    let mut saved = BTreeMap::from([("base".to_owned(), service.base_url.clone())]);
    let steps = transcript["steps"].as_array().ok_or("no steps")?;
    for (at, step) in steps.iter().enumerate() {
        let what = step["what"].as_str().unwrap_or_default();
        let step = filled(step, &saved);
        let request = request_of(&step["request"], service)?;
        let response = (service.handle)(request).await;
        compare(&step["response"], &response).map_err(|why| {
            let body = String::from_utf8_lossy(&response.body);
            format!(
                "step {}: {what}: {why}\n    {} {body}",
                at + 1,
                response.status
            )
        })?;
        save(&step["save"], &response, &mut saved)?;
    }
    Ok(())
}

fn request_of<H>(step: &Value, service: &Service<H>) -> Result<Request, String> {
    let method = step["method"].as_str().ok_or("no method")?;
    let target = step["target"].as_str().ok_or("no target")?;
    let mut request = Request::new(
        Method::parse(method),
        &format!("{}{target}", service.base_path),
    );
    let header = |name: &str| step["headers"][name].as_str().map(str::to_owned);
    request.head = Head {
        authorization: match step["token"].as_str() {
            None => Some(format!("Bearer {}", service.token)),
            Some("raw") => Some(service.token.clone()),
            Some("none") => None,
            Some(literal) => Some(literal.to_owned()),
        },
        accept: header("accept"),
        content_type: header("content-type").or_else(|| Some("application/scim+json".into())),
        if_match: header("if-match"),
        if_none_match: header("if-none-match"),
        content_encoding: header("content-encoding"),
    };
    request.body = match &step["body"] {
        Value::Null => bytes::Bytes::new(),
        Value::String(text) => text.clone().into(),
        body => body.to_string().into(),
    };
    Ok(request)
}

fn compare(expected: &Value, response: &Response) -> Result<(), String> {
    let statuses = match &expected["status"] {
        Value::Array(any) => any.clone(),
        one => vec![one.clone()],
    };
    if !statuses.contains(&Value::from(response.status)) {
        return Err(format!(
            "status {}, expected {}",
            response.status, expected["status"]
        ));
    }
    for (name, value) in expected["headers"].as_object().into_iter().flatten() {
        let seen = response.header(name).map_or(Value::Null, Value::from);
        matches(value, &seen, &format!("header {name}"))?;
    }
    if expected["empty"] == Value::Bool(true) {
        let empty = response.body.is_empty();
        return if empty {
            Ok(())
        } else {
            Err("a body where none should be".into())
        };
    }
    let body = body_of(response)?;
    if !expected["body"].is_null() {
        matches(&expected["body"], &body, "")?;
    }
    for pointer in expected["absent"].as_array().into_iter().flatten() {
        let pointer = pointer.as_str().ok_or("`absent` holds JSON pointers")?;
        if body.pointer(pointer).is_some() {
            return Err(format!("{pointer} should be absent"));
        }
    }
    Ok(())
}

fn body_of(response: &Response) -> Result<Value, String> {
    if response.body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&response.body).map_err(|error| format!("no JSON: {error}"))
}

/// Whether `seen` has everything `expected` names.
fn matches(expected: &Value, seen: &Value, at: &str) -> Result<(), String> {
    let wrong = || Err(format!("{at}: expected {expected}, saw {seen}"));
    match (expected, seen) {
        (Value::String(any), _) if any == "{*}" => match seen {
            Value::Null => wrong(),
            Value::String(text) if text.is_empty() => wrong(),
            _ => Ok(()),
        },
        (Value::Object(fields), Value::Object(_)) => fields
            .iter()
            .try_for_each(|(name, value)| matches(value, &seen[name], &format!("{at}/{name}"))),
        (Value::Array(wanted), Value::Array(had)) if wanted.len() == had.len() => wanted
            .iter()
            .zip(had)
            .enumerate()
            .try_for_each(|(n, (value, seen))| matches(value, seen, &format!("{at}/{n}"))),
        _ if expected == seen => Ok(()),
        _ => wrong(),
    }
}

/// Remembers values of a response under their names.
fn save(
    names: &Value,
    response: &Response,
    saved: &mut BTreeMap<String, String>,
) -> Result<(), String> {
    for (name, place) in names.as_object().into_iter().flatten() {
        let place = place.as_str().ok_or("`save` maps names to JSON pointers")?;
        let value = match place {
            "etag" => response.header("etag").map(str::to_owned),
            pointer => body_of(response)?.pointer(pointer).map(text_of),
        };
        saved.insert(
            name.clone(),
            value.ok_or_else(|| format!("nothing to save at {place}"))?,
        );
    }
    Ok(())
}

fn text_of(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The step with every `{name}` replaced by what was saved under it. A target
/// takes it percent-encoded where that is needed.
fn filled(step: &Value, saved: &BTreeMap<String, String>) -> Value {
    match step {
        Value::String(text) => {
            let mut text = text.clone();
            for (name, value) in saved {
                text = text.replace(&format!("{{{name}}}"), value);
            }
            Value::String(text)
        }
        Value::Array(values) => values.iter().map(|value| filled(value, saved)).collect(),
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, value)| (name.clone(), filled(value, saved)))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The failures as one text for an assertion.
pub fn report(failures: &[String]) -> String {
    failures.iter().fold(String::new(), |mut text, failure| {
        let _ = writeln!(text, "{failure}");
        text
    })
}
