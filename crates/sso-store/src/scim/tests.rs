//! Which index each look-up of a provisioning client uses, by SQLite's own account.

use super::source::{Order, Source};
use crate::sql::Engine;
use crate::{Database, Pepper};
use org_domain::OrgId;
use scim_core::dialect::{Dialect, Vendor};
use scim_core::filter::{Exactness, Filter, Unknown};
use scim_core::id::Kind;
use scim_core::query::{PageRequest, Place, Query, SortKey, Target};
use scim_core::schema::Registry;
use time::OffsetDateTime;

fn query(kind: &Kind, filter: Option<&str>) -> Query {
    let registry = Registry::standard();
    let resource_type = registry.by_kind(kind).unwrap();
    let mut reading = Dialect::of(Vendor::Strict).reading();
    let filter = filter.map(|text| {
        Filter::parse(text)
            .unwrap()
            .bind(resource_type, Unknown::Refuse, &mut reading)
            .unwrap()
    });
    let mut query = Query::new(
        [],
        PageRequest::Index {
            start: 1,
            count: 100,
        },
    );
    query.targets = vec![Target {
        kind: kind.clone(),
        filter,
    }];
    query
}

/// The plan of a statement, one line per step.
async fn plan(database: &Database, statement: (String, Vec<crate::sql::Value>)) -> String {
    let rows = database
        .rows(&format!("EXPLAIN QUERY PLAN {}", statement.0), statement.1)
        .await
        .unwrap();
    rows.iter()
        .map(|row| row.text(3).unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

async fn database(name: &str) -> (Database, std::path::PathBuf) {
    let file =
        std::env::temp_dir().join(format!("sso-store-plan-{}-{name}.db", std::process::id()));
    let database = Database::open(&format!("sqlite:{}", file.display()), Pepper::new([7; 32]))
        .await
        .unwrap();
    database.migrate().await.unwrap();
    (database, file)
}

/// Type, filter and the index that leads.
const LOOKUPS: [(Kind, Option<&str>, &str); 13] = [
    (
        Kind::USER,
        Some(r#"userName eq "ann@acme.example""#),
        "members_user_name (org=? AND user_name_key=?)",
    ),
    (
        Kind::USER,
        Some(r#"userName sw "ann""#),
        "members_user_name (org=? AND user_name_key>? AND user_name_key<?)",
    ),
    (
        Kind::USER,
        Some(r#"userName eq "ann@acme.example" and active eq true"#),
        "members_user_name (org=? AND user_name_key=?)",
    ),
    (
        Kind::USER,
        Some(r#"emails.value sw "ann""#),
        "member_emails_value (org=? AND value_key>? AND value_key<?)",
    ),
    (
        Kind::GROUP,
        Some(r#"displayName sw "Eng""#),
        "scim_resources_display (org=? AND kind=? AND display_key>? AND display_key<?)",
    ),
    (
        Kind::USER,
        Some(r#"externalId eq "00u1""#),
        "members_external_id (org=? AND external_id=?)",
    ),
    (
        Kind::USER,
        Some(r#"id eq "u1""#),
        "sqlite_autoindex_members_1 (org=? AND id=?)",
    ),
    (
        Kind::USER,
        Some(r#"emails[type eq "work"].value eq "a@b.example""#),
        "member_emails_value (org=? AND value_key=?)",
    ),
    (Kind::USER, None, "members_created (org=?)"),
    (
        Kind::GROUP,
        Some(r#"displayName eq "Eng""#),
        "scim_resources_display (org=? AND kind=? AND display_key=?)",
    ),
    (
        Kind::GROUP,
        Some(r#"members eq "u1""#),
        "scim_group_members_member (org=? AND member=?)",
    ),
    (
        Kind::GROUP,
        Some(r#"id eq "g1" and members eq "u1""#),
        "sqlite_autoindex_scim_resources_1 (org=? AND kind=? AND id=?)",
    ),
    (
        Kind::GROUP,
        None,
        "scim_resources_created (org=? AND kind=?)",
    ),
];

#[tokio::test]
async fn every_lookup_of_a_client_uses_its_index() {
    let (database, file) = database("lookup").await;
    let org = OrgId::new("acme").unwrap();
    for (kind, filter, index) in &LOOKUPS {
        let source = Source::of(&org, &query(kind, *filter), Engine::Sqlite);
        assert_eq!(source.exactness, Exactness::Exact, "{filter:?}");
        let plan = plan(&database, source.page(Order::CREATION, None, 0, 100)).await;
        assert!(
            plan.contains(*index),
            "{filter:?} expected {index}:\n{plan}"
        );
        assert!(
            !plan.contains("SCAN m\n") && !plan.contains("SCAN r\n"),
            "{filter:?}:\n{plan}"
        );
    }
    database.close().await;
    std::fs::remove_file(file).unwrap();
}

#[tokio::test]
async fn counting_everybody_reads_the_index_alone() {
    let (database, file) = database("count").await;
    let org = OrgId::new("acme").unwrap();
    let source = Source::of(&org, &query(&Kind::USER, None), Engine::Sqlite);
    let counted = plan(&database, source.count()).await;
    let covering = "COVERING INDEX members_created (org=?)";
    assert!(counted.contains(covering), "{counted}");
    // The page with its count reads resources for the page alone, which is sorted by the index.
    let page = plan(
        &database,
        source.counted_page(Order::CREATION, None, 50, 101),
    )
    .await;
    assert!(page.contains(covering), "{page}");
    assert!(
        page.contains("SEARCH m USING INDEX members_created (org=?)"),
        "{page}"
    );
    assert_eq!(
        page.matches("TEMP B-TREE").count(),
        1,
        "the page alone is sorted again:\n{page}"
    );
    database.close().await;
    std::fs::remove_file(file).unwrap();
}

#[tokio::test]
async fn a_page_behind_a_place_starts_there_and_sorts_nothing() {
    let (database, file) = database("page").await;
    let org = OrgId::new("acme").unwrap();
    let source = Source::of(&org, &query(&Kind::USER, None), Engine::Sqlite);
    let place = Place {
        key: Some(SortKey::Date(OffsetDateTime::UNIX_EPOCH)),
        id: "u1".into(),
    };
    let plan = plan(
        &database,
        source.page(Order::CREATION, Some(&place), 0, 100),
    )
    .await;
    assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    assert!(
        plan.contains("members_created (org=? AND (created,id)>"),
        "{plan}"
    );
    database.close().await;
    std::fs::remove_file(file).unwrap();
}

/// One member of a large group is read without its others, and all of them in their order.
#[tokio::test]
async fn a_member_is_found_without_the_others() {
    let (database, file) = database("member").await;
    let texts = |all: &[&str]| all.iter().map(|text| (*text).into()).collect();
    let one = (
        super::members::select(1, 2),
        texts(&["acme", "g1", "u1", "u2"]),
    );
    let one = plan(&database, one).await;
    let index = "scim_group_members_member (org=? AND member=? AND grp=?)";
    assert!(one.contains(index), "{one}");
    let all = (super::members::select(2, 0), texts(&["acme", "g1", "g2"]));
    let all = plan(&database, all).await;
    let index = "sqlite_autoindex_scim_group_members_1 (org=? AND kind=? AND grp=?)";
    assert!(all.contains(index) && !all.contains("TEMP B-TREE"), "{all}");
    database.close().await;
    std::fs::remove_file(file).unwrap();
}
