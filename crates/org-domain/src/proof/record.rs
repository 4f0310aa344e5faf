//! Where the proof is published and what it says.

use core::fmt;

use time::Duration;

use crate::domain::Domain;
use crate::proof::lock::OrgHandle;
use crate::proof::token::Token;

/// Longest application label: `_` + label + `-subtree-challenge` stays within a 63-octet DNS label.
const MAX_APP_LABEL: usize = 44;
/// What stands in front of the token inside the record.
const TOKEN_KEY: &str = "token=";

/// The application's name inside record names, such as `mixpanel` in `_mixpanel-challenge`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AppLabel(Box<str>);

/// The label is not 1 to 44 lower-case letters, digits and inner hyphens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an application label is 1 to {MAX_APP_LABEL} lower-case letters, digits and inner hyphens"
)]
pub struct AppLabelError;

impl AppLabel {
    /// Takes 1 to 44 lower-case letters, digits and inner hyphens.
    ///
    /// # Errors
    /// [`AppLabelError`] when the text is anything else.
    pub fn new(text: &str) -> Result<Self, AppLabelError> {
        let fits = !text.is_empty()
            && text.len() <= MAX_APP_LABEL
            && !text.starts_with('-')
            && !text.ends_with('-')
            && text
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if fits {
            Ok(Self(text.into()))
        } else {
            Err(AppLabelError)
        }
    }

    /// The label.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for AppLabel {
    type Error = AppLabelError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<AppLabel> for String {
    fn from(label: AppLabel) -> Self {
        label.0.into_string()
    }
}

/// Where the record stands.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// At `_<app>-challenge.<domain>` with the value `token=<token>`. The default: it names the
    /// service, stands apart from other records, and can be delegated by CNAME.
    #[default]
    Challenge,
    /// At the domain itself with the value `<app>-domain-verify=<token>`, as older services ask.
    /// Only for compatibility: it mixes with SPF and everybody else's proofs.
    Apex,
}

/// How far a claim reaches. It is part of the record's name, so that the one who publishes it sees
/// what is granted.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Addresses at exactly this domain. The default: sub-domains are often run by others.
    #[default]
    Exact,
    /// Also addresses at every name below it that no more specific claim covers.
    Subtree,
}

/// How a service asks for proofs: one value per service, chosen once.
///
/// ```
/// # use org_domain::proof::{AppLabel, Placement, ProofStyle};
/// let style = ProofStyle::new(AppLabel::new("mixpanel")?);
/// assert_eq!(style.placement(), Placement::Challenge);
/// assert_eq!(style.pending_for(), time::Duration::days(7));
/// # Ok::<(), org_domain::proof::AppLabelError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofStyle {
    app: AppLabel,
    placement: Placement,
    pending_for: Duration,
}

impl ProofStyle {
    /// How long a claim waits for its record by default: 7 days, as most services do.
    pub const DEFAULT_PENDING: Duration = Duration::days(7);
    /// The longest a claim may wait: 30 days, the cap that the Baseline Requirements put on random
    /// values.
    pub const MAX_PENDING: Duration = Duration::days(30);

    /// A challenge label of its own and 7 days to publish it.
    #[must_use]
    pub fn new(app: AppLabel) -> Self {
        Self {
            app,
            placement: Placement::Challenge,
            pending_for: Self::DEFAULT_PENDING,
        }
    }

    /// Asks for the record at the domain itself.
    #[must_use]
    pub fn at_apex(mut self) -> Self {
        self.placement = Placement::Apex;
        self
    }

    /// Changes how long a claim waits for its record; held between one hour and 30 days.
    #[must_use]
    pub fn pending(mut self, duration: Duration) -> Self {
        self.pending_for = duration.clamp(Duration::hours(1), Self::MAX_PENDING);
        self
    }

    /// The service's label.
    #[must_use]
    pub fn app(&self) -> &AppLabel {
        &self.app
    }

    /// Where records stand.
    #[must_use]
    pub fn placement(&self) -> Placement {
        self.placement
    }

    /// How long a claim waits for its record.
    #[must_use]
    pub fn pending_for(&self) -> Duration {
        self.pending_for
    }
}

/// The TXT record that proves a claim: its absolute name and its value.
#[derive(Clone, PartialEq, Eq)]
pub struct ProofRecord {
    name: String,
    prefix: String,
    token: Token,
}

impl ProofRecord {
    /// Spells the record for a claim.
    pub(crate) fn new(
        app: &AppLabel,
        placement: Placement,
        scope: Scope,
        domain: &Domain,
        token: Token,
    ) -> Self {
        let app = app.as_str();
        let (name, prefix) = match (placement, scope) {
            (Placement::Challenge, Scope::Exact) => {
                (format!("_{app}-challenge.{domain}"), TOKEN_KEY.to_owned())
            }
            (Placement::Challenge, Scope::Subtree) => (
                format!("_{app}-subtree-challenge.{domain}"),
                TOKEN_KEY.to_owned(),
            ),
            (Placement::Apex, Scope::Exact) => {
                (domain.to_string(), format!("{app}-domain-verify="))
            }
            (Placement::Apex, Scope::Subtree) => {
                (domain.to_string(), format!("{app}-subtree-verify="))
            }
        };
        Self {
            name,
            prefix,
            token,
        }
    }

    /// The absolute name, without a trailing dot.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value to publish.
    #[must_use]
    pub fn value(&self) -> String {
        format!("{}{}", self.prefix, self.token.to_text())
    }

    /// The value to publish, with what a DNS administrator wants to know years later: that the record
    /// has to stay, and by its public handle which organisation it speaks for.
    ///
    /// The handle is the one that an [`crate::proof::OwnerLock`] names. The words after the token
    /// are for people; only the token proves.
    #[must_use]
    pub fn annotated_value(&self, org: &OrgHandle) -> String {
        format!("{} expiry=never org={}", self.value(), org.as_str())
    }

    /// The token that the record carries; goes into the event that reports a look for it.
    #[must_use]
    pub fn token(&self) -> Token {
        self.token
    }

    /// What stands before the token in the value.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Whether one TXT record (its strings already joined) carries the proof.
    ///
    /// Blanks and one pair of quotes around the value are forgiven, because panels add them;
    /// further `key=value` words after the token are allowed; the token's case is not forgiven.
    #[must_use]
    pub fn is_in(&self, text: &[u8]) -> bool {
        let text = without_wrapping(text);
        let Some(rest) = text.strip_prefix(self.prefix.as_bytes()) else {
            return false;
        };
        let end = rest
            .iter()
            .position(u8::is_ascii_whitespace)
            .unwrap_or(rest.len());
        rest.get(..end).is_some_and(|word| self.token.matches(word))
    }
}

/// Takes blanks, one pair of double quotes, and blanks inside them off both ends.
pub(crate) fn without_wrapping(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii();
    let inner = text
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""));
    inner.unwrap_or(text).trim_ascii()
}

impl fmt::Debug for ProofRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProofRecord({} TXT {}…)", self.name, self.prefix)
    }
}
