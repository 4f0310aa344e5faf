//! The guard's word, the store's failures, and writers that meet.

mod events;

mod trouble;

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use scim_core::auth::{TokenId, TokenRecord, TokenStore};
use scim_core::config::Limits;
use scim_core::error::{ScimType, Status};
use scim_core::events::{Access, Action, Activation};
use scim_core::guard::{AllowAll, Change, Facet, Guard, GuardError, Refusal, Verdict};
use scim_core::message::{Method, Request};
use scim_core::query::Query;
use scim_core::store::memory::MemoryStore;
use scim_core::store::{Commit, Fault, Load, Page, Store, Stored, Version, Written};
use scim_core::{Kind, ResourceId, Scim, TenantId};
use serde_json::json;
use time::OffsetDateTime;

use crate::service::{Bench, USER, config, counting, json, start};

fn ann() -> String {
    json!({
        "schemas": [USER], "userName": "ann@acme.example", "externalId": "e1", "active": true,
        "name": {"givenName": "Ann"}, "emails": [{"value": "ann@acme.example", "type": "work"}],
    })
    .to_string()
}

fn patch(operations: &serde_json::Value) -> String {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations})
        .to_string()
}

/// Notes what it was asked and says what it was told to.
struct Notes {
    seen: Mutex<Vec<(String, Vec<Facet>)>>,
    answer: fn(&Change<'_>) -> Result<Verdict<()>, GuardError>,
}

impl Notes {
    fn new(answer: fn(&Change<'_>) -> Result<Verdict<()>, GuardError>) -> Arc<Self> {
        Arc::new(Self {
            seen: Mutex::default(),
            answer,
        })
    }

    fn take(&self) -> Vec<(String, Vec<Facet>)> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

struct Shared(Arc<Notes>);

impl Guard<()> for Shared {
    async fn judge(
        &self,
        tenant: &TenantId,
        change: &Change<'_>,
        _: OffsetDateTime,
    ) -> Result<Verdict<()>, GuardError> {
        assert_eq!(tenant.as_str(), "acme");
        let (word, facets) = match change {
            Change::Create { .. } => ("create", vec![]),
            Change::Replace { facets, .. } => ("replace", facets.iter().collect()),
            Change::Delete { .. } => ("delete", vec![]),
            _ => panic!("another change"),
        };
        self.0.seen.lock().unwrap().push((word.to_owned(), facets));
        (self.0.answer)(change)
    }
}

#[tokio::test]
async fn the_guard_sees_every_change_and_no_other_request() {
    let notes = Notes::new(|_| Ok(Verdict::Allow(())));
    let bench = Bench::over(config(), Shared(notes.clone()));
    let created = bench.send(Method::Post, "/Users", &ann()).await;
    let at = format!("/Users/{}", json(&created)["id"].as_str().unwrap());
    assert_eq!(notes.take(), [("create".to_owned(), vec![])]);

    let cases = [
        (
            json!([{"op": "replace", "value": {"active": false}}]),
            vec![Facet::Deactivate],
        ),
        (
            json!([{"op": "replace", "path": "active", "value": true}]),
            vec![Facet::Reactivate],
        ),
        (
            json!([{"op": "replace", "value": {"userName": "ANN@acme.example",
                "emails": [{"value": "x@acme.example"}], "externalId": "e2"}}]),
            vec![Facet::UserName, Facet::Emails, Facet::ExternalId],
        ),
        (
            json!([{"op": "replace", "path": "name.givenName", "value": "Anna"},
                   {"op": "add", "path": "title", "value": "Boss"}]),
            vec![Facet::Names, Facet::Other],
        ),
    ];
    for (operations, facets) in cases {
        let patched = bench.send(Method::Patch, &at, &patch(&operations)).await;
        assert_eq!(patched.status, 200, "{}", json(&patched));
        assert_eq!(notes.take(), [("replace".to_owned(), facets)]);
    }
    // Nothing changes, nobody is asked; bad requests never come that far.
    let same = patch(&json!([{"op": "replace", "path": "title", "value": "Boss"}]));
    assert_eq!(bench.send(Method::Patch, &at, &same).await.status, 200);
    assert_eq!(bench.send(Method::Get, &at, "").await.status, 200);
    assert_eq!(bench.send(Method::Patch, &at, "{}").await.status, 400);
    assert_eq!(bench.send(Method::Post, "/Users", "{}").await.status, 400);
    assert_eq!(notes.take(), []);
    assert_eq!(bench.send(Method::Delete, &at, "").await.status, 204);
    assert_eq!(notes.take(), [("delete".to_owned(), vec![])]);
}

#[tokio::test]
async fn a_refusal_is_told_word_for_word_and_changes_nothing() {
    let notes = Notes::new(|change| {
        Ok(match change {
            Change::Create { next, .. }
                if next.as_user().user_name() != Some("ann@acme.example") =>
            {
                Verdict::Refuse(Refusal::new(
                    Status::BadRequest,
                    Some(ScimType::InvalidValue),
                    "claim the domain first",
                ))
            }
            Change::Create { .. } => Verdict::Allow(()),
            _ => Verdict::forbid("the last owner stays"),
        })
    });
    let bench = Bench::over(config(), Shared(notes));
    let eve = ann().replace("ann@", "eve@");
    let refused = bench.send(Method::Post, "/Users", &eve).await;
    assert_eq!(refused.status, 400);
    assert_eq!(json(&refused)["scimType"], "invalidValue");
    assert_eq!(json(&refused)["detail"], "claim the domain first");
    assert_eq!(
        json(&bench.send(Method::Get, "/Users", "").await)["totalResults"],
        0
    );

    let created = bench.send(Method::Post, "/Users", &ann()).await;
    let at = format!("/Users/{}", json(&created)["id"].as_str().unwrap());
    let off = patch(&json!([{"op": "replace", "value": {"active": false}}]));
    for (method, body) in [(Method::Patch, off.as_str()), (Method::Delete, "")] {
        let refused = bench.send(method, &at, body).await;
        assert_eq!(refused.status, 403);
        assert_eq!(json(&refused)["detail"], "the last owner stays");
        assert!(refused.outcome.changes.is_empty());
    }
    let after = bench.send(Method::Get, &at, "").await;
    assert_eq!(json(&after)["active"], true);
    assert_eq!(after.header("etag"), Some("W/\"1\""));
    assert_eq!(bench.store.changes().len(), 1);
}

#[tokio::test]
async fn a_guard_that_cannot_decide_is_a_503_without_its_words() {
    let notes = Notes::new(|_| Err(GuardError::new(io::Error::other("ldap://10.0.0.7 down"))));
    let bench = Bench::over(config(), Shared(notes));
    let refused = bench.send(Method::Post, "/Users", &ann()).await;
    assert_eq!(refused.status, 503);
    assert_eq!(refused.header("retry-after"), Some("5"));
    assert!(!String::from_utf8_lossy(&refused.body).contains("ldap"));
    let cause = refused.outcome.refused.unwrap();
    let cause = std::error::Error::source(cause.cause().unwrap())
        .unwrap()
        .to_string();
    assert_eq!(cause, "ldap://10.0.0.7 down");
}

#[tokio::test]
async fn the_outcome_names_what_to_end() {
    let bench = Bench::new();
    let created = bench.send(Method::Post, "/Users", &ann()).await;
    let id = json(&created)["id"].as_str().unwrap().to_owned();
    assert_eq!(created.outcome.must_end().count(), 0);
    assert_eq!(created.outcome.changes[0].action, Action::Create);
    let at = format!("/Users/{id}");

    let off = patch(&json!([{"op": "replace", "value": {"active": false}}]));
    let response = bench.send(Method::Patch, &at, &off).await;
    let ends: Vec<_> = response.outcome.must_end().collect();
    assert_eq!(ends.len(), 1);
    assert_eq!(ends[0].user, ResourceId::new(id.clone()));
    assert_eq!(ends[0].access, Access::ALL);
    let record = &response.outcome.changes[0];
    assert_eq!(record.activation, Some(Activation::Deactivated));
    assert_eq!(record.attributes, ["active"]);
    assert_eq!(record.external_id.as_deref(), Some("e1"));
    // Off already: nothing happens, nothing to end.
    assert!(
        bench
            .send(Method::Patch, &at, &off)
            .await
            .outcome
            .changes
            .is_empty()
    );

    let on = patch(&json!([{"op": "replace", "value": {"active": true}}]));
    let response = bench.send(Method::Patch, &at, &on).await;
    assert_eq!(
        response.outcome.changes[0].activation,
        Some(Activation::Reactivated)
    );
    assert_eq!(response.outcome.must_end().count(), 0);

    let gone = bench.send(Method::Delete, &at, "").await;
    assert_eq!(gone.outcome.must_end().count(), 1);
    // The log of the store holds the same records.
    let actions: Vec<_> = bench
        .store
        .changes()
        .iter()
        .map(|record| record.action)
        .collect();
    assert_eq!(
        actions,
        [
            Action::Create,
            Action::Modify,
            Action::Modify,
            Action::Delete
        ]
    );
}

#[tokio::test]
async fn of_two_creates_at_once_one_wins() {
    let bench = Arc::new(Bench::new());
    for round in 0..20 {
        let one = json!({"schemas": [USER], "userName": format!("u{round}@acme.example")});
        let two = json!({"schemas": [USER], "userName": format!("U{round}@ACME.example")});
        let mut tasks = tokio::task::JoinSet::new();
        for body in [one.to_string(), two.to_string()] {
            let bench = bench.clone();
            tasks.spawn(async move { bench.send(Method::Post, "/Users", &body).await.status });
        }
        let mut statuses = tasks.join_all().await;
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
    }
}

#[tokio::test]
async fn over_the_rate_the_client_is_told_how_long_to_wait() {
    use scim_core::engine::Admission;
    let Bench { scim, token, .. } = Bench::new();
    let scim = scim.limited_by(|tenant, now| match tenant.as_str() {
        "acme" if now == start() => Admission::Wait { seconds: 7 },
        "acme" if now < start() => Admission::Wait { seconds: 0 },
        _ => Admission::Go,
    });
    let second = time::Duration::SECOND;
    for (now, status, wait) in [
        (start(), 429, Some("7")),
        (start() - second, 429, Some("1")),
        (start() + second, 200, None),
    ] {
        let request = Request::new(Method::Get, "/scim/v2/Users").bearer(&token);
        let response = scim.handle(request, now, &mut counting()).await;
        assert_eq!(
            (response.status, response.header("retry-after")),
            (status, wait)
        );
        if status == 429 {
            assert_eq!(json(&response)["status"], "429");
        }
    }
    let stranger = Request::new(Method::Get, "/scim/v2/Users").bearer("non-token");
    assert_eq!(
        scim.handle(stranger, start(), &mut counting()).await.status,
        401
    );
}
