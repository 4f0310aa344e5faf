//! Strings of a resource: short ones inline, long ones shared, none in a log.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

use smol_str::SmolStr;

/// Bytes a [`Text`] holds without the heap.
const INLINE: usize = 23;

/// A string value as the client wrote it.
///
/// Up to 23 bytes are inline; longer text is shared, so copying a resource
/// copies no string. Values of a resource are personal data: `Debug` tells the
/// length only.
///
/// ```
/// use scim_core::resource::Text;
///
/// let given = Text::from("Ann");
/// assert_eq!(given.as_str(), "Ann");
/// assert_eq!(format!("{given:?}"), "<3 bytes>");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Text(SmolStr);

impl Text {
    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Bytes on the heap that `text` takes, for the parser's budget.
    pub(crate) fn heap_of(text: &str) -> usize {
        if text.len() <= INLINE {
            0
        } else {
            text.len() + 16
        }
    }
}

/// Bytes of a shared text: its characters and two counters, in whole words.
pub(super) const fn shared(text: &str) -> usize {
    (text.len() + 16).next_multiple_of(8)
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(SmolStr::new(text))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(SmolStr::from(text))
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.len())
    }
}
