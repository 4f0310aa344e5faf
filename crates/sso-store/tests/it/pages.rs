//! Lists over SQL: which index a look-up uses in a large table, and that pages tile whatever
//! the database can decide by itself.

use crate::directory::make_org;
use crate::engines::{self, on_both};
use crate::scim::{admit, create, scim_account, user, with};
use scim_core::dialect::{Dialect, Vendor};
use scim_core::filter::{Filter, Unknown};
use scim_core::id::{Kind, TenantId};
use scim_core::path::Path;
use scim_core::query::{PageRequest, Query, Sort, SortOrder, Target};
use scim_core::resource::Name;
use scim_core::schema::Registry;
use scim_core::store::{Store, Stored, Version, Written};
use sqlx::{Connection, Executor, PgConnection};
use sso_store::{AdmittedAccount, Database};

pub(crate) fn query(
    kind: &Kind,
    filter: Option<&str>,
    sort: Option<&str>,
    page: PageRequest,
) -> Query {
    let registry = Registry::standard();
    let served = registry.by_kind(kind).unwrap();
    let mut reading = Dialect::of(Vendor::Strict).reading();
    let filter = filter.map(|text| {
        let filter = Filter::parse(text).unwrap();
        filter.bind(served, Unknown::Refuse, &mut reading).unwrap()
    });
    let mut query = Query::new([], page);
    query.targets = vec![Target {
        kind: kind.clone(),
        filter,
    }];
    query.sort = sort.map(|by| {
        let path = Path::parse(by).unwrap();
        Sort::bind(&path, SortOrder::Descending, served).unwrap()
    });
    query
}

/// Three thousand people with addresses, five thousand groups of five; resources as long as
/// real ones.
const CROWD: &str = r#"
    INSERT INTO accounts SELECT 'a' || n, 'u' || n || '@acme.example', 'u' || n || '@acme.example', '', '', NULL, 'scim', n, n
        FROM generate_series(1, 3000) n;
    INSERT INTO members SELECT 'acme', 'u' || n, 'a' || n, 'member', 'active', 'u' || n || '@acme.example',
        'u' || n || '@acme.example', 'acme.example', 'ext' || n, 1, 1, repeat('x', 400), 1, n, n FROM generate_series(1, 3000) n;
    INSERT INTO member_emails SELECT 'acme', 'u' || n, 0, 'u' || n || '@acme.example', 'work' FROM generate_series(1, 3000) n;
    INSERT INTO scim_resources SELECT 'acme', 'Group', 'g' || n, 'Group ' || n, 'group ' || n, 'gx' || n, repeat('x', 200), 1, n, n
        FROM generate_series(1, 5000) n;
    INSERT INTO scim_group_members SELECT 'acme', 'Group', 'g' || g, m, 'u' || ((g * 7 + m * 131) % 3000 + 1), '{}'
        FROM generate_series(1, 5000) g, generate_series(1, 5) m;
    ANALYZE;
"#;

/// With statistics of a real size, PostgreSQL's planner takes the index of each look-up that
/// clients make.
#[tokio::test]
async fn postgres_takes_the_index_of_every_lookup() {
    let Some(bench) = engines::postgres().await else {
        return;
    };
    let acme = make_org(&bench.database, "acme").await;
    let mut connection = PgConnection::connect(&bench.url).await.unwrap();
    connection.execute(CROWD).await.unwrap();
    let page = PageRequest::Index {
        start: 1,
        count: 100,
    };
    for (kind, filter, index) in [
        (
            Kind::USER,
            r#"userName eq "U7@acme.example""#,
            "members_user_name",
        ),
        (Kind::USER, r#"userName sw "u777""#, "members_user_name"),
        (Kind::USER, r#"externalId eq "ext7""#, "members_external_id"),
        (Kind::USER, r#"id eq "u7""#, "members_pkey"),
        (
            Kind::USER,
            r#"emails.value eq "u7@acme.example""#,
            "member_emails_value",
        ),
        (
            Kind::USER,
            r#"emails[type eq "work"].value eq "u7@acme.example""#,
            "member_emails_value",
        ),
        (
            Kind::GROUP,
            r#"displayName eq "GROUP 7""#,
            "scim_resources_display",
        ),
        (
            Kind::GROUP,
            r#"members.value eq "u7""#,
            "scim_group_members_member",
        ),
        (
            Kind::GROUP,
            r#"id eq "g7" and members eq "u7""#,
            "scim_resources_pkey",
        ),
    ] {
        let query = query(&kind, Some(filter), None, page.clone());
        let plan = bench.database.explain_scim_query(&acme, &query);
        let plan = plan.await.unwrap().join("\n");
        assert!(plan.contains(index), "{filter} expected {index}:\n{plan}");
        for whole in [
            "Seq Scan on members",
            "Seq Scan on scim_resources",
            "Seq Scan on scim_group_members",
        ] {
            assert!(!plan.contains(whole), "{filter}:\n{plan}");
        }
    }
}

/// Ids of every page by index, and by walking; each page says the total of all.
async fn tiled(
    database: &Database,
    filter: &str,
    sort: Option<&str>,
    count: u32,
) -> [Vec<String>; 2] {
    let tenant = TenantId::new("acme");
    let ids = |page: &[Stored]| page.iter().map(|s| s.id().to_string()).collect::<Vec<_>>();
    let (mut by_index, mut walked) = (Vec::new(), Vec::new());
    loop {
        let start = by_index.len() as u64 + 1;
        let query = query(
            &Kind::USER,
            Some(filter),
            sort,
            PageRequest::Index { start, count },
        );
        let page = database.query(&tenant, &query).await.unwrap();
        by_index.extend(ids(&page.resources));
        if page.resources.is_empty() {
            assert_eq!(page.total, by_index.len() as u64, "{filter}");
            break;
        }
    }
    let mut after = None;
    loop {
        let query = query(
            &Kind::USER,
            Some(filter),
            sort,
            PageRequest::From { after, count },
        );
        let page = database.query(&tenant, &query).await.unwrap();
        assert_eq!(page.total, by_index.len() as u64, "{filter}");
        walked.extend(ids(&page.resources));
        after = page.next;
        if after.is_none() {
            return [by_index, walked];
        }
    }
}

on_both! {
    /// Filters and orders the database decides, decides in part, and cannot decide.
    async fn pages_tile_and_totals_are_exact(bench: Bench) {
        let database = &bench.database;
        make_org(database, "acme").await;
        let mut people = Vec::new();
        for n in 0..23_usize {
            let name = format!("u{n:02}@acme.example");
            let person = user(&format!("id{:02}", (n * 7) % 23), &name);
            let person = match n % 4 {
                0 => person,
                k => with(&person, Name::new("title"), format!("t{k}")),
            };
            let person = Stored::new(Kind::USER, person.id().clone(), person.resource().clone(), Version::FIRST, person.created(), person.created());
            let plan = admit(AdmittedAccount::New(scim_account(&name)));
            assert_eq!(create(database, &person, plan).await, Written::Done);
            people.push(person);
        }
        for filter in [
            "active eq true",
            r#"title eq "T1""#,
            r#"title eq "t1" and userName sw "u0""#,
            r#"title eq "t1" or userName sw "u1""#,
            r#"not (title pr) and emails co "u""#,
            r#"userName gt "u1" and not (title eq "t2")"#,
            r#"title eq "nobody""#,
        ] {
            let everybody = PageRequest::Index { start: 1, count: 100 };
            let wanted = query(&Kind::USER, Some(filter), None, everybody);
            let mut expected: Vec<String> =
                people.iter().filter(|p| wanted.matches(p)).map(|p| p.id().to_string()).collect();
            expected.sort();
            for sort in [None, Some("userName"), Some("title")] {
                for count in [1, 4, 100] {
                    let [mut by_index, walked] = tiled(database, filter, sort, count).await;
                    assert_eq!(by_index, walked, "{filter} by {sort:?}");
                    by_index.sort();
                    assert_eq!(by_index, expected, "{filter} by {sort:?}");
                }
            }
        }
    }
}
