//! What a started login is for, kept with its request on the server and never sent.

use org_domain::AccountId;
use serde::{Deserialize, Serialize};

/// What to do when the answer comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purpose {
    /// A path here to go to afterwards.
    pub to: String,
    /// The account the browser was signed in to when it started the login: the first link of an
    /// Owner is only made from a session of that account.
    pub signed_in: Option<AccountId>,
    /// The generation of the settings the login was started under.
    #[serde(default)]
    pub generation: Option<u32>,
    /// Set when this is an Owner's or Admin's test of the settings.
    #[serde(default)]
    pub trial: Option<Tried>,
}

/// Which values a test tries out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tried {
    /// Those in place.
    Present,
    /// Those standing by.
    Staged,
}

impl Purpose {
    /// As the request record keeps it.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// As it was kept; the plain purpose for a record another program wrote.
    pub fn from_text(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }
}

impl Default for Purpose {
    fn default() -> Self {
        Self {
            to: "/account".to_owned(),
            signed_in: None,
            generation: None,
            trial: None,
        }
    }
}
