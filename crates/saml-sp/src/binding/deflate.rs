//! The encoding of the redirect binding: raw DEFLATE, then base64 (Bindings 3.4.4.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

use crate::error::{Code, Finding, Rejection};

/// Deflate and encode a message, without line breaks. Percent-encoding is the caller's.
pub(super) fn encode(xml: &str) -> String {
    // Level 6 is zlib's default: a request is some 500 bytes, more effort gains nothing.
    STANDARD.encode(compress_to_vec(xml.as_bytes(), 6))
}

/// Inflate one whole raw stream to at most `most` bytes. A zlib or gzip header, bytes after the
/// end and a stream that is cut off are refused.
pub(super) fn inflate(deflated: &[u8], most: usize) -> Result<Vec<u8>, Rejection> {
    let invalid = |hint: &'static str| Finding::new(Code::DeflateInvalid).hint(hint).into();
    // Grows by doubling, so that a small message never costs the limit.
    let mut output = vec![0; most.min(8 * 1024)];
    let mut state = Box::<DecompressorOxide>::default();
    let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let (mut read, mut written) = (0_usize, 0_usize);
    loop {
        let rest = deflated.get(read..).unwrap_or_default();
        let (status, consumed, produced) =
            decompress(&mut state, rest, &mut output, written, flags);
        read = read.saturating_add(consumed);
        written = written.saturating_add(produced);
        match status {
            TINFLStatus::Done if read == deflated.len() => {
                output.truncate(written);
                return Ok(output);
            }
            TINFLStatus::Done => return Err(invalid("bytes follow the compressed message")),
            TINFLStatus::HasMoreOutput if output.len() >= most => {
                return Err(Finding::new(Code::LimitBytes)
                    .expected(format!("at most {most} bytes when inflated"))
                    .into());
            }
            TINFLStatus::HasMoreOutput => {
                output.resize(output.len().saturating_mul(2).min(most), 0);
            }
            _ => return Err(invalid("not one whole raw DEFLATE stream")),
        }
    }
}
