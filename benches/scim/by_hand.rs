//! The floors: what one would write by hand for just these jobs.

use std::hint::black_box;

use scim_core::fold;
use scim_core::resource::{Name, Resource, Value};
use serde::{Deserialize, Serialize};

/// The attributes of the user and nothing else, as one would write them down.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Plain {
    schemas: Vec<String>,
    id: Option<String>,
    external_id: Option<String>,
    user_name: String,
    name: Option<PlainName>,
    display_name: Option<String>,
    title: Option<String>,
    preferred_language: Option<String>,
    locale: Option<String>,
    timezone: Option<String>,
    active: Option<bool>,
    emails: Option<Vec<PlainEntry>>,
    phone_numbers: Option<Vec<PlainEntry>>,
    #[serde(rename = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")]
    enterprise: Option<PlainEnterprise>,
    meta: Option<PlainMeta>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlainName {
    formatted: Option<String>,
    family_name: Option<String>,
    given_name: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct PlainEntry {
    value: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    primary: Option<bool>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlainEnterprise {
    employee_number: Option<String>,
    department: Option<String>,
    manager: Option<PlainManager>,
}

#[derive(Serialize, Deserialize)]
struct PlainManager {
    value: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlainMeta {
    resource_type: String,
    created: String,
    last_modified: String,
    version: String,
}

/// Applies a PATCH of plain attributes to a copy.
#[expect(
    clippy::expect_used,
    reason = "a bench ends at once when its input is wrong"
)]
pub(crate) fn patched(tree: &serde_json::Value, patch: &str) -> serde_json::Value {
    let patch: serde_json::Value = serde_json::from_str(black_box(patch)).expect("patch");
    let mut next = tree.clone();
    let operations = patch
        .get("Operations")
        .and_then(serde_json::Value::as_array);
    for operation in operations.into_iter().flatten() {
        let value = operation
            .get("value")
            .and_then(serde_json::Value::as_object);
        let fields = value.into_iter().flatten();
        for (name, value) in fields {
            if let Some(object) = next.as_object_mut() {
                object.insert(name.clone(), value.clone());
            }
        }
    }
    next
}

/// The key of a text value.
fn text(value: Option<&Value>) -> Option<std::borrow::Cow<'_, str>> {
    value.and_then(Value::as_str).map(fold::fold)
}

/// The complex filter as one would write it for this storage form.
pub(crate) fn complex(user: &Resource) -> bool {
    let starts = text(user.get(&Name::USER_NAME)).is_some_and(|n| n.starts_with('a'));
    if !starts {
        return false;
    }
    let active = user.get(&Name::ACTIVE) == Some(&Value::Boolean(true));
    if !active && user.get(&Name::TITLE).is_none_or(Value::is_absent) {
        return false;
    }
    let emails = user.get(&Name::EMAILS).map_or(&[][..], Value::elements);
    emails.iter().any(|email| {
        text(email.sub(&Name::TYPE)).is_some_and(|t| t == "work")
            && text(email.sub(&Name::VALUE)).is_some_and(|v| v.contains("@acme.example"))
    })
}
