//! The escapes of canonical form (Canonical XML 1.0, 2.3).

use super::output::Output;
use crate::xml::{Piece, attribute_pieces, pieces};

/// Text content. `plain` text holds no reference, CDATA section or CR, so only `>` is left.
pub(super) fn text(raw: &str, plain: bool, out: &mut impl Output) {
    if plain {
        return escaped(raw.as_bytes(), |bytes| memchr::memchr(b'>', bytes), out);
    }
    for piece in pieces(raw) {
        match piece {
            Piece::Literal(text) => {
                escaped(
                    text.as_bytes(),
                    |bytes| memchr::memchr3(b'&', b'<', b'>', bytes),
                    out,
                );
            }
            Piece::Character('\r') => out.put(b"&#xD;"),
            Piece::Character(c) => character(c, matches!(c, '&' | '<' | '>'), out),
        }
    }
}

/// An attribute value. A `plain` one holds no reference and no white space but spaces.
pub(super) fn attribute(raw: &str, plain: bool, out: &mut impl Output) {
    let quote = |bytes: &[u8]| memchr::memchr(b'"', bytes);
    if plain {
        return escaped(raw.as_bytes(), quote, out);
    }
    for piece in attribute_pieces(raw) {
        match piece {
            Piece::Literal(text) => escaped(text.as_bytes(), quote, out),
            Piece::Character('\t') => out.put(b"&#x9;"),
            Piece::Character('\n') => out.put(b"&#xA;"),
            Piece::Character('\r') => out.put(b"&#xD;"),
            Piece::Character(c) => character(c, matches!(c, '&' | '<' | '"'), out),
        }
    }
}

/// A namespace name, which is kept normalised. Hardly any needs an escape.
pub(super) fn value(normalised: &str, out: &mut impl Output) {
    let special = |byte: &u8| matches!(byte, b'&' | b'<' | b'"' | b'\t' | b'\n' | b'\r');
    escaped(
        normalised.as_bytes(),
        |bytes| bytes.iter().position(special),
        out,
    );
}

/// Comments and instructions: only line ends change.
pub(super) fn line_ends(raw: &str, out: &mut impl Output) {
    let mut rest = raw;
    while let Some((line, after)) = rest.split_once('\r') {
        out.put(line.as_bytes());
        out.put(b"\n");
        rest = after.strip_prefix('\n').unwrap_or(after);
    }
    out.put(rest.as_bytes());
}

#[inline]
fn escaped(bytes: &[u8], next: impl Fn(&[u8]) -> Option<usize>, out: &mut impl Output) {
    let mut rest = bytes;
    while let Some(at) = next(rest) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        out.put(before);
        let Some((special, after)) = from.split_first() else {
            return;
        };
        out.put(entity(*special));
        rest = after;
    }
    out.put(rest);
}

fn character(c: char, special: bool, out: &mut impl Output) {
    let mut buffer = [0; 4];
    let encoded = c.encode_utf8(&mut buffer).as_bytes();
    match encoded {
        [byte] if special => out.put(entity(*byte)),
        _ => out.put(encoded),
    }
}

fn entity(special: u8) -> &'static [u8] {
    match special {
        b'&' => b"&amp;",
        b'<' => b"&lt;",
        b'>' => b"&gt;",
        b'\t' => b"&#x9;",
        b'\n' => b"&#xA;",
        b'\r' => b"&#xD;",
        _ => b"&quot;",
    }
}
