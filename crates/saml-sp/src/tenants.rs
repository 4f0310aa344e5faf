//! Which tenant an answer belongs to, when several share one address.
//!
//! The address that was posted to, the pending request, and the issuer that the message claims
//! each point at a tenant. None of them is trusted alone: all that are there must agree, and after
//! acceptance the verified issuer must agree too.
//!
//! Three customers, three identity providers, one address: what must not happen is that the provider
//! of one signs somebody in at another. So the clues are compared with each other before any key is
//! chosen, and the verified issuer is compared again at the end.

use std::collections::HashMap;

use crate::error::{Code, Finding, Rejection, UsageError};
use crate::inspect::UnverifiedFacts;
use crate::login::{Login, Naming};
use crate::record::RequestRecord;

/// What points at a tenant. Fill in everything that is known.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::exhaustive_structs,
    reason = "callers name every clue they have"
)]
pub struct Clues<'a> {
    /// The tenant that the address names, as in `?org_id=1`.
    pub address: Option<&'a str>,
    /// What the message claims.
    pub message: Option<&'a UnverifiedFacts>,
    /// The pending request.
    pub request: Option<&'a RequestRecord>,
}

/// Tenants by issuer. An issuer belongs to one tenant.
///
/// ```
/// use saml_sp::{Code, tenants::{Clues, Tenants}};
/// let mut tenants = Tenants::default();
/// tenants.add("org-1", "http://www.okta.com/exk1")?;
/// assert_eq!(tenants.add("org-2", "http://www.okta.com/exk1").unwrap_err().code(), Code::TenantConflict);
/// let clues = Clues { address: Some("org-1"), ..Clues::default() };
/// assert_eq!(tenants.resolve(&clues).unwrap(), "org-1");
/// # Ok::<(), saml_sp::error::UsageError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Tenants {
    by_issuer: HashMap<String, String>,
}

impl Tenants {
    /// Give an issuer to a tenant.
    ///
    /// # Errors
    /// [`Code::TenantConflict`] when another tenant has it.
    pub fn add(
        &mut self,
        tenant: impl Into<String>,
        issuer: impl Into<String>,
    ) -> Result<(), UsageError> {
        let (tenant, issuer) = (tenant.into(), issuer.into());
        match self.by_issuer.get(&issuer) {
            Some(owner) if *owner != tenant => {
                Err(Finding::new(Code::TenantConflict).seen(issuer).into())
            }
            _ => {
                self.by_issuer.insert(issuer, tenant);
                Ok(())
            }
        }
    }

    /// The tenant of an issuer.
    #[must_use]
    pub fn of_issuer(&self, issuer: &str) -> Option<&str> {
        self.by_issuer.get(issuer).map(String::as_str)
    }

    /// The tenant that every clue points at.
    ///
    /// # Errors
    /// [`Code::TenantUnknown`] when nothing points at a known tenant, [`Code::TenantMismatch`] when
    /// two clues disagree.
    pub fn resolve<'t>(&'t self, clues: &Clues<'t>) -> Result<&'t str, Rejection> {
        let claimed = clues.message.and_then(UnverifiedFacts::issuer);
        let by_message = claimed.map(|issuer| self.known(issuer)).transpose()?;
        let by_request = match clues.request {
            Some(record) if self.known(record.idp())? != record.tenant() => {
                return Err(mismatch(record.tenant(), self.known(record.idp())?));
            }
            Some(record) => Some(record.tenant()),
            None => None,
        };
        let mut found = clues
            .address
            .into_iter()
            .chain(by_request)
            .chain(by_message);
        let first = found
            .next()
            .ok_or_else(|| Rejection::from(Code::TenantUnknown))?;
        if let Some(other) = found.find(|other| *other != first) {
            return Err(mismatch(first, other));
        }
        if self.by_issuer.values().any(|tenant| tenant == first) {
            return Ok(first);
        }
        Err(Finding::new(Code::TenantUnknown).seen(first).into())
    }

    /// Hold an accepted login against the tenant that was resolved.
    ///
    /// The last of the comparisons, and the only one with a *verified* issuer. It can fail only
    /// where the host chose the identity provider by something else than the tenant; then it is
    /// what stands between two customers.
    ///
    /// ```
    /// # use saml_sp::{Login, Rejection, tenants::{Clues, Tenants}, inspect::UnverifiedFacts, RequestRecord};
    /// # fn f(tenants: &Tenants, facts: &UnverifiedFacts, record: &RequestRecord, login: impl FnOnce(&str) -> Login) -> Result<(), Rejection> {
    /// let clues = Clues { address: Some("org-7"), message: Some(facts), request: Some(record) };
    /// let tenant = tenants.resolve(&clues)?;   // before: everything that is known must agree
    /// let login = login(tenant);               // accept and redeem with that tenant's provider
    /// tenants.confirm(tenant, &login)?;        // after: so must what was proven
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Code::TenantUnknown`], [`Code::TenantMismatch`].
    pub fn confirm<N: Naming>(&self, tenant: &str, login: &Login<N>) -> Result<(), Rejection> {
        match self.known(login.issuer())? {
            owner if owner == tenant => Ok(()),
            owner => Err(mismatch(tenant, owner)),
        }
    }

    fn known(&self, issuer: &str) -> Result<&str, Rejection> {
        self.of_issuer(issuer)
            .ok_or_else(|| Finding::new(Code::TenantUnknown).seen(issuer).into())
    }
}

fn mismatch(expected: &str, seen: &str) -> Rejection {
    Finding::new(Code::TenantMismatch)
        .expected(expected)
        .seen(seen)
        .into()
}
