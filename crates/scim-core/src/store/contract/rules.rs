//! The rules, one function each.

use std::collections::BTreeSet;

use super::script::{Script, Step, both, group, renamed, user};
use super::{Fixture, Violation};
use crate::query::PageRequest;
use crate::store::{Conflict, Stored, Version, Written};

/// What is created is read back, attribute for attribute, spelling kept.
pub(super) async fn written_is_read<F: Fixture>(fixture: &F) -> Step<()> {
    let script = Script::begin("what is written is read", fixture);
    let ann = user("u1", "Ann@ACME.example", 1);
    script.given(&ann).await?;
    let read = script.get(ann.id()).await?;
    script.equal("read", &read.as_ref(), &Some(&ann))?;
    script.equal(
        "version",
        &read.map(|stored| stored.version()),
        &Some(Version::FIRST),
    )
}

/// A `userName` that differs only in case is taken; the refused create leaves
/// nothing behind.
pub(super) async fn unique_names_are_unique<F: Fixture>(fixture: &F) -> Step<()> {
    let script = Script::begin("one folded userName belongs to one user", fixture);
    script.given(&user("u1", "ann@acme.example", 1)).await?;
    script.given(&user("u2", "bob@acme.example", 2)).await?;
    let twin = user("u3", "ANN@acme.EXAMPLE", 3);
    script.equal("create", &script.create(&twin).await?, &taken())?;
    script.equal("read", &script.get(twin.id()).await?, &None)?;

    let bob = user("u2", "bob@acme.example", 2);
    let renamed = renamed(&bob, "Ann@Acme.Example");
    let written = script.replace(&bob, &renamed, Version::FIRST).await?;
    script.equal("rename", &written, &taken())?;
    script.equal(
        "unchanged",
        &script.get(bob.id()).await?,
        &Some(bob.clone()),
    )?;

    let respelled = self::renamed(&bob, "BOB@acme.example");
    let written = script.replace(&bob, &respelled, Version::FIRST).await?;
    script.equal("own name in other case", &written, &Written::Done)
}

/// An id that the tenant has is a conflict, whatever else the new resource says; the
/// one that has it stays, and other tenants may use it.
pub(super) async fn an_id_is_given_once<F: Fixture>(fixture: &F) -> Step<()> {
    let script = Script::begin("an id belongs to one resource", fixture);
    let conflict = Written::Conflict(Conflict {
        attribute: "id".into(),
    });
    let ann = user("u1", "ann@acme.example", 1);
    script.given(&ann).await?;
    let other = user("u1", "bob@acme.example", 2);
    script.equal("create", &script.create(&other).await?, &conflict)?;
    script.equal(
        "unchanged",
        &script.get(ann.id()).await?,
        &Some(ann.clone()),
    )?;
    let index = PageRequest::Index { start: 1, count: 9 };
    let (page, ids) = script.page(index).await?;
    script.equal("listed", &(page.total, ids), &(1, vec!["u1".to_owned()]))?;
    let free = user("u2", "bob@acme.example", 3);
    script.equal(
        "the name is free",
        &script.create(&free).await?,
        &Written::Done,
    )?;

    let team = group("g1", "Team", &[], 4);
    script.given(&team).await?;
    let other = group("g1", "Other", &["u1"], 5);
    script.equal("create a group", &script.create(&other).await?, &conflict)?;
    let read = script.read(team.kind(), team.id()).await?;
    script.equal("unchanged group", &read, &Some(team))?;

    let elsewhere = script.elsewhere();
    let ann = user("u1", "ann@other.example", 6);
    script.equal(
        "another tenant",
        &elsewhere.create(&ann).await?,
        &Written::Done,
    )
}

/// Two creates of one name at once: one is done, the other conflicts.
pub(super) async fn a_race_has_one_winner<F: Fixture>(fixture: &F) -> Step<()> {
    let script = Script::begin("of two creates of one userName one wins", fixture);
    for round in 0..8_i64 {
        let one = user(
            &format!("a{round}"),
            &format!("name{round}@acme.example"),
            round,
        );
        let two = user(
            &format!("b{round}"),
            &format!("NAME{round}@acme.example"),
            round,
        );
        let (first, second) = both(script.create(&one), script.create(&two)).await;
        let (first, second) = (first?, second?);
        let winners = [&first, &second]
            .into_iter()
            .filter(|out| **out == Written::Done)
            .count();
        script.equal("winners", &winners, &1)?;
        let loser = if first == Written::Done {
            second
        } else {
            first
        };
        script.equal("loser", &loser, &taken())?;
    }
    Ok(())
}

/// A write happens on the expected version only, and once.
pub(super) async fn writes_are_conditional<F: Fixture>(fixture: &F) -> Step<()> {
    let script = Script::begin("a write happens on its version only", fixture);
    let ann = user("u1", "ann@acme.example", 1);
    script.given(&ann).await?;
    let next = renamed(&ann, "anna@acme.example");
    let stale = script.replace(&ann, &next, Version::new(7)).await?;
    script.equal("replace of another version", &stale, &Written::Stale)?;
    script.equal(
        "unchanged",
        &script.get(ann.id()).await?,
        &Some(ann.clone()),
    )?;

    let (first, second) = both(
        script.replace(&ann, &next, Version::FIRST),
        script.replace(&ann, &next, Version::FIRST),
    )
    .await;
    let outcomes = BTreeSet::from([format!("{:?}", first?), format!("{:?}", second?)]);
    let expected = BTreeSet::from(["Done".to_owned(), "Stale".to_owned()]);
    script.equal("two replaces of one version", &outcomes, &expected)?;
    script.equal("changed", &script.get(ann.id()).await?, &Some(next.clone()))?;

    let stale = script.delete(&next, Version::FIRST).await?;
    script.equal("delete of another version", &stale, &Written::Stale)?;
    let absent = user("u9", "zoe@acme.example", 9);
    let missing = script.replace(&absent, &absent, Version::FIRST).await?;
    script.equal("replace of nothing", &missing, &Written::Missing)?;
    let missing = script.delete(&absent, Version::FIRST).await?;
    script.equal("delete of nothing", &missing, &Written::Missing)
}

/// A name given up, by renaming or deletion, can be taken by another.
pub(super) async fn a_name_can_move_on<F: Fixture>(fixture: &F) -> Step<()> {
    let script = Script::begin("a userName given up is free", fixture);
    let ann = user("u1", "ann@acme.example", 1);
    script.given(&ann).await?;
    let anna = renamed(&ann, "anna@acme.example");
    let written = script.replace(&ann, &anna, Version::FIRST).await?;
    script.equal("rename", &written, &Written::Done)?;
    script.given(&user("u2", "ann@acme.example", 2)).await?;
    let written = script.delete(&anna, anna.version()).await?;
    script.equal("delete", &written, &Written::Done)?;
    script.given(&user("u3", "anna@acme.example", 3)).await
}

/// What is deleted is not found by id nor in lists, and cannot be deleted again.
pub(super) async fn deleted_is_gone<F: Fixture>(fixture: &F) -> Step<()> {
    let script = Script::begin("what is deleted is gone", fixture);
    let ann = user("u1", "ann@acme.example", 1);
    script.given(&ann).await?;
    script.equal(
        "delete",
        &script.delete(&ann, Version::FIRST).await?,
        &Written::Done,
    )?;
    script.equal("read", &script.get(ann.id()).await?, &None)?;
    let again = script.delete(&ann, Version::FIRST).await?;
    script.equal("delete again", &again, &Written::Missing)?;
    let written = script.replace(&ann, &ann, Version::FIRST).await?;
    script.equal("replace", &written, &Written::Missing)?;
    let (page, ids) = script
        .page(PageRequest::Index {
            start: 1,
            count: 10,
        })
        .await?;
    script.equal("listed", &(page.total, ids), &(0, vec![]))
}

/// Nothing of one tenant is seen, counted, matched or written from another.
pub(super) async fn tenants_are_apart<F: Fixture>(fixture: &F) -> Step<()> {
    let here = Script::begin("tenants are apart", fixture);
    let there = here.elsewhere();
    let ann = user("u1", "ann@acme.example", 1);
    here.given(&ann).await?;
    there.equal("read", &there.get(ann.id()).await?, &None)?;
    let (page, _) = there
        .page(PageRequest::Index {
            start: 1,
            count: 10,
        })
        .await?;
    there.equal("listed", &page.total, &0)?;
    let next = renamed(&ann, "eve@acme.example");
    let written = there.replace(&ann, &next, Version::FIRST).await?;
    there.equal("replace", &written, &Written::Missing)?;
    let written = there.delete(&ann, Version::FIRST).await?;
    there.equal("delete", &written, &Written::Missing)?;
    there.given(&user("u2", "ann@acme.example", 2)).await?;
    here.equal("untouched", &here.get(ann.id()).await?, &Some(ann))
}

/// Index pages tile the list in one order: the order of creation.
pub(super) async fn index_pages_tile<F: Fixture>(fixture: &F) -> Step<()> {
    let script = Script::begin("index pages tile the list", fixture);
    let ids = seven(&script).await?;
    for count in [1, 2, 3, 7, 100] {
        let mut seen = Vec::new();
        while seen.len() < ids.len() {
            let start = seen.len() as u64 + 1;
            let (page, more) = script.page(PageRequest::Index { start, count }).await?;
            script.equal("total", &page.total, &(ids.len() as u64))?;
            let full = more.len() == count as usize;
            script.equal(
                "a full page or the last",
                &(full || seen.len() + more.len() == ids.len()),
                &true,
            )?;
            seen.extend(more);
        }
        script.equal("pages in order", &seen, &ids)?;
    }
    Ok(())
}

/// A count of zero gives the total alone; a start beyond the end gives nothing.
pub(super) async fn counts_are_kept<F: Fixture>(fixture: &F) -> Step<()> {
    let script = Script::begin("count and start are kept", fixture);
    seven(&script).await?;
    for page in [
        PageRequest::Index { start: 1, count: 0 },
        PageRequest::Index { start: 8, count: 5 },
        PageRequest::Index {
            start: u64::MAX,
            count: u32::MAX,
        },
    ] {
        let (page, ids) = script.page(page).await?;
        script.equal("total and page", &(page.total, ids), &(7, vec![]))?;
    }
    Ok(())
}

/// A walk from place to place sees every resource that is there from beginning
/// to end exactly once, while others come and go.
pub(super) async fn walks_neither_skip_nor_repeat<F: Fixture>(fixture: &F) -> Step<()> {
    let script = Script::begin("a walk neither skips nor repeats", fixture);
    let ids = seven(&script).await?;
    let mut seen: Vec<String> = Vec::new();
    let mut after = None;
    for round in 0..20_i64 {
        let (page, more) = script.page(PageRequest::From { after, count: 2 }).await?;
        seen.extend(more);
        after = page.next;
        if after.is_none() {
            break;
        }
        disturb(&script, round).await?;
    }
    script.equal("walk ended", &after, &None)?;
    let once: BTreeSet<&String> = seen.iter().collect();
    script.equal("seen once", &once.len(), &seen.len())?;
    let missed: Vec<&String> = ids
        .iter()
        .filter(|id| *id != "u2" && !once.contains(id))
        .collect();
    script.equal("missed", &missed, &vec![])
}

/// Between two pages: one resource already walked over goes, another comes.
async fn disturb<F: Fixture>(script: &Script<'_, F>, round: i64) -> Step<()> {
    if round == 0 {
        let gone = user("u2", "user2@acme.example", 2);
        let written = script.delete(&gone, Version::FIRST).await?;
        script.equal("delete", &written, &Written::Done)?;
    }
    if round < 3 {
        let id = format!("n{round}");
        script
            .given(&user(&id, &format!("new{round}@acme.example"), 100 + round))
            .await?;
    }
    Ok(())
}

/// Seven users in a row; their ids in the order of creation, which is not the
/// order of ids.
async fn seven<F: Fixture>(script: &Script<'_, F>) -> Result<Vec<String>, Violation> {
    let users: Vec<Stored> = [5, 2, 7, 1, 6, 3, 4]
        .into_iter()
        .enumerate()
        .map(|(second, n)| {
            let second = i64::try_from(second).unwrap_or_default();
            user(&format!("u{n}"), &format!("user{n}@acme.example"), second)
        })
        .collect();
    for user in &users {
        script.given(user).await?;
    }
    Ok(users.iter().map(|user| user.id().to_string()).collect())
}

fn taken() -> Written {
    Written::Conflict(Conflict {
        attribute: "userName".into(),
    })
}
