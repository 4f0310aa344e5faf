//! The one comparison key of text: uniqueness, filters and sorting all use it.
//!
//! RFC 7644 section 5 asks for PRECIS before user names are compared. The key
//! follows the mapping rules of `UsernameCaseMapped` (RFC 8265 section 3.3.2):
//! fullwidth and halfwidth forms to their ordinary ones, lower case, NFC. Lower
//! case is taken letter by letter, and final sigma counts as sigma, so that the
//! key of a beginning is the beginning of the key and `sw` can use it.
//!
//! | texts | one name? |
//! | --- | --- |
//! | `Ann@ACME.example`, `ann@acme.EXAMPLE` | yes |
//! | `ΣΟΦΟΣ`, `σοφος`, `σοφοσ` | yes |
//! | `é` composed, `é` of two characters | yes |
//! | fullwidth `ＡＮＮ`, `ann` | yes |
//! | Cherokee `Ꭰ`, `ꭰ` | yes |
//! | `Straße`, `STRASSE` | no |
//! | Turkish `ıd`, `id` | no |
//! | Cyrillic `аnn`, Latin `ann` | no |
//!
//! The key is stored beside the text; the text is given back as it came. What
//! cannot be seen never gets that far, see
//! [`Preparation::UserName`](crate::schema::Preparation::UserName).
//!
//! Lower case is not Unicode case folding: `Straße` and `STRASSE` stay two
//! names, a dotless `ı` is not an `i`, and Cherokee needs no exception. Folding
//! more would let one person's name find another's account.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_compatible;

/// A folded text: equal keys are one value where case does not count.
///
/// ```
/// use scim_core::fold::Key;
///
/// assert_eq!(Key::of("Ann@ACME.example"), Key::of("ann@acme.EXAMPLE"));
/// assert_ne!(Key::of("Straße"), Key::of("STRASSE"));
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(Box<str>);

impl Key {
    /// The key of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(fold(text).into())
    }

    /// The folded characters, as a store keeps them in its key column.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.0.len())
    }
}

/// The characters of the key; borrowed when the text is its own key.
#[must_use]
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        };
    }
    let mut mapped = String::with_capacity(text.len());
    for letter in text.chars() {
        widen(letter, &mut |c| mapped.extend(c.to_lowercase().map(sigma)));
    }
    Cow::Owned(mapped.nfc().collect())
}

/// Fullwidth and halfwidth forms and the ideographic space to ordinary ones.
fn widen(letter: char, emit: &mut dyn FnMut(char)) {
    match letter {
        '\u{3000}' | '\u{FF01}'..='\u{FFEE}' => decompose_compatible(letter, emit),
        other => emit(other),
    }
}

fn sigma(letter: char) -> char {
    if letter == 'ς' { 'σ' } else { letter }
}

/// Whether two texts have one key, without building it for plain ASCII.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    fold(a) == fold(b)
}
