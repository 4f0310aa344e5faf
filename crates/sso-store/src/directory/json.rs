//! JSON that is on its way into the database.

use crate::error::StoreError;
use serde::Serialize;
use std::fmt;

/// JSON as text: what is kept with a session or a log entry. The store does not look into it, so
/// it is written once and not taken apart again.
///
/// ```
/// use sso_store::directory::JsonText;
///
/// let of_a_value = JsonText::from(serde_json::json!({ "trace": "06h0" }));
/// # #[derive(serde::Serialize)] struct Detail { trace: &'static str }
/// let of_a_type = JsonText::of(&Detail { trace: "06h0" })?;
/// assert_eq!(of_a_value.as_str(), of_a_type.as_str());
/// # Ok::<(), sso_store::StoreError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct JsonText(String);

impl JsonText {
    /// What `serde` makes of something.
    ///
    /// # Errors
    /// [`StoreError::Internal`] for something that is no JSON, such as a map with keys that are
    /// no texts.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, StoreError> {
        Ok(Self(serde_json::to_string(value)?))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<serde_json::Value> for JsonText {
    fn from(value: serde_json::Value) -> Self {
        Self(value.to_string())
    }
}

/// It may hold personal data.
impl fmt::Debug for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JsonText(..)")
    }
}
