//! The settings as a checklist, as JSON and as Terraform.
//!
//! [`OktaSetup::drift`] goes the other way: it reads what Okta has and lists the fields that differ, so
//! that a failing login need not be the first to notice.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use super::okta::{AttributeRule, OktaSetup, Setting, Value};

/// Okta's name for a name format that is none in particular.
const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified";

impl OktaSetup {
    /// Markdown to follow by hand, with Okta's own labels.
    #[must_use]
    pub fn checklist(&self) -> String {
        let mut text = format!("# {} in Okta\n", self.app);
        let mut path = "";
        for setting in &self.settings {
            if setting.path != path {
                path = setting.path;
                let _ = write!(text, "\n## {path}\n\n");
            }
            let _ = writeln!(
                text,
                "- [ ] **{}**: {}",
                setting.label,
                by_hand(&setting.value)
            );
        }
        text.push_str(
            "\nAfterwards copy three values from Sign On › View SAML setup instructions: \
             Identity Provider Single Sign-On URL, Identity Provider Issuer, X.509 Certificate.\n",
        );
        text
    }

    /// The body of `POST /api/v1/apps`.
    #[must_use]
    pub fn apps_api_body(&self) -> Json {
        let mut sign_on = Map::new();
        for setting in &self.settings {
            insert(&mut sign_on, setting);
        }
        json!({
            "label": self.app,
            "signOnMode": "SAML_2_0",
            "visibility": { "autoSubmitToolbar": false, "hide": { "iOS": false, "web": false } },
            "settings": { "signOn": sign_on },
        })
    }

    /// A resource of Okta's Terraform provider.
    #[must_use]
    pub fn terraform(&self) -> String {
        let mut text = format!(
            "resource \"okta_app_saml\" \"app\" {{\n  label = {}\n",
            quoted(&self.app)
        );
        for setting in &self.settings {
            match (&setting.value, setting.terraform) {
                (Value::Attributes(rules), _) => rules.iter().for_each(|rule| {
                    let _ = write!(
                        text,
                        "  attribute_statements {{\n    type = \"EXPRESSION\"\n    name = {}\n    \
                         namespace = {}\n    values = [{}]\n  }}\n",
                        quoted(&rule.name),
                        quoted(UNSPECIFIED),
                        quoted(&rule.expression)
                    );
                }),
                (value, Some(name)) => {
                    let _ = writeln!(text, "  {name} = {}", assigned(value));
                }
                (_, None) => {}
            }
        }
        text.push_str("}\n");
        text
    }
}

/// A field in which an application in Okta differs from what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    label: &'static str,
    path: &'static str,
    expected: Json,
    seen: Json,
}

impl Drift {
    /// The field's label.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        self.label
    }

    /// Where the field is.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// What it should be.
    #[must_use]
    pub const fn expected(&self) -> &Json {
        &self.expected
    }

    /// What it is; null when it is not set.
    #[must_use]
    pub const fn seen(&self) -> &Json {
        &self.seen
    }
}

impl OktaSetup {
    /// Compare with an application as `GET /api/v1/apps/{id}` describes it: every field that
    /// disagrees. Fields that Okta adds of its own do not count.
    ///
    /// ```
    /// # use saml_sp::{Acs, CryptoProvider, ServiceProvider, setup::OktaSetup};
    /// # let sp = ServiceProvider::builder("https://sp.example").acs(Acs::new("https://sp.example/acs"))
    /// #     .crypto(CryptoProvider::rustcrypto()).build()?;
    /// let setup = OktaSetup::new(&sp, "My service");
    /// let mut app = setup.apps_api_body();
    /// assert!(setup.drift(&app).is_empty());
    /// app["settings"]["signOn"]["audience"] = "https://sp.example/".into();
    /// assert_eq!(setup.drift(&app)[0].label(), "Audience URI (SP Entity ID)");
    /// # Ok::<(), saml_sp::error::UsageError>(())
    /// ```
    #[must_use]
    pub fn drift(&self, app: &Json) -> Vec<Drift> {
        let wanted = self.apps_api_body();
        let mut found = Vec::new();
        for Setting {
            path, label, key, ..
        } in &self.settings
        {
            let pointer = format!("/settings/signOn/{}", key.replace('.', "/"));
            let at = |root: &Json| root.pointer(&pointer).cloned().unwrap_or_default();
            let (expected, seen) = (at(&wanted), at(app));
            if !agrees(&expected, &seen) {
                found.push(Drift {
                    label,
                    path,
                    expected,
                    seen,
                });
            }
        }
        found
    }
}

/// Whether everything that is wanted is there.
fn agrees(wanted: &Json, seen: &Json) -> bool {
    match (wanted, seen) {
        (Json::Object(wanted), Json::Object(seen)) => wanted
            .iter()
            .all(|(key, value)| seen.get(key).is_some_and(|seen| agrees(value, seen))),
        (Json::Array(wanted), Json::Array(seen)) => wanted
            .iter()
            .all(|value| seen.iter().any(|seen| agrees(value, seen))),
        _ => wanted == seen,
    }
}

fn by_hand(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("`{text}`"),
        Value::Flag(true) => "yes / Signed".to_owned(),
        Value::Flag(false) => "no / Unsigned".to_owned(),
        Value::Urls(urls) => {
            let urls = urls
                .iter()
                .enumerate()
                .map(|(index, url)| format!("`{url}` (index {index})"));
            urls.collect::<Vec<_>>().join(", ")
        }
        Value::Attributes(rules) => {
            let rules = rules
                .iter()
                .map(|rule| format!("`{}` = `{}`", rule.name, rule.expression));
            rules.collect::<Vec<_>>().join(", ")
        }
        Value::Certificate(base64) => format!("upload the certificate `{base64}`"),
    }
}

fn insert(sign_on: &mut Map<String, Json>, setting: &Setting) {
    let value = match (&setting.value, setting.key) {
        (Value::Text(text), _) => json!(text),
        (Value::Flag(flag), _) => json!(flag),
        (Value::Urls(urls), _) => {
            sign_on.insert("allowMultipleAcsEndpoints".to_owned(), json!(true));
            urls.iter()
                .enumerate()
                .map(|(index, url)| json!({ "index": index, "url": url }))
                .collect()
        }
        (Value::Attributes(rules), _) => rules.iter().map(attribute).collect(),
        (Value::Certificate(base64), "assertionEncryption") => json!({
            "enabled": true,
            "encryptionAlgorithm": "AES256_GCM",
            "keyTransportAlgorithm": "RSA_OAEP",
            "x5c": [base64],
        }),
        (Value::Certificate(base64), _) => json!({ "x5c": [base64] }),
    };
    match setting.key.split_once('.') {
        None => {
            sign_on.insert(setting.key.to_owned(), value);
        }
        Some((object, key)) => {
            let object = sign_on
                .entry(object)
                .or_insert_with(|| json!({ "enabled": true }));
            if let Some(object) = object.as_object_mut() {
                object.insert(key.to_owned(), value);
            }
        }
    }
}

fn attribute(rule: &AttributeRule) -> Json {
    json!({
        "type": "EXPRESSION",
        "name": rule.name,
        "namespace": UNSPECIFIED,
        "values": [rule.expression],
    })
}

fn assigned(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Certificate(text) => quoted(text),
        Value::Flag(flag) => flag.to_string(),
        Value::Urls(urls) => {
            format!(
                "[{}]",
                urls.iter()
                    .map(|url| quoted(url))
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        }
        Value::Attributes(_) => String::new(),
    }
}

/// A Terraform string: quotes and backslashes escaped, and `${` doubled so that it stays as it is.
fn quoted(text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("\"{}\"", escaped.replace("${", "$${").replace("%{", "%%{"))
}
