//! Resolution of references, CDATA sections and line ends.

use std::borrow::Cow;

use super::chars;
use super::error::XmlErrorKind;

const CDATA: &str = "<![CDATA[";

/// A part of resolved text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Piece<'x> {
    /// Characters as they stand in the source, with line ends normalised.
    Literal(&'x str),
    /// A character that was written as a reference.
    Character(char),
}

/// What the body of a reference (between `&` and `;`) stands for.
pub(super) fn reference(body: &str) -> Result<char, XmlErrorKind> {
    match body {
        "amp" => return Ok('&'),
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "quot" => return Ok('"'),
        "apos" => return Ok('\''),
        _ => {}
    }
    let Some(number) = body.strip_prefix('#') else {
        let known_shape = chars::is_ncname(body);
        return Err(if known_shape {
            XmlErrorKind::UndefinedEntity
        } else {
            XmlErrorKind::BadReference
        });
    };
    let code = match number.strip_prefix('x') {
        Some(digits) => code_point(digits, 16),
        None => code_point(number, 10),
    };
    let code = code.ok_or(XmlErrorKind::BadReference)?;
    char::from_u32(code)
        .filter(|c| chars::is_char(*c))
        .ok_or(XmlErrorKind::ForbiddenCharacter)
}

/// Leading zeros are allowed without bound, so the sum saturates instead of overflowing.
fn code_point(digits: &str, radix: u32) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.chars().try_fold(0u32, |sum, digit| {
        Some(
            sum.saturating_mul(radix)
                .saturating_add(digit.to_digit(radix)?),
        )
    })
}

/// Offset and kind of the first reference in `raw` that is not a reference.
pub(super) fn first_bad_reference(raw: &str) -> Option<(usize, XmlErrorKind)> {
    memchr::memchr_iter(b'&', raw.as_bytes()).find_map(|at| {
        let rest = raw.get(at + 1..).unwrap_or_default();
        let result = match memchr::memchr(b';', rest.as_bytes()) {
            Some(end) => reference(rest.get(..end).unwrap_or_default()).map(|_| ()),
            None => Err(XmlErrorKind::BadReference),
        };
        result.err().map(|kind| (at, kind))
    })
}

/// Whether checked text is white space and nothing else, however it is spelled: where only elements
/// may stand, some identity providers write their line ends as `&#13;`.
pub(super) fn is_blank(raw: &str, plain: bool) -> bool {
    let blank = |text: &str| text.bytes().all(chars::is_space);
    let spaced = |piece| match piece {
        Piece::Literal(text) => blank(text),
        Piece::Character(c) => matches!(c, ' ' | '\t' | '\n' | '\r'),
    };
    blank(raw) || (!plain && pieces(raw).all(spaced))
}

/// Text content of raw source that has been checked.
pub(super) fn content(raw: &str) -> String {
    join(raw.len(), pieces(raw))
}

/// Normalised value of a raw attribute value that has been checked (XML 1.0, 3.3.3, CDATA type):
/// literal white space becomes a space, referenced white space stays.
pub(super) fn attribute_value(raw: &str) -> String {
    join(raw.len(), attribute_pieces(raw))
}

/// The same, borrowing where nothing changes.
pub(super) fn attribute_value_cow(raw: &str, plain: bool) -> Cow<'_, str> {
    if plain {
        Cow::Borrowed(raw)
    } else {
        Cow::Owned(attribute_value(raw))
    }
}

fn join<'x>(capacity: usize, pieces: impl Iterator<Item = Piece<'x>>) -> String {
    let mut joined = String::with_capacity(capacity);
    for piece in pieces {
        match piece {
            Piece::Literal(text) => joined.push_str(text),
            Piece::Character(c) => joined.push(c),
        }
    }
    joined
}

/// Pieces of checked text content.
pub(crate) fn pieces(raw: &str) -> impl Iterator<Item = Piece<'_>> {
    Content {
        rest: raw,
        in_cdata: false,
    }
}

/// Pieces of a checked attribute value.
pub(crate) fn attribute_pieces(raw: &str) -> impl Iterator<Item = Piece<'_>> {
    AttributeValue { rest: raw }
}

struct Content<'x> {
    rest: &'x str,
    in_cdata: bool,
}

impl<'x> Iterator for Content<'x> {
    type Item = Piece<'x>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.in_cdata {
                if let Some(after) = self.rest.strip_prefix("]]>") {
                    (self.rest, self.in_cdata) = (after, false);
                    continue;
                }
            } else if let Some(after) = self.rest.strip_prefix(CDATA) {
                (self.rest, self.in_cdata) = (after, true);
                continue;
            }
            return self.piece();
        }
    }
}

impl<'x> Content<'x> {
    fn piece(&mut self) -> Option<Piece<'x>> {
        match self.rest.as_bytes().first()? {
            b'\r' => Some(line_end(&mut self.rest, "\n")),
            b'&' if !self.in_cdata => Some(take_reference(&mut self.rest)),
            _ => {
                let end = self.literal_end();
                Some(Piece::Literal(split(&mut self.rest, end)))
            }
        }
    }

    /// The first character is taken whatever it is: what begins a piece was looked at before.
    fn literal_end(&self) -> usize {
        let bytes = self.rest.as_bytes().get(1..).unwrap_or_default();
        let end = if self.in_cdata {
            let close = memchr::memmem::find(bytes, b"]]>").unwrap_or(bytes.len());
            memchr::memchr(b'\r', bytes.get(..close).unwrap_or_default()).unwrap_or(close)
        } else {
            memchr::memchr3(b'&', b'<', b'\r', bytes).unwrap_or(bytes.len())
        };
        end + 1
    }
}

struct AttributeValue<'x> {
    rest: &'x str,
}

impl<'x> Iterator for AttributeValue<'x> {
    type Item = Piece<'x>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.rest.as_bytes().first()? {
            b'\r' => Some(line_end(&mut self.rest, " ")),
            b'\t' | b'\n' => {
                split(&mut self.rest, 1);
                Some(Piece::Literal(" "))
            }
            b'&' => Some(take_reference(&mut self.rest)),
            _ => {
                let special = |byte: &u8| matches!(byte, b'&' | b'\t' | b'\n' | b'\r');
                let end = self
                    .rest
                    .as_bytes()
                    .iter()
                    .position(special)
                    .unwrap_or(self.rest.len());
                Some(Piece::Literal(split(&mut self.rest, end)))
            }
        }
    }
}

/// CR LF and a lone CR are one line end (XML 1.0, 2.11).
fn line_end<'x>(rest: &mut &'x str, becomes: &'static str) -> Piece<'x> {
    let length = if rest.starts_with("\r\n") { 2 } else { 1 };
    split(rest, length);
    Piece::Literal(becomes)
}

/// A reference that was checked when the document was parsed. Anything else stays as it stands.
fn take_reference<'x>(rest: &mut &'x str) -> Piece<'x> {
    let end = memchr::memchr(b';', rest.as_bytes()).map_or(rest.len(), |at| at + 1);
    let source = split(rest, end);
    let body = source
        .strip_prefix('&')
        .and_then(|body| body.strip_suffix(';'));
    match body.map(reference) {
        Some(Ok(c)) => Piece::Character(c),
        _ => Piece::Literal(source),
    }
}

fn split<'x>(rest: &mut &'x str, at: usize) -> &'x str {
    let (head, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
    *rest = tail;
    head
}
