use super::super::{Bind, Column, Columns, Engine, Exactness, Filter, Form, Unknown};
use crate::dialect::Dialect;
use crate::id::Kind;
use crate::resource::Name;
use crate::schema::Registry;

/// The bounds of a beginning: the next code point, without surrogates, without an upper
/// bound where nothing is behind.
#[test]
fn beginnings_are_ranges() {
    struct Anywhere;
    impl Columns for Anywhere {
        fn column(&self, _: Option<&Name>, _: &Name, _: Option<&Name>) -> Option<Column> {
            Some(Column::one("c", Form::Exact))
        }
    }
    let registry = Registry::standard();
    let users = registry.by_kind(&Kind::USER).unwrap();
    for (text, binds) in [
        ("ab", &["ab", "ac"][..]),
        ("a\u{7f}", &["a\u{7f}", "a\u{80}"]),
        ("a\u{d7ff}", &["a\u{d7ff}", "a\u{e000}"]),
        ("a\u{10ffff}", &["a\u{10ffff}", "b"]),
        ("\u{10ffff}", &["\u{10ffff}"]),
        ("", &[""]),
    ] {
        let filter = format!(r#"externalId sw "{text}""#);
        let bound = Filter::parse(&filter)
            .unwrap()
            .bind(users, Unknown::Refuse, &mut Dialect::default().reading())
            .unwrap();
        let lowered = bound.lower(&Anywhere, Engine::Sqlite, 1);
        let expected: Vec<_> = binds.iter().map(|b| Bind::Text((*b).to_owned())).collect();
        assert_eq!(lowered.binds, expected, "{text:?}");
        assert_eq!(lowered.exactness, Exactness::Exact);
    }
}
