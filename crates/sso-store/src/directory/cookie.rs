//! What a session's cookie carries, and the row that it finds.
//!
//! Both begin with the millisecond in which the session began: sessions that begin together lie
//! side by side in the index and are written together.

use crate::error::StoreError;
use crate::ids::millis;
use crate::pepper::{Pepper, Purpose};
use data_encoding::BASE64URL_NOPAD;
use time::OffsetDateTime;

/// Octets of the millisecond.
const TIME: usize = 6;

/// Octets nobody can guess.
const RANDOM: usize = 32;

/// A new secret: the millisecond and 256 random bits, as URL-safe text.
pub(super) fn secret(now: OffsetDateTime) -> Result<String, StoreError> {
    let mut bytes = [0_u8; TIME + RANDOM];
    let (time, random) = bytes.split_at_mut(TIME);
    time.copy_from_slice(&millis(now));
    getrandom::fill(random).map_err(|_| StoreError::Random)?;
    Ok(BASE64URL_NOPAD.encode(&bytes))
}

/// The key of a cookie's row: its millisecond, and the digest of all of it. Secrets of older builds
/// have no time, and rows that were made for them are found by the digest alone.
pub(super) fn digest(pepper: &Pepper, cookie: &str) -> Vec<u8> {
    let digest = pepper.digest(Purpose::Session, cookie.as_bytes());
    let bytes = BASE64URL_NOPAD.decode(cookie.as_bytes()).ok();
    let bytes = bytes.filter(|bytes| bytes.len() == TIME + RANDOM);
    match bytes.as_ref().and_then(|bytes| bytes.get(..TIME)) {
        Some(time) => [time, &digest].concat(),
        None => digest,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn at(millis: i64) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + time::Duration::milliseconds(millis)
    }

    #[test]
    fn rows_sort_by_when_their_sessions_began() {
        let pepper = Pepper::new([7; 32]);
        let row = |millis| digest(&pepper, &secret(at(millis)).unwrap());
        let begun = [0, 1, 255, 256, 1_790_000_000_000, 1_790_000_000_001];
        let rows: Vec<_> = begun.into_iter().map(row).collect();
        assert!(rows.is_sorted(), "{rows:?}");
        assert_eq!(rows[5][..TIME], 1_790_000_000_001_u64.to_be_bytes()[2..]);
    }

    #[test]
    fn one_moment_has_many_secrets_and_a_changed_one_finds_nothing() {
        let pepper = Pepper::new([7; 32]);
        let (one, two) = (secret(at(5)).unwrap(), secret(at(5)).unwrap());
        assert_ne!(one, two);
        let mut forged = one.clone().into_bytes();
        // Another time with the same random bits is another secret.
        forged[0] = if forged[0] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        let of = |cookie: &str| digest(&pepper, cookie)[TIME..].to_vec();
        assert_ne!(of(&one), of(&forged));
        assert_eq!(of(&one), of(&one));
    }

    #[test]
    fn a_secret_of_an_older_build_is_found_by_its_digest() {
        let pepper = Pepper::new([7; 32]);
        for cookie in ["A".repeat(43), String::new(), "no base64".to_owned()] {
            let plain = pepper.digest(Purpose::Session, cookie.as_bytes());
            assert_eq!(digest(&pepper, &cookie), plain);
        }
    }
}
