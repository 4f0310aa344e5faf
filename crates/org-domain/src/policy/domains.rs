//! What an organisation has to do with a domain.

use time::OffsetDateTime;

use crate::claim::{Authority, Claim, Hold};
use crate::domain::Domain;
use crate::ident::OrgId;
use crate::policy::facts::{DomainStanding, Switch};
use crate::proof::Scope;

/// Finds the claim that speaks for `domain` among those that hold it or a name above it, and says
/// what that means for `org`.
///
/// `holders` are the holding claims of the domain and of its ancestors (see [`Domain::parent`]) with
/// the `idp_managed` switch of their organisations; others are ignored. The most specific claim
/// wins, so that a team that verified its own sub-domain is not swallowed by its parent.
///
/// ```
/// # use org_domain::{policy::*, *};
/// # let now = time::macros::datetime!(2026-01-05 12:00 UTC);
/// let standing = domain_standing(&OrgId::new("o1")?, &Domain::parse("acme.com")?, [], now);
/// assert_eq!(standing, DomainStanding::Unclaimed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn domain_standing<'a>(
    org: &OrgId,
    domain: &Domain,
    holders: impl IntoIterator<Item = (&'a Claim, Switch)>,
    now: OffsetDateTime,
) -> DomainStanding {
    let speaks = |claim: &Claim| {
        claim.domain() == domain
            || (claim.scope() == Scope::Subtree && domain.is_below(claim.domain()))
    };
    let most_specific = holders
        .into_iter()
        .filter_map(|(claim, managed)| match claim.hold(now) {
            Hold::Here(authority) if speaks(claim) => Some((claim, managed, authority)),
            _ => None,
        })
        .max_by_key(|(claim, _, _)| claim.domain().as_str().len());
    match most_specific {
        None => DomainStanding::Unclaimed,
        Some((claim, _, Authority::Full)) if claim.org() == org => DomainStanding::Here,
        Some((claim, _, Authority::SignInOnly)) if claim.org() == org => {
            DomainStanding::HereKnownOnly
        }
        Some((_, Switch::On, _)) => DomainStanding::ElsewhereManaged,
        Some((_, Switch::Off, _)) => DomainStanding::Elsewhere,
    }
}
