//! A login that is proven but not yet used.

use std::error::Error;
use std::fmt;

use time::OffsetDateTime;

use crate::checks::Checked;
use crate::error::{Code, Finding, Rejection};
use crate::login::{Login, LoginFacts, NameId, Naming, Proof};
use crate::record::{Expected, RequestId};
use crate::store::{FirstUse, ReplayKey, ReplayStore, RequestStore};

/// Every check has passed; whether this is the first use is still open, and until then nothing of
/// the user can be read.
///
/// It can be redeemed once, by value:
///
/// ```compile_fail
/// # use saml_sp::{PendingLogin, ReplayStore, RequestStore};
/// # async fn f<R: ReplayStore, Q: RequestStore>(pending: PendingLogin, r: &R, q: &Q, now: time::OffsetDateTime) {
/// let first = pending.redeem(r, q, now).await;
/// let second = pending.redeem(r, q, now).await; // moved
/// # }
/// ```
///
/// cannot be copied for a second use:
///
/// ```compile_fail
/// # fn f(pending: saml_sp::PendingLogin) {
/// let copy = pending.clone();
/// # }
/// ```
///
/// is made by `accept` only:
///
/// ```compile_fail
/// use saml_sp::PendingLogin;
/// let pending = PendingLogin { until: time::OffsetDateTime::UNIX_EPOCH }; // private fields
/// ```
///
/// and tells nothing before:
///
/// ```compile_fail
/// # fn f(pending: saml_sp::PendingLogin) {
/// pending.name_id();
/// # }
/// ```
///
/// ```compile_fail
/// # fn f(pending: saml_sp::PendingLogin) {
/// pending.attributes();
/// # }
/// ```
#[must_use = "a pending login is no login: redeem it"]
pub struct PendingLogin<N = NameId> {
    facts: LoginFacts,
    name: N,
    key: ReplayKey,
    /// From here on the same assertion would be refused as expired anyway.
    until: OffsetDateTime,
    request: Option<RequestId>,
}

impl<N: Naming> PendingLogin<N> {
    /// Made by the last stage of [`accept`](crate::ServiceProvider::accept) and nowhere else.
    pub(crate) fn new(
        checked: Checked,
        proof: Proof,
        expected: Expected<'_>,
    ) -> Result<Self, Rejection> {
        let Checked {
            mut assertion,
            until,
        } = checked;
        // The checks have made sure of it; here the type does.
        let name = N::of(assertion.subject.name_id.take())
            .ok_or_else(|| Rejection::from(Code::NameIdMissing))?;
        let record = expected.record();
        let key = ReplayKey::new(&assertion.issuer, &assertion.id);
        let facts = LoginFacts::new(assertion, proof, record);
        Ok(Self {
            facts,
            name,
            key,
            until,
            request: record.map(|record| record.id().clone()),
        })
    }

    /// Claim the request and the assertion; whoever is first gets the login.
    ///
    /// Both claims are single statements of the stores, so of many who bring the same answer at
    /// the same time exactly one wins. The request is claimed first: an answer to a request that
    /// was used already does not fill the replay store.
    ///
    /// ```
    /// # use saml_sp::{PendingLogin, Rejection, Code, ReplayStore, RequestStore};
    /// # async fn f<R: ReplayStore, Q: RequestStore>(pending: PendingLogin, replays: &R, requests: &Q,
    /// #     now: time::OffsetDateTime) -> Result<(), Rejection> {
    /// match pending.redeem(replays, requests, now).await {
    ///     Ok(login) => { /* open a session */ }
    ///     Err(refused) if refused.code() == Code::RequestUsed => { /* a reload, or an attack */ }
    ///     Err(refused) => return Err(refused),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// The replay store remembers the assertion until it would be refused as expired, skew
    /// included. For a login begun at the identity provider only the assertion is claimed.
    ///
    /// # Errors
    /// [`Code::RequestUsed`] when the request was answered before, [`Code::Replayed`] when the
    /// assertion was used before, [`Code::Expired`] when it has expired since it was accepted,
    /// [`Code::StoreFailed`] with the store's error as source. In each case there is no login.
    pub async fn redeem<R: ReplayStore, Q: RequestStore>(
        self,
        replays: &R,
        requests: &Q,
        now: OffsetDateTime,
    ) -> Result<Login<N>, Rejection> {
        if now >= self.until {
            return Err(Finding::new(Code::Expired)
                .expected("to be redeemed at once")
                .at("redeem")
                .into());
        }
        if let Some(request) = &self.request {
            first(requests.claim(request, now).await, Code::RequestUsed)?;
        }
        first(
            replays.claim(&self.key, self.until, now).await,
            Code::Replayed,
        )?;
        Ok(Login {
            facts: self.facts,
            name: self.name,
        })
    }

    /// The issuer, which is the configured one, for logs before redemption.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.facts.issuer
    }
}

/// Only a claim that was won lets the login through.
fn first<E: Error + Send + Sync + 'static>(
    claim: Result<FirstUse, E>,
    lost: Code,
) -> Result<(), Rejection> {
    match claim {
        Ok(FirstUse::First) => Ok(()),
        Ok(FirstUse::Replayed) => Err(Finding::new(lost).at("redeem").into()),
        Err(error) => {
            Err(Rejection::from(Finding::new(Code::StoreFailed).at("redeem")).caused_by(error))
        }
    }
}

impl<N> fmt::Debug for PendingLogin<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingLogin")
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}
