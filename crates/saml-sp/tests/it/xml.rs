//! The XML layer: what is not well-formed is refused for its own reason, what is well-formed is
//! read, and both are held against an independent parser.

use std::path::Path;

use proptest::prelude::*;
use saml_sp::Limits;
use saml_sp::xml::{Document, Extras, Name, ShapeErrorKind, Writer, XmlErrorKind};

use crate::documents::tree;
use crate::shared::skipped;

fn kind(xml: &[u8], extras: Extras) -> Option<XmlErrorKind> {
    Document::parse_bytes(xml, &Limits::default(), extras)
        .err()
        .map(|error| error.kind())
}

/// `\n`, `\xNN` and `\\` in the tables.
fn unescape(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    loop {
        match rest {
            [] => return bytes,
            [b'\\', b'x', high, low, after @ ..] => {
                let digits = String::from_utf8(vec![*high, *low]).unwrap();
                bytes.push(u8::from_str_radix(&digits, 16).unwrap());
                rest = after;
            }
            [b'\\', escaped, after @ ..] => {
                bytes.push(match escaped {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    other => *other,
                });
                rest = after;
            }
            [byte, after @ ..] => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
}

/// Rows `kind | refused | accepted twin`.
#[test]
fn each_rule_has_its_kind_and_a_twin() {
    let mut rows = 0;
    for line in include_str!("../data/xml/rules.txt").lines() {
        if line.trim().is_empty() || line.starts_with("# ") {
            continue;
        }
        let columns: Vec<&str> = line.split(" | ").collect();
        let [expected, refused, accepted] = columns.as_slice() else {
            panic!("{line}")
        };
        let seen = kind(&unescape(refused), Extras::Allowed);
        assert_eq!(
            seen.map(|k| format!("{k:?}")).as_deref(),
            Some(expected.trim()),
            "{line}"
        );
        assert_eq!(
            kind(&unescape(accepted.trim()), Extras::Allowed),
            None,
            "{line}"
        );
        rows += 1;
    }
    assert!(rows >= 90, "{rows}");
}

#[test]
fn comments_and_instructions_are_a_switch() {
    let (comment, instruction) = (b"<a><!--x--></a>", b"<?p x?><a></a>");
    for (extras, comments, instructions) in [
        (Extras::Refused, false, false),
        (Extras::CommentsOnly, true, false),
        (Extras::InstructionsOnly, false, true),
        (Extras::Allowed, true, true),
    ] {
        let expected = (!comments).then_some(XmlErrorKind::Comment);
        assert_eq!(kind(comment, extras), expected);
        let expected = (!instructions).then_some(XmlErrorKind::ProcessingInstruction);
        assert_eq!(kind(instruction, extras), expected);
    }
}

#[test]
fn every_limit_is_exact() {
    use XmlErrorKind as K;
    let d = Limits::default();
    let nested = |n: usize| format!("{}{}", "<a>".repeat(n), "</a>".repeat(n));
    let attributes = |n: usize| {
        let list: String = (0..n).map(|i| format!(" k{i}=''")).collect();
        format!("<a{list}/>")
    };
    let declarations = |n: usize| {
        let list: String = (0..n).map(|i| format!(" xmlns:k{i}='urn:x'")).collect();
        format!("<a{list}/>")
    };
    let siblings = |n: usize| format!("<a>{}</a>", "<b/>".repeat(n - 1));
    let name = |n: usize| format!("<{}/>", "n".repeat(n));
    let uri = |n: usize| format!("<a xmlns='{}'/>", "u".repeat(n));
    let small = Limits {
        nodes: 100,
        xml_bytes: 5_000,
        ..d
    };
    let check = |make: &dyn Fn(usize) -> String, most: usize, limits: &Limits, kind: K| {
        let read = |n| {
            Document::parse(&make(n), limits, Extras::Refused)
                .map(|_| ())
                .map_err(|e| e.kind())
        };
        assert_eq!(read(most), Ok(()), "{kind:?}");
        assert_eq!(read(most + 1), Err(kind));
        assert!(kind.is_limit());
    };
    check(&nested, d.depth, &d, K::TooDeep);
    check(&attributes, d.attributes, &d, K::TooManyAttributes);
    check(&declarations, d.namespaces, &d, K::TooManyBindings);
    check(&siblings, small.nodes, &small, K::TooManyNodes);
    check(&name, d.name_bytes, &d, K::TooLongName);
    check(&uri, d.name_bytes, &d, K::TooLongName);
    check(
        &|n| format!("<a>{}</a>", "x".repeat(n - 7)),
        small.xml_bytes,
        &small,
        K::TooLong,
    );
    let scopes = |n: usize| {
        let open: String = (0..n).map(|i| format!("<a xmlns:k{i}='urn:x'>")).collect();
        format!("{open}{}", "</a>".repeat(n))
    };
    let deep = Limits { depth: 1_000, ..d };
    check(&scopes, d.namespaces * 4, &deep, K::TooManyBindings);
    let names = |n: usize| {
        let list: String = (0..n).map(|i| format!("<a xmlns='urn:{i}'/>")).collect();
        format!("<r>{list}</r>")
    };
    check(&names, d.namespaces * 4, &d, K::TooManyNamespaces);
}

#[test]
fn an_error_says_where() {
    let error = |xml: &str| {
        let error = Document::parse(xml, &Limits::default(), Extras::Refused).unwrap_err();
        (error.kind(), error.line(), error.column())
    };
    assert_eq!(
        error("<a>\n  <é b='1' b='2'/></a>"),
        (XmlErrorKind::DuplicateAttribute, 2, 12)
    );
    assert_eq!(error("<a>\r\n\r<b></c></a>"), (XmlErrorKind::EndTag, 3, 4));
    assert_eq!(
        error("<a>x\u{1}</a>"),
        (XmlErrorKind::ForbiddenCharacter, 1, 5)
    );
    let bytes = Document::parse_bytes(b"<a>\n\xff</a>", &Limits::default(), Extras::Refused);
    let bytes = bytes.unwrap_err();
    assert_eq!(
        (bytes.kind(), bytes.line(), bytes.column()),
        (XmlErrorKind::NotUtf8, 2, 1)
    );
}

#[test]
fn navigation_is_exact() {
    let xml = "<a xmlns='urn:a' xmlns:b='urn:b'><b:x>1</b:x><x>2</x><x>3</x><e> <f/> </e><t>x<f/></t>y</a>";
    let document = Document::parse(xml, &Limits::default(), Extras::Refused).unwrap();
    let root = document.root();
    let kind = |error: saml_sp::xml::ShapeError| error.kind();
    assert_eq!(
        root.one(Name::new("urn:b", "x"))
            .unwrap()
            .text_only()
            .unwrap(),
        "1"
    );
    assert_eq!(
        root.one(Name::new("urn:a", "x")).map_err(kind),
        Err(ShapeErrorKind::Repeated)
    );
    assert_eq!(
        root.one(Name::new("", "x")).map_err(kind),
        Err(ShapeErrorKind::Missing)
    );
    assert_eq!(root.optional(Name::new("", "x")).unwrap(), None);
    assert_eq!(
        root.required_attribute("k").map_err(kind),
        Err(ShapeErrorKind::MissingAttribute)
    );
    let mixed = root.one(Name::new("urn:a", "t")).unwrap();
    assert_eq!(
        mixed.text_only().map_err(kind),
        Err(ShapeErrorKind::NotTextOnly)
    );
    let elements = root.one(Name::new("urn:a", "e")).unwrap();
    assert_eq!(elements.elements_only().map_err(kind), Ok(()));
    assert_eq!(
        elements.nothing_inside().map_err(kind),
        Err(ShapeErrorKind::Unexpected)
    );
    assert_eq!(
        root.elements_only().map_err(kind),
        Err(ShapeErrorKind::NotElementsOnly)
    );
    // A grandchild is never found.
    assert_eq!(root.optional(Name::new("urn:a", "f")).unwrap(), None);
    let second = root.children_named(Name::new("urn:a", "x")).nth(1).unwrap();
    assert_eq!(second.path(), "/a/x[2]");
    assert_eq!(second.parent(), Some(root));
}

#[test]
fn a_fragment_uses_the_namespaces_around_it_and_no_others() {
    let around = [
        ("s".to_owned(), "urn:s".to_owned()),
        (String::new(), "urn:d".to_owned()),
    ];
    let read = |xml: &'static str, around: &[(String, String)]| {
        Document::parse_fragment(xml, &Limits::default(), Extras::Refused, around)
            .map(|d| {
                (
                    d.root().name().namespace.to_owned(),
                    d.root().children().count(),
                )
            })
            .map_err(|e| e.kind())
    };
    assert_eq!(read("<s:a/>", &around), Ok(("urn:s".to_owned(), 0)));
    assert_eq!(read("<a/>", &around), Ok(("urn:d".to_owned(), 0)));
    assert_eq!(
        read("<s:a xmlns:s='urn:t'/>", &around),
        Ok(("urn:t".to_owned(), 0))
    );
    assert_eq!(read("<s:a/>", &[]), Err(XmlErrorKind::UndeclaredPrefix));
}

#[test]
fn the_writer_escapes_everything_it_is_given() {
    let mut writer = Writer::new();
    writer
        .open("a", &[("k", "\"<&>'\t\n\r")])
        .text("<&>\"'\r\n")
        .close();
    let xml = writer.finish().unwrap();
    let document = Document::parse(&xml, &Limits::default(), Extras::Refused).unwrap();
    assert_eq!(document.root().attribute("k").unwrap(), "\"<&>'\t\n\r");
    assert_eq!(document.root().text_only().unwrap(), "<&>\"'\r\n");
    let mut writer = Writer::new();
    writer.leaf("a", &[], "\u{0}");
    assert!(writer.finish().is_err());
}

/// Compares everything a reader can see.
fn assert_same(ours: saml_sp::xml::Element<'_>, theirs: roxmltree::Node<'_, '_>) {
    assert_eq!(ours.name().local, theirs.tag_name().name());
    assert_eq!(
        ours.name().namespace,
        theirs.tag_name().namespace().unwrap_or("")
    );
    let mut own: Vec<(String, String, String)> = ours
        .attributes()
        .map(|a| {
            (
                a.name.namespace.to_owned(),
                a.name.local.to_owned(),
                a.value.into_owned(),
            )
        })
        .collect();
    let mut other: Vec<(String, String, String)> = theirs
        .attributes()
        .map(|a| {
            (
                a.namespace().unwrap_or("").to_owned(),
                a.name().to_owned(),
                a.value().to_owned(),
            )
        })
        .collect();
    own.sort();
    other.sort();
    assert_eq!(own, other);
    let children: Vec<_> = theirs
        .children()
        .filter(roxmltree::Node::is_element)
        .collect();
    assert_eq!(ours.children().count(), children.len());
    for (ours, theirs) in ours.children().zip(children) {
        assert_same(ours, theirs);
    }
    if let Ok(text) = ours.text_only() {
        assert_eq!(text, theirs.text().unwrap_or(""));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn well_formed_documents_read_as_roxmltree_reads_them(tree in tree(true)) {
        // roxmltree keeps a CR before a reference, so line ends are left to the table.
        let xml = tree.xml().replace('\r', "");
        let ours = Document::parse(&xml, &Limits::default(), Extras::Allowed);
        let theirs = roxmltree::Document::parse(&xml);
        prop_assert!(ours.is_ok(), "{:?} {xml:?}", ours.err());
        prop_assert!(theirs.is_ok(), "{:?} {xml:?}", theirs.err());
        assert_same(ours.unwrap().root(), theirs.unwrap().root_element());
    }

    /// Damaged documents: what we take, roxmltree takes too.
    #[test]
    fn what_is_accepted_here_is_accepted_elsewhere(
        tree in tree(true), at in any::<prop::sample::Index>(), with in "[<>&;:='\"/!\\]\\[ \\-xa?#]{0,3}", cut in 0..3usize,
    ) {
        let xml = tree.xml().replace('\r', "");
        let places: Vec<usize> = xml.char_indices().map(|(at, _)| at).collect();
        let start = *at.get(&places);
        let end = xml[start..].char_indices().nth(cut).map_or(xml.len(), |(n, _)| start + n);
        let damaged = format!("{}{with}{}", &xml[..start], &xml[end..]);
        if let Ok(ours) = Document::parse(&damaged, &Limits::default(), Extras::Allowed) {
            let theirs = roxmltree::Document::parse(&damaged);
            prop_assert!(theirs.is_ok(), "{:?} {damaged:?}", theirs.err());
            assert_same(ours.root(), theirs.unwrap().root_element());
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "(\\PC|[<>&;/='\"\\[\\]!? -]){0,60}") {
        let _ = Document::parse(&text, &Limits::default(), Extras::Allowed);
    }

    #[test]
    fn no_octets_make_it_panic(octets in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = Document::parse_bytes(&octets, &Limits::default(), Extras::Allowed);
    }
}

/// The W3C conformance suite, where `XMLCONF_DIR` names its folder.
#[test]
fn conformance_suite() {
    let Some(folder) = std::env::var_os("XMLCONF_DIR") else {
        println!("skipped: XMLCONF_DIR");
        return;
    };
    let mut cases = Vec::new();
    collect(Path::new(&folder), &mut cases);
    let (mut refused, mut read) = (0, 0);
    for (outcome, editions, path) in cases {
        let Ok(octets) = std::fs::read(&path) else {
            continue;
        };
        let seen = kind(&octets, Extras::Allowed);
        if outcome == "not-wf" && (editions.is_empty() || editions.contains('5')) {
            assert!(seen.is_some(), "{}", path.display());
            refused += 1;
        } else if seen.is_none() {
            read += 1;
        }
    }
    assert!(refused > 1_000 && read > 50, "{refused} {read}");
}

/// `(TYPE, EDITION, file)` of every test, read off the indexes next to the files.
fn collect(folder: &Path, cases: &mut Vec<(String, String, std::path::PathBuf)>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return skipped::<()>("the folder of XMLCONF_DIR").unwrap_or(());
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, cases);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        for tag in text
            .split("<TEST ")
            .skip(1)
            .filter_map(|rest| rest.split('>').next())
        {
            let get = |name: &str| {
                let (_, rest) = tag.split_once(&format!("{name}="))?;
                let quote = rest.chars().next()?;
                rest[1..].split(quote).next().map(str::to_owned)
            };
            if let (Some(outcome), Some(uri)) = (get("TYPE"), get("URI")) {
                cases.push((
                    outcome,
                    get("EDITION").unwrap_or_default(),
                    folder.join(uri),
                ));
            }
        }
    }
}
