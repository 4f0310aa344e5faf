//! Sessions: the cookie carries a secret, the row its digest.

use super::JsonText;
use super::account::{self, Account};
use super::cookie::{digest, secret};
use super::organisation::{self, Organisation, Versioned};
use crate::database::Database;
use crate::error::StoreError;
use crate::ids::Secret;
use crate::parsed::Readable;
use crate::pepper::Pepper;
use crate::sql::{Row, Step, params};
use crate::transaction::{Run, Transaction};
use org_domain::{AccountId, OrgId};
use serde_json::Value as Json;
use std::fmt;
use time::OffsetDateTime;

/// How the person is known at the identity provider; what a logout request names.
#[derive(Clone, PartialEq, Eq)]
pub struct SsoSubject {
    /// The identity provider's entity id.
    pub issuer: String,
    /// The name it uses for the person.
    pub name_id: String,
    /// Its `SessionIndex`, when it gave one.
    pub session_index: Option<String>,
}

impl fmt::Debug for SsoSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SsoSubject(..)")
    }
}

/// A signed-in browser.
#[derive(Clone, PartialEq)]
pub struct Session {
    /// Who is signed in.
    pub account: AccountId,
    /// Into which organisation; `None` for a session that has entered none.
    pub org: Option<OrgId>,
    /// The word for how the person was proven, such as `password`, `sso` or `fallback`.
    pub method: String,
    /// Set when an identity provider proved it.
    pub sso: Option<SsoSubject>,
    /// What the host wants to remember of it: proof, cross-site token, and so on.
    pub detail: Json,
    /// When it began.
    pub created: OffsetDateTime,
    /// When it ends.
    pub expires: OffsetDateTime,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("account", &self.account)
            .field("org", &self.org)
            .field("method", &self.method)
            .field("created", &self.created)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// A live session, the person, and the organisation it has entered with its settings.
#[derive(Clone, Debug)]
pub struct SignedIn<T> {
    /// The session.
    pub session: Session,
    /// The person.
    pub account: Account,
    /// The organisation; `None` for a session that has entered none.
    pub organisation: Option<(Organisation, Versioned<T>)>,
}

/// What is needed to begin a session.
#[derive(Clone)]
pub struct NewSession {
    /// Who signs in.
    pub account: AccountId,
    /// Into which organisation.
    pub org: Option<OrgId>,
    /// The word for how the person was proven.
    pub method: String,
    /// Set when an identity provider proved it.
    pub sso: Option<SsoSubject>,
    /// What the host wants to remember of it.
    pub detail: JsonText,
    /// When it is to end: at the latest, and not after the identity provider's
    /// `SessionNotOnOrAfter`.
    pub expires: OffsetDateTime,
}

impl fmt::Debug for NewSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSession")
            .field("account", &self.account)
            .field("org", &self.org)
            .field("method", &self.method)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// Which sessions to end.
#[derive(Clone)]
pub enum SessionScope {
    /// All of an account, in every organisation: password change, account taken over.
    Account(AccountId),
    /// All of an account in one organisation: suspension, removal.
    Member(OrgId, AccountId),
    /// All of an organisation that did not come through its identity provider: Require
    /// Single Sign-On was switched on.
    WithoutSso(OrgId),
    /// Those a logout request of an organisation's identity provider names. An empty list of
    /// indexes means all of the subject (SAML Core 3.7.1).
    Subject {
        /// The organisation whose identity provider speaks.
        org: OrgId,
        /// To whom the name is tied there, as [`Database::identity_link`] says.
        account: AccountId,
        /// Its entity id.
        issuer: String,
        /// The name it uses for the person.
        name_id: String,
        /// The `SessionIndex` values of the request.
        session_indexes: Vec<String>,
    },
}

impl fmt::Debug for SessionScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Account(_) => "Account(..)",
            Self::Member(..) => "Member(..)",
            Self::WithoutSso(_) => "WithoutSso(..)",
            Self::Subject { .. } => "Subject { .. }",
        })
    }
}

/// Of `sessions s`.
const COLUMNS: &str = "s.account, s.org, s.method, s.issuer, s.name_id, s.session_index, s.detail, s.created, s.expires";

/// How many those are.
const WIDTH: usize = 9;

fn session(row: &Row) -> Result<Session, StoreError> {
    let sso = match (row.get::<Option<String>>(3)?, row.get::<Option<String>>(4)?) {
        (Some(issuer), Some(name_id)) => Some(SsoSubject {
            issuer,
            name_id,
            session_index: row.get(5)?,
        }),
        _ => None,
    };
    Ok(Session {
        account: crate::ids::account(row, 0)?,
        org: crate::ids::maybe_org(row, 1)?,
        method: row.text(2)?,
        sso,
        detail: serde_json::from_str(&row.text(6)?)?,
        created: row.instant(7)?,
        expires: row.instant(8)?,
    })
}

/// The statement that begins a session, and the session's secret.
pub(crate) fn step(
    pepper: &Pepper,
    new: &NewSession,
    now: OffsetDateTime,
) -> Result<(Secret, Step), StoreError> {
    let secret = secret(now)?;
    let sql = "INSERT INTO sessions \
               (digest, account, org, method, issuer, name_id, session_index, detail, created, expires) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let sso = new.sso.as_ref();
    let values = params![
        digest(pepper, &secret),
        &new.account,
        new.org.as_ref(),
        new.method.as_str(),
        sso.map(|sso| sso.issuer.as_str()),
        sso.map(|sso| sso.name_id.as_str()),
        sso.and_then(|sso| sso.session_index.as_deref()),
        new.detail.as_str(),
        now,
        new.expires,
    ];
    Ok((Secret(secret), Step::new(sql, values)))
}

async fn start(
    run: &mut Run<'_>,
    pepper: &Pepper,
    new: &NewSession,
    now: OffsetDateTime,
) -> Result<Secret, StoreError> {
    let (secret, step) = step(pepper, new, now)?;
    run.step(step).await?;
    Ok(secret)
}

async fn end(run: &mut Run<'_>, scope: &SessionScope) -> Result<u64, StoreError> {
    match scope {
        SessionScope::Account(account) => {
            run.execute("DELETE FROM sessions WHERE account = $1", params![account])
                .await
        }
        SessionScope::Member(org, account) => {
            run.execute(
                "DELETE FROM sessions WHERE account = $1 AND org = $2",
                params![account, org],
            )
            .await
        }
        SessionScope::WithoutSso(org) => {
            run.execute(
                "DELETE FROM sessions WHERE org = $1 AND name_id IS NULL",
                params![org],
            )
            .await
        }
        SessionScope::Subject {
            org,
            account,
            issuer,
            name_id,
            session_indexes,
        } => {
            let mut sql = String::from(
                "DELETE FROM sessions WHERE account = $1 AND org = $2 AND issuer = $3 AND name_id = $4",
            );
            let mut values = params![account, org, issuer.as_str(), name_id.as_str()];
            if !session_indexes.is_empty() {
                let first = values.len() + 1;
                values.extend(session_indexes.iter().map(|index| index.as_str().into()));
                let places: Vec<_> = (first..=values.len()).map(|n| format!("${n}")).collect();
                // One for which the provider gave no index is not known to be another.
                sql.push_str(&format!(
                    " AND (session_index IS NULL OR session_index IN ({}))",
                    places.join(", ")
                ));
            }
            run.execute(&sql, values).await
        }
    }
}

impl Database {
    /// Begins a session; the secret goes into the cookie and is not kept.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn start_session(
        &self,
        new: &NewSession,
        now: OffsetDateTime,
    ) -> Result<Secret, StoreError> {
        start(&mut Run::Alone(self), &self.pepper, new, now).await
    }

    /// The session of this cookie value, unless it has expired or was ended.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn session(
        &self,
        cookie: &str,
        now: OffsetDateTime,
    ) -> Result<Option<Session>, StoreError> {
        let digest = digest(&self.pepper, cookie);
        let sql = format!("SELECT {COLUMNS} FROM sessions s WHERE digest = $1 AND expires > $2");
        self.row(&sql, params![digest, now])
            .await?
            .as_ref()
            .map(session)
            .transpose()
    }

    /// The session of this cookie value, with whom it is of and where it has entered, by one look.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]; [`StoreError::Internal`] when the settings are of another shape.
    pub async fn signed_in<T: Readable>(
        &self,
        cookie: &str,
        now: OffsetDateTime,
    ) -> Result<Option<SignedIn<T>>, StoreError> {
        let digest = digest(&self.pepper, cookie);
        let sql = format!(
            "SELECT {COLUMNS}, {}, {} FROM sessions s JOIN accounts a ON a.id = s.account \
             LEFT JOIN organisations o ON o.id = s.org WHERE s.digest = $1 AND s.expires > $2",
            account::COLUMNS,
            organisation::WITH_SETTINGS,
        );
        let Some(row) = self.row(&sql, params![digest, now]).await? else {
            return Ok(None);
        };
        Ok(Some(SignedIn {
            session: session(&row)?,
            account: account::account_at(&row, WIDTH)?,
            organisation: organisation::maybe_with_settings_at(
                &self.parsed,
                &row,
                WIDTH + account::WIDTH,
            )?,
        }))
    }

    /// Replaces what the host remembers of a session.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when it was ended.
    pub async fn set_session_detail(
        &self,
        cookie: &str,
        detail: &JsonText,
    ) -> Result<(), StoreError> {
        let digest = digest(&self.pepper, cookie);
        let sql = "UPDATE sessions SET detail = $1 WHERE digest = $2";
        account::touched(self.execute(sql, params![detail.as_str(), digest]).await?)
    }

    /// The live sessions of an account, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn sessions_of_account(
        &self,
        account: &AccountId,
        now: OffsetDateTime,
    ) -> Result<Vec<Session>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM sessions s WHERE account = $1 AND expires > $2 ORDER BY created DESC"
        );
        self.rows(&sql, params![account, now])
            .await?
            .iter()
            .map(session)
            .collect()
    }

    /// Ends the session of this cookie value; an unknown one is ended already.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn end_session(&self, cookie: &str) -> Result<(), StoreError> {
        let digest = digest(&self.pepper, cookie);
        self.execute("DELETE FROM sessions WHERE digest = $1", params![digest])
            .await
            .map(drop)
    }

    /// Ends sessions and gives how many there were.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn end_sessions(&self, scope: &SessionScope) -> Result<u64, StoreError> {
        end(&mut Run::Alone(self), scope).await
    }
}

impl Transaction {
    /// As [`Database::start_session`], together with other changes.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn start_session(
        &mut self,
        new: &NewSession,
        now: OffsetDateTime,
    ) -> Result<Secret, StoreError> {
        start(&mut Run::Within(&mut self.tx), &self.pepper, new, now).await
    }

    /// As [`Database::end_sessions`], together with other changes.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn end_sessions(&mut self, scope: &SessionScope) -> Result<u64, StoreError> {
        end(&mut Run::Within(&mut self.tx), scope).await
    }
}
