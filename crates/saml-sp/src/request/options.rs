//! What a login request may ask for.
//!
//! Everything here is off unless it is asked for, because identity providers differ most in what they
//! refuse: a name format that they do not have, a context that they do not know, an address that they
//! have not been told.

use time::Duration;

use crate::record::{Asked, ForceAuthn};

/// Whether the identity provider may show anything to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Passive {
    /// It may. The default.
    #[default]
    No,
    /// It may not; without a session it answers with the status `NoPassive`.
    Yes,
}

/// Whether a login can be finished only by the browser that began it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum BindBrowser {
    /// The request's state alone decides. The default, which needs no cookie at the ACS.
    #[default]
    No,
    /// A cookie must come back; see [`StartedLogin::browser_cookie`](crate::StartedLogin::browser_cookie).
    Yes,
}

/// `NameIDPolicy`, which identity providers treat very differently.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum NameIdPolicy {
    /// No `NameIDPolicy` at all: the identity provider's setting decides. The default.
    #[default]
    Omit,
    /// `NameIDPolicy` with `AllowCreate="true"` and without a format.
    AnyFormat,
    /// `NameIDPolicy` with this format. Okta with Signed Requests wants the very format of its
    /// "Name ID format" field.
    Format(String),
}

/// Who is expected to sign in, as a hint that saves typing.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoginHint {
    /// As a query parameter beside the request: `login_hint` for many, `username` for Okta's
    /// template applications.
    Parameter {
        /// The parameter's name.
        name: String,
        /// Its value.
        value: String,
    },
    /// As the request's `Subject`. Some identity providers refuse another user then.
    Subject {
        /// The name identifier.
        name_id: String,
        /// Its format.
        format: Option<String>,
    },
}

impl std::fmt::Debug for LoginHint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Parameter { .. } => "LoginHint::Parameter",
            Self::Subject { .. } => "LoginHint::Subject",
        })
    }
}

/// What to ask for, and what to remember. The default asks for nothing special.
///
/// ```
/// use saml_sp::{ForceAuthn, request::StartOptions};
/// let options = StartOptions::default()
///     .tenant("org-1")
///     .return_to("/reports")
///     .force_authn(ForceAuthn::Yes);
/// ```
#[derive(Clone, Debug)]
pub struct StartOptions {
    pub(crate) tenant: String,
    pub(crate) return_to: Option<String>,
    pub(crate) acs: Option<String>,
    pub(crate) force_authn: ForceAuthn,
    pub(crate) passive: Passive,
    pub(crate) name_id_policy: NameIdPolicy,
    pub(crate) authn_contexts: Vec<String>,
    pub(crate) login_hint: Option<LoginHint>,
    pub(crate) bind_browser: BindBrowser,
    pub(crate) lifetime: Duration,
}

impl Default for StartOptions {
    fn default() -> Self {
        Self {
            tenant: String::new(),
            return_to: None,
            acs: None,
            force_authn: ForceAuthn::No,
            passive: Passive::No,
            name_id_policy: NameIdPolicy::Omit,
            authn_contexts: Vec::new(),
            login_hint: None,
            bind_browser: BindBrowser::No,
            lifetime: Duration::minutes(15),
        }
    }
}

impl StartOptions {
    /// The host's own name of the tenant, kept in the record.
    #[must_use]
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = tenant.into();
        self
    }

    /// Where the host wants to send the user afterwards, kept in the record and never sent.
    #[must_use]
    pub fn return_to(mut self, place: impl Into<String>) -> Self {
        self.return_to = Some(place.into());
        self
    }

    /// The ACS to answer to, by its listening URL. Default: the first one.
    #[must_use]
    pub fn acs(mut self, listening: impl Into<String>) -> Self {
        self.acs = Some(listening.into());
        self
    }

    /// Ask for a fresh authentication; the answer's `AuthnInstant` is then checked.
    #[must_use]
    pub const fn force_authn(mut self, force: ForceAuthn) -> Self {
        self.force_authn = force;
        self
    }

    /// Ask the identity provider not to show anything.
    #[must_use]
    pub const fn passive(mut self, passive: Passive) -> Self {
        self.passive = passive;
        self
    }

    /// What to say about the name identifier.
    #[must_use]
    pub fn name_id_policy(mut self, policy: NameIdPolicy) -> Self {
        self.name_id_policy = policy;
        self
    }

    /// Accept only an authentication of this class, or of another one given so; exact comparison,
    /// checked in the answer.
    #[must_use]
    pub fn authn_context(mut self, class: impl Into<String>) -> Self {
        self.authn_contexts.push(class.into());
        self
    }

    /// Who is expected to sign in.
    #[must_use]
    pub fn login_hint(mut self, hint: LoginHint) -> Self {
        self.login_hint = Some(hint);
        self
    }

    /// Whether only the same browser can finish.
    #[must_use]
    pub const fn bind_browser(mut self, bind: BindBrowser) -> Self {
        self.bind_browser = bind;
        self
    }

    /// How long an answer is accepted. Default 15 minutes: time for a password reset and a second
    /// factor. Between 1 minute and 1 day.
    #[must_use]
    pub const fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// What the answer must satisfy.
    pub(crate) fn asked(&self) -> Asked {
        Asked {
            force_authn: self.force_authn,
            authn_contexts: self.authn_contexts.clone(),
        }
    }
}
