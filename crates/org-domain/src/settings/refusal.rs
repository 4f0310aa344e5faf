//! Why a change of settings is refused.

/// Why a change is refused. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsRefusal {
    /// Somebody else changed the settings since they were read.
    #[error("the settings were changed by somebody else; reload and try again")]
    Conflict,
    /// Owners and Admins only.
    #[error("only Owners and Admins change these settings")]
    Role,
    /// Owners only.
    #[error("only an Owner may do this")]
    OwnerOnly,
    /// Sign in again first.
    #[error("sign in again before this change")]
    StepUp,
    /// The service suspended the organisation.
    #[error("the organization is suspended")]
    Suspended,
    /// The plan does not cover it; what is set stays as it is.
    #[error("the plan does not cover this; the settings are frozen")]
    Plan,
    /// No domain is verified.
    #[error("verify a domain first")]
    NoDomain,
    /// No certificate is valid now.
    #[error("add a certificate that is valid now")]
    NoCertificate,
    /// The authentication URL or the issuer URL is missing.
    #[error("enter the authentication URL and the issuer URL")]
    Incomplete,
    /// Single sign-on is off.
    #[error("switch single sign-on on first")]
    SsoOff,
    /// Single sign-on is on.
    #[error("switch single sign-on off first")]
    SsoOn,
    /// Single sign-on is required.
    #[error("stop requiring single sign-on first")]
    SsoRequired,
    /// No Owner or Admin has signed in under the present configuration.
    #[error("an Owner or Admin has to sign in once with these values first")]
    NotTested,
    /// No Owner could use the fallback.
    #[error("no Owner has a password or passkey of their own for the fallback")]
    NoFallbackHolder,
    /// People already sign in with other values.
    #[error("people sign in with the present values; stage the new ones and test them")]
    StageInstead,
    /// Nothing is staged.
    #[error("nothing is staged")]
    NothingStaged,
    /// The last certificate has to stay.
    #[error("the last valid certificate has to stay while single sign-on is on")]
    LastCertificate,
    /// Too many certificates.
    #[error("no more than three certificates")]
    TooManyCertificates,
    /// The certificate is there already.
    #[error("this certificate is there already")]
    DuplicateCertificate,
    /// No such certificate or token.
    #[error("there is no such entry")]
    NoSuchEntry,
    /// Nobody proposed switching the fallback off.
    #[error("another Owner has to propose it first")]
    NotProposed,
    /// The Owner who proposed it cannot confirm it.
    #[error("a second Owner has to confirm it")]
    SameOwner,
    /// The fallback is not of the kind that is armed.
    #[error("the fallback is not of the kind that is armed")]
    NotArmable,
    /// A period outside its limits.
    #[error("the period is outside its limits")]
    Period,
    /// The token's public part is taken.
    #[error("a token with this public part exists")]
    DuplicateToken,
}

impl SettingsRefusal {
    /// Every refusal.
    pub const ALL: [Self; 25] = [
        Self::Conflict,
        Self::Role,
        Self::OwnerOnly,
        Self::StepUp,
        Self::Suspended,
        Self::Plan,
        Self::NoDomain,
        Self::NoCertificate,
        Self::Incomplete,
        Self::SsoOff,
        Self::SsoOn,
        Self::SsoRequired,
        Self::NotTested,
        Self::NoFallbackHolder,
        Self::StageInstead,
        Self::NothingStaged,
        Self::LastCertificate,
        Self::TooManyCertificates,
        Self::DuplicateCertificate,
        Self::NoSuchEntry,
        Self::NotProposed,
        Self::SameOwner,
        Self::NotArmable,
        Self::Period,
        Self::DuplicateToken,
    ];

    /// The stable code of the refusal.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.entry().0
    }

    /// The rule that refuses, as numbered in the crate's documentation.
    #[must_use]
    pub const fn rule(self) -> u8 {
        self.entry().1
    }

    const fn entry(self) -> (&'static str, u8) {
        match self {
            Self::Conflict => ("settings_conflict", 29),
            Self::Role => ("settings_role", 29),
            Self::OwnerOnly => ("settings_owner_only", 29),
            Self::StepUp => ("settings_step_up", 29),
            Self::Suspended => ("settings_suspended", 29),
            Self::Plan => ("settings_plan", 31),
            Self::NoDomain => ("settings_no_domain", 26),
            Self::NoCertificate => ("settings_no_certificate", 26),
            Self::Incomplete => ("settings_incomplete", 26),
            Self::SsoOff => ("settings_sso_off", 26),
            Self::NotTested => ("settings_not_tested", 26),
            Self::NoFallbackHolder => ("settings_no_fallback_holder", 26),
            Self::SsoOn => ("settings_sso_on", 27),
            Self::SsoRequired => ("settings_sso_required", 27),
            Self::StageInstead => ("settings_stage_instead", 27),
            Self::NothingStaged => ("settings_nothing_staged", 27),
            Self::LastCertificate => ("settings_last_certificate", 27),
            Self::TooManyCertificates => ("settings_too_many_certificates", 27),
            Self::DuplicateCertificate => ("settings_duplicate_certificate", 27),
            Self::NoSuchEntry => ("settings_no_such_entry", 27),
            Self::NotProposed => ("settings_not_proposed", 26),
            Self::SameOwner => ("settings_same_owner", 26),
            Self::NotArmable => ("settings_not_armable", 26),
            Self::Period => ("settings_period", 28),
            Self::DuplicateToken => ("settings_duplicate_token", 28),
        }
    }
}
