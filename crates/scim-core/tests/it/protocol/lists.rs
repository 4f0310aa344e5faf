//! Pages, filters, and the documents of discovery.

use super::*;

#[tokio::test]
async fn index_pages_and_their_edges() {
    let bench = Bench::new();
    for n in 1..=5 {
        let user = json!({"schemas": [USER], "userName": format!("u{n}@acme.example")});
        assert_eq!(
            bench
                .send(Method::Post, "/Users", &user.to_string())
                .await
                .status,
            201
        );
    }
    // query, start, names
    let cases: [(&str, u64, &[&str]); 9] = [
        ("", 1, &["u1", "u2", "u3", "u4", "u5"]),
        ("?startIndex=2&count=2", 2, &["u2", "u3"]),
        ("?startIndex=5&count=2", 5, &["u5"]),
        ("?startIndex=6&count=2", 6, &[]),
        ("?startIndex=0&count=1", 1, &["u1"]),
        ("?startIndex=-7&count=1", 1, &["u1"]),
        ("?count=0", 1, &[]),
        ("?count=-1", 1, &[]),
        (
            "?count=99999999999999999999&utm_source=x&scimType",
            1,
            &["u1", "u2", "u3", "u4", "u5"],
        ),
    ];
    for (query, start, names) in cases {
        let page = json(&bench.send(Method::Get, &format!("/Users{query}"), "").await);
        assert_eq!(page["totalResults"], 5, "{query}");
        assert_eq!(page["startIndex"], start, "{query}");
        assert_eq!(page["itemsPerPage"], names.len(), "{query}");
        let seen: Vec<&str> = page["Resources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|user| {
                user["userName"]
                    .as_str()
                    .unwrap()
                    .split('@')
                    .next()
                    .unwrap()
            })
            .collect();
        assert_eq!(seen, names, "{query}");
    }
    for query in ["?startIndex=1.5", "?count=x", "?count=", "?count=1&count=2"] {
        let refused_ = bench.send(Method::Get, &format!("/Users{query}"), "").await;
        refused(&refused_, 400, Some("invalidValue"));
    }
}

#[tokio::test]
async fn filters_that_are_none() {
    let bench = Bench::new();
    for (filter, scim_type) in [
        ("userName%20eq", "invalidFilter"),
        ("userName%20is%20%22a%22", "invalidFilter"),
        ("nothing%20eq%20%22a%22", "invalidFilter"),
        ("active%20gt%20true", "invalidFilter"),
    ] {
        let response = bench
            .send(Method::Get, &format!("/Users?filter={filter}"), "")
            .await;
        refused(&response, 400, Some(scim_type));
    }
    let fine = bench
        .send(Method::Get, "/Users?filter=active%20eq%20true", "")
        .await;
    assert_eq!(fine.status, 200);
}

/// No store keeps the groups with a user: an empty list would be a wrong answer.
#[tokio::test]
async fn groups_are_asked_for_members_and_not_users_for_groups() {
    let bench = Bench::new();
    let user = given_ann(&bench).await;
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Eng", "members": [{ "value": user }]
    });
    let group = bench
        .send(Method::Post, "/Groups", &group.to_string())
        .await;
    assert_eq!(group.status, 201);
    let group = json(&group)["id"].as_str().unwrap().to_owned();
    for target in ["/Users", "/"] {
        let asked = format!("{target}?filter=groups.value%20eq%20%22{group}%22");
        refused(
            &bench.send(Method::Get, &asked, "").await,
            400,
            Some("invalidFilter"),
        );
    }
    let asked = format!("/Groups?filter=members.value%20eq%20%22{user}%22");
    let found = json(&bench.send(Method::Get, &asked, "").await);
    assert_eq!(found["totalResults"], 1, "{found}");
}

#[tokio::test]
async fn discovery_documents() {
    let bench = Bench::new();
    let config = json(
        &bench
            .send(Method::Get, "/ServiceProviderConfig?startIndex=9", "")
            .await,
    );
    for feature in ["patch", "bulk", "filter", "changePassword", "sort", "etag"] {
        assert!(config[feature]["supported"].is_boolean(), "{feature}");
    }
    assert_eq!(config["pagination"]["cursor"], true);
    assert_eq!(
        config["authenticationSchemes"][0]["type"],
        "oauthbearertoken"
    );
    assert_eq!(
        config["meta"]["location"],
        format!("{BASE}/ServiceProviderConfig")
    );

    let types = json(&bench.send(Method::Get, "/ResourceTypes", "").await);
    assert_eq!(types["totalResults"], 2);
    assert_eq!(types["Resources"][0]["endpoint"], "/Users");
    let one = json(&bench.send(Method::Get, "/ResourceTypes/User", "").await);
    assert_eq!(one, types["Resources"][0]);

    let schemas = json(&bench.send(Method::Get, "/Schemas", "").await);
    assert_eq!(schemas["totalResults"], 3);
    for schema in schemas["Resources"].as_array().unwrap() {
        let urn = schema["id"].as_str().unwrap();
        assert_eq!(
            json(
                &bench
                    .send(Method::Get, &format!("/Schemas/{urn}"), "")
                    .await
            ),
            *schema
        );
        assert_eq!(schema["meta"]["location"], format!("{BASE}/Schemas/{urn}"));
        assert!(!schema.to_string().contains("null"), "no null fields");
    }
    refused(
        &bench.send(Method::Get, "/Schemas/urn:none", "").await,
        404,
        None,
    );
    refused(
        &bench.send(Method::Get, "/ResourceTypes/Device", "").await,
        404,
        None,
    );
    for path in ["/Schemas", "/ResourceTypes", "/ServiceProviderConfig"] {
        let filtered = bench
            .send(Method::Get, &format!("{path}?filter=id%20pr"), "")
            .await;
        refused(&filtered, 403, None);
    }
}
