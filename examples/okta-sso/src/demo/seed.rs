//! Filling an empty database, and finding one's way in a database of an earlier run.

mod set_up;

use std::path::Path;

use org_domain::{AccountId, ClaimStore as _, Domain, Email, OrgId, Role};
use scim_core::auth::{TokenStore as _, TokenText};
use sso_store::{
    Database, Generate as _, MemberId, StoreError, Transaction,
    directory::{AccountOrigin, NewAccount, NewIdentityLink, NewMember, NewOrganisation},
};
use time::{Duration, OffsetDateTime};

use set_up::{claim, settings};

use super::{DOMAIN, Demo, DemoKeep, DemoPerson, KeepError, idp::Provider};
use crate::{
    config::Config,
    security::password,
    sso::{addresses::Addresses, issuers},
    web::Failure,
};

const NAME: &str = "Acme";

/// The people of the demonstration. The last has an account and is no member of anything: the
/// person whom provisioning must not add by itself.
const PEOPLE: [(&str, &str, &str, Option<Role>); 4] = [
    ("owner", "Olive", "Owens", Some(Role::Owner)),
    ("admin", "Adam", "Adler", Some(Role::Admin)),
    ("member", "Mia", "Meyer", Some(Role::Member)),
    ("outsider", "Otto", "Ostrow", None),
];

/// How long the old token works beside a new one, when the file with the old one is lost.
const OVERLAP: Duration = Duration::days(7);

/// Why the demonstration could not be prepared.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The database.
    #[error("the database")]
    Database(#[from] StoreError),
    /// Its file.
    #[error(transparent)]
    Keep(#[from] KeepError),
    /// A step that cannot fail with the demonstration's own values did.
    #[error("{0}")]
    Step(String),
}

impl From<Failure> for SeedError {
    fn from(failure: Failure) -> Self {
        Self::Step(failure.to_string())
    }
}

fn step(error: impl std::fmt::Display) -> SeedError {
    SeedError::Step(error.to_string())
}

/// Prepares the demonstration: made in an empty database, found again in an old one. `keep` is
/// the file for passwords and token; without one they are made anew at every start.
///
/// # Errors
/// [`SeedError`].
pub async fn prepare(
    database: &Database,
    config: &Config,
    port: u16,
    keep: Option<&Path>,
    now: OffsetDateTime,
) -> Result<Demo, SeedError> {
    let kept = keep.map(DemoKeep::read).transpose()?.flatten();
    let found = find(database, kept.as_ref()).await?;
    let demo = match (found, kept) {
        (Some(org), Some(kept)) if is_usable(database, &kept, now).await? => {
            provided(config, port, &org, kept)
        }
        (Some(org), _) => {
            let renewed = renew(database, config, &org, now).await?;
            provided(config, port, &org, renewed)
        }
        (None, _) => match make(database, config, port, now).await {
            // Another process began in the same moment and was first.
            Err(SeedError::Database(StoreError::Conflict(_))) => {
                let org = made_elsewhere(database).await?;
                provided(
                    config,
                    port,
                    &org,
                    renew(database, config, &org, now).await?,
                )
            }
            made => made?,
        },
    };
    if let Some(path) = keep {
        demo.keep.write(path)?;
    }
    Ok(demo)
}

fn provided(config: &Config, port: u16, org: &OrgId, keep: DemoKeep) -> Demo {
    let provider = Provider::new(
        &config.base_url,
        port,
        Addresses::new(&config.base_url, org),
    );
    Demo { keep, provider }
}

/// The demonstration's organisation in this database.
async fn find(database: &Database, kept: Option<&DemoKeep>) -> Result<Option<OrgId>, SeedError> {
    if let Some(kept) = kept {
        let org = OrgId::new(&kept.org_id).map_err(step)?;
        if database.organisation(&org).await?.is_some() {
            return Ok(Some(org));
        }
    }
    let domain = Domain::parse(DOMAIN).map_err(step)?;
    Ok(database
        .claims_to(&domain)
        .await?
        .first()
        .map(|claim| claim.org().clone()))
}

/// The organisation that another process is making, once it is whole: its claim comes last.
async fn made_elsewhere(database: &Database) -> Result<OrgId, SeedError> {
    for _ in 0..100 {
        if let Some(org) = find(database, None).await? {
            return Ok(org);
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    Err(step(
        "another process began the demonstration and did not end",
    ))
}

/// Whether the token of the file still opens the organisation.
async fn is_usable(
    database: &Database,
    kept: &DemoKeep,
    now: OffsetDateTime,
) -> Result<bool, SeedError> {
    let Ok(text) = TokenText::parse(&kept.scim_token) else {
        return Ok(false);
    };
    let record = database.find(text.id()).await?;
    Ok(record.is_some_and(|record| !record.is_expired(now)))
}

/// New passwords and a token in the second slot, for a database whose file is lost.
async fn renew(
    database: &Database,
    config: &Config,
    org: &OrgId,
    now: OffsetDateTime,
) -> Result<DemoKeep, SeedError> {
    let people = people()?;
    let mut hashes = Vec::new();
    for person in &people {
        hashes.push(password::hash(&person.password, config.effort).await?);
    }
    let mut accounts = Vec::new();
    for person in &people {
        accounts.push(
            database
                .account_by_email(&Email::parse(&person.email).map_err(step)?)
                .await?,
        );
    }
    let mut tx = database.begin().await?;
    for (account, hash) in accounts.iter().zip(&hashes) {
        if let Some(account) = account {
            tx.set_password_hash(&account.id, Some(hash), now).await?;
        }
    }
    let token = tx
        .mint_token(org, "demonstration", None, OVERLAP, now)
        .await?;
    tx.commit().await?;
    Ok(DemoKeep {
        org_id: org.to_string(),
        scim_token: token.reveal(),
        people,
    })
}

/// Makes everything: organisation, people, claim, single sign-on, token.
async fn make(
    database: &Database,
    config: &Config,
    port: u16,
    now: OffsetDateTime,
) -> Result<Demo, SeedError> {
    let org = OrgId::generate(now)?;
    let people = people()?;
    let mut hashes = Vec::new();
    for person in &people {
        hashes.push(password::hash(&person.password, config.effort).await?);
    }
    let provider = Provider::new(
        &config.base_url,
        port,
        Addresses::new(&config.base_url, &org),
    );
    let owner = AccountId::generate(now)?;
    let settings = settings(&org, &owner, &provider, now)?;
    let mut tx = database.begin().await?;
    let new = NewOrganisation {
        id: org.clone(),
        name: NAME.to_owned(),
    };
    tx.create_organisation(&new, &settings, issuers::kept(&settings), now)
        .await?;
    for ((person, hash), (.., role)) in people.iter().zip(hashes).zip(PEOPLE) {
        let id = if role == Some(Role::Owner) {
            owner.clone()
        } else {
            AccountId::generate(now)?
        };
        join(
            &mut tx,
            &org,
            &provider,
            person,
            role,
            NewPerson { id, hash },
            now,
        )
        .await?;
    }
    let token = tx
        .mint_token(&org, "demonstration", None, Duration::ZERO, now)
        .await?;
    tx.commit().await?;
    claim(database, &org, &owner, now).await?;
    let keep = DemoKeep {
        org_id: org.to_string(),
        scim_token: token.reveal(),
        people,
    };
    Ok(Demo { keep, provider })
}

struct NewPerson {
    id: AccountId,
    hash: String,
}

async fn join(
    tx: &mut Transaction,
    org: &OrgId,
    provider: &Provider,
    person: &DemoPerson,
    role: Option<Role>,
    new: NewPerson,
    now: OffsetDateTime,
) -> Result<(), SeedError> {
    let account = NewAccount {
        id: new.id.clone(),
        email: Email::parse(&person.email).map_err(step)?,
        given_name: person.given_name.clone(),
        family_name: person.family_name.clone(),
        password_hash: Some(new.hash),
        origin: AccountOrigin::SignUp,
    };
    tx.create_account(&account, now).await?;
    let Some(role) = role else { return Ok(()) };
    let member = NewMember {
        org: org.clone(),
        id: MemberId::generate(now)?,
        account: new.id.clone(),
        role,
    };
    tx.add_member(&member, now).await?;
    // They have signed in by single sign-on before, as people of a running organisation have.
    let link = NewIdentityLink {
        org: org.clone(),
        issuer: provider.test_idp().issuer().to_owned(),
        name_id: person.email.clone(),
        account: new.id,
    };
    Ok(tx.link_identity(&link, now).await?)
}

fn people() -> Result<Vec<DemoPerson>, SeedError> {
    PEOPLE
        .iter()
        .map(|(local, given, family, role)| {
            Ok(DemoPerson {
                email: format!("{local}@{DOMAIN}"),
                given_name: (*given).to_owned(),
                family_name: (*family).to_owned(),
                role: role.map_or("none", Role::as_str).to_owned(),
                password: format!("{local}-{}", random_word()?),
            })
        })
        .collect()
}

/// Eighty random bits that can be typed.
fn random_word() -> Result<String, SeedError> {
    let mut bytes = [0_u8; 10];
    getrandom::fill(&mut bytes).map_err(step)?;
    Ok(data_encoding::BASE32_NOPAD
        .encode(&bytes)
        .to_ascii_lowercase())
}
