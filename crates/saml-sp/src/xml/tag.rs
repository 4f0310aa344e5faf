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
pub(super) fn qname(text: &str, start: usize, end: usize, limit: usize) -> Result<QName, Fault> {
    let bytes = text.as_bytes().get(..end).unwrap_or_default();
    let first = part(text, bytes, start)?;
    let (prefix, stop) = match bytes.get(first) {
        Some(b':') => (first - start, part(text, bytes, first + 1)?),
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
fn part(text: &str, bytes: &[u8], start: usize) -> Result<usize, Fault> {
    let rest = bytes.get(start..).unwrap_or_default();
    let length = ascii_length(rest);
    let plain = rest
        .first()
        .is_some_and(|byte| chars::is_ascii_start(*byte));
    // A name of ASCII letters, as almost all are.
    if plain && rest.get(length).is_none_or(u8::is_ascii) {
        return Ok(start + length);
    }
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

/// Reads the attributes of a start tag one by one.
pub(super) struct Attributes<'x> {
    text: &'x str,
    at: usize,
    end: usize,
    name_limit: usize,
}

impl<'x> Attributes<'x> {
    /// `at` is where the element's name ends, `end` where the tag's `>` or `/>` stands.
    pub(super) fn new(text: &'x str, at: usize, end: usize, name_limit: usize) -> Self {
        Self {
            text,
            at,
            end,
            name_limit,
        }
    }

    /// The next attribute, or none at the end of the tag.
    pub(super) fn next(&mut self) -> Result<Option<RawAttribute>, Fault> {
        let spaced = self.skip_space();
        if self.at >= self.end {
            return Ok(None);
        }
        if !spaced {
            return Err((
                self.at,
                XmlErrorKind::MissingSpace,
                "white space is missing in a tag",
            ));
        }
        let name = qname(self.text, self.at, self.end, self.name_limit)?;
        self.at = name.span.end as usize;
        self.skip_space();
        if self.byte() != Some(b'=') {
            return Err((
                self.at,
                XmlErrorKind::AttributeSyntax,
                "an attribute has no equals sign",
            ));
        }
        self.at += 1;
        self.skip_space();
        let (value, plain) = self.value()?;
        Ok(Some(RawAttribute { name, value, plain }))
    }

    fn value(&mut self) -> Result<(Span, bool), Fault> {
        let Some(quote @ (b'"' | b'\'')) = self.byte() else {
            let reason = "an attribute value is not quoted";
            return Err((self.at, XmlErrorKind::AttributeSyntax, reason));
        };
        let start = self.at + 1;
        let bytes = self
            .text
            .as_bytes()
            .get(start..self.end)
            .unwrap_or_default();
        let length = memchr::memchr(quote, bytes).ok_or((
            self.at,
            XmlErrorKind::Unterminated,
            "an attribute value does not end",
        ))?;
        self.at = start + length + 1;
        let raw = self.text.get(start..start + length).unwrap_or_default();
        let plain = !is_special(raw.as_bytes());
        if !plain {
            check_value(raw).map_err(|(at, kind, reason)| (start + at, kind, reason))?;
        }
        Ok((span(start, start + length), plain))
    }

    fn byte(&self) -> Option<u8> {
        if self.at < self.end {
            self.text.as_bytes().get(self.at).copied()
        } else {
            None
        }
    }

    fn skip_space(&mut self) -> bool {
        let before = self.at;
        while self.byte().is_some_and(chars::is_space) {
            self.at += 1;
        }
        self.at > before
    }
}

/// Whether a value needs a closer look. A fold without early exit, because that becomes vector
/// code and almost every value answers no.
fn is_special(value: &[u8]) -> bool {
    value.iter().fold(false, |found, byte| {
        found | (*byte == b'<') | (*byte == b'&') | (*byte < 0x20)
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
