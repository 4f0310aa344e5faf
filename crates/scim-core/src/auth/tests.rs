use std::sync::Mutex;

use super::*;

/// A deterministic source: every byte differs from call to call.
fn counter() -> impl Random {
    let mut next = 0u8;
    move |bytes: &mut [u8]| {
        for byte in bytes {
            next = next.wrapping_add(1);
            *byte = next;
        }
        Ok(())
    }
}

const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

struct One {
    record: Mutex<TokenRecord>,
    touches: Mutex<u32>,
}

impl TokenStore for One {
    type Error = std::io::Error;

    async fn find(&self, id: &TokenId) -> Result<Option<TokenRecord>, Self::Error> {
        let record = self.record.lock().unwrap().clone();
        Ok((record.id == *id).then_some(record))
    }

    async fn touch(&self, _: &TokenId, now: OffsetDateTime) -> Result<(), Self::Error> {
        self.record.lock().unwrap().last_used = Some(now);
        *self.touches.lock().unwrap() += 1;
        Ok(())
    }
}

fn pepper() -> Pepper {
    Pepper::new([9; 32])
}

fn one(expires_at: Option<OffsetDateTime>) -> (TokenText, One) {
    let (text, record) = TokenRecord::mint(
        TenantId::new("org-1"),
        Slot::First,
        expires_at,
        &pepper(),
        NOW,
        &mut counter(),
    )
    .unwrap();
    (
        text,
        One {
            record: Mutex::new(record),
            touches: Mutex::new(0),
        },
    )
}

#[tokio::test]
async fn both_header_spellings_speak_for_the_tenant() {
    let (text, store) = one(None);
    let token = text.reveal();
    for header in [
        format!("Bearer {token}"),
        format!("bearer  {token}"),
        token.clone(),
    ] {
        let bearer = authenticate(Some(&header), &store, &pepper(), NOW)
            .await
            .unwrap();
        assert_eq!(bearer.tenant().as_str(), "org-1");
    }
}

#[tokio::test]
async fn every_wrong_token_is_refused_alike() {
    let (text, store) = one(Some(NOW + Duration::HOUR));
    let token = text.reveal();
    let missing = authenticate(None, &store, &pepper(), NOW)
        .await
        .unwrap_err();
    assert_eq!(missing, ScimError::unauthorized(Challenge::Missing));

    let invalid = ScimError::unauthorized(Challenge::Invalid);
    let last = if token.ends_with('A') { 'Q' } else { 'A' };
    let mut flipped = token.clone();
    flipped.pop();
    flipped.push(last);
    let other_id = token.replacen("scim1.0", "scim1.1", 1);
    for header in [
        "non-token",
        "Bearer",
        "Basic dTpw",
        flipped.as_str(),
        other_id.as_str(),
    ] {
        let refused = authenticate(Some(header), &store, &pepper(), NOW)
            .await
            .unwrap_err();
        assert_eq!(refused, invalid, "{header}");
    }
    let wrong_pepper = Pepper::new([8; 32]);
    let refused = authenticate(Some(&token), &store, &wrong_pepper, NOW)
        .await
        .unwrap_err();
    assert_eq!(refused, invalid);

    let end = NOW + Duration::HOUR;
    let refused = authenticate(Some(&token), &store, &pepper(), end)
        .await
        .unwrap_err();
    assert_eq!(refused, invalid);
    let just_before = end - Duration::SECOND;
    assert!(
        authenticate(Some(&token), &store, &pepper(), just_before)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn last_use_is_noted_once_a_minute() {
    let (text, store) = one(None);
    let token = text.reveal();
    for seconds in [0, 1, 59, 60, 61] {
        let now = NOW + Duration::seconds(seconds);
        authenticate(Some(&token), &store, &pepper(), now)
            .await
            .unwrap();
    }
    assert_eq!(*store.touches.lock().unwrap(), 2);
}

#[test]
fn no_secret_in_debug() {
    let (text, store) = one(None);
    let secret = text.reveal().rsplit('.').next().unwrap().to_owned();
    let record = store.record.lock().unwrap().clone();
    let shown = format!("{text:?} {record:?} {:?}", pepper());
    assert!(!shown.contains(&secret));
    assert!(!shown.contains("digest"));
    assert!(shown.contains(text.id().as_str()));
}

#[test]
fn rotation_overlaps_and_takes_the_other_slot() {
    let tenant = TenantId::new("org-1");
    let mut random = counter();
    let day = Duration::DAY;
    let first = rotate(&tenant, &[], None, day, &pepper(), NOW, &mut random).unwrap();
    assert!(first.retired.is_none());
    let second = rotate(
        &tenant,
        &[first.record],
        None,
        day,
        &pepper(),
        NOW + day,
        &mut random,
    )
    .unwrap();
    let retired = second.retired.unwrap();
    assert_eq!(retired.expires_at, Some(NOW + day + day));
    assert_eq!(second.record.slot, Slot::Second);
    // The third goes where the first was, whether or not that has ended.
    let third = rotate(
        &tenant,
        &[retired, second.record],
        None,
        Duration::ZERO,
        &pepper(),
        NOW + day + Duration::HOUR,
        &mut random,
    )
    .unwrap();
    assert_eq!(third.record.slot, Slot::First);
    assert!(
        third
            .retired
            .unwrap()
            .is_expired(NOW + day + Duration::HOUR)
    );
}

#[test]
fn a_failing_random_source_mints_nothing() {
    let mut broken = |_: &mut [u8]| Err(RandomError);
    let tenant = TenantId::new("org-1");
    let minted = TokenRecord::mint(tenant, Slot::First, None, &pepper(), NOW, &mut broken);
    assert_eq!(minted.err(), Some(RandomError));
}
