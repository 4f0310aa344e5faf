//! A browser's recording: a HAR file, or an export of SAML-tracer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// The last `SAMLResponse` that was posted. A recording of a login holds several requests, and the
/// newest is the one somebody asks about.
pub(crate) fn newest(json: &[u8]) -> Option<String> {
    let recording: Value = serde_json::from_slice(json).ok()?;
    let har = recording.pointer("/log/entries").and_then(Value::as_array);
    let tracer = recording.get("requests").and_then(Value::as_array);
    let entries = har.or(tracer)?;
    entries
        .iter()
        .rev()
        .find_map(|entry| from_har(entry).or_else(|| from_tracer(entry)))
}

/// `saml`: the message as SAML-tracer decoded it, where the export left the posted values out.
fn decoded(entry: &Value) -> Option<String> {
    let xml = entry.get("saml")?.as_str()?.trim();
    let is_answer = xml.starts_with('<') && xml.contains("Response");
    is_answer.then(|| STANDARD.encode(xml))
}

/// `request.postData`: decoded parameters, or the raw text.
fn from_har(entry: &Value) -> Option<String> {
    let data = entry.pointer("/request/postData")?;
    let decoded = data
        .get("params")
        .and_then(Value::as_array)
        .and_then(|params| {
            let named =
                |param: &&Value| param.get("name").is_some_and(|name| name == "SAMLResponse");
            params
                .iter()
                .find(named)?
                .get("value")?
                .as_str()
                .map(unescaped)
        });
    decoded.or_else(|| from_body(data.get("text")?.as_str()?))
}

/// `post`: pairs of name and value, or an object; `requestBody` in some versions.
fn from_tracer(entry: &Value) -> Option<String> {
    let post = entry.get("post").or_else(|| entry.get("postData"));
    let pairs = post.and_then(Value::as_array).into_iter().flatten();
    let from_pairs = pairs
        .filter_map(Value::as_array)
        .find_map(|pair| match pair.as_slice() {
            [name, value] if name == "SAMLResponse" => value.as_str().map(unescaped),
            _ => None,
        });
    from_pairs
        .or_else(|| post?.get("SAMLResponse")?.as_str().map(unescaped))
        .or_else(|| from_body(post?.as_str()?))
        .or_else(|| decoded(entry))
}

fn from_body(body: &str) -> Option<String> {
    let value = body
        .split('&')
        .find_map(|pair| pair.strip_prefix("SAMLResponse="))?;
    Some(unescaped(value))
}

/// Some recorders keep the percent-encoding of the wire.
fn unescaped(value: &str) -> String {
    if !value.contains('%') {
        return value.to_owned();
    }
    let hex = [
        ("%2B", "+"),
        ("%2b", "+"),
        ("%2F", "/"),
        ("%2f", "/"),
        ("%3D", "="),
        ("%3d", "="),
    ];
    let hex = hex
        .iter()
        .fold(value.to_owned(), |text, (from, to)| text.replace(from, to));
    hex.replace("%0D", "\r").replace("%0A", "\n")
}
