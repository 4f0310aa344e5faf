//! How large a resource may become, in however many requests.

use crate::config::Limits;
use crate::error::{ScimError, Status};
use crate::guard::{Change, Extent};
use crate::json::{octets_of, octets_of_object};
use crate::resource::{Name, Resource, Value};

/// Refuses a write after which a resource is over a limit and larger than it was. What is
/// over a limit already, because that was another one, can still shrink, be renamed and be
/// deactivated.
///
/// Where a group's members are not all known, their number is left to the store.
///
/// # Errors
/// 413 that names the limit.
pub(super) fn check(change: &Change<'_>, limits: &Limits) -> Result<(), ScimError> {
    let (before, next, extent) = match change {
        Change::Create { next, .. } => (None, *next, Extent::Whole),
        Change::Replace {
            current,
            next,
            extent,
            ..
        } => (Some(current.resource()), *next, *extent),
        Change::Delete { .. } => return Ok(()),
    };
    let is_over = |measure: fn(&Resource) -> usize, limit: usize| {
        let size = measure(next);
        size > limit && before.is_none_or(|before| size > measure(before))
    };
    if is_over(apart, limits.resource_octets) {
        return Err(too_long(limits));
    }
    if is_over(longest_member, limits.member_octets) {
        return Err(too_long_a_member(limits));
    }
    let most = usize::try_from(limits.max_members).unwrap_or(usize::MAX);
    if extent == Extent::Whole && is_over(|group| members(group).len(), most) {
        return Err(too_many_members(limits));
    }
    Ok(())
}

fn members(resource: &Resource) -> &[Value] {
    resource.get(&Name::MEMBERS).map_or(&[], Value::elements)
}

/// Octets of a resource without its members, and without what is the server's. A `false` is
/// longer than a `true`, and nobody's access stays for that.
fn apart(resource: &Resource) -> usize {
    let left_out = [Name::MEMBERS, Name::META, Name::ACTIVE];
    let values = left_out.iter().filter_map(|name| resource.get(name));
    let left_out = values.map(octets_of).sum::<usize>();
    octets_of_object(resource.attributes()).saturating_sub(left_out)
}

fn longest_member(group: &Resource) -> usize {
    members(group).iter().map(octets_of).max().unwrap_or(0)
}

fn too_large(detail: String) -> ScimError {
    ScimError::new(Status::PayloadTooLarge, detail)
}

fn too_long(limits: &Limits) -> ScimError {
    let most = limits.resource_octets;
    too_large(format!(
        "the resource would be longer than {most} octets; remove values that are not needed"
    ))
}

fn too_long_a_member(limits: &Limits) -> ScimError {
    let most = limits.member_octets;
    too_large(format!(
        "an entry of `members` would be longer than {most} octets; `value` alone is enough"
    ))
}

pub(super) fn too_many_members(limits: &Limits) -> ScimError {
    let most = limits.max_members;
    too_large(format!(
        "a group has at most {most} members here; divide it into several"
    ))
}
