//! The posted form: sizes are known, nothing else is.

use std::borrow::Cow;
use std::fmt;

use crate::error::{Code, Finding, Rejection};
use crate::policy::Limits;

/// The two fields of the POST binding, taken from a body of accepted size.
///
/// `Debug` shows lengths only.
#[derive(Clone, PartialEq, Eq)]
pub struct AcsForm {
    response: String,
    relay_state: Option<String>,
    limits: Limits,
}

impl AcsForm {
    /// Read a body of type `application/x-www-form-urlencoded`. Fields other than `SAMLResponse`
    /// and `RelayState` are ignored.
    ///
    /// # Errors
    /// [`Code::LimitBytes`], [`Code::FormEncoding`], [`Code::FormFieldMissing`],
    /// [`Code::FormFieldDuplicate`], [`Code::RelayStateTooLong`].
    ///
    /// ```
    /// use saml_sp::{AcsForm, Code, Limits};
    /// let limits = Limits::default();
    /// let form = AcsForm::from_urlencoded(b"SAMLResponse=PGEvPg%3D%3D&RelayState=r", &limits).unwrap();
    /// assert_eq!(form.relay_state(), Some("r"));
    /// let twice = b"SAMLResponse=PGEvPg%3D%3D&SAMLResponse=PGEvPg%3D%3D";
    /// assert_eq!(AcsForm::from_urlencoded(twice, &limits).unwrap_err().code(), Code::FormFieldDuplicate);
    /// ```
    pub fn from_urlencoded(body: &[u8], limits: &Limits) -> Result<Self, Rejection> {
        let Fields {
            response,
            relay_state,
            ..
        } = fields(body, limits)?;
        Self::from_fields_inner(response, relay_state, limits)
    }

    /// Take the two fields from a framework that has decoded the body already. The framework must
    /// refuse duplicates, since only one value arrives here; an absent `RelayState` is `None`, not
    /// an empty string.
    ///
    /// # Errors
    /// [`Code::LimitBytes`], [`Code::FormFieldMissing`], [`Code::RelayStateTooLong`].
    pub fn from_fields(
        saml_response: impl Into<String>,
        relay_state: Option<String>,
        limits: &Limits,
    ) -> Result<Self, Rejection> {
        let response = saml_response.into();
        if response.len() > limits.form_bytes {
            return Err(too_long(limits.form_bytes, response.len()));
        }
        Self::from_fields_inner(Some(response), relay_state, limits)
    }

    fn from_fields_inner(
        response: Option<String>,
        relay_state: Option<String>,
        limits: &Limits,
    ) -> Result<Self, Rejection> {
        let response = response.filter(|value| !value.is_empty()).ok_or_else(|| {
            Finding::new(Code::FormFieldMissing)
                .expected("the field SAMLResponse")
                .at("SAMLResponse")
        })?;
        let relay_state = bounded(relay_state, limits)?;
        Ok(Self {
            response,
            relay_state,
            limits: *limits,
        })
    }

    /// The `RelayState`, unchanged. It is whatever the browser sent: look it up with
    /// [`RequestHandle::ByRelayState`](crate::store::RequestHandle::ByRelayState), never redirect
    /// to it.
    #[must_use]
    pub fn relay_state(&self) -> Option<&str> {
        self.relay_state.as_deref()
    }

    /// The base64 text of the message.
    pub(crate) fn response(&self) -> &str {
        &self.response
    }

    /// The limits it was read under, which hold for the rest of the message too.
    pub(crate) const fn limits(&self) -> &Limits {
        &self.limits
    }
}

fn too_long(most: usize, seen: usize) -> Rejection {
    Finding::new(Code::LimitBytes)
        .expected(format!("at most {most} bytes"))
        .seen(format!("{seen} bytes"))
        .at("form")
        .into()
}

/// The fields of the POST binding.
#[derive(Default)]
pub(crate) struct Fields {
    pub(crate) request: Option<String>,
    pub(crate) response: Option<String>,
    pub(crate) relay_state: Option<String>,
}

/// Read a body, each field at most once.
pub(crate) fn fields(body: &[u8], limits: &Limits) -> Result<Fields, Rejection> {
    if body.len() > limits.form_bytes {
        return Err(too_long(limits.form_bytes, body.len()));
    }
    let mut fields = Fields::default();
    for pair in body.split(|byte| *byte == b'&') {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = halves.next().unwrap_or_default();
        let value = halves.next().unwrap_or_default();
        let (slot, field) = match decode(name)?.as_ref() {
            "SAMLRequest" => (&mut fields.request, "SAMLRequest"),
            "SAMLResponse" => (&mut fields.response, "SAMLResponse"),
            "RelayState" => (&mut fields.relay_state, "RelayState"),
            _ => continue,
        };
        if slot.is_some() {
            return Err(Finding::new(Code::FormFieldDuplicate).at(field).into());
        }
        *slot = Some(decode(value)?.into_owned());
    }
    fields.relay_state = bounded(fields.relay_state, limits)?;
    Ok(fields)
}

/// A `RelayState` within its limit.
pub(crate) fn bounded(
    relay_state: Option<String>,
    limits: &Limits,
) -> Result<Option<String>, Rejection> {
    match relay_state {
        Some(relay) if relay.len() > limits.relay_state_bytes => {
            Err(Finding::new(Code::RelayStateTooLong)
                .expected(format!("at most {} bytes", limits.relay_state_bytes))
                .seen(format!("{} bytes", relay.len()))
                .at("RelayState")
                .into())
        }
        relay => Ok(relay),
    }
}

/// `+` to space, then percent-decoding, then UTF-8.
pub(crate) fn decode(raw: &[u8]) -> Result<Cow<'_, str>, Rejection> {
    let wrong = || {
        Finding::new(Code::FormEncoding)
            .expected("percent-encoded UTF-8")
            .at("form")
    };
    if let Ok(plain) = std::str::from_utf8(raw)
        && !raw.iter().any(|byte| matches!(byte, b'+' | b'%'))
    {
        return Ok(Cow::Borrowed(plain));
    }
    let spaced: Vec<u8> = raw
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    let bytes: Vec<u8> = percent_encoding::percent_decode(&spaced).collect();
    String::from_utf8(bytes)
        .map(Cow::Owned)
        .map_err(|_| wrong().into())
}

impl fmt::Debug for AcsForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcsForm")
            .field("response_bytes", &self.response.len())
            .field(
                "relay_state_bytes",
                &self.relay_state.as_ref().map(String::len),
            )
            .finish()
    }
}
