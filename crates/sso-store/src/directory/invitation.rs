//! Invitations: a link that is mailed carries a secret, the row its digest.

use super::account::touched;
use super::list::{Cursor, First, Listed, Order, Page, listed};
use crate::database::Database;
use crate::error::{Rule, StoreError};
use crate::ids::{InvitationId, Secret, secret};
use crate::pepper::Purpose;
use crate::sql::{Row, params};
use crate::transaction::Transaction;
use org_domain::{Email, OrgId, Role};
use std::fmt;
use time::OffsetDateTime;

/// An open invitation.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The organisation that invites.
    pub org: OrgId,
    /// Its identifier.
    pub id: InvitationId,
    /// Whom: an address as given.
    pub email: Email,
    /// The role the person will have.
    pub role: Role,
    /// Who invited, as the host names actors.
    pub invited_by: String,
    /// When it was made.
    pub created: OffsetDateTime,
    /// When the link stops working.
    pub expires: OffsetDateTime,
}

impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invitation")
            .field("org", &self.org)
            .field("id", &self.id)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// What is needed to invite somebody.
#[derive(Clone)]
pub struct NewInvitation {
    /// The organisation that invites.
    pub org: OrgId,
    /// Its identifier, usually [`Generate`](crate::Generate).
    pub id: InvitationId,
    /// Whom: an address as given.
    pub email: Email,
    /// The role the person will have.
    pub role: Role,
    /// Who invites, as the host names actors.
    pub invited_by: String,
    /// When the link is to stop working.
    pub expires: OffsetDateTime,
}

impl fmt::Debug for NewInvitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewInvitation")
            .field("org", &self.org)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// Of `invitations i`.
pub(super) const COLUMNS: &str = "i.org, i.id, i.email, i.role, i.invited_by, i.created, i.expires";

/// Revokes what invites an account's address into an organisation: the organisation, the account.
pub(crate) const REVOKE_OF_ACCOUNT: &str = "UPDATE invitations SET state = 'revoked' WHERE org = $1 AND state = 'open' \
    AND email_key = (SELECT email_key FROM accounts WHERE id = $2)";

fn invitation(row: &Row) -> Result<Invitation, StoreError> {
    invitation_at(row, 0)
}

/// An invitation whose columns begin at this one.
pub(super) fn invitation_at(row: &Row, first: usize) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        org: crate::ids::org(row, first)?,
        id: InvitationId::new(row.text(first + 1)?),
        email: crate::ids::email(row, first + 2)?,
        role: super::member::role(row, first + 3)?,
        invited_by: row.text(first + 4)?,
        created: row.instant(first + 5)?,
        expires: row.instant(first + 6)?,
    })
}

const ORDER: Order = Order {
    at: "created",
    id: "id",
    first: First::Newest,
};

impl Database {
    /// The open, unexpired invitation this link's token belongs to.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn invitation(
        &self,
        token: &str,
        now: OffsetDateTime,
    ) -> Result<Option<Invitation>, StoreError> {
        let digest = self.pepper.digest(Purpose::Invitation, token.as_bytes());
        let sql = format!(
            "SELECT {COLUMNS} FROM invitations i WHERE token_digest = $1 AND state = 'open' AND expires > $2"
        );
        self.row(&sql, params![digest, now])
            .await?
            .as_ref()
            .map(invitation)
            .transpose()
    }

    /// The open, unexpired invitation of an address into an organisation.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn invitation_for(
        &self,
        org: &OrgId,
        email: &Email,
        now: OffsetDateTime,
    ) -> Result<Option<Invitation>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM invitations i WHERE org = $1 AND email_key = $2 AND state = 'open' AND expires > $3"
        );
        self.row(&sql, params![org, email.lookup_key(), now])
            .await?
            .as_ref()
            .map(invitation)
            .transpose()
    }

    /// An organisation's open invitations, newest first, expired ones included: they can be
    /// sent again.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn invitations(
        &self,
        org: &OrgId,
        page: &Page,
    ) -> Result<Listed<Invitation>, StoreError> {
        let mut values = params![org];
        let rest = ORDER.clause(page, &mut values);
        let sql =
            format!("SELECT {COLUMNS} FROM invitations i WHERE org = $1 AND state = 'open'{rest}");
        let rows = self.rows(&sql, values).await?;
        listed(page, &rows, invitation, |invitation| {
            Cursor::new(invitation.created, invitation.id.as_str())
        })
    }

    /// How many invitations [`invitations`](Self::invitations) lists in all.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_invitations(&self, org: &OrgId) -> Result<u64, StoreError> {
        let sql = "SELECT COUNT(*) FROM invitations WHERE org = $1 AND state = 'open'";
        self.count(sql, params![org]).await
    }
}

impl Transaction {
    /// Invites an address; the secret goes into the link and is not kept.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`Constraint::Invitation`](crate::Constraint) when the
    /// address has an open invitation; revoke that first to send a new link.
    pub async fn invite(
        &mut self,
        new: &NewInvitation,
        now: OffsetDateTime,
    ) -> Result<Secret, StoreError> {
        let secret = secret()?;
        let sql = "INSERT INTO invitations \
                   (org, id, email, email_key, role, token_digest, invited_by, state, created, expires) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9)";
        let values = params![
            &new.org,
            &new.id,
            new.email.to_string(),
            new.email.lookup_key(),
            new.role.as_str(),
            self.pepper.digest(Purpose::Invitation, secret.as_bytes()),
            new.invited_by.as_str(),
            now,
            new.expires,
        ];
        self.execute(sql, values).await?;
        Ok(Secret(secret))
    }

    /// Uses an invitation up; make the membership in the same transaction. Of two callers with
    /// one link, one gets [`Rule::InvitationClosed`].
    ///
    /// # Errors
    /// [`StoreError::Rule`] when it was accepted, revoked or has expired.
    pub async fn accept_invitation(
        &mut self,
        org: &OrgId,
        id: &InvitationId,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE invitations SET state = 'accepted' \
                   WHERE org = $1 AND id = $2 AND state = 'open' AND expires > $3";
        match self.execute(sql, params![org, id, now]).await? {
            0 => Err(StoreError::Rule(Rule::InvitationClosed)),
            _ => Ok(()),
        }
    }

    /// Makes an invitation's link worthless.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when no such invitation is open.
    pub async fn revoke_invitation(
        &mut self,
        org: &OrgId,
        id: &InvitationId,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE invitations SET state = 'revoked' WHERE org = $1 AND id = $2 AND state = 'open'";
        touched(self.execute(sql, params![org, id]).await?)
    }
}
