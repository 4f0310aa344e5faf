//! Bearer tokens of provisioning clients: two slots per organisation, digests at rest.

use crate::database::Database;
use crate::error::StoreError;
use crate::sql::{Row, params};
use crate::transaction::Transaction;
use org_domain::OrgId;
use scim_core::TenantId;
use scim_core::auth::{
    RandomError, Rotated, Slot, TokenId, TokenRecord, TokenStore, TokenText, rotate,
};
use time::{Duration, OffsetDateTime};

const COLUMNS: &str = "id, org, slot, digest, created, expires, last_used, made_by";

/// A token as a list may show it: who made it, and when it was used. There is no secret in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenInfo {
    /// What scim-core keeps of it.
    pub record: TokenRecord,
    /// Who made it, as the host names actors.
    pub made_by: String,
}

fn slot_number(slot: Slot) -> i64 {
    match slot {
        Slot::First => 1,
        Slot::Second => 2,
    }
}

fn info(row: &Row) -> Result<TokenInfo, StoreError> {
    let corrupt = || StoreError::corrupt("a token row that scim-core did not make");
    let digest: Vec<u8> = row.get(3)?;
    let record = TokenRecord {
        id: TokenId::parse(&row.text(0)?).map_err(|_| corrupt())?,
        tenant: TenantId::new(row.text(1)?),
        slot: if row.get::<i64>(2)? == 1 {
            Slot::First
        } else {
            Slot::Second
        },
        digest: digest.try_into().map_err(|_| corrupt())?,
        created_at: row.instant(4)?,
        expires_at: row.maybe_instant(5)?,
        last_used: row.maybe_instant(6)?,
    };
    Ok(TokenInfo {
        record,
        made_by: row.text(7)?,
    })
}

impl TokenStore for Database {
    type Error = StoreError;

    async fn find(&self, id: &TokenId) -> Result<Option<TokenRecord>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM scim_tokens WHERE id = $1");
        let row = self.row(&sql, params![id.as_str()]).await?;
        Ok(row.as_ref().map(info).transpose()?.map(|info| info.record))
    }

    async fn touch(&self, id: &TokenId, now: OffsetDateTime) -> Result<(), StoreError> {
        let sql = "UPDATE scim_tokens SET last_used = $1 WHERE id = $2";
        self.execute(sql, params![now, id.as_str()]).await.map(drop)
    }
}

impl Database {
    /// An organisation's tokens, ended ones included until they are replaced, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn tokens(&self, org: &OrgId) -> Result<Vec<TokenInfo>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM scim_tokens WHERE org = $1 ORDER BY created, id");
        self.rows(&sql, params![org])
            .await?
            .iter()
            .map(info)
            .collect()
    }
}

impl Transaction {
    /// Makes a token in the slot that is free or older; the other one, if still valid, ends
    /// after `overlap` (zero ends it at once). The text is shown once and not kept.
    ///
    /// # Errors
    /// [`StoreError::Missing`] for an unknown organisation, [`StoreError::Random`].
    pub async fn mint_token(
        &mut self,
        org: &OrgId,
        made_by: &str,
        expires: Option<OffsetDateTime>,
        overlap: Duration,
        now: OffsetDateTime,
    ) -> Result<TokenText, StoreError> {
        self.lock(org).await?;
        let sql = format!("SELECT {COLUMNS} FROM scim_tokens WHERE org = $1");
        let rows = self.tx.rows(&sql, params![org]).await?;
        let current = rows
            .iter()
            .map(|row| Ok(info(row)?.record))
            .collect::<Result<Vec<_>, StoreError>>()?;
        let mut random = |bytes: &mut [u8]| getrandom::fill(bytes).map_err(|_| RandomError);
        let tenant = TenantId::new(org.as_str());
        let pepper = self.pepper.for_scim_tokens();
        let rotated = rotate(
            &tenant,
            &current,
            expires,
            overlap,
            &pepper,
            now,
            &mut random,
        )
        .map_err(|RandomError| StoreError::Random)?;
        self.write_rotation(org, made_by, &rotated).await?;
        Ok(rotated.text)
    }

    async fn write_rotation(
        &mut self,
        org: &OrgId,
        made_by: &str,
        rotated: &Rotated,
    ) -> Result<(), StoreError> {
        if let Some(retired) = &rotated.retired {
            let sql = "UPDATE scim_tokens SET expires = $1 WHERE id = $2 AND org = $3";
            self.execute(sql, params![retired.expires_at, retired.id.as_str(), org])
                .await?;
        }
        let new = &rotated.record;
        let sql = "DELETE FROM scim_tokens WHERE org = $1 AND slot = $2";
        self.execute(sql, params![org, slot_number(new.slot)])
            .await?;
        let sql = "INSERT INTO scim_tokens (id, org, slot, digest, made_by, created, expires, last_used) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)";
        let values = params![
            new.id.as_str(),
            org,
            slot_number(new.slot),
            new.digest.to_vec(),
            made_by,
            new.created_at,
            new.expires_at,
        ];
        self.execute(sql, values).await.map(drop)
    }

    /// Ends a token at once and forgets it.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when the organisation has no such token.
    pub async fn revoke_token(&mut self, org: &OrgId, id: &TokenId) -> Result<(), StoreError> {
        let sql = "DELETE FROM scim_tokens WHERE org = $1 AND id = $2";
        crate::directory::touched(self.execute(sql, params![org, id.as_str()]).await?)
    }
}
