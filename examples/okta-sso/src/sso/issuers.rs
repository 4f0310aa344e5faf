//! Which organisation an issuer speaks for, where neither the address nor a request says so.
//!
//! The answer is a pointer like the others: the organisation's settings are read afresh, and the
//! answer has to be signed by a key of theirs. The list is a copy of what the database holds, kept
//! for a minute in each process; an issuer that two organisations entered points to neither.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::{Mutex, PoisonError},
};

use org_domain::{OrgId, Settings};
use sso_store::directory::Page;
use time::{Duration, OffsetDateTime};

use crate::{App, web::Failure};

/// How long the copy is used. Posts without a request at the address for all organisations are
/// rare: the tile of an application that was set up by hand with the wrong one of two addresses.
const FRESH: Duration = Duration::minutes(1);
/// How many organisations are read at once.
const AT_ONCE: u32 = 200;
/// How many organisations are read at all; an installation with more gives every tile its postback.
const MOST: u32 = 20_000;

/// `None` where several organisations have the issuer.
type Owners = BTreeMap<String, Option<OrgId>>;

/// The organisations by issuer.
#[derive(Debug, Default)]
pub struct Issuers {
    copy: Mutex<Option<(OffsetDateTime, Owners)>>,
}

impl Issuers {
    /// The one organisation that has entered the issuer.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn organisation(&self, app: &App, issuer: &str) -> Result<Option<OrgId>, Failure> {
        if let Some(known) = self.known(issuer, app.now()) {
            return Ok(known);
        }
        let owners = read(app).await?;
        let found = owners.get(issuer).cloned().flatten();
        *self.copy.lock().unwrap_or_else(PoisonError::into_inner) = Some((app.now(), owners));
        Ok(found)
    }

    /// What a fresh copy says, if there is one.
    fn known(&self, issuer: &str, now: OffsetDateTime) -> Option<Option<OrgId>> {
        let copy = self.copy.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, owners) = copy.as_ref()?;
        (now - *read_at < FRESH).then(|| owners.get(issuer).cloned().flatten())
    }
}

async fn read(app: &App) -> Result<Owners, Failure> {
    let mut owners = Owners::new();
    let mut page = Page {
        offset: 0,
        limit: AT_ONCE,
    };
    loop {
        let some = app.database().organisations(page).await?;
        for organisation in &some {
            let settings = app
                .database()
                .settings::<Settings>(&organisation.id)
                .await?;
            let issuer = settings.and_then(|found| found.value.connection().issuer.clone());
            if let Some(issuer) = issuer {
                match owners.entry(issuer.to_string()) {
                    Entry::Vacant(free) => {
                        free.insert(Some(organisation.id.clone()));
                    }
                    Entry::Occupied(mut taken) => {
                        taken.insert(None);
                    }
                }
            }
        }
        page.offset += AT_ONCE;
        if some.len() < usize::try_from(AT_ONCE).unwrap_or(usize::MAX) || page.offset >= MOST {
            return Ok(owners);
        }
    }
}
