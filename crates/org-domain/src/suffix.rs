//! Names under which strangers get names: public suffixes and hosted tenants.
//!
//! The public suffix list is compiled in (crate `psl`). It is fed canonical names only, because it
//! compares bytes: upper case or a trailing dot would slip past it.

use crate::domain::Domain;

/// Domains that hand out mail-carrying names below themselves and are nobody's own mail domain,
/// although the public suffix list does not carry them. The tenant names below them may be claimed.
const TENANT_ROOTS: [&str; 6] = [
    "mail.onmicrosoft.com",
    "onmicrosoft.com",
    "onmicrosoft.de",
    "onmicrosoft.us",
    "onmschina.cn",
    "partner.onmschina.cn",
];

/// Domains of a company that also gives its customers mail-carrying names below it. The name itself
/// may be claimed by that company; a claim over everything below it would capture the customers.
const SHARED_PARENTS: [&str; 8] = [
    "atlassian.net",
    "freshdesk.com",
    "helpscoutapp.com",
    "intercom-mail.com",
    "okta.com",
    "salesforce.com",
    "service-now.com",
    "zendesk.com",
];

/// What the suffix tables say about a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Somebody can have registered exactly this name, or it lies below such a name.
    Registrable,
    /// The name is a public suffix, or every name directly below it is one (`*.` rules).
    PublicSuffix,
    /// The name is a root of hosted tenants.
    TenantRoot,
    /// The list has no rule for the last label: a private or invented top-level domain.
    UnknownTopLevel,
}

/// Judges a canonical name.
pub(crate) fn standing(domain: &Domain) -> Standing {
    if TENANT_ROOTS.contains(&domain.as_str()) {
        return Standing::TenantRoot;
    }
    let Some(suffix) = psl::suffix(domain.as_str().as_bytes()) else {
        return Standing::PublicSuffix;
    };
    if !suffix.is_known() {
        Standing::UnknownTopLevel
    } else if suffix.as_bytes() == domain.as_str().as_bytes() || children_are_suffixes(domain) {
        Standing::PublicSuffix
    } else {
        Standing::Registrable
    }
}

/// Whether a claim over the names below would capture tenants of a third party.
pub(crate) fn is_shared_parent(domain: &Domain) -> bool {
    SHARED_PARENTS.contains(&domain.as_str())
}

/// A `*.kobe.jp` rule makes every child of `kobe.jp` a suffix while `kobe.jp` itself looks
/// registrable. A label that no exception rule can name shows it.
fn children_are_suffixes(domain: &Domain) -> bool {
    let child = format!("0-probe-0.{domain}");
    psl::suffix(child.as_bytes()).is_some_and(|suffix| suffix.as_bytes() == child.as_bytes())
}
