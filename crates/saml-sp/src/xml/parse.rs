//! From text to tree, one token after the other.

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::events::Event;

use super::chars;
use super::declaration;
use super::document::{AttributeData, DeclarationData, Document, Extras, Node, NodeKind, Span};
use super::error::{Position, XmlError, XmlErrorKind as Kind};
use super::namespaces::{self, Names, Scope};
use super::tag::{self, Fault, span};
use super::text;
use crate::policy::Limits;

/// No parent: the node stands outside the root.
pub(super) const OUTSIDE: u32 = u32::MAX;
const BOM: char = '\u{FEFF}';

/// Parses a whole document with bindings from outside it.
pub(super) fn document<'x>(
    text: &'x str,
    limits: &Limits,
    extras: Extras,
    context: &[(String, String)],
) -> Result<Document<'x>, XmlError> {
    let text = text.strip_prefix(BOM).unwrap_or(text);
    Parser::new(text, limits, extras)
        .run(context)
        .map_err(|(at, kind, reason)| XmlError {
            kind,
            position: position(text, at),
            reason,
        })
}

/// Bytes as text, if they are UTF-8 and within the limit.
pub(super) fn utf8<'x>(bytes: &'x [u8], limits: &Limits) -> Result<&'x str, XmlError> {
    let start = Position { line: 1, column: 1 };
    let fail = |kind, position, reason| {
        Err(XmlError {
            kind,
            position,
            reason,
        })
    };
    if bytes.len() > limits.xml_bytes {
        return fail(
            Kind::TooLong,
            start,
            "the document is longer than the limit",
        );
    }
    if matches!(
        bytes,
        [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, ..] | [_, 0, ..]
    ) {
        return fail(
            Kind::Encoding,
            start,
            "the document is not encoded in UTF-8",
        );
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let valid = std::str::from_utf8(valid).unwrap_or_default();
            fail(
                Kind::NotUtf8,
                position(valid, valid.len()),
                "a byte is not part of UTF-8 text",
            )
        }
    }
}

/// Line and column of a byte; computed only when there is something to report.
pub(super) fn position(text: &str, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let (mut line, mut column) = (1u32, 1u32);
    let mut after_cr = false;
    for c in before.chars() {
        match c {
            '\n' if after_cr => {}
            '\n' | '\r' => (line, column) = (line.saturating_add(1), 1),
            _ => column = column.saturating_add(1),
        }
        after_cr = c == '\r';
    }
    Position { line, column }
}

pub(super) struct Parser<'x, 'l> {
    pub(super) text: &'x str,
    pub(super) limits: &'l Limits,
    extras: Extras,
    pub(super) nodes: Vec<Node>,
    pub(super) attributes: Vec<AttributeData>,
    pub(super) declarations: Vec<DeclarationData>,
    pub(super) names: Names<'x>,
    pub(super) scope: Scope<'x>,
    /// The open element, or `OUTSIDE`.
    pub(super) current: u32,
    pub(super) depth: usize,
    pub(super) root: Option<u32>,
    /// Start of the text that is being gathered, and whether it is plain so far.
    run: Option<(usize, bool)>,
    has_cr: bool,
}

impl<'x, 'l> Parser<'x, 'l> {
    fn new(text: &'x str, limits: &'l Limits, extras: Extras) -> Self {
        Self {
            text,
            limits,
            extras,
            nodes: Vec::new(),
            attributes: Vec::new(),
            declarations: Vec::new(),
            names: Names::new(limits.namespaces.saturating_mul(4)),
            scope: Scope::new(limits.namespaces.saturating_mul(4)),
            current: OUTSIDE,
            depth: 0,
            root: None,
            run: None,
            has_cr: false,
        }
    }

    fn run(mut self, context: &[(String, String)]) -> Result<Document<'x>, Fault> {
        self.check_characters()?;
        for (prefix, uri) in context {
            let number = self
                .names
                .intern(uri.clone().into())
                .map_err(|kind| fault(0, kind))?;
            self.scope.inherit(prefix, number);
        }
        let start = self.xml_declaration()?;
        self.tokens(start)?;
        let root = self
            .root
            .ok_or_else(|| fault(self.text.len(), Kind::NoRoot))?;
        Ok(Document {
            text: self.text,
            nodes: self.nodes,
            attributes: self.attributes,
            declarations: self.declarations,
            namespaces: self.names.into_names(),
            context: self.scope.into_context(),
            root,
        })
    }

    /// The length, and every character of the document: both before anything is allocated.
    fn check_characters(&mut self) -> Result<(), Fault> {
        if self.text.len() > self.limits.xml_bytes || u32::try_from(self.text.len()).is_err() {
            return Err(fault(0, Kind::TooLong));
        }
        if self.text.starts_with(BOM) {
            return Err((
                0,
                Kind::OutsideRoot,
                "the document begins with two byte order marks",
            ));
        }
        // Markup bounds the number of nodes: a text and a tag for each sign that opens one.
        let signs = memchr::memchr_iter(b'<', self.text.as_bytes()).count();
        self.nodes.reserve_exact(signs.min(self.limits.nodes));
        self.has_cr = memchr::memchr(b'\r', self.text.as_bytes()).is_some();
        match chars::first_forbidden(self.text) {
            Some(at) => Err(fault(at, Kind::ForbiddenCharacter)),
            None => Ok(()),
        }
    }

    /// Where the tokens begin: after the XML declaration, if there is one.
    fn xml_declaration(&self) -> Result<usize, Fault> {
        if !declaration::begins(self.text) {
            return Ok(0);
        }
        let end = self
            .text
            .find("?>")
            .ok_or_else(|| fault(0, Kind::XmlDeclaration))?
            + 2;
        declaration::check(self.text.get(..end).unwrap_or_default())?;
        Ok(end)
    }

    fn tokens(&mut self, start: usize) -> Result<(), Fault> {
        let mut reader = Reader::from_str(self.text.get(start..).unwrap_or_default());
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        let mut from = start;
        loop {
            let event = reader.read_event();
            let to = start + usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            match event {
                Ok(Event::Text(_)) => self.text_token(from, to)?,
                Ok(Event::GeneralRef(_)) => self.reference(from, to)?,
                Ok(Event::CData(_)) => self.cdata(from)?,
                Ok(Event::Start(_)) => self.start(from, to - 1, true)?,
                Ok(Event::Empty(_)) => self.start(from, to - 2, false)?,
                Ok(Event::End(_)) => self.end(from, to)?,
                Ok(Event::Comment(_)) => self.comment(from, to)?,
                Ok(Event::PI(_) | Event::Decl(_)) => self.instruction(from, to)?,
                Ok(Event::DocType(_)) => return Err(fault(from, Kind::Doctype)),
                Ok(Event::Eof) => return self.finish(from),
                Err(error) => return Err(self.tokenizer(from, &error)),
            }
            from = to;
        }
    }

    /// What the tokenizer could not cut.
    fn tokenizer(&self, at: usize, error: &Error) -> Fault {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        if rest
            .get(..3)
            .is_some_and(|head| head.eq_ignore_ascii_case(b"<!d"))
        {
            return fault(at, Kind::Doctype);
        }
        let kind = match error {
            Error::IllFormed(IllFormedError::UnclosedReference) => Kind::BadReference,
            Error::Syntax(SyntaxError::InvalidBangMarkup) => Kind::BadMarkup,
            Error::Syntax(SyntaxError::UnclosedPI | SyntaxError::UnclosedXmlDecl) => {
                Kind::ProcessingInstructionSyntax
            }
            Error::Syntax(_) => Kind::Unterminated,
            _ => Kind::BadMarkup,
        };
        fault(at, kind)
    }

    fn finish(&mut self, at: usize) -> Result<(), Fault> {
        if self.current != OUTSIDE {
            return Err(fault(at, Kind::MissingEndTag));
        }
        Ok(())
    }

    fn text_token(&mut self, from: usize, to: usize) -> Result<(), Fault> {
        let raw = self.text.get(from..to).unwrap_or_default();
        if self.current == OUTSIDE {
            let stray = raw.bytes().position(|byte| !chars::is_space(byte));
            return stray.map_or(Ok(()), |at| Err(fault(from + at, Kind::OutsideRoot)));
        }
        if let Some(at) = cdata_end(raw) {
            return Err(fault(from + at, Kind::CdataEnd));
        }
        let plain = !self.has_cr || memchr::memchr(b'\r', raw.as_bytes()).is_none();
        self.gather(from, plain);
        Ok(())
    }

    fn reference(&mut self, from: usize, to: usize) -> Result<(), Fault> {
        if self.current == OUTSIDE {
            return Err(fault(from, Kind::OutsideRoot));
        }
        let body = self.text.get(from + 1..to - 1).unwrap_or_default();
        text::reference(body).map_err(|kind| fault(from, kind))?;
        self.gather(from, false);
        Ok(())
    }

    fn cdata(&mut self, from: usize) -> Result<(), Fault> {
        if self.current == OUTSIDE {
            return Err(fault(from, Kind::BadMarkup));
        }
        self.gather(from, false);
        Ok(())
    }

    fn gather(&mut self, from: usize, plain: bool) {
        let (start, so_far) = self.run.unwrap_or((from, true));
        self.run = Some((start, so_far && plain));
    }

    /// Ends the text that is being gathered; `at` is where other markup begins.
    pub(super) fn flush(&mut self, at: usize) -> Result<(), Fault> {
        if let Some((start, plain)) = self.run.take() {
            self.leaf(NodeKind::Text { plain }, span(start, at), start)?;
        }
        Ok(())
    }

    fn comment(&mut self, from: usize, to: usize) -> Result<(), Fault> {
        if !self.extras.comments() {
            return Err(fault(from, Kind::Comment));
        }
        self.flush(from)?;
        let body = self.text.get(from + 4..to - 3).unwrap_or_default();
        if body.contains("--") || body.ends_with('-') {
            return Err(fault(from, Kind::CommentSyntax));
        }
        self.leaf(NodeKind::Comment, span(from + 4, to - 3), from)
    }

    fn instruction(&mut self, from: usize, to: usize) -> Result<(), Fault> {
        let target = tag::qname(self.text, from + 2, to - 2, self.limits.name_bytes)?;
        let name = self
            .text
            .get(from + 2..target.span.end as usize)
            .unwrap_or_default();
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
        let data = self
            .text
            .get(target.span.end as usize..to - 2)
            .unwrap_or_default();
        let spaced = data.is_empty() || data.bytes().next().is_some_and(chars::is_space);
        if target.prefix != 0 || !spaced {
            return Err(fault(from, Kind::ProcessingInstructionSyntax));
        }
        self.leaf(NodeKind::Instruction, span(from + 2, to - 2), from)
    }

    fn leaf(&mut self, kind: NodeKind, span: Span, at: usize) -> Result<(), Fault> {
        let next = self.index(at)? + 1;
        self.push(Node {
            kind,
            span,
            prefix: 0,
            attribute_count: 0,
            declaration_count: 0,
            namespace: namespaces::NONE,
            attributes: 0,
            declarations: 0,
            parent: self.current,
            next,
        });
        Ok(())
    }

    /// The index of the node that comes next, if there may be one.
    pub(super) fn index(&self, at: usize) -> Result<u32, Fault> {
        if self.nodes.len() >= self.limits.nodes {
            return Err(fault(at, Kind::TooManyNodes));
        }
        u32::try_from(self.nodes.len()).map_err(|_| fault(at, Kind::TooManyNodes))
    }

    pub(super) fn push(&mut self, node: Node) {
        self.nodes.push(node);
    }

    pub(super) fn slice(&self, span: Span) -> &'x str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }
}

/// Where `]]>` stands. The last of the three is looked for, because text hardly ever holds it.
fn cdata_end(raw: &str) -> Option<usize> {
    let mut ends = memchr::memchr_iter(b'>', raw.as_bytes());
    ends.find_map(|at| raw.get(..at)?.ends_with("]]").then(|| at - 2))
}

pub(super) fn fault(at: usize, kind: Kind) -> Fault {
    (at, kind, kind.reason())
}
