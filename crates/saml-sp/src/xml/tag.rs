//! Names and attributes of a start tag, as they are written.

use super::chars;
use super::document::Span;
use super::error::XmlErrorKind;
use super::text;

/// What is wrong: offset in the text, kind, reason.
pub(super) type Fault = (usize, XmlErrorKind, &'static str);

/// A qualified name: its range and the length of its prefix.
#[derive(Clone, Copy, Debug)]
pub(super) struct QName {
    pub(super) span: Span,
    pub(super) prefix: u16,
}

/// An attribute as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawAttribute {
    pub(super) name: QName,
    pub(super) value: Span,
    pub(super) plain: bool,
}

/// Reads a `QName` at `start`; it ends where no name character stands.
pub(super) fn qname(text: &str, start: usize, limit: usize) -> Result<QName, Fault> {
    let bytes = text.as_bytes();
    let first = part(text, start)?;
    let (prefix, stop) = match bytes.get(first) {
        Some(b':') => (first - start, part(text, first + 1)?),
        _ => (0, first),
    };
    if bytes.get(stop) == Some(&b':') {
        return Err((stop, XmlErrorKind::Name, "a name has more than one colon"));
    }
    if stop - start > limit {
        return Err((
            start,
            XmlErrorKind::TooLongName,
            "a name is longer than the limit",
        ));
    }
    let prefix = u16::try_from(prefix).map_err(|_| {
        (
            start,
            XmlErrorKind::TooLongName,
            "a prefix is longer than the limit",
        )
    })?;
    Ok(QName {
        span: span(start, stop),
        prefix,
    })
}

/// Reads an `NCName` at `start` and answers where it ends.
#[inline]
fn part(text: &str, start: usize) -> Result<usize, Fault> {
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let length = ascii_length(rest);
    let plain = rest
        .first()
        .is_some_and(|byte| chars::is_ascii_start(*byte));
    // A name of ASCII letters, as almost all are.
    if plain && rest.get(length).is_none_or(u8::is_ascii) {
        return Ok(start + length);
    }
    wide_part(text, start, plain)
}

/// The same for a name that has other characters, or is none.
#[cold]
fn wide_part(text: &str, start: usize, plain: bool) -> Result<usize, Fault> {
    let bytes = text.as_bytes();
    let first = if plain {
        1
    } else {
        wide(text, bytes, start, chars::is_name_start)
    };
    if first == 0 {
        return Err((
            start,
            XmlErrorKind::Name,
            "a name does not begin with a name character",
        ));
    }
    let mut at = start + first;
    loop {
        at += ascii_length(bytes.get(at..).unwrap_or_default());
        match wide(text, bytes, at, chars::is_name_char) {
            0 => return Ok(at),
            length => at += length,
        }
    }
}

#[inline]
fn ascii_length(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .position(|byte| !chars::is_ascii_name(*byte))
        .unwrap_or(bytes.len())
}

/// Length of the character outside ASCII at `at`, zero when it is not of the class.
fn wide(text: &str, bytes: &[u8], at: usize, class: fn(char) -> bool) -> usize {
    match bytes.get(at) {
        Some(byte) if !byte.is_ascii() => text
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .filter(|c| class(*c))
            .map_or(0, char::len_utf8),
        _ => 0,
    }
}

/// What comes next in a start tag.
pub(super) enum Part {
    Attribute(RawAttribute),
    /// The end of the tag: where the text goes on, and whether the element has content.
    End {
        after: usize,
        opens: bool,
    },
}

/// Reads a start tag part by part, from where the element's name ends.
pub(super) struct Tag<'x> {
    text: &'x str,
    at: usize,
    name_limit: usize,
}

impl<'x> Tag<'x> {
    pub(super) fn new(text: &'x str, at: usize, name_limit: usize) -> Self {
        Self {
            text,
            at,
            name_limit,
        }
    }

    /// The next attribute, or the end of the tag.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Part, Fault> {
        let spaced = self.skip_space();
        match self.byte() {
            Some(b'>') => return Ok(self.end(1, true)),
            Some(b'/') if self.text.as_bytes().get(self.at + 1) == Some(&b'>') => {
                return Ok(self.end(2, false));
            }
            None => return Err(self.unterminated()),
            _ if !spaced => {
                let reason = "white space is missing in a tag";
                return Err((self.at, XmlErrorKind::MissingSpace, reason));
            }
            _ => {}
        }
        let name = qname(self.text, self.at, self.name_limit)?;
        self.at = name.span.end as usize;
        if self.byte() != Some(b'=') {
            self.skip_space();
        }
        if self.byte() != Some(b'=') {
            let reason = "an attribute has no equals sign";
            return Err((self.at, XmlErrorKind::AttributeSyntax, reason));
        }
        self.at += 1;
        let (value, plain) = self.value()?;
        Ok(Part::Attribute(RawAttribute { name, value, plain }))
    }

    fn end(&self, length: usize, opens: bool) -> Part {
        Part::End {
            after: self.at + length,
            opens,
        }
    }

    #[inline]
    fn value(&mut self) -> Result<(Span, bool), Fault> {
        self.skip_space();
        let Some(quote @ (b'"' | b'\'')) = self.byte() else {
            let reason = "an attribute value is not quoted";
            return Err((self.at, XmlErrorKind::AttributeSyntax, reason));
        };
        let start = self.at + 1;
        let rest = self.text.get(start..).unwrap_or_default();
        let Some(length) = memchr::memchr(quote, rest.as_bytes()) else {
            return Err(self.unterminated());
        };
        self.at = start + length + 1;
        let raw = rest.get(..length).unwrap_or_default();
        let plain = is_plain_value(raw);
        if !plain {
            check_value(raw).map_err(|(at, kind, reason)| (start + at, kind, reason))?;
        }
        Ok((span(start, start + length), plain))
    }

    fn unterminated(&self) -> Fault {
        let kind = XmlErrorKind::Unterminated;
        (self.at, kind, kind.reason())
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn skip_space(&mut self) -> bool {
        let before = self.at;
        while self.byte().is_some_and(chars::is_space) {
            self.at += 1;
        }
        self.at > before
    }
}

/// Whether an attribute value stands for itself: no reference, no white space but spaces, and no
/// `<`, which may not be there at all.
#[inline]
pub(crate) fn is_plain_value(raw: &str) -> bool {
    !chars::holds(raw.as_bytes(), |byte| {
        (byte == b'<') | (byte == b'&') | (byte < 0x20)
    })
}

fn check_value(raw: &str) -> Result<(), Fault> {
    if let Some(at) = memchr::memchr(b'<', raw.as_bytes()) {
        let reason = "a less-than sign stands in an attribute value";
        return Err((at, XmlErrorKind::LessThanInAttribute, reason));
    }
    match text::first_bad_reference(raw) {
        Some((at, kind)) => Err((
            at,
            kind,
            "a reference in an attribute value cannot be resolved",
        )),
        None => Ok(()),
    }
}

/// The text is shorter than 4 GiB, so both ends fit.
pub(super) fn span(start: usize, end: usize) -> Span {
    Span {
        start: u32::try_from(start).unwrap_or(u32::MAX),
        end: u32::try_from(end).unwrap_or(u32::MAX),
    }
}
