//! Values that are looked up by an index have an upper length: PostgreSQL refuses entries of
//! more than about 2,700 bytes, and nobody has such a name. Both engines draw the same line.

use super::refusal::Failed;
use scim_core::fold::fold;
use scim_core::id::Kind;
use scim_core::resource::{Name, Value};
use scim_core::store::Stored;

/// Bytes of a value that is looked up: four times the longest address there is, and little
/// enough for an index entry with everything that stands beside it.
const LONGEST: usize = 1024;

/// Refuses a resource with a value that no index can hold.
///
/// # Errors
/// [`Failed::TooLong`] with the name of the attribute.
pub(super) fn check(stored: &Stored) -> Result<(), Failed> {
    let resource = stored.resource();
    let exact = [(Name::EXTERNAL_ID, resource.external_id())];
    let names: &[Name] = if *stored.kind() == Kind::USER {
        &[Name::USER_NAME]
    } else {
        &[Name::DISPLAY_NAME]
    };
    let folded = names
        .iter()
        .map(|name| (name.clone(), resource.get(name).and_then(Value::as_str)));
    let emails = resource.get(&Name::EMAILS).map_or(&[][..], Value::elements);
    let parts = emails.iter().flat_map(|email| {
        [Name::VALUE, Name::TYPE]
            .map(|part| (Name::EMAILS, email.sub(&part).and_then(Value::as_str)))
    });
    let too_long = exact
        .into_iter()
        .chain(folded)
        .chain(parts)
        .find(|(_, text)| text.is_some_and(is_too_long));
    match too_long {
        Some((name, _)) => Err(Failed::TooLong(name.as_str().to_owned())),
        None => Ok(()),
    }
}

/// By the longer of the text and its key.
fn is_too_long(text: &str) -> bool {
    text.len() > LONGEST || fold(text).len() > LONGEST
}
