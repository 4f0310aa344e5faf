//! The log of what was written by SCIM, kept in the transaction of the write.

use crate::database::Database;
use crate::directory::list::{Cursor, First, Listed, Order, Page, listed};
use crate::error::StoreError;
use crate::sql::{Row, Tx, params};
use org_domain::OrgId;
use scim_core::auth::TokenId;
use scim_core::events::{Action, Activation, ChangeRecord};
use scim_core::id::{Kind, ResourceId, TxnId};

const ACTIONS: [(Action, &str); 4] = [
    (Action::Create, "create"),
    (Action::Delete, "delete"),
    (Action::Modify, "modify"),
    (Action::Replace, "replace"),
];

const ACTIVATIONS: [(Activation, &str); 2] = [
    (Activation::Deactivated, "deactivated"),
    (Activation::Reactivated, "reactivated"),
];

/// Writes an entry in the transaction of its write.
pub(super) async fn note(
    tx: &mut Tx,
    org: &OrgId,
    record: &ChangeRecord,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO scim_changes \
               (org, txn, at, token, kind, id, external_id, action, attributes, activation) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values = params![
        org,
        record.txn.as_str(),
        record.at,
        record.token.as_ref().map(TokenId::as_str),
        record.kind.as_str(),
        record.id.as_str(),
        record.external_id.as_deref(),
        name_of(&ACTIONS, record.action),
        record.attributes.join(" "),
        record
            .activation
            .map(|activation| name_of(&ACTIVATIONS, activation)),
    ];
    tx.execute(sql, values).await.map(drop)
}

/// The word a variant is kept under.
fn name_of<T: PartialEq + Copy>(table: &[(T, &'static str)], variant: T) -> &'static str {
    table
        .iter()
        .find(|(known, _)| *known == variant)
        .map_or("", |(_, name)| name)
}

/// The variant of a word.
fn named<T: Copy>(table: &[(T, &str)], name: &str) -> Result<T, StoreError> {
    let found = table.iter().find(|(_, known)| *known == name);
    found
        .map(|(variant, _)| *variant)
        .ok_or_else(|| StoreError::corrupt("an unknown word in the change log"))
}

/// An entry from its row.
fn change(row: &Row) -> Result<ChangeRecord, StoreError> {
    let token = row.get::<Option<String>>(2)?;
    let attributes = row.text(7)?;
    Ok(ChangeRecord {
        txn: TxnId::new(row.text(0)?),
        at: row.instant(1)?,
        token: token
            .map(|token| {
                TokenId::parse(&token).map_err(|_| StoreError::corrupt("a token id that is none"))
            })
            .transpose()?,
        kind: Kind::new(row.text(3)?),
        id: ResourceId::new(row.text(4)?),
        external_id: row.get(5)?,
        action: named(&ACTIONS, &row.text(6)?)?,
        attributes: attributes.split_whitespace().map(str::to_owned).collect(),
        activation: row
            .get::<Option<String>>(8)?
            .map(|word| named(&ACTIVATIONS, &word))
            .transpose()?,
    })
}

const ORDER: Order = Order {
    at: "at",
    id: "txn",
    first: First::Newest,
};

impl Database {
    /// What was written by SCIM in an organisation, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn scim_changes(
        &self,
        org: &OrgId,
        page: &Page,
    ) -> Result<Listed<ChangeRecord>, StoreError> {
        let mut values = params![org];
        let rest = ORDER.clause(page, &mut values);
        let sql = format!(
            "SELECT txn, at, token, kind, id, external_id, action, attributes, activation \
             FROM scim_changes WHERE org = $1{rest}"
        );
        let rows = self.rows(&sql, values).await?;
        listed(page, &rows, change, |change| {
            Cursor::new(change.at, change.txn.as_str())
        })
    }
}
