//! Rules about what is found, and in which order.

use super::Fixture;
use super::script::{Script, Step, filtered, ordered, user};
use crate::id::Kind;
use crate::query::{PageRequest, Position, Query, SortOrder, Target};
use crate::store::{Page, Stored};

/// Look-ups find what is there: names by their folded key, ids byte for byte.
pub(super) async fn look_ups_find<F: Fixture>(fixture: &F) -> Step<()> {
    let script = Script::begin("look-ups find what is there", fixture);
    script.given(&user("u1", "Ann@ACME.example", 1)).await?;
    script.given(&user("u2", "bob@acme.example", 2)).await?;
    for (filter, expected) in [
        (r#"userName eq "ann@acme.example""#, &["u1"][..]),
        (r#"userName eq "ANN@ACME.EXAMPLE""#, &["u1"]),
        (r#"userName eq "ann""#, &[]),
        (r#"userName sw "ANN""#, &["u1"]),
        (r#"id eq "u2""#, &["u2"]),
        (r#"id eq "U2""#, &[]),
        (r#"externalId eq "ext-u2""#, &["u2"]),
        (r#"externalId eq "EXT-u2""#, &[]),
        (r#"emails.value eq "BOB@acme.example""#, &["u2"]),
        (
            r#"emails[type eq "work"].value eq "bob@acme.example""#,
            &["u2"],
        ),
        (r#"emails[type eq "home"].value eq "bob@acme.example""#, &[]),
        (r#"userName eq "bob@acme.example" and active eq false"#, &[]),
        (
            r#"userName co "acme" and not (externalId eq "ext-u1")"#,
            &["u2"],
        ),
        (r#"active eq true or title pr"#, &["u1", "u2"]),
        (r#"meta.created gt "1970-01-01T00:00:01Z""#, &["u2"]),
        (r#"name.familyName eq "lee""#, &["u1", "u2"]),
    ] {
        let page = script.query(&matching(filter)).await?;
        script.equal(
            filter,
            &ids(&page),
            &expected.iter().map(ToString::to_string).collect(),
        )?;
        script.equal(filter, &page.total, &(expected.len() as u64))?;
    }
    Ok(())
}

/// Sorted by a folded key, pages tile; without a value last, and first when
/// descending.
pub(super) async fn sorted_pages_tile<F: Fixture>(fixture: &F) -> Step<()> {
    let script = Script::begin("sorted pages tile the list", fixture);
    let (ascending, descending) = five(&script).await?;
    for (order, expected) in [
        (SortOrder::Ascending, &ascending),
        (SortOrder::Descending, &descending),
    ] {
        for count in [1, 2, 5] {
            let mut seen = Vec::new();
            while seen.len() < expected.len() {
                let start = seen.len() as u64 + 1;
                let page = script
                    .query(&by_name(order, PageRequest::Index { start, count }))
                    .await?;
                script.equal(
                    "an empty page before the end",
                    &page.resources.is_empty(),
                    &false,
                )?;
                seen.extend(ids(&page));
            }
            script.equal("order", &seen, expected)?;
        }
    }
    Ok(())
}

/// The same from place to place.
pub(super) async fn sorted_walks_tile<F: Fixture>(fixture: &F) -> Step<()> {
    let script = Script::begin("a sorted walk tiles the list", fixture);
    let (ascending, descending) = five(&script).await?;
    for (order, expected) in [
        (SortOrder::Ascending, &ascending),
        (SortOrder::Descending, &descending),
    ] {
        let mut seen = Vec::new();
        let mut after: Option<Position> = None;
        for _ in 0..=expected.len() {
            let page = script
                .query(&by_name(order, PageRequest::From { after, count: 2 }))
                .await?;
            seen.extend(ids(&page));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        script.equal("order", &seen, expected)?;
    }
    Ok(())
}

/// Five users whose ids, seniority and names are in three different orders; the
/// ids in the order of names, ascending and descending.
async fn five<F: Fixture>(script: &Script<'_, F>) -> Step<(Vec<String>, Vec<String>)> {
    let names = [
        ("u3", "Cid"),
        ("u1", "bob"),
        ("u5", "Ann"),
        ("u2", "eve"),
        ("u4", "DAN"),
    ];
    for (second, (id, name)) in (0_i64..).zip(names) {
        script
            .given(&user(id, &format!("{name}@acme.example"), second))
            .await?;
    }
    let ascending: Vec<String> = ["u5", "u1", "u3", "u4", "u2"].map(str::to_owned).into();
    let descending = ascending.iter().rev().cloned().collect();
    Ok((ascending, descending))
}

fn by_name(order: SortOrder, page: PageRequest) -> Query {
    let mut query = Query::new([Kind::USER], page);
    query.sort = ordered("userName", order);
    query
}

fn matching(filter: &str) -> Query {
    let mut query = Query::new(
        [],
        PageRequest::Index {
            start: 1,
            count: 10,
        },
    );
    query.targets.push(Target {
        kind: Kind::USER,
        filter: filtered(&Kind::USER, filter),
    });
    query
}

fn ids(page: &Page) -> Vec<String> {
    page.resources
        .iter()
        .map(Stored::id)
        .map(ToString::to_string)
        .collect()
}
