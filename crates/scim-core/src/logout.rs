//! Universal Logout: the second trigger for ending a user's access.
//!
//! Okta posts the subject of a user to a revocation endpoint of the service
//! (global token revocation, draft-parecki-oauth-global-token-revocation) and
//! reads the status only. The request is authenticated by a signed JWT; checking
//! its signature against the issuer's keys, and which user the subject is, are
//! the host's. Whom it names loses the same accesses as a user whom SCIM
//! deactivates: [`Access::ALL`](crate::events::Access::ALL).

use std::fmt;

use crate::error::{ScimError, ScimType};
use crate::json;
use crate::resource::{Attributes, Name, Resource, Value};

/// The user a revocation request is about (RFC 9493 subject identifiers).
///
/// `Debug` shows the format only.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject {
    /// `email`: the address.
    Email(String),
    /// `iss_sub`: a subject of an issuer, the NameID of its SAML assertions or
    /// the `sub` of its tokens.
    IssuerSubject {
        /// `iss`.
        issuer: String,
        /// `sub`.
        subject: String,
    },
    /// `opaque`: an id both sides know.
    Opaque(String),
}

/// `typ` of the JWT that authenticates a revocation request.
pub const TOKEN_TYPE: &str = "global-token-revocation+jwt";

impl Subject {
    /// Reads the body of a revocation request.
    ///
    /// ```
    /// use scim_core::json::Limits;
    /// use scim_core::logout::Subject;
    ///
    /// let body = br#"{"sub_id":{"format":"email","email":"ann@acme.example"}}"#;
    /// let subject = Subject::parse(body, &Limits::default())?;
    /// assert_eq!(subject, Subject::Email("ann@acme.example".to_owned()));
    /// # Ok::<(), scim_core::ScimError>(())
    /// ```
    ///
    /// # Errors
    /// 400 `invalidSyntax` for what is no such body, 400 `invalidValue` for a
    /// format that names no user here; 413 over the limit. Only the status
    /// matters to the client.
    pub fn parse(body: &[u8], limits: &json::Limits) -> Result<Self, ScimError> {
        let body = Resource::parse(body, limits)?;
        // Okta's first implementation called the member `subject`.
        let named = body
            .get(&Name::new("sub_id"))
            .or_else(|| body.get(&Name::new("subject")));
        let fields = named
            .and_then(Value::as_object)
            .ok_or_else(|| syntax("a revocation request needs `sub_id`, an object"))?;
        match text(fields, "format")? {
            "email" => Ok(Self::Email(text(fields, "email")?.to_owned())),
            "iss_sub" => Ok(Self::IssuerSubject {
                issuer: text(fields, "iss")?.to_owned(),
                subject: text(fields, "sub")?.to_owned(),
            }),
            "opaque" => Ok(Self::Opaque(text(fields, "id")?.to_owned())),
            _ => Err(ScimError::bad_request(
                ScimType::InvalidValue,
                "`sub_id` must be of format email, iss_sub or opaque",
            )),
        }
    }

    /// The word of RFC 9493 for its format.
    #[must_use]
    pub fn format(&self) -> &'static str {
        match self {
            Self::Email(_) => "email",
            Self::IssuerSubject { .. } => "iss_sub",
            Self::Opaque(_) => "opaque",
        }
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Subject({}, ..)", self.format())
    }
}

fn text<'f>(fields: &'f Attributes, name: &'static str) -> Result<&'f str, ScimError> {
    let text = fields.get(&Name::new(name)).and_then(Value::as_str);
    text.filter(|text| !text.trim().is_empty())
        .ok_or_else(|| syntax("`sub_id` lacks a member that its format needs"))
}

fn syntax(detail: &'static str) -> ScimError {
    ScimError::bad_request(ScimType::InvalidSyntax, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<Subject, ScimError> {
        Subject::parse(body.as_bytes(), &json::Limits::default())
    }

    #[test]
    fn formats_of_okta_are_read() {
        let issuer_subject =
            parse(r#"{"sub_id":{"format":"iss_sub","iss":"https://acme.okta.com","sub":"00u1"}}"#);
        let (issuer, subject) = ("https://acme.okta.com".to_owned(), "00u1".to_owned());
        assert_eq!(
            issuer_subject,
            Ok(Subject::IssuerSubject { issuer, subject })
        );
        let opaque = parse(r#"{"subject":{"format":"opaque","id":"42"}}"#);
        assert_eq!(opaque, Ok(Subject::Opaque("42".to_owned())));
        let shown = format!(
            "{:?}",
            parse(r#"{"sub_id":{"format":"email","email":"a@b.c"}}"#)
        );
        assert!(!shown.contains("a@b.c"));
    }

    #[test]
    fn what_names_nobody_is_refused() {
        for (body, scim_type) in [
            ("", ScimType::InvalidSyntax),
            ("{}", ScimType::InvalidSyntax),
            (r#"{"sub_id":"ann@acme.example"}"#, ScimType::InvalidSyntax),
            (
                r#"{"sub_id":{"email":"ann@acme.example"}}"#,
                ScimType::InvalidSyntax,
            ),
            (
                r#"{"sub_id":{"format":"email","email":" "}}"#,
                ScimType::InvalidSyntax,
            ),
            (
                r#"{"sub_id":{"format":"iss_sub","sub":"x"}}"#,
                ScimType::InvalidSyntax,
            ),
            (
                r#"{"sub_id":{"format":"phone_number","phone_number":"1"}}"#,
                ScimType::InvalidValue,
            ),
        ] {
            assert_eq!(
                parse(body).unwrap_err().scim_type(),
                Some(scim_type),
                "{body}"
            );
        }
    }
}
