use super::Folds;
use crate::dialect::Dialect;
use crate::filter::{Filter, Unknown};
use crate::fold::fold;
use crate::id::Kind;
use crate::json;
use crate::resource::Resource;
use crate::schema::Registry;

fn matches(filter: &str, user: &str) -> bool {
    let registry = Registry::standard();
    let users = registry.by_kind(&Kind::USER).unwrap();
    let mut reading = Dialect::default().reading();
    let filter = Filter::parse(filter).unwrap();
    let bound = filter.bind(users, Unknown::Refuse, &mut reading).unwrap();
    let user = Resource::parse(user.as_bytes(), &json::Limits::default()).unwrap();
    bound.matches(&user)
}

/// A thousand comparisons with one long text make its key once, and decide as with a short one.
#[test]
fn the_key_of_a_long_text_is_made_once() {
    let text = "É".repeat(300);
    let mut folds = Folds::default();
    let first = folds.of(&text).as_ptr();
    assert_eq!(folds.of(&text), fold(&text));
    assert_eq!(folds.of(&text).as_ptr(), first, "made again");
    let other = "É".repeat(301);
    assert_eq!(folds.of(&other), fold(&other));
    assert_eq!(folds.of(&text), fold(&text));

    for length in [1, 127, 128, 300] {
        let long = "É".repeat(length);
        let user = format!(r#"{{"userName":"ann","title":"{long}x","nickName":"{long}y"}}"#);
        let (key, shout) = ("é".repeat(length), "É".repeat(length));
        for (filter, expected) in [
            (
                format!(r#"title eq "{key}X" and nickName eq "{shout}Y""#),
                true,
            ),
            (
                format!(r#"title eq "{key}y" or nickName eq "{key}x""#),
                false,
            ),
            (format!(r#"title ne "{key}x""#), false),
            (format!(r#"title sw "{key}" and nickName ew "éy""#), true),
            (
                format!(r#"title co "{key}y" or nickName co "{key}x""#),
                false,
            ),
            (
                format!(r#"title lt "{key}y" and nickName gt "{key}X""#),
                true,
            ),
        ] {
            assert_eq!(matches(&filter, &user), expected, "{length}: {filter:.40}");
        }
    }
}
