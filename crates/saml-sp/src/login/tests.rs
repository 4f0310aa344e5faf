//! Attributes in one text.

use super::Attribute;

#[test]
fn parts_keep_their_borders() {
    let made = |format, values: &[&str]| {
        let mut attribute = Attribute::new("ab", format, 0);
        values.iter().for_each(|value| attribute.push(value));
        attribute
    };
    for format in [None, Some(""), Some("urn:f")] {
        for values in [&[][..], &[""], &["é"], &["", ""], &["a", "", "bc"]] {
            let mut attribute = made(format, values);
            assert_eq!(attribute.name(), "ab");
            assert_eq!(attribute.name_format(), format);
            assert!(attribute.values().eq(values.iter().copied()), "{values:?}");
            attribute.append(&made(format, values));
            let twice = values.iter().chain(values).copied();
            assert!(attribute.values().eq(twice), "{values:?}");
        }
    }
    assert_ne!(made(None, &["a", "b"]), made(None, &["ab"]));
    assert_ne!(made(None, &[]), made(None, &[""]));
    assert!(!made(None, &[]).is_like(&made(Some(""), &[])));
    assert!(made(Some("f"), &["a"]).is_like(&made(Some("f"), &[])));
}
