//! The tokens of a document, one after the other.

use super::chars;
use super::document::NodeKind;
use super::error::XmlErrorKind as Kind;
use super::parse::{OUTSIDE, Parser, fault};
use super::tag::{self, Fault, span};
use super::text;

const CDATA: &str = "<![CDATA[";

impl Parser<'_, '_> {
    /// Everything up to the end of the text.
    pub(super) fn tokens(&mut self) -> Result<(), Fault> {
        while let Some(byte) = self.byte(self.at) {
            match byte {
                b'<' => self.markup()?,
                b'&' => self.reference()?,
                _ => self.text_run()?,
            }
        }
        if self.current == OUTSIDE {
            Ok(())
        } else {
            Err(fault(self.at, Kind::MissingEndTag))
        }
    }

    fn markup(&mut self) -> Result<(), Fault> {
        match self.byte(self.at + 1) {
            Some(b'/') => self.end(),
            Some(b'!') => self.bang(),
            Some(b'?') => self.instruction(),
            _ => {
                let from = self.at;
                let started = self.start();
                // A tag that never ends is that above all.
                started.map_err(|fault| self.unterminated(from).unwrap_or(fault))
            }
        }
    }

    /// The fault of markup at `from` after which no `>` comes.
    pub(super) fn unterminated(&self, from: usize) -> Option<Fault> {
        let ends = memchr::memchr(b'>', self.rest(from).as_bytes()).is_some();
        (!ends).then_some(fault(from, Kind::Unterminated))
    }

    /// Text up to the next `<` or `&`.
    fn text_run(&mut self) -> Result<(), Fault> {
        let from = self.at;
        let (length, ends_tag) = text_length(self.rest(from).as_bytes());
        self.at = from + length;
        let raw = self.text.get(from..self.at).unwrap_or_default();
        if self.current == OUTSIDE {
            let stray = raw.bytes().position(|byte| !chars::is_space(byte));
            return stray.map_or(Ok(()), |at| Err(fault(from + at, Kind::OutsideRoot)));
        }
        if ends_tag && let Some(at) = cdata_end(raw) {
            return Err(fault(from + at, Kind::CdataEnd));
        }
        let plain = !self.has_cr || memchr::memchr(b'\r', raw.as_bytes()).is_none();
        self.gather(from, plain);
        Ok(())
    }

    fn reference(&mut self) -> Result<(), Fault> {
        let from = self.at;
        if self.current == OUTSIDE {
            return Err(fault(from, Kind::OutsideRoot));
        }
        let rest = self.rest(from + 1);
        // Whatever else comes first, the reference has no end.
        let end = memchr::memchr3(b';', b'<', b'&', rest.as_bytes());
        let body = end
            .filter(|end| rest.as_bytes().get(*end) == Some(&b';'))
            .and_then(|end| rest.get(..end));
        let Some(body) = body else {
            return Err(fault(from, Kind::BadReference));
        };
        text::reference(body).map_err(|kind| fault(from, kind))?;
        self.at = from + body.len() + 2;
        self.gather(from, false);
        Ok(())
    }

    /// `<!`: a comment or a CDATA section, and nothing else.
    fn bang(&mut self) -> Result<(), Fault> {
        let from = self.at;
        let rest = self.rest(from);
        if rest.starts_with("<!--") {
            return self.comment();
        }
        if rest.starts_with(CDATA) {
            return self.cdata();
        }
        Err(fault(
            from,
            match rest.as_bytes().get(2) {
                Some(b'd' | b'D') => Kind::Doctype,
                Some(b'[') => Kind::Unterminated,
                _ => self.unterminated(from).map_or(Kind::BadMarkup, |it| it.1),
            },
        ))
    }

    fn cdata(&mut self) -> Result<(), Fault> {
        let from = self.at;
        let inside = from + CDATA.len();
        let length = memchr::memmem::find(self.rest(inside).as_bytes(), b"]]>");
        let length = length.ok_or_else(|| fault(from, Kind::Unterminated))?;
        if self.current == OUTSIDE {
            return Err(fault(from, Kind::BadMarkup));
        }
        self.at = inside + length + 3;
        self.gather(from, false);
        Ok(())
    }

    fn gather(&mut self, from: usize, plain: bool) {
        let (start, so_far) = self.run.unwrap_or((from, true));
        self.run = Some((start, so_far && plain));
    }

    /// Ends the text that is being gathered; `at` is where other markup begins.
    #[inline]
    pub(super) fn flush(&mut self, at: usize) -> Result<(), Fault> {
        match self.run.take() {
            Some((start, plain)) => self.leaf(NodeKind::Text { plain }, span(start, at), start),
            None => Ok(()),
        }
    }

    fn comment(&mut self) -> Result<(), Fault> {
        let from = self.at;
        let inside = from + 4;
        let length = memchr::memmem::find(self.rest(inside).as_bytes(), b"-->");
        let length = length.ok_or_else(|| fault(from, Kind::Unterminated))?;
        if !self.extras.comments() {
            return Err(fault(from, Kind::Comment));
        }
        self.flush(from)?;
        let end = inside + length;
        let body = self.text.get(inside..end).unwrap_or_default();
        if body.contains("--") || body.ends_with('-') {
            return Err(fault(from, Kind::CommentSyntax));
        }
        self.at = end + 3;
        self.leaf(NodeKind::Comment, span(inside, end), from)
    }

    fn instruction(&mut self) -> Result<(), Fault> {
        let from = self.at;
        let inside = from + 2;
        let length = memchr::memmem::find(self.rest(inside).as_bytes(), b"?>");
        let length = length.ok_or_else(|| fault(from, Kind::ProcessingInstructionSyntax))?;
        let end = inside + length;
        self.at = end + 2;
        let target = tag::qname(self.text, inside, self.limits.name_bytes)?;
        let named = target.span.end as usize;
        let name = self.text.get(inside..named).unwrap_or_default();
        if name.eq_ignore_ascii_case("xml") {
            return Err((
                from,
                Kind::XmlDeclaration,
                "an XML declaration stands where none may be",
            ));
        }
        if !self.extras.instructions() {
            return Err(fault(from, Kind::ProcessingInstruction));
        }
        self.flush(from)?;
        let data = self.text.get(named..end).unwrap_or_default();
        let spaced = data.is_empty() || data.bytes().next().is_some_and(chars::is_space);
        if target.prefix != 0 || !spaced {
            return Err(fault(from, Kind::ProcessingInstructionSyntax));
        }
        self.leaf(NodeKind::Instruction, span(inside, end), from)
    }
}

/// How long the text is before `<` or `&`, and whether `>` is in it. Most text is short, so its
/// first octets are looked at one by one.
fn text_length(rest: &[u8]) -> (usize, bool) {
    const SHORT: usize = 32;
    let mut ends_tag = false;
    for (at, byte) in rest.iter().take(SHORT).enumerate() {
        match byte {
            b'<' | b'&' => return (at, ends_tag),
            b'>' => ends_tag = true,
            _ => {}
        }
    }
    let behind = rest.get(SHORT..).unwrap_or_default();
    let length = memchr::memchr2(b'<', b'&', behind).unwrap_or(behind.len());
    let long = behind.get(..length).unwrap_or_default();
    let ends_tag = ends_tag || memchr::memchr(b'>', long).is_some();
    (SHORT.min(rest.len()) + length, ends_tag)
}

/// Where `]]>` stands. The last of the three is looked for, because text hardly ever holds it.
fn cdata_end(raw: &str) -> Option<usize> {
    let mut ends = memchr::memchr_iter(b'>', raw.as_bytes());
    ends.find_map(|at| raw.get(..at)?.ends_with("]]").then(|| at - 2))
}
