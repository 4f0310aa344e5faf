//! SCIM tokens: digests at rest, two slots, revocation.

use crate::directory::make_org;
use crate::engines::{PEPPER, on_both, t0};
use scim_core::auth::{Bearer, TokenStore, authenticate};
use scim_core::error::{Challenge, ScimError};
use sso_store::{Pepper, StoreError};
use time::Duration;

/// What every token that does not count is told, whatever is the matter with it.
fn invalid() -> ScimError {
    ScimError::unauthorized(Challenge::Invalid)
}

fn refusal(result: Result<Bearer, ScimError>) -> ScimError {
    result.map(drop).unwrap_err()
}

on_both! {
    async fn a_minted_token_authenticates_its_tenant_only(bench: Bench) {
        let database = &bench.database;
        let (acme, other) = (make_org(database, "acme").await, make_org(database, "other").await);
        let mut tx = database.begin().await.unwrap();
        let text = tx.mint_token(&acme, "ann", Some(t0() + Duration::days(365)), Duration::ZERO, t0()).await.unwrap();
        tx.commit().await.unwrap();
        let pepper = Pepper::new(PEPPER).for_scim_tokens();
        let header = format!("Bearer {}", text.reveal());
        let bearer = authenticate(Some(&header), database, &pepper, t0()).await.unwrap();
        assert_eq!(bearer.tenant().as_str(), acme.as_str());
        let listed = database.tokens(&acme).await.unwrap();
        assert_eq!((listed.len(), listed[0].made_by.as_str()), (1, "ann"));
        assert_eq!(listed[0].record.last_used, Some(t0()), "use is noted");
        assert!(database.tokens(&other).await.unwrap().is_empty());

        let wrong = Pepper::new([8; 32]).for_scim_tokens();
        assert_eq!(refusal(authenticate(Some(&header), database, &wrong, t0()).await), invalid());
        let late = t0() + Duration::days(365);
        assert_eq!(refusal(authenticate(Some(&header), database, &pepper, late).await), invalid());
        let just_before = late - Duration::SECOND;
        assert!(authenticate(Some(&header), database, &pepper, just_before).await.is_ok());
    }

    async fn the_secret_is_not_in_the_database(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let mut tx = database.begin().await.unwrap();
        let text = tx.mint_token(&acme, "ann", None, Duration::ZERO, t0()).await.unwrap();
        tx.commit().await.unwrap();
        database.close().await;
        if let Some(file) = bench.file() {
            let bytes = std::fs::read(file).unwrap();
            let revealed = text.reveal();
            let secret = revealed.rsplit_once('.').unwrap().1;
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
            let id = text.id().as_str();
            assert!(bytes.windows(id.len()).any(|window| window == id.as_bytes()), "the search finds what is there");
        }
    }

    async fn a_third_token_takes_the_older_slot(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let mut texts = Vec::new();
        for day in 0..3 {
            let mut tx = database.begin().await.unwrap();
            let now = t0() + Duration::days(day);
            texts.push(tx.mint_token(&acme, "ann", None, Duration::days(7), now).await.unwrap());
            tx.commit().await.unwrap();
        }
        let now = t0() + Duration::days(2);
        let pepper = Pepper::new(PEPPER).for_scim_tokens();
        let mut valid = Vec::new();
        for text in &texts {
            valid.push(authenticate(Some(&text.reveal()), database, &pepper, now).await.map(drop));
        }
        assert_eq!(valid, [Err(invalid()), Ok(()), Ok(())]);
        let after = t0() + Duration::days(9);
        let over = authenticate(Some(&texts[1].reveal()), database, &pepper, after).await;
        assert_eq!(refusal(over), invalid(), "overlap is over");
        assert!(authenticate(Some(&texts[2].reveal()), database, &pepper, after).await.is_ok());
    }

    async fn a_revoked_token_is_gone(bench: Bench) {
        let database = &bench.database;
        let (acme, other) = (make_org(database, "acme").await, make_org(database, "other").await);
        let mut tx = database.begin().await.unwrap();
        let text = tx.mint_token(&acme, "ann", None, Duration::ZERO, t0()).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = database.begin().await.unwrap();
        let foreign = tx.revoke_token(&other, text.id()).await;
        assert!(matches!(foreign, Err(StoreError::Missing)), "another organisation cannot revoke it");
        tx.revoke_token(&acme, text.id()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(TokenStore::find(database, text.id()).await.unwrap().is_none());
    }
}
