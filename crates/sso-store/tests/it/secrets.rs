//! What a log may print, and who may read the file.

use crate::directory::{address, new_account, session};
use crate::engines::{self, on_both, t0};
use serde_json::json;
use sso_store::directory::{
    NewAuditEntry, NewIdentityLink, NewInvitation, NewSession, NewSignIn, SignInOutcome, SsoSubject,
};
use sso_store::{Generate, InvitationId, MemberChange, Pepper, Role, SignInId, StoreError};

#[test]
fn debug_prints_neither_secrets_nor_people() {
    let account = new_account("needle@acme.example");
    let with_subject = NewSession {
        sso: Some(SsoSubject {
            issuer: "idp".into(),
            name_id: "needle".into(),
            session_index: Some("needle".into()),
        }),
        detail: json!({"csrf": "needle"}).into(),
        ..session(&account.id, None)
    };
    let entry = NewAuditEntry {
        org: None,
        actor: "needle".into(),
        kind: "k".into(),
        subject: "needle".into(),
        detail: json!("needle"),
    };
    let sign_in = NewSignIn {
        id: SignInId::generate(t0()).unwrap(),
        org: None,
        account: None,
        method: "sso".into(),
        outcome: SignInOutcome::Refused,
        code: "c".into(),
        detail: json!("needle").into(),
    };
    let invitation = NewInvitation {
        org: engines::org("acme"),
        id: InvitationId::generate(t0()).unwrap(),
        email: address("needle@acme.example"),
        role: Role::Member,
        invited_by: "needle".into(),
        expires: t0(),
    };
    let link = NewIdentityLink {
        org: engines::org("acme"),
        issuer: "idp".into(),
        name_id: "needle".into(),
        account: account.id.clone(),
    };
    let change = MemberChange {
        email: Some(address("needle@acme.example")),
        names: Some(("needle".into(), "needle".into())),
        ..MemberChange::default()
    };
    let pepper = Pepper::new(*b"needleneedleneedleneedleneedle12");
    let printed = format!(
        "{account:?} {with_subject:?} {entry:?} {sign_in:?} {invitation:?} {link:?} {change:?} {pepper:?}"
    );
    assert!(!printed.contains("needle"), "{printed}");
    assert!(
        printed.contains("NewSession"),
        "the search looks at what is printed: {printed}"
    );
}

on_both! {
    async fn a_stored_cookie_is_a_digest(bench: Bench) {
        let database = &bench.database;
        let acme = crate::directory::make_org(database, "acme").await;
        let ann = crate::directory::make_member(database, &acme, "ann@acme.example", Role::Owner).await;
        let cookie = database.start_session(&session(&ann.account, None), t0()).await.unwrap();
        database.close().await;
        if let Some(file) = bench.file() {
            let bytes = std::fs::read(&file).unwrap();
            let found = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
            assert!(!found(cookie.reveal()));
            assert!(found(ann.account.as_str()), "the search finds what is there");
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
            }
        }
    }
}

#[tokio::test]
async fn a_database_in_memory_is_no_database() {
    for url in ["sqlite::memory:", "sqlite:", "sqlite://"] {
        let opened = sso_store::Database::open(url, Pepper::new(engines::PEPPER)).await;
        assert!(matches!(opened, Err(StoreError::Url)), "{url}");
    }
}
