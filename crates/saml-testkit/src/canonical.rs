//! The exclusive canonical form of what the kit writes.
//!
//! This is not a canonicaliser of XML documents: it renders the kit's own [`Element`] tree a
//! second time, by the rules of Exclusive XML Canonicalization 1.0 without comments. It shares
//! nothing with any service provider, so a mistake on one side shows as a digest that differs.

use crate::tree::{Element, Node, escape_attribute, escape_text};
use std::collections::{BTreeMap, BTreeSet};

/// Prefix to namespace name; the default namespace has the empty prefix.
pub(crate) type Scope = BTreeMap<String, String>;

/// The declarations of `element`, laid over those of its ancestors.
pub(crate) fn scope_within(outer: &Scope, element: &Element) -> Scope {
    let mut scope = outer.clone();
    for (name, value) in &element.attributes {
        if let Some(prefix) = declared_prefix(name) {
            scope.insert(prefix.to_owned(), value.clone());
        }
    }
    scope
}

/// Which canonical form, and for the exclusive one its `PrefixList` (`#default` stands for the
/// default namespace).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form<'a> {
    Exclusive(&'a [&'a str]),
    Inclusive,
}

/// The canonical octets of `element` as the apex of a node set, whose ancestors declare `outer`.
pub(crate) fn canonical(element: &Element, outer: &Scope, form: Form<'_>) -> String {
    let mut out = String::new();
    write(element, outer, &Scope::new(), form, &mut out);
    out
}

fn write(element: &Element, outer: &Scope, rendered: &Scope, form: Form<'_>, out: &mut String) {
    let scope = scope_within(outer, element);
    let mut rendered = rendered.clone();
    out.push('<');
    out.push_str(&element.name);
    for prefix in wanted(element, &scope, form) {
        let uri = scope.get(prefix).map_or("", String::as_str);
        if rendered.get(prefix).map_or("", String::as_str) != uri {
            out.push_str(if prefix.is_empty() {
                " xmlns"
            } else {
                " xmlns:"
            });
            out.push_str(prefix);
            write_value(uri, out);
            rendered.insert(prefix.to_owned(), uri.to_owned());
        }
    }
    for (name, value) in sorted_attributes(element, &scope) {
        out.push(' ');
        out.push_str(name);
        write_value(value, out);
    }
    out.push('>');
    for node in &element.children {
        match node {
            Node::Element(e) => write(e, &scope, &rendered, form, out),
            Node::Text(t) => escape_text(t, out),
            Node::Verbatim { canonical, .. } => out.push_str(canonical),
        }
    }
    out.push_str("</");
    out.push_str(&element.name);
    out.push('>');
}

fn write_value(value: &str, out: &mut String) {
    out.push_str("=\"");
    escape_attribute(value, out);
    out.push('"');
}

/// The prefixes to consider at this element: those it visibly uses, and those in scope that the
/// form treats inclusively.
fn wanted<'a>(element: &'a Element, scope: &'a Scope, form: Form<'_>) -> BTreeSet<&'a str> {
    let attributes = element
        .attributes
        .iter()
        .filter(|(name, _)| declared_prefix(name).is_none());
    let mut prefixes: BTreeSet<&str> = attributes
        .filter_map(|(name, _)| name.split_once(':'))
        .map(|(p, _)| p)
        .collect();
    prefixes.insert(element.name.split_once(':').map_or("", |(p, _)| p));
    let listed = |prefix: &str| match form {
        Form::Inclusive => true,
        Form::Exclusive(list) => list.contains(&if prefix.is_empty() {
            "#default"
        } else {
            prefix
        }),
    };
    prefixes.extend(scope.keys().map(String::as_str).filter(|p| listed(p)));
    prefixes.remove("xml");
    prefixes
}

/// Attributes by namespace name, then by local name.
fn sorted_attributes<'a>(element: &'a Element, scope: &'a Scope) -> Vec<(&'a str, &'a str)> {
    let mut all: Vec<(&str, &str, &str, &str)> = element
        .attributes
        .iter()
        .filter(|(name, _)| declared_prefix(name).is_none())
        .map(|(name, value)| {
            let (prefix, local) = name.split_once(':').unwrap_or(("", name));
            (
                namespace_of_attribute(prefix, scope),
                local,
                name.as_str(),
                value.as_str(),
            )
        })
        .collect();
    all.sort_by_key(|&(uri, local, ..)| (uri, local));
    all.into_iter()
        .map(|(_, _, name, value)| (name, value))
        .collect()
}

fn namespace_of_attribute<'a>(prefix: &str, scope: &'a Scope) -> &'a str {
    match prefix {
        "" => "",
        "xml" => "http://www.w3.org/XML/1998/namespace",
        other => scope.get(other).map_or("", String::as_str),
    }
}

fn declared_prefix(name: &str) -> Option<&str> {
    if name == "xmlns" {
        Some("")
    } else {
        name.strip_prefix("xmlns:")
    }
}
