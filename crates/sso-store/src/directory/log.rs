//! Two logs: what was changed by whom (audit), and who tried to come in (sign-ins).

use super::JsonText;
use super::list::{Cursor, First, Listed, Order, Page, listed};
use crate::database::Database;
use crate::error::StoreError;
use crate::ids::{AuditId, Generate, SignInId};
use crate::sql::{Row, Step, params};
use crate::transaction::{Run, Transaction};
use org_domain::{AccountId, OrgId};
use serde_json::Value as Json;
use std::fmt;
use time::OffsetDateTime;

/// An entry of the audit log.
#[derive(Clone, PartialEq)]
pub struct AuditEntry {
    /// Its identifier.
    pub id: AuditId,
    /// The organisation it is about; `None` for the installation as a whole.
    pub org: Option<OrgId>,
    /// When it happened.
    pub at: OffsetDateTime,
    /// Who did it, as the host names actors: an account, a token, the system.
    pub actor: String,
    /// The stable word for what was done.
    pub kind: String,
    /// To what it was done: an identifier.
    pub subject: String,
    /// Whatever else an auditor needs. Put no secret here.
    pub detail: Json,
}

impl fmt::Debug for AuditEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditEntry")
            .field("org", &self.org)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// What is needed to write an audit entry.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAuditEntry {
    /// The organisation it is about.
    pub org: Option<OrgId>,
    /// Who did it.
    pub actor: String,
    /// The stable word for what was done.
    pub kind: String,
    /// To what it was done.
    pub subject: String,
    /// Whatever else an auditor needs.
    pub detail: Json,
}

impl fmt::Debug for NewAuditEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAuditEntry")
            .field("org", &self.org)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// How a sign-in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInOutcome {
    /// The person is in.
    Accepted,
    /// The person is not.
    Refused,
}

impl SignInOutcome {
    const ALL: [(Self, &'static str); 2] =
        [(Self::Accepted, "accepted"), (Self::Refused, "refused")];

    pub(super) fn name(self) -> &'static str {
        super::name_of(&Self::ALL, &self)
    }
}

/// An attempt to sign in.
#[derive(Clone, PartialEq)]
pub struct SignIn {
    /// The trace id the person may have seen.
    pub id: SignInId,
    /// The organisation that was to be entered, when known.
    pub org: Option<OrgId>,
    /// The account, when one was found.
    pub account: Option<AccountId>,
    /// When.
    pub at: OffsetDateTime,
    /// The word for the method.
    pub method: String,
    /// How it ended.
    pub outcome: SignInOutcome,
    /// The stable code of the decision or of the first finding.
    pub code: String,
    /// The diagnosis for the organisation's Admins.
    pub detail: Json,
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn")
            .field("id", &self.id)
            .field("org", &self.org)
            .field("outcome", &self.outcome)
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

/// What is needed to log an attempt.
#[derive(Clone)]
pub struct NewSignIn {
    /// The trace id, usually [`Generate`](crate::Generate), made early so that the page can show it.
    pub id: SignInId,
    /// The organisation that was to be entered, when known.
    pub org: Option<OrgId>,
    /// The account, when one was found.
    pub account: Option<AccountId>,
    /// The word for the method.
    pub method: String,
    /// How it ended.
    pub outcome: SignInOutcome,
    /// The stable code of the decision or of the first finding.
    pub code: String,
    /// The diagnosis for the organisation's Admins.
    pub detail: JsonText,
}

impl fmt::Debug for NewSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSignIn")
            .field("id", &self.id)
            .field("org", &self.org)
            .field("outcome", &self.outcome)
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

/// The order of both logs.
const NEWEST: Order = Order {
    at: "at",
    id: "id",
    first: First::Newest,
};
const AUDIT: &str = "id, org, at, actor, kind, subject, detail";
const SIGN_IN: &str = "id, org, account, at, method, outcome, code, detail";

fn audit_entry(row: &Row) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        id: AuditId::new(row.text(0)?),
        org: crate::ids::maybe_org(row, 1)?,
        at: row.instant(2)?,
        actor: row.text(3)?,
        kind: row.text(4)?,
        subject: row.text(5)?,
        detail: serde_json::from_str(&row.text(6)?)?,
    })
}

fn sign_in(row: &Row) -> Result<SignIn, StoreError> {
    Ok(SignIn {
        id: SignInId::new(row.text(0)?),
        org: crate::ids::maybe_org(row, 1)?,
        account: crate::ids::maybe_account(row, 2)?,
        at: row.instant(3)?,
        method: row.text(4)?,
        outcome: super::named(&SignInOutcome::ALL, &row.text(5)?)?,
        code: row.text(6)?,
        detail: serde_json::from_str(&row.text(7)?)?,
    })
}

/// The statement that writes an audit entry, and the entry's identifier.
pub(crate) fn audit_step(
    new: &NewAuditEntry,
    now: OffsetDateTime,
) -> Result<(AuditId, Step), StoreError> {
    let id = AuditId::generate(now)?;
    let sql = "INSERT INTO audit (id, org, at, actor, kind, subject, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = params![
        &id,
        new.org.as_ref(),
        now,
        new.actor.as_str(),
        new.kind.as_str(),
        new.subject.as_str(),
        new.detail.to_string(),
    ];
    Ok((id, Step::new(sql, values)))
}

/// Writes an audit entry, alone or with what it is about.
pub(crate) async fn audit(
    run: &mut Run<'_>,
    new: &NewAuditEntry,
    now: OffsetDateTime,
) -> Result<AuditId, StoreError> {
    let (id, step) = audit_step(new, now)?;
    run.step(step).await?;
    Ok(id)
}

/// The statement that logs an attempt to sign in.
pub(crate) fn sign_in_step(new: &NewSignIn, now: OffsetDateTime) -> Step {
    let sql = "INSERT INTO sign_ins (id, org, account, at, method, outcome, code, detail) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values = params![
        &new.id,
        new.org.as_ref(),
        new.account.as_ref(),
        now,
        new.method.as_str(),
        new.outcome.name(),
        new.code.as_str(),
        new.detail.as_str(),
    ];
    Step::new(sql, values)
}

async fn record(run: &mut Run<'_>, new: &NewSignIn, now: OffsetDateTime) -> Result<(), StoreError> {
    run.step(sign_in_step(new, now)).await.map(drop)
}

impl Database {
    /// Writes an audit entry by itself. A change and its entry belong in one [`Transaction`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn record_audit(
        &self,
        new: &NewAuditEntry,
        now: OffsetDateTime,
    ) -> Result<AuditId, StoreError> {
        audit(&mut Run::Alone(self), new, now).await
    }

    /// An organisation's audit log, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn audit_log(
        &self,
        org: &OrgId,
        page: &Page,
    ) -> Result<Listed<AuditEntry>, StoreError> {
        let mut values = params![org];
        let rest = NEWEST.clause(page, &mut values);
        let sql = format!("SELECT {AUDIT} FROM audit WHERE org = $1{rest}");
        let rows = self.rows(&sql, values).await?;
        listed(page, &rows, audit_entry, |entry| {
            Cursor::new(entry.at, entry.id.as_str())
        })
    }

    /// Logs an attempt to sign in.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn record_sign_in(
        &self,
        new: &NewSignIn,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        record(&mut Run::Alone(self), new, now).await
    }

    /// An organisation's attempts to sign in, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn sign_ins(&self, org: &OrgId, page: &Page) -> Result<Listed<SignIn>, StoreError> {
        let mut values = params![org];
        let rest = NEWEST.clause(page, &mut values);
        let sql = format!("SELECT {SIGN_IN} FROM sign_ins WHERE org = $1{rest}");
        let rows = self.rows(&sql, values).await?;
        listed(page, &rows, sign_in, |entry| {
            Cursor::new(entry.at, entry.id.as_str())
        })
    }

    /// The attempt with this trace id.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn sign_in(&self, id: &SignInId) -> Result<Option<SignIn>, StoreError> {
        let sql = format!("SELECT {SIGN_IN} FROM sign_ins WHERE id = $1");
        self.row(&sql, params![id])
            .await?
            .as_ref()
            .map(sign_in)
            .transpose()
    }
}

impl Transaction {
    /// Writes an audit entry together with the change it is about.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn record_audit(
        &mut self,
        new: &NewAuditEntry,
        now: OffsetDateTime,
    ) -> Result<AuditId, StoreError> {
        audit(&mut Run::Within(&mut self.tx), new, now).await
    }

    /// Logs an attempt to sign in together with its session.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn record_sign_in(
        &mut self,
        new: &NewSignIn,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        record(&mut Run::Within(&mut self.tx), new, now).await
    }
}
