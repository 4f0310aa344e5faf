//! What is forgotten, and what is not yet.

use crate::directory::{make_member, make_org, session};
use crate::engines::{on_both, t0};
use saml_sp::store::{FirstUse, ReplayKey, ReplayStore, RequestStore, contract};
use serde_json::json;
use sso_store::directory::{
    NewAuditEntry, NewInvitation, NewSession, NewSignIn, Page, SignInOutcome,
};
use sso_store::{Cleaned, Generate, InvitationId, Retention, Role, SignInId};
use time::Duration;

on_both! {
    async fn what_is_over_is_forgotten_and_the_rest_is_kept(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let ann = make_member(database, &acme, "ann@acme.example", Role::Owner).await;
        let day = Duration::DAY;
        // Each thing once old, once new.
        for (age, key) in [(Duration::days(500), "old"), (Duration::ZERO, "new")] {
            let at = t0() - age;
            let replay = ReplayKey::new("idp", key);
            assert_eq!(ReplayStore::claim(database, &replay, at + day, at).await.unwrap(), FirstUse::First);
            let new = NewSession { expires: at + day, ..session(&ann.account, Some(&acme)) };
            database.start_session(&new, at).await.unwrap();
            let entry = NewAuditEntry {
                org: Some(acme.clone()), actor: "a".into(), kind: key.into(), subject: "s".into(), detail: json!({}),
            };
            database.record_audit(&entry, at).await.unwrap();
            let sign_in = NewSignIn {
                id: SignInId::generate(at).unwrap(), org: Some(acme.clone()), account: None, method: key.into(),
                outcome: SignInOutcome::Refused, code: "c".into(), detail: json!({}).into(),
            };
            database.record_sign_in(&sign_in, at).await.unwrap();
            let invitation = NewInvitation {
                org: acme.clone(), id: InvitationId::generate(at).unwrap(),
                email: crate::directory::address(&format!("{key}@acme.example")), role: Role::Member,
                invited_by: "a".into(), expires: at + day,
            };
            let mut tx = database.begin().await.unwrap();
            tx.invite(&invitation, at).await.unwrap();
            tx.commit().await.unwrap();
            database.record_issue(&acme, key, "code", "detail", at).await.unwrap();
        }
        database.put(&contract::sample("_old", "relay-old")).await.unwrap();

        let cleaned = database.clean(&Retention::default(), t0()).await.unwrap();
        let expected =
            Cleaned { replays: 1, requests: 1, sessions: 1, audit: 1, sign_ins: 1, invitations: 1, issues: 1 };
        assert_eq!(cleaned, expected);
        assert_eq!(database.clean(&Retention::default(), t0()).await.unwrap(), Cleaned::default());
        assert_eq!(database.audit_log(&acme, &Page::default()).await.unwrap().entries[0].kind, "new");
        assert_eq!(database.sessions_of_account(&ann.account, t0()).await.unwrap().len(), 1);
        let replay = ReplayKey::new("idp", "new");
        assert_eq!(ReplayStore::claim(database, &replay, t0() + day, t0()).await.unwrap(), FirstUse::Replayed);
    }

    async fn a_used_assertion_is_kept_to_its_last_instant(bench: Bench) {
        let database = &bench.database;
        let key = ReplayKey::new("idp", "_a");
        let until = t0() + Duration::minutes(8);
        assert_eq!(ReplayStore::claim(database, &key, until, t0()).await.unwrap(), FirstUse::First);
        let last = until - Duration::MICROSECOND;
        assert_eq!(database.clean(&Retention::default(), last).await.unwrap().replays, 0);
        assert_eq!(ReplayStore::claim(database, &key, until, last).await.unwrap(), FirstUse::Replayed);
        assert_eq!(database.clean(&Retention::default(), until).await.unwrap().replays, 1);
    }

    async fn more_than_a_piece_is_removed_in_pieces(bench: Bench) {
        let database = &bench.database;
        for n in 0..2_100 {
            let key = ReplayKey::new("idp", &n.to_string());
            let _first = ReplayStore::claim(database, &key, t0(), t0()).await.unwrap();
        }
        assert_eq!(database.clean(&Retention::default(), t0()).await.unwrap().replays, 2_100);
    }
}
