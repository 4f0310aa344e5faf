//! How far two clocks may be apart.

use time::Duration;

use crate::error::{Code, Finding, UsageError};

/// The tolerance on every rule about time.
///
/// Default 3 minutes: the standards' profiles ask for three to five, Okta's assertions live five.
/// At most 5 minutes, so that a stolen assertion does not live much longer than its issuer meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skew(Duration);

impl Skew {
    /// The most that is accepted: 5 minutes.
    pub const MOST: Duration = Duration::minutes(5);

    /// A tolerance between zero and [`Skew::MOST`].
    ///
    /// # Errors
    /// [`Code::ConfigDuration`] outside that range.
    ///
    /// ```
    /// use saml_sp::policy::Skew;
    /// use time::Duration;
    /// assert!(Skew::new(Duration::seconds(30)).is_ok());
    /// assert!(Skew::new(Duration::hours(1)).is_err());
    /// ```
    pub fn new(tolerance: Duration) -> Result<Self, UsageError> {
        if tolerance.is_negative() || tolerance > Self::MOST {
            return Err(Finding::new(Code::ConfigDuration)
                .expected("a clock skew between 0 and 5 minutes")
                .seen(format!("{} s", tolerance.whole_seconds()))
                .into());
        }
        Ok(Self(tolerance))
    }

    /// As a duration.
    #[must_use]
    pub const fn duration(self) -> Duration {
        self.0
    }
}

impl Default for Skew {
    fn default() -> Self {
        Self(Duration::minutes(3))
    }
}
