//! What can go wrong between a caller and the database, by what the caller can do about it.

use std::borrow::Cow;
use std::fmt;

/// A refusal or failure of the store.
///
/// The variants are the answers a caller has to tell apart: try again later
/// ([`Unavailable`](Self::Unavailable)), somebody else was first
/// ([`Conflict`](Self::Conflict)), what you read is no longer so
/// ([`Stale`](Self::Stale)), a rule of the data forbids it ([`Rule`](Self::Rule)), or a
/// fault an operator has to see ([`Internal`](Self::Internal)). No variant carries a
/// personal value or a secret in its text.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The database cannot be reached, is shutting down, is busy beyond the busy timeout, or
    /// has no room left. Nothing was changed; answer 503 with `Retry-After`. The pool reconnects
    /// by itself, so no restart is needed.
    Unavailable(Cause),
    /// As [`Unavailable`](Self::Unavailable), but the database fell silent when it was to commit:
    /// the whole change is there or none of it, and nobody can say which. Answer 503, and let
    /// whoever asked look before they ask again.
    Unsettled(Cause),
    /// A unique constraint decided a race against this caller.
    Conflict(Constraint),
    /// The row exists, but no longer in the version the caller had read.
    Stale,
    /// The row named by the caller does not exist (in this organisation).
    Missing,
    /// A search would have to look at more resources than its
    /// [limit](scim_core::query::Query::most_searched); scim-core answers 400 `tooMany`.
    TooMany,
    /// The change would break a rule the data itself must keep.
    Rule(Rule),
    /// The database was opened with another pepper than the one that made its digests.
    PepperMismatch,
    /// The database URL is neither a SQLite file nor `postgres://`.
    Url,
    /// The migrations of this build and those recorded in the database disagree.
    Migration(String),
    /// The operating system gave no random bytes.
    Random,
    /// Anything else: a corrupt row, a statement the engine refuses. A defect, answer 500.
    Internal(Cause),
}

/// The failure below a [`StoreError`]: kept as the error's source, not shown in its text,
/// because engines like to repeat values of the statement in their messages.
#[derive(Debug)]
pub struct Cause(pub(crate) Box<dyn std::error::Error + Send + Sync>);

impl Cause {
    pub(crate) fn text(message: &'static str) -> Self {
        Self(message.into())
    }
}

/// The unique constraints of the schema, named by what they keep apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Constraint {
    /// One account per folded e-mail address.
    AccountEmail,
    /// One verified owner per domain.
    ClaimedDomain,
    /// One open invitation per address and organisation.
    Invitation,
    /// One account per (organisation, issuer, NameID).
    IdentityLink,
    /// One membership per account and organisation.
    MemberAccount,
    /// One membership per folded userName and organisation.
    MemberUserName,
    /// A row with the same identifier.
    Identifier,
    /// One pending request per ID and per relay handle.
    SamlRequest,
    /// One digest, one token.
    TokenDigest,
}

/// Rules of the data that no single unique constraint can express; checked inside the
/// transaction that makes the change, with the organisation's row locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// An organisation keeps at least one active Owner.
    LastOwner,
    /// A lock set by an Admin is not lifted by provisioning.
    SuspendedByAdmin,
    /// A text holds the character NUL, which PostgreSQL cannot keep; neither engine takes it.
    NulCharacter,
    /// The invitation was accepted, revoked, or has expired.
    InvitationClosed,
    /// Two live tokens per organisation at most.
    TokenSlots,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(_) => f.write_str("the database is unavailable"),
            Self::Unsettled(_) => {
                f.write_str("the database did not say whether it made the change")
            }
            Self::Conflict(constraint) => write!(f, "already taken: {constraint:?}"),
            Self::Stale => f.write_str("the row was changed meanwhile"),
            Self::Missing => f.write_str("no such row"),
            Self::TooMany => f.write_str("the search would look at too many resources"),
            Self::Rule(rule) => write!(f, "not allowed: {rule:?}"),
            Self::PepperMismatch => {
                f.write_str("the database was made with another pepper; its tokens and sessions cannot be checked")
            }
            Self::Url => f.write_str("expected `sqlite:<file>` or `postgres://…`"),
            Self::Migration(text) => write!(f, "migrations: {text}"),
            Self::Random => f.write_str("the operating system gave no random bytes"),
            Self::Internal(_) => f.write_str("the database refused or returned something unexpected"),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.cause()?)
    }
}

impl StoreError {
    /// Whether the same call may succeed later without anybody doing anything: answer 503. See
    /// [`may_have_changed`](Self::may_have_changed) for what to say about this call.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Unsettled(_))
    }

    /// Whether what was to be changed may have been changed all the same. After every other
    /// error it was not.
    #[must_use]
    pub fn may_have_changed(&self) -> bool {
        matches!(self, Self::Unsettled(_))
    }

    /// The same failure, of a commit whose outcome is not known.
    pub(crate) fn unsettled(self) -> Self {
        match self {
            Self::Unavailable(cause) | Self::Internal(cause) => Self::Unsettled(cause),
            other => other,
        }
    }

    /// What SQLite answered to a commit. One that could not be written to its end may be found
    /// after all by whoever reads the log after a crash; all other refusals undo it.
    pub(crate) fn of_commit(error: rusqlite::Error) -> Self {
        let disk = matches!(&error, rusqlite::Error::SqliteFailure(code, _)
            if code.extended_code & 0xff == IO_ERROR);
        let error = Self::from(error);
        if disk { error.unsettled() } else { error }
    }

    /// The database gave no answer in time.
    pub(crate) fn silent() -> Self {
        Self::Unavailable(Cause::text("the database did not answer in time"))
    }

    /// Whether PostgreSQL answered with this SQLSTATE.
    pub(crate) fn is_state(&self, state: &str) -> bool {
        !self.may_have_changed() && self.state().is_some_and(|code| code == state)
    }

    fn cause(&self) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
        match self {
            Self::Unavailable(cause) | Self::Unsettled(cause) | Self::Internal(cause) => {
                Some(&*cause.0)
            }
            _ => None,
        }
    }

    fn state(&self) -> Option<Cow<'_, str>> {
        let error = self.cause()?.downcast_ref::<sqlx::Error>()?;
        error.as_database_error()?.code()
    }

    /// Whether a change failed for something that reading may well survive: no room, a disk that
    /// takes nothing, a database that may only be read.
    pub(crate) fn is_of_writing_alone(&self) -> bool {
        if let Some(state) = self.state() {
            return ["25006", "53100", "58030"].contains(&&*state);
        }
        let error = self.cause().and_then(|cause| cause.downcast_ref());
        matches!(error, Some(rusqlite::Error::SqliteFailure(code, _))
            if matches!(code.extended_code & 0xff, READ_ONLY | IO_ERROR | FULL))
    }

    pub(crate) fn corrupt(what: &'static str) -> Self {
        Self::Internal(Cause::text(what))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        match &error {
            E::Io(_) | E::Tls(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed => {
                Self::Unavailable(Cause(error.into()))
            }
            E::Database(database) => match classify(&**database) {
                Class::Unique(constraint) => Self::Conflict(constraint),
                Class::Foreign => Self::Missing,
                Class::Unavailable => Self::Unavailable(Cause(error.into())),
                Class::Other => Self::Internal(Cause(error.into())),
            },
            E::RowNotFound => Self::Missing,
            _ => Self::Internal(Cause(error.into())),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(code, message) = &error else {
            return Self::Internal(Cause(error.into()));
        };
        match code.extended_code {
            UNIQUE | PRIMARY_KEY => {
                Self::Conflict(constraint_of(message.as_deref().unwrap_or_default()))
            }
            FOREIGN_KEY => Self::Missing,
            code if passes(code) => Self::Unavailable(Cause(error.into())),
            _ => Self::Internal(Cause(error.into())),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(Cause(error.into()))
    }
}

enum Class {
    /// A row that refers to one that is not there.
    Foreign,
    Unique(Constraint),
    Unavailable,
    Other,
}

fn classify(error: &dyn sqlx::error::DatabaseError) -> Class {
    if error.is_unique_violation() {
        return Class::Unique(constraint_of(error.constraint().unwrap_or_default()));
    }
    if error.is_foreign_key_violation() {
        return Class::Foreign;
    }
    match error.code() {
        Some(code) if unavailable(&code) => Class::Unavailable,
        _ => Class::Other,
    }
}

/// SQLSTATE classes 08 (connection), 53 (resources, disk full), 57P (shutdown, crash),
/// 40 (serialisation, deadlock), 55P03 (lock timeout), 57014 (statement timeout), 25006 (read-only
/// standby), 25P03 and 25P04 (a transaction that took too long), 58 (system error).
fn unavailable(code: &str) -> bool {
    let classes = [
        "08", "53", "57P", "57014", "40", "55P03", "25006", "25P03", "25P04", "58",
    ];
    classes.iter().any(|class| code.starts_with(class))
}

/// SQLite's extended codes for what a constraint refuses.
const FOREIGN_KEY: i32 = 787;
/// And its primary codes for what keeps from writing.
const READ_ONLY: i32 = 8;
const IO_ERROR: i32 = 10;
const FULL: i32 = 13;
const PRIMARY_KEY: i32 = 1555;
const UNIQUE: i32 = 2067;

/// SQLite's primary codes BUSY 5, LOCKED 6, READONLY 8, INTERRUPT 9 (a bound of ours), IOERR 10, FULL
/// 13 and CANTOPEN 14, in the low byte of the extended code.
const fn passes(extended: i32) -> bool {
    matches!(extended & 0xff, 5 | 6 | 8 | 9 | 10 | 13 | 14)
}

const CONSTRAINTS: [(&str, &str, Constraint); 9] = [
    ("saml_requests_", "saml_requests.", Constraint::SamlRequest),
    (
        "accounts_email",
        "accounts.email_key",
        Constraint::AccountEmail,
    ),
    ("claims_owner", "claims.domain", Constraint::ClaimedDomain),
    (
        "invitations_open",
        "invitations.email_key",
        Constraint::Invitation,
    ),
    (
        "identity_links_",
        "identity_links.",
        Constraint::IdentityLink,
    ),
    (
        "members_account",
        "members.account",
        Constraint::MemberAccount,
    ),
    (
        "members_user_name",
        "members.user_name_key",
        Constraint::MemberUserName,
    ),
    (
        "scim_tokens_digest",
        "scim_tokens.digest",
        Constraint::TokenDigest,
    ),
    (
        "invitations_token",
        "invitations.token_digest",
        Constraint::TokenDigest,
    ),
];

/// PostgreSQL names the index; SQLite names `table.column, table.column` in its message.
fn constraint_of(text: &str) -> Constraint {
    CONSTRAINTS
        .iter()
        .find(|(index, columns, _)| text.contains(index) || text.contains(columns))
        .map_or(Constraint::Identifier, |(_, _, constraint)| *constraint)
}

#[cfg(test)]
mod tests;
