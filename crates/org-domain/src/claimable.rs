//! Which names an organisation may claim at all.

use std::collections::BTreeSet;

use crate::domain::Domain;
use crate::free_mail;
use crate::suffix::{self, Standing};

/// A host's own additions to the built-in rules on claimable names.
///
/// The default is the built-in rules alone: public suffixes (both sections of the list), roots of
/// hosted tenants, unknown top-level domains and free-mail providers are refused.
///
/// ```
/// # use org_domain::{ClaimRules, Domain, Unclaimable};
/// let rules = ClaimRules::default();
/// assert!(rules.check(Domain::parse("acme.com")?).is_ok());
/// assert_eq!(rules.check(Domain::parse("gmail.com")?), Err(Unclaimable::FreeMail));
/// assert_eq!(rules.check(Domain::parse("co.uk")?), Err(Unclaimable::PublicSuffix));
///
/// // A closed network with its own top-level domain:
/// let rules = ClaimRules::default().allow_top_level("test");
/// assert!(rules.check(Domain::parse("corp.test")?).is_ok());
/// # Ok::<(), org_domain::DomainError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ClaimRules {
    top_levels: BTreeSet<Box<str>>,
    refused: BTreeSet<Domain>,
    allowed: BTreeSet<Domain>,
}

/// Why a name cannot be claimed by anyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unclaimable {
    /// Strangers register names directly below it.
    #[error("the name is a public suffix; strangers register names below it")]
    PublicSuffix,
    /// A provider gives its tenants names directly below it.
    #[error("the name is the root of a provider's hosted tenants")]
    TenantRoot,
    /// No public registry stands behind the last label, and the host did not allow it.
    #[error("the name ends in a top-level domain that no public registry runs")]
    UnknownTopLevel,
    /// Anyone can have a mailbox there.
    #[error("the name belongs to a provider of mailboxes for everyone")]
    FreeMail,
    /// The host's own list refuses it.
    #[error("the name is refused by the service's own list")]
    Refused,
    /// A claim over everything below would capture a third party's customers.
    #[error("names below it belong to a provider's customers; claim the exact name instead")]
    SharedParent,
}

impl Unclaimable {
    /// The stable code of the refusal.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PublicSuffix => "unclaimable_public_suffix",
            Self::TenantRoot => "unclaimable_tenant_root",
            Self::UnknownTopLevel => "unclaimable_unknown_top_level",
            Self::FreeMail => "unclaimable_free_mail",
            Self::Refused => "unclaimable_refused",
            Self::SharedParent => "unclaimable_shared_parent",
        }
    }
}

/// A domain that passed [`ClaimRules::check`]; the only thing a [`crate::Claim`] starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimableDomain(Domain);

impl ClaimableDomain {
    /// The name.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.0
    }

    /// Gives the name up for storing in a claim.
    pub(crate) fn into_domain(self) -> Domain {
        self.0
    }

    /// Whether the names below may be claimed along with it.
    pub(crate) fn check_subtree(&self) -> Result<(), Unclaimable> {
        if suffix::is_shared_parent(&self.0) {
            Err(Unclaimable::SharedParent)
        } else {
            Ok(())
        }
    }
}

impl ClaimRules {
    /// Takes names below a top-level domain that the public list does not know, such as `test` or
    /// a closed network's own. It must be one canonical label; anything else never matches.
    #[must_use]
    pub fn allow_top_level(mut self, label: &str) -> Self {
        self.top_levels
            .insert(label.to_ascii_lowercase().into_boxed_str());
        self
    }

    /// Refuses a name that the built-in lists miss: a free-mail provider, a tenant root, a brand.
    #[must_use]
    pub fn refuse(mut self, domain: Domain) -> Self {
        self.refused.insert(domain);
        self
    }

    /// Allows a name that the built-in lists refuse by mistake. The DNS proof is still needed.
    /// [`ClaimRules::refuse`] of the same name wins.
    #[must_use]
    pub fn allow(mut self, domain: Domain) -> Self {
        self.allowed.insert(domain);
        self
    }

    /// Decides whether the name can be claimed by whoever controls its DNS.
    ///
    /// # Errors
    /// [`Unclaimable`] with the first rule that refuses it.
    pub fn check(&self, domain: Domain) -> Result<ClaimableDomain, Unclaimable> {
        if self.refused.contains(&domain) {
            return Err(Unclaimable::Refused);
        }
        if self.allowed.contains(&domain) {
            return Ok(ClaimableDomain(domain));
        }
        match suffix::standing(&domain) {
            Standing::PublicSuffix => Err(Unclaimable::PublicSuffix),
            Standing::TenantRoot => Err(Unclaimable::TenantRoot),
            Standing::UnknownTopLevel if !self.allows_top_level_of(&domain) => {
                Err(Unclaimable::UnknownTopLevel)
            }
            Standing::UnknownTopLevel | Standing::Registrable if free_mail::contains(&domain) => {
                Err(Unclaimable::FreeMail)
            }
            Standing::UnknownTopLevel | Standing::Registrable => Ok(ClaimableDomain(domain)),
        }
    }

    fn allows_top_level_of(&self, domain: &Domain) -> bool {
        domain
            .labels()
            .next_back()
            .is_some_and(|last| self.top_levels.contains(last))
    }
}
