//! Values that a schema declares unique: the primary key of their table decides.

use super::refusal::Failed;
use crate::error::StoreError;
use crate::sql::{Tx, params};
use org_domain::OrgId;
use scim_core::id::Kind;
use scim_core::store::{Stored, UniqueValue};
use sha2::{Digest, Sha256};

/// A resource that has just been written, in its transaction.
pub(super) struct Holder<'a> {
    pub(super) tx: &'a mut Tx,
    pub(super) org: &'a OrgId,
    pub(super) stored: &'a Stored,
}

impl Holder<'_> {
    /// Gives it these values in place of those it has; `None` leaves them.
    pub(super) async fn hold(&mut self, values: Option<&[UniqueValue]>) -> Result<(), Failed> {
        if values.is_some() {
            let sql = format!(
                "DELETE FROM scim_unique_values WHERE org = $1 AND kind = $2 AND {} = $3",
                self.column()
            );
            let (kind, id) = (self.stored.kind().as_str(), self.stored.id().as_str());
            self.tx.execute(&sql, params![self.org, kind, id]).await?;
        }
        self.take(values).await
    }

    /// Gives these values to a resource that has none.
    ///
    /// They come in one order for all writers, so that two of them never wait for each other.
    pub(super) async fn take(&mut self, values: Option<&[UniqueValue]>) -> Result<(), Failed> {
        for value in values.into_iter().flatten() {
            if !self.insert(value).await? {
                return Err(Failed::Taken(value.attribute.clone()));
            }
        }
        Ok(())
    }

    /// Whether the value was free.
    async fn insert(&mut self, value: &UniqueValue) -> Result<bool, StoreError> {
        let sql = format!(
            "INSERT INTO scim_unique_values (org, kind, attribute, digest, {}) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (org, kind, attribute, digest) DO NOTHING",
            self.column()
        );
        let digest = Sha256::digest(value.key.as_bytes()).to_vec();
        let (kind, id) = (self.stored.kind().as_str(), self.stored.id().as_str());
        let values = params![self.org, kind, value.attribute.as_str(), digest, id];
        Ok(self.tx.execute(&sql, values).await? == 1)
    }

    fn column(&self) -> &'static str {
        if *self.stored.kind() == Kind::USER {
            "member"
        } else {
            "resource"
        }
    }
}
