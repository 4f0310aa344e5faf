//! The claim store of org-domain, and its outbox.
//!
//! One partial unique index over the domains that are held decides who owns a domain; a claim
//! is written only from the version it was worked out from; checks that are due are leased, so
//! that of several processes one looks at the DNS.

use crate::database::Database;
use crate::error::{Constraint, StoreError};
use crate::sql::{Row, Tx, params};
use crate::transaction::Transaction;
use org_domain::claim::Claim;
use org_domain::proof::Scope;
use org_domain::store::{ClaimStore, ClaimWrite, CommitError, Expected, OutboxEntry};
use org_domain::{Domain, OrgId, Version};
use time::OffsetDateTime;

fn claim(row: &Row) -> Result<Claim, StoreError> {
    Ok(serde_json::from_str(&row.text(0)?)?)
}

fn number(version: Version) -> i64 {
    i64::try_from(version.get()).unwrap_or(i64::MAX)
}

impl ClaimStore for Database {
    type Error = StoreError;

    async fn load(&self, org: &OrgId, domain: &Domain) -> Result<Option<Claim>, StoreError> {
        let sql = "SELECT claim FROM claims WHERE domain = $1 AND org = $2";
        self.row(sql, params![domain.as_str(), org])
            .await?
            .as_ref()
            .map(claim)
            .transpose()
    }

    async fn list(&self, org: &OrgId) -> Result<Vec<Claim>, StoreError> {
        let sql = "SELECT claim FROM claims WHERE org = $1 ORDER BY domain";
        self.rows(sql, params![org])
            .await?
            .iter()
            .map(claim)
            .collect()
    }

    async fn holder(&self, domain: &Domain) -> Result<Option<Claim>, StoreError> {
        let sql = "SELECT claim FROM claims WHERE domain = $1 AND holds = 1";
        self.row(sql, params![domain.as_str()])
            .await?
            .as_ref()
            .map(claim)
            .transpose()
    }

    async fn claims_to(&self, domain: &Domain) -> Result<Vec<Claim>, StoreError> {
        let sql = "SELECT claim FROM claims WHERE domain = $1 ORDER BY org";
        self.rows(sql, params![domain.as_str()])
            .await?
            .iter()
            .map(claim)
            .collect()
    }

    async fn commit(&self, writes: &[ClaimWrite]) -> Result<(), CommitError<StoreError>> {
        let mut tx = self.begin_tx().await.map_err(CommitError::Store)?;
        for write in writes {
            put(&mut tx, write).await?;
        }
        let done = self.writing.note(tx.commit().await);
        done.map_err(CommitError::Store)
    }

    async fn lease_due(
        &self,
        now: OffsetDateTime,
        until: OffsetDateTime,
        limit: usize,
    ) -> Result<Vec<Claim>, StoreError> {
        let mut tx = self.begin_tx().await?;
        // Rows that another process is leasing in this moment are passed over, not waited for;
        // on SQLite there is no such moment, since its writers queue.
        let sql = format!(
            "UPDATE claims SET leased_until = $2 WHERE (domain, org) IN (SELECT domain, org FROM claims \
             WHERE next_check <= $1 AND (leased_until IS NULL OR leased_until <= $1) \
             ORDER BY next_check, domain, org LIMIT $3{}) RETURNING claim",
            tx.skip_locked()
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = tx.rows(&sql, params![now, until, limit]).await?;
        let mut claims = rows.iter().map(claim).collect::<Result<Vec<_>, _>>()?;
        self.writing.note(tx.commit().await)?;
        claims.sort_by(|one, other| {
            let key = |claim: &Claim| (claim.next_check(), claim.domain().as_str().to_owned());
            key(one).cmp(&key(other))
        });
        Ok(claims)
    }

    async fn outbox(&self, limit: usize) -> Result<Vec<OutboxEntry>, StoreError> {
        let sql = "SELECT sequence, org, domain, version, effect FROM claim_effects ORDER BY sequence LIMIT $1";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.rows(sql, params![limit])
            .await?
            .iter()
            .map(entry)
            .collect()
    }

    async fn acknowledge(&self, sequence: i64) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM claim_effects WHERE sequence = $1",
            params![sequence],
        )
        .await
        .map(drop)
    }
}

impl Transaction {
    /// Takes the oldest `limit` effects out of the outbox, in their order. With the commit they
    /// are gone, and what the caller has written because of them is there; without it, they are
    /// still in the outbox. Effects that another process is taking in this moment are passed over,
    /// so that of several workers each effect is carried out by one, once.
    ///
    /// ```
    /// # async fn demo(database: &sso_store::Database, now: time::OffsetDateTime) -> Result<(), sso_store::StoreError> {
    /// # let line = |_: &org_domain::store::OutboxEntry| -> sso_store::directory::NewAuditEntry { unreachable!() };
    /// let mut tx = database.begin().await?;
    /// for effect in tx.take_effects(20).await? {
    ///     tx.record_audit(&line(&effect), now).await?;
    /// }
    /// tx.commit().await
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn take_effects(&mut self, limit: usize) -> Result<Vec<OutboxEntry>, StoreError> {
        let sql = format!(
            "DELETE FROM claim_effects WHERE sequence IN \
             (SELECT sequence FROM claim_effects ORDER BY sequence LIMIT $1{}) \
             RETURNING sequence, org, domain, version, effect",
            self.tx.skip_locked()
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.tx.rows(&sql, params![limit]).await?;
        let mut taken = rows.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        taken.sort_by_key(|entry| entry.sequence);
        Ok(taken)
    }
}

fn entry(row: &Row) -> Result<OutboxEntry, StoreError> {
    Ok(OutboxEntry {
        sequence: row.get(0)?,
        org: crate::ids::org(row, 1)?,
        domain: Domain::parse(&row.text(2)?)
            .map_err(|_| StoreError::corrupt("a domain that is none"))?,
        version: Version::new(row.get::<i64>(3)?.unsigned_abs()),
        effect: serde_json::from_str(&row.text(4)?)?,
    })
}

/// Writes one claim on its condition, and its effects.
async fn put(tx: &mut Tx, write: &ClaimWrite) -> Result<(), CommitError<StoreError>> {
    let claim = &write.claim;
    let rows = match write.expected {
        Expected::Nothing => insert(tx, claim).await,
        Expected::Version(read) => update(tx, claim, read).await,
    };
    match rows {
        Ok(1) => outbox(tx, write).await.map_err(CommitError::Store),
        Ok(_) => Err(CommitError::Conflict {
            org: claim.org().clone(),
            domain: claim.domain().clone(),
        }),
        Err(StoreError::Conflict(Constraint::ClaimedDomain)) => {
            Err(CommitError::DomainHeld(claim.domain().clone()))
        }
        Err(other) => Err(CommitError::Store(other)),
    }
}

async fn insert(tx: &mut Tx, claim: &Claim) -> Result<u64, StoreError> {
    let sql = "INSERT INTO claims (state, holds, subtree, version, claim, next_check, leased_until, domain, org) \
               VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, $8) ON CONFLICT (domain, org) DO NOTHING";
    tx.execute(sql, columns(claim)?).await
}

async fn update(tx: &mut Tx, claim: &Claim, read: Version) -> Result<u64, StoreError> {
    let sql = "UPDATE claims SET state = $1, holds = $2, subtree = $3, version = $4, claim = $5, \
               next_check = $6, leased_until = NULL WHERE domain = $7 AND org = $8 AND version = $9";
    let mut values = columns(claim)?;
    values.push(number(read).into());
    tx.execute(sql, values).await
}

fn columns(claim: &Claim) -> Result<Vec<crate::sql::Value>, StoreError> {
    Ok(params![
        claim.state().name().as_str(),
        claim.holds_domain(),
        claim.scope() == Scope::Subtree,
        number(claim.version()),
        serde_json::to_string(claim)?,
        claim.next_check(),
        claim.domain().as_str(),
        claim.org(),
    ])
}

async fn outbox(tx: &mut Tx, write: &ClaimWrite) -> Result<(), StoreError> {
    let claim = &write.claim;
    for effect in &write.effects {
        let sql =
            "INSERT INTO claim_effects (org, domain, version, effect) VALUES ($1, $2, $3, $4)";
        let effect = serde_json::to_string(effect)?;
        let values = params![
            claim.org(),
            claim.domain().as_str(),
            number(claim.version()),
            effect
        ];
        tx.execute(sql, values).await?;
    }
    Ok(())
}
