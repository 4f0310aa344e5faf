//! Security event tokens from the change log (RFC 9967, RFC 8417).
//!
//! A [`ChangeRecord`] becomes the claims of one token: what happened to which
//! resource and which attributes are concerned, never their values. Receivers
//! read the resource themselves, with their own rights. [`token`] signs the claims
//! with the host's key, which stays behind its [`Signer`]; delivery is the host's,
//! and a host that delivers announces it with
//! [`Config::with_events`](crate::config::Config::with_events).

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use crate::events::{Action, Activation, ChangeRecord};

/// An event of RFC 9967 section 2.4 that this library emits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Event {
    /// A resource was created.
    Create,
    /// Attributes were modified.
    Patch,
    /// A resource was replaced.
    Put,
    /// A resource was removed.
    Delete,
    /// A resource can be used again.
    Activate,
    /// A resource can be used no more.
    Deactivate,
}

impl Event {
    /// Every event that can be emitted.
    pub const ALL: [Self; 6] = [
        Self::Create,
        Self::Patch,
        Self::Put,
        Self::Delete,
        Self::Activate,
        Self::Deactivate,
    ];

    /// The URI in `events`. Changes are told as notices, without values.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Create => "urn:ietf:params:scim:event:prov:create:notice",
            Self::Patch => "urn:ietf:params:scim:event:prov:patch:notice",
            Self::Put => "urn:ietf:params:scim:event:prov:put:notice",
            Self::Delete => "urn:ietf:params:scim:event:prov:delete",
            Self::Activate => "urn:ietf:params:scim:event:prov:activate",
            Self::Deactivate => "urn:ietf:params:scim:event:prov:deactivate",
        }
    }

    /// The events of one change: what was done, and a switch of `active`.
    #[must_use]
    pub fn of(record: &ChangeRecord) -> Vec<Self> {
        let done = match record.action {
            Action::Create => Self::Create,
            Action::Replace => Self::Put,
            Action::Modify => Self::Patch,
            Action::Delete => Self::Delete,
        };
        let switched = record.activation.map(|activation| match activation {
            Activation::Reactivated => Self::Activate,
            Activation::Deactivated => Self::Deactivate,
        });
        std::iter::once(done).chain(switched).collect()
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.uri())
    }
}

/// Who sends a token to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// `iss`: the service that emits it.
    pub issuer: &'a str,
    /// `aud`: the receivers.
    pub audience: &'a [&'a str],
    /// `jti`: unique for each token of the issuer.
    pub id: &'a str,
    /// `iat`: when the token is made.
    pub issued_at: OffsetDateTime,
}

/// The claims of the token for one change, ready to be signed.
///
/// `endpoint` is that of the resource's type, such as `/Users`. The subject is
/// `sub_id` alone; RFC 9967 section 2.1 has no `sub`.
///
/// ```
/// use scim_core::events::{Action, Activation, ChangeRecord};
/// use scim_core::id::{Kind, ResourceId, TxnId};
/// use scim_core::set::{Envelope, claims};
/// use time::OffsetDateTime;
///
/// let record = ChangeRecord {
///     txn: TxnId::new("t1"),
///     token: None,
///     at: OffsetDateTime::UNIX_EPOCH,
///     kind: Kind::USER,
///     id: ResourceId::new("u1"),
///     external_id: None,
///     action: Action::Modify,
///     attributes: vec!["active".to_owned()],
///     activation: Some(Activation::Deactivated),
/// };
/// let envelope = Envelope {
///     issuer: "https://app.example",
///     audience: &["https://receiver.example"],
///     id: "j1",
///     issued_at: OffsetDateTime::UNIX_EPOCH,
/// };
/// let claims = claims(&record, "/Users", &envelope);
/// assert!(claims.contains(r#""urn:ietf:params:scim:event:prov:deactivate":{}"#));
/// assert!(claims.contains(r#""sub_id":{"format":"scim","uri":"/Users/u1"}"#));
/// ```
#[must_use]
pub fn claims(record: &ChangeRecord, endpoint: &str, envelope: &Envelope<'_>) -> String {
    let mut subject = Map::new();
    subject.insert("format".into(), "scim".into());
    subject.insert("uri".into(), format!("{endpoint}/{}", record.id).into());
    if let Some(external_id) = &record.external_id {
        subject.insert("externalId".into(), external_id.as_str().into());
    }
    let events: Map<String, Value> = Event::of(record)
        .into_iter()
        .map(|event| (event.uri().to_owned(), payload(event, record)))
        .collect();
    json!({
        "iss": envelope.issuer,
        "aud": envelope.audience,
        "iat": envelope.issued_at.unix_timestamp(),
        "jti": envelope.id,
        "toe": record.at.unix_timestamp(),
        "txn": record.txn.as_str(),
        "sub_id": subject,
        "events": events,
    })
    .to_string()
}

/// Attribute names for what was written; nothing for the rest.
fn payload(event: Event, record: &ChangeRecord) -> Value {
    match event {
        Event::Create | Event::Patch | Event::Put => json!({"attributes": record.attributes}),
        Event::Delete | Event::Activate | Event::Deactivate => json!({}),
    }
}

/// The host's signing key: in memory, in a key service or in an HSM.
///
/// A call that has to wait for a key service belongs before [`token`]: sign there,
/// and hand the result over.
pub trait Signer {
    /// Why it could not sign.
    type Error;

    /// `alg` of the JWS header, such as `ES256` (RFC 7518 section 3.1).
    fn algorithm(&self) -> &str;

    /// `kid` of the JWS header, by which receivers find the key.
    fn key_id(&self) -> Option<&str>;

    /// Signs these bytes; the signature in the form of RFC 7518, which for ECDSA is
    /// `R || S` and not ASN.1.
    ///
    /// # Errors
    /// The key cannot be used at the moment.
    fn sign(&self, input: &[u8]) -> Result<Vec<u8>, Self::Error>;
}

/// The signed token of some [`claims`], in the compact form of RFC 7515.
///
/// Its `typ` is `secevent+jwt` (RFC 8417 section 2.3), so that it passes for no
/// other kind of token.
///
/// ```
/// use hmac::{Hmac, KeyInit, Mac};
/// use scim_core::set::{Signer, token};
///
/// struct Shared([u8; 64]);
///
/// impl Signer for Shared {
///     type Error = std::convert::Infallible;
///
///     fn algorithm(&self) -> &str {
///         "HS256"
///     }
///
///     fn key_id(&self) -> Option<&str> {
///         Some("2026-01")
///     }
///
///     fn sign(&self, input: &[u8]) -> Result<Vec<u8>, Self::Error> {
///         let mut mac = Hmac::<sha2::Sha256>::new(&self.0.into());
///         mac.update(input);
///         Ok(mac.finalize().into_bytes().to_vec())
///     }
/// }
///
/// let token = token(r#"{"iss":"https://app.example"}"#, &Shared([7; 64]))?;
/// assert_eq!(token.split('.').count(), 3);
/// # Ok::<(), std::convert::Infallible>(())
/// ```
///
/// # Errors
/// Those of the signer.
pub fn token<S: Signer>(claims: &str, signer: &S) -> Result<String, S::Error> {
    let mut header = Map::new();
    header.insert("typ".into(), "secevent+jwt".into());
    header.insert("alg".into(), signer.algorithm().into());
    if let Some(key_id) = signer.key_id() {
        header.insert("kid".into(), key_id.into());
    }
    let header = Value::Object(header).to_string();
    let encoded = |part: &[u8]| BASE64URL_NOPAD.encode(part);
    let input = format!(
        "{}.{}",
        encoded(header.as_bytes()),
        encoded(claims.as_bytes())
    );
    let signature = signer.sign(input.as_bytes())?;
    Ok(format!("{input}.{}", encoded(&signature)))
}
