//! Names for the identifiers in logs, so that people can read them.

use std::collections::HashMap;

use org_domain::AccountId;

use crate::{App, web::Failure};

/// The addresses of the accounts among some identifiers.
///
/// # Errors
/// What the database answers.
pub async fn addresses<'a>(
    app: &App,
    ids: impl Iterator<Item = &'a str>,
) -> Result<HashMap<String, String>, Failure> {
    let mut known = HashMap::new();
    for id in ids {
        if known.contains_key(id) {
            continue;
        }
        let account = match AccountId::new(id) {
            Ok(id) => app.database().account(&id).await?,
            Err(_) => None,
        };
        if let Some(account) = account {
            known.insert(id.to_owned(), account.email.to_string());
        }
    }
    Ok(known)
}
