#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

use super::*;
use crate::Limits;

#[test]
fn a_small_document_is_read() {
    let text = "<a xmlns='urn:x' k='1&#x9;2\t3'><b>x&amp;<![CDATA[<y>]]>\r\nz</b><c/></a>";
    let document = Document::parse(text, &Limits::default(), Extras::Refused).unwrap();
    let root = document.root();
    assert_eq!(root.name(), Name::new("urn:x", "a"));
    assert_eq!(root.attribute("k").unwrap(), "1\t2 3");
    assert_eq!(
        root.one(Name::new("urn:x", "b"))
            .unwrap()
            .text_only()
            .unwrap(),
        "x&<y>\nz"
    );
    assert_eq!(root.children().count(), 2);
}
