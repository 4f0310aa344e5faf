//! The walk over the tree in document order, without recursion.

use crate::xml::{AttributeData, Document, Element, Node, NodeKind};

use super::error::{C14nError, C14nErrorKind};
use super::escape;
use super::form::{Comments, Form, Method};
use super::namespaces::Rendered;
use super::output::Output;

/// An element whose end tag is still to be written.
struct Open {
    index: u32,
    next: u32,
    mark: usize,
}

pub(super) struct Walk<'d, 'o, O> {
    document: &'d Document<'d>,
    form: &'o Form,
    rendered: Rendered<'d, 'o>,
    open: Vec<Open>,
    sorted: Vec<AttributeData>,
    /// The start tag that was written last, to be written again for an element that repeats it.
    tag: Vec<u8>,
    /// Whether the element before the next one, in document order, is the one of that tag.
    has_tag: bool,
    most: usize,
    out: &'o mut O,
}

impl<'d, 'o, O: Output> Walk<'d, 'o, O> {
    pub(super) fn new(document: &'d Document<'d>, form: &'o Form, out: &'o mut O) -> Self {
        Self {
            document,
            form,
            rendered: Rendered::new(document, form),
            open: Vec::with_capacity(16),
            sorted: Vec::new(),
            tag: Vec::with_capacity(512),
            has_tag: false,
            most: document
                .text()
                .len()
                .saturating_mul(8)
                .saturating_add(64 * 1024),
            out,
        }
    }

    /// An element with everything inside it but `omit`.
    pub(super) fn element(
        mut self,
        apex: Element<'d>,
        omit: Option<Element<'d>>,
    ) -> Result<(), C14nError> {
        let skip = omit.map(Element::index);
        if skip == Some(apex.index()) {
            return Err(C14nError(C14nErrorKind::Empty));
        }
        if self.form.method == Method::Inclusive11 && self.has_base_above(apex) {
            return Err(C14nError(C14nErrorKind::InheritedBase));
        }
        self.range(apex.index(), apex.next_index(), skip)
    }

    /// Everything: what stands before and after the root is on lines of its own.
    pub(super) fn document(mut self) -> Result<(), C14nError> {
        let root = self.document.root().index();
        let end = self.document.root().next_index();
        let count = u32::try_from(self.document.nodes.len()).unwrap_or(u32::MAX);
        for index in 0..root {
            self.outside(index, false);
        }
        self.range(root, end, None)?;
        for index in end..count {
            self.outside(index, true);
        }
        Ok(())
    }

    fn outside(&mut self, index: u32, after: bool) {
        let Some(node) = self.document.node(index) else {
            return;
        };
        let comment = node.kind == NodeKind::Comment;
        if comment && self.form.comments == Comments::Dropped {
            return;
        }
        if after {
            self.out.put(b"\n");
        }
        self.leaf(node);
        if !after {
            self.out.put(b"\n");
        }
    }

    fn range(&mut self, from: u32, to: u32, skip: Option<u32>) -> Result<(), C14nError> {
        let document = self.document;
        let mut index = from;
        while index < to {
            self.close_until(index);
            let Some(node) = document.node(index) else {
                break;
            };
            if skip == Some(index) {
                index = node.next;
                self.has_tag = false;
                continue;
            }
            match node.kind {
                NodeKind::Element => self.start(index, node, index == from)?,
                _ => self.leaf(node),
            }
            index += 1;
        }
        self.close_until(to);
        Ok(())
    }

    fn leaf(&mut self, node: &Node) {
        let raw = self.document.slice(node.span);
        match node.kind {
            NodeKind::Text { plain } => escape::text(raw, plain, self.out),
            NodeKind::Comment if self.form.comments == Comments::Kept => {
                self.out.put(b"<!--");
                escape::line_ends(raw, self.out);
                self.out.put(b"-->");
            }
            NodeKind::Instruction => self.instruction(raw),
            NodeKind::Comment | NodeKind::Element => {}
        }
    }

    fn instruction(&mut self, raw: &str) {
        let (target, data) = raw.split_once([' ', '\t', '\r', '\n']).unwrap_or((raw, ""));
        self.out.put(b"<?");
        self.out.put(target.as_bytes());
        let data = data.trim_start_matches([' ', '\t', '\r', '\n']);
        if !data.is_empty() {
            self.out.put(b" ");
            escape::line_ends(data, self.out);
        }
        self.out.put(b"?>");
    }

    fn start(&mut self, index: u32, node: &'d Node, apex: bool) -> Result<(), C14nError> {
        let mark = self.rendered.mark();
        if node.repeats && self.has_tag {
            self.rendered.again();
        } else {
            self.tag(node, apex)?;
            self.has_tag = true;
        }
        self.out.put(&self.tag);
        // A document of n octets can make n squared: a long name, declared once, used everywhere.
        if self.out.total() > self.most {
            return Err(C14nError(C14nErrorKind::TooLong));
        }
        self.open.push(Open {
            index,
            next: node.next,
            mark,
        });
        Ok(())
    }

    fn tag(&mut self, node: &'d Node, apex: bool) -> Result<(), C14nError> {
        let document = self.document;
        let tag = &mut self.tag;
        tag.clear();
        tag.put(b"<");
        tag.put(document.slice(node.span).as_bytes());
        for (prefix, namespace) in self.rendered.element(node, apex)? {
            tag.put(if prefix.is_empty() {
                b" xmlns"
            } else {
                b" xmlns:"
            });
            tag.put(prefix.as_bytes());
            tag.put(b"=\"");
            escape::value(document.namespace_name(*namespace), tag);
            tag.put(b"\"");
        }
        self.attributes(node, apex);
        self.tag.put(b">");
        Ok(())
    }

    /// Attributes by namespace name and local name (Canonical XML 1.0, 2.2).
    fn attributes(&mut self, node: &'d Node, apex: bool) {
        let document = self.document;
        let mut written = document.attributes_of(node);
        let inherits = apex && self.form.method.is_inclusive();
        if inherits || written.len() > 1 {
            self.sorted.clear();
            self.sorted.extend_from_slice(written);
            if inherits {
                self.inherit(node);
            }
            sort(&mut self.sorted, document);
            written = &self.sorted;
        }
        for attribute in written {
            match document.canonical_source(attribute) {
                Some(source) => self.tag.put(source.as_bytes()),
                None => {
                    self.tag.put(b" ");
                    self.tag.put(document.slice(attribute.name).as_bytes());
                    self.tag.put(b"=\"");
                    let value = document.slice(attribute.value);
                    escape::attribute(value, attribute.plain, &mut self.tag);
                    self.tag.put(b"\"");
                }
            }
        }
    }

    /// Whether an `xml:` attribute is handed on: every one, or those two (Canonical XML 1.1, 2.4).
    fn hands_on(&self, name: &str) -> bool {
        name.starts_with("xml:")
            && (self.form.method == Method::Inclusive || matches!(name, "xml:lang" | "xml:space"))
    }

    /// Whether an element above the apex has an `xml:base`.
    fn has_base_above(&self, apex: Element<'d>) -> bool {
        let document = self.document;
        let above = std::iter::successors(apex.parent(), |element| element.parent());
        above
            .filter_map(|element| document.node(element.index()))
            .flat_map(|node| document.attributes_of(node))
            .any(|attribute| document.slice(attribute.name) == "xml:base")
    }

    /// Inclusive form of a subtree carries the `xml:` attributes of what is left out above it.
    fn inherit(&mut self, node: &'d Node) {
        let mut at = self.document.node(node.parent);
        while let Some(ancestor) = at {
            for attribute in self.document.attributes_of(ancestor) {
                let name = self.document.slice(attribute.name);
                let known = self
                    .sorted
                    .iter()
                    .any(|own| self.document.slice(own.name) == name);
                if !known && self.hands_on(name) {
                    self.sorted.push(*attribute);
                }
            }
            at = self.document.node(ancestor.parent);
        }
    }

    fn close_until(&mut self, index: u32) {
        while let Some(open) = self.open.pop_if(|open| open.next <= index) {
            let name = self
                .document
                .node(open.index)
                .map(|node| self.document.slice(node.span));
            self.out.put(b"</");
            self.out.put(name.unwrap_or_default().as_bytes());
            self.out.put(b">");
            self.rendered.release(open.mark);
        }
    }
}

fn sort(attributes: &mut [AttributeData], document: &Document<'_>) {
    let key = |data: &AttributeData| {
        (
            document.namespace_name(data.namespace),
            document.local_of(data.name, data.prefix),
        )
    };
    attributes.sort_by(|one, two| key(one).cmp(&key(two)));
}
