//! Names for the identifiers in logs, so that people can read them.

use std::collections::HashMap;

use org_domain::{AccountId, OrgId};
use sso_store::MemberId;

use crate::{App, web::Failure};

/// The addresses of the accounts, and of an organisation's members, among some identifiers.
///
/// # Errors
/// What the database answers.
pub async fn addresses<'a>(
    app: &App,
    org: &OrgId,
    ids: impl Iterator<Item = &'a str>,
) -> Result<HashMap<String, String>, Failure> {
    let mut known = HashMap::new();
    for id in ids {
        if known.contains_key(id) {
            continue;
        }
        if let Some(email) = address(app, org, id).await? {
            known.insert(id.to_owned(), email);
        }
    }
    Ok(known)
}

async fn address(app: &App, org: &OrgId, id: &str) -> Result<Option<String>, Failure> {
    let account = match AccountId::new(id) {
        Ok(id) => app.database().account(&id).await?,
        Err(_) => None,
    };
    if let Some(account) = account {
        return Ok(Some(account.email.to_string()));
    }
    let member = app.database().member(org, &MemberId::new(id)).await?;
    Ok(member.map(|member| member.email.to_string()))
}
