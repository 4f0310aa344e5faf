//! Elements: tags, their attributes and declarations, and what prefixes stand for.

use super::chars;
use super::document::{AttributeData, DeclarationData, Node, NodeKind, Span};
use super::error::XmlErrorKind as Kind;
use super::namespaces;
use super::parse::{OUTSIDE, Parser, fault};
use super::same::same;
use super::tag::{self, Fault, Part, QName, Tag};
use super::text;

/// A start tag, in case the next one repeats it.
#[derive(Clone, Copy)]
pub(super) struct LastTag {
    from: usize,
    to: usize,
    index: u32,
    parent: u32,
    opens: bool,
}

impl<'x> Parser<'x, '_> {
    /// A start tag or an empty element.
    pub(super) fn start(&mut self) -> Result<(), Fault> {
        let from = self.at;
        self.flush(from)?;
        let index = self.index(from)?;
        if self.current == OUTSIDE && self.root.is_some() {
            return Err(fault(from, Kind::SecondRoot));
        }
        if self.depth >= self.limits.depth {
            return Err(fault(from, Kind::TooDeep));
        }
        let (node, opens) = match self.repeated(from) {
            Some(last) => self.repeat(last, from, index)?,
            None => {
                let name = tag::qname(self.text, from + 1, self.limits.name_bytes)?;
                self.tag(name, index)?
            }
        };
        self.last = Some(LastTag {
            from,
            to: self.at,
            index,
            parent: self.current,
            opens,
        });
        self.root.get_or_insert(index);
        if opens {
            self.current = index;
            self.depth += 1;
        } else {
            self.scope.pop(node.declaration_count);
        }
        self.nodes.push(node);
        Ok(())
    }

    /// The tag before this one, if that is a sibling's and this one repeats it octet for octet. The
    /// same bindings are in scope then, so the tag means the same, and is within the limits. Long
    /// lists of values are mostly this.
    fn repeated(&self, from: usize) -> Option<LastTag> {
        let last = self.last.filter(|last| last.parent == self.current)?;
        let bytes = self.text.as_bytes();
        let here = bytes.get(from..from + (last.to - last.from))?;
        (here == bytes.get(last.from..last.to)?).then_some(last)
    }

    /// The element of a tag that repeats another.
    fn repeat(&mut self, last: LastTag, from: usize, index: u32) -> Result<(Node, bool), Fault> {
        let by = offset(from - last.from);
        let known = self.nodes.get(last.index as usize).copied();
        let known = known.ok_or_else(|| fault(from, Kind::TooManyNodes))?;
        let node = Node {
            span: known.span.moved(by),
            repeats: true,
            attributes: offset(self.attributes.len()),
            declarations: offset(self.declarations.len()),
            parent: self.current,
            next: index + 1,
            ..known
        };
        for at in range(known.attributes, known.attribute_count) {
            if let Some(known) = self.attributes.get(at).copied() {
                self.attributes.push(known.moved(by));
            }
        }
        for at in range(known.declarations, known.declaration_count) {
            if let Some(DeclarationData { prefix, namespace }) = self.declarations.get(at).copied()
            {
                let prefix = prefix.moved(by);
                self.scope
                    .push(self.slice(prefix), namespace)
                    .map_err(|kind| fault(from, kind))?;
                self.declarations
                    .push(DeclarationData { prefix, namespace });
            }
        }
        self.at = last.to + (from - last.from);
        Ok((node, last.opens))
    }

    /// Reads the attributes, then resolves the prefixes, because a declaration may come last.
    fn tag(&mut self, name: QName, index: u32) -> Result<(Node, bool), Fault> {
        let first_attribute = self.attributes.len();
        let first_declaration = self.declarations.len();
        let mut tag = Tag::new(self.text, name.span.end as usize, self.limits.name_bytes);
        let opens = loop {
            match tag.next()? {
                Part::Attribute(written) => match self.declared_prefix(written.name) {
                    Some(prefix) => self.declare(prefix, written, first_declaration)?,
                    None => self.attribute(written, first_attribute)?,
                },
                Part::End { after, opens } => {
                    self.at = after;
                    break opens;
                }
            }
        };
        let namespace = self.resolve(name.span, name.prefix)?;
        self.resolve_attributes(first_attribute)?;
        let node = Node {
            kind: NodeKind::Element,
            span: name.span,
            prefix: name.prefix,
            repeats: false,
            attribute_count: count(self.attributes.len() - first_attribute),
            declaration_count: count(self.declarations.len() - first_declaration),
            namespace,
            attributes: offset(first_attribute),
            declarations: offset(first_declaration),
            parent: self.current,
            next: index + 1,
        };
        Ok((node, opens))
    }

    /// The prefix that an attribute declares, if it is a declaration.
    #[inline]
    fn declared_prefix(&self, name: QName) -> Option<Span> {
        let Span { start, end } = name.span;
        if name.prefix != 5 && end - start != 5 {
            return None;
        }
        let written = self.slice(name.span).as_bytes();
        match written.first_chunk::<5>()? {
            b"xmlns" if name.prefix == 5 => Some(Span {
                start: start + 6,
                end,
            }),
            b"xmlns" if name.prefix == 0 => Some(Span { start: end, end }),
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
            .any(|other| same(self.slice(other.prefix), written))
        {
            return Err(fault(at, Kind::DuplicateDeclaration));
        }
        let uri = text::attribute_value_cow(self.slice(attribute.value), attribute.plain);
        if uri.len() > self.limits.name_bytes {
            return Err(fault(at, Kind::TooLongName));
        }
        namespaces::check_declaration(written, &uri)
            .map_err(|reason| (at, Kind::NamespaceDeclaration, reason))?;
        let limit = self.limits.namespaces.saturating_mul(4);
        let namespace = self
            .names
            .intern(&uri, limit)
            .map_err(|kind| fault(at, kind))?;
        self.scope
            .push(written, namespace)
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
        if self.attributes.len() < first + 2 {
            return Ok(());
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
        if all.len() <= 8 {
            return (1..).zip(all).find_map(|(after, data)| {
                let mut later = all.iter().skip(after);
                later
                    .find(|other| self.alike(data, other))
                    .map(|other| other.name.start as usize)
            });
        }
        let mut keys: Vec<_> = all
            .iter()
            .map(|data| ((data.namespace, self.local(data)), data.name.start))
            .collect();
        keys.sort_unstable();
        keys.windows(2).find_map(|pair| match pair {
            [(one, _), (two, at)] if one == two => Some(*at as usize),
            _ => None,
        })
    }

    /// Whether two attributes have the same expanded name.
    fn alike(&self, one: &AttributeData, other: &AttributeData) -> bool {
        one.local_length() == other.local_length()
            && one.namespace == other.namespace
            && same(self.local(one), self.local(other))
    }

    fn local(&self, data: &AttributeData) -> &'x str {
        self.slice(Span {
            start: data.name.end.saturating_sub(data.local_length()),
            end: data.name.end,
        })
    }

    /// An end tag.
    pub(super) fn end(&mut self) -> Result<(), Fault> {
        let from = self.at;
        self.flush(from)?;
        let wrong = |parser: &Self| {
            let unterminated = parser.unterminated(from);
            unterminated.unwrap_or_else(|| fault(from, Kind::EndTag))
        };
        let next = offset(self.nodes.len());
        let Some(open) = self.nodes.get_mut(self.current as usize) else {
            return Err(wrong(self));
        };
        open.next = next;
        let node = *open;
        let name = self.slice(node.span);
        let mut at = from + 2 + name.len();
        let written = self.text.get(from + 2..at);
        if !written.is_some_and(|written| same(written, name)) {
            return Err(wrong(self));
        }
        while self.byte(at).is_some_and(chars::is_space) {
            at += 1;
        }
        if self.byte(at) != Some(b'>') {
            return Err(wrong(self));
        }
        self.at = at + 1;
        self.scope.pop(node.declaration_count);
        self.current = node.parent;
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }
}

fn range(start: u32, count: u16) -> std::ops::Range<usize> {
    let start = start as usize;
    start..start + usize::from(count)
}

/// Counts on one element are bounded by limits, and the arena by the length of the text.
fn count(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

fn offset(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
