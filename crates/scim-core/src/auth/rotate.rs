//! A new token beside the old one, and the end of the old one.

use time::{Duration, OffsetDateTime};

use super::{Pepper, Random, RandomError, Slot, TokenRecord, TokenText};
use crate::id::TenantId;

/// What a rotation asks the host to write, in one transaction.
#[derive(Debug)]
pub struct Rotated {
    /// Shown to the administrator, once.
    pub text: TokenText,
    /// Replaces whatever stands in its slot.
    pub record: TokenRecord,
    /// The former token with its new end, when there was one still valid.
    pub retired: Option<TokenRecord>,
}

/// Mints a token into the slot that is free or older, and lets the other end
/// after `overlap`.
///
/// An `overlap` of zero voids the old token at once, which is what a leaked
/// token needs; a day is enough for an administrator to paste the new one.
///
/// ```
/// use scim_core::TenantId;
/// use scim_core::auth::{Pepper, RandomError, rotate};
/// use time::{Duration, OffsetDateTime};
///
/// let mut random = |bytes: &mut [u8]| getrandom::fill(bytes).map_err(|_| RandomError);
/// let (pepper, now) = (Pepper::new([7; 32]), OffsetDateTime::UNIX_EPOCH);
/// let tenant = TenantId::new("org-1");
/// let first = rotate(&tenant, &[], None, Duration::DAY, &pepper, now, &mut random)?;
/// let kept = [first.record];
/// let second = rotate(&tenant, &kept, None, Duration::DAY, &pepper, now, &mut random)?;
/// assert_eq!(second.retired.unwrap().expires_at, Some(now + Duration::DAY));
/// assert_ne!(second.record.slot, kept[0].slot);
/// # Ok::<(), RandomError>(())
/// ```
///
/// # Errors
/// The random source failed; nothing is to be written then.
pub fn rotate(
    tenant: &TenantId,
    current: &[TokenRecord],
    expires_at: Option<OffsetDateTime>,
    overlap: Duration,
    pepper: &Pepper,
    now: OffsetDateTime,
    random: &mut impl Random,
) -> Result<Rotated, RandomError> {
    let newest = current
        .iter()
        .filter(|record| record.tenant == *tenant && !record.is_expired(now))
        .max_by_key(|record| record.created_at);
    let slot = newest.map_or(Slot::First, |record| record.slot.other());
    let (text, record) = TokenRecord::mint(tenant.clone(), slot, expires_at, pepper, now, random)?;
    let retired = newest.map(|old| retire(old, now.saturating_add(overlap)));
    Ok(Rotated {
        text,
        record,
        retired,
    })
}

/// The old record, ending at `end` or at its own end if that comes first.
fn retire(old: &TokenRecord, end: OffsetDateTime) -> TokenRecord {
    let end = old.expires_at.map_or(end, |own| own.min(end));
    TokenRecord {
        expires_at: Some(end),
        ..old.clone()
    }
}
