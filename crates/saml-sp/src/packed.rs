//! Base64 as messages carry it: white space of XML anywhere, everything else strict.

use std::borrow::Cow;

use base64::Engine as _;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use base64::engine::{Simd, general_purpose::PAD};
use memchr::{memchr, memchr3};

/// The value without its white space, since some senders wrap lines.
pub(crate) fn unspaced(value: &str) -> Cow<'_, str> {
    let bytes = value.as_bytes();
    let spaced = memchr3(b' ', b'\n', b'\r', bytes).is_some() || memchr(b'\t', bytes).is_some();
    if !spaced {
        return Cow::Borrowed(value);
    }
    let kept = value
        .split([' ', '\t', '\r', '\n'])
        .fold(String::with_capacity(value.len()), |kept, run| kept + run);
    Cow::Owned(kept)
}

/// The octets of a value without white space: alphabet, padding and trailing bits are strict. By
/// the vector instructions the machine has, because a long message is mostly this.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(crate) fn decode(value: &str) -> Result<Vec<u8>, base64::DecodeError> {
    Simd::standard(PAD).decode(value)
}

/// The octets of a value without white space: alphabet, padding and trailing bits are strict.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(crate) fn decode(value: &str) -> Result<Vec<u8>, base64::DecodeError> {
    base64::engine::general_purpose::STANDARD.decode(value)
}
