//! The posted form: sizes are known, nothing else is.

use std::borrow::Cow;
use std::fmt;

use memchr::{memchr, memchr2};

use crate::error::{Code, Finding, Rejection};
use crate::policy::Limits;

/// The two fields of the POST binding, taken from a body of accepted size.
///
/// `Debug` shows lengths only.
///
/// ```compile_fail
/// # fn f(form: saml_sp::AcsForm) {
/// form.name_id(); // a form says nothing about anybody
/// # }
/// ```
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
    let mut rest = Some(body);
    while let Some(unread) = rest {
        let (pair, behind) = cut(unread, b'&');
        rest = behind;
        let (name, value) = cut(pair, b'=');
        let value = value.unwrap_or_default();
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
    let Some(first) = memchr2(b'%', b'+', raw) else {
        return std::str::from_utf8(raw)
            .map(Cow::Borrowed)
            .map_err(|_| wrong().into());
    };
    String::from_utf8(unescaped(raw, first))
        .map(Cow::Owned)
        .map_err(|_| wrong().into())
}

/// `+` to space and `%xy` to its octet, run by run; `first` is where the first of either stands.
/// A `%` that begins no escape stands for itself, as in browsers.
fn unescaped(raw: &[u8], first: usize) -> Vec<u8> {
    let mut octets = Vec::with_capacity(raw.len());
    let (mut rest, mut next) = (raw, Some(first));
    while let Some((run, tail)) = next.and_then(|at| rest.split_at_checked(at)) {
        octets.extend_from_slice(run);
        rest = match tail {
            [b'%', high, low, behind @ ..] => match (nibble(*high), nibble(*low)) {
                (Some(high), Some(low)) => {
                    octets.push(high << 4 | low);
                    behind
                }
                _ => {
                    octets.push(b'%');
                    tail.get(1..).unwrap_or_default()
                }
            },
            [b'+', behind @ ..] => {
                octets.push(b' ');
                behind
            }
            [byte, behind @ ..] => {
                octets.push(*byte);
                behind
            }
            [] => tail,
        };
        next = memchr2(b'%', b'+', rest);
    }
    octets.extend_from_slice(rest);
    octets
}

const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// What stands before the first such byte, and what behind it if there is one.
fn cut(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match memchr(at, text).and_then(|found| text.split_at_checked(found)) {
        Some((before, found)) => (before, found.get(1..)),
        None => (text, None),
    }
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
