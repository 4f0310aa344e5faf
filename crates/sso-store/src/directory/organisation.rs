//! Organisations and their settings, which change only from the version one has read.

use super::list::{Cursor, First, Listed, Order, Page, listed};
use crate::database::Database;
use crate::error::StoreError;
use crate::parsed::{Parsed, Readable};
use crate::sql::{Row, params};
use crate::transaction::Transaction;
use org_domain::OrgId;
use serde::Serialize;
use time::OffsetDateTime;

/// An organisation: the customer, the tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its identifier; also the `org_id` of the assertion consumer URL.
    pub id: OrgId,
    /// The name people gave it.
    pub name: String,
    /// When it was made.
    pub created: OffsetDateTime,
}

/// What is needed to make an organisation.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    /// Its identifier, usually [`Generate`](crate::Generate).
    pub id: OrgId,
    /// The name people give it.
    pub name: String,
}

/// Whose connection an issuer belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssuerOwner {
    /// No organisation has it.
    Nobody,
    /// Exactly one has it.
    One(OrgId),
    /// Several have entered it, so that it points to none of them.
    Several,
}

/// A value with the version it was read in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned<T> {
    /// The value.
    pub value: T,
    /// Its version: starts at 1, grows by 1 with every change.
    pub version: i64,
}

fn organisation(row: &Row) -> Result<Organisation, StoreError> {
    organisation_at(row, 0)
}

fn organisation_at(row: &Row, first: usize) -> Result<Organisation, StoreError> {
    Ok(Organisation {
        id: crate::ids::org(row, first)?,
        name: row.text(first + 1)?,
        created: row.instant(first + 2)?,
    })
}

/// Of `organisations o`.
pub(crate) const WITH_SETTINGS: &str = "o.id, o.name, o.created, o.settings, o.settings_version";

/// The organisation whose columns begin at this one, with its settings; `None` where the row has
/// none.
pub(crate) fn maybe_with_settings_at<T: Readable>(
    parsed: &Parsed,
    row: &Row,
    first: usize,
) -> Result<Option<(Organisation, Versioned<T>)>, StoreError> {
    if row.get::<Option<String>>(first)?.is_none() {
        return Ok(None);
    }
    let organisation = organisation_at(row, first)?;
    let settings = Versioned {
        value: parsed.value(organisation.id.to_string(), row.text(first + 3)?)?,
        version: row.get(first + 4)?,
    };
    Ok(Some((organisation, settings)))
}

const ORDER: Order = Order {
    at: "created",
    id: "id",
    first: First::Oldest,
};

impl Database {
    /// The organisation with this identifier.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn organisation(&self, id: &OrgId) -> Result<Option<Organisation>, StoreError> {
        let sql = "SELECT id, name, created FROM organisations WHERE id = $1";
        self.row(sql, params![id])
            .await?
            .as_ref()
            .map(organisation)
            .transpose()
    }

    /// Organisations, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn organisations(&self, page: &Page) -> Result<Listed<Organisation>, StoreError> {
        let mut values = Vec::new();
        let rest = ORDER.clause(page, &mut values);
        let sql = format!("SELECT id, name, created FROM organisations WHERE 1 = 1{rest}");
        let rows = self.rows(&sql, values).await?;
        listed(page, &rows, organisation, |organisation| {
            Cursor::new(organisation.created, organisation.id.as_str())
        })
    }

    /// The organisation whose present connection has this issuer, byte for byte.
    ///
    /// A pointer and no proof: an issuer is not unique, and whoever sends one can write what they
    /// like. Two entries of an index are looked at, however many organisations there are.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn organisation_of_issuer(&self, issuer: &str) -> Result<IssuerOwner, StoreError> {
        // No issuer kept here holds one, and PostgreSQL would take it for an error.
        if issuer.contains('\0') {
            return Ok(IssuerOwner::Nobody);
        }
        let sql = "SELECT id FROM organisations WHERE issuer = $1 ORDER BY id LIMIT 2";
        Ok(match &self.rows(sql, params![issuer]).await?[..] {
            [] => IssuerOwner::Nobody,
            [one] => IssuerOwner::One(crate::ids::org(one, 0)?),
            _ => IssuerOwner::Several,
        })
    }

    /// An organisation together with its settings, read at once; `None` for an unknown one.
    ///
    /// # Errors
    /// As [`settings`](Self::settings).
    pub async fn organisation_with_settings<T: Readable>(
        &self,
        id: &OrgId,
    ) -> Result<Option<(Organisation, Versioned<T>)>, StoreError> {
        let sql = format!("SELECT {WITH_SETTINGS} FROM organisations o WHERE o.id = $1");
        match self.row(&sql, params![id]).await? {
            Some(row) => maybe_with_settings_at(&self.parsed, &row, 0),
            None => Ok(None),
        }
    }

    /// The settings of an organisation with their version; `None` for an unknown organisation.
    ///
    /// `T` is the settings type of org-domain, or any other that was stored.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]; [`StoreError::Internal`] when what is stored is no `T`.
    pub async fn settings<T: Readable>(
        &self,
        org: &OrgId,
    ) -> Result<Option<Versioned<T>>, StoreError> {
        let sql = "SELECT settings, settings_version FROM organisations WHERE id = $1";
        let Some(row) = self.row(sql, params![org]).await? else {
            return Ok(None);
        };
        Ok(Some(Versioned {
            value: self.parsed.value(org.to_string(), row.text(0)?)?,
            version: row.get(1)?,
        }))
    }
}

impl Transaction {
    /// Makes an organisation with its first settings, in version 1.
    ///
    /// `issuer` is that of the connection among the settings, `None` without one: what
    /// [`Database::organisation_of_issuer`] finds the organisation by.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the identifier exists.
    pub async fn create_organisation<T: Serialize>(
        &mut self,
        new: &NewOrganisation,
        settings: &T,
        issuer: Option<&str>,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO organisations (id, name, settings, issuer, settings_version, created) \
                   VALUES ($1, $2, $3, $4, 1, $5)";
        let values = params![
            &new.id,
            new.name.as_str(),
            serde_json::to_string(settings)?,
            issuer,
            now
        ];
        self.execute(sql, values).await.map(drop)
    }

    /// Replaces the settings if they are still in the version one has read; gives the new
    /// version. `issuer` as for [`create_organisation`](Self::create_organisation).
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody else changed them, or the organisation is gone.
    pub async fn save_settings<T: Serialize>(
        &mut self,
        org: &OrgId,
        read: i64,
        settings: &T,
        issuer: Option<&str>,
    ) -> Result<i64, StoreError> {
        let sql = "UPDATE organisations SET settings = $1, issuer = $2, settings_version = settings_version + 1 \
                   WHERE id = $3 AND settings_version = $4";
        let values = params![serde_json::to_string(settings)?, issuer, org, read];
        match self.execute(sql, values).await? {
            0 => Err(StoreError::Stale),
            _ => Ok(read + 1),
        }
    }

    /// Gives an organisation another name.
    ///
    /// # Errors
    /// [`StoreError::Missing`] for an unknown organisation.
    pub async fn rename_organisation(&mut self, org: &OrgId, name: &str) -> Result<(), StoreError> {
        let sql = "UPDATE organisations SET name = $1 WHERE id = $2";
        match self.execute(sql, params![name, org]).await? {
            0 => Err(StoreError::Missing),
            _ => Ok(()),
        }
    }
}
