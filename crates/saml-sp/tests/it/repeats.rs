//! A start tag that repeats its sibling's is read and canonicalized once. That may change nothing:
//! the same document with a blank in every second start tag, which makes each unlike the one
//! before it, has the same canonical form.

use proptest::collection::vec;
use proptest::prelude::*;
use saml_sp::Limits;
use saml_sp::c14n::{Comments, Form, octets};
use saml_sp::xml::{Document, Element, Extras};

/// Start tags that declare, redeclare and undeclare; each is written between `<` and `>`.
const TAGS: &[&str] = &[
    "v",
    "p:v",
    "p:v xmlns:p=\"urn:one\" p:k=\"1\"",
    "p:v xmlns:p=\"urn:two\" b=\"1\" a=\"2\"",
    "v xmlns=\"\"",
    "v xmlns=\"urn:d\" xmlns:q=\"urn:q\" q:a=\"&#9;&amp;\"",
    "v xmlns:xs=\"urn:xs\" t=\"xs:string\"",
];

/// What follows: a child of the present element, a child that is closed at once, text, the end.
#[derive(Clone, Debug)]
enum Step {
    Open(usize),
    Leaf(usize),
    Text,
    Comment,
    Close,
}

fn step() -> impl Strategy<Value = Step> {
    // Few kinds of tags, so that neighbours are often alike.
    let kind = prop_oneof![4 => 0..3usize, 1 => 0..TAGS.len()];
    prop_oneof![
        3 => kind.clone().prop_map(Step::Open),
        4 => kind.prop_map(Step::Leaf),
        1 => Just(Step::Text),
        1 => Just(Step::Comment),
        3 => Just(Step::Close),
    ]
}

/// The document; `blanks` says in which start tags a blank stands before the end.
fn document(steps: &[Step], blanks: impl Fn(usize) -> bool) -> String {
    let mut out = "<r xmlns:p=\"urn:p\" xml:lang=\"en\">".to_owned();
    let mut open = Vec::new();
    let mut tags = 0;
    let mut tag = |kind: usize, end: &str| {
        tags += 1;
        let blank = if blanks(tags) { " " } else { "" };
        (format!("<{}{blank}{end}>", TAGS[kind]), TAGS[kind])
    };
    for step in steps {
        match step {
            Step::Open(kind) => {
                let (text, written) = tag(*kind, "");
                out += &text;
                open.push(written.split(' ').next().unwrap());
            }
            Step::Leaf(kind) => out += &tag(*kind, "/").0,
            Step::Text => out += "x",
            Step::Comment => out += "<!--c-->",
            Step::Close => {
                if let Some(name) = open.pop() {
                    out += &format!("</{name}>");
                }
            }
        }
    }
    while let Some(name) = open.pop() {
        out += &format!("</{name}>");
    }
    out + "</r>"
}

fn parse(xml: &str) -> Document<'_> {
    Document::parse(xml, &Limits::default(), Extras::Allowed).unwrap()
}

fn nth<'d>(document: &'d Document<'_>, number: usize) -> Option<Element<'d>> {
    document.elements().nth(number)
}

fn forms() -> impl Iterator<Item = Form> {
    [Form::exclusive(), Form::inclusive()]
        .into_iter()
        .flat_map(|form| {
            [Comments::Dropped, Comments::Kept].map(|comments| Form {
                comments,
                ..form.clone()
            })
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_repeated_start_tag_means_what_it_would_mean_alone(
        steps in vec(step(), 1..40),
        apex in 0..6usize,
        omit in 0..12usize,
    ) {
        let as_it_is = document(&steps, |_| false);
        let none_alike = document(&steps, |tag| tag % 2 == 0);
        let (one, other) = (parse(&as_it_is), parse(&none_alike));
        for form in forms() {
            let (Some(a), Some(b)) = (nth(&one, apex), nth(&other, apex)) else { break };
            for out in [None, Some(omit)] {
                let skip_a = out.and_then(|number| nth(&one, number));
                let skip_b = out.and_then(|number| nth(&other, number));
                prop_assert_eq!(octets(a, &form, skip_a).ok(), octets(b, &form, skip_b).ok());
            }
        }
    }
}
