//! A place in an ordered result, written down for a cursor.

use std::cmp::Ordering;

use time::OffsetDateTime;

use super::{Position, Sort, SortKey};

/// What a resource of a result is ordered by, and its id, which parts equals.
///
/// For stores: written into a [`Position`] it outlives the resource it was taken
/// from, so that a walk goes on where it stopped whoever comes or goes.
///
/// ```
/// use scim_core::query::{Place, SortKey};
///
/// let ann = Place::new(Some(SortKey::Text("ann".to_owned())), "u1");
/// let bob = Place::new(Some(SortKey::Text("bob".to_owned())), "u2");
/// assert_eq!(Place::read(&ann.write()), Some(ann.clone()));
/// assert!(ann.is_before(None, &bob));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The key; `None` where the resource has no value to be ordered by. In the
    /// order of creation it is the instant of that.
    pub key: Option<SortKey>,
    /// The id.
    pub id: String,
}

impl Place {
    /// A place of its parts.
    #[must_use]
    pub fn new(key: Option<SortKey>, id: impl Into<String>) -> Self {
        Self { key, id: id.into() }
    }

    /// Whether it comes before another: in this order, or in that of creation.
    #[must_use]
    pub fn is_before(&self, sort: Option<&Sort>, other: &Self) -> bool {
        self.order(sort, other) == Ordering::Less
    }

    /// The order of two places; equals are parted by id, which ascends in any order.
    #[must_use]
    pub fn order(&self, sort: Option<&Sort>, other: &Self) -> Ordering {
        let by_key = match sort {
            Some(sort) => sort.compare(self.key.as_ref(), other.key.as_ref()),
            None => self.key.partial_cmp(&other.key).unwrap_or(Ordering::Equal),
        };
        by_key.then_with(|| self.id.cmp(&other.id))
    }

    /// Writes it down.
    #[must_use]
    pub fn write(&self) -> Position {
        let (tag, value) = match &self.key {
            None => ("none", String::new()),
            Some(SortKey::Boolean(flag)) => ("boolean", u8::from(*flag).to_string()),
            Some(SortKey::Number(number)) => ("number", number.to_bits().to_string()),
            Some(SortKey::Date(date)) => ("date", date.unix_timestamp_nanos().to_string()),
            Some(SortKey::Text(text)) => ("text", text.clone()),
        };
        let parts = [tag, &value, &self.id];
        Position::new(serde_json::Value::from_iter(parts).to_string())
    }

    /// Reads it back; `None` for words that are no place. Cursors are sealed, so
    /// that only another version of the store can have written those.
    #[must_use]
    pub fn read(position: &Position) -> Option<Self> {
        let (tag, value, id): (String, String, String) =
            serde_json::from_str(position.as_str()).ok()?;
        let key = match tag.as_str() {
            "none" => None,
            "boolean" => Some(SortKey::Boolean(value == "1")),
            "number" => Some(SortKey::Number(f64::from_bits(value.parse().ok()?))),
            "date" => {
                let nanos = value.parse().ok()?;
                let date = OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()?;
                Some(SortKey::Date(date))
            }
            "text" => Some(SortKey::Text(value)),
            _ => return None,
        };
        Some(Self { key, id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read_back() {
        let keys = [
            None,
            Some(SortKey::Boolean(true)),
            Some(SortKey::Number(-1.5)),
            Some(SortKey::Date(OffsetDateTime::UNIX_EPOCH)),
            Some(SortKey::Text("a\"b,\u{e9}".to_owned())),
        ];
        for key in keys {
            let place = Place::new(key, "u1");
            assert_eq!(Place::read(&place.write()), Some(place));
        }
        for words in [r#"["other","1","u1"]"#, r#"["date","x","u1"]"#, "5", ""] {
            assert_eq!(Place::read(&Position::new(words)), None, "{words}");
        }
    }
}
