use super::{Key, fold, same};

/// One name or two, as the table says; see the module for why.
#[test]
fn what_is_one_name() {
    for (a, b, one) in [
        ("Ann@Acme.example", "ann@ACME.EXAMPLE", true),
        ("Straße", "STRASSE", false),
        ("Straße", "straße", true),
        ("STRAẞE", "straße", true),
        ("ıd", "id", false),
        ("İd", "id", false),
        ("İd", "i\u{307}d", true),
        ("ΣΟΦΟΣ", "σοφος", true),
        ("ΣΟΦΟΣ", "σοφοσ", true),
        ("é", "e\u{301}", true),
        ("É", "e\u{301}", true),
        ("ＡＮＮ", "ann", true),
        ("ｱ", "ア", true),
        ("Ꭰ", "ꭰ", true),
        ("\u{212A}elvin", "kelvin", true),
        ("ﬁ", "fi", false),
        ("²", "2", false),
        ("ann", "ann ", false),
        ("ann", "a\u{200B}nn", false),
        ("ann", "аnn", false),
    ] {
        assert_eq!(Key::of(a) == Key::of(b), one, "{a} {b}");
        assert_eq!(same(a, b), one, "{a} {b}");
    }
}

#[test]
fn a_key_is_its_own_key() {
    for text in [
        "Ann",
        "ΣΟΦΟΣ",
        "É",
        "ＡＮＮ",
        "İ",
        "Ꭰ",
        "ẞ",
        "Ǆ",
        "ﬃ",
        "ά\u{345}",
    ] {
        let once = fold(text).into_owned();
        assert_eq!(fold(&once), once, "{text}");
    }
}

#[test]
fn the_key_of_a_beginning_begins_the_key() {
    let text = "ΣΟΦΟΣ@ΑΚΜΗ";
    let whole = fold(text).into_owned();
    for (at, _) in text.char_indices() {
        assert!(
            whole.starts_with(fold(text.get(..at).unwrap()).as_ref()),
            "{at}"
        );
    }
}

#[test]
fn keys_are_not_shown_in_debug() {
    assert_eq!(format!("{:?}", Key::of("ann")), "<3 bytes>");
}
