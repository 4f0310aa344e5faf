//! Passwords at rest: argon2id, in the PHC text form.

use argon2::{
    Argon2, Params,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

use tokio::sync::Semaphore;

use crate::web::Failure;

/// Hashes under way at once: each takes 19 MiB and a core, so the others wait their turn instead
/// of taking all memory when many guess together.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// Shortest password taken, in characters: what NIST SP 800-63B-4 asks where a password is
/// the only factor.
pub const SHORTEST: usize = 15;

/// Longest taken, in bytes, so that hashing cannot be used to burn time.
pub const LONGEST: usize = 256;

/// A hash of nobody's password, checked when there is no account, so that the answer takes as
/// long and the address is not given away. It has the default parameters of [`hash`].
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$\
                      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// How much work a hash is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effort {
    /// 19 MiB, two passes, one lane: the argon2id floor of OWASP's cheat sheet. The default.
    #[default]
    Full,
    /// As little as argon2 allows. For tests, which sign in often.
    Least,
}

/// Why a new password is not taken.
pub fn weakness(password: &str) -> Option<&'static str> {
    if password.chars().count() < SHORTEST {
        return Some("A password needs at least 15 characters. A few words in a row are fine.");
    }
    if password.len() > LONGEST {
        return Some("A password may have at most 256 bytes.");
    }
    None
}

/// Hashes a password on a thread of its own, so that no connection waits for it.
///
/// # Errors
/// [`Failure::Internal`] when the system gives no random bytes or the thread is gone.
pub async fn hash(password: &str, effort: Effort) -> Result<String, Failure> {
    let password = password.to_owned();
    let work = move || {
        hasher(effort)?
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
    };
    apart(work)
        .await?
        .map_err(|error| Failure::Internal(format!("password hashing: {error}")))
}

/// Whether the password belongs to the stored hash; always false without one, after the same work.
///
/// # Errors
/// [`Failure::Internal`] when the thread is gone.
pub async fn matches(password: &str, stored: Option<&str>) -> Result<bool, Failure> {
    let password = password.to_owned();
    let stored = stored.map(str::to_owned);
    let work = move || {
        let known = stored.is_some() && password.len() <= LONGEST;
        let text = stored
            .filter(|_| known)
            .unwrap_or_else(|| NOBODY.to_owned());
        let right = PasswordHash::new(&text).is_ok_and(|hash| {
            Argon2::default()
                .verify_password(password.as_bytes(), &hash)
                .is_ok()
        });
        known && right
    };
    apart(work).await
}

/// Works on a thread made for waiting, a few at a time.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    let turn = AT_ONCE.acquire().await;
    let work = move || {
        let _turn = turn; // to the end of the work, even when nobody waits for it any more
        work()
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Failure::Internal(format!("password hashing: {error}")))
}

fn hasher(effort: Effort) -> argon2::password_hash::Result<Argon2<'static>> {
    Ok(match effort {
        Effort::Full => Argon2::default(),
        Effort::Least => {
            let least = Params::new(Params::MIN_M_COST, 1, 1, None)?;
            Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, least)
        }
    })
}
