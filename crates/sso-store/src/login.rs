//! What one login writes, as one change: the claims of the request and of the assertion, the
//! session and the logs.
//!
//! Claims made one by one cost a commit each, and a process that ends between two of them
//! leaves a used request and nobody signed in. A [`LoginUnit`] takes the claims down while
//! saml-sp redeems the answer, and makes them together with what the host writes because of it.

use crate::database::Database;
use crate::directory::{
    NewAuditEntry, NewSession, NewSignIn, Organisation, Versioned, log, organisation, session,
};
use crate::error::StoreError;
use crate::ids::Secret;
use crate::parsed::Readable;
use crate::saml;
use crate::sql::{Step, UnitError, params};
use crate::transaction::Transaction;
use saml_sp::record::{RequestId, RequestRecord};
use saml_sp::store::{FirstUse, ReplayKey, ReplayStore, RequestHandle, RequestStore};
use std::fmt;
use std::sync::{LazyLock, Mutex, PoisonError};
use time::OffsetDateTime;

/// The replay and request store of one login, and the change that the login is.
///
/// Hand it to `redeem` in place of the database. It answers from what is known: an assertion or
/// request that was used is refused at once. The claim itself is made by the method that writes
/// the outcome, and of two logins with one assertion, in whatever processes, one gets
/// [`LoginError`] there. **Until one of these methods has returned `Ok`, nobody is signed in:**
///
/// - [`enter`](Self::enter): a session, with its log entries;
/// - [`refuse`](Self::refuse): the log entry of a login that was not let in;
/// - [`make_claims`](Self::make_claims): nothing else;
/// - [`begin`](Self::begin): a [`Transaction`] with the claims in it, for whatever else.
///
/// After an error the same unit may be used again: nothing was written, or all of it was and the
/// claims say so.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// # let file = std::env::temp_dir().join(format!("sso-store-login-{}.db", std::process::id()));
/// # let url = format!("sqlite:{}", file.display());
/// # let database = sso_store::Database::open(&url, sso_store::Pepper::new([7; 32])).await?;
/// # database.migrate().await?;
/// use saml_sp::store::{FirstUse, ReplayKey, ReplayStore};
/// use sso_store::LoginError;
/// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
/// # let until = now + time::Duration::minutes(10);
///
/// // `redeem` does this:
/// let key = ReplayKey::new("https://idp.example", "_assertion");
/// let (one, other) = (database.login(), database.login());
/// assert_eq!(one.claim(&key, until, now).await?, FirstUse::First);
/// assert_eq!(other.claim(&key, until, now).await?, FirstUse::First);
/// // The database decides:
/// one.make_claims(now).await?;
/// assert!(matches!(other.make_claims(now).await, Err(LoginError::Replayed)));
/// # database.close().await;
/// # std::fs::remove_file(file)?;
/// # Ok::<_, Box<dyn std::error::Error>>(()) }).map(drop)?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub struct LoginUnit<'a> {
    database: &'a Database,
    claims: Mutex<Claims>,
}

/// What is to be claimed.
#[derive(Default)]
struct Claims {
    request: Option<RequestId>,
    assertion: Option<(ReplayKey, OffsetDateTime)>,
    /// The request that was found, and whether it had been answered.
    found: Option<(RequestId, Answered)>,
}

/// Whether a request was answered before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answered {
    Yes,
    No,
}

/// A request that was begun here, and the organisation it was begun for.
#[derive(Clone, Debug)]
pub struct Begun<T> {
    /// The request. It may have been answered before; its claim says so.
    pub record: RequestRecord,
    /// The organisation that the request names as its tenant, with its settings; `None` for a
    /// tenant that is no organisation here, or no more.
    pub organisation: Option<(Organisation, Versioned<T>)>,
}

/// Which claim a step makes.
#[derive(Clone, Copy)]
enum Claim {
    Request,
    Assertion,
}

impl Claim {
    const fn lost(self) -> LoginError {
        match self {
            Self::Request => LoginError::RequestUsed,
            Self::Assertion => LoginError::Replayed,
        }
    }
}

/// What comes into being with a login.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The session.
    pub session: NewSession,
    /// The attempt, for the log of sign-ins.
    pub sign_in: NewSignIn,
    /// What else is to be remembered. May be empty.
    pub audit: Vec<NewAuditEntry>,
}

/// Why a login was not written. Nothing was, then, unless the store's error is
/// [`Unsettled`](StoreError::Unsettled).
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// The request was answered before, or has expired.
    #[error("the request was answered before")]
    RequestUsed,
    /// The assertion was used before.
    #[error("the assertion was used before")]
    Replayed,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl fmt::Debug for LoginUnit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginUnit").finish_non_exhaustive()
    }
}

static BY_ID: LazyLock<String> = LazyLock::new(|| begun_by("id"));
static BY_RELAY: LazyLock<String> = LazyLock::new(|| begun_by("relay"));

fn begun_by(column: &str) -> String {
    format!(
        "SELECT r.record, r.claimed, {} FROM saml_requests r LEFT JOIN organisations o ON o.id = r.tenant \
         WHERE r.{column} = $1 AND r.expires > $2",
        organisation::WITH_SETTINGS
    )
}

impl Database {
    /// The unit of one login. Without claims, as for a password, it is a way to write a
    /// session and its log entries in one commit that may be shared with others.
    #[must_use]
    pub fn login(&self) -> LoginUnit<'_> {
        LoginUnit {
            database: self,
            claims: Mutex::default(),
        }
    }
}

impl LoginUnit<'_> {
    /// The request that an answer names, and the organisation it was begun for, by one look. As
    /// [`RequestStore::find`] it is a pointer: what it points to is to be checked.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]; [`StoreError::Internal`] when the settings are of another shape.
    pub async fn begun<T: Readable>(
        &self,
        handle: RequestHandle<'_>,
        now: OffsetDateTime,
    ) -> Result<Option<Begun<T>>, StoreError> {
        let (sql, handle) = match handle {
            RequestHandle::ById(id) => (&*BY_ID, id),
            RequestHandle::ByRelayState(relay) => (&*BY_RELAY, relay),
        };
        if handle.contains('\0') {
            return Ok(None);
        }
        let Some(row) = self.database.row(sql, params![handle, now]).await? else {
            return Ok(None);
        };
        let record = saml::record(&row)?;
        let answered = match row.get::<Option<i64>>(1)? {
            Some(_) => Answered::Yes,
            None => Answered::No,
        };
        self.noted().found = Some((record.id().clone(), answered));
        let organisation = organisation::maybe_with_settings_at(&self.database.parsed, &row, 2)?;
        Ok(Some(Begun {
            record,
            organisation,
        }))
    }

    /// Lets somebody in: the session begins. Its secret goes into the cookie and is not kept.
    ///
    /// # Errors
    /// [`LoginError`]; [`StoreError::Missing`] when the account or the organisation is gone.
    pub async fn enter(&self, entry: &Entry, now: OffsetDateTime) -> Result<Secret, LoginError> {
        let (secret, session) = session::step(&self.database.pepper, &entry.session, now)?;
        let mut steps = vec![session, log::sign_in_step(&entry.sign_in, now)];
        for audit in &entry.audit {
            steps.push(log::audit_step(audit, now)?.1);
        }
        self.write(steps, now).await?;
        Ok(secret)
    }

    /// Keeps somebody out: the attempt is logged, and the answer is used up.
    ///
    /// # Errors
    /// [`LoginError`].
    pub async fn refuse(&self, sign_in: &NewSignIn, now: OffsetDateTime) -> Result<(), LoginError> {
        self.write(vec![log::sign_in_step(sign_in, now)], now).await
    }

    /// Makes the claims and writes nothing else.
    ///
    /// # Errors
    /// [`LoginError`].
    pub async fn make_claims(&self, now: OffsetDateTime) -> Result<(), LoginError> {
        self.write(Vec::new(), now).await
    }

    /// A transaction with the claims made in it; undone with it unless committed.
    ///
    /// # Errors
    /// [`LoginError`].
    pub async fn begin(&self, now: OffsetDateTime) -> Result<Transaction, LoginError> {
        let mut tx = self.database.begin().await?;
        for (claim, step) in self.claims(now) {
            if tx.execute(&step.sql, step.values).await? != 1 {
                return Err(claim.lost());
            }
        }
        Ok(tx)
    }

    async fn write(&self, steps: Vec<Step>, now: OffsetDateTime) -> Result<(), LoginError> {
        let claims = self.claims(now);
        let kinds: Vec<Claim> = claims.iter().map(|(kind, _)| *kind).collect();
        let all: Vec<Step> = claims
            .into_iter()
            .map(|(_, step)| step)
            .chain(steps)
            .collect();
        if all.is_empty() {
            return Ok(());
        }
        match self.database.unit(all).await {
            Ok(_) => Ok(()),
            Err(UnitError::Store(error)) => Err(error.into()),
            Err(UnitError::Unmet(step)) => Err(kinds
                .get(step)
                .map_or(LoginError::Replayed, |kind| kind.lost())),
        }
    }

    fn noted(&self) -> std::sync::MutexGuard<'_, Claims> {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn claims(&self, now: OffsetDateTime) -> Vec<(Claim, Step)> {
        let noted = self.noted();
        let request = noted.request.as_ref();
        let request = request.map(|id| (Claim::Request, saml::claim_request(id, now)));
        let assertion = noted.assertion.as_ref();
        let assertion =
            assertion.map(|(key, until)| (Claim::Assertion, saml::claim_assertion(key, *until)));
        request.into_iter().chain(assertion).collect()
    }
}

impl ReplayStore for LoginUnit<'_> {
    type Error = StoreError;

    /// Notes that the assertion is to be claimed. It looks whether it was used already unless
    /// a request is to be claimed too, whose look was enough to turn ordinary replays away.
    async fn claim(
        &self,
        key: &ReplayKey,
        until: OffsetDateTime,
        _now: OffsetDateTime,
    ) -> Result<FirstUse, StoreError> {
        let looked = self.noted().request.is_some();
        if !looked && self.database.is_used(key).await? {
            return Ok(FirstUse::Replayed);
        }
        self.noted().assertion = Some((*key, until));
        Ok(FirstUse::First)
    }
}

impl RequestStore for LoginUnit<'_> {
    type Error = StoreError;

    async fn put(&self, record: &RequestRecord) -> Result<(), StoreError> {
        self.database.put(record).await
    }

    async fn find(
        &self,
        handle: RequestHandle<'_>,
        now: OffsetDateTime,
    ) -> Result<Option<RequestRecord>, StoreError> {
        self.database.find(handle, now).await
    }

    /// Looks whether the request is still open, unless it was found by this unit, and notes that
    /// it is to be claimed.
    async fn claim(&self, id: &RequestId, now: OffsetDateTime) -> Result<FirstUse, StoreError> {
        let found = self.noted().found.clone();
        let open = match found.filter(|(found, _)| found == id) {
            Some((_, answered)) => answered == Answered::No,
            None => self.database.is_open(id, now).await?,
        };
        if !open {
            return Ok(FirstUse::Replayed);
        }
        self.noted().request = Some(id.clone());
        Ok(FirstUse::First)
    }
}
