//! Generated documents: well-formed by construction, written in every way XML allows.

use proptest::collection::vec;
use proptest::prelude::*;

/// What an element is made of; numbers choose from the tables below.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    prefix: usize,
    declared: Vec<(usize, usize)>,
    attributes: Vec<(usize, usize, Vec<usize>)>,
    content: Vec<Content>,
    style: usize,
}

#[derive(Clone, Debug)]
enum Content {
    Element(Tree),
    Text(Vec<usize>),
    Cdata(usize),
    Comment(usize),
    Instruction(usize),
}

const PREFIXES: &[&str] = &["", "a", "b", "xs", "é"];
const URIS: &[&str] = &[
    "urn:one",
    "urn:two",
    "http://three.test/#",
    "urn:a&amp;b",
    "urn:d&#x9;e",
];
const NAMES: &[&str] = &["x", "y", "Name", "ID", "näme", "lang"];
const SPACES: &[&str] = &[" ", "\n", "\t ", " \r\n "];
const TEXT: &[&str] = &[
    "text",
    " ",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "&amp;",
    "&lt;",
    "&gt;",
    "&quot;",
    "&apos;",
    "&#9;",
    "&#10;",
    "&#13;",
    "&#x20;",
    "&#00065;",
    "&#x10FFFF;",
    "é",
    "e\u{301}",
    "\u{1F600}",
    "\u{FFFD}",
    "]]",
    ">",
    "%",
    "\u{85}",
    "\u{2028}",
];
const CDATA: &[&str] = &["", "<&>\"'", "a\r\nb\rc", "]]", "<!--x-->", "é"];
const COMMENTS: &[&str] = &["", "a - b", "<&>", "x\r\ny"];
const INSTRUCTIONS: &[&str] = &["p", "p  data ", "p <&>?", "q\r\n two\rlines"];

/// Any tree; `extras` says whether comments and instructions may be in it.
pub(crate) fn tree(extras: bool) -> impl Strategy<Value = Tree> {
    let leaf = element(Just(Vec::new()));
    leaf.prop_recursive(5, 40, 6, move |inner| {
        let text = vec(0..TEXT.len(), 1..5).prop_map(Content::Text);
        let cdata = (0..CDATA.len()).prop_map(Content::Cdata);
        let comment = (0..COMMENTS.len()).prop_map(Content::Comment);
        let instruction = (0..INSTRUCTIONS.len()).prop_map(Content::Instruction);
        let child = inner.prop_map(Content::Element);
        let extra = u32::from(extras);
        let any = prop_oneof![
            4 => child,
            4 => text,
            1 => cdata,
            extra => comment,
            extra => instruction,
        ];
        element(vec(any, 0..6))
    })
}

fn element(content: impl Strategy<Value = Vec<Content>>) -> impl Strategy<Value = Tree> {
    let declared = vec((0..PREFIXES.len(), 0..=URIS.len()), 0..4);
    let value = vec(0..TEXT.len(), 0..4);
    let attributes = vec((0..PREFIXES.len() + 1, 0..NAMES.len(), value), 0..5);
    (
        0..PREFIXES.len(),
        declared,
        attributes,
        content,
        0..1000usize,
    )
        .prop_map(|(prefix, declared, attributes, content, style)| Tree {
            prefix,
            declared,
            attributes,
            content,
            style,
        })
}

impl Tree {
    /// The document.
    pub(crate) fn xml(&self) -> String {
        let mut out = String::new();
        self.write(&mut vec![("", "")], &mut out);
        out
    }

    fn write(&self, scope: &mut Vec<(&'static str, &'static str)>, out: &mut String) {
        let before = scope.len();
        let declared = self.declarations(scope);
        out.push('<');
        let name = qualified(PREFIXES[self.prefix], NAMES[self.style % NAMES.len()]);
        out.push_str(&name);
        let mut style = self.style;
        for (key, value) in declared.into_iter().chain(self.written_attributes(scope)) {
            style = style.wrapping_mul(31).wrapping_add(7);
            out.push_str(SPACES[style % SPACES.len()]);
            let equals = ["=", " = ", "\t=\n"][style % 3];
            let quote = ["'", "\""][style / 3 % 2];
            out.push_str(&format!("{key}{equals}{quote}{value}{quote}"));
        }
        if self.content.is_empty() && self.style.is_multiple_of(2) {
            out.push_str(["/>", " />"][self.style / 2 % 2]);
        } else {
            out.push('>');
            for content in &self.content {
                content.write(scope, out);
            }
            out.push_str(&format!("</{name}{}>", ["", " ", "\r\n"][self.style % 3]));
        }
        scope.truncate(before);
    }

    /// Declares what is asked for, and what the names need and nobody declared.
    fn declarations(&self, scope: &mut Vec<(&'static str, &'static str)>) -> Vec<(String, String)> {
        let mut declared: Vec<(&str, &str)> = Vec::new();
        let mut declare = |prefix: &'static str, uri: &'static str| {
            let allowed = !uri.is_empty() || prefix.is_empty();
            if allowed && !declared.iter().any(|(known, _)| *known == prefix) {
                declared.push((prefix, uri));
                scope.push((prefix, uri));
            }
        };
        for (prefix, uri) in &self.declared {
            declare(PREFIXES[*prefix], URIS.get(*uri).copied().unwrap_or(""));
        }
        let used = self
            .attributes
            .iter()
            .map(|(prefix, _, _)| *prefix)
            .chain([self.prefix]);
        let needed: Vec<_> = used.filter_map(|at| PREFIXES.get(at)).collect();
        for prefix in needed {
            let known = scope.iter().any(|(known, _)| known == prefix);
            if !known {
                scope.push((prefix, URIS[0]));
                declared.push((prefix, URIS[0]));
            }
        }
        declared
            .into_iter()
            .map(|(prefix, uri)| {
                let key = if prefix.is_empty() {
                    "xmlns".to_owned()
                } else {
                    format!("xmlns:{prefix}")
                };
                (key, uri.to_owned())
            })
            .collect()
    }

    fn written_attributes(&self, scope: &[(&'static str, &'static str)]) -> Vec<(String, String)> {
        let mut seen = Vec::new();
        let mut written = Vec::new();
        for (prefix, name, value) in &self.attributes {
            let prefix = PREFIXES.get(*prefix).copied().unwrap_or("xml");
            let uri = match prefix {
                "" => "",
                "xml" => "xml",
                _ => scope
                    .iter()
                    .rev()
                    .find(|(known, _)| *known == prefix)
                    .map_or("", |(_, uri)| uri),
            };
            let name = if prefix == "xml" {
                "lang"
            } else {
                NAMES[*name]
            };
            if seen.contains(&(uri, name)) {
                continue;
            }
            seen.push((uri, name));
            let value: String = value.iter().map(|at| TEXT[*at]).collect();
            written.push((qualified(prefix, name), value));
        }
        written
    }
}

impl Content {
    fn write(&self, scope: &mut Vec<(&'static str, &'static str)>, out: &mut String) {
        match self {
            Self::Element(tree) => tree.write(scope, out),
            Self::Text(pieces) => {
                let mut text: String = pieces.iter().map(|at| TEXT[*at]).collect();
                if out.ends_with(']') || text.contains("]]>") {
                    text = text.replace('>', "&gt;");
                }
                out.push_str(&text);
            }
            Self::Cdata(at) => out.push_str(&format!("<![CDATA[{}]]>", CDATA[*at])),
            Self::Comment(at) => out.push_str(&format!("<!--{}-->", COMMENTS[*at])),
            Self::Instruction(at) => out.push_str(&format!("<?{}?>", INSTRUCTIONS[*at])),
        }
    }
}

fn qualified(prefix: &str, local: &str) -> String {
    if prefix.is_empty() {
        local.to_owned()
    } else {
        format!("{prefix}:{local}")
    }
}

/// Trees from a fixed seed, for oracles that are asked once about many documents.
pub(crate) fn sample(count: usize, extras: bool) -> Vec<String> {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::{Config, TestRunner};
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let strategy = tree(extras);
    (0..count)
        .map(|_| strategy.new_tree(&mut runner).unwrap().current().xml())
        .collect()
}
