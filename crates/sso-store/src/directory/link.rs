//! Identity links: which account an identity provider means by a name.

use super::account::touched;
use crate::database::Database;
use crate::error::StoreError;
use crate::sql::{Row, params};
use crate::transaction::Transaction;
use org_domain::{AccountId, OrgId};
use std::fmt;
use time::OffsetDateTime;

/// A persistent name at an identity provider, tied to an account within one organisation.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityLink {
    /// The organisation whose identity provider it is.
    pub org: OrgId,
    /// The identity provider's entity id.
    pub issuer: String,
    /// The name it uses for the person.
    pub name_id: String,
    /// The account.
    pub account: AccountId,
    /// When the link was made.
    pub created: OffsetDateTime,
    /// When it last let somebody in.
    pub last_used: OffsetDateTime,
}

impl fmt::Debug for IdentityLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityLink")
            .field("org", &self.org)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

/// What is needed to make a link.
#[derive(Clone)]
pub struct NewIdentityLink {
    /// The organisation.
    pub org: OrgId,
    /// The identity provider's entity id.
    pub issuer: String,
    /// The name it uses for the person.
    pub name_id: String,
    /// The account.
    pub account: AccountId,
}

impl fmt::Debug for NewIdentityLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewIdentityLink")
            .field("org", &self.org)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str = "org, issuer, name_id, account, created, last_used";

fn link(row: &Row) -> Result<IdentityLink, StoreError> {
    Ok(IdentityLink {
        org: crate::ids::org(row, 0)?,
        issuer: row.text(1)?,
        name_id: row.text(2)?,
        account: crate::ids::account(row, 3)?,
        created: row.instant(4)?,
        last_used: row.instant(5)?,
    })
}

impl Database {
    /// The account an organisation's identity provider means by this name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn identity_link(
        &self,
        org: &OrgId,
        issuer: &str,
        name_id: &str,
    ) -> Result<Option<IdentityLink>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM identity_links WHERE org = $1 AND issuer = $2 AND name_id = $3"
        );
        self.row(&sql, params![org, issuer, name_id])
            .await?
            .as_ref()
            .map(link)
            .transpose()
    }

    /// The names by which an organisation's identity provider knows this account.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn links_of_account(
        &self,
        org: &OrgId,
        account: &AccountId,
    ) -> Result<Vec<IdentityLink>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM identity_links WHERE account = $1 AND org = $2 ORDER BY created"
        );
        self.rows(&sql, params![account, org])
            .await?
            .iter()
            .map(link)
            .collect()
    }

    /// Whether any member of an organisation is tied to a name at its identity provider.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn has_linked_member(&self, org: &OrgId) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM identity_links l JOIN members m \
                   ON m.org = l.org AND m.account = l.account WHERE l.org = $1 LIMIT 1";
        Ok(self.row(sql, params![org]).await?.is_some())
    }

    /// Notes that a link let somebody in.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when the link is gone.
    pub async fn touch_link(
        &self,
        org: &OrgId,
        issuer: &str,
        name_id: &str,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE identity_links SET last_used = $1 WHERE org = $2 AND issuer = $3 AND name_id = $4";
        touched(
            self.execute(sql, params![now, org, issuer, name_id])
                .await?,
        )
    }
}

impl Transaction {
    /// Ties a name to an account.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`Constraint::IdentityLink`](crate::Constraint) when the
    /// name is tied already, to whomever.
    pub async fn link_identity(
        &mut self,
        new: &NewIdentityLink,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO identity_links (org, issuer, name_id, account, created, last_used) \
                   VALUES ($1, $2, $3, $4, $5, $5)";
        let values = params![
            &new.org,
            new.issuer.as_str(),
            new.name_id.as_str(),
            &new.account,
            now
        ];
        self.execute(sql, values).await.map(drop)
    }

    /// Removes all names of an account in an organisation; gives how many there were.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn unlink_account(
        &mut self,
        org: &OrgId,
        account: &AccountId,
    ) -> Result<u64, StoreError> {
        let sql = "DELETE FROM identity_links WHERE account = $1 AND org = $2";
        self.execute(sql, params![account, org]).await
    }
}
