//! Where an identity provider takes logout messages.

use crate::binding::{Delivery, Outgoing, post, redirect};
use crate::crypto::CryptoProvider;
use crate::error::UsageError;

/// A single logout service: its address and binding.
///
/// ```
/// use saml_sp::idp::LogoutService;
/// let service = LogoutService::post("https://idp.example/slo").answers_at("https://idp.example/slo/done");
/// assert_eq!(service.location(), "https://idp.example/slo");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutService {
    binding: Binding,
    location: String,
    response_location: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Binding {
    Redirect,
    Post,
}

impl LogoutService {
    /// By POST, which Okta has always taken.
    #[must_use]
    pub fn post(location: impl Into<String>) -> Self {
        Self {
            binding: Binding::Post,
            location: location.into(),
            response_location: None,
        }
    }

    /// By redirect.
    #[must_use]
    pub fn redirect(location: impl Into<String>) -> Self {
        Self {
            binding: Binding::Redirect,
            location: location.into(),
            response_location: None,
        }
    }

    /// Answers go to another address (`ResponseLocation`).
    #[must_use]
    pub fn answers_at(mut self, location: impl Into<String>) -> Self {
        self.response_location = Some(location.into());
        self
    }

    /// Where requests go.
    #[must_use]
    pub fn location(&self) -> &str {
        &self.location
    }

    /// Whether messages go by redirect and not by POST.
    #[must_use]
    pub const fn is_by_redirect(&self) -> bool {
        matches!(self.binding, Binding::Redirect)
    }

    /// Where answers go.
    #[must_use]
    pub fn answers_to(&self) -> &str {
        self.response_location.as_deref().unwrap_or(&self.location)
    }

    pub(crate) fn deliver(
        &self,
        message: Outgoing<'_>,
        crypto: &CryptoProvider,
    ) -> Result<Delivery, UsageError> {
        match self.binding {
            Binding::Redirect => redirect(message).map(Delivery::Redirect),
            Binding::Post => post(message, crypto).map(Delivery::Post),
        }
    }
}
