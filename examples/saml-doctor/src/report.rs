//! How a verdict is written.

use std::fmt::Write as _;

use saml_sp::{Login, Report};
use serde_json::{Map, Value, json};

/// `{"accepted": true, …}`, with the notes as findings.
pub(crate) fn accepted_json(login: &Login, notes: Option<&Report>) -> Value {
    let mut attributes = Map::new();
    for attribute in login.attributes().iter() {
        let values: Vec<_> = attribute.values().map(Value::from).collect();
        match attributes
            .get_mut(attribute.name())
            .and_then(Value::as_array_mut)
        {
            // The same name with another name format.
            Some(known) => known.extend(values),
            None => {
                attributes.insert(attribute.name().to_owned(), Value::from(values));
            }
        }
    }
    json!({
        "accepted": true,
        "name_id": login.name_id().value(),
        "name_id_format": login.name_id().format(),
        "session_index": login.session_index(),
        "session": login.session(),
        "attributes": attributes,
        "findings": notes.map_or_else(|| json!([]), findings),
    })
}

/// `{"accepted": false, …}`: nothing of the user is told.
pub(crate) fn refused_json(report: &Report) -> Value {
    json!({
        "accepted": false,
        "name_id": null,
        "name_id_format": null,
        "session_index": null,
        "attributes": {},
        "findings": findings(report),
    })
}

fn findings(report: &Report) -> Value {
    report
        .json()
        .get("findings")
        .cloned()
        .unwrap_or_else(|| json!([]))
}

/// Plain text for a login.
pub(crate) fn accepted_text(login: &Login, notes: Option<&Report>) -> String {
    let mut text = String::from("Accepted.\n\n");
    for (label, value) in lines(login) {
        let _ = writeln!(text, "{label}: {value}");
    }
    if let Some(notes) = notes {
        let _ = write!(text, "\nWithout --allow expired:\n{}", notes.text());
    }
    text
}

/// Markdown for a login.
pub(crate) fn accepted_markdown(login: &Login, notes: Option<&Report>) -> String {
    let mut text = String::from("# Accepted\n\n");
    for (label, value) in lines(login) {
        let _ = writeln!(text, "- **{label}**: `{}`", value.replace('`', "'"));
    }
    if let Some(notes) = notes {
        let _ = write!(text, "\nWithout `--allow expired`:\n\n{}", notes.markdown());
    }
    text
}

fn lines(login: &Login) -> Vec<(String, String)> {
    let printable = saml_sp::error::printable;
    let mut lines = vec![
        ("issuer".to_owned(), printable(login.issuer())),
        ("NameID".to_owned(), printable(login.name_id().value())),
    ];
    let format = login.name_id().format().map(printable);
    lines.extend(format.map(|format| ("NameID format".to_owned(), format)));
    lines.extend(
        login
            .session_index()
            .map(|index| ("SessionIndex".to_owned(), printable(index))),
    );
    lines.extend(
        login
            .authn_context_class()
            .map(|class| ("authentication".to_owned(), printable(class))),
    );
    for attribute in login.attributes().iter() {
        let values: Vec<_> = attribute.values().map(printable).collect();
        lines.push((
            format!("attribute {}", printable(attribute.name())),
            values.join(", "),
        ));
    }
    for signature in login.proof().signatures() {
        let covers = format!("{:?}", signature.covers);
        lines.push((
            format!("signed {covers}"),
            format!("{} by key {}", signature.algorithm.uri(), signature.key),
        ));
    }
    lines
}
