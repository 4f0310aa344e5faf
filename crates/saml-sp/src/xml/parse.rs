//! From text to tree, one token after the other.

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::events::Event;

use super::chars;
use super::declaration;
use super::document::{AttributeData, DeclarationData, Document, Extras, Node, NodeKind, Span};
use super::error::{Position, XmlError, XmlErrorKind as Kind};
use super::namespaces::{self, Names, Scope};
use super::tag::{self, Attributes, Fault, QName, span};
use super::text;
use crate::policy::Limits;

/// No parent: the node stands outside the root.
const OUTSIDE: u32 = u32::MAX;
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

struct Parser<'x, 'l> {
    text: &'x str,
    limits: &'l Limits,
    extras: Extras,
    nodes: Vec<Node>,
    attributes: Vec<AttributeData>,
    declarations: Vec<DeclarationData>,
    names: Names<'x>,
    scope: Scope<'x>,
    /// The open element, or `OUTSIDE`.
    current: u32,
    depth: usize,
    root: Option<u32>,
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
            scope: Scope::new(text, limits.namespaces.saturating_mul(4)),
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
                Ok(Event::Start(_)) => self.start(from, to, to - 1, true)?,
                Ok(Event::Empty(_)) => self.start(from, to, to - 2, false)?,
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
        if let Some(at) = memchr::memmem::find(raw.as_bytes(), b"]]>") {
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
    fn flush(&mut self, at: usize) -> Result<(), Fault> {
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
    fn index(&self, at: usize) -> Result<u32, Fault> {
        if self.nodes.len() >= self.limits.nodes {
            return Err(fault(at, Kind::TooManyNodes));
        }
        u32::try_from(self.nodes.len()).map_err(|_| fault(at, Kind::TooManyNodes))
    }

    fn push(&mut self, node: Node) {
        self.nodes.push(node);
    }

    /// `end` is where `>` or `/>` stands, `to` is after it.
    fn start(&mut self, from: usize, _to: usize, end: usize, opens: bool) -> Result<(), Fault> {
        self.flush(from)?;
        let index = self.index(from)?;
        if self.current == OUTSIDE && self.root.is_some() {
            return Err(fault(from, Kind::SecondRoot));
        }
        if self.depth >= self.limits.depth {
            return Err(fault(from, Kind::TooDeep));
        }
        let name = tag::qname(self.text, from + 1, end, self.limits.name_bytes)?;
        let node = self.tag(name, end, index)?;
        self.root.get_or_insert(index);
        let declared = node.declaration_count;
        self.push(node);
        if opens {
            self.current = index;
            self.depth += 1;
        } else {
            self.scope.pop(declared);
        }
        Ok(())
    }

    /// Reads the attributes, then resolves the prefixes, because a declaration may come last.
    fn tag(&mut self, name: QName, end: usize, index: u32) -> Result<Node, Fault> {
        let first_attribute = self.attributes.len();
        let first_declaration = self.declarations.len();
        let mut written = Attributes::new(
            self.text,
            name.span.end as usize,
            end,
            self.limits.name_bytes,
        );
        while let Some(attribute) = written.next()? {
            match self.declared_prefix(attribute.name) {
                Some(prefix) => self.declare(prefix, attribute, first_declaration)?,
                None => self.attribute(attribute, first_attribute)?,
            }
        }
        let namespace = self.resolve(name.span, name.prefix)?;
        self.resolve_attributes(first_attribute)?;
        Ok(Node {
            kind: NodeKind::Element,
            span: name.span,
            prefix: name.prefix,
            attribute_count: count(self.attributes.len() - first_attribute),
            declaration_count: count(self.declarations.len() - first_declaration),
            namespace,
            attributes: offset(first_attribute),
            declarations: offset(first_declaration),
            parent: self.current,
            next: index + 1,
        })
    }

    /// The prefix that an attribute declares, if it is a declaration.
    fn declared_prefix(&self, name: QName) -> Option<Span> {
        let Span { start, end } = name.span;
        match self.slice(name.span) {
            "xmlns" => Some(Span { start: end, end }),
            written if name.prefix == 5 && written.starts_with("xmlns") => Some(Span {
                start: start + 6,
                end,
            }),
            _ => None,
        }
    }

    fn declare(
        &mut self,
        prefix: Span,
        attribute: tag::RawAttribute,
        first: usize,
    ) -> Result<(), Fault> {
        let at = attribute.name.span.start as usize;
        let known = self.declarations.get(first..).unwrap_or_default();
        if known.len() >= self.limits.namespaces {
            return Err(fault(at, Kind::TooManyBindings));
        }
        let written = self.slice(prefix);
        if known
            .iter()
            .any(|other| self.slice(other.prefix) == written)
        {
            return Err(fault(at, Kind::DuplicateDeclaration));
        }
        let uri = text::attribute_value_cow(self.slice(attribute.value), attribute.plain);
        if uri.len() > self.limits.name_bytes {
            return Err(fault(at, Kind::TooLongName));
        }
        namespaces::check_declaration(written, &uri)
            .map_err(|reason| (at, Kind::NamespaceDeclaration, reason))?;
        let namespace = self.names.intern(uri).map_err(|kind| fault(at, kind))?;
        self.scope
            .push(prefix, namespace)
            .map_err(|kind| fault(at, kind))?;
        self.declarations
            .push(DeclarationData { prefix, namespace });
        Ok(())
    }

    fn attribute(&mut self, written: tag::RawAttribute, first: usize) -> Result<(), Fault> {
        if self.attributes.len() - first >= self.limits.attributes {
            return Err(fault(
                written.name.span.start as usize,
                Kind::TooManyAttributes,
            ));
        }
        self.attributes.push(AttributeData {
            name: written.name.span,
            value: written.value,
            prefix: written.name.prefix,
            namespace: namespaces::NONE,
            plain: written.plain,
        });
        Ok(())
    }

    fn resolve(&self, name: Span, prefix: u16) -> Result<u16, Fault> {
        let written = self
            .slice(name)
            .get(..usize::from(prefix))
            .unwrap_or_default();
        let resolved = self.scope.resolve(written);
        resolved.ok_or_else(|| fault(name.start as usize, Kind::UndeclaredPrefix))
    }

    fn resolve_attributes(&mut self, first: usize) -> Result<(), Fault> {
        for at in first..self.attributes.len() {
            let Some(data) = self.attributes.get(at).copied() else {
                break;
            };
            // The default namespace is not for attributes.
            if data.prefix != 0 {
                let namespace = self.resolve(data.name, data.prefix)?;
                if let Some(data) = self.attributes.get_mut(at) {
                    data.namespace = namespace;
                }
            }
        }
        match self.duplicate(first) {
            Some(at) => Err(fault(at, Kind::DuplicateAttribute)),
            None => Ok(()),
        }
    }

    /// Where an attribute begins whose expanded name another one has. Sorted when there are
    /// many, so that time does not grow with the square of their number.
    fn duplicate(&self, first: usize) -> Option<usize> {
        let all = self.attributes.get(first..).unwrap_or_default();
        let key = |data: &AttributeData| {
            let skip = if data.prefix == 0 {
                0
            } else {
                usize::from(data.prefix) + 1
            };
            (
                data.namespace,
                self.slice(data.name).get(skip..).unwrap_or_default(),
            )
        };
        if all.len() <= 8 {
            return (1..).zip(all).find_map(|(after, data)| {
                let mut later = all.iter().skip(after);
                later
                    .find(|other| key(other) == key(data))
                    .map(|other| other.name.start as usize)
            });
        }
        let mut keys: Vec<_> = all
            .iter()
            .map(|data| (key(data), data.name.start))
            .collect();
        keys.sort_unstable();
        keys.windows(2).find_map(|pair| match pair {
            [(one, _), (two, at)] if one == two => Some(*at as usize),
            _ => None,
        })
    }

    fn end(&mut self, from: usize, to: usize) -> Result<(), Fault> {
        self.flush(from)?;
        let Some(node) = self.nodes.get(self.current as usize).copied() else {
            return Err(fault(from, Kind::EndTag));
        };
        let written = self.text.get(from + 2..to - 1).unwrap_or_default();
        let after = written.strip_prefix(self.slice(node.span));
        if !after.is_some_and(text::is_blank) {
            return Err(fault(from, Kind::EndTag));
        }
        let next = offset(self.nodes.len());
        if let Some(open) = self.nodes.get_mut(self.current as usize) {
            open.next = next;
        }
        self.scope.pop(node.declaration_count);
        self.current = node.parent;
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    fn slice(&self, span: Span) -> &'x str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }
}

/// Counts on one element are bounded by limits, and the arena by the length of the text.
fn count(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

fn offset(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn fault(at: usize, kind: Kind) -> Fault {
    (at, kind, kind.reason())
}
