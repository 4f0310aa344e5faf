//! `meta`: what the server keeps about a resource.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Attributes, Name, Text, Value};

/// The attributes of `meta` (RFC 7643 section 3.1); clients cannot set them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// `resourceType`, such as `User`.
    pub resource_type: Text,
    /// When the resource was created.
    pub created: OffsetDateTime,
    /// When it last changed; equal to `created` until then.
    pub last_modified: OffsetDateTime,
    /// `location`: the resource's URI. The base is known to the engine only, so
    /// stores leave it out.
    pub location: Option<Text>,
    /// `version`: the ETag in its written form, `W/"…"` when weak.
    pub version: Option<Text>,
}

impl Meta {
    /// Reads `meta` of a tree; `None` when a required part is missing or no date.
    #[must_use]
    pub fn read(value: &Value) -> Option<Self> {
        let text = |name| value.sub(name).and_then(Value::as_str);
        let date = |name| text(name).and_then(|s| OffsetDateTime::parse(s, &Rfc3339).ok());
        Some(Self {
            resource_type: text(&Name::RESOURCE_TYPE)?.into(),
            created: date(&Name::CREATED)?,
            last_modified: date(&Name::LAST_MODIFIED)?,
            location: text(&Name::LOCATION).map(Text::from),
            version: text(&Name::VERSION).map(Text::from),
        })
    }

    /// The complex value, dates in UTC.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut out = Attributes::new();
        let mut set = |name, text: Option<Text>| {
            if let Some(text) = text {
                out.insert(name, Value::String(text));
            }
        };
        set(Name::RESOURCE_TYPE, Some(self.resource_type.clone()));
        set(Name::CREATED, rfc3339(self.created));
        set(Name::LAST_MODIFIED, rfc3339(self.last_modified));
        set(Name::LOCATION, self.location.clone());
        set(Name::VERSION, self.version.clone());
        Value::Object(out)
    }
}

/// `None` only beyond the year 9999, which RFC 3339 cannot write.
fn rfc3339(instant: OffsetDateTime) -> Option<Text> {
    let utc = instant.to_offset(time::UtcOffset::UTC);
    utc.format(&Rfc3339).ok().map(Text::from)
}
