//! Rules about values that a schema declares unique.

use super::Fixture;
use super::script::{Script, Step, both, group, renamed, user};
use crate::id::Kind;
use crate::store::{Conflict, UniqueValue, Version, Written};

/// A unique value belongs to one resource of a type until that gives it up.
pub(super) async fn values_belong_to_one<F: Fixture>(fixture: &F) -> Step<()> {
    let script = Script::begin("a unique value belongs to one resource", fixture);
    let (ann, bob) = (
        user("u1", "ann@acme.example", 1),
        user("u2", "bob@acme.example", 2),
    );
    let (seven, eight) = ([badge("7"), locker("7")], [badge("8")]);
    let done = script.create_with(&ann, Some(&seven)).await?;
    script.equal("create", &done, &Written::Done)?;
    let twin = script.create_with(&bob, Some(&[badge("7")])).await?;
    script.equal("a second create", &twin, &taken("badge"))?;
    script.equal("nothing of it", &script.get(bob.id()).await?, &None)?;
    let done = script.create_with(&bob, Some(&eight)).await?;
    script.equal("create with another", &done, &Written::Done)?;

    let moved = renamed(&bob, "bobby@acme.example");
    let (first, both) = (Version::FIRST, [badge("8"), locker("7")]);
    let written = script
        .replace_with(&bob, &moved, first, Some(&both))
        .await?;
    script.equal("replace", &written, &taken("locker"))?;
    let unchanged = script.get(bob.id()).await?;
    script.equal("unchanged", &unchanged.as_ref(), &Some(&bob))?;

    // As before: the values stay. Given up: they are free.
    let anna = renamed(&ann, "anna@acme.example");
    let written = script.replace(&ann, &anna, first).await?;
    script.equal("replace of the holder", &written, &Written::Done)?;
    let written = script
        .replace_with(&bob, &moved, first, Some(&both))
        .await?;
    script.equal("still held", &written, &taken("locker"))?;
    let (next, nine) = (renamed(&anna, "ann@acme.example"), [badge("9")]);
    let version = anna.version();
    let written = script
        .replace_with(&anna, &next, version, Some(&nine))
        .await?;
    script.equal("given up", &written, &Written::Done)?;
    let written = script
        .replace_with(&bob, &moved, first, Some(&both))
        .await?;
    script.equal("taken over", &written, &Written::Done)?;

    let written = script.delete(&next, next.version()).await?;
    script.equal("delete", &written, &Written::Done)?;
    let cid = user("u3", "cid@acme.example", 3);
    let written = script.create_with(&cid, Some(&nine)).await?;
    script.equal("free after a deletion", &written, &Written::Done)?;
    let staff = group("g1", "Staff", &[], 4);
    let written = script.create_with(&staff, Some(&nine)).await?;
    script.equal("of another type", &written, &Written::Done)?;
    let crew = group("g2", "Crew", &[], 5);
    let written = script.create_with(&crew, Some(&nine)).await?;
    script.equal("of the same type", &written, &taken("badge"))?;
    let elsewhere = script.elsewhere();
    let dan = user("u4", "dan@acme.example", 4);
    let written = elsewhere.create_with(&dan, Some(&nine)).await?;
    script.equal("of another tenant", &written, &Written::Done)?;
    let written = script.read(&Kind::GROUP, crew.id()).await?;
    script.equal("nothing of a refused group", &written, &None)
}

/// Two writes that want one value at once: one is done, the other conflicts.
pub(super) async fn a_race_for_a_value_has_one_winner<F: Fixture>(fixture: &F) -> Step<()> {
    let script = Script::begin("of two writes of one unique value one wins", fixture);
    for round in 0..8_i64 {
        let made = |letter: &str| {
            let id = format!("{letter}{round}");
            user(&id, &format!("{id}@acme.example"), round)
        };
        let (one, two) = (made("a"), made("b"));
        let wanted = [badge(&round.to_string())];
        let (first, second) = both(
            script.create_with(&one, Some(&wanted)),
            script.create_with(&two, Some(&wanted)),
        )
        .await;
        let mut outcomes = [first?, second?];
        outcomes.sort_by_key(|outcome| *outcome != Written::Done);
        let expected = [Written::Done, taken("badge")];
        script.equal("outcomes", &outcomes, &expected)?;
    }
    Ok(())
}

fn badge(key: &str) -> UniqueValue {
    value("badge", key)
}

fn locker(key: &str) -> UniqueValue {
    value("locker", key)
}

fn value(attribute: &str, key: &str) -> UniqueValue {
    UniqueValue {
        attribute: attribute.to_owned(),
        key: key.to_owned(),
    }
}

fn taken(attribute: &'static str) -> Written {
    Written::Conflict(Conflict {
        attribute: attribute.into(),
    })
}
