//! A place in an ordered list, written down for a cursor.

use scim_core::query::{Position, SortKey};
use time::OffsetDateTime;

/// The key and id of the last resource shown. The order of creation has a key too: the instant.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) key: Option<SortKey>,
    pub(super) id: String,
}

impl Place {
    pub(super) fn write(&self) -> Position {
        let (tag, value) = match &self.key {
            None => ("none", String::new()),
            Some(SortKey::Boolean(flag)) => ("boolean", u8::from(*flag).to_string()),
            Some(SortKey::Number(number)) => ("number", number.to_bits().to_string()),
            Some(SortKey::Date(date)) => ("date", date.unix_timestamp_nanos().to_string()),
            Some(SortKey::Text(text)) => ("text", text.clone()),
        };
        Position::new(serde_json::json!([tag, value, self.id]).to_string())
    }

    /// `None` for a place this store did not write; it is then before everything.
    pub(super) fn read(position: &Position) -> Option<Self> {
        let (tag, value, id): (String, String, String) =
            serde_json::from_str(position.as_str()).ok()?;
        let key = match tag.as_str() {
            "none" => None,
            "boolean" => Some(SortKey::Boolean(value == "1")),
            "number" => Some(SortKey::Number(f64::from_bits(value.parse().ok()?))),
            "date" => Some(SortKey::Date(
                OffsetDateTime::from_unix_timestamp_nanos(value.parse().ok()?).ok()?,
            )),
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
            let place = Place {
                key,
                id: "u1".to_owned(),
            };
            assert_eq!(Place::read(&place.write()), Some(place));
        }
        assert_eq!(
            Place::read(&Position::new("[\"other\",\"1\",\"u1\"]")),
            None
        );
        assert_eq!(Place::read(&Position::new("5")), None);
    }
}
