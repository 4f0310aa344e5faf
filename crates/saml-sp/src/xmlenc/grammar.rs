//! The forms an encrypted element may have.
//!
//! Identity providers put the encrypted key in two places: in the `KeyInfo` of the data, or beside it
//! with a `RetrievalMethod` that points there, as Okta does. Both are taken, one key each time, and no
//! reference leaves the element: a URL, a path or another document is never followed.

use crate::error::{Code, Finding};
use crate::packed;
use crate::xml::Element;

use super::{XENC, ds, xenc};

const ELEMENT: &str = "http://www.w3.org/2001/04/xmlenc#Element";
const ENCRYPTED_KEY: &str = "http://www.w3.org/2001/04/xmlenc#EncryptedKey";

/// The parts of an `EncryptedAssertion` or `EncryptedID`.
pub(super) struct Parts<'d> {
    pub(super) data: Element<'d>,
    pub(super) data_method: Element<'d>,
    pub(super) data_value: Vec<u8>,
    pub(super) key_method: Element<'d>,
    pub(super) key_value: Vec<u8>,
}

/// Finds the one `EncryptedData` and the one `EncryptedKey`.
pub(super) fn parts(encrypted: Element<'_>) -> Result<Parts<'_>, Finding> {
    encrypted.elements_only().map_err(|_| shape(encrypted))?;
    let data = encrypted
        .one(xenc("EncryptedData"))
        .map_err(|_| shape(encrypted))?;
    let beside: Vec<_> = encrypted
        .children()
        .filter(|child| *child != data)
        .collect();
    if beside.iter().any(|child| !child.is(xenc("EncryptedKey"))) {
        return Err(shape(encrypted));
    }
    let (data_method, data_value, key_info) = body(data)?;
    if data.attribute("Type").is_some_and(|kind| kind != ELEMENT) {
        return Err(shape(data));
    }
    let key = key_of(data, key_info, &beside)?;
    let (key_method, key_value, _) = body(key)?;
    Ok(Parts {
        data,
        data_method,
        data_value,
        key_method,
        key_value,
    })
}

/// The key is inside the `KeyInfo`, or beside the data and perhaps referred to; never both, and
/// never several.
fn key_of<'d>(
    data: Element<'d>,
    info: Option<Element<'d>>,
    beside: &[Element<'d>],
) -> Result<Element<'d>, Finding> {
    let named = |name| {
        info.into_iter()
            .flat_map(move |info| info.children_named(name))
    };
    let inside: Vec<_> = named(xenc("EncryptedKey")).collect();
    let references: Vec<_> = named(ds("RetrievalMethod")).collect();
    match (inside.as_slice(), beside, references.as_slice()) {
        ([key], [], []) | ([], [key], []) => Ok(*key),
        ([], [key], [reference]) => {
            let id = key.attribute("Id").unwrap_or_default();
            let uri = reference.attribute("URI").unwrap_or_default();
            let kind = reference.attribute("Type");
            let fits = !id.is_empty() && uri.strip_prefix('#') == Some(&*id);
            let empty = reference.nothing_inside().is_ok();
            if fits && empty && kind.is_none_or(|kind| kind == ENCRYPTED_KEY) {
                Ok(*key)
            } else {
                Err(shape(*reference))
            }
        }
        _ => Err(shape(data).expected("one EncryptedKey")),
    }
}

/// `EncryptionMethod`, `KeyInfo` if any, `CipherData` with a `CipherValue`.
type Body<'d> = (Element<'d>, Vec<u8>, Option<Element<'d>>);

fn body(element: Element<'_>) -> Result<Body<'_>, Finding> {
    element.elements_only().map_err(|_| shape(element))?;
    let method = element
        .one(xenc("EncryptionMethod"))
        .map_err(|_| shape(element))?;
    let info = element
        .optional(ds("KeyInfo"))
        .map_err(|_| shape(element))?;
    let cipher = element
        .one(xenc("CipherData"))
        .map_err(|_| shape(element))?;
    let allowed = [
        "EncryptionMethod",
        "KeyInfo",
        "CipherData",
        "ReferenceList",
        "CarriedKeyName",
    ];
    let unknown = element.children().find(|child| {
        let name = child.name();
        let known = name.namespace == XENC || child.is(ds("KeyInfo"));
        !known || !allowed.contains(&name.local)
    });
    if unknown.is_some() {
        return Err(shape(element));
    }
    cipher.elements_only().map_err(|_| shape(cipher))?;
    let mut values = cipher.children();
    match (values.next(), values.next()) {
        (Some(value), None) if value.is(xenc("CipherValue")) => Ok((method, octets(value)?, info)),
        _ => Err(shape(cipher).expected("one CipherValue")),
    }
}

fn octets(value: Element<'_>) -> Result<Vec<u8>, Finding> {
    let text = value.text_only().map_err(|_| shape(value))?;
    packed::decode(&packed::unspaced(&text))
        .map_err(|_| Finding::new(Code::Base64Invalid).at(value.path()))
}

/// The `Algorithm` of an element.
pub(super) fn algorithm_of(element: Element<'_>) -> Result<String, Finding> {
    element.elements_only().map_err(|_| shape(element))?;
    Ok(element
        .attribute("Algorithm")
        .ok_or_else(|| shape(element))?
        .into_owned())
}

pub(super) fn shape(element: Element<'_>) -> Finding {
    Finding::new(Code::EncryptionShape).at(element.path())
}
