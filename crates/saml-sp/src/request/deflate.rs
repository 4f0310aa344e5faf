//! The encoding of the redirect binding: raw DEFLATE, then base64 (Bindings 3.4.4.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::deflate::compress_to_vec;

/// Deflate and encode a message, without line breaks. Percent-encoding is the caller's.
pub(crate) fn encode(xml: &str) -> String {
    // Level 6 is zlib's default: a request is some 500 bytes, more effort gains nothing.
    STANDARD.encode(compress_to_vec(xml.as_bytes(), 6))
}
