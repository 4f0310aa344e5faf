//! From the change log to security events.

use super::*;

#[tokio::test]
async fn the_change_log_becomes_security_events() {
    use scim_core::set::{Envelope, claims};
    let bench = Bench::new();
    let created = bench.send(Method::Post, "/Users", &ann()).await;
    let id = json(&created)["id"].as_str().unwrap().to_owned();
    let at = format!("/Users/{id}");
    bench
        .send(Method::Put, &at, &ann().replace("Ann", "Anna"))
        .await;
    let off = patch(&json!([{"op": "replace", "value": {"active": false}}]));
    bench.send(Method::Patch, &at, &off).await;
    bench.send(Method::Delete, &at, "").await;

    let envelope = Envelope {
        issuer: "https://app.example",
        audience: &["https://receiver.example"],
        id: "j1",
        issued_at: start(),
    };
    let sets: Vec<serde_json::Value> = bench
        .store
        .changes()
        .iter()
        .map(|record| serde_json::from_str(&claims(record, "/Users", &envelope)).unwrap())
        .collect();
    let prov = |word: &str| format!("urn:ietf:params:scim:event:prov:{word}");
    assert_eq!(sets.len(), 4);
    for set in &sets {
        let subject = json!({"format": "scim", "uri": at, "externalId": "e1"});
        assert_eq!(
            (&set["sub_id"], &set["sub"]),
            (&subject, &serde_json::Value::Null)
        );
        assert!(
            !set.to_string().contains("acme.example"),
            "no values: {set}"
        );
    }
    let created = &sets[0]["events"][prov("create:notice")]["attributes"];
    assert_eq!(
        *created,
        json!(["externalId", "userName", "name", "active", "emails"])
    );
    assert_eq!(
        sets[1]["events"],
        json!({prov("put:notice"): {"attributes": ["name"]}})
    );
    assert_eq!(
        sets[2]["events"],
        json!({prov("patch:notice"): {"attributes": ["active"]}, prov("deactivate"): {}})
    );
    assert_eq!(sets[3]["events"], json!({prov("delete"): {}}));
}

#[tokio::test]
async fn events_are_announced_only_by_a_host_that_delivers_them() {
    use scim_core::config::Events;
    use scim_core::set::Event;
    let bench = Bench::over(config().with_events(Events::Delivered), AllowAll);
    let announced = json(&bench.send(Method::Get, "/ServiceProviderConfig", "").await);
    let uris: Vec<&str> = Event::ALL.iter().map(|event| event.uri()).collect();
    assert_eq!(
        announced["securityEvents"],
        json!({"asyncRequest": "none", "eventUris": uris})
    );
    let silent = json(
        &Bench::new()
            .send(Method::Get, "/ServiceProviderConfig", "")
            .await,
    );
    assert_eq!(silent["securityEvents"], serde_json::Value::Null);
}

#[tokio::test]
async fn writes_of_a_bulk_request_are_parts_of_one_transaction() {
    let bench = Bench::new();
    let create = |name: &str| {
        json!({"method": "POST", "path": "/Users", "bulkId": name,
        "data": {"schemas": [USER], "userName": format!("{name}@acme.example")}})
    };
    let bulk = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [create("a"), create("b")]});
    let done = bench.send(Method::Post, "/Bulk", &bulk.to_string()).await;
    let txns: Vec<_> = done
        .outcome
        .changes
        .iter()
        .map(|record| record.txn.as_str())
        .collect();
    let (base, first) = txns[0].split_once(':').unwrap();
    assert_eq!((first, txns[1]), ("1", format!("{base}:2").as_str()));
}
