//! Defects of the document text: what is no XML, no namespace-well-formed XML, or XML that a
//! SAML message must not use.

use super::family;
use crate::names::{ASSERTION, NAME_ID_UNSPECIFIED};
use crate::response::{ResponseBuilder, reach};
use crate::tree::{Element, Node};

const NAME_ID: &[&str] = &["saml2:Assertion", "saml2:Subject", "saml2:NameID"];
const AUDIENCE: &[&str] = &[
    "saml2:Assertion",
    "saml2:Conditions",
    "saml2:AudienceRestriction",
    "saml2:Audience",
];
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

family! {
    /// Lexical defects. Comments, instructions and CDATA are in place when the message is signed,
    /// so its signatures are good.
    Lexical {
        /// A comment splits the `NameID`: `alice@corp.test<!---->.evil.test`.
        CommentInNameId => |b| split(b, NAME_ID, "<!---->", ""),
        /// A comment in the `Audience`.
        CommentInAudience => |b| split(b, AUDIENCE, "<!---->", ""),
        /// A comment in the Assertion's `Issuer`.
        CommentInIssuer => |b| split(b, &["saml2:Assertion", "saml2:Issuer"], "<!---->", ""),
        /// A comment between two elements.
        CommentBetweenElements => |b| b.edit(|root| root.children_mut().insert(1, verbatim("<!-- hello -->", ""))),
        /// A comment behind the document element.
        CommentAfterRoot => |b| b.edit_text(|t| t + "<!-- bye -->"),
        /// A processing instruction in the `NameID`.
        InstructionInNameId => |b| split(b, NAME_ID, "<?p not-?>", "<?p not-?>"),
        /// A processing instruction before the document element.
        InstructionBeforeRoot => |b| b.edit_text(|t| t.replacen("?>", "?><?xml-stylesheet href=\"x\"?>", 1)),
        /// An element inside the `NameID`.
        ElementInNameId => |b| b.edit_at(NAME_ID, |e| e.children_mut().push(Node::Element(Element::new("saml2:b")))),
        /// A reference to an entity nobody declared.
        UndefinedEntity => |b| split(b, NAME_ID, "&x;", "&x;"),
        /// A bare ampersand.
        BareAmpersand => |b| split(b, NAME_ID, " & ", " & "),
        /// A character reference to a control character.
        ReferenceToControl => |b| split(b, NAME_ID, "&#1;", "&#1;"),
        /// A character reference to a surrogate.
        ReferenceToSurrogate => |b| split(b, NAME_ID, "&#xD800;", "&#xD800;"),
        /// A character reference beyond Unicode.
        ReferenceBeyondUnicode => |b| split(b, NAME_ID, "&#x110000;", "&#x110000;"),
        /// A character reference with a sign.
        ReferenceWithSign => |b| split(b, NAME_ID, "&#+65;", "&#+65;"),
        /// A raw control character.
        ControlCharacter => |b| split(b, NAME_ID, "\u{1}", "\u{1}"),
        /// A raw U+FFFE.
        NonCharacter => |b| split(b, NAME_ID, "\u{fffe}", "\u{fffe}"),
        /// `]]>` in text.
        CdataEndInText => |b| split(b, NAME_ID, "]]>", "]]>"),

        /// A document type declaration.
        Doctype => |b| b.edit_text(|t| t.replacen("?>", "?><!DOCTYPE saml2p:Response>", 1)),
        /// The same in small letters, which is no XML at all.
        DoctypeSmall => |b| b.edit_text(|t| t.replacen("?>", "?><!doctype saml2p:Response>", 1)),
        /// An external entity in the `NameID`.
        ExternalEntity => |b| split(b, NAME_ID, "&x;", "").edit_text(|t| {
            t.replacen("?>", "?><!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>", 1)
        }),
        /// Entities that grow exponentially.
        BillionLaughs => |b| split(b, NAME_ID, "&i;", "").edit_text(|t| {
            let mut entities = "<!ENTITY a \"ha\">".to_owned();
            for (inner, outer) in ('a'..'i').zip('b'..='i') {
                entities += &format!("<!ENTITY {outer} \"{}\">", format!("&{inner};").repeat(10));
            }
            t.replacen("?>", &format!("?><!DOCTYPE r [{entities}]>"), 1)
        }),
        /// The document ends inside the root element.
        EndsEarly => |b| b.edit_text(|t| t.trim_end_matches("</saml2p:Response>").to_owned()),
        /// An empty document.
        Empty => |b| b.edit_octets(|_| Vec::new()),
        /// Only white space.
        OnlySpace => |b| b.edit_octets(|_| b" \n ".to_vec()),
        /// Text behind the document element.
        TextAfterRoot => |b| b.edit_text(|t| t + "x"),
        /// A NUL behind the document element.
        NulAfterRoot => |b| b.edit_text(|t| t + "\0"),
        /// Two document elements.
        TwoRoots => |b| b.edit_text(|t| {
            let again = t.trim_start_matches(DECLARATION).to_owned();
            t + &again
        }),
        /// White space before the XML declaration.
        DeclarationLate => |b| b.edit_text(|t| format!(" {t}")),
        /// Two XML declarations.
        DeclarationTwice => |b| b.edit_text(|t| format!("{DECLARATION}{t}")),
        /// XML 1.1.
        Version11 => |b| b.edit_text(|t| t.replacen("version=\"1.0\"", "version=\"1.1\"", 1)),
        /// ISO 8859-1 declared over UTF-8 octets.
        EncodingLatin1 => |b| b.edit_text(|t| t.replacen("UTF-8", "ISO-8859-1", 1)),
        /// UTF-16 declared over UTF-8 octets.
        EncodingUtf16Declared => |b| b.edit_text(|t| t.replacen("UTF-8", "UTF-16", 1)),
        /// UTF-16 octets with a byte order mark.
        EncodingUtf16 => |b| b.edit_octets(|o| {
            let text = String::from_utf8_lossy(&o).into_owned();
            std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect()
        }),
        /// An overlong UTF-8 sequence in the `NameID`.
        OverlongUtf8 => |b| octets_in_name_id(b, &[0xc0, 0xaf]),
        /// A surrogate as UTF-8.
        SurrogateUtf8 => |b| octets_in_name_id(b, &[0xed, 0xa0, 0x80]),
        /// Two byte order marks.
        TwoByteOrderMarks => |b| b.edit_text(|t| format!("\u{feff}\u{feff}{t}")),

        /// A prefix nobody declared, on an element.
        UndeclaredPrefix => |b| b.edit(|root| root.children_mut().push(Node::Element(Element::new("nobody:X")))),
        /// A prefix nobody declared, on an attribute.
        UndeclaredAttributePrefix => |b| b.set(&[], "nobody:x", "1"),
        /// A prefix declared as nothing.
        PrefixUndeclared => |b| b.set(&[], "xmlns:q", ""),
        /// The prefix `xmlns` declared.
        PrefixXmlns => |b| b.set(&[], "xmlns:xmlns", "http://www.w3.org/2000/xmlns/"),
        /// The prefix `xml` bound to another namespace.
        PrefixXmlElsewhere => |b| b.set(&[], "xmlns:xml", "urn:other"),
        /// Two attributes of one expanded name.
        DuplicateExpandedName => |b| b.edit(|root| {
            root.set_attribute("xmlns:p", "urn:q");
            root.set_attribute("xmlns:q", "urn:q");
            root.set_attribute("p:x", "1");
            root.set_attribute("q:x", "2");
        }),
        /// The same attribute twice.
        DuplicateAttribute => |b| b.edit_text(|t| t.replacen(" Version=", " Version=\"2.0\" Version=", 1)),
        /// The SAML namespace with a space behind it.
        NamespaceWithSpace => |b| b.edit_at(NAME_ID, |e| e.set_attribute("xmlns:saml2", "urn:oasis:names:tc:SAML:2.0:assertion ")),
        /// A name with two colons.
        TwoColons => |b| b.edit(|root| root.children_mut().push(Node::Element(Element::new("saml2:a:b")))),
        /// A name that starts with a digit.
        NameWithDigitFirst => |b| b.edit(|root| root.children_mut().push(Node::Element(Element::new("1a")))),
        /// No space between two attributes.
        NoSpaceBetweenAttributes => |b| b.edit_text(|t| t.replacen("\" ID=", "\"ID=", 1)),
        /// `<` in an attribute value.
        LessThanInAttribute => |b| b.edit_text(|t| t.replacen(" Version=\"", " x=\"<\" Version=\"", 1)),
        /// An attribute without quotes.
        UnquotedAttribute => |b| b.edit_text(|t| t.replacen("Version=\"2.0\"", "Version=2.0", 1)),
        /// Attributes in an end tag.
        AttributeInEndTag => |b| b.edit_text(|t| t.replacen("</saml2p:Status>", "</saml2p:Status a=\"b\">", 1)),

        /// A hundred thousand nested elements.
        DeepNesting => |b| b.edit(|root| {
            root.children_mut().push(verbatim(&("<a>".repeat(100_000) + &"</a>".repeat(100_000)), ""));
        }),
        /// A hundred thousand attributes on one element.
        ManyAttributes => |b| b.edit(|root| {
            let many: String = (0..100_000).map(|n| format!(" a{n}=\"\"")).collect();
            root.children_mut().push(verbatim(&format!("<a{many}/>"), ""));
        }),
        /// A hundred thousand namespace declarations on one element.
        ManyNamespaces => |b| b.edit(|root| {
            let many: String = (0..100_000).map(|n| format!(" xmlns:a{n}=\"urn:{n}\"")).collect();
            root.children_mut().push(verbatim(&format!("<a{many}/>"), ""));
        }),
        /// A million empty elements.
        ManyElements => |b| b.edit(|root| root.children_mut().push(verbatim(&"<a/>".repeat(1_000_000), ""))),
        /// Ten megabytes of text.
        HugeText => |b| b.edit_at(NAME_ID, |e| e.set_text(&"a".repeat(10_000_000))),
    }
}

family! {
    /// Unusual spellings of one correct message. A correct service provider accepts each of them
    /// and reads the same values: they are the accepted twins of the defects.
    Harmless {
        /// `NameID` written as CDATA.
        CdataNameId => |b| b.edit_at(NAME_ID, |e| {
            let text = e.own_text();
            e.children = vec![Node::Verbatim { written: format!("<![CDATA[{text}]]>"), canonical: text }];
        }),
        /// The first character of the `NameID` as a character reference.
        ReferenceNameId => |b| b.edit_at(NAME_ID, |e| {
            let text = e.own_text();
            let mut characters = text.chars();
            let first = characters.next().map_or(0, u32::from);
            e.children = vec![Node::Verbatim { written: format!("&#x{first:x};{}", characters.as_str()), canonical: text.clone() }];
        }),
        /// One byte order mark.
        ByteOrderMark => |b| b.edit_text(|t| format!("\u{feff}{t}")),
        /// No XML declaration.
        NoDeclaration => |b| b.edit_text(|t| t.trim_start_matches(DECLARATION).to_owned()),
        /// A line break behind the document element.
        NewlineAfterRoot => |b| b.edit_text(|t| t + "\r\n"),
        /// Single quotes round every attribute value that holds none.
        SingleQuotes => |b| b.edit_text(|t| single_quoted(&t)),
        /// Another order of the attributes of the root.
        AttributesReordered => |b| b.edit_signed(|root| root.attributes.reverse()),
        /// A space before the end of every empty-element tag.
        SpaceInEmptyTags => |b| b.edit_text(|t| t.replace("/>", " />")),
        /// Empty elements written as pairs of tags.
        PairsForEmptyTags => |b| b.edit_text(|t| pairs(&t)),
        /// A namespace declared once more where it is in scope already.
        RedundantDeclaration => |b| b.edit_signed(|root| reach(root, NAME_ID).set_attribute("xmlns:saml2", ASSERTION)),
        /// An unused namespace declared on the root, after signing.
        UnusedDeclaration => |b| b.edit_signed(|root| root.set_attribute("xmlns:unused", "urn:unused")),
        /// A character of the assertion namespace written as a reference.
        NamespaceByReference => |b| b.edit_text(|t| t.replace("SAML:2.0:assertion\"", "SAML:2.0:assertio&#110;\"")),
        /// Carriage returns as references and tabs in a value.
        ControlledSpace => |b| b.edit_at(NAME_ID, |e| e.set_attribute("SPProvidedID", "a\tb\nc\rd")),
        /// Line breaks inside `SignatureValue` and `DigestValue`.
        WrappedBase64 => |b| b
            .edit_signed_info(|i| wrap(reach(i, &["ds:Reference", "ds:DigestValue"])))
            .edit_between(|root| wrap(reach(root, &["saml2:Assertion", "ds:Signature", "ds:SignatureValue"]))),
        /// White space between the children of the Signature and of `SignedInfo`.
        SpaceInSignature => |b| b.edit_signed_info(|i| {
            i.children_mut().insert(1, Node::Text("\n  ".to_owned()));
        }).edit_between(|root| {
            reach(root, &["saml2:Assertion", "ds:Signature"]).children_mut().insert(0, Node::Text("\n".to_owned()));
        }),
        /// Other `NameID` format, stated explicitly.
        NameIdFormatStated => |b| b.set(NAME_ID, "Format", NAME_ID_UNSPECIFIED),
    }
}

/// Puts something between the two halves of an element's text and `.evil.test` behind it.
fn split(
    b: ResponseBuilder,
    path: &'static [&'static str],
    written: &'static str,
    canonical: &'static str,
) -> ResponseBuilder {
    b.edit_at(path, move |e| {
        e.children_mut().push(verbatim(written, canonical));
        e.children_mut().push(Node::Text(".evil.test".to_owned()));
    })
}

fn octets_in_name_id(b: ResponseBuilder, octets: &'static [u8]) -> ResponseBuilder {
    const MARK: &[u8] = b"%MARK%";
    b.edit_at(NAME_ID, |e| {
        e.children_mut().push(Node::Text("%MARK%".to_owned()))
    })
    .edit_octets(move |document| {
        let at = document
            .windows(MARK.len())
            .position(|w| w == MARK)
            .unwrap_or(0);
        let (head, tail) = document.split_at(at);
        [head, octets, tail.get(MARK.len()..).unwrap_or(&[])].concat()
    })
}

fn verbatim(written: &str, canonical: &str) -> Node {
    Node::Verbatim {
        written: written.to_owned(),
        canonical: canonical.to_owned(),
    }
}

fn wrap(element: &mut Element) {
    let text = element.own_text();
    let middle = text.len() / 2;
    element.set_text(&format!(
        "\n{}\n{}\n",
        text.get(..middle).unwrap_or(""),
        text.get(middle..).unwrap_or("")
    ));
}

/// Writes every attribute in single quotes.
fn single_quoted(text: &str) -> String {
    let mut in_tag = false;
    text.chars()
        .fold(String::with_capacity(text.len() + 64), |mut out, c| {
            match (in_tag, c) {
                (true, '\'') => out.push_str("&#39;"),
                (true, '"') => out.push('\''),
                _ => out.push(c),
            }
            in_tag = c == '<' || (in_tag && c != '>');
            out
        })
}

/// Writes `<a b="c"/>` as `<a b="c"></a>`.
fn pairs(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1024);
    for piece in text.split_inclusive('>') {
        match (piece.strip_suffix("/>"), piece.rsplit_once('<')) {
            (Some(open), Some((_, tag))) => {
                let name = tag.split([' ', '/']).next().unwrap_or("");
                out += &format!("{open}></{name}>");
            }
            _ => out += piece,
        }
    }
    out
}
