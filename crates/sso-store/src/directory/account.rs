//! Accounts: one per person and e-mail address, shared by the organisations the person is in.

use crate::database::Database;
use crate::error::StoreError;
use crate::sql::{Row, Tx, params};
use crate::transaction::Transaction;
use org_domain::{AccountId, Email};
use std::fmt;
use time::OffsetDateTime;

/// Where an account came from; an account provisioned by an organisation may also be deleted
/// by it, others may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountOrigin {
    /// A person accepted an invitation.
    Invitation,
    /// A first sign-in through an organisation's identity provider.
    JustInTime,
    /// SCIM provisioning.
    Scim,
    /// A person signed up.
    SignUp,
}

impl AccountOrigin {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Invitation, "invitation"),
        (Self::JustInTime, "just_in_time"),
        (Self::Scim, "scim"),
        (Self::SignUp, "sign_up"),
    ];

    pub(crate) fn name(self) -> &'static str {
        super::name_of(&Self::ALL, &self)
    }

    fn parse(name: &str) -> Result<Self, StoreError> {
        super::named(&Self::ALL, name)
    }
}

/// A person's account.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Its identifier.
    pub id: AccountId,
    /// The address as it was given; accounts are told apart by its lookup key.
    pub email: Email,
    /// First name, empty when unknown.
    pub given_name: String,
    /// Last name, empty when unknown.
    pub family_name: String,
    /// The password hash in PHC form, made and checked by the host; `None` when no password
    /// was ever set.
    pub password_hash: Option<String>,
    /// Where it came from.
    pub origin: AccountOrigin,
    /// When it was made.
    pub created: OffsetDateTime,
    /// When it last changed.
    pub modified: OffsetDateTime,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

/// What is needed to make an account.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// Its identifier, usually [`Generate`](crate::Generate).
    pub id: AccountId,
    /// The address.
    pub email: Email,
    /// First name, or empty.
    pub given_name: String,
    /// Last name, or empty.
    pub family_name: String,
    /// PHC string, hashed by the host; `None` for people who never set a password.
    pub password_hash: Option<String>,
    /// Where it comes from.
    pub origin: AccountOrigin,
}

impl fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAccount")
            .field("id", &self.id)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

/// Of `accounts a`.
pub(super) const COLUMNS: &str =
    "a.id, a.email, a.given_name, a.family_name, a.password_hash, a.origin, a.created, a.modified";

/// How many those are.
pub(super) const WIDTH: usize = 8;

fn account(row: &Row) -> Result<Account, StoreError> {
    account_at(row, 0)
}

/// An account whose columns begin at this one.
pub(super) fn account_at(row: &Row, first: usize) -> Result<Account, StoreError> {
    Ok(Account {
        id: crate::ids::account(row, first)?,
        email: crate::ids::email(row, first + 1)?,
        given_name: row.text(first + 2)?,
        family_name: row.text(first + 3)?,
        password_hash: row.get(first + 4)?,
        origin: AccountOrigin::parse(&row.text(first + 5)?)?,
        created: row.instant(first + 6)?,
        modified: row.instant(first + 7)?,
    })
}

impl Database {
    /// The account with this identifier.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn account(&self, id: &AccountId) -> Result<Option<Account>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM accounts a WHERE a.id = $1");
        self.row(&sql, params![id])
            .await?
            .as_ref()
            .map(account)
            .transpose()
    }

    /// The account with this address, whatever the case it is written in.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn account_by_email(&self, email: &Email) -> Result<Option<Account>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM accounts a WHERE a.email_key = $1");
        self.row(&sql, params![email.lookup_key()])
            .await?
            .as_ref()
            .map(account)
            .transpose()
    }
}

pub(crate) async fn create(
    tx: &mut Tx,
    new: &NewAccount,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO accounts \
               (id, email, email_key, given_name, family_name, password_hash, origin, created, modified) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
    let values = params![
        &new.id,
        new.email.to_string(),
        new.email.lookup_key(),
        new.given_name.as_str(),
        new.family_name.as_str(),
        new.password_hash.as_deref(),
        new.origin.name(),
        now,
    ];
    tx.execute(sql, values).await.map(drop)
}

pub(crate) async fn rename(
    tx: &mut Tx,
    id: &AccountId,
    given_name: &str,
    family_name: &str,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    let sql = "UPDATE accounts SET given_name = $1, family_name = $2, modified = $3 WHERE id = $4";
    touched(
        tx.execute(sql, params![given_name, family_name, now, id])
            .await?,
    )
}

pub(crate) async fn change_email(
    tx: &mut Tx,
    id: &AccountId,
    email: &Email,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    let sql = "UPDATE accounts SET email = $1, email_key = $2, modified = $3 WHERE id = $4";
    touched(
        tx.execute(sql, params![email.to_string(), email.lookup_key(), now, id])
            .await?,
    )
}

pub(crate) fn touched(rows: u64) -> Result<(), StoreError> {
    if rows == 0 {
        Err(StoreError::Missing)
    } else {
        Ok(())
    }
}

impl Transaction {
    /// Makes an account.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`Constraint::AccountEmail`](crate::Constraint) when the
    /// address has an account, also when another caller is making it in this moment.
    pub async fn create_account(
        &mut self,
        new: &NewAccount,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        create(&mut self.tx, new, now).await
    }

    /// Gives a person another name.
    ///
    /// # Errors
    /// [`StoreError::Missing`] for an unknown account.
    pub async fn rename_account(
        &mut self,
        id: &AccountId,
        given_name: &str,
        family_name: &str,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        rename(&mut self.tx, id, given_name, family_name, now).await
    }

    /// Sets or removes the password hash. Ending other sessions is the caller's decision.
    ///
    /// # Errors
    /// [`StoreError::Missing`] for an unknown account.
    pub async fn set_password_hash(
        &mut self,
        id: &AccountId,
        hash: Option<&str>,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE accounts SET password_hash = $1, modified = $2 WHERE id = $3";
        touched(self.execute(sql, params![hash, now, id]).await?)
    }
}
