//! The owner's lock: whoever runs the DNS of a domain says which organisation may claim it.

use std::fmt;

use org_domain::{
    Domain, OrgId,
    proof::{LockStanding, OrgHandle, OwnerLock, TxtLookup as _},
};
use sso_store::Pepper;

use super::proof_style;
use crate::{App, web::Failure};

const LABEL: &str = "okta-sso organization handle";

/// The key under which an organisation's handle is made; derived from the installation's, so that
/// every process of it makes the same ones.
#[derive(Clone)]
pub struct HandleKey([u8; 32]);

impl fmt::Debug for HandleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandleKey(..)")
    }
}

impl HandleKey {
    /// With the installation's key.
    pub fn new(pepper: &Pepper) -> Self {
        Self(pepper.tag(LABEL, b""))
    }

    /// The name by which an organisation is known in DNS records.
    ///
    /// # Errors
    /// [`Failure::Internal`] if the key could not be used.
    pub fn handle(&self, org: &OrgId) -> Result<OrgHandle, Failure> {
        OrgHandle::derive(&self.0, org)
            .ok_or_else(|| Failure::Internal("the key of handles has no use".to_owned()))
    }
}

/// Looks for the lock of a domain, as an organisation sees it.
///
/// # Errors
/// [`Failure::Internal`] if handles could not be made. What the DNS does not say is
/// [`LockStanding::Indeterminate`].
pub async fn look(app: &App, org: &OrgId, domain: &Domain) -> Result<LockStanding, Failure> {
    let handle = app.handles().handle(org)?;
    let name = OwnerLock::name(proof_style()?.app(), domain);
    let dns = app.dns();
    Ok(OwnerLock::standing(
        &dns.look(&name).await,
        dns.quorum(),
        &handle,
    ))
}
