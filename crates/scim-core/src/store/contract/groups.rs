//! Rules about groups.

use super::Fixture;
use super::script::{Script, Step, filtered, group, user};
use crate::id::{Kind, ResourceId};
use crate::query::{Load, PageRequest, Query, Target};
use crate::resource::Name;
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
