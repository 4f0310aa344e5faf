//! Cursors (RFC 9865): a place in a result, sealed for one tenant and query.
//!
//! A cursor grants nothing: it is good only together with a token of the tenant
//! it was made for, for the query it was made for. It is authenticated, so that
//! no client can make up a place, and it ages.

use data_encoding::BASE64URL_NOPAD;
use hmac::Mac;
use subtle::ConstantTimeEq;
use time::{Duration, OffsetDateTime};

use super::{Parameters, Position, SortOrder};
use crate::auth::Pepper;
use crate::error::{ScimError, ScimType};
use crate::id::{Kind, TenantId};

/// Bytes of the seal: half of HMAC-SHA-256, as RFC 2104 section 5 allows.
const SEAL: usize = 16;
/// Bytes before the place: expiry, count and total.
const HEAD: usize = 20;

/// What a cursor holds for the page it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opened {
    /// Where that page begins.
    pub(crate) position: Position,
    /// How many resources matched when the walk began.
    pub(crate) total: u64,
}

/// What a cursor is bound to.
#[derive(Debug)]
pub(crate) struct Binding<'q> {
    pub(crate) tenant: &'q TenantId,
    pub(crate) kinds: &'q [Kind],
    pub(crate) asked: &'q Parameters,
}

impl Binding<'_> {
    /// Writes a place down for the client, until `expires`.
    pub(crate) fn seal(
        &self,
        opened: &Opened,
        count: u32,
        expires: OffsetDateTime,
        pepper: &Pepper,
    ) -> String {
        let position = opened.position.as_str();
        let mut bytes = Vec::with_capacity(HEAD + position.len() + SEAL);
        bytes.extend(expires.unix_timestamp().to_be_bytes());
        bytes.extend(count.to_be_bytes());
        bytes.extend(opened.total.to_be_bytes());
        bytes.extend(position.as_bytes());
        let seal = self.mac(&bytes, pepper);
        bytes.extend(seal);
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// Reads a cursor back.
    ///
    /// # Errors
    /// 400 `invalidCursor` for one that is not ours, or of another tenant or
    /// query; `expiredCursor`; `invalidCount` when `count` has changed.
    pub(crate) fn open(
        &self,
        cursor: &str,
        count: u32,
        now: OffsetDateTime,
        pepper: &Pepper,
    ) -> Result<Opened, ScimError> {
        let bytes = BASE64URL_NOPAD
            .decode(cursor.as_bytes())
            .map_err(|_| foreign())?;
        let (sealed, seal) = bytes
            .len()
            .checked_sub(SEAL)
            .and_then(|at| bytes.split_at_checked(at))
            .ok_or_else(foreign)?;
        if !bool::from(self.mac(sealed, pepper).ct_eq(seal)) {
            return Err(foreign());
        }
        let (expires, rest) = sealed.split_first_chunk::<8>().ok_or_else(foreign)?;
        let (counted, rest) = rest.split_first_chunk::<4>().ok_or_else(foreign)?;
        let (total, place) = rest.split_first_chunk::<8>().ok_or_else(foreign)?;
        if i64::from_be_bytes(*expires) <= now.unix_timestamp() {
            return Err(ScimError::bad_request(
                ScimType::ExpiredCursor,
                "the cursor is too old; begin again with an empty one",
            ));
        }
        if u32::from_be_bytes(*counted) != count {
            return Err(ScimError::bad_request(
                ScimType::InvalidCount,
                "`count` must stay the same from page to page",
            ));
        }
        let place = std::str::from_utf8(place).map_err(|_| foreign())?;
        Ok(Opened {
            position: Position::new(place),
            total: u64::from_be_bytes(*total),
        })
    }

    /// The seal; every part is preceded by its length, so that none can pass
    /// for another.
    fn mac(&self, bytes: &[u8], pepper: &Pepper) -> [u8; SEAL] {
        let mut mac = pepper.mac();
        let mut part = |part: &[u8]| {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        };
        // Cursors of another form pass for none of this one.
        part(b"scim cursor with total");
        part(self.tenant.as_str().as_bytes());
        for kind in self.kinds {
            part(kind.as_str().as_bytes());
        }
        part(self.asked.filter.as_deref().unwrap_or_default().as_bytes());
        part(self.asked.sort_by.as_deref().unwrap_or_default().as_bytes());
        part(match self.asked.sort_order.unwrap_or_default() {
            SortOrder::Ascending => b"ascending",
            SortOrder::Descending => b"descending",
        });
        part(bytes);
        let full: [u8; 32] = mac.finalize().into_bytes().into();
        full.first_chunk().copied().unwrap_or_default()
    }
}

/// How long from now a cursor is good for.
pub(crate) fn expiry(now: OffsetDateTime, lifetime: Duration) -> OffsetDateTime {
    now.saturating_add(lifetime)
}

fn foreign() -> ScimError {
    ScimError::bad_request(
        ScimType::InvalidCursor,
        "the cursor was not issued for this query; begin again with an empty one",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn pepper() -> Pepper {
        Pepper::new([3; 32])
    }

    fn seventeen() -> Opened {
        Opened {
            position: Position::new("17"),
            total: 21,
        }
    }

    fn filtered(filter: &str) -> Parameters {
        Parameters {
            filter: Some(filter.to_owned()),
            ..Parameters::default()
        }
    }

    #[test]
    fn a_cursor_is_good_for_its_tenant_query_and_count_only() {
        let (tenant, kinds, asked) = (TenantId::new("a"), [Kind::USER], filtered("active eq true"));
        let binding = Binding {
            tenant: &tenant,
            kinds: &kinds,
            asked: &asked,
        };
        let place = seventeen();
        let later = NOW + Duration::HOUR;
        let cursor = binding.seal(&place, 5, later, &pepper());
        assert!(
            cursor
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        );
        assert_eq!(binding.open(&cursor, 5, NOW, &pepper()), Ok(place));

        let refused = |binding: &Binding<'_>, cursor: &str, count, now| {
            binding
                .open(cursor, count, now, &pepper())
                .unwrap_err()
                .scim_type()
                .unwrap()
        };
        assert_eq!(
            refused(&binding, &cursor, 5, later),
            ScimType::ExpiredCursor
        );
        assert_eq!(refused(&binding, &cursor, 6, NOW), ScimType::InvalidCount);

        let other = TenantId::new("b");
        let elsewhere = Binding {
            tenant: &other,
            kinds: &kinds,
            asked: &asked,
        };
        assert_eq!(
            refused(&elsewhere, &cursor, 5, NOW),
            ScimType::InvalidCursor
        );
        let groups = Binding {
            tenant: &tenant,
            kinds: &[Kind::GROUP],
            asked: &asked,
        };
        assert_eq!(refused(&groups, &cursor, 5, NOW), ScimType::InvalidCursor);
        let unfiltered = Parameters::default();
        let unfiltered = Binding {
            tenant: &tenant,
            kinds: &kinds,
            asked: &unfiltered,
        };
        assert_eq!(
            refused(&unfiltered, &cursor, 5, NOW),
            ScimType::InvalidCursor
        );
    }

    #[test]
    fn no_altered_cursor_opens() {
        let (tenant, kinds, asked) = (TenantId::new("a"), [Kind::USER], Parameters::default());
        let binding = Binding {
            tenant: &tenant,
            kinds: &kinds,
            asked: &asked,
        };
        let cursor = binding.seal(&seventeen(), 5, NOW + Duration::HOUR, &pepper());
        for at in 0..cursor.len() {
            let mut altered = cursor.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).unwrap();
            let opened = binding.open(&altered, 5, NOW, &pepper());
            assert_eq!(
                opened.unwrap_err().scim_type(),
                Some(ScimType::InvalidCursor),
                "{at}"
            );
        }
        for text in ["", "x", "AAAA", "ä"] {
            let opened = binding.open(text, 5, NOW, &pepper());
            assert_eq!(
                opened.unwrap_err().scim_type(),
                Some(ScimType::InvalidCursor),
                "{text}"
            );
        }
    }
}
