//! From text to tree.

use super::build::LastTag;
use super::chars;
use super::declaration;
use super::document::{AttributeData, DeclarationData, Document, Extras, Node, NodeKind, Span};
use super::error::{Position, XmlError, XmlErrorKind as Kind};
use super::namespaces::{self, Names, Scope};
use super::tag::Fault;
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
    /// Where the next token begins.
    pub(super) at: usize,
    pub(super) limits: &'l Limits,
    pub(super) extras: Extras,
    pub(super) nodes: Vec<Node>,
    pub(super) attributes: Vec<AttributeData>,
    pub(super) declarations: Vec<DeclarationData>,
    pub(super) names: Names,
    pub(super) scope: Scope<'x>,
    /// The open element, or `OUTSIDE`.
    pub(super) current: u32,
    pub(super) depth: usize,
    pub(super) root: Option<u32>,
    /// The start tag that was read last.
    pub(super) last: Option<LastTag>,
    /// Start of the text that is being gathered, and whether it is plain so far.
    pub(super) run: Option<(usize, bool)>,
    pub(super) has_cr: bool,
}

impl<'x, 'l> Parser<'x, 'l> {
    fn new(text: &'x str, limits: &'l Limits, extras: Extras) -> Self {
        Self {
            text,
            at: 0,
            limits,
            extras,
            nodes: Vec::new(),
            attributes: Vec::with_capacity(32),
            declarations: Vec::with_capacity(16),
            names: Names::new(),
            scope: Scope::new(limits.namespaces.saturating_mul(4)),
            current: OUTSIDE,
            depth: 0,
            root: None,
            last: None,
            run: None,
            has_cr: false,
        }
    }

    fn run(mut self, context: &[(String, String)]) -> Result<Document<'x>, Fault> {
        self.check_characters()?;
        let limit = self.limits.namespaces.saturating_mul(4);
        for (prefix, uri) in context {
            let number = self
                .names
                .intern(uri, limit)
                .map_err(|kind| fault(0, kind))?;
            self.scope.inherit(prefix, number);
        }
        self.at = self.xml_declaration()?;
        self.tokens()?;
        let root = self
            .root
            .ok_or_else(|| fault(self.text.len(), Kind::NoRoot))?;
        Ok(Document {
            text: self.text.into(),
            nodes: self.nodes,
            attributes: self.attributes,
            declarations: self.declarations,
            namespaces: self.names,
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
        let survey = chars::survey(self.text);
        if let Some(at) = survey.forbidden {
            return Err(fault(at, Kind::ForbiddenCharacter));
        }
        self.has_cr = survey.has_cr;
        // Markup bounds the number of nodes: a text and a tag for each sign that opens one.
        let signs = memchr::memchr_iter(b'<', self.text.as_bytes()).count();
        self.nodes.reserve_exact(signs.min(self.limits.nodes));
        Ok(())
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

    #[inline]
    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The text from `at` on.
    #[inline]
    pub(super) fn rest(&self, at: usize) -> &'x str {
        self.text.get(at..).unwrap_or_default()
    }

    #[inline]
    pub(super) fn slice(&self, span: Span) -> &'x str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    /// A node without children.
    pub(super) fn leaf(&mut self, kind: NodeKind, span: Span, at: usize) -> Result<(), Fault> {
        let next = self.index(at)? + 1;
        self.nodes.push(Node {
            kind,
            span,
            prefix: 0,
            repeats: false,
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
    #[inline]
    pub(super) fn index(&self, at: usize) -> Result<u32, Fault> {
        if self.nodes.len() >= self.limits.nodes {
            return Err(fault(at, Kind::TooManyNodes));
        }
        u32::try_from(self.nodes.len()).map_err(|_| fault(at, Kind::TooManyNodes))
    }
}

pub(super) fn fault(at: usize, kind: Kind) -> Fault {
    (at, kind, kind.reason())
}
