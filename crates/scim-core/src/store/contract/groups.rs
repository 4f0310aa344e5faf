//! Rules about groups.

use super::Fixture;
use super::script::{Script, Step, filtered, group, member, next, user};
use crate::id::{Kind, ResourceId};
use crate::query::{Load, PageRequest, Query, Target};
use crate::resource::{Name, Value};
use crate::store::{Stored, Version, Written};

/// A group keeps its members and is found by one of them.
pub(super) async fn members_are_kept<F: Fixture>(fixture: &F) -> Step<()> {
    let script = Script::begin("a group keeps its members", fixture);
    script.given(&user("u1", "ann@acme.example", 1)).await?;
    script.given(&user("u2", "bob@acme.example", 2)).await?;
    let staff = group("g1", "Staff", &["u2", "u1"], 3);
    script.given(&staff).await?;
    script.given(&group("g2", "Empty", &[], 4)).await?;
    let read = script.read(&Kind::GROUP, staff.id()).await?;
    script.equal("read", &read.as_ref(), &Some(&staff))?;
    let ids = ["u1", "g1", "nobody"].map(ResourceId::new);
    let kinds = [Some(Kind::USER), Some(Kind::GROUP), None];
    script.equal("kinds", &script.kinds_of(&ids).await?, &kinds.to_vec())?;
    let as_user = script.get(staff.id()).await?;
    script.equal("a group is no user", &as_user, &None)?;
    for (filter, expected) in [
        (r#"members[value eq "u1"]"#, &["g1"][..]),
        (r#"members.value eq "u9""#, &[]),
        (r#"displayName eq "STAFF""#, &["g1"]),
        (r#"id eq "g1" and members.value eq "u2""#, &["g1"]),
        (r#"not (members pr)"#, &["g2"]),
    ] {
        let mut query = Query::new(
            [],
            PageRequest::Index {
                start: 1,
                count: 10,
            },
        );
        query.targets.push(Target {
            kind: Kind::GROUP,
            filter: filtered(&Kind::GROUP, filter),
        });
        query.load = Load::Without(vec![Name::MEMBERS]);
        let page = script.query(&query).await?;
        let ids: Vec<String> = page
            .resources
            .iter()
            .map(Stored::id)
            .map(ToString::to_string)
            .collect();
        script.equal(
            filter,
            &ids,
            &expected.iter().map(ToString::to_string).collect(),
        )?;
    }
    Ok(())
}

/// Who is deleted is in no group any more; the groups have changed by it.
pub(super) async fn the_deleted_leave_their_groups<F: Fixture>(fixture: &F) -> Step<()> {
    let script = Script::begin("who is deleted leaves every group", fixture);
    let ann = user("u1", "ann@acme.example", 1);
    script.given(&ann).await?;
    script.given(&user("u2", "bob@acme.example", 2)).await?;
    let staff = group("g1", "Staff", &["u1", "u2"], 3);
    script.given(&staff).await?;
    script.given(&group("g2", "Others", &["u2"], 4)).await?;
    script.equal(
        "delete",
        &script.delete(&ann, Version::FIRST).await?,
        &Written::Done,
    )?;

    let left = script.read(&Kind::GROUP, staff.id()).await?;
    let members: Vec<String> = left
        .iter()
        .flat_map(|group| group.resource().as_group().members().collect::<Vec<_>>())
        .filter_map(|member| member.value().map(str::to_owned))
        .collect();
    script.equal("members", &members, &vec!["u2".to_owned()])?;
    let version = left.as_ref().map(Stored::version);
    script.equal(
        "version of the group",
        &version,
        &Some(Version::FIRST.next()),
    )?;
    let bob = ResourceId::new("u2");
    let mut groups: Vec<(String, Option<String>)> = script
        .groups_of(&bob)
        .await?
        .into_iter()
        .map(|membership| (membership.group.to_string(), membership.display))
        .collect();
    groups.sort();
    let expected = [("g1", "Staff"), ("g2", "Others")];
    let expected = expected.map(|(id, name)| (id.to_owned(), Some(name.to_owned())));
    script.equal("groups of a member", &groups, &expected.to_vec())?;
    script.equal(
        "groups of the deleted",
        &script.groups_of(ann.id()).await?,
        &vec![],
    )?;
    let other = script.read(&Kind::GROUP, &ResourceId::new("g2")).await?;
    script.equal(
        "version of another",
        &other.map(|g| g.version()),
        &Some(Version::FIRST),
    )
}

/// Some members of a group change and the others stay as and where they are.
pub(super) async fn members_change_by_difference<F: Fixture>(fixture: &F) -> Step<()> {
    let script = Script::begin("members change by difference", fixture);
    for (second, id) in (1..).zip(["u1", "u2", "u3", "u4"]) {
        let name = format!("{id}@acme.example");
        script.given(&user(id, &name, second)).await?;
    }
    let staff = group("g1", "Staff", &["u1", "u2", "u3"], 5);
    script.given(&staff).await?;
    let touched = ["u2", "u3", "u4"].map(ResourceId::new);
    let by_request = |current: &Stored| by_request(current, &touched);
    let change = |expected| script.change_members(staff.id(), &touched, by_request, expected);
    let stale = change(Version::new(7)).await?;
    script.equal("change of another version", &stale, &Written::Stale)?;
    let unchanged = script.read(&Kind::GROUP, staff.id()).await?;
    script.equal("unchanged", &unchanged.as_ref(), &Some(&staff))?;

    script.equal("change", &change(Version::FIRST).await?, &Written::Done)?;
    let expected = next(&staff, |group| {
        group.insert(Name::DISPLAY_NAME, Value::from("Crew"));
        let members = [
            member("u1", None),
            member("u3", Some("Cid")),
            member("u4", None),
        ];
        group.insert(Name::MEMBERS, members.into_iter().collect());
    });
    let changed = script.read(&Kind::GROUP, staff.id()).await?;
    script.equal("changed", &changed.as_ref(), &Some(&expected))?;
    for (id, groups) in [("u1", 1), ("u2", 0), ("u3", 1), ("u4", 1)] {
        let found = script.groups_of(&ResourceId::new(id)).await?;
        script.equal(id, &found.len(), &groups)?;
    }

    let everybody = ["u1", "u3", "u4"].map(ResourceId::new);
    let emptied = |current: &Stored| {
        next(current, |group| {
            group.remove(&Name::MEMBERS);
        })
    };
    let version = expected.version();
    let written = script
        .change_members(staff.id(), &everybody, emptied, version)
        .await?;
    script.equal("emptied", &written, &Written::Done)?;
    let empty = script.read(&Kind::GROUP, staff.id()).await?;
    let members = empty.map(|group| group.resource().as_group().members().len());
    script.equal("members left", &members, &Some(0))?;

    let elsewhere = script.elsewhere();
    let written = elsewhere
        .change_members(staff.id(), &touched, by_request, Version::FIRST)
        .await?;
    script.equal("another tenant's group", &written, &Written::Missing)
}

/// A difference does not take a group beyond the number of members it may have, and one that
/// leaves a group too large no larger is no matter for the limit.
pub(super) async fn members_have_a_limit<F: Fixture>(fixture: &F) -> Step<()> {
    let script = Script::begin("a group has a limit to its members", fixture);
    let everybody = ["u1", "u2", "u3", "u4", "u5"];
    for (second, id) in (1..).zip(everybody) {
        let name = format!("{id}@acme.example");
        script.given(&user(id, &name, second)).await?;
    }
    let staff = group("g1", "Staff", &["u1", "u2", "u3"], 6);
    script.given(&staff).await?;
    let touched = ["u1", "u2", "u4", "u5"].map(ResourceId::new);
    // Who of these goes, who comes, how many may be there then, and what becomes of it.
    let cases: [(&[&str], &[&str], u64, Written); 6] = [
        (&[], &["u4"], 3, Written::TooManyMembers),
        (&["u1"], &["u4", "u5"], 3, Written::TooManyMembers),
        (&["u4"], &["u5"], 2, Written::TooManyMembers),
        (&["u1"], &["u4"], 2, Written::Done),
        (&["u1"], &[], 1, Written::Done),
        (&[], &["u4"], 4, Written::Done),
    ];
    let mut version = Version::FIRST;
    for (go, come, most, expected) in cases {
        let next = |current: &Stored| without_and_with(current, go, come);
        let written = script
            .change_few(staff.id(), &touched, next, version, most)
            .await?;
        let what = format!("{go:?} go and {come:?} come, of {most}");
        script.equal(&what, &written, &expected)?;
        if written == Written::Done {
            version = version.next();
            // As it was, for the next case.
            let back = |current: &Stored| without_and_with(current, come, go);
            script
                .change_members(staff.id(), &touched, back, version)
                .await?;
            version = version.next();
        }
        let now = script.read(&Kind::GROUP, staff.id()).await?;
        let count = now.map(|group| group.resource().as_group().members().len());
        script.equal(&what, &count, &Some(3))?;
    }
    Ok(())
}

/// The next state when some go and others come.
fn without_and_with(current: &Stored, go: &[&str], come: &[&str]) -> Stored {
    next(current, |group| {
        let known = current.resource().as_group().members();
        let known = known.filter_map(|member| member.value());
        let stay = known.filter(|id| !go.contains(id));
        let entries = stay.chain(come.iter().copied()).map(|id| member(id, None));
        group.insert(Name::MEMBERS, entries.collect());
    })
}

/// The next state after a request that names these members: one leaves, one is shown by a
/// name, one comes. A store may have read others too, which stay.
fn by_request(current: &Stored, touched: &[ResourceId]) -> Stored {
    next(current, |group| {
        group.insert(Name::DISPLAY_NAME, Value::from("Crew"));
        let known = current.resource().as_group().members();
        let known = known.filter_map(|member| member.value());
        let others = known.filter(|id| touched.iter().all(|touched| touched.as_str() != *id));
        let others = others.map(|id| member(id, None));
        let named = [member("u3", Some("Cid")), member("u4", None)];
        group.insert(Name::MEMBERS, others.chain(named).collect());
    })
}
