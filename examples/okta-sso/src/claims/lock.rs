//! The owner's lock: whoever runs the DNS of a domain says which organisation may claim it.

use org_domain::{
    Domain, OrgId,
    proof::{HandleKey, LockStanding, OwnerLock, TxtLookup as _},
};
use sso_store::Pepper;

use super::proof_style;
use crate::{App, web::Failure};

const LABEL: &str = "okta-sso organization handle";

/// The key under which an organisation's handle is made; derived from the installation's, so that
/// every process of it makes the same ones.
pub fn handle_key(pepper: &Pepper) -> HandleKey {
    HandleKey::new(pepper.tag(LABEL, b""))
}

/// Looks for the lock of a domain, as an organisation sees it, before there is a claim.
/// [`settle::check`](org_domain::settle::check) looks again when the claim's record is found.
///
/// # Errors
/// [`Failure::Internal`] if the service's label were none. What the DNS does not say is
/// [`LockStanding::Indeterminate`].
pub async fn look(app: &App, org: &OrgId, domain: &Domain) -> Result<LockStanding, Failure> {
    let handle = app.handles().handle(org);
    let name = OwnerLock::name(proof_style()?.app(), domain);
    let dns = app.dns();
    Ok(OwnerLock::standing(
        &dns.look(&name).await,
        dns.quorum(),
        &handle,
    ))
}
