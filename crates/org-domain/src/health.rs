//! The health report of an organisation's access security: what will break, and when.

use core::fmt;

use time::{Duration, OffsetDateTime};

use crate::claim::{Claim, ClaimState};
use crate::domain::Domain;
use crate::ident::TokenId;
use crate::policy::{PlanStanding, Switch};
use crate::settings::{FallbackPolicy, Fingerprint, Settings, plan_standing};

/// Days before a certificate's end on which to warn.
pub const CERTIFICATE_WARNING_DAYS: [i64; 5] = [60, 30, 14, 7, 1];
/// Days before a token's end on which to warn.
pub const TOKEN_WARNING_DAYS: [i64; 3] = [30, 14, 3];
/// Silence after which an enabled identity provider is worth a look: a quiet fortnight happens, in
/// holidays; more does not.
pub const SILENCE: Duration = Duration::days(14);

/// What the host knows besides settings and claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HealthFacts {
    /// The last successful single sign-on of anybody.
    pub last_sso_success: Option<OffsetDateTime>,
    /// The last request that a valid provisioning token came with.
    pub last_scim_call: Option<OffsetDateTime>,
    /// Members at unclaimed domains without an exemption.
    pub guests: u32,
    /// Active Owners with a password or passkey that they set themselves.
    pub fallback_owners: u32,
    /// Live tokens whose maker is no Owner or Admin any more.
    pub tokens_of_demoted_makers: u32,
    /// Whether another organisation uses the same issuer or the same certificate.
    pub provider_is_shared: Switch,
}

/// How urgent a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Urgency {
    /// Good to know.
    Notice,
    /// Will break something.
    Warning,
    /// Broken, or open to a break-in.
    Alarm,
}

/// One finding; [`fmt::Display`] says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// Every certificate has run out.
    CertificatesExpired,
    /// A certificate runs out soon.
    CertificateEnds {
        /// Which.
        fingerprint: Fingerprint,
        /// Whole days left.
        days: i64,
    },
    /// A provisioning token runs out soon.
    TokenEnds {
        /// Which.
        id: TokenId,
        /// Whole days left.
        days: i64,
    },
    /// A token's maker is no Owner or Admin any more.
    TokenOfDemotedMaker,
    /// Nobody has signed in by single sign-on for [`SILENCE`].
    SsoSilent,
    /// Provisioning has been silent for [`SILENCE`] although there is a token.
    ScimSilent,
    /// A domain's record is gone.
    ClaimFailing(Domain),
    /// A domain is contested.
    ClaimContested(Domain),
    /// A domain lapsed.
    ClaimLapsed(Domain),
    /// Nobody could use the fallback.
    NoFallbackHolder,
    /// Required single sign-on shuts guests out.
    GuestsShutOut(u32),
    /// Provisioning without managed access drifts: people come in who are not provisioned.
    ScimWithoutManagedAccess,
    /// Another organisation uses the same issuer or certificate.
    SharedProvider,
    /// The plan lapsed.
    PlanLapsed,
    /// Single sign-on is on, and no Owner or Admin ever signed in with the present values.
    NotTested,
}

impl Finding {
    /// How urgent it is.
    #[must_use]
    pub const fn urgency(&self) -> Urgency {
        match self {
            Self::CertificatesExpired | Self::NoFallbackHolder | Self::SharedProvider => {
                Urgency::Alarm
            }
            Self::CertificateEnds { days: ..=14, .. }
            | Self::TokenEnds { days: ..=14, .. }
            | Self::ClaimFailing(_)
            | Self::ClaimContested(_)
            | Self::ClaimLapsed(_)
            | Self::PlanLapsed
            | Self::TokenOfDemotedMaker => Urgency::Warning,
            _ => Urgency::Notice,
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CertificatesExpired => "certificates_expired",
            Self::CertificateEnds { .. } => "certificate_ends",
            Self::TokenEnds { .. } => "token_ends",
            Self::TokenOfDemotedMaker => "token_of_demoted_maker",
            Self::SsoSilent => "sso_silent",
            Self::ScimSilent => "scim_silent",
            Self::ClaimFailing(_) => "claim_failing",
            Self::ClaimContested(_) => "claim_contested",
            Self::ClaimLapsed(_) => "claim_lapsed",
            Self::NoFallbackHolder => "no_fallback_holder",
            Self::GuestsShutOut(_) => "guests_shut_out",
            Self::ScimWithoutManagedAccess => "scim_without_managed_access",
            Self::SharedProvider => "shared_provider",
            Self::PlanLapsed => "plan_lapsed",
            Self::NotTested => "not_tested",
        }
    }
}

/// Everything that is worth an administrator's look, most urgent first.
#[must_use]
pub fn health_report(
    settings: &Settings,
    claims: &[Claim],
    facts: &HealthFacts,
    now: OffsetDateTime,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    certificates(settings, now, &mut findings);
    tokens(settings, facts, now, &mut findings);
    findings.extend(claims.iter().filter_map(claim_finding));
    single_sign_on(settings, facts, now, &mut findings);
    findings.sort_by_key(|finding| core::cmp::Reverse(finding.urgency()));
    findings
}

fn claim_finding(claim: &Claim) -> Option<Finding> {
    let domain = claim.domain().clone();
    match claim.state() {
        ClaimState::Failing { .. } => Some(Finding::ClaimFailing(domain)),
        ClaimState::Contested { .. } => Some(Finding::ClaimContested(domain)),
        ClaimState::Lapsed { .. } => Some(Finding::ClaimLapsed(domain)),
        _ => None,
    }
}

fn certificates(settings: &Settings, now: OffsetDateTime, findings: &mut Vec<Finding>) {
    let present = &settings.connection().certificates;
    if settings.enabled().is_on()
        && !present
            .iter()
            .any(|certificate| certificate.is_valid_at(now))
    {
        findings.push(Finding::CertificatesExpired);
    }
    let first_warning = CERTIFICATE_WARNING_DAYS[0];
    findings.extend(
        present
            .iter()
            .filter(|certificate| certificate.is_valid_at(now))
            .filter_map(|certificate| {
                let days = (certificate.not_after() - now).whole_days();
                (days <= first_warning).then(|| Finding::CertificateEnds {
                    fingerprint: certificate.fingerprint().clone(),
                    days,
                })
            }),
    );
}

fn tokens(
    settings: &Settings,
    facts: &HealthFacts,
    now: OffsetDateTime,
    findings: &mut Vec<Finding>,
) {
    let mut live = settings
        .tokens()
        .iter()
        .filter(|token| token.is_live(now))
        .peekable();
    let has_token = live.peek().is_some();
    findings.extend(live.filter_map(|token| {
        let days = (token.expires_at - now).whole_days();
        (days <= TOKEN_WARNING_DAYS[0]).then(|| Finding::TokenEnds {
            id: token.id.clone(),
            days,
        })
    }));
    if facts.tokens_of_demoted_makers > 0 {
        findings.push(Finding::TokenOfDemotedMaker);
    }
    if has_token && is_silent(facts.last_scim_call, now) {
        findings.push(Finding::ScimSilent);
    }
    if has_token && !settings.idp_managed().is_on() {
        findings.push(Finding::ScimWithoutManagedAccess);
    }
}

fn is_silent(last: Option<OffsetDateTime>, now: OffsetDateTime) -> bool {
    last.is_none_or(|last| now - last > SILENCE)
}

fn single_sign_on(
    settings: &Settings,
    facts: &HealthFacts,
    now: OffsetDateTime,
    findings: &mut Vec<Finding>,
) {
    if !settings.enabled().is_on() {
        return;
    }
    let tested = settings
        .tested()
        .is_some_and(|test| test.generation == settings.generation());
    let plan = plan_standing(settings.capabilities().single_sign_on, now);
    let is_required = settings.require_sso().is_on();
    let checks = [
        (is_silent(facts.last_sso_success, now), Finding::SsoSilent),
        (!tested, Finding::NotTested),
        (plan != PlanStanding::Covered, Finding::PlanLapsed),
        (facts.provider_is_shared.is_on(), Finding::SharedProvider),
        (
            is_required && facts.fallback_owners == 0 && settings.fallback() != FallbackPolicy::Off,
            Finding::NoFallbackHolder,
        ),
        (
            is_required && facts.guests > 0,
            Finding::GuestsShutOut(facts.guests),
        ),
    ];
    findings.extend(
        checks
            .into_iter()
            .filter(|(holds, _)| *holds)
            .map(|(_, finding)| finding),
    );
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CertificatesExpired => f.write_str("Every certificate has run out. Download the present one from Okta and add it."),
            Self::CertificateEnds { days, .. } => write!(f, "A certificate runs out in {days} days. Add its successor beside it."),
            Self::TokenEnds { days, .. } => write!(f, "A SCIM token runs out in {days} days. Create another and enter it in Okta."),
            Self::TokenOfDemotedMaker => f.write_str("A SCIM token was made by somebody who is no Owner or Admin any more. Replace it."),
            Self::SsoSilent => f.write_str("Nobody has used single sign-on for two weeks."),
            Self::ScimSilent => f.write_str("Okta has not called for two weeks. Check the integration and its token."),
            Self::ClaimFailing(domain) => write!(f, "The TXT record of {domain} is gone. Publish it again before the claim lapses."),
            Self::ClaimContested(domain) => write!(f, "Another organization proved {domain} while your record is gone. Publish it again."),
            Self::ClaimLapsed(domain) => write!(f, "The claim to {domain} lapsed: single sign-on and provisioning stopped for it."),
            Self::NoFallbackHolder => f.write_str("No Owner could sign in if single sign-on broke. Let one set a password."),
            Self::GuestsShutOut(count) => write!(f, "Required single sign-on shuts {count} guests out. Name those who shall come in."),
            Self::ScimWithoutManagedAccess => f.write_str("Provisioning without managed access drifts: switch managed access on."),
            Self::SharedProvider => f.write_str("Another organization uses the same issuer or certificate. Use an application of your own in Okta."),
            Self::PlanLapsed => f.write_str("The plan lapsed: known members keep single sign-on for 30 days, nobody new comes in."),
            Self::NotTested => f.write_str("No Owner or Admin has signed in with the present values. Try them."),
        }
    }
}
