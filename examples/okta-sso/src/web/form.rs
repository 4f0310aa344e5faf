//! Posted fields, from either encoding a browser uses.

use std::collections::HashMap;

use bytes::Bytes;

use super::Failure;

/// The fields of a posted form. A field given twice keeps its first value, so that a later
/// copy cannot replace what a check looked at.
#[derive(Debug, Default)]
pub struct Form {
    fields: HashMap<String, Bytes>,
}

impl Form {
    /// Reads `application/x-www-form-urlencoded`.
    pub fn from_urlencoded(body: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            form.put(name.into_owned(), Bytes::from(value.into_owned()));
        }
        form
    }

    /// Reads `multipart/form-data`, which is what a form with a file field sends.
    ///
    /// # Errors
    /// [`Failure::Bad`] when the boundary is missing or a part cannot be read.
    pub async fn from_multipart(kind: &str, body: Bytes) -> Result<Self, Failure> {
        let unreadable =
            |_: multer::Error| Failure::Bad("The upload could not be read.".to_owned());
        let boundary = multer::parse_boundary(kind).map_err(unreadable)?;
        let whole = http_body_util::BodyDataStream::new(http_body_util::Full::new(body));
        let mut parts = multer::Multipart::new(whole, boundary);
        let mut form = Self::default();
        while let Some(part) = parts.next_field().await.map_err(unreadable)? {
            let Some(name) = part.name().map(str::to_owned) else {
                continue;
            };
            let value = part.bytes().await.map_err(unreadable)?;
            form.put(name, value);
        }
        Ok(form)
    }

    /// Adds a field unless it is there.
    pub fn put(&mut self, name: impl Into<String>, value: impl Into<Bytes>) {
        self.fields
            .entry(name.into())
            .or_insert_with(|| value.into());
    }

    /// A field's text, trimmed; empty when absent or not UTF-8.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// A field's text as typed, for passwords, where spaces count.
    pub fn raw(&self, name: &str) -> &str {
        self.bytes(name)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }

    /// A field's bytes, for uploads; `None` when absent or empty.
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.fields
            .get(name)
            .map(Bytes::as_ref)
            .filter(|bytes| !bytes.is_empty())
    }

    /// Whether a check box was ticked.
    pub fn ticked(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }
}
