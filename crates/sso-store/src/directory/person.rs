//! Somebody at the door of an organisation: all that the directory knows of them, read by one
//! statement and so of one moment.

use super::account::{self, Account};
use super::invitation::{self, Invitation};
use super::member::{self, Member};
use crate::database::Database;
use crate::error::StoreError;
use crate::parsed::Parsed;
use crate::sql::{Row, params};
use org_domain::claim::Claim;
use org_domain::{AccountId, Email, OrgId};
use std::fmt;
use std::sync::LazyLock;
use time::OffsetDateTime;

/// Who is looked for.
#[derive(Clone, Copy)]
pub struct PersonSought<'a> {
    /// The organisation that is to be entered.
    pub org: &'a OrgId,
    /// How the person is known.
    pub known: KnownBy<'a>,
    /// The address they come with: the asserted one, or the account's.
    pub email: &'a Email,
}

/// By what somebody is known.
#[derive(Clone, Copy)]
pub enum KnownBy<'a> {
    /// By their account.
    Account(&'a AccountId),
    /// By the address alone, for which no account is looked up: somebody who holds an invitation.
    Nothing,
    /// By the name an identity provider uses; where the organisation has tied none to an account,
    /// by the address.
    Name {
        /// The identity provider's entity id.
        issuer: &'a str,
        /// The name.
        name_id: &'a str,
    },
}

impl fmt::Debug for PersonSought<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonSought")
            .field("org", &self.org)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for KnownBy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Account(_) => "Account(..)",
            Self::Nothing => "Nothing",
            Self::Name { .. } => "Name { .. }",
        })
    }
}

/// What was found.
#[derive(Clone, Debug)]
pub struct PersonFound {
    /// The account.
    pub account: Option<Account>,
    /// Whether the name at the identity provider is tied to the account.
    pub linked: bool,
    /// The account's membership in the organisation.
    pub member: Option<Member>,
    /// The open, unexpired invitation of the address into the organisation.
    pub invitation: Option<Invitation>,
    /// All claims to the domain of the address, by whatever organisation, in no order.
    pub claims: Vec<Claim>,
}

/// Where the columns of each part begin.
const LINKED: usize = 1;
const ACCOUNT: usize = 2;
const MEMBER: usize = ACCOUNT + account::WIDTH;
const INVITATION: usize = MEMBER + member::WIDTH;

impl Database {
    /// Looks somebody up: the account, the membership, an invitation, and the claims to the
    /// domain.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # let file = std::env::temp_dir().join(format!("sso-store-person-{}.db", std::process::id()));
    /// # let url = format!("sqlite:{}", file.display());
    /// # let database = sso_store::Database::open(&url, sso_store::Pepper::new([7; 32])).await?;
    /// # database.migrate().await?;
    /// use sso_store::directory::{KnownBy, PersonSought};
    ///
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// let found = database
    ///     .person(
    ///         PersonSought {
    ///             org: &org_domain::OrgId::new("acme")?,
    ///             known: KnownBy::Name { issuer: "http://www.okta.com/exk1", name_id: "00u1" },
    ///             email: &org_domain::Email::parse("ann@acme.example")?,
    ///         },
    ///         now,
    ///     )
    ///     .await?;
    /// assert!(found.account.is_none() && !found.linked, "nobody is known yet");
    /// # database.close().await;
    /// # std::fs::remove_file(file)?;
    /// # Ok::<_, Box<dyn std::error::Error>>(()) }).map(drop)?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn person(
        &self,
        sought: PersonSought<'_>,
        now: OffsetDateTime,
    ) -> Result<PersonFound, StoreError> {
        let mut values = params![
            sought.org,
            sought.email.lookup_key(),
            sought.email.domain().as_str(),
            now
        ];
        let sql = match sought.known {
            KnownBy::Account(account) => {
                values.push(account.into());
                &*BY_ACCOUNT
            }
            KnownBy::Nothing => {
                values.push(None::<&AccountId>.into());
                &*BY_ACCOUNT
            }
            KnownBy::Name { issuer, name_id } => {
                values.extend(params![issuer, name_id]);
                &*BY_NAME
            }
        };
        found(
            &self.parsed,
            sought.email.domain().as_str(),
            &self.rows(sql, values).await?,
        )
    }
}

static BY_ACCOUNT: LazyLock<String> =
    LazyLock::new(|| statement("NULL", "LEFT JOIN accounts a ON a.id = $5"));

static BY_NAME: LazyLock<String> = LazyLock::new(|| {
    statement(
        "l.account",
        "LEFT JOIN identity_links l ON l.org = $1 AND l.issuer = $5 AND l.name_id = $6 \
         LEFT JOIN accounts a ON a.id = \
         COALESCE(l.account, (SELECT e.id FROM accounts e WHERE e.email_key = $2))",
    )
});

/// Every part is one look into a unique index, but the claims: a row for each.
fn statement(linked: &str, accounts: &str) -> String {
    format!(
        "SELECT c.claim, {linked}, {}, {}, {} FROM (SELECT 1 AS one) q {accounts} \
         LEFT JOIN members m ON m.org = $1 AND m.account = a.id \
         LEFT JOIN invitations i ON i.org = $1 AND i.email_key = $2 AND i.state = 'open' AND i.expires > $4 \
         LEFT JOIN claims c ON c.domain = $3",
        account::COLUMNS,
        member::COLUMNS,
        invitation::COLUMNS,
    )
}

fn found(parsed: &Parsed, domain: &str, rows: &[Row]) -> Result<PersonFound, StoreError> {
    let first = rows
        .first()
        .ok_or_else(|| StoreError::corrupt("no row of one that is always there"))?;
    let is_there = |column| Ok::<_, StoreError>(first.get::<Option<String>>(column)?.is_some());
    let claims = rows.iter().enumerate();
    let claims = claims.filter_map(|(n, row)| match row.get::<Option<String>>(0) {
        Ok(claim) => claim.map(|claim| parsed.value(format!("{domain} {n}"), claim)),
        Err(error) => Some(Err(error)),
    });
    Ok(PersonFound {
        account: is_there(ACCOUNT)?
            .then(|| account::account_at(first, ACCOUNT))
            .transpose()?,
        linked: is_there(LINKED)?,
        member: is_there(MEMBER)?
            .then(|| member::member_at(first, MEMBER))
            .transpose()?,
        invitation: is_there(INVITATION)?
            .then(|| invitation::invitation_at(first, INVITATION))
            .transpose()?,
        claims: claims.collect::<Result<_, StoreError>>()?,
    })
}
